"""What a column's name says in six languages: keys, offences, and persons, who are left out on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from ilp_core.collect.coded import coded
from ilp_core.collect.generic.names import score_names
from ilp_core.collect.generic.profile import Profiler
from ilp_core.collect.generic.proposal import Hints, Proposal, propose

HINTS = Hints(zone="Europe/London", crs=None, extent=None, today=date(2026, 7, 1))
ROWS = 60


def proposed(columns: Mapping[str, Sequence[str]]) -> Proposal:
    profiler = Profiler()
    profiler.add({name: coded(list(texts)) for name, texts in columns.items()})
    return propose(profiler.done(), hints=HINTS)


@pytest.mark.parametrize("name", ["N° PV", "No PV", "Numéro de procès-verbal", "Num. PV", "N° de PV", "Nº PV"])
def test_the_number_of_a_french_record_is_its_key(name: str) -> None:
    keys = [f"{row:05}/2025" for row in range(ROWS)]
    proposal = proposed({name: keys, "Date des faits": ["25/07/2025"] * ROWS, "Infraction": ["Cambriolage"] * ROWS})
    assert proposal.fields["id"].columns == (name,)


@pytest.mark.parametrize("name", ["HO Class", "HO Offence Class", "Home Office Class", "HO Code", "HO Offence Code"])
@pytest.mark.parametrize(
    ("values", "field"), [(("Robbery", "Common assault"), "description"), (("34B", "105A"), "code")]
)
def test_the_home_offices_class_is_the_offence(name: str, values: tuple[str, str], field: str) -> None:
    columns = {
        "Crime Ref": [f"13/{row:05}/25" for row in range(ROWS)],
        "Committed From": ["26/03/2025 10:29"] * ROWS,
        name: [values[row % 2] for row in range(ROWS)],
    }
    proposal = proposed(columns)
    assert proposal.fields[field].columns == (name,)
    assert proposal.missing == ()


@pytest.mark.parametrize(
    "name",
    [
        "Name des Geschädigten", "Geschädigte", "Geschädigtenname", "Opfer Alter", "Opferalter", "Beschuldigter",
        "Täter", "Tatverdächtige", "Tatverdaechtiger", "Name Zeuge", "Anzeigeerstatter", "Verletzte Person",
        "Nom victime", "Victimes", "Plaignant", "Nom de la plaignante", "Mis en cause", "Nom MIS EN CAUSE", "Témoin",
        "Mise en cause", "Auteur présumé", "Prévenu",
        "Nombre de la víctima", "Víctimas", "Denunciante", "Imputado", "Nombre imputada", "Sospechoso", "Testigo",
        "Agresor", "Lesionado",
        "Vittima", "Vittime", "Indagato", "Nome indagata", "Querelante", "Persona offesa", "Testimone", "Imputati",
        "Suspeito", "Vítimas", "Testemunha", "Verdachte", "Naam dader", "Slachtoffers", "Getuige", "Aangever",
        "Injured party", "Complainant", "Victim Surname",
    ],
)  # fmt: skip
def test_columns_about_persons_are_named_as_left_out(name: str) -> None:
    people = ["Müller, Hans", "Dupont, Léa"] * (ROWS // 2)
    proposal = proposed({"Date": ["2025-07-25"] * ROWS, "Offence": ["Robbery", "Theft"] * (ROWS // 2), name: people})
    assert proposal.left_out == (name,)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Date de plainte", "reported"), ("Fecha de denuncia", "reported"), ("Data denuncia", "reported"),
        ("Tatzeit", "occurred_from"), ("Tatörtlichkeit", "premise"), ("Tatort", "block"), ("Complaint Number", "id"),
        ("Numero denuncia", "id"), ("Número de denuncia", "id"), ("Motivo", ""), ("Causa", ""), ("MIS Number", ""),
    ],
)  # fmt: skip
def test_names_like_a_persons_are_not_taken_for_one(name: str, field: str) -> None:
    scores = score_names([name])
    assert not scores.persons
    assert not field or scores.of(name, field) == scores.best(name)
