"""Offences: what each source's codes mean, and what unknown ones probably mean."""
