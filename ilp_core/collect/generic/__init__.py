"""Any other format: columns matched to the desk's fields by name and content, confirmed, kept as a mapping file."""
