"""The sandbox: an invented town, a loopback Bot API and a chat page, so that the whole bot runs offline.

A first-class part that is shipped and documented. Reaches nothing but loopback and knows nothing of the core
but what any Telegram client would.
"""
