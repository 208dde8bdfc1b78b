"""The key ring: keys outside the database, erasing by destroying them (guard-rail G51)."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chores import Chores
from bot.lanes import key_name
from bot.metrics import Metrics
from ilp_core.domain.errors import WorkError
from ilp_core.storage import Store, open_store
from ilp_core.storage.envelopes import Envelopes, hour_key
from ilp_core.storage.sealing import Unreadable, seal, unseal
from tests.post_office import BOT_ID, an_update, intake_of, utc_now

PLANTED = b"near zelmstone"


def everything_in(folder: Path) -> bytes:
    """The bytes of all files there, logs beside databases included."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_sealed_words_open_under_their_key_and_name_alone() -> None:
    secret, other = os.urandom(32), os.urandom(32)
    sealed = seal(secret, "in:1:2", PLANTED)
    assert unseal(secret, "in:1:2", sealed) == PLANTED
    assert PLANTED not in sealed
    assert seal(secret, "in:1:2", PLANTED) != sealed
    broken = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for key, name, words in ((other, "in:1:2", sealed), (secret, "in:1:3", sealed), (secret, "in:1:2", broken)):
        with pytest.raises(Unreadable):
            unseal(key, name, words)
    with pytest.raises(Unreadable):
        unseal(secret, "in:1:2", b"short")


async def test_who_comes_second_gets_the_same_key(database: str) -> None:
    one, two = open_store(database), open_store(database)
    made = await asyncio.gather(*(store.keys.make(["a", "b", "a"]) for store in (one, two, one, two)))
    assert all(each == made[0] for each in made)
    assert await two.keys.get(["a", "c"]) == {"a": made[0]["a"]}
    await one.keys.destroy(["a"])
    await one.close()
    await two.close()
    again = open_store(database)
    assert await again.keys.get(["a", "b"]) == {"b": made[0]["b"]}
    fresh = await again.keys.make(["a"])
    assert fresh["a"] != made[0]["a"]
    assert await again.keys.older("a", utc_now() + timedelta(minutes=1), 10) == ["a"]
    assert await again.keys.older("a", utc_now() - timedelta(minutes=1), 10) == []
    await again.close()


async def test_a_destroyed_key_is_in_no_file(sqlite_store: Store, tmp_path: Path) -> None:
    ring = sqlite_store.keys
    secrets = await ring.make([f"in:{number}" for number in range(50)])
    assert ring.file is not None
    assert ring.file.stat().st_mode & 0o077 == 0
    before = everything_in(tmp_path)
    assert all(secret in before for secret in secrets.values())
    await ring.destroy(list(secrets))
    after = everything_in(tmp_path)
    assert not any(secret in after for secret in secrets.values())


async def test_the_keys_stand_outside_the_backed_up_database(sqlite_store: Store, tmp_path: Path) -> None:
    await intake_of(sqlite_store).take([an_update(1, 701, PLANTED.decode())])
    secret = (await sqlite_store.keys.get([key_name(BOT_ID, 1)]))[key_name(BOT_ID, 1)]
    backup = tmp_path / "backup.db"
    with closing(sqlite3.connect(tmp_path / "beatdesk.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(backup),))
    assert secret not in backup.read_bytes()
    assert PLANTED not in everything_in(tmp_path)


async def test_what_is_done_is_erased_and_what_was_set_aside_a_day_later(store: Store) -> None:
    await intake_of(store).take([an_update(1, 701, "done"), an_update(2, 702, "dead"), an_update(3, 703, "waits")])
    chores = Chores(store, "one", Envelopes(store.keys, utc_now), Metrics())
    async with store.write() as uow:
        done, dead, _ = await uow.inbox.claim("one", await uow.now(), timedelta(seconds=15), 10)
        await uow.inbox.finish(done, await uow.now())
        await uow.inbox.set_aside(dead, await uow.now(), "ValueError")
    names = [key_name(BOT_ID, number) for number in (1, 2, 3)]
    assert await chores.erase() == 1
    assert await chores.erase() == 0
    assert list(await store.keys.get(names)) == names[1:]
    async with store.write() as uow:
        # A day later, as far as the row knows.
        assert await uow.inbox.retry(dead.seq, await uow.now())
        [again] = await uow.inbox.claim("two", await uow.now(), timedelta(seconds=15), 10)
        await uow.inbox.set_aside(again, await uow.now() - timedelta(hours=24), "ValueError")
    assert await chores.erase() == 1
    assert list(await store.keys.get(names)) == names[2:]


async def test_hours_that_are_over_lose_their_key_once_nothing_waits_under_it(store: Store) -> None:
    moment = [datetime(2026, 11, 22, 10, 30, tzinfo=UTC)]
    envelopes = Envelopes(store.keys, lambda: moment[0])
    key, sealed = await envelopes.seal(PLANTED)
    assert key == hour_key(moment[0]) == "out:2026-11-22T10"
    assert await envelopes.open(key, sealed) == PLANTED
    moment[0] += timedelta(hours=1)
    assert (await envelopes.seal(PLANTED))[0] == "out:2026-11-22T11"
    await store.keys.destroy([key])
    envelopes.forget(key)
    with pytest.raises(Unreadable):
        await envelopes.open(key, sealed)
    with pytest.raises(Unreadable):
        await envelopes.open("out:2026-11-22T11", None)


async def test_a_master_key_seals_the_ring(sqlite_database: str, tmp_path: Path) -> None:
    bare = open_store(sqlite_database)
    old = await bare.keys.make(["old"])
    await bare.close()
    sealed = open_store(sqlite_database, master=b"m" * 32)
    secret = (await sealed.keys.make(["new"]))["new"]
    assert await sealed.keys.get(["old"]) == old
    await sealed.close()
    assert secret not in everything_in(tmp_path)
    again = open_store(sqlite_database, master=b"m" * 32)
    assert (await again.keys.get(["new"]))["new"] == secret
    await again.close()
    for other in (None, b"o" * 32):
        stranger = open_store(sqlite_database, master=other)
        with pytest.raises(WorkError, match="BEATDESK_ENCRYPTION_KEY"):
            await stranger.keys.get(["new"])
        await stranger.close()


async def test_the_ring_can_be_kept_elsewhere(sqlite_database: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "safe"
    elsewhere.mkdir()
    store = open_store(sqlite_database, keys=f"sqlite:///{elsewhere / 'ring.db'}")
    await store.keys.make(["a"])
    await store.close()
    assert (elsewhere / "ring.db").exists()
    assert not (tmp_path / "beatdesk.keys.db").exists()
