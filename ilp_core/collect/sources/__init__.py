"""Sources: one file per publisher, each saying how its tables are laid out (``layout.Layout``)."""
