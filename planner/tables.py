"""Tables of the document, read key by key into typed values; what cannot be read becomes a Finding.

In: dictionaries as tomllib gives them. Out: texts, dates, flags, people. Every key asked for is remembered, so that
`finish` can name the unknown ones. No defaults of the agreement enter here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from planner.agreement import FIRST_YEAR, LAST_YEAR
from planner.problems import ERROR, Finding, nearest
from planner.words import Unclear, shown

KEY = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")
KEY_FORM = "made of small letters a-z and digits, with hyphens and underscores between them, 40 at most"
RESERVED = ("everyone", "all", "none", "turn")
MOST_FINDINGS = 200
_MOST_COMPARED = 300
MOST_THINGS = 10_000
MOST_PEOPLE = 300
_MOST_LISTED = 12
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029]")

Path = tuple[str | int, ...]
T = TypeVar("T")


class TooManyFindings(Exception):
    """So much is wrong that the rest can wait."""


class Findings:
    """Collects what is wrong, each thing once; stops the reading where it is clear that this is no agreement.

    `forgiven` are the dotted keys of people and rituals whose tables have a finding of their own ("people.Ana"): what
    speaks of them is not unknown as well.
    """

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.forgiven: set[str] = set()

    def add(self, path: Path, code: str, message: str, *, severity: str = ERROR, part: str = "value") -> None:
        """Note one finding."""
        finding = Finding(path, code, message, severity, part)
        if finding in self.found:
            return
        self.found.append(finding)
        if len(self.found) >= MOST_FINDINGS:
            raise TooManyFindings

    def errors(self) -> int:
        """How many errors there are so far."""
        return sum(1 for f in self.found if f.severity == ERROR)


def said(value: object) -> str:
    """What kind of thing a TOML value is, in plain words, with the value where it is short."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'the text "{shown(value)}"'
        case int() | float():
            return f"the number {shown(str(value), 20)}"
        case dt.datetime():
            return "a date with a time"
        case dt.date():
            return f"the date {value}"
        case dt.time():
            return f"the time {value:%H:%M}"
        case list():
            return "a list"
    return "a group of names and values"


def unknown(word: str, known: Iterable[str]) -> str:
    """A remedy for an unknown word: the nearest known one, or all of them where they are few."""
    known = list(known)
    near = nearest(word, known[:_MOST_COMPARED])
    if near:
        return f'did you mean "{near}"?'
    if not known:
        return "there are none yet"
    listed = ", ".join(f'"{k}"' for k in known[:_MOST_LISTED])
    if len(known) == 1:
        return f"there is only {listed}"
    return f"there are {listed}" + (f" and {len(known) - _MOST_LISTED} more" if len(known) > _MOST_LISTED else "")


_IN_LIST = {
    "on": 'write a day in it, such as on = ["friday"]',
    "who": 'write in it who takes part, such as who = "ana"',
    "hosts": 'write in it who takes turns, such as hosts = ["ana", "ben"]',
    "turns": 'write in it who takes turns, such as turns = ["ana", "ben"]',
    "steps": 'write a length or more in it, such as steps = ["30m", "45m"]',
    "these": "write in it what belongs together, two rituals or more",
}
"""What belongs in a list that cannot always be left out."""


class Table:
    """One table of the document at `path`."""

    def __init__(self, values: dict[str, Any], path: Path, findings: Findings) -> None:
        self.values = values
        self.path = path
        self.findings = findings
        self._asked: list[str] = []
        self._missing: list[tuple[str, Path, str, str]] = []

    def wrong(self, key: str | Path, code: str, message: str, *, severity: str = ERROR, part: str = "value") -> None:
        """Note a finding at `key` of this table (or at a longer path below it)."""
        below: Path = (key,) if isinstance(key, str) else key
        self.findings.add(self.path + below, code, message, severity=severity, part=part)

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        self.know(key)
        return key in self.values

    def raw(self, key: str) -> Any:
        """The value as tomllib gives it, or None."""
        self.know(key)
        return self.values.get(key)

    def know(self, *keys: str) -> None:
        """Count these keys among the known ones, whether they are written or not."""
        self._asked.extend(key for key in keys if key not in self._asked)

    def clear(self, key: Path, read: Callable[[], T], *, part: str = "value") -> T | None:
        """What `read` returns, or None with a finding at `key` where the text says nothing definite."""
        try:
            return read()
        except Unclear as e:
            self.wrong(key, e.code, str(e), part=part)
            return None

    def missing(self, key: str, remedy: str) -> None:
        """Note, once `finish` is called, that a key is missing; the place is the table's own."""
        self.lacking(key, (), "missing-key", f"`{key}` is missing; {remedy}")

    def lacking(self, key: str, place: Path, code: str, message: str) -> None:
        """Note, once `finish` is called, what is wrong at `place` for want of a key.

        Where an unknown key turns out to be this one misspelt, that is said, and nothing more.
        """
        self._missing.append((key, place, code, message))

    # ── values ──

    def wants(self, key: Path, value: object, wanted: str) -> None:
        """Note that a value of another kind is meant."""
        self.wrong(key, "wrong-kind", f"{wanted} is meant here, not {said(value)}")

    def check_text(
        self, key: Path, value: object, *, lines: bool = False, wanted: str = "a text in quotes"
    ) -> str | None:
        """The value as a clean text, or None with a finding."""
        if not isinstance(value, str):
            self.wants(key, value, wanted)
            return None
        text = value.replace("\r\n", "\n").strip()
        if not text:
            self.wrong(key, "empty-text", "the text is empty; write something, or leave the key out")
            return None
        if not lines and "\n" in text:
            self.wrong(key, "line-break", "this text must fit on one line; `notes` may have several")
            return None
        if match := _CONTROL.search(text):
            self.wrong(
                key,
                "control-character",
                f"the text holds an invisible character (U+{ord(match[0]):04X}); delete it",
            )
            return None
        return text

    def text(self, key: str, *, lines: bool = False, wanted: str = "a text in quotes") -> str | None:
        """A text, or None."""
        return self.check_text((key,), self.values[key], lines=lines, wanted=wanted) if self.has(key) else None

    def items(self, key: str, most: int = MOST_THINGS) -> list[tuple[Path, Any]]:
        """The elements of a list with their paths; a value that is no list counts as a list of one."""
        if not self.has(key):
            return []
        value = self.values[key]
        if isinstance(value, list):
            if not value:
                remedy = _IN_LIST.get(key, "write something in it, or leave the key out")
                self.wrong(key, "empty-list", f"the list is empty; {remedy}")
            if len(value) > most:
                message = f"this list holds {len(value)} things, and {most} are the most; is something pasted here?"
                self.wrong(key, "too-long", message)
                return []
            return [((key, n), item) for n, item in enumerate(value)]
        return [((key,), value)]

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        read = [self.check_text(path, item) for path, item in self.items(key)]
        return tuple(text for text in read if text)

    def choice(self, key: str, known: tuple[str, ...], what: str) -> str | None:
        """One of a few known words."""
        word = self.text(key)
        if word is None or word in known:
            return word
        plain = " ".join(word.casefold().split())
        if plain in known:
            return plain
        self.wrong(key, "unknown-word", f'no {what} "{shown(word)}"; {unknown(plain, known)}')
        return None

    def flag(self, key: str) -> bool:
        """True or false; false where it is not written."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.wants((key,), value, "true or false (without quotes)")
            return False
        return bool(value)

    def number(self, key: str) -> int | None:
        """A whole number, or None."""
        value = self.raw(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.wants((key,), value, "a whole number")
        return None

    def check_day(self, key: Path, value: object) -> dt.date | None:
        """The value as a date within the years that an agreement may speak of, or None with a finding."""
        if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
            self.wrong(key, "quoted-date", f"a date stands without quotes: {value.strip()}")
        elif not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            self.wants(key, value, "a date such as 2027-01-04 (without quotes)")
        elif not FIRST_YEAR <= value.year <= LAST_YEAR:
            for_ever = "; what goes on for ever has no `until` at all" if key[-1] == "until" else ""
            self.wrong(
                key,
                "far-date",
                f"{value} is outside the years that planner counts, {FIRST_YEAR} to {LAST_YEAR}{for_ever}",
            )
        else:
            return value
        return None

    def day(self, key: str) -> dt.date | None:
        """A date, or None."""
        return self.check_day((key,), self.values[key]) if self.has(key) else None

    def days(self, key: str) -> tuple[dt.date, ...]:
        """A date or a list of dates, in the order of the file."""
        read = [self.check_day(path, item) for path, item in self.items(key)]
        return tuple(dict.fromkeys(day for day in read if day))

    def table(self, key: str, example: str) -> Table | None:
        """A table below this one, or None."""
        if not self.has(key):
            return None
        value = self.values[key]
        if not isinstance(value, dict):
            part = "key" if _is_headed(value) else "value"
            self.wrong(key, "wrong-kind", f"write {example} instead of {_said_of(key, value)}", part=part)
            return None
        return Table(value, (*self.path, key), self.findings)

    def tables(self, key: str, example: str, most: int = MOST_THINGS) -> list[Table]:
        """A list of tables below this one."""
        found = []
        for path, item in self.items(key, most):
            if isinstance(item, dict):
                found.append(Table(item, self.path + path, self.findings))
            else:
                self.wrong(path, "wrong-kind", f"write {example} instead of {said(item)}")
        return found

    def keyed(self, key: str, example: str) -> list[tuple[str, Table]]:
        """The tables `[key.NAME]`, each with its name; names are held to the form of keys."""
        outer = self.table(key, f"{example} and what belongs to it")
        if outer is None:
            if key in self.values:
                self.findings.forgiven.add(f"{key}.")
            return []
        most = MOST_PEOPLE if key == "people" else MOST_THINGS
        if len(outer.values) > most:
            message = f"{len(outer.values)} things stand under [{key}], and {most} are the most; is it the right file?"
            self.wrong(key, "too-long", message, part="key")
            raise TooManyFindings
        found = []
        for name, value in outer.values.items():
            if isinstance(value, dict):
                if outer.check_key(name):
                    found.append((name, Table(value, (*outer.path, name), self.findings)))
                continue
            if f"{key}." not in self.findings.forgiven:
                self.findings.forgiven.add(f"{key}.")
                outer.wrong(
                    name,
                    "no-name",
                    f"`{shown(name)}` stands directly under [{key}]; write a heading with a name above it, such as "
                    f"{example}",
                    part="key",
                )
        return found

    def check_key(self, name: str) -> bool:
        """Whether `name` has the form of a key, else a finding."""
        if not KEY.fullmatch(name):
            guess = as_key(name)
            self._forgive(name, guess)
            hint = f'; write it as "{guess}"' if guess else ""
            if guess and not re.fullmatch("[a-z0-9_-]+", name):
                hint += f", and the name itself as `{'name' if self.path[0] in ('people', 'helpers') else 'title'}`"
            self.wrong(name, "bad-key", f'"{shown(name)}" is no key; a key is {KEY_FORM}{hint}', part="key")
            return False
        if name in RESERVED:
            self._forgive(name)
            self.wrong(
                name,
                "reserved-key",
                f'"{name}" has a meaning of its own here; choose another key',
                part="key",
            )
            return False
        return True

    def _forgive(self, *names: str) -> None:
        self.findings.forgiven.update(".".join((*map(str, self.path), name)) for name in names)

    def finish(self, elsewhere: dict[str, tuple[str, str]] | None = None) -> None:
        """Note every key that nobody asked for, and every one that is missing.

        `elsewhere` has words for some unknown keys: the key that each stands for ("" for none), and a remedy.
        """
        meant = set()
        for key in self.values:
            if key not in self._asked:
                near, hint = self._meant(key, elsewhere or {})
                meant.add(near)
                self.wrong(key, "unknown-key", f'no key "{shown(key)}" here; {hint}', part="key")
        for key, place, code, message in self._missing:
            if key not in meant:
                self.findings.add(self.path + place, code, message, part="value" if place else "key")

    def _meant(self, key: str, elsewhere: dict[str, tuple[str, str]]) -> tuple[str, str]:
        """The key that an unknown one was most likely meant to be ("" for none), and a remedy."""
        if key in elsewhere:
            return elsewhere[key]
        if near := nearest(key, self._asked):
            return near, f'did you mean "{near}"?'
        if near := nearest(key, elsewhere):
            return elsewhere[near]
        return "", f"known here: {', '.join(self._asked)}"


def _is_headed(value: object) -> bool:
    """Whether a value is most likely written with double brackets, as a list of tables."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _said_of(key: str, value: object) -> str:
    return f"[[{key}]] with two pairs of brackets" if _is_headed(value) else said(value)


def as_key(name: str) -> str:
    """The key that a name would be: "Zoë & Ben" is "zoe-ben"."""
    import unicodedata  # needed only once something is wrong

    plain = unicodedata.normalize("NFKD", name[:200].casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
