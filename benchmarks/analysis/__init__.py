"""The speed of the analysis core beside what pip installs for the same purpose. By hand; ratios, not times."""
