"""Which hosts a feed may reach: names become addresses once, and only public ones are used.

The request then goes to the very address that was looked at, so that a name which points elsewhere a moment later
leads nowhere (guard against reading a cloud's metadata or a neighbour's pages through a feed).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Final, TypeAlias

from ilp_core.collect.feeds.trouble import FetchError
from ilp_core.words import feeds as words

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

#: RFC 6052: IPv6 addresses whose last 32 bits are an IPv4 address that a gateway translates to.
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


async def addresses_of(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of ``host``, in the order to try. Raises FetchError where there is none, or one is not public."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(words.NOT_FOUND_HOST.format(host=host), "host") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    # One private address among public ones is enough to lead a later connection inside.
    if not allow_private and not all(is_public(address) for address in addresses):
        raise FetchError(words.PRIVATE.format(host=host), "private", lasting=True)
    return addresses


def is_public(text: str) -> bool:
    """Whether an address lies in the public internet, also by the IPv4 address that it may wrap."""
    address: _Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if wrapped is None and address in _NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if wrapped is not None:
            address = wrapped
    return address.is_global and not address.is_multicast
