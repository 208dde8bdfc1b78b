"""Back-test: how good a forecast would have been, at rolling origins, beside plain counts and the field's methods.

The measures of the field, intervals over blocks of weeks, and the choice of the method that a city gets.
"""
