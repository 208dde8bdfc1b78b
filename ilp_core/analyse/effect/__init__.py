"""Did it work: the numbers of an evaluation, each with a control and an interval (G34).

Weighted displacement difference, difference in differences, matched controls locked before the outcome is read,
and the ring round a place. The words that officers read come elsewhere.
"""
