"""Sheets on demand: a page of Markdown for a talk, with names and a date, and nothing that is ever stored.

In: a sheet's text with $words in it, an `Agreement`, a date. Out: Markdown. No file, no clock; nothing of the rituals
enters, so that a sheet can lie on any table.
"""

from __future__ import annotations

from datetime import date
from string import Template

from planner.agreement import Agreement
from planner.saying import listed, say_date

NOT_THE_HELP = (
    "A calendar is not always the help that is needed. If someone is afraid of the other, please talk to someone you "
    "trust, or to a local helpline."
)
"""The one quiet line: the same on every sheet, for everybody, whatever stands in an agreement."""

WORDS = ("names", "date", "title", "others", "each_line", "each_makes_sense", "columns", "rule", "cells")


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
    names = [_plain(person.name) for person in agreement.people.values()]
    filled = Template(text).substitute(
        names=listed(names),
        date=say_date(on),
        title=_plain(agreement.title),
        others="the other listens" if len(names) == 2 else "the others listen",
        each_line="\n".join(f"- {name}:" for name in names),
        each_makes_sense="\n".join(f"- {name}: It makes sense to me that …" for name in names),
        columns=" | ".join(names),
        rule=" | ".join("---" for _ in names),
        cells=" | ".join("  " for _ in names),
    )
    return f"{filled.rstrip()}\n\n---\n\n{NOT_THE_HELP}\n"


def _plain(name: str) -> str:
    """A name that Markdown takes as letters."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in name)
