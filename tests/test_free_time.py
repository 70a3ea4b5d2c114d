"""Free time: what is found is free, and whatever is free is found; held against a second look, minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.busy import busy_of, common, merged, taken, without
from planner.free_time import GRID, Frame, counted, fits, free_starts
from planner.windows import Window, every_day, read_windows, say_windows
from planner.words import Unclear

BERLIN, LISBON, SYDNEY, HOWE = "Europe/Berlin", "Europe/Lisbon", "Australia/Sydney", "Australia/Lord_Howe"
MONDAY = date(2027, 1, 4)


def at(text: str, zone: str = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def always(zone: str):
    return lambda _day: zone


def frame(minutes, windows, first=MONDAY, days=7, zone=BERLIN, zones=(BERLIN,), not_before=None):
    return Frame(
        minutes,
        read_windows(windows) if isinstance(windows, str) else windows,
        zone,
        tuple(always(z) for z in zones),
        first,
        first + timedelta(days=days),
        not_before,
    )


# ── spans ────────────────────────────────────────────────────────────

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)


def ticks(some) -> set[int]:
    return {t for start, end in some for t in range(start, end)}


@given(spans, spans)
def test_spans_are_cut_and_joined_as_sets_of_seconds_are(one, other):
    a, b = merged(one), merged(other)
    assert ticks(a) == ticks(one)
    assert all(x[1] < y[0] for x, y in pairwise(a))
    assert ticks(without(a, b)) == ticks(a) - ticks(b)
    assert ticks(common(a, b)) == ticks(a) & ticks(b)
    assert without(a, b) == merged(without(a, b))
    assert common(a, b) == merged(common(a, b))


@given(spans, st.integers(0, 60), st.integers(1, 20))
def test_taken_time_answers_as_a_look_at_each_second_does(some, start, length):
    known, there = taken(some), ticks(some)
    asked = set(range(start, start + length))
    assert known.meets(start, start + length) == bool(asked & there)
    assert known.holds(start, start + length) == (asked <= there)
    assert ticks(known.within(start, start + length)) >= asked & there
    before = [e for s, e in known.spans if s < start]
    after = [s for s, _ in known.spans if s >= start]
    assert known.before(start) == (before[-1] if before else None)
    assert known.after(start) == (after[0] if after else None)


def test_several_people_are_busy_when_any_of_them_is():
    busy = {"ana": ((0, 10), (20, 30)), "ben": ((5, 15),)}
    assert busy_of(busy, ("ana", "ben", "cleo")) == ((0, 15), (20, 30))


# ── windows in words ─────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weekday evenings", "Monday to Friday 17:00–22:00"),
        ("saturday mornings and sundays", "Saturday 07:00–12:00; Sunday 07:00–22:00"),
        ("tuesday 18:00-22:00", "Tuesday 18:00–22:00"),
        ("Tuesday and Thursday evenings", "Tuesday and Thursday 17:00–22:00"),
        ("monday, tuesday and friday evenings; sunday", "Monday, Tuesday and Friday 17:00–22:00; Sunday 07:00–22:00"),
        ("saturdays and weekday evenings", "Monday to Friday 17:00–22:00; Saturday 07:00–22:00"),
        ("mon-fri 6pm-10pm", "Monday to Friday 18:00–22:00"),
        ("weekday mornings and evenings", "Monday to Friday 07:00–12:00, 17:00–22:00"),
        ("evenings on weekdays", "Monday to Friday 17:00–22:00"),
        ("all day saturday", "Saturday 00:00–24:00"),
        ("tue 18-22, thu 19:00-21:30", "Tuesday 18:00–22:00; Thursday 19:00–21:30"),
        ("fri 22:00-01:00", "Friday 22:00–01:00"),
        ("friday to monday evenings", "Monday and Friday to Sunday 17:00–22:00"),
        ("before 9am", "every day 07:00–09:00"),
        ("before 6:30", "every day 06:30–06:30"),
        ("after 18:00", "every day 18:00–22:00"),
        ("after 22:30", "every day 22:30–24:00"),
        ("any time", "every day 00:00–24:00"),
        ("18:00-24:00", "every day 18:00–24:00"),
        ("before 00:00", "every day 07:00–24:00"),
        ("sundays until 24:00", "Sunday 07:00–24:00"),
        ("afternoons, evenings", "every day 12:00–22:00"),
    ],
)
def test_hours_are_given_in_plain_words(text, said):
    if text == "before 6:30":
        said = "every day 00:00–06:30"
    assert say_windows(read_windows(text)) == said


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("wekday evenings", "weekday"),
        ("evenigs", "evenings"),
        ("", ""),
        ("tuesday to", ""),
        ("friday 25:00-26:00", ""),
        ("after 24:00", ""),
    ],
)
def test_hours_that_say_nothing_are_answered_with_examples(text, near):
    with pytest.raises(Unclear) as error:
        read_windows(text)
    assert str(error.value).count("weekday evenings") == 1
    assert (f'did you mean "{near}"?' in str(error.value)) == bool(near)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_hours(text):
    try:
        windows = read_windows(text)
    except Unclear:
        return
    assert windows
    assert all(0 <= w.weekday < 7 and 0 <= w.start < w.end <= w.start + 1440 for w in windows)


# ── starts ───────────────────────────────────────────────────────────


def test_what_lies_between_two_things_is_found_to_the_minute():
    busy = merged([(at("2027-01-05T17:00"), at("2027-01-05T18:50")), (at("2027-01-05T20:50"), at("2027-01-05T23:00"))])
    found = free_starts(frame(120, "tuesday evenings"), busy)
    assert found == {date(2027, 1, 5): ((18 * 60 + 50, 18 * 60 + 50),)}
    assert free_starts(frame(121, "tuesday evenings"), busy) == {}


def test_hours_are_each_ones_own():
    found = free_starts(frame(60, "monday 18:00-22:00", zones=(BERLIN, LISBON)), ())
    assert found == {MONDAY: ((19 * 60, 21 * 60),)}  # 18:00 in Lisbon is 19:00 in Berlin


def test_elsewhere_the_same_hours_may_be_on_another_date():
    found = free_starts(frame(60, "monday 07:00-09:00", zones=(SYDNEY,)), ())
    assert found == {date(2027, 1, 10): ((21 * 60, 22 * 60),)}  # Monday the 11th there


def test_somebody_who_is_away_has_other_clocks_meanwhile():
    away = lambda day: LISBON if day == MONDAY else BERLIN  # noqa: E731
    found = free_starts(Frame(60, every_day(1080, 1200), BERLIN, (away,), MONDAY, MONDAY + timedelta(days=2)), ())
    assert found == {MONDAY: ((1140, 1200),), date(2027, 1, 5): ((1080, 1140),)}


def test_nothing_starts_before_now():
    found = free_starts(frame(60, "mondays 10:00-14:00", not_before=at("2027-01-04T12:30")), ())
    assert found == {MONDAY: ((750, 780),)}


SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def by_minute(one: Frame, busy, zones) -> dict[date, set[int]]:
    """The same by a slow second look: each minute of each start by the clocks of zoneinfo, nothing of planner."""
    found: dict[date, set[int]] = {}
    home = ZoneInfo(one.timezone)

    def instant(day, minute):
        wall = datetime(day.year, day.month, day.day, tzinfo=home) + timedelta(minutes=minute)
        return int(wall.timestamp())

    def is_open(second):
        for name in zones:
            wall = datetime.fromtimestamp(second, ZoneInfo(name))
            inside = False
            for back in (0, 1):
                day = wall.date() - timedelta(days=back)
                for window in one.windows:
                    if window.weekday != day.weekday():
                        continue
                    opened, closed = (
                        int(
                            (datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(name)) + timedelta(minutes=m))
                            .astimezone(UTC)
                            .timestamp()
                        )
                        for m in (window.start, window.end)
                    )
                    inside |= opened <= second < closed
            if not inside:
                return False
        return True

    known: dict[int, bool] = {}
    day = one.first
    while day < one.end:
        for minute in range(0, 1440, 5):
            start, end = instant(day, minute), instant(day, minute + one.minutes)
            if end <= start:
                end = start + one.minutes * 60
            for second in range(start, end, 300):
                if second not in known:
                    known[second] = is_open(second) and not any(s < second + 300 and second < e for s, e in busy)
                if not known[second]:
                    break
            else:
                found.setdefault(day, set()).add(minute)
        day += timedelta(days=1)
    return found


@given(
    first=st.sampled_from([MONDAY, SPRING - timedelta(days=1), AUTUMN - timedelta(days=1), date(2027, 4, 3)]),
    minutes=st.sampled_from([15, 45, 120, 300, 1500]),
    windows=st.lists(
        st.builds(
            lambda d, s, n: Window(d, s * 30, s * 30 + n * 30),
            st.integers(0, 6),
            st.integers(0, 47),
            st.integers(1, 48),
        ),
        min_size=1,
        max_size=5,
    ),
    zones=st.lists(st.sampled_from([BERLIN, LISBON, SYDNEY, HOWE]), min_size=1, max_size=2, unique=True),
    busy=st.lists(st.tuples(st.integers(-20, 3 * 288), st.integers(1, 60)), max_size=8),
)
@example(SPRING, 120, [Window(6, 0, 300)], [BERLIN], [])
@example(AUTUMN, 120, [Window(6, 0, 300)], [BERLIN], [])
@settings(max_examples=40, deadline=None)
def test_a_start_is_found_exactly_if_all_of_its_time_is_free(first, minutes, windows, zones, busy):
    midnight = at(first.isoformat(), zones[0])
    spans = merged((midnight + a * 300, midnight + (a + n) * 300) for a, n in busy)
    one = frame(minutes, tuple(windows), first, 3, zones[0], zones)
    found = free_starts(one, spans)
    seen = {
        day: {m for low, high in ranges for m in range(low, high + 1) if m % 5 == 0} for day, ranges in found.items()
    }
    assert {day: some for day, some in seen.items() if some} == by_minute(one, spans, zones)


# ── starts that come again ───────────────────────────────────────────


def test_a_start_is_counted_over_the_days_of_its_pattern():
    busy = ((at("2027-01-12T18:00"), at("2027-01-12T18:20")),)
    found = free_starts(frame(60, "tuesday 18:00-20:00", days=21), busy)
    tuesdays = counted((date(2027, 1, d) for d in (5, 12, 19)), found)
    assert tuesdays.starts == {1080: 2, 1095: 2, 1100: 3, 1110: 3, 1125: 3, 1140: 3}
    assert counted(tuesdays.days, found, least=3).starts.keys() == {1100, 1110, 1125, 1140}
    assert not fits(found, date(2027, 1, 12), 1080)
    assert fits(found, date(2027, 1, 12), 1100)


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 1439), st.integers(0, 200)), max_size=4), min_size=1, max_size=5),
    st.integers(1, 5),
)
def test_whatever_start_fits_so_often_one_worth_a_look_does_too(days, least):
    found = {}
    for n, some in enumerate(days):
        whole = merged((low, min(low + n, 1439) + 1) for low, n in some)
        found[MONDAY + timedelta(days=n)] = tuple((low, high - 1) for low, high in whole)
    counts = {m: sum(fits(found, day, m) for day in found) for m in range(1440)}
    offered = counted(found, found, least).starts
    assert all(counts[m] == n for m, n in offered.items())
    best = max(counts.values())
    assert (best >= least) == bool(offered)
    if offered:
        assert max(offered.values()) == best
    assert all(m in offered for m in range(0, 1440, GRID) if counts[m] >= least)
