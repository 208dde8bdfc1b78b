"""Words: every sentence an officer reads, in one catalogue per language, and the words officers type.

No other room writes a sentence: it picks one from here and fills in numbers, places and times. The English sentences
stand in ``en``, a module for each topic; ``from ilp_core.words import answers`` gives them in the language that is
being spoken (``speech``), as an attribute is read. So read them inside functions: what is read while a module is
imported stays English. Translations stand in ``LANGUAGE/messages.po``; docs/languages.md tells how to add one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ilp_core.words.en import amounts as amounts
    from ilp_core.words.en import answers as answers
    from ilp_core.words.en import areas as areas
    from ilp_core.words.en import backtest as backtest
    from ilp_core.words.en import commands as commands
    from ilp_core.words.en import definitions as definitions
    from ilp_core.words.en import desk as desk
    from ilp_core.words.en import explain as explain
    from ilp_core.words.en import feeds as feeds
    from ilp_core.words.en import forecast as forecast
    from ilp_core.words.en import imports as imports
    from ilp_core.words.en import inputs as inputs
    from ilp_core.words.en import lines as lines
    from ilp_core.words.en import loads as loads
    from ilp_core.words.en import local_knowledge as local_knowledge
    from ilp_core.words.en import mapping as mapping
    from ilp_core.words.en import names as names
    from ilp_core.words.en import novelty as novelty
    from ilp_core.words.en import patterns as patterns
    from ilp_core.words.en import tables as tables
    from ilp_core.words.en import times as times
    from ilp_core.words.en import trends as trends
    from ilp_core.words.en import unbuilt as unbuilt
    from ilp_core.words.en import visits as visits
else:
    from ilp_core.words.speech import sentences_of

    def __getattr__(name: str) -> object:
        """The sentences of a topic in the language that is being spoken."""
        found = sentences_of(name)
        if found is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = found
        return found
