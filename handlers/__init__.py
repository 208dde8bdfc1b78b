"""One file per kind of conversation: an update becomes one call of the core, whose answer becomes a reply.

No SQL, no arithmetic, no sentence of its own. ``registry`` holds every handler in one ordered list.
"""
