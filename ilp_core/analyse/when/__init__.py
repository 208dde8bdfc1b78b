"""When: the hours and weekdays of a kind of offence at a place, from moments and from start-end windows.

Aoristic weights, profiles with shrinkage and expected counts per shift. Records of which only the month is known
are refused here.
"""
