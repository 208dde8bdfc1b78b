"""When: the words for times and shifts, read against the caller's clock (assistant contract, "Time words").

A message goes through three steps: `tokens` brings every spelling to one plain form, by tables; `grammar` finds what
the plain form says, one rule at a time; `settle` turns that into instants. Days are operational days, that start with
the day shift.
"""

from ilp_core.assistant.when.clock import Clock
from ilp_core.assistant.when.grammar import read_when
from ilp_core.assistant.when.reading import Reading
from ilp_core.assistant.when.vocabulary import TimeWords, time_words

__all__ = ["Clock", "Reading", "TimeWords", "read_when", "time_words"]
