"""What next: expected counts per offence, place and shift, from reported incidents only, each split into reasons.

No personal attribute, no trait of residents, no patrol presence is a feature (G02, G07): ``features.py`` holds the
whole list.
"""
