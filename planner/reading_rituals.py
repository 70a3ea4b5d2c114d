"""One ritual's table → `Ritual`: the keys of every kind of ritual, and how they combine.

In: a `Table`, the `Ground` (what holds for the whole agreement). Out: a `Ritual`, or None with findings. Nothing is
expanded: whether a skip hits an occurrence is for `checks`.
"""

from __future__ import annotations

import datetime as dt

from planner.agreement import Ritual, Slot, Stay
from planner.reading_bounds import read_bounds
from planner.reading_open import is_open, no_times, read_open, read_placed
from planner.reading_people import NOT_TURN, Ground, read_cover, read_people, read_who, read_zone, turn_in_texts
from planner.reading_pieces import WAYS, read_changes, read_check_ins, read_ladder, read_reminds, read_sharing
from planner.reading_seasons import read_seasons_of
from planner.reading_when import read_when
from planner.tables import Table
from planner.words import Dates, Every, InCycle, InTurn, Timed

MISSED_TURN = ("passes", "waits")
ON_HOLIDAYS = ("skip", "keep")
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


def read_ritual(table: Table, kind: str, key: str, ground: Ground) -> Ritual | None:
    """The ritual that `table` describes; None, with findings, where it cannot be read."""
    before = table.findings.errors()
    who, who_is_turn, host, turns = read_who(table, kind, ground)
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
    share, gist = read_sharing(table, who, ground)
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
    turn_in_texts(table, turns, host)
    ladder = read_ladder(table)
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
        changes=read_changes(table, slots, turns, "host" if kind == "host_night" else "turn", ground),
        check_ins=read_check_ins(table, slots, open_time) if kind == "me_block" else (),
        ladder=ladder,
        yes=read_people(table, "yes", ground.people) or (),
        cover=read_cover(table, who, share, ground),
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
        who_is_not_turn=table.raw("who") in NOT_TURN,
        turn_waits=kind in ("ritual", "shared_evening", "host_night") and _turn_waits(table, kind),
        stays=_stays(who, ground) if timed and not table.has("timezone") and not who_is_turn else (),
        open_time=open_time,
        placed=read_placed(table, open_time, freely=ground.placed_freely),
        **texts,  # type: ignore[arg-type]  # the four texts above, by name
    )
    table.finish(_ELSEWHERE)
    return ritual if table.findings.errors() == before else None


def _own_zone(who: tuple[str, ...], ground: Ground, *, who_is_turn: bool) -> str:
    """The owner's zone where it is one person's, else the agreement's."""
    return ground.people[who[0]].timezone if len(who) == 1 and not who_is_turn else ground.timezone


def _follows(table: Table) -> str | None:
    """The ritual whose days and turns this one has; nothing that says days of its own goes with it."""
    follows = table.text("follows", wanted='the dotted key of a ritual in quotes, such as "rituals.bedtime",')
    if not table.has("follows"):
        return None
    if table.raw("who") not in NOT_TURN:
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
