"""Collate: field observations — intake, grading, holding, review, linking, dissemination, retention.

Nothing observed by an officer moves a ranking before a second person has reviewed it; no hotspot is computed here.
"""
