"""Areas: files of outlines come in, and records get the area that they lie in."""
