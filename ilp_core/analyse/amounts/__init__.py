"""How much: rates, changes and baselines with intervals that are right for small counts.

No percentage below ten, no direction below three (G32): the numbers here say when they may be said.
"""
