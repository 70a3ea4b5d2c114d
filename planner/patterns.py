"""The couple's words as regular expressions, for programs that know nothing but those: editors with a JSON Schema.

In: the words of `words` and `day_words`. Out: patterns in the part of the language that JavaScript, Rust and Python
share, without flags; so each letter stands in both cases. A pattern takes whatever the reading takes. What it takes
beyond that is left to `check`: whether a list names a day twice, whether a length is too long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from planner.agreement import FIRST_YEAR, LAST_YEAR
from planner.day_words import DAY_GROUPS, MONTH_NUMBER, ORDINAL_NUMBER
from planner.words import EVERY_UNITS, MONTH_LENGTHS, UNITS, WEEKDAY_NUMBER


def whole(inner: str) -> str:
    """The pattern of a text that is `inner` and nothing else but blanks around it."""
    return rf"^\s*(?:{inner})\s*$"


def word(text: str) -> str:
    """A word, or several with blanks between them, in capitals or not."""
    return r"\s+".join("".join(_letter(c) for c in part) for part in text.split())


def words(of: Iterable[str]) -> str:
    """One of several words; longer ones first, so that none ends in the middle of another."""
    return "(?:" + "|".join(word(w) for w in sorted(of, key=lambda w: (-len(w), w))) + ")"


def exact(of: Iterable[str]) -> str:
    """One of several words as they are written here."""
    return "(?:" + "|".join(re.sub(r"([.^$*+?()[\]{}|\\/])", r"\\\1", w) for w in of) + ")"


def _letter(c: str) -> str:
    if c.isalpha():
        return f"[{c.lower()}{c.upper()}]"
    return re.sub(r"([.^$*+?()[\]{}|\\/])", r"\\\1", c)


# ── days ─────────────────────────────────────────────────────────────


def _up_to(most: int) -> str:
    """A number from 1 to 28, 29, 30 or 31, with a nought before it or not."""
    last = {28: "2[0-8]", 29: "2[0-9]", 30: "2[0-9]|30", 31: "2[0-9]|3[01]"}[most]
    return f"(?:0?[1-9]|1[0-9]|{last})"


def _of_month() -> str:
    """A day of a month by its number, on either side of the month's name."""
    found = []
    for length in sorted(set(MONTH_LENGTHS)):
        names = words(name for name, n in MONTH_NUMBER.items() if MONTH_LENGTHS[n - 1] == length)
        number = _up_to(length) + f"{words(('st', 'nd', 'rd', 'th'))}?"
        found += [rf"{number}{_OFS}\s+{names}", rf"{names}{_OFS}\s+{number}"]
    return rf"(?:{word('of')}\s+)*(?:{'|'.join(found)}){_OFS}"


_OFS = rf"(?:\s+{word('of')})*"
_WEEKDAY = words(WEEKDAY_NUMBER)
_MONTH = words(MONTH_NUMBER)
_ORDINAL = rf"{words(ORDINAL_NUMBER)}\s+{_WEEKDAY}"
_NUMBER = "0{0,2}[1-9][0-9]{0,2}"
_LONG = words(name for name, n in MONTH_NUMBER.items() if n != 2)
_YEAR_DAY = rf"{_of_month()}|{word('last day of')}\s+{_LONG}"
_IN_MONTH = rf"(?:\s+{word('of')}\s+{words(('the', 'every'))}\s+{word('month')})*"
_ONE = "|".join(
    (
        _WEEKDAY,
        rf"{word('day')}\s+0*(?:[1-9]|[12][0-9]|3[01])",
        word("last day"),
        _ORDINAL,
        rf"{_ORDINAL}\s+{word('of')}\s+{_MONTH}",
        _YEAR_DAY,
    )
)
_IN_TURN = rf"{_WEEKDAY}(?:,?\s+{word('then')}\s+{_WEEKDAY})+"
_IN_CYCLE = rf"{word('day')}\s+{_NUMBER}\s+{word('of')}\s+(?:{word('every')}\s+)?{_NUMBER}(?:\s+{word('days')})?"

WEEKDAY = whole(_WEEKDAY)
YEAR_DAY = whole(_YEAR_DAY)
NAMED_DAYS = whole(rf"{words(DAY_GROUPS)}|(?:{_ONE}){_IN_MONTH}")
"""Days that may stand in `at` too: all but those that take turns and those of a cycle."""
DAYS = whole(rf"{words(DAY_GROUPS)}|(?:{_ONE}){_IN_MONTH}|{_IN_TURN}|{_IN_CYCLE}")


def _dates() -> str:
    decades = "|".join(str(year)[:3] for year in range(FIRST_YEAR, LAST_YEAR + 1, 10))
    return f"^(?:{decades})[0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"


DATE = _dates()

# ── spacing and lengths ──────────────────────────────────────────────

_SINGLE = words(EVERY_UNITS)
EVERY = whole(rf"(?:{word('every')}\s+)?(?:{_SINGLE}|{_NUMBER}\s+{_SINGLE}[sS]?)")
EVERY_DAYS = whole(rf"(?:{word('every')}\s+)?(?:{word('day')}|{_NUMBER}\s+{word('day')}[sS]?)")
"""A spacing that needs no day beside it."""


def _lengths(units: Iterable[str]) -> str:
    """Numbers with their units, not all of them nought."""
    unit = words(units)
    some = rf"0*[1-9][0-9]{{0,4}}\s*{unit}\s*"
    return whole(rf"(?:0+\s*{unit}\s*)*{some}(?:[0-9]{{1,5}}\s*{unit}\s*)*")


LENGTH = _lengths(UNITS)
SHORT_LENGTH = _lengths(unit for unit, (months, _) in UNITS.items() if not months)
"""A length without months and years."""

# ── times of day ─────────────────────────────────────────────────────

_24 = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_24_CLEAR = "(?:00?|1[3-9]|2[0-3]):[0-5][0-9]"  # no hour that could be one of the morning or of the evening
_12 = r"(?:0?[1-9]|1[0-2])(?::[0-5][0-9])?\s*[aApP]\.?[mM]\.?"
_DASH = rf"\s*(?:[-–—]|\b{word('to')}\b)\s*"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:00(?:\\.0+)?"  # as TOML writes a time

START = whole(rf"{_24}|{_12}|{_CLOCK}")
SPAN = whole(rf"{_24}{_DASH}(?:{_24}|24:00)|{_12}{_DASH}(?:{_12}|{_24_CLEAR}|24:00)|{_24_CLEAR}{_DASH}{_12}")
ALL_DAY = whole(f"{word('all')}(?:\\s+|-)?{word('day')}")
OPEN = whole(word("open"))
AT = f"{START}|{SPAN}|{ALL_DAY}"

# ── texts ────────────────────────────────────────────────────────────

TEXT = r"\S"
LINE = r"^\s*\S(?:[^\n]*\S)?\s*$"
ADDRESS = r"^\s*[A-Za-z][A-Za-z0-9+.-]*://"
NONE = whole(word("none"))
