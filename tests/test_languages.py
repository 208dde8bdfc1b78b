"""The officer's language: chosen by a setting or in the chat, spoken in every sentence, and in no number."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message, Reply
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef
from ilp_core.storage import Store
from ilp_core.words import answers, commands, desk
from ilp_core.words.en.names import NEAR_YOU
from ilp_core.words.speech import languages, speaking
from tests.command_line import AT as MOMENT
from tests.command_line import call, refused
from tests.demo_town import FRIDAY_EVENING, Town, a_picture, ask, press, running_town
from tests.small_city import AT
from tests.test_desk import desk_over
from tests.typed import ELM, put, question


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as running:
        yield running


async def spoken(desk_: Desk, text: str, language: str | None, badge: str = "4471") -> Reply:
    async with desk_.store.write() as uow:
        await uow.officers.speak(badge, language)
    return await desk_.ask(Message(badge, AT, "command", text, past=True))


async def test_a_list_is_told_in_the_officers_language_within_one_screen(sqlite_store: Store, tmp_path: Path) -> None:
    asked = await desk_over(sqlite_store, tmp_path)
    for text in (
        "whats hot tonight",
        "hot spots robbery last 28 days",
        "hot spots district 8 by count",
        "whats hot fri and sat",
    ):
        reply = await spoken(asked, text, "es")
        assert len(reply.answer.text) <= 600, text
        assert reply.answer.items, text
        assert reply.answer.text.startswith("Puntos calientes: "), text
        assert "Recibo" in reply.answer.text
    counted = (await spoken(asked, "robberies last 28 days", "es")).answer.text
    assert len(counted) <= 600
    assert counted.startswith("4 robos con violencia en beat 0835, últimos 28 días.\n"), counted
    assert "\nHubo 3 un año antes: sin cambio claro." in counted
    assert "Recibo" in counted
    first = await spoken(asked, "whats hot tonight", "es")
    assert "Para 21:30–23:00 · datos: 364 días hasta 15 jul 21:30, 15–23h" in first.answer.text
    assert "41 al año, antes 40. " in first.answer.text
    assert "Robo con violencia: recorrer las paradas." in first.answer.text


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("hot spots robbery last 28 days", "beat 0835"),
        ("robberies last 28 days", "en beat 0835\nDatos: 17 jun 21:30 a 15 jul 21:30"),
    ],
)
async def test_two_languages_tell_the_same_numbers_and_replay_one_receipt(
    sqlite_store: Store, tmp_path: Path, text: str, where: str
) -> None:
    asked = await desk_over(sqlite_store, tmp_path)
    spanish = await spoken(asked, text, "es")
    english = await spoken(asked, text, None)
    assert spanish.answer.receipt == english.answer.receipt
    assert spanish.question == english.question
    assert "últimos 28 días" in spanish.answer.text
    code = spanish.answer.receipt
    assert "the same numbers" in (await spoken(asked, f"why {code}", None)).answer.text
    why = (await spoken(asked, f"why {code}", "es")).answer.text
    assert why.startswith(f"Por qué {code}: {where}\nRecalculado ahora: los mismos números.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("help", "Pregunte con sus palabras"),
        ("privacy", "Qué miramos"),
        ("asdf qwerty", "No lo entendí"),
        ("run this plate ABC123", "No: la central no consulta matrículas"),
        ("what does pai mean", "índice de acierto"),
        ("what does foobarx mean", "“foobarx” no está entre las palabras de la central."),
        ("brief me", "La central aún no da informes de turno."),
        ("patterns", "Hasta 15 jul 21:30 · grupos 14 días, series 84, alzas 7"),
        ("shots fired", "NADIE VIGILA ESTE CHAT: USE LA RADIO / 911"),
        ("i cant go on", "Usted importa"),
        ("whats hot beat 9999", "Aquí no existe beat 9999"),
        ("map", "No hay ninguna lista abierta"),
        ("near me", "Comparta su ubicación"),
        ("drug spots last month", "Sin clasificar: estos registros siguen la actuación policial"),
    ],
)
async def test_what_needs_no_list_is_told_in_the_officers_language(
    sqlite_store: Store, tmp_path: Path, text: str, said: str
) -> None:
    assert said in (await spoken(await desk_over(sqlite_store, tmp_path), text, "es")).answer.text


async def test_what_happened_at_a_place_is_told_in_the_officers_language(sqlite_store: Store, tmp_path: Path) -> None:
    asked = await desk_over(sqlite_store, tmp_path)
    async with sqlite_store.write() as uow:
        await uow.officers.speak("4471", "es")
    told = (await put(asked, question("place", place=ELM))).answer.text.splitlines()
    assert told[1] == "Hasta 15 jul 21:30"
    assert told[2].startswith("28 días: ")
    assert told[3].startswith("364 días: ")


async def test_where_an_officer_stands_is_one_place_in_every_language(sqlite_store: Store, tmp_path: Path) -> None:
    asked = await desk_over(sqlite_store, tmp_path)
    here = question("trend", place=replace(ELM, label=NEAR_YOU))
    for code, said in (("es", "4 registros en su entorno, 28 días."), ("en", "4 records near you, 28 days.")):
        async with sqlite_store.write() as uow:
            await uow.officers.speak("4471", code)
        assert (await put(asked, here)).answer.headline == said


async def test_who_has_chosen_none_is_told_in_the_agencys_language(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    assert (await spoken(Desk(sqlite_store, language="es"), "help", None)).answer.text.startswith("Pregunte")
    assert (await spoken(Desk(sqlite_store, language="es"), "help", "en")).answer.text.startswith("Ask in")
    assert (await spoken(Desk(sqlite_store, language="es"), "help", "xx")).answer.text.startswith("Ask in")


async def test_officers_who_ask_at_once_are_each_told_in_their_own(sqlite_store: Store, tmp_path: Path) -> None:
    asked = await desk_over(sqlite_store, tmp_path)
    async with sqlite_store.read() as uow:
        officer = await uow.officers.get("4471")
    assert officer is not None
    both = [Message("4471", AT, "command", "whats hot", past=True, officer=replace(officer, language=code))
            for code in ("es", "en") * 4]  # fmt: skip
    told = await asyncio.gather(*(asked.answer(message) for message in both))
    assert [reply.answer.text.split(":")[0] for reply in told] == ["Puntos calientes", "Hot"] * 4


def test_the_command_line_chooses_a_language_and_the_contract_tells_it(city: Path) -> None:
    assert call("officer", "language", "4471", "es").stdout == "Badge 4471 is answered in Español.\n"
    said = json.loads(call("ask", "whats hot last 7 days", "--as", "4471", "--at", MOMENT, "--json").stdout)
    assert said["text"].startswith("Puntos calientes") or "beat 0835" in said["text"]
    assert "Recibo" in said["text"]
    assert said["window"] == "last 7 days"
    with speaking("es"):
        alone = answers.ALONE
    assert call("ask", "why", "--as", "4471", "--at", MOMENT).stdout.strip() == alone
    changed = json.loads(call("officer", "add", "4471", "--role", "analyst", "--json").stdout)
    assert changed["language"] == "es", "a change of role keeps the language"
    assert "agency's" in call("officer", "language", "4471").stdout
    assert json.loads(call("officer", "list", "--json").stdout)[0]["language"] is None
    assert refused("officer", "language", "4471", "xx") == commands.BAD_LANGUAGE.format(
        language="xx", languages=", ".join(languages())
    )
    assert refused("officer", "language", "9999", "es").startswith("There is no badge 9999.")


def test_the_command_line_lists_languages_and_prints_the_catalogue() -> None:
    english, *_, spanish = json.loads(call("words", "list", "--json").stdout)
    assert english["translated"] == english["sentences"]
    assert (spanish["code"], spanish["name"]) == ("es", "Español")
    assert 0 < spanish["translated"] <= spanish["sentences"] == english["sentences"]
    assert 'msgctxt "desk.HELP"' in call("words", "template").stdout
    assert 'msgstr "Puntos calientes: {where}"' in call("words", "template", "--language", "es").stdout


async def test_an_officer_chooses_in_the_chat_and_everything_after_is_told_in_it(town: Town) -> None:
    phone = await town.officer()
    offer = await ask(phone, "/language")
    assert offer.text == desk.LANGUAGE_ASK
    assert offer.buttons == tuple(languages().values())
    assert (await press(phone, "Español")).text == "Ahora la central responde en español."
    listed = await ask(phone, "whats hot")
    assert listed.text.startswith("Puntos calientes: beat 0103")
    assert "Un punto caliente no es motivo para parar a nadie." in listed.text
    assert len(listed.text) <= 600
    assert listed.buttons == ("Mapa", "Por qué", "Más", "Cerca", "Lo sabía", "Es nuevo")
    assert "No justifica parar a nadie." in (await ask(phone, "whats hot")).text, "told in full once a shift"
    assert (await press(phone, "Por qué")).text.startswith("Por qué ")
    assert "Mapa de beat 0103: 1. " in (await press(phone, "Mapa")).text
    assert (await ask(phone, "shots fired 3rd and elm")).text.startswith("NADIE VIGILA ESTE CHAT")
    await phone.send_photo(a_picture())
    assert (await phone.next_message()).text.startswith("Leo texto y ubicaciones.")
    assert ("4471", "language", "4471", "changed") in await town.audit()
    assert (await ask(phone, "/language xx")).text.startswith("Aquí no hay ningún idioma xx.")
    assert (await ask(phone, "/language en")).text == desk.LANGUAGE_SET
    assert (await ask(phone, "help")).text == desk.HELP


async def test_what_was_dropped_is_told_in_the_officers_language(town: Town) -> None:
    phone = await town.officer("2001", "supervisor", area=None)
    await ask(phone, "/language es")
    assert (await ask(phone, "/invite")).text.startswith("¿Qué placa?")
    async with town.store.write() as uow:
        draft = await uow.drafts.get(phone.user_id, await uow.now())
        assert draft is not None
        await uow.drafts.drop(phone.user_id)
        past = await uow.now() - timedelta(minutes=1)
        await uow.drafts.save(phone.user_id, draft.step, draft.key, draft.data, past, version=None)
    assert (await phone.next_message()).text.startswith("Su /invite esperó 10 minutos")


async def test_the_demos_answers_fit_one_screen_in_every_language(town: Town) -> None:
    for code in languages():
        for area in (AreaRef("beat", "0103"), AreaRef("district", "01"), AreaRef("force", "all")):
            who = Officer("4471", "officer", area, "evenings", language=code)
            for text in ("whats hot tonight", "whats hot fri and sat by count", "thefts nights last 12 weeks"):
                reply = await town.desk.answer(Message("4471", FRIDAY_EVENING, "chat", text, officer=who))
                assert len(reply.answer.text) <= 600, (code, str(area), text)
                assert len(reply.answer.items) >= 2, (code, str(area), text)
