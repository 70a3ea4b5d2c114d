"""One ritual's table → `Ritual`: the keys of every kind of ritual, and how they combine.

In: a `Table`, the `Ground` (what holds for the whole agreement). Out: a `Ritual`, or None with findings. Nothing is
expanded: whether a skip hits an occurrence is for `checks`.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any, NamedTuple

from planner.agreement import Change, CheckIn, Ladder, OpenTime, Person, Ritual, Season, Slot, Stay
from planner.reading_open import is_open, no_times, read_open, read_placed
from planner.reading_seasons import read_seasons_of
from planner.reading_when import (
    DAY,
    LONG_LENGTHS,
    LONGEST,
    read_bounds,
    read_for,
    read_other_time,
    read_some_length,
    read_when,
)
from planner.tables import MOST_PEOPLE, RESERVED, Path, Table, unknown
from planner.words import AllDay, Dates, Every, InCycle, InTurn, Timed, shown
from planner.zones import is_zone

SHARES = ("full", "gist", "busy", "private")
WAYS = ("text", "voice note", "call", "in person")
ON_HOLIDAYS = ("skip", "keep")
MISSED_TURN = ("passes", "waits")
GROWS = ("when we say so", "by date")
_MOST_CHECK_INS = 24
_PLACE = ("where", "the place is written as `where`")
_LONGER = ("notes", "longer texts are `notes`")
_DAY = ("on", "the day is written as `on`")
_LENGTH = ("for", 'the length is `for = "45m"`')
_LAST = ("until", "the last day is written as `until`")
_ELSEWHERE = {
    "host": ("hosts", "a host belongs to [host_nights]"),
    "follows": ("", "`follows` belongs to [rituals] and [shared_evenings]"),
    "hosts": ("turns", "hosts belong to [host_nights]; elsewhere write `turns`"),
    "turns": ("hosts", "turns belong to [rituals] and [shared_evenings]; for host nights write `hosts`"),
    "missed_turn": (
        "",
        "`missed_turn` belongs where people take turns: to [rituals], [shared_evenings], [host_nights]",
    ),
    "by": ("", "`by` belongs to [check_ins] and to a `check_in`"),
    "check_in": ("", "a `check_in` belongs inside a me-block; a check-in of its own goes into [check_ins]"),
    "end": ("for", 'an end is written in `at`: "18:30-21:00"'),
    "ends": _LAST,
    "end_date": _LAST,
    "start": ("starts", 'the first day is `starts`, the time of day is `at = "18:30"`'),
    "location": _PLACE,
    "place": _PLACE,
    "name": ("title", "a ritual has a `title`"),
    "description": _LONGER,
    "note": _LONGER,
    "day": _DAY,
    "days": ("on", "the days are written as `on`"),
    "date": ("on", "the date is written as `on`"),
    "time": ("at", 'the time of day is `at = "18:30-21:00"`'),
    "duration": _LENGTH,
    "length": _LENGTH,
    "reminder": ("remind", "a reminder is written as `remind`"),
    "except": ("skip", "dates on which it does not happen are `skip`"),
}

_CHANGES_ELSEWHERE = {
    "date": ("on", "its date by the rule is `on`"),
    "to": ("moved_to", "the new date is `moved_to`"),
    "notes": ("note", "here it is one `note`"),
}


class Ground(NamedTuple):
    """What holds for the whole agreement, and what a ritual may leave to it."""

    people: dict[str, Person]
    helpers: dict[str, str]
    starts: dt.date | None
    until: dt.date | None
    timezone: str
    share: str | None
    remind: tuple[int, ...]
    seasons: tuple[Season, ...] = ()
    stays: tuple[Stay, ...] = ()
    language: str = "en"


def read_ritual(table: Table, kind: str, key: str, ground: Ground) -> Ritual | None:
    """The ritual that `table` describes; None, with findings, where it cannot be read."""
    before = table.findings.errors()
    who, who_is_turn, host, turns = _people(table, kind, ground)
    slots: tuple[Slot, ...] = ()
    open_time = None
    if is_open(table):
        open_time, every = read_open(table, kind)
    else:
        slots, every = read_when(table, kind)
        no_times(table)
    timed = any(isinstance(slot.time, Timed) for slot in slots) or bool(open_time and not open_time.is_all_day)
    starts, until, trial = read_bounds(table, ground.starts, ground.until)
    timezone = read_zone(table, "timezone")
    plain = key.replace("-", " ").replace("_", " ")
    share, gist = _sharing(table, who, ground)
    texts = {
        "where": table.text("where"),
        "notes": table.text("notes", lines=True),
        "gist": gist,
        "title": table.text("title") or plain[:1].upper() + plain[1:],
    }
    if turns and any(isinstance(slot.days, InTurn | InCycle) for slot in slots):
        key_of_turns = "hosts" if kind == "host_night" else "turns"
        message = "days in turn or of a cycle leave no room for people's turns; make a ritual of each day"
        table.wrong(key_of_turns, "turns-of-days", message, part="key")
    prompts = table.texts("prompts")
    _turn_in_texts(table, turns, host)
    ladder = _ladder(table)
    not_in, only_in, in_season = read_seasons_of(table, ground.seasons, slots)
    ritual = Ritual(
        path=f"{table.path[0]}.{key}",
        kind=kind,
        who=who,
        slots=slots,
        every=every or Every(1, "week"),
        starts=starts or dt.date(2000, 1, 1),
        until=until,
        timezone=timezone or _own_zone(who, ground, who_is_turn=who_is_turn),
        share=share,
        who_is_turn=who_is_turn,
        host=host,
        turns=turns,
        hosting=kind == "host_night",
        count_from=_count_from(table, slots),
        trial=trial,
        prompts=prompts,
        tags=table.texts("tags"),
        remind=read_reminds(table, "remind") if table.has("remind") else ground.remind,
        skip=table.days("skip"),
        changes=_changes(table, slots, turns, "host" if kind == "host_night" else "turn", ground),
        check_ins=_check_ins(table, slots, open_time) if kind == "me_block" else (),
        ladder=ladder,
        yes=read_people(table, "yes", ground.people) or (),
        cover=_cover(table, who, share, ground),
        may_overlap=table.texts("may_overlap"),
        if_needed=table.flag("if_needed"),
        by=table.choice("by", WAYS, "way to be in touch") if kind == "check_in" else None,
        on_holidays=table.choice("on_holidays", ON_HOLIDAYS, "choice for holidays"),
        was=table.text("was"),
        prompts_from=table.text("prompts_from"),
        not_in=not_in,
        only_in=only_in,
        in_season=in_season,
        follows=_follows(table) if kind in ("ritual", "shared_evening") else None,
        who_is_not_turn=table.raw("who") in _NOT_TURN,
        turn_waits=kind in ("ritual", "shared_evening", "host_night") and _turn_waits(table, kind),
        stays=_stays(who, ground) if timed and not table.has("timezone") and not who_is_turn else (),
        open_time=open_time,
        placed=read_placed(table, open_time),
        **texts,  # type: ignore[arg-type]  # the four texts above, by name
    )
    table.finish(_ELSEWHERE)
    return ritual if table.findings.errors() == before else None


def _own_zone(who: tuple[str, ...], ground: Ground, *, who_is_turn: bool) -> str:
    """The owner's zone where it is one person's, else the agreement's."""
    return ground.people[who[0]].timezone if len(who) == 1 and not who_is_turn else ground.timezone


_NOT_TURN = ("not turn", ["not turn"])


def _follows(table: Table) -> str | None:
    """The ritual whose days and turns this one has; nothing that says days of its own goes with it."""
    follows = table.text("follows", wanted='the dotted key of a ritual in quotes, such as "rituals.bedtime",')
    if not table.has("follows"):
        return None
    if table.raw("who") not in _NOT_TURN:
        message = 'it is for those whose turn it is not; write who = "not turn" beside it'
        table.wrong("follows", "not-turn", message, part="key")
    for key in ("on", "every", "count_from", "turns", "missed_turn", "starts", "until", "trial", "only_in"):
        if key in table.values:
            message = f"its days and turns are those of what it follows; leave `{key}` out"
            table.wrong(key, "follows-days", message, part="key")
    if isinstance(table.raw("at"), dict):
        table.wrong("at", "follows-days", "its days are those of what it follows; give `at` one time")
    return follows


def _turn_waits(table: Table, kind: str) -> bool:
    """Whether a turn waits while its night does not happen."""
    waits = table.choice("missed_turn", MISSED_TURN, "choice for a turn that falls out") == "waits"
    if table.has("missed_turn") and not {"hosts", "turns", "follows"} & table.values.keys():
        key = "hosts" if kind == "host_night" else "turns"
        message = f"nobody takes turns here, so none can fall out; add `{key}`, or leave `missed_turn` out"
        table.wrong("missed_turn", "no-turns", message, part="key")
    return waits


def _stays(who: tuple[str, ...], ground: Ground) -> tuple[Stay, ...]:
    """The stays during which what is one person's alone goes by other clocks."""
    return tuple(stay for stay in ground.stays if who[0] in stay.who) if len(who) == 1 else ()


def _count_from(table: Table, slots: tuple[Slot, ...]) -> dt.date | None:
    count_from = table.day("count_from")
    if count_from and any(isinstance(s.days, Dates) for s in slots):
        table.wrong("count_from", "nothing-to-count", "single dates count nothing; leave `count_from` out", part="key")
    return count_from


# ── people ───────────────────────────────────────────────────────────


def read_person(table: Table, path: Path, value: Any, people: dict[str, Person]) -> str | None:
    """The key of a person, or None with a finding."""
    if not isinstance(value, str):
        table.wants(path, value, "a person's key in quotes")
        return None
    if value in people:
        return value
    if not people or {"people.", f"people.{value}"} & table.findings.forgiven:
        return None  # there is a finding already
    table.wrong(path, "unknown-person", f'no person "{shown(value)}"; {_remedy(value, people, path)}')
    return None


def _remedy(word: str, people: dict[str, Person], path: Path) -> str:
    by_name = {p.name.casefold(): k for k, p in people.items()}
    if word.casefold().strip() in by_name:
        return f'write the key, "{by_name[word.casefold().strip()]}"'
    if word == "turn" and path[0] == "who":
        return 'who = "turn" stands alone, where a ritual has turns or hosts'
    if word in RESERVED:
        listed = ", ".join(f'"{k}"' for k in people)
        return f"name them one by one: [{listed}]"
    return unknown(word, people)


def read_people(table: Table, key: str, people: dict[str, Person], *, twice: bool = False) -> tuple[str, ...] | None:
    """The keys of one or several people; "everyone" is all of them. A name stands twice only in turns.

    Nobody where nothing is written; None, with findings, where one of them is not known.
    """
    found: list[str | None] = []
    for path, value in table.items(key, MOST_PEOPLE):
        if value == "everyone" and not twice:
            found.extend(people)
        else:
            found.append(read_person(table, path, value, people))
    known = tuple(person for person in found if person)
    if len(known) < len(found) or (table.has(key) and not found):
        return None
    return known if twice else tuple(dict.fromkeys(known))


def _people(table: Table, kind: str, ground: Ground) -> tuple[tuple[str, ...], bool, str | None, tuple[str, ...]]:
    everyone = tuple(ground.people)
    turns: tuple[str, ...] = ()
    host = None
    if kind == "host_night":
        host, turns = _hosts(table, ground)
    elif kind in ("ritual", "shared_evening"):
        turns = read_people(table, "turns", ground.people, twice=True) or ()
    if kind == "me_block":
        return _owner(table, ground), False, None, turns
    if not table.has("who"):
        return everyone, False, host, turns
    if table.raw("who") in _NOT_TURN:
        if "follows" not in table.values:
            hint = 'add follows = "rituals.bedtime", say'
            message = f'who = "not turn" needs to know whose turn it is not; {hint}'
            table.lacking("follows", ("who",), "no-turns", message)
        return everyone, False, host, turns
    if table.raw("who") in ("turn", ["turn"]):
        if "hosts" not in table.values and "turns" not in table.values:
            key = "hosts" if kind == "host_night" else "turns"
            hint = f"add `{key}`" if kind in ("host_night", "ritual", "shared_evening") else "name the people instead"
            table.lacking(key, ("who",), "no-turns", f'who = "turn" needs to know who takes turns; {hint}')
        return tuple(dict.fromkeys(turns)) or everyone, True, host, turns
    who = read_people(table, "who", ground.people)
    if who is None:
        return everyone, False, host, turns
    for key in ("host", "hosts", "turns"):
        told: set[str] = set()
        for path, person in table.items(key) if key in table.values else ():
            if isinstance(person, str) and person in ground.people and person not in (*who, *told):
                told.add(person)
                verb = "takes turns" if key == "turns" else "hosts"
                table.wrong(path, "not-taking-part", f'"{person}" {verb} but is not in `who`; add them there')
    return who, False, host, turns


def _owner(table: Table, ground: Ground) -> tuple[str, ...]:
    if not table.has("who"):
        table.missing("who", f'a me-block is one person\'s own: who = "{next(iter(ground.people), "ana")}"')
        return ()
    who = read_people(table, "who", ground.people) or ()
    if len(who) > 1:
        table.wrong("who", "one-owner", "a me-block is one person's own; what several share goes into [rituals]")
    return who[:1]


def _hosts(table: Table, ground: Ground) -> tuple[str | None, tuple[str, ...]]:
    host: str | None = None
    turns: tuple[str, ...] = ()
    if table.has("host"):
        host = read_person(table, ("host",), table.raw("host"), ground.people)
    if table.has("hosts"):
        turns = read_people(table, "hosts", ground.people, twice=True) or ()
        if table.has("host"):
            table.wrong("host", "host-and-hosts", "`host` and `hosts` say two things; keep one of them", part="key")
    elif not table.has("host"):
        people = ", ".join(f'"{k}"' for k in ground.people) or '"ana", "ben"'
        turns_or_host = f"write hosts = [{people}] to take turns, or one `host`"
        key = next(iter(ground.people), "ana")
        table.missing("hosts", f'write who hosts: host = "{key}"' if table.raw("at") == "open" else turns_or_host)
    return host, turns


def _turn_in_texts(table: Table, turns: tuple[str, ...], host: str | None) -> None:
    if turns or host or any(key in table.values for key in ("host", "hosts", "turns")):
        return
    for key in ("title", "where", "notes", "gist", "prompts"):
        for path, value in table.items(key) if table.has(key) else []:
            if isinstance(value, str) and "{turn}" in value:
                table.wrong(path, "no-turns", "{turn} stands for the one whose turn it is; this ritual has no turns")


def _cover(table: Table, who: tuple[str, ...], share: str, ground: Ground) -> str | None:
    cover = table.text("cover", wanted="the key of a person or helper in quotes")
    if cover is None or cover in ground.helpers:
        return cover
    if cover not in ground.people:
        if not {"people.", "helpers.", f"people.{cover}", f"helpers.{cover}"} & table.findings.forgiven:
            known = [*ground.people, *ground.helpers]
            table.wrong("cover", "unknown-person", f'no person or helper "{shown(cover)}"; {unknown(cover, known)}')
    elif cover in who:
        table.wrong(
            "cover",
            "cover-takes-part",
            f'"{cover}" takes part and cannot cover too; name someone else, or a helper',
        )
    elif share == "private":
        table.wrong("cover", "private-cover", 'who covers must know when; write share = "busy" instead of "private"')
    return cover


def read_zone(table: Table, key: str) -> str | None:
    """An IANA time zone, or None with a finding."""
    name = table.text(key, wanted='a time zone in quotes such as "Europe/Berlin"')
    if name is None or is_zone(name):
        return name
    from planner.zones import zone_names  # reads the whole database, for a remedy only

    table.wrong(key, "unknown-zone", f'no time zone "{shown(name)}"; {unknown_zone(name, zone_names())}')
    return None


@cache
def unknown_zone(name: str, names: frozenset[str]) -> str:
    """A remedy for an unknown time zone."""
    from planner.problems import nearest

    plain = name.strip().casefold().replace(" ", "_")
    if re.fullmatch("[a-z]{2,5}", plain) or re.search("[0-9]", plain):
        return 'write the place whose clocks count, such as "Europe/Berlin" or "America/New_York"'
    cities: dict[str, str] = {}
    for known in sorted(names):
        if "/" in known:
            cities.setdefault(known.rpartition("/")[2].casefold(), known)
    near = cities.get(plain.rpartition("/")[2]) or nearest(plain, names) or cities.get(nearest(plain, cities) or "")
    return f'did you mean "{near}"?' if near else 'zones are written like "Europe/Berlin" or "America/New_York"'


# ── what goes with it ────────────────────────────────────────────────


def _sharing(table: Table, who: tuple[str, ...], ground: Ground) -> tuple[str, str | None]:
    share, gist = table.choice("share", SHARES, "level of sharing"), table.text("gist")
    if share and gist and share != "gist":
        why = "shows the title itself" if share == "full" else "hides even that"
        table.wrong(
            "gist",
            "gist-unseen",
            f'nobody would read this gist: share = "{share}" {why}; leave one of the two out',
        )
    if share or gist:
        return share or "gist", gist
    if ground.share:
        return ground.share, gist
    return "full" if set(ground.people) <= set(who) else "gist", gist


def read_reminds(table: Table, key: str) -> tuple[int, ...]:
    """Minutes before the start, longest first; none for "none"."""
    value = table.raw(key)
    if isinstance(value, str) and value.strip().casefold() == "none":
        return ()
    minutes = []
    for path, item in table.items(key):
        if item == "none":
            table.wrong(path, "unknown-length", '"none" stands alone: remind = "none"')
            continue
        length = read_some_length(table, path, item, 'a length in quotes such as "30m", or "none",')
        if length is None:
            continue
        if length.months or length.minutes > 28 * DAY:
            table.wrong(path, "too-long", "a reminder comes four weeks ahead at most")
            continue
        minutes.append(length.minutes)
    return tuple(sorted(set(minutes), reverse=True))


def _check_ins(table: Table, slots: tuple[Slot, ...], open_time: OpenTime | None) -> tuple[CheckIn, ...]:
    found = []
    for inner in table.tables("check_in", 'check_in = { after = "20m" }', _MOST_CHECK_INS):
        by = inner.choice("by", WAYS, "way to be in touch") or "text"
        length = read_for(inner) if inner.has("for") else 5
        moments = {}
        for key in ("after", "before_end"):
            read = read_some_length(inner, (key,), inner.raw(key)) if inner.has(key) else None
            if read is not None:
                moments[key] = read.minutes + read.months * LONGEST
        if inner.has("after") and inner.has("before_end"):
            inner.wrong(
                "before_end",
                "two-moments",
                "`after` and `before_end` say two moments; make it two check-ins",
                part="key",
            )
        elif not inner.has("after") and not inner.has("before_end"):
            inner.missing("after", 'say when inside the block: after = "20m", or before_end = "10m"')
        elif moments and length:
            found.append(CheckIn(moments.get("after"), moments.get("before_end"), by, length))
            if any(isinstance(slot.time, AllDay) for slot in slots) or (open_time and open_time.is_all_day):
                inner.findings.add(inner.path, "no-time", "a check-in needs a block with a time of day", part="key")
        inner.finish()
    return tuple(found)


def _ladder(table: Table) -> Ladder | None:
    inner = table.table("ladder", 'ladder = { steps = ["30m", "45m", "1h"], each = "2 weeks" }')
    if inner is None:
        return None
    items = inner.items("steps")
    steps = []
    for path, value in items:
        length = read_some_length(inner, path, value)
        if length is not None and (length.months or length.minutes > LONGEST):
            inner.wrong(path, "too-long", "a step lasts 31 days at most")
        elif length is not None:
            steps.append(length.minutes)
    if not inner.has("steps"):
        inner.missing("steps", 'write the lengths in order: steps = ["30m", "45m", "1h"]')
    wanted = 'a length in quotes such as "2 weeks"'
    each = read_some_length(inner, ("each",), inner.raw("each"), wanted, LONG_LENGTHS) if inner.has("each") else None
    if not inner.has("each"):
        inner.missing("each", 'say how long a step lasts at least: each = "2 weeks"')
    elif each is not None and (each.minutes % DAY or each.months > 600 or each.minutes > 600 * 31 * DAY):
        inner.wrong("each", "unknown-length", 'a step lasts days, weeks or months: "2 weeks", "1 month"')
    by_date = inner.choice("grows", GROWS, "way to grow") == "by date"
    step = inner.number("step")
    if step is not None and by_date:
        inner.wrong(
            "step",
            "step-by-date",
            'with grows = "by date" the date decides the step; leave `step` out',
            part="key",
        )
    elif step is not None and steps and len(steps) == len(items) and not 1 <= step <= len(steps):
        there = f"there are {len(steps)} steps; write a number from 1 to {len(steps)}"
        inner.wrong("step", "no-step", "there is one step; leave `step` out" if len(steps) == 1 else there)
    inner.finish()
    if not steps or each is None:
        return None
    return Ladder(tuple(steps), each.minutes // DAY, each.months, by_date, step or 1)


def _changes(
    table: Table, slots: tuple[Slot, ...], turns: tuple[str, ...], turn_key: str, ground: Ground
) -> tuple[Change, ...]:
    found: dict[dt.date, Change] = {}
    for inner in table.tables("changes", 'changes = [{ on = 2027-03-13, at = "18:00" }]'):
        on, moved_to = inner.day("on"), inner.day("moved_to")
        start, length = read_other_time(inner, slots)
        turn = _changed_turn(table, inner, turns, turn_key, ground)
        change = Change(
            on or dt.date(2000, 1, 1), moved_to, start, length, turn, inner.text("where"), inner.text("note")
        )
        if not inner.has("on"):
            inner.missing("on", "name the date by the rule: on = 2027-03-13")
        elif len(inner.values) == 1:
            inner.wrong("on", "no-change", "nothing differs on this date; add moved_to, at, for, where or note")
        elif on in found:
            inner.wrong("on", "change-twice", f"{on} is changed twice; put both into one")
        elif on:
            found[on] = change
        inner.finish(_CHANGES_ELSEWHERE)
    return tuple(sorted(found.values()))


def _changed_turn(table: Table, inner: Table, turns: tuple[str, ...], turn_key: str, ground: Ground) -> str | None:
    """Whose turn a change makes it."""
    turn = None
    takes_turns = "turns" in table.values or "hosts" in table.values
    for key in ("host", "turn"):
        if not inner.has(key):
            continue
        if key != turn_key or not takes_turns:
            hint = f"here it is written as `{turn_key}`" if takes_turns else "this ritual has no turns to swap"
            inner.wrong(key, "no-turns", hint, part="key")
            continue
        turn = read_person(inner, (key,), inner.raw(key), ground.people)
        if turn and turns and turn not in turns and table.raw("who") == "turn":
            listed = ", ".join(dict.fromkeys(turns))
            message = f'"{turn}" takes no turns here; there are {listed}'
            inner.wrong(key, "not-taking-part", message)
    return turn
