"""How much of a file this program holds at once, and how much a small file may turn out to hold."""

from __future__ import annotations

from typing import Final

#: Rows per batch: large enough for vector work to pay, small enough to keep memory level.
BATCH_ROWS: Final = 100_000
#: A batch ends sooner where its rows hold more signs of text than this: about 200 per row are usual, and a sign
#: costs up to 20 bytes while it is a field of its own [this project's choice].
BATCH_SIGNS: Final = 16 * 2**20
#: No record of a table is longer; a file without line ends would else be one [this project's choice].
LONGEST_LINE: Final = 1_000_000
#: Text packs to a fifth or a fifteenth (the open data), never to a hundredth. What unpacks to more than
#: this many times its size, once past the first stretch, is no export but a trap [this project's choice].
MOST_UNPACKED: Final = 100
FREE_STRETCH: Final = 64 * 2**20
#: A row counts as at least so many signs: that is what it costs, however short it is [this project's choice].
ROW_SIGNS: Final = 200
#: A blank line costs nothing but time.
BLANK_SIGNS: Final = 20
