"""What the words mean, by a second reading of them: day by day, without rules, periods or remainders of ours.

The oracle below walks every day of four years and asks of each whether the words name it. It is slow and knows nothing
of RRULEs; `strands` must say the same dates, times and turns.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from itertools import takewhile

import pytest
from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr
from hypothesis import given, note
from hypothesis import strategies as st

from planner.agreement import Agreement
from planner.checks import Examined, errors
from planner.compiler import compile_series
from planner.reading import read_agreement
from planner.recurrence import Rule, days, first_on_or_after, has_day, last_on_or_before, period, places, rrule_text
from planner.strands import AS_IT_SAYS, strands, turn_on
from planner.timeline import occurrences
from planner.turns import waited_strands
from planner.words import AllDay, read_at, read_length
from tests.strategies import PEOPLE, SEASONS, agreements

FIRST, END = date(2026, 1, 1), date(2030, 1, 1)
WEEKDAYS = list(calendar.day_name)
ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}


def named_by(text: str, day: date) -> bool:
    """Whether one text of `on` names this day, every spacing aside."""
    words = text.split()
    month = calendar.monthcalendar(day.year, day.month)
    if text in ("weekdays", "weekends", "every day"):
        return {"weekdays": day.weekday() < 5, "weekends": day.weekday() > 4, "every day": True}[text]
    if len(words) == 1:
        return WEEKDAYS[day.weekday()].lower() == text
    if words == ["last", "day"]:
        return (day + timedelta(days=1)).month != day.month
    if words[0] == "day":
        return day.day == int(words[1])
    if words[0] in ORDINALS:
        if "of" in words and calendar.month_name[day.month].lower() != words[3]:
            return False
        column = [week[WEEKDAYS.index(words[1].capitalize())] for week in month]
        dates = [number for number in column if number]
        try:
            return dates[ORDINALS[words[0]]] == day.day
        except IndexError:
            return False
    return (day.day, calendar.month_name[day.month].lower()) == (int(words[0]), words[1])


def dates_of(values, starts: date, week_starts: str) -> list[date]:
    """Every date from `starts` on that `on` and `every` name together, by walking the days."""
    on, count_from = values.get("on"), values.get("count_from")
    spacing = str(values.get("every", "")).split()
    if on is None:
        number = int(spacing[0]) if len(spacing) == 2 else 1
        anchor = count_from or starts
        return [d for d in walk(starts) if (d - anchor).days % number == 0]
    named = on if isinstance(on, list) else [on]
    if isinstance(named[0], date):
        return sorted(d for d in named if starts <= d < END)
    matching = [d for d in walk(starts) if any(named_by(text, d) for text in named)]
    if not matching or not spacing:
        return matching
    number, unit = (3, "month") if spacing == ["quarter"] else (int(spacing[0]), spacing[1].rstrip("s"))
    anchor = count_from or matching[0]
    begins = WEEKDAYS.index(week_starts.capitalize())

    def index(day: date) -> int:
        if unit == "week":
            return (day - timedelta(days=(day.weekday() - begins) % 7) - date(2000, 1, 3 + begins)).days // 7
        return day.year if unit == "year" else day.year * 12 + day.month

    return [d for d in matching if (index(d) - index(anchor)) % number == 0]


def walk(starts: date) -> list[date]:
    return [starts + timedelta(days=n) for n in range((END - starts).days)]


def turns_of(values, table: str, starts: date, week_starts: str, dates: list[date]) -> list[str | None]:
    turns = values.get("hosts" if table == "host_nights" else "turns")
    if not turns:
        return [None] * len(dates)
    return [turns[n % len(turns)] for n in numbers_of(values, starts, week_starts, dates)]


def numbers_of(values, starts: date, week_starts: str, dates: list[date]) -> list[int]:
    """The number of each date, counted from the day on which turns begin."""
    count_from = values.get("count_from")
    if count_from is None:
        return list(range(len(dates)))
    # count over a stretch that reaches back before both days
    early = min(starts, count_from)
    whole = dates_of(values | {"count_from": count_from}, early, week_starts)
    zero = next((n for n, d in enumerate(whole) if d >= count_from), len(whole))
    return [whole.index(d) - zero for d in dates]


def happens(values, pauses, day: date, turn: str | None, people) -> bool:
    """Whether a date of the rule happens, by what the words and the pauses say of it."""
    if day in values.get("skip", ()) or ("only_in" in values and not is_named(values, "only_in", day)):
        return False
    if day in {change["on"] for change in values.get("changes", ())}:
        return True
    who = values.get("who", list(people))
    taking_part = [turn] if who == "turn" else [who] if isinstance(who, str) else who
    paused = any(p["starts"] <= day <= p["until"] and p.get("who", taking_part[0]) in taking_part for p in pauses)
    return not paused and not is_named(values, "not_in", day)


def waited(values, pauses, dates: list[date], first: int, people) -> tuple[list[str], int]:
    """Whose turn it is on dates in order where a turn waits, and the place in the order of whoever is next."""
    order = values.get("hosts", values.get("turns"))
    at = first
    found = []
    for day in dates:
        found.append(order[at % len(order)])
        at += happens(values, pauses, day, found[-1], people) and counts(values, day)
    return found, at


def counts(values, day: date) -> bool:
    """Whether a date that happens uses up a turn; whose it is where it does not is for `changes` to say."""
    return all(change.get("counts", True) for change in values.get("changes", ()) if change["on"] == day)


def length_on(values, table: str, starts: date, dates: list[date], day: date) -> int:
    """Minutes (days for whole days) of the occurrence on this day."""
    ladder = values.get("ladder")
    if ladder:
        lengths = [read_length(s).minutes for s in ladder["steps"]]
        if ladder.get("grows") != "by date":
            return lengths[ladder.get("step", 1) - 1]
        number, unit = ladder["each"].split()
        zero = values.get("count_from") or dates[0]
        step = 0
        while step + 1 < len(lengths):
            over = (step + 1) * int(number)
            later = zero + (timedelta(weeks=over) if unit.startswith("week") else relativedelta(months=over))
            if day < later:
                break
            step += 1
        return lengths[step]
    clock = read_at(values["at"])
    if clock is None:
        return int(str(values.get("for", "1 day")).split()[0])
    if clock[1] is not None:
        return (clock[1] - clock[0]) % 1440
    if "for" in values:
        return read_length(values["for"]).minutes
    return {"check_ins": 10, "reviews": 30}[table]


def seasons_on(day: date) -> set[str]:
    """The seasons of the strategies that this day lies in, year by year and month by month."""
    found = {"summer"} if (6, 20) <= (day.month, day.day) <= (9, 8) else set()
    if day.month in (12, 1, 2):
        found.add("winter")
    if any(span["starts"] <= day <= span["until"] for span in SEASONS["leave"]["dates"]):
        found.add("leave")
    return found


def in_season(ritual, start, length, day: date) -> tuple[int | None, int]:
    """Start and length on a day, by what the ritual says of its season."""
    for name, other in ritual.get("in_season", {}).items():
        if name not in seasons_on(day):
            continue
        clock = read_at(other["at"]) if "at" in other else None
        if clock:
            start = clock[0]
            length = (clock[1] - clock[0]) % 1440 if clock[1] is not None else length
        if "for" in other:
            length = 2 if other["for"] == "2 days" else read_length(other["for"]).minutes
    return start, length


def is_named(ritual, key: str, day: date) -> bool:
    """Whether the day lies in one of the seasons that `key` names."""
    named = ritual.get(key, [])
    return bool(seasons_on(day) & set([named] if isinstance(named, str) else named))


def clocks_on(values, path: str, day: date) -> str:
    """The zone by whose clocks a ritual goes on a day."""
    table, key = path.split(".")
    ritual = values[table][key]
    who = [ritual["who"]] if isinstance(ritual.get("who"), str) else ritual.get("who", list(values["people"]))
    own = len(who) == 1 and who not in (["turn"], ["not turn"])
    if "timezone" in ritual or not own:
        return ritual.get("timezone", values["agreement"]["timezone"])
    for stay in values.get("stays", []) if ritual["at"] != "all day" else []:
        if who[0] in stay["who"] and stay["starts"] <= day <= stay["until"]:
            return stay["timezone"]
    return values["people"][who[0]].get("timezone", values["agreement"]["timezone"])


def meaning(values, agreement_values, pauses=(), people=PEOPLE) -> list[tuple]:
    """(date, start, length, turn) of every occurrence of each ritual by the words, keyed by its path."""
    found = {}
    week_starts = agreement_values["week_starts"]
    for table, keyed in values.items():
        for key, ritual in keyed.items():
            if "follows" in ritual:
                continue
            starts = ritual.get("starts", agreement_values["starts"])
            dates = dates_of(ritual, starts, week_starts)
            turns = turns_of(ritual, table, starts, week_starts, dates)
            ends = [ritual["until"]] if "until" in ritual else []
            if "trial" in ritual:
                number, unit = ritual["trial"].split()
                length = {"weeks": "weeks", "months": "months", "year": "years"}[unit]
                ends.append(starts + relativedelta(**{length: int(number)}) - timedelta(days=1))
            last = min(ends, default=END)
            if ritual.get("missed_turn") == "waits":
                until = [d for d in dates if d <= last]
                first = next(iter(numbers_of(ritual, starts, week_starts, dates)), 0)
                turns, _ = waited(ritual, pauses, until, first, people)
                turns += [None] * (len(dates) - len(until))
            clock = read_at(ritual["at"])
            found[f"{table}.{key}"] = [
                (
                    d,
                    *in_season(ritual, clock[0] if clock else None, length_on(ritual, table, starts, dates, d), d),
                    turn,
                )
                for d, turn in zip(dates, turns, strict=True)
                if d <= last and ("only_in" not in ritual or is_named(ritual, "only_in", d))
            ]
    if follower := values.get("rituals", {}).get("free"):
        clock = read_at(follower["at"])
        length = (clock[1] - clock[0]) % 1440 if clock else 1
        led = found[follower["follows"]]
        found["rituals.free"] = [(d, clock[0] if clock else None, length, turn) for d, _, _, turn in led]
    return found


def rituals_in(values):
    return {t: k for t, k in values.items() if t not in ("agreement", "people", "seasons", "stays", "pauses")}


def read(values) -> Agreement:
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    return agreement


@given(values=agreements())
def test_strands_are_what_the_words_mean(values):
    agreement = read(values)
    drifting = {f.path[1] for f in errors(Examined(agreement, values, FIRST, END)) if f.code == "turns-drift"}
    pauses = values.get("pauses", [])
    expected = meaning(rituals_in(values), values["agreement"], pauses)
    for path, ritual in agreement.rituals.items():
        if {path.split(".")[1], (ritual.follows or ".").split(".")[1]} & drifting:
            continue
        by_turn = waited_strands(agreement, ritual, AS_IT_SAYS)
        for parts in (strands(ritual, agreement.week_starts, by_turn=False), by_turn):
            if not parts and not ritual.turns:
                continue
            found = sorted(
                (
                    d,
                    None if isinstance(s.time, AllDay) else s.time.start,
                    s.time.days if isinstance(s.time, AllDay) else s.time.length,
                    turn_on(by_turn, d),
                )
                for s in parts
                for d in s.days(FIRST, END)
            )
            note(f"{path}: {parts}")
            table, key = (ritual.follows or path).split(".")
            there = {d for d, _, _, turn in expected[path] if happens(values[table][key], pauses, d, turn, PEOPLE)}
            keep = there.__contains__ if ritual.turn_waits else bool
            assert [one[:3] for one in found] == [one[:3] for one in expected[path]]
            assert [one for one in found if keep(one[0])] == [one for one in expected[path] if keep(one[0])]
            for s in parts:
                zones = {clocks_on(values, path, d) for d in s.days(FIRST, END)}
                assert zones <= {s.timezone or ritual.timezone}


@given(values=agreements(), data=st.data())
def test_skip_wins_over_changes_over_pause_over_the_rule(values, data):
    values.get("rituals", {}).pop("free", None)  # rests with the one that it follows, too: see test_follows
    agreement = read(values)
    if errors(Examined(agreement, values, FIRST, END)):
        return
    expected = meaning(rituals_in(values), values["agreement"])
    plan = {}
    for path, dated in expected.items():
        table, key = path.split(".")
        dates = [d for d, *_ in dated][:80]
        if not dates:
            continue
        written = values[table][key]
        skipped = data.draw(st.lists(st.sampled_from(dates), max_size=3, unique=True))
        changed = data.draw(st.lists(st.sampled_from(dates), max_size=3, unique=True))
        if skipped:
            written["skip"] = skipped
        if changed:
            written["changes"] = [{"on": d, "moved_to": d + timedelta(days=1)} for d in changed]
        plan[path] = (set(skipped), set(changed))
    pauses = values.get("pauses", [])
    expected = meaning(rituals_in(values), values["agreement"], pauses)
    agreement = read(values)
    shown = {(o.ritual, o.day) for o in occurrences(compile_series(agreement, None), FIRST, END + timedelta(days=5))}
    for path, dated in expected.items():
        ritual, (skipped, changed) = agreement.rituals[path], plan.get(path, (set(), set()))
        wanted = set()
        for day, _, _, turn in dated:
            people = (turn,) if ritual.who_is_turn and turn else ritual.who
            paused = any(p["starts"] <= day <= p["until"] and ("who" not in p or p["who"] in people) for p in pauses)
            paused = paused or is_named(values[ritual.table][path.split(".")[1]], "not_in", day)
            if day in skipped:
                continue
            if day in changed:
                wanted.add((path, day + timedelta(days=1)))
            elif not paused:
                wanted.add((path, day))
        assert {(p, d) for p, d in shown if p == path and d < END} == {(p, d) for p, d in wanted if d < END}


# ── rules, against dateutil ──

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
weekday_numbers = st.integers(0, 6)
rules = st.one_of(
    st.builds(
        lambda interval, anchor: Rule("DAILY", interval, anchor),
        st.integers(1, 40),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    ),
    st.builds(
        lambda interval, anchor, weekdays, wkst: Rule(
            "WEEKLY", interval, anchor, tuple((0, d) for d in sorted(weekdays)), wkst=wkst
        ),
        st.integers(1, 9),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        st.sets(weekday_numbers, min_size=1),
        weekday_numbers,
    ),
    st.builds(
        lambda interval, anchor, pairs: Rule("MONTHLY", interval, anchor, tuple(pairs)),
        st.integers(1, 7),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        st.lists(st.tuples(st.sampled_from((1, 2, 3, 4, 5, -1)), weekday_numbers), min_size=1, max_size=3, unique=True),
    ),
    st.builds(
        lambda interval, anchor, numbers: Rule("MONTHLY", interval, anchor, bymonthday=tuple(numbers)),
        st.integers(1, 7),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        st.lists(st.one_of(st.integers(1, 31), st.just(-1)), min_size=1, max_size=3, unique=True),
    ),
    st.builds(
        lambda interval, anchor, month, number: Rule("YEARLY", interval, anchor, bymonthday=(number,), bymonth=month),
        st.integers(1, 3),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        st.integers(1, 12),
        st.integers(1, 29),
    ),
)


@given(rule=rules)
def test_the_rule_text_means_the_same_to_dateutil(rule):
    start = first_on_or_after(rule, rule.anchor)
    if start is None:
        return
    text = rrule_text(rule, None)
    theirs = rrulestr(f"DTSTART:{start:%Y%m%d}T000000\nRRULE:{text}")
    end = date(2036, 1, 1)
    note(text)
    other = takewhile(lambda d: d < end, (d.date() for d in theirs))
    assert list(days(rule, start, end)) == list(other)


@given(rule=rules, first=st.dates(date(2026, 1, 1), date(2034, 1, 1)), length=st.integers(0, 900))
def test_a_window_is_a_cut_of_a_wider_one(rule, first, length):
    end = first + timedelta(days=length)
    wide = list(days(rule, date(2025, 1, 1), date(2037, 1, 1)))
    assert list(days(rule, first, end)) == [d for d in wide if first <= d < end]
    assert all(has_day(rule, d) for d in wide[:20])
    assert all((period(rule, d) - period(rule, rule.anchor)) % rule.interval == 0 for d in wide)
    later = [d for d in wide if d >= first]
    if later:
        assert first_on_or_after(rule, first) == later[0]
    earlier = [d for d in wide if d <= first]
    assert last_on_or_before(rule, first, date(2025, 1, 1)) == (earlier[-1] if earlier else None)


@pytest.mark.parametrize("count", [2, 3])
@given(data=st.data())
def test_places_say_the_order_of_days_in_every_month(count, data):
    pair = st.tuples(st.sampled_from((1, 2, 3, 4, -1)), weekday_numbers)
    pairs = data.draw(st.lists(pair, min_size=count, max_size=count, unique=True))
    singles = [Rule("MONTHLY", 1, date(2026, 1, 1), (p,)) for p in pairs]
    placed = places(singles)
    if placed is None:
        return
    start = date(2026, 1, 1)
    while start < date(2030, 1, 1):
        end = start + relativedelta(months=1)
        dates = sorted(d for rule in singles for d in days(rule, start, end))
        by_place = sorted((place.order, d) for place in placed for d in days(place.rule, start, end))
        assert [d for _, d in by_place] == dates
        assert [order for order, _ in by_place] == list(range(count))
        start = end
