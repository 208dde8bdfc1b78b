"""Law: who may see what, what is recorded, what is blacked out, how long it is kept, and what never counts.

What belongs here: access, audit, redaction, retention, exclusions and transparency, as rules that a reader
can hold against the agency's own policy. What does not: how anything is stored, computed or shown. A rule
here is asked by the rooms above; it never goes looking for something to decide.
"""
