"""Suggestions: every slot offered is free for all on the days that it says, and where one exists, one is offered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.busy_reading import read_busy
from planner.compiler import compile_series
from planner.ics import calendar_text
from planner.reading import read_agreement
from planner.suggesting import Ask, held_time, offers, search_of
from planner.windows import Window, every_day, read_windows
from planner.words import read_every
from tests.engines import expand_icaljs, expand_recurring_ical_events
from tests.test_busy_reading import foreign_calendars

FIRST = date(2027, 3, 1)
ID = "test-x7k2"


def agreement_of(rituals=(), zone="Europe/Lisbon", **more):
    values = {
        "agreement": {"id": ID, "starts": date(2027, 1, 4), "timezone": "Europe/Berlin"},
        "people": {"ana": {"name": "Ana"}, "ben": {"name": "Ben", "timezone": zone}},
        **more,
    }
    for n, (table, ritual) in enumerate(rituals):
        values.setdefault(table, {})[f"r{n}"] = ritual
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    return agreement


def ask(who=("ana", "ben"), minutes=120, when="weekday evenings", every="week", times=1, days=84, **more):
    windows = read_windows(when) if isinstance(when, str) else when
    spacing = read_every(every) if every else None
    kind, table = more.pop("kind", ("ritual", "rituals"))
    return Ask(
        kind, table, who, more.pop("cover", None), minutes, windows, spacing, times, FIRST,
        FIRST + timedelta(days=days), **more,
    )  # fmt: skip


def found(agreement, wanted, busy=(), limit=5):
    held = held_time(agreement, compile_series(agreement, None), dict(busy), wanted.people, wanted.first, wanted.end)
    return search_of(agreement, held, wanted), offers(search_of(agreement, held, wanted), limit)


def said(offer):
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return [f"{days[s.days[0].weekday()]} {s.minute // 60:02}:{s.minute % 60:02}" for s in offer.slots]


def busy_at(*spans, zone="Europe/Berlin"):
    def second(text):
        return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())

    return tuple((second(a), second(b)) for a, b in spans)


# ── by example ───────────────────────────────────────────────────────


def test_rituals_of_each_stand_in_the_way_of_all():
    agreement = agreement_of(
        [
            ("me_blocks", {"who": "ana", "on": "monday", "at": "17:00-22:00"}),
            ("me_blocks", {"who": "ben", "on": "tuesday", "at": "18:00-20:00"}),
            ("shared_evenings", {"on": ["wednesday", "thursday"], "at": "17:00-21:00"}),
        ]
    )
    _, got = found(agreement, ask())
    assert said(got[0]) == ["fri 18:00"]  # 17:00 in Lisbon
    assert {day.split()[0] for offer in got for day in said(offer)} == {"fri"}


def test_what_shows_as_free_stands_in_nobodys_way():
    agreement = agreement_of(
        [
            ("check_ins", {"on": "every day", "at": "18:30", "by": "text"}),
            ("rituals", {"on": "every day", "at": "17:00-22:00", "if_needed": True}),
        ],
        zone="Europe/Berlin",
    )
    assert said(found(agreement, ask())[1][0]) == ["mon 17:00"]


def test_a_slot_that_is_taken_now_and_then_comes_after_the_free_ones_and_says_when():
    agreement = agreement_of(zone="Europe/Berlin")
    busy = {"ben": busy_at(("2027-03-08T17:00", "2027-03-08T22:00"), ("2027-04-05T18:00", "2027-04-05T19:00"))}
    _, got = found(agreement, ask(when="mondays and tuesdays 17:00-22:00"), busy.items())
    assert said(got[0]) == ["tue 17:00"]
    monday = next(offer for offer in got if said(offer)[0].startswith("mon"))
    assert not monday.is_free
    assert date(2027, 3, 8) in monday.slots[0].missing


def test_twice_a_week_lies_apart_and_at_one_time():
    _, got = found(agreement_of(zone="Europe/Berlin"), ask(times=2, when="evenings"))
    (first, *_) = got
    a, b = sorted(slot.pattern.weekday for slot in first.slots)
    assert min(b - a, a + 7 - b) == 3
    assert len({slot.minute for slot in first.slots}) == 1
    assert len({tuple(slot.pattern for slot in offer.slots) for offer in got}) == 5


def test_offers_are_not_all_of_one_evening():
    _, got = found(agreement_of(), ask(), limit=5)
    assert len({offer.slots[0].pattern for offer in got}) == 5
    _, got = found(agreement_of(), ask(when="tuesday 08:00-20:00", minutes=60), limit=4)
    starts = sorted(offer.slots[0].minute for offer in got)
    assert len(starts) == 4
    assert all(b - a >= 60 for a, b in pairwise(starts))


def test_whoever_covers_takes_part_in_the_search():
    agreement = agreement_of([("me_blocks", {"who": "ben", "on": "tuesday", "at": "16:00-21:00"})])
    alone = ask(who=("ana",), when="tuesday 17:00-19:00", kind=("me_block", "me_blocks"))
    assert found(agreement, alone)[1]
    assert not found(agreement, alone._replace(cover="ben"))[1]


def test_a_pause_of_everything_is_no_time_to_look_at():
    agreement = agreement_of(pauses=[{"starts": date(2027, 3, 8), "until": date(2027, 3, 14)}])
    (offer, *_) = found(agreement, ask())[1]
    assert len(offer.slots[0].days) == 11


def test_a_stay_has_other_clocks():
    stays = [{"who": "ben", "starts": date(2027, 3, 1), "until": date(2027, 3, 7), "timezone": "America/New_York"}]
    agreement = agreement_of(stays=stays, zone="Europe/Berlin")
    both = ask(when="18:00-22:00", every=None, days=7, minutes=60)
    assert found(agreement, both)[1] == []
    alone = ask(who=("ben",), when="18:00-22:00", every=None, days=14, minutes=60, kind=("me_block", "me_blocks"))
    search, got = found(agreement, alone)
    assert search.starts[date(2027, 3, 2)] == ((1080, 1260),)
    assert got[0].slots[0].days == (date(2027, 3, 1),)


@pytest.mark.parametrize(
    ("every", "days", "patterns", "each"),
    [("2 weeks", 84, 10, 6), ("month", 183, 25, 6), ("day", 84, 1, 84), ("quarter", 366, 75, 4)],
)
def test_other_spacings(every, days, patterns, each):
    wanted = ask(every=every, days=days, when="weekday evenings" if every != "day" else "evenings")
    search, got = found(agreement_of(zone="Europe/Berlin"), wanted)
    assert len(search.days) == patterns
    assert got
    assert abs(len(got[0].slots[0].days) - each) <= 1


def test_room_and_quiet_are_said_as_they_are():
    agreement = agreement_of(
        [("shared_evenings", {"on": "tuesday", "at": "17:00-18:00", "title": "Swim"})], zone="Europe/Berlin"
    )
    (offer, *_) = found(agreement, ask(when="tuesday 17:00-20:00"))[1]
    (slot,) = offer.slots
    assert (slot.minute, slot.room, slot.beside, slot.comes_before, slot.quiet) == (
        1080, 0, "shared_evenings.r0", True, 0,
    )  # fmt: skip
    assert offer.whole == (5, 6)


# ── the law, against other engines ───────────────────────────────────

ZONES = ("Europe/Berlin", "Europe/Lisbon", "America/New_York")


def is_taken_by(engine, texts, first, end):
    """All that other engines say is taken, by person, as spans of seconds; whole days by the person's clock."""
    spans = {}
    for (person, zone), text in texts.items():
        here = ZoneInfo(zone)

        def second(moment, here=here):
            if isinstance(moment, datetime):
                return int(moment.timestamp())
            return int(datetime(moment.year, moment.month, moment.day, tzinfo=here).timestamp())

        found = engine(text, first - timedelta(days=5), end + timedelta(days=3))
        spans[person] = [(second(i.start), second(i.end)) for i in found if i.summary != "free"]
    return spans


def clear(spans, start, end):
    return not any(a < end and start < b for some in spans.values() for a, b in some)


def wall(day, minute, zone):
    moment = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(minutes=minute)
    return moment.astimezone(UTC)


def inside(windows, start, end, zone):
    """Whether a time lies in one of the windows by these clocks; windows that touch are one."""
    here = ZoneInfo(zone)
    day = start.astimezone(here).date() - timedelta(days=1)
    at = start
    for _ in range(6):
        for back in range(4):
            on = day + timedelta(days=back)
            for window in windows:
                if window.weekday == on.weekday() and wall(on, window.start, zone) <= at < wall(on, window.end, zone):
                    at = wall(on, window.end, zone)
        if at >= end:
            return True
    return False


some_rituals = st.lists(
    st.tuples(
        st.sampled_from(["shared_evenings", "rituals", "me_blocks"]),
        st.fixed_dictionaries(
            {
                "on": st.sampled_from(["monday", "weekdays", "saturday", "first friday", "last sunday"]),
                "at": st.sampled_from(["07:00-09:00", "18:30-21:00", "22:30-01:00", "12:15-13:00"]),
            }
        ),
        st.sampled_from(["ana", "ben"]),
    ).map(lambda r: (r[0], {**r[1], **({"who": r[2]} if r[0] == "me_blocks" else {})})),
    max_size=4,
)
some_windows = st.sampled_from(
    [
        read_windows("weekday evenings"),
        read_windows("saturday mornings and sundays"),
        read_windows("any time"),
        (Window(0, 1380, 1560), Window(5, 60, 300)),
        every_day(17 * 60, 20 * 60),
    ]
)


@pytest.mark.parametrize("engine", [expand_recurring_ical_events, expand_icaljs])
@given(
    rituals=some_rituals,
    zone=st.sampled_from(ZONES),
    text=foreign_calendars(),
    windows=some_windows,
    minutes=st.sampled_from([30, 90, 180]),
    every=st.sampled_from([None, "week", "2 weeks"]),
)
@example([], "Europe/Berlin", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", (Window(6, 60, 300),), 90, "week")
@settings(max_examples=25, deadline=None)
def test_each_offer_is_free_for_all_and_where_one_is_there_one_is_offered(
    engine, rituals, zone, text, windows, minutes, every
):
    agreement = agreement_of(rituals, zone=zone)
    days = 35
    wanted = ask(minutes=minutes, when=windows, every=every, days=days)
    window = tuple(int(wall(FIRST + timedelta(days=n), 0, "UTC").timestamp()) for n in (-3, days + 3))
    busy = {"ben": read_busy(text, window, zone, ID).spans}
    search, got = found(agreement, wanted, busy.items(), limit=50)

    now = datetime(2027, 1, 1, tzinfo=UTC)
    series = compile_series(agreement, None)
    ours = calendar_text(series, name="x", color=None, first_year=2026, now=now, earlier={})
    texts = {("rituals", "Europe/Berlin"): ours, ("ben", zone): text}
    spans = is_taken_by(engine, texts, FIRST, wanted.end)

    def is_free(day, minute):
        start, end = wall(day, minute, "Europe/Berlin"), wall(day, minute + minutes, "Europe/Berlin")
        here = all(inside(windows, start, end, z) for z in ("Europe/Berlin", zone))
        return here and clear(spans, start.timestamp(), end.timestamp())

    for offer in got:
        for slot in offer.slots:
            assert [day for day in slot.days if not is_free(day, slot.minute)] == list(slot.missing)
    if not any(offer.is_free for offer in got):
        for some in search.days.values():
            for minute in range(0, 1440, 15):
                assert not all(is_free(day, minute) for day in some)
