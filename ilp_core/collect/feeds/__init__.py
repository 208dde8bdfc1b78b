"""Feeds: folders that are watched and addresses that are fetched on a schedule, each file loaded as by hand."""
