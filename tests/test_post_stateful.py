"""Inbox and outbox under every order of events: hypothesis plays two holders, time, failures and crashes.

Every message ends sent, dead, held or expired, never stuck; first tries keep each chat's order; a digest is never
sent twice; every update has its effect once, in its lane's order.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ilp_core.domain.post import RESENT, Claim, Incoming, Kind, Letter, Lost, Parcel
from ilp_core.storage import Store, open_store, upgrade

START = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
LIFE = timedelta(minutes=20)
HOLDERS = ("A", "B")
CHATS = (1, 2, 3)
T = TypeVar("T")

chats, holders = st.sampled_from(CHATS), st.sampled_from(HOLDERS)
kinds: st.SearchStrategy[Kind] = st.sampled_from(["digest", "reply"])


class Post(RuleBasedStateMachine):
    """The tables on one side, a plain account of what happened on the other."""

    template: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="beatdesk-post-"))
        if Post.template is None:
            Post.template = Path(tempfile.mkdtemp(prefix="beatdesk-post-")) / "empty.db"
            upgrade(f"sqlite:///{Post.template}")
        shutil.copyfile(Post.template, self.folder / "post.db")
        self.loop = asyncio.new_event_loop()
        self.now = START
        self.store: Store = open_store(f"sqlite:///{self.folder / 'post.db'}", clock=lambda: self.now)
        self.filed: dict[str, tuple[int, Kind]] = {}
        self.tried: dict[int, list[str]] = defaultdict(list)
        self.arrived: dict[str, int] = defaultdict(int)
        self.certain: dict[str, int] = defaultdict(int)
        self.letters: dict[str, list[Letter]] = {holder: [] for holder in HOLDERS}
        self.claims: dict[str, list[Claim]] = {holder: [] for holder in HOLDERS}
        self.came: dict[int, list[int]] = defaultdict(list)
        self.effects: dict[int, list[int]] = defaultdict(list)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    # The way out

    @rule(chat=chats, kind=kinds)
    def file(self, chat: int, kind: Kind) -> None:
        async def work() -> None:
            name = f"m{len(self.filed)}"
            parcel = Parcel(chat, kind, name, "k", b"x", self.now, self.now + LIFE)
            async with self.store.write() as uow:
                assert await uow.outbox.add(parcel, self.now)
                assert not await uow.outbox.add(parcel, self.now)
            self.filed[name] = chat, kind

        self.do(work())

    @rule(holder=holders, limit=st.integers(1, 3))
    def claims_some(self, holder: str, limit: int) -> None:
        self.claim(holder, limit)

    def claim(self, holder: str, limit: int) -> None:
        async def work() -> None:
            async with self.store.write() as uow:
                found = await uow.outbox.claim(holder, self.now, LEASE, limit)
            assert len({letter.chat_id for letter in found}) == len(found)
            for letter in found:
                if letter.dedupe not in self.tried[letter.chat_id]:
                    self.tried[letter.chat_id].append(letter.dedupe)
            self.letters[holder] += found

        self.do(work())

    @rule(holder=holders, outcome=st.sampled_from(["lost answer", "sent", "cut", "unsent", "refused"]))
    def claim_and_carry(self, holder: str, outcome: str) -> None:
        self.claim(holder, 3)
        while self.letters[holder]:
            self.do(self._carry(self.letters[holder].pop(0), outcome))

    @rule(holder=holders, outcome=st.sampled_from(["lost answer", "sent", "cut", "unsent", "refused"]))
    def carry(self, holder: str, outcome: str) -> None:
        if self.letters[holder]:
            letter = self.letters[holder].pop(0)
            self.do(self._carry(letter, outcome))

    async def _carry(self, letter: Letter, outcome: str) -> None:
        later = self.now + timedelta(seconds=5)
        if outcome in ("sent", "lost answer"):
            self.arrived[letter.dedupe] += 1
        async with self.store.write() as uow:
            if outcome == "sent":
                if await uow.outbox.sent(letter, 1, self.now):
                    self.certain[letter.dedupe] += 1
            elif outcome in ("lost answer", "cut"):
                await self._perhaps(uow, letter)
            elif outcome == "refused":
                await uow.outbox.end(letter, "dead", "refused", self.now)
            else:
                await uow.outbox.retry(letter, later, maybe=False)

    async def _perhaps(self, uow: Any, letter: Letter) -> None:
        if letter.kind in RESENT:
            await uow.outbox.retry(letter, self.now, maybe=True)
        else:
            await uow.outbox.end(letter, "held", "maybe", self.now)

    @rule(chat=chats, kind=kinds, holder=holders)
    def unlucky(self, chat: int, kind: Kind, holder: str) -> None:
        """A message whose answer is lost, and whose holder looks again at once."""
        self.file(chat, kind)
        for outcome in ("lost answer", "sent"):
            self.claim_and_carry(holder, outcome)

    @rule(holder=holders)
    def crash(self, holder: str) -> None:
        """The process dies with what it has in hand; half of it had arrived already."""
        for letter in self.letters[holder][::2]:
            self.arrived[letter.dedupe] += 1
        self.letters[holder].clear()
        self.claims[holder].clear()

    @rule(holder=holders)
    def sweep(self, holder: str) -> None:
        async def work() -> None:
            async with self.store.write() as uow:
                mine = [letter.seq for letter in self.letters[holder]]
                for letter in await uow.outbox.lapsed(holder, self.now, LEASE, mine=mine):
                    await self._perhaps(uow, letter)
                await uow.outbox.expire(self.now, 100)

        self.do(work())

    @rule(chat=chats)
    def block(self, chat: int) -> None:
        async def work() -> None:
            async with self.store.write() as uow:
                await uow.outbox.end_chat(chat, "blocked", self.now)

        self.do(work())

    # The way in

    @rule(chat=chats, again=st.booleans())
    def arrive(self, chat: int, again: bool) -> None:
        async def work() -> None:
            number = sum(map(len, self.came.values())) + 1
            self.came[chat].append(number)
            update = Incoming(number, chat, "message", None, told=False, payload=b"x")
            async with self.store.write() as uow:
                assert await uow.inbox.add(7, [update] * (1 + again), self.now) == {number}
                assert await uow.inbox.add(7, [update], self.now) == frozenset()

        self.do(work())

    @rule(holder=holders, limit=st.integers(1, 3))
    def take(self, holder: str, limit: int) -> None:
        async def work() -> None:
            async with self.store.write() as uow:
                self.claims[holder] += await uow.inbox.claim(holder, self.now, LEASE, limit)

        self.do(work())

    @rule(holder=holders, how=st.sampled_from(["done", "failed", "outage"]))
    def handle(self, holder: str, how: str) -> None:
        if self.claims[holder]:
            self.do(self._handle(self.claims[holder].pop(0), how))

    async def _handle(self, claim: Claim, how: str) -> None:
        try:
            async with self.store.write() as uow:
                if how == "done":
                    await uow.settings.set(f"effect of {claim.update_id}", "yes")
                    await uow.inbox.finish(claim, self.now)
                elif how == "failed" and claim.tries >= 2:
                    await uow.inbox.set_aside(claim, self.now, "ValueError")
                else:
                    later = self.now + timedelta(seconds=2)
                    await uow.inbox.release(claim, later, failed=how == "failed")
        except Lost:
            return
        if how == "done":
            self.effects[claim.lane].append(claim.update_id)

    # Time

    @rule(seconds=st.sampled_from([1, 10, 31, 600]))
    def passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def is_set_back(self) -> None:
        self.now -= timedelta(hours=1)

    @invariant()
    def order_and_certainty(self) -> None:
        for chat in CHATS:
            in_order = [name for name, (where, _) in self.filed.items() if where == chat]
            assert self.tried[chat] == [name for name in in_order if name in self.tried[chat]]
            done = self.effects[chat]
            assert done == sorted(set(done))
        for name, (_, kind) in self.filed.items():
            assert self.certain[name] <= 1
            if kind == "digest":
                assert self.arrived[name] <= 1

    def teardown(self) -> None:
        """All is well again: everything comes to an end, nothing is stuck."""
        try:
            self.do(self._drain())
        finally:
            self.do(self.store.close())
            self.loop.close()
            shutil.rmtree(self.folder)

    async def _drain(self) -> None:
        for holder in HOLDERS:
            self.letters[holder].clear()
            self.claims[holder].clear()
        for _ in range(200):
            self.now += LEASE + timedelta(seconds=1)
            async with self.store.write() as uow:
                await uow.inbox.hasten(self.now)
                await uow.outbox.hasten(self.now)
                for letter in await uow.outbox.lapsed("A", self.now, LEASE):
                    await self._perhaps(uow, letter)
                await uow.outbox.expire(self.now, 100)
                letters = await uow.outbox.claim("A", self.now, LEASE, 100)
                for letter in letters:
                    assert await uow.outbox.sent(letter, 1, self.now)
                claims = await uow.inbox.claim("A", self.now, LEASE, 100)
            for claim in claims:
                await self._handle(claim, "done")
            async with self.store.read() as uow:
                waiting = (await uow.outbox.waiting())[0] + (await uow.inbox.waiting())[0]
            if not waiting:
                break
        async with self.store.read() as uow:
            counts = await uow.outbox.counts()
            assert (await uow.inbox.waiting())[0] == 0
            dead = {each.update_id for each in await uow.inbox.dead()}
        counts.pop("maybe")
        assert set(counts) <= {"sent", "dead", "held", "expired"}
        assert sum(counts.values()) == len(self.filed)
        for chat in CHATS:
            assert self.effects[chat] == [number for number in self.came[chat] if number not in dead]


Post.TestCase.settings = settings(max_examples=40, stateful_step_count=60, deadline=None)
TestPost = Post.TestCase
