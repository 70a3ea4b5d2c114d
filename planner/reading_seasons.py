"""Named seasons → `Season`s, and what a ritual says of them.

In: `Table`s, the year in which the agreement starts, a ritual's slots. Out: values of `agreement`, or None with
findings. Nothing is expanded: whether a ritual has a day in a season is for `checks`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from planner.agreement import InSeason, Season, Slot, each_year
from planner.reading_bounds import ENDS, is_dated, read_yearly
from planner.reading_when import ENDS_TWICE, read_other_time
from planner.tables import Path, Table, unknown
from planner.words import shown

_MOST_SPANS = 100
_DATED = "dates = [{ starts = 2027-07-01, until = 2027-07-31 }]"
_CALLED = {
    "from": ("starts", "the first day is written as `starts`"),
    "to": ("until", "the last day is written as `until`"),
    "name": ("title", "a season has a `title`"),
}


def read_season(key: str, table: Table, from_year: int) -> Season | None:
    """One `[seasons.KEY]`; None with findings. One that comes every year begins in the year before `from_year`."""
    title = table.text("title") or key.replace("-", " ").replace("_", " ")
    spans: tuple[tuple[dt.date, dt.date], ...] = ()
    yearly = not table.has("dates")
    table.know(*ENDS)
    if yearly:
        for end in ENDS:
            if isinstance(table.raw(end), dt.date) or (isinstance(table.raw(end), str) and is_dated(table.raw(end))):
                message = f'write "1 july" for what comes every year, or single dates in a list: {_DATED}'
                table.wrong(end, "season-dates", message)
                return _forgiven(table)
            if not table.has(end):
                table.missing(end, f'a day of the year: {end} = "1 july"; or single dates in a list: {_DATED}')
        if first := read_yearly(table, from_year - 1, "season"):
            spans = each_year(*first)
    else:
        for end in ENDS:
            if table.has(end):
                message = "a season comes every year or on the dates of its list; keep one of the two"
                table.wrong(end, "season-dates", message, part="key")
        spans = _spans(table)
    table.finish(_CALLED)
    return Season(key, title, spans, yearly) if spans else _forgiven(table)


def _forgiven(table: Table) -> Season | None:
    """No season; those who speak of it are forgiven, for it has a finding of its own."""
    table.findings.forgiven.add(".".join(map(str, table.path)))
    return None


def _spans(table: Table) -> tuple[tuple[dt.date, dt.date], ...]:
    found: list[tuple[dt.date, dt.date]] = []
    for inner in table.tables("dates", "{ starts = 2027-07-01, until = 2027-07-31 }", _MOST_SPANS):
        starts, until = inner.day("starts"), inner.day("until")
        for end in ENDS:
            if not inner.has(end):
                inner.missing(end, f"a date: {end} = 2027-07-{'01' if end == 'starts' else '31'}")
        if starts and until and until < starts:
            inner.wrong("until", "ends-before-start", f"the last day, {until}, lies before the first, {starts}")
        elif starts and until:
            other = next((span for span in found if span[0] <= until and starts <= span[1]), None)
            if other:
                message = f"these days meet those from {other[0]} to {other[1]}; write each day once"
                inner.wrong("starts", "seasons-meet", message)
            found.append((starts, until))
        inner.finish(_CALLED)
    return tuple(sorted(found))


def read_seasons_of(
    table: Table, seasons: tuple[Season, ...], slots: tuple[Slot, ...]
) -> tuple[tuple[Season, ...], tuple[Season, ...], tuple[InSeason, ...]]:
    """`not_in`, `only_in` and `in_season` of a ritual."""
    known = {season.key: season for season in seasons}

    def named(key: str) -> tuple[Season, ...]:
        read = [_season(table, path, value, known) for path, value in table.items(key)]
        return tuple(dict.fromkeys(season for season in read if season))

    not_in, only_in = named("not_in"), named("only_in")
    for season in only_in:
        if season in not_in:
            table.wrong("only_in", "season-twice", f'it rests in "{season.key}" already; keep one of the two')
    inner = table.table("in_season", 'in_season = { summer = { at = "07:00-09:00" } }')
    found: list[InSeason] = []
    for key in inner.values if inner else ():
        one = inner.table(key, f'{key} = {{ at = "07:00-09:00" }}') if inner else None
        named_so = _season(table, ("in_season", key), key, known, part="key")
        if one is None:
            continue
        start, length = read_other_time(one, slots)
        if not one.has("at") and not one.has("for"):
            message = 'nothing differs in this season; add at = "07:00-09:00"'
            one.findings.add(one.path, "no-change", message, part="key")
        elif length is not None and table.has("ladder"):
            message = ENDS_TWICE.format("ladder") if one.has("at") else "`for` and `ladder` both say how long"
            one.wrong("at" if one.has("at") else "for", "two-lengths", message)
        one.finish()
        if named_so is None:
            continue
        if named_so in not_in:
            table.wrong(("in_season", key), "season-twice", f'it rests in "{key}"; keep one of the two', part="key")
        if met := next((o for o in found if _meet(o.season, named_so)), None):
            message = f'"{key}" and "{met.season.key}" have days in common; which time holds on them? keep one'
            table.wrong(("in_season", key), "seasons-meet", message, part="key")
        found.append(InSeason(named_so, start, length))
    return not_in, only_in, tuple(found)


def _season(table: Table, path: Path, value: Any, known: dict[str, Season], part: str = "value") -> Season | None:
    text = table.check_text(path, value, wanted='the key of a season in quotes, such as "summer",')
    if text is None or text in known:
        return known[text] if text else None
    if not {f"seasons.{text}", "seasons."} & table.findings.forgiven:
        hint = unknown(text, known) if known else f"write [seasons.{shown(text)}] with its first and last day"
        table.wrong(path, "unknown-season", f'no season "{shown(text)}"; {hint}', part=part)
    return None


def _meet(one: Season, other: Season) -> bool:
    return any(a <= d and c <= b for a, b in one.spans for c, d in other.spans)
