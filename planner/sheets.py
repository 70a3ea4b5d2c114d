"""Sheets on demand: a page of Markdown for a talk, with names and a date, and nothing that is ever stored.

In: a sheet's text with $words in it, an `Agreement`, a date. Out: Markdown. No file, no clock; nothing of the rituals
enters, so that a sheet can lie on any table.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from string import Template

from planner.agreement import Agreement
from planner.languages import LANGUAGES, date_in, list_names, say
from planner.tongues import tongue

WORDS = ("names", "date", "title", "others", "each_line", "each_makes_sense", "columns", "rule", "cells")


def not_the_help(language: str) -> str:
    """The one quiet line: the same on every sheet, for everybody, whatever stands in an agreement."""
    return say(language, "not the help")


def sheet_in(name: str, language: str, there: Container[str]) -> str | None:
    """The sheet by this name in a language: "repair.de" where there is one, else "repair"; None for neither.

    A name with a language behind it is no sheet of its own: the agreement says the language.
    """
    if _plain_name(name) != name:
        return None
    return next((one for one in (f"{name}.{language}", name) if one in there), None)


def sheet_names(language: str, there: Iterable[str]) -> list[str]:
    """What the sheets are called of which there is one to fill in, in a language or in all: "repair", once."""
    known = dict.fromkeys(there)
    return [name for name in dict.fromkeys(map(_plain_name, known)) if sheet_in(name, language, known)]


def _plain_name(name: str) -> str:
    before, _, last = name.rpartition(".")
    return before if before and last in LANGUAGES else name


def sheet_title(text: str) -> str:
    """What a sheet is called: its first heading."""
    return text.partition("\n")[0].lstrip("# ").strip()


def sheet_fault(text: str) -> str | None:
    """What keeps a sheet from being filled in, with its line; None where nothing does."""
    template = Template(text)
    for found in template.pattern.finditer(text):
        word = found["named"] or found["braced"]
        if found["escaped"] is None and word not in WORDS:
            line = text.count("\n", 0, found.start()) + 1
            known = ", ".join(f"${w}" for w in WORDS)
            what = f'sheets know no "${word}"' if word else 'a "$" stands alone; write "$$" where the sign is meant'
            return f"line {line}: {what}; there are {known}"
    return None


def sheet(text: str, agreement: Agreement, on: date) -> str:
    """The sheet for these people on this day, as Markdown; the quiet line stands at its foot.

    ValueError, with what `sheet_fault` says, where the text cannot be filled in.
    """
    if fault := sheet_fault(text):
        raise ValueError(fault)
    language = agreement.language
    names = [_plain(person.name) for person in agreement.people.values()]
    lines = [f"{name}{tongue(language).colon.rstrip()}" for name in names]
    filled = Template(text).substitute(
        names=list_names(language, names),
        date=date_in(language, on),
        title=_plain(agreement.title),
        others=say(language, "other listens" if len(names) == 2 else "others listen"),
        each_line="\n".join(f"- {line}" for line in lines),
        each_makes_sense="\n".join(f"- {line} {say(language, 'makes sense')}" for line in lines),
        columns=" | ".join(names),
        rule=" | ".join("---" for _ in names),
        cells=" | ".join("  " for _ in names),
    )
    return f"{filled.rstrip()}\n\n---\n\n{not_the_help(language)}\n"


def _plain(name: str) -> str:
    """A name that Markdown takes as letters."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in name)
