"""Speech: sentences in the language of the task at hand, in English where there is no translation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from ilp_core.words import answers, desk, names, po, speech
from ilp_core.words.en import answers as english
from ilp_core.words.speech import language, languages, speaking

#: A made-up language with three plural forms, as Polish has.
PO = """
msgid ""
msgstr ""
"Language: qq\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);\\n"
"X-Language-Name: Qwerty\\n"

# A note to the translator.
msgctxt "answers.HOT"
msgid "Hot: {where}"
msgstr "Qhot {where}"

msgctxt "answers.ACTIONS[robbery]"
msgid "walk the stops"
msgstr "qwalk"

msgctxt "answers.NO_MORE"
msgid "What English said before."
msgstr "qold"

#, fuzzy
msgctxt "answers.NO_LIST"
msgid "No list is open. Ask “whats hot” first."
msgstr "qguess"

msgctxt "answers.HOT_MORE"
msgid "More: {where}"
msgstr "qmore {place}"

msgctxt "names.OFFENCE[robbery]"
msgid "robbery"
msgid_plural "robberies"
msgstr[0] "qone"
msgstr[1] "qfew"
msgstr[2] "qmany"

msgctxt "names.MONTHS[0]"
msgid "Jan"
msgstr "Qan"

msgctxt "desk.HELP"
msgid ""
"Ask in your own words:\\n"
"whats \\"hot\\""
msgstr ""
"""


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The made-up language beside English, and no other."""
    (tmp_path / "qq").mkdir()
    (tmp_path / "qq" / "messages.po").write_text(PO, "utf-8")
    monkeypatch.setattr(speech, "_FOLDER", tmp_path)
    speech.forget()
    yield
    speech.forget()


def test_english_sentences_are_the_constants_themselves() -> None:
    assert language() == "en"
    assert answers.HOT is english.HOT
    assert answers.ACTIONS is english.ACTIONS


def test_a_language_is_a_folder_with_a_file_and_needs_no_code(made_up: None) -> None:
    assert languages() == {"en": "English", "qq": "Qwerty"}


def test_sentences_tables_and_functions_speak_the_language(made_up: None) -> None:
    with speaking("qq"):
        assert answers.HOT == "Qhot {where}"
        assert answers.ACTIONS["robbery"] == "qwalk"
        assert answers.ACTIONS["arson"] == "check empty buildings"
        assert names.MONTHS[:2] == ("Qan", "Feb")
        assert [names.counted("robbery", n) for n in (1, 2, 5)] == ["1 qone", "2 qfew", "5 qmany"]
        assert names.counted("arson", 2) == "2 arsons"
    assert answers.HOT == "Hot: {where}"


def test_what_is_not_translated_old_unsure_or_unfit_is_told_in_english(made_up: None) -> None:
    with speaking("qq"):
        assert desk.STRANGER.startswith("This is a police intelligence desk")
        assert answers.NO_MORE == "No more places on that list."
        assert answers.NO_LIST == "No list is open. Ask “whats hot” first."
        assert answers.HOT_MORE == "More: {where}"


@pytest.mark.parametrize("code", ["zz", "../qq", "", "en"])
def test_a_language_without_a_catalogue_is_told_in_english(code: str, made_up: None) -> None:
    with speaking(code):
        assert answers.HOT == "Hot: {where}"
        assert names.counted("robbery", 2) == "2 robberies"


async def test_officers_of_two_languages_are_answered_side_by_side(made_up: None) -> None:
    async def answer(code: str) -> str:
        with speaking(code):
            await asyncio.sleep(0)
            return await asyncio.to_thread(lambda: answers.HOT)

    assert await asyncio.gather(answer("qq"), answer("en")) == ["Qhot {where}", "Hot: {where}"]


def test_an_unknown_topic_is_no_catalogue() -> None:
    with pytest.raises(ImportError):
        from ilp_core.words import nonsense  # type: ignore[attr-defined]  # noqa: F401


def test_a_file_is_read_as_it_was_written() -> None:
    file = po.read(PO)
    assert po.read(po.write(file.headers, file.entries)) == file
    assert file.entries[-1].english == 'Ask in your own words:\nwhats "hot"'
    assert file.entries[0].notes == ("A note to the translator.",)


def test_what_is_no_po_file_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2 "):
        po.read('msgid "one"\nnonsense\n')
