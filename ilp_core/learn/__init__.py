"""Review: did it work — evaluation, dosage, trust, cost, training replays. Reads findings, writes none.

Today what becomes of disagreements, and how the spots that officers nominate fare beside the desk's own.
"""
