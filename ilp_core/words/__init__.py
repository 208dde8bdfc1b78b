"""Words: every sentence an officer reads, in one catalogue per language, and the words officers type.

No other room writes a sentence: it picks one from here and fills in numbers, places and times.
"""
