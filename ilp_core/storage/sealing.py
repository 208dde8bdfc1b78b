"""Sealing: words under a key of their own, unreadable once the key is destroyed (guard-rail G51).

AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a random nonce of 96 bits in front. The key's name is bound
in, so that sealed words cannot be moved to another place.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: Bytes of a key, and of a nonce as SP 800-38D recommends it.
SECRET_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class Unreadable(Exception):  # noqa: N818 - after an erasure it is what should be
    """The words cannot be read: their key is destroyed, or it is not the one that sealed them."""


def seal(secret: bytes, name: str, words: bytes) -> bytes:
    """``words`` sealed under ``secret``, the key called ``name``."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(secret).encrypt(nonce, words, name.encode())


def unseal(secret: bytes, name: str, sealed: bytes) -> bytes:
    """The words that ``seal`` sealed. Raises Unreadable."""
    try:
        return AESGCM(secret).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError):
        raise Unreadable(name) from None
