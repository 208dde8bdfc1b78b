"""The nouns of the house: places, offences, incidents, shifts, officers, questions, answers, receipts.

Frozen dataclasses and the small rules that belong to one noun alone. Standard library only; nothing here
reads a file, a clock or a database, and nothing here knows who shows or stores it.
"""
