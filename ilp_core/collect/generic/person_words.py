"""Words that say that a column is about a person, in seven languages: such a column is never read."""

from __future__ import annotations

from typing import Final

#: Plain words as ``names.simple`` makes them. A column with one of them in its name is about a person, whatever else
#: it says.
_WORDS: Final[dict[str, str]] = {
    "en": "victim victims suspect suspects offender offenders perp perpetrator arrestee driver defendant witness "
    "witnesses complainant complainants race ethnicity ethnic descent sex gender age dob birth birthdate phone "
    "telephone ssn plate narrative email surname firstname lastname juvenile nationality badge",
    "es": "victima victimas victimario ofendido ofendida ofendidos denunciante denunciantes denunciado denunciada "
    "denunciados imputado imputada imputados inculpado inculpada acusado acusada acusados sospechoso sospechosa "
    "sospechosos agresor agresora agresores detenido detenida detenidos lesionado lesionada lesionados perjudicado "
    "perjudicada testigo testigos autor autores sexo edad raza nombre apellido nacimiento",
    "fr": "victime victimes plaignant plaignante plaignants plaignantes auteur auteurs prevenu prevenue prevenus "
    "temoin temoins sexe prenom naissance",
    "de": "tater taeter taterin taeterin zeuge zeugin zeugen verletzte verletzter verletzten verletzt "
    "anzeigeerstatter anzeigeerstatterin anzeigenerstatter geschlecht alter vorname nachname geburtsdatum",
    "pt": "vitima vitimas autor autores suspeito suspeita suspeitos acusado indiciado indiciada indiciados "
    "testemunha testemunhas ofendido comunicante idade nascimento",
    "nl": "dader daders getuige getuigen benadeelde benadeelden aangever aangevers betrokkene betrokkenen leeftijd "
    "geslacht naam geboortedatum",
    "it": "vittima vittime indagato indagata indagati querelante querelanti denunciante denuncianti imputato "
    "imputata imputati offeso offesa sospettato sospettata sospettati testimone testimoni "
    "arrestato arrestata arrestati sesso eta cognome",
}
WORDS: Final = frozenset(word for words in _WORDS.values() for word in words.split())
#: Words that are a person's only together.
PHRASES: Final = ("mis en cause", "mise en cause", "mis en causes", "injured party", "aggrieved party")
#: How German and Dutch words about persons begin, whatever they are joined with: "Geschädigtenname".
BEGINNINGS: Final = (
    "geschadigt", "geschaedigt", "beschuldigt", "tatverdacht", "verdachtig", "verdaechtig", "opfer", "slachtoffer",
    "verdachte",
)  # fmt: skip
#: Names with a person's word in them that are none.
NEVER: Final = frozenset({"officer initiated", "self initiated"})


def about_person(name: str) -> bool:
    """Whether a column's name, made plain, says that it is about a person."""
    if name in NEVER:
        return False
    words = name.split()
    if WORDS & set(words) or any(word.startswith(BEGINNINGS) for word in words):
        return True
    return any(f" {phrase} " in f" {name} " for phrase in PHRASES)
