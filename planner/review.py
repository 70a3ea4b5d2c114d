"""The review: what there is to look at, the sheet to fill in, and the notes that two people keep of it.

In: a `History`, the day, what was noted last time, the text of a template. Out: `Facts`, Markdown, `Notes`. Facts come
from the file alone: what was planned, what moved. Nobody is counted, compared or judged. No file and no clock enter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from string import Template
from typing import NamedTuple

from planner.agreement import Agreement, History, Pause, Ritual
from planner.clashes import clashes
from planner.compiler import compile_versions
from planner.history import agreement_on, drafted, segments
from planner.languages import say
from planner.pairs import alone
from planner.recurrence import ONE_DAY
from planner.revision import named, unit_of
from planner.saying import listed, say_date, say_minutes, say_span, say_stretch, say_when
from planner.timeline import occurrences
from planner.words import Length, add_length

_MONTH = timedelta(days=31)
_HEADINGS = ("Appreciation", "To talk about", "Decided", "One small thing each", "Something good")


class Facts(NamedTuple):
    """What there is to look at, in sentences: the days first to last, what was planned and moved, what comes.

    `balance` is the planned time of the month ahead, `phones` what calendars say was moved and the file does not know.
    """

    first: date
    last: date
    planned: tuple[str, ...]
    moved: tuple[str, ...]
    ending: tuple[str, ...]
    steps: tuple[str, ...]
    ahead: tuple[str, ...]
    balance: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


class Notes(NamedTuple):
    """What two people keep of a review; people by name. `small` are the small things that each takes on."""

    appreciation: dict[str, str]
    talk: tuple[str, ...]
    decided: tuple[str, ...]
    small: dict[str, str]
    good: tuple[str, ...]


NOTHING = Notes({}, (), (), {}, ())


# ── facts ────────────────────────────────────────────────────────────


def period(history: History, noted: date | None, today: date) -> date:
    """The first day to look back on: after the last notes, else after the last review in the file, else a month ago."""
    start = history.current.starts
    if noted is not None:
        return max(noted + ONE_DAY, start)
    series = [s for s in compile_versions(history, None) if s.kind == "review"]
    found = occurrences(series, today - 12 * _MONTH, today)
    return max(found[-1].day + ONE_DAY if found else today - _MONTH, start)


def facts(history: History, first: date, today: date) -> Facts:
    """What was planned from `first` to `today`, what ends or may grow, and where the next month asks for two things."""
    found = occurrences(compile_versions(history, None), first, today + ONE_DAY)
    agreement = agreement_on(history, today)
    known = history.current.rituals | agreement.rituals
    times: dict[str, int] = {}
    for o in found:
        if o.ritual in known:
            times[unit_of(o.ritual)] = times.get(unit_of(o.ritual), 0) + 1
    planned = tuple(
        f"{_called(agreement, known, unit)}: {_times(times[unit])}"
        for unit in dict.fromkeys(map(unit_of, known))
        if unit in times
    )
    moved = (*_singles(history.current, known, first, today), *_rests(history.current, first, today))
    return Facts(
        first,
        today,
        planned,
        moved,
        tuple(_ending(agreement, first, today)),
        tuple(_steps(history, today)),
        tuple(_ahead(history, today)),
    )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _singles(current: Agreement, known: dict[str, Ritual], first: date, last: date) -> Iterator[str]:
    for ritual in known.values():
        if ritual.path not in current.rituals:
            continue
        name = named(current, ritual)
        skipped = [say_date(day) for day in sorted(ritual.skip) if first <= day <= last]
        if skipped:
            yield f"{name} was left out on {listed(skipped)}."
        for change in ritual.changes:
            if not first <= change.on <= last or change.on in ritual.skip:
                continue
            if change.moved_to and change.moved_to != change.on:
                yield f"{name} moved from {say_date(change.on)} to {say_date(change.moved_to)}."
            elif change.start is not None or change.length:
                yield f"{name} was at another time on {say_date(change.on)}."
            elif change.turn:
                yield f"{name} on {say_date(change.on)} was {current.name(change.turn)}'s."


def _rests(current: Agreement, first: date, last: date) -> Iterator[str]:
    for pause in current.rests:
        if pause.starts <= last and pause.until >= first:
            yield f"{_what_rests(current, pause)} {say_span(pause.starts, pause.until)}."


def _what_rests(current: Agreement, pause: Pause) -> str:
    what = [
        _called(current, current.rituals, key) if "." in key else f"all {key.replace('_', ' ')}" for key in pause.only
    ]
    whose = f" (where {current.names(pause.who)} takes part)" if len(pause.who) == 1 else ""
    said = listed(what) if what else "everything"
    return f"{said[:1].upper()}{said[1:]}{whose} rested"


def _ending(agreement: Agreement, first: date, today: date) -> Iterator[str]:
    for ritual in agreement.rituals.values():
        if ritual.trial and ritual.until and first - ONE_DAY <= ritual.until <= today + 2 * _MONTH:
            verb = "was on trial until" if ritual.until < today else "is on trial until"
            yield f"{named(agreement, ritual)} {verb} {say_date(ritual.until)}: keep it, change it, or let it go?"


def _steps(history: History, today: date) -> Iterator[str]:
    """Ladders that may take a step; a step lasts as long as its `each` at least, from the day its terms hold."""
    since = {s.ritual.path: s.first for s in segments(history) if s.first is not None and s.first <= today}
    agreement = agreement_on(history, today)
    for path, ritual in agreement.rituals.items():
        ladder = ritual.ladder
        if ladder is None or ladder.by_date or ladder.step >= len(ladder.steps):
            continue
        begun = max(since.get(path) or ritual.starts, ritual.starts)
        if add_length(begun, Length(ladder.each_months, ladder.each_days * 1440)) > today:
            continue
        now, then = (say_minutes(ladder.steps[n]) for n in (ladder.step - 1, ladder.step))
        each = say_stretch(ladder.each_months, ladder.each_days)
        yield (
            f"{named(agreement, ritual)} has been {now} for {each} or more: {then} next, or stay, or step back? "
            "Each is fine."
        )


def _ahead(history: History, today: date) -> Iterator[str]:
    """Where one person is asked for twice in the next month, if the file were agreed as it stands."""
    draft = drafted(history, today + ONE_DAY)
    for clash in clashes(history.current, *ahead(today), compile_versions(draft, None)):
        titles = [_called(history.current, history.current.rituals, path) for path in clash.rituals]
        whose = history.current.names(clash.people)
        yield f"{titles[0]} and {titles[1]} ask for {whose}'s time at once, first on {say_date(clash.first)}."
    for one in alone(history.current, *ahead(today)) if history.current.pairs else ():
        yield f"{one.sentence}."


def _called(agreement: Agreement, known: Mapping[str, Ritual], path: str) -> str:
    """A ritual, a programme, or the ritual that a check-in or a covering belongs to."""
    ritual = next((known[p] for p in (path, path.rpartition(".")[0]) if p in known), None)
    title = next((p.title for p in agreement.programs if f"programs.{p.key}" == path and p.title), path)
    return named(agreement, ritual) if ritual else title


def ahead(today: date) -> tuple[date, date]:
    """The month that a review looks ahead to: its first day, and the day after the last."""
    return today + ONE_DAY, today + ONE_DAY + _MONTH


# ── the sheet ────────────────────────────────────────────────────────


def sheet(template: str, history: History, seen: Facts, last: Notes) -> str:
    """The sheet to fill in: the template with what there is to look at in the places of its $words."""
    agreement = agreement_on(drafted(history, seen.last + ONE_DAY), seen.last + ONE_DAY)
    names = [person.name for person in history.current.people.values()]
    rituals = [f"{named(agreement, r)}, {say_when(r)}" for r in agreement.rituals.values() if not r.program]
    rituals += [f"{p.title} {say_span(p.starts, p.last)}" for p in agreement.programs if p.last and p.last >= seen.last]
    small = [f"{name}: {text}" for name, text in last.small.items()]
    words = {
        "title": history.current.title,
        "names": listed(names),
        "day": say_date(seen.last),
        "period": say_span(seen.first, seen.last) if seen.first <= seen.last else f"on {say_date(seen.last)}",
        "each": _bullets([f"{name}:" for name in names], ""),
        "planned": _bullets(seen.planned, "Nothing was planned. Free time is a plan too."),
        "moved": _bullets((*seen.moved, *seen.phones), "Nothing was moved."),
        "small": _bullets(small, "Nothing was noted."),
        "ending": _bullets((*seen.ending, *seen.steps), "No trial ends, and no step is due."),
        "ahead": _bullets(seen.ahead, "Nothing asks for one of you twice."),
        "help": say(history.current.language, "not the help"),
        "balance": _bullets(seen.balance, "Nothing yet. Free time is a plan too."),
        "rituals": "\n".join(f"- [ ] {line}" for line in rituals) or "- No ritual stands here yet.",
    }
    return Template(template).safe_substitute(words)


def _bullets(lines: tuple[str, ...] | list[str], none: str) -> str:
    return "\n".join(f"- {line}" for line in lines) or f"- {none}"


# ── notes ────────────────────────────────────────────────────────────


def notes_text(title: str, day: date, notes: Notes) -> str:
    """The notes as Markdown; what is empty is left out."""
    by_heading = zip(_HEADINGS, notes, strict=True)
    parts = [f"# {title}, {say_date(day)}"]
    for heading, noted in by_heading:
        lines = [f"{name}: {text}" for name, text in noted.items()] if isinstance(noted, dict) else list(noted)
        if lines:
            parts.append(f"## {heading}\n\n" + "\n".join(f"- {' '.join(line.split())}" for line in lines))
    return "\n\n".join(parts) + "\n"


def read_notes(text: str) -> Notes:
    """What notes say; what cannot be read of them is left out."""
    found: dict[str, list[str]] = {heading: [] for heading in _HEADINGS}
    here: list[str] = []
    for line in text.splitlines():
        if line.startswith("#"):
            here = found.get(line.lstrip("#").strip(), [])
        elif match := re.match(r"\s*[-*] +(.+)", line):
            here.append(match[1].strip())
    lists = [found[heading] for heading in _HEADINGS]
    return Notes(_by_name(lists[0]), tuple(lists[1]), tuple(lists[2]), _by_name(lists[3]), tuple(lists[4]))


def _by_name(lines: list[str]) -> dict[str, str]:
    pairs = [line.partition(": ") for line in lines]
    return {name.strip(): text.strip() for name, colon, text in pairs if colon and text.strip()}
