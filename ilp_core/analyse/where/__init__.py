"""Where: counts, density, Gi*, clusters and harm on cells, street blocks and areas.

What is here turns positions into surfaces and named places at one moment. What happens next belongs in
``forecast``, what changed in ``patterns`` and ``amounts``.
"""
