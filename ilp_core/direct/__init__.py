"""Direct: from findings to what patrols are asked to do.

Today the visit that each kind of offence calls for; priorities, taskings and shift briefings stand here too.
Decides nothing about persons and computes no hotspot of its own.
"""
