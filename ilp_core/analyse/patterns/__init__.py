"""Patterns: what is new or linked. Series, space-time clusters, emerging problems, slow drifts, new words.

Every detector here has a stated false-alarm rate that a test holds it to. Nothing here names a person.
"""
