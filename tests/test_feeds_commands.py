"""beatdesk feed: adding, listing, running, pausing and removing, and what the doctor says of feeds."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from ilp_core.domain.feeds import FEED_KINDS
from ilp_core.words.en import feeds as words
from tests.command_line import call, refused, run
from tests.portal import Portal, running_portal
from tests.test_words import SIGNS

SET = "https://data.example.org/resource/abcd-1234.csv"
STREET = "https://data.police.uk/api/crimes-street/all-crime?lat=52.6&lng=-1.1"


@pytest.fixture
def desk(folder: Path, migrated_file: Path) -> Path:
    """An empty folder with a migrated database in it."""
    shutil.copyfile(migrated_file, folder / "desk.db")
    return folder


def change(folder: Path, **values: object) -> None:
    """Write into the only feed, past the program."""
    with closing(sqlite3.connect(folder / "desk.db")) as database, database:
        for name, value in values.items():
            database.execute(f"UPDATE feed SET {name} = ?", (value,))  # noqa: S608 - names are this test's own


@contextmanager
def portal_beside() -> Iterator[Portal]:
    """A portal in a thread of its own, since commands have a loop of their own."""
    ready, leave, made = Event(), Event(), list[Portal]()

    async def serve() -> None:
        async with running_portal() as portal:
            made.append(portal)
            ready.set()
            await asyncio.to_thread(leave.wait)

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(lambda: asyncio.run(serve()))
        try:
            assert ready.wait(10)
            yield made[0]
        finally:
            leave.set()
            ended.result(10)


def test_a_feed_is_added_listed_paused_resumed_and_removed(desk: Path) -> None:
    assert call("feed", "list").stdout.strip() == words.NO_FEEDS
    said = " ".join(call("feed", "add", "socrata", SET, "--name", "chicago", "--every", "90m").stdout.split())
    command = "beatdesk feed run chicago"
    assert said == words.ADDED.format(name="chicago", kind="socrata", every="90m", command=command)
    listed = call("feed", "list").stdout.strip()
    assert listed.startswith("chicago  socrata  every 90m  next 20")
    assert call("feed", "pause", "chicago").stdout.strip() == words.PAUSED.format(name="chicago")
    assert call("feed", "list").stdout.strip() == "chicago  socrata  every 90m  paused"
    assert call("feed", "run").stdout.strip() == words.NO_FEEDS
    assert call("feed", "resume", "chicago").stdout.strip() == words.RESUMED.format(name="chicago")
    assert json.loads(call("feed", "list", "--json").stdout)[0]["paused"] is False
    assert call("feed", "remove", "chicago").stdout.strip() == words.REMOVED.format(name="chicago")
    for verb in ("pause", "resume", "remove", "run"):
        assert refused("feed", verb, "chicago") == words.NO_FEED.format(name="chicago")
    with closing(sqlite3.connect(desk / "desk.db")) as database:
        found = database.execute("SELECT object, outcome FROM audit WHERE action = 'feed' ORDER BY seq").fetchall()
    assert found == [("chicago", outcome) for outcome in ("added", "paused", "resumed", "removed")]


def test_what_was_asked_for_is_kept(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk / "ours.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("BEATDESK_TIMEZONE", "Europe/Paris")
    added = call(
        "feed", "add", "socrata", f"{SET}?ward=7", "--name", "own", "--format", "generic", "--map", "ours.json",
        "--live", "--since-column", "changed_on", "--token-env", "CITY_TOKEN", "--limit-mb", "64", "--json",
    )  # fmt: skip
    data = json.loads(added.stdout)
    assert data | {"next": None} == {
        "name": "own",
        "kind": "socrata",
        "address": f"{SET}?ward=7",
        "every": "1h",
        "paused": False,
        "next": None,
        "failures": 0,
        "last": None,
        "result": None,
        "refused": [],
        "left_alone": {"count": 0, "first": []},
        "options": {
            "format": "generic",
            "zone": None,
            "usual_zone": "Europe/Paris",
            "map": str(desk / "ours.json"),
            "live": True,
            "replace_period": False,
            "patterns": ["*.csv", "*.csv.gz", "*.zip", "*.parquet"],
            "since_column": "changed_on",
            "page_rows": 50_000,
            "force": "",
            "token_env": "CITY_TOKEN",
            "allow_private": False,
            "most_bytes": 64 * 1024 * 1024,
        },
    }
    assert json.loads(call("feed", "list", "--json").stdout) == [data]


@pytest.mark.parametrize(
    ("kind", "address", "more", "sentence"),
    [
        ("rss", SET, (), words.BAD_KIND.format(kind="rss", kinds=", ".join(FEED_KINDS))),
        ("file", "ftp://x.org/a.csv", (), words.NO_WEB.format(address="'ftp://x.org/a.csv'")),
        ("file", "file:///etc/passwd", (), words.NO_WEB.format(address="'file:///etc/passwd'")),
        ("file", "https://x.org:99999/", (), words.NO_WEB.format(address="'https://x.org:99999/'")),
        ("file", "https://me:pw@x.org/a.csv", (), words.OWN_LOGIN),
        ("socrata", "https://x.org/a.csv", (), words.BAD_SOCRATA.format(address="https://x.org/a.csv")),
        ("folder", "nowhere", (), words.NO_FOLDER.format(folder="nowhere")),
        ("file", SET, ("--every", "soon"), words.BAD_EVERY.format(text="soon")),
        ("file", SET, ("--token-env", "a-b"), words.BAD_ENV.format(name="'a-b'")),
        ("file", SET, ("--limit-mb", "0"), words.BAD_LIMIT),
        ("socrata", SET, ("--replace-period",), words.PART_ONLY),
        ("folder", ".", ("--pattern", "../*"), words.BAD_PATTERN.format(pattern="../*")),
        ("file", SET, ("--name", "two words"), words.BAD_NAME.format(name="'two words'")),
        ("file", SET, ("--name", "first"), words.NAME_TAKEN.format(name="first")),
        ("police-uk", STREET, (), words.SAME_FORCE.format(other="first")),
    ],
)
def test_what_cannot_be_run_is_not_added(
    desk: Path, kind: str, address: str, more: tuple[str, ...], sentence: str
) -> None:
    call("feed", "add", "police-uk", STREET, "--name", "first")
    assert refused("feed", "add", kind, address, "--name", "second", *more) == sentence
    assert len(json.loads(call("feed", "list", "--json").stdout)) == 1


def test_another_force_or_an_archive_is_no_clash(desk: Path) -> None:
    call("feed", "add", "police-uk", STREET, "--name", "first")
    call("feed", "add", "police-uk", STREET, "--name", "second", "--force", "Kent Police")
    call("feed", "add", "police-uk", "https://data.police.uk/data/archive/latest.zip", "--name", "third")


def test_a_mapping_file_and_a_zone_must_be_there(desk: Path) -> None:
    said = refused("feed", "add", "file", SET, "--name", "a", "--map", "none.json")
    assert said == words.NO_MAP.format(path=desk / "none.json")
    assert "there is no time zone Mars" in refused("feed", "add", "file", SET, "--name", "a", "--tz", "Mars")


def test_running_by_hand_says_what_failed_and_ends_with_1(desk: Path) -> None:
    with portal_beside() as portal:
        call("feed", "add", "file", f"{portal.address}/files/a.csv", "--name", "near")
        failed = run("feed", "run", "near")
        assert (failed.exit_code, failed.stdout) == (1, "")
        assert failed.stderr.strip() == f"near: {words.PRIVATE.format(host='127.0.0.1')}"
        portal.faults = ["500"]
        call("feed", "add", "file", f"{portal.address}/files/a.csv", "--name", "far", "--allow-private")
        answer = run("feed", "run", "--json")
    [far, near] = json.loads(answer.stdout)
    assert (answer.exit_code, far["outcome"], near["outcome"]) == (1, "failed", "failed")
    assert far["result"] == words.BROKEN_PORTAL.format(host="127.0.0.1", status=500)
    assert far["loads"] == []


def test_an_empty_folder_is_nothing_new(desk: Path) -> None:
    (desk / "inbox").mkdir()
    call("feed", "add", "folder", "inbox", "--name", "inbox")
    assert call("feed", "run").stdout.strip() == f"inbox: {words.NOTHING_NEW}"
    [listed] = json.loads(call("feed", "list", "--json").stdout)
    assert (listed["address"], listed["every"], listed["result"]) == (str(desk / "inbox"), "1m", words.NOTHING_NEW)
    assert call("feed", "list").stdout.splitlines()[1].endswith(f" UTC: {words.NOTHING_NEW}")


UNKNOWN = "Case No,When,Offense\nA-1,2018-01-02 03:04,Theft\nA-2,2018-02-03 04:05,Robbery\n"


def test_files_of_other_endings_are_named_by_the_list_and_the_doctor_too(desk: Path) -> None:
    (desk / "inbox").mkdir()
    (desk / "inbox" / "bericht.pdf").write_text("%PDF", encoding="utf-8")
    call("feed", "add", "folder", "inbox", "--name", "inbox", "--pattern", "*.csv")
    left = words.LEFT.format(names="bericht.pdf", patterns="*.csv")
    assert " ".join(call("feed", "run").stdout.split()) == f"inbox: {words.NOTHING_NEW} {left}"
    assert left in " ".join(call("feed", "list").stdout.split())
    [listed] = json.loads(call("feed", "list", "--json").stdout)
    assert listed["left_alone"] == {"count": 1, "first": ["bericht.pdf"]}
    said = run("doctor").stdout
    assert f"note  {words.DOCTOR_LEFT.format(name='inbox', names='bericht.pdf', patterns='*.csv')}" in said
    assert words.DOCTOR_WELL.format(count=1) in said


@pytest.mark.parametrize("folder_name", ["inbox", "in box"])
def test_the_command_that_agrees_to_a_mapping_can_be_copied(desk: Path, folder_name: str) -> None:
    inbox = desk / folder_name
    inbox.mkdir()
    file = inbox / "leeds.csv"
    file.write_text(UNKNOWN, encoding="utf-8")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    call("feed", "add", "folder", str(inbox), "--name", "inbox", "--tz", "Europe/London")
    told = " ".join(call("feed", "run").stdout.split())
    command = f"beatdesk import incidents {shlex.quote(str(file.resolve()))}"
    assert f"({command})" in told
    # From wherever the reader stands.
    assert call(*shlex.split(command)[1:], "--yes", "--tz", "Europe/London").exit_code == 0


def test_a_fetched_file_of_no_known_format_has_no_path_to_copy(desk: Path) -> None:
    with portal_beside() as portal:
        portal.file = UNKNOWN.encode()
        call("feed", "add", "file", f"{portal.address}/files/a.csv", "--name", "far", "--allow-private")
        said = run("feed", "run").stderr
    assert "(beatdesk import incidents FILE)" in " ".join(said.split())
    assert "/beatdesk-feed-" not in said


def test_the_doctor_tells_of_feeds_that_fail_or_are_not_fetched(desk: Path) -> None:
    call("feed", "add", "socrata", SET, "--name", "city")
    assert words.DOCTOR_WELL.format(count=1) in run("doctor").stdout
    change(desk, failures=1, last_result="It broke.")
    failing = words.DOCTOR_FAILING.format(name="city", count=1, result="It broke.")
    assert f"note  {failing}" in run("doctor").stdout
    change(desk, failures=3)
    assert f"MEND  {failing.replace(': 1.', ': 3.')}" in run("doctor").stdout
    long_ago = datetime.now(tz=UTC) - timedelta(days=2)
    change(desk, failures=0, next_at=f"{long_ago:%Y-%m-%d %H:%M:%S.%f}")
    overdue = words.DOCTOR_OVERDUE.format(name="city", time=f"{long_ago:%Y-%m-%d %H:%M} UTC")
    assert f"MEND  {overdue}" in run("doctor").stdout
    call("feed", "pause", "city")
    assert words.DOCTOR_WELL.format(count=1) in run("doctor").stdout
    change(desk, cursor='{"files": {"bad.csv": {"loaded": false}, "good.csv": {"loaded": true}}}')
    refused_files = words.DOCTOR_REFUSED.format(name="city", names="bad.csv")
    assert f"MEND  {refused_files}" in run("doctor").stdout


def test_sentences_about_feeds_are_plain() -> None:
    for name, text in vars(words).items():
        if name.isupper():
            assert "!" not in text
            assert all(ord(sign) < 128 or sign in SIGNS for sign in text), name
