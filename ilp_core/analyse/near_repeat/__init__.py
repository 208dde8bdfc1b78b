"""Near repeat: how much more likely the next one is close to the last, in space and in time.

The Knox table with its permutation test, the prospective risk surface made from it, and the places of raised risk.
"""
