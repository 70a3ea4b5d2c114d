"""Whom a view speaks of, at a glance: a letter and a colour for each person.

In: an `Agreement`, an `Occurrence`. Out: letters, colours. No terminal and no page enter, and no file.
"""

from __future__ import annotations

from planner.agreement import Agreement
from planner.timeline import Occurrence

Color = tuple[int, int, int]
PEOPLE_COLORS: tuple[Color, ...] = (
    (55, 124, 188),
    (174, 105, 25),
    (35, 139, 51),
    (145, 101, 189),
    (34, 135, 129),
    (126, 123, 32),
)
TOGETHER_COLOR: Color = (182, 84, 166)
"""Calm colours, each as far from black as from white: people's in their order, and one for what is shared."""


def letters(agreement: Agreement) -> dict[str, str]:
    """One letter for each person, no two the same: the first of the name where it is free."""
    found: dict[str, str] = {}
    for key, person in agreement.people.items():
        spelled = [c.upper() for c in person.name + key if c.isalnum() and len(c.upper()) == 1]
        wanted = [*spelled, *map(str, range(len(agreement.people)))]
        found[key] = next(c for c in wanted if c not in found.values())
    return found


def luminance(color: Color) -> float:
    """Relative luminance, 0 black to 1 white."""
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def person_color(agreement: Agreement, person: str) -> Color:
    """The colour of a person: the one that they chose, else one by their place among the people."""
    known = agreement.people.get(person)
    named = agreement.colors.get(person) or (known.color if known else None)
    return _rgb(named) if named else PEOPLE_COLORS[list(agreement.people).index(person) % len(PEOPLE_COLORS)]


def color_of(agreement: Agreement, o: Occurrence) -> Color:
    """The colour of what happens: its own, else that of the one who takes part, else the one of what is shared."""
    if o.look.color:
        return _rgb(o.look.color)
    people = list(agreement.people)
    return PEOPLE_COLORS[people.index(o.who[0]) % len(PEOPLE_COLORS)] if len(o.who) == 1 else TOGETHER_COLOR


def _rgb(name: str) -> Color:
    from planner.colors import rgb  # most agreements name no colour

    return rgb(name)
