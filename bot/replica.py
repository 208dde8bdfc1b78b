"""The name of one running process among several that share a database."""

from __future__ import annotations

import os
import secrets
import socket


def new_name() -> str:
    """A name that no other process has had, with host and process number for the person who reads it."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
