"""Analyse: arrays in, typed findings with receipts out.

The incident frame and what is computed on it: evidence and its exclusions, geocode sinks, chronic and
micro-time hotspots, names of places. No file, no database, no clock: the moment a question is asked for is
always a parameter, and nothing that was not known then is read.
"""
