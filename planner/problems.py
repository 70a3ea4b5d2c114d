"""Problems of an agreement, as values with a place.

In: nothing. Out: `Problem`, `nearest`, `visible`. A bad agreement never raises: it gives Problems, all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

ERROR = "error"
WARNING = "warning"
NOTE = "note"


class Problem(NamedTuple):
    """One thing to mend (error), to look at (warning) or to know (note).

    `line` and `column` count from 1, in characters of the file as it is on disk; `path` is the dotted path of the
    key ("" for the file as a whole); `code` is a stable word for scripts ("unknown-day").
    """

    file: str
    line: int
    column: int
    severity: str
    path: str
    code: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {where}{self.message}"


def visible(text: str, most: int = 60) -> str:
    """A text that stands in a message: what a terminal might obey is written out, a long end left off."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[: most + 1])
    return line if len(text) <= most else f"{line[: most - 1]}…"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was most likely meant to be, or None where none is near."""
    from difflib import get_close_matches  # needed only once something is wrong

    folded = {k.casefold(): k for k in known}
    near = get_close_matches(word.casefold()[:60], folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


class Finding(NamedTuple):
    """A problem whose place is still a path in the document: ("me_blocks", "pottery", "skip", 0).

    `part` says whether the key or the value at that path is meant.
    """

    path: tuple[str | int, ...]
    code: str
    message: str
    severity: str = ERROR
    part: str = "value"

    @property
    def dotted(self) -> str:
        """The path as people read it: indices count from 1, and only tables of an array show theirs.

        An index at the end is such a table where its key is meant: the place of what is missing in it.
        """
        shown = ""
        for n, step in enumerate(self.path):
            if isinstance(step, str):
                shown += f".{visible(step)}" if shown else visible(step)
            elif n + 1 < len(self.path) or self.part == "key":
                shown += f"[{step + 1}]"
        return shown
