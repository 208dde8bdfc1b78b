"""Results kept by what they were made from: each made once, even where several threads ask at the same time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Kept(Generic[Result]):
    """At most ``most`` results by key; what was asked for longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_key: dict[Hashable, Future[Result]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._by_key)

    def knows(self, key: Hashable) -> bool:
        """True where the result of ``key`` is kept or being made."""
        with self._lock:
            return key in self._by_key

    def ready(self, key: Hashable) -> Result | None:
        """The result of ``key`` where it is kept and made; None where it is not, or is still being made."""
        with self._lock:
            found = self._by_key.get(key)
        return found.result() if found is not None and found.done() and found.exception() is None else None

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """The result of ``key``, from ``make`` where it is not kept. Raises what ``make`` raises."""
        with self._lock:
            found = self._by_key.pop(key, None)
            wanted = found or Future[Result]()
            self._by_key[key] = wanted
            if len(self._by_key) > self._most:
                self._by_key.pop(next(iter(self._by_key)))
        if found is None:
            try:
                wanted.set_result(make())
            except BaseException as failure:
                with self._lock:
                    self._by_key.pop(key, None)
                wanted.set_exception(failure)
        return wanted.result()
