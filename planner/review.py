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

from planner.agreement import TABLES, Agreement, History, Pause, Ritual
from planner.clashes import clashes
from planner.compiler import compile_versions
from planner.history import agreement_on, drafted, segments
from planner.languages import say
from planner.pairs import alone
from planner.recurrence import ONE_DAY
from planner.revision import unit_of
from planner.saying import capital, say_date
from planner.timeline import occurrences
from planner.tongues import ENGLISH, Tongue
from planner.words import Length, add_length

_MONTH = timedelta(days=31)
WHOLE = {key: f"all {key.replace('_', ' ')}" for key in (*TABLES, "programs")}
"""What rests where a pause names a whole table."""
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


def facts(history: History, first: date, today: date, its: Tongue = ENGLISH) -> Facts:
    """What was planned from `first` to `today`, what ends or may grow, and where the next month asks for two things."""
    found = occurrences(compile_versions(history, None), first, today + ONE_DAY)
    agreement = agreement_on(history, today)
    known = history.current.rituals | agreement.rituals
    times: dict[str, int] = {}
    for o in found:
        if o.ritual in known:
            times[unit_of(o.ritual)] = times.get(unit_of(o.ritual), 0) + 1
    planned = tuple(
        its.say("{}: {}", _called(its, agreement, known, unit), its.times(times[unit]))
        for unit in dict.fromkeys(map(unit_of, known))
        if unit in times
    )
    moved = (*_singles(its, history.current, known, first, today), *_rests(its, history.current, first, today))
    return Facts(
        first,
        today,
        planned,
        moved,
        tuple(_ending(its, agreement, first, today)),
        tuple(_steps(its, history, today)),
        tuple(_ahead(its, history, today)),
    )


def _singles(its: Tongue, current: Agreement, known: dict[str, Ritual], first: date, last: date) -> Iterator[str]:
    for ritual in known.values():
        if ritual.path not in current.rituals:
            continue
        name = named_in(its, current, ritual)
        skipped = [day for day in sorted(ritual.skip) if first <= day <= last]
        if skipped:
            yield its.say("{} was left out {}.", name, its.on(skipped))
        for change in ritual.changes:
            if not first <= change.on <= last or change.on in ritual.skip:
                continue
            on = its.day(change.on)
            if change.moved_to and change.moved_to != change.on:
                yield its.say("{} moved from {} to {}.", name, on, its.day(change.moved_to))
            elif change.start is not None or change.length:
                yield its.say("{} was at another time on {}.", name, on)
            elif change.turn:
                yield its.say("{} on {} was {}'s.", name, on, current.name(change.turn))


def _rests(its: Tongue, current: Agreement, first: date, last: date) -> Iterator[str]:
    for pause in current.rests:
        if pause.starts <= last and pause.until >= first:
            yield its.say("{} rested {}.", _what_rests(its, current, pause), its.span(pause.starts, pause.until))


def _what_rests(its: Tongue, current: Agreement, pause: Pause) -> str:
    what = [_called(its, current, current.rituals, key) if "." in key else its.say(WHOLE[key]) for key in pause.only]
    said = its.listed(what) if what else its.say("everything")
    said = capital(said)
    return its.say("{} (where {} takes part)", said, its.names(current, pause.who)) if len(pause.who) == 1 else said


def _ending(its: Tongue, agreement: Agreement, first: date, today: date) -> Iterator[str]:
    for ritual in agreement.rituals.values():
        if ritual.trial and ritual.until and first - ONE_DAY <= ritual.until <= today + 2 * _MONTH:
            over = "{} was on trial until {}: keep it, change it, or let it go?"
            going = "{} is on trial until {}: keep it, change it, or let it go?"
            name = named_in(its, agreement, ritual)
            yield its.say(over if ritual.until < today else going, name, its.day(ritual.until))


def _steps(its: Tongue, history: History, today: date) -> Iterator[str]:
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
        now, then = (its.minutes(ladder.steps[n]) for n in (ladder.step - 1, ladder.step))
        each = its.stretch(ladder.each_months, ladder.each_days)
        yield its.say(
            "{} has been {} for {} or more: {} next, or stay, or step back? Each is fine.",
            named_in(its, agreement, ritual),
            now,
            each,
            then,
        )


def _ahead(its: Tongue, history: History, today: date) -> Iterator[str]:
    """Where one person is asked for twice in the next month, if the file were agreed as it stands."""
    draft = drafted(history, today + ONE_DAY)
    for clash in clashes(history.current, *ahead(today), compile_versions(draft, None)):
        titles = [_called(its, history.current, history.current.rituals, path) for path in clash.rituals]
        whose, first = its.names(history.current, clash.people), its.day(clash.first)
        yield its.say("{} and {} ask for {}'s time at once, first on {}.", *titles[:2], whose, first)
    for one in alone(history.current, *ahead(today)) if history.current.pairs else ():
        if its.code == "en":
            yield f"{one.sentence}."
        else:
            sides = (_called(its, history.current, history.current.rituals, key) for key in (one.changed, one.stays))
            yield its.say("{} changes, and {} belongs together with it and stays as it is.", *sides)


def named_in(its: Tongue, agreement: Agreement, ritual: Ritual) -> str:
    """A ritual as one speaks of it: "Ana's Pottery class", "Cook together"; elsewhere "Pottery class (Ana)"."""
    people = tuple(dict.fromkeys(ritual.turns)) or ((ritual.host,) if ritual.host else ())
    names = its.listed((agreement.name(p) for p in people), "or") if people else ""
    title = ritual.title.replace("{turn}", names) if people else ritual.title
    owner = agreement.name(ritual.who[0])
    return its.say("{0}'s {1}", owner, title) if ritual.kind == "me_block" and not title.startswith(owner) else title


def _called(its: Tongue, agreement: Agreement, known: Mapping[str, Ritual], path: str) -> str:
    """A ritual, a programme, or the ritual that a check-in or a covering belongs to."""
    ritual = next((known[p] for p in (path, path.rpartition(".")[0]) if p in known), None)
    title = next((p.title for p in agreement.programs if f"programs.{p.key}" == path and p.title), path)
    return named_in(its, agreement, ritual) if ritual else title


def ahead(today: date) -> tuple[date, date]:
    """The month that a review looks ahead to: its first day, and the day after the last."""
    return today + ONE_DAY, today + ONE_DAY + _MONTH


# ── the sheet ────────────────────────────────────────────────────────


def sheet(template: str, history: History, seen: Facts, last: Notes, its: Tongue = ENGLISH) -> str:
    """The sheet to fill in: the template with what there is to look at in the places of its $words."""
    agreement = agreement_on(drafted(history, seen.last + ONE_DAY), seen.last + ONE_DAY)
    names = [person.name for person in history.current.people.values()]
    rituals = [f"{named_in(its, agreement, r)}, {its.when(r)}" for r in agreement.rituals.values() if not r.program]
    coming = [(p, p.last) for p in agreement.programs if p.last and p.last >= seen.last]
    rituals += [f"{program.title}, {its.span(program.starts, last)}" for program, last in coming]
    small = [its.say("{}: {}", name, text) for name, text in last.small.items()]
    words = {
        "title": history.current.title,
        "names": its.listed(names),
        "day": its.day(seen.last),
        "period": its.span(min(seen.first, seen.last), seen.last),
        "each": _bullets([f"{name}{its.colon.rstrip()}" for name in names], ""),
        "planned": _bullets(seen.planned, its.say("Nothing was planned. Free time is a plan too.")),
        "moved": _bullets((*seen.moved, *seen.phones), its.say("Nothing was moved.")),
        "small": _bullets(small, its.say("Nothing was noted.")),
        "ending": _bullets((*seen.ending, *seen.steps), its.say("No trial ends, and no step is due.")),
        "ahead": _bullets(seen.ahead, its.say("Nothing asks for one of you twice.")),
        "help": say(history.current.language, "not the help"),
        "balance": _bullets(seen.balance, its.say("Nothing yet. Free time is a plan too.")),
        "rituals": "\n".join(f"- [ ] {line}" for line in rituals) or f"- {its.say('No ritual stands here yet.')}",
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
