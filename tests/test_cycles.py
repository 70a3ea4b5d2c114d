"""Shifts: days of a cycle that goes round and round from `count_from`, as rules that every program reads alike."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import Agreement
from planner.compiler import compile_series
from planner.reading import read_agreement
from planner.saying import say_days
from planner.strands import strands
from planner.words import InCycle, Ordinal
from tests.engines import ENGINES
from tests.test_occurrences import compare

STARTS = date(2027, 1, 4)


def found_in(ritual):
    return read_agreement(
        {
            "agreement": {"id": "test-x7k2", "starts": STARTS, "timezone": "Europe/Berlin"},
            "people": {"ana": {"name": "Ana"}, "ben": {"name": "Ben"}},
            "rituals": {"r": {"at": "19:00-20:00", **ritual}},
        }
    )


def agreed(on: object, count_from: date = STARTS, **more: object) -> Agreement:
    agreement, findings = found_in({"on": on, "count_from": count_from, **more})
    assert agreement is not None, findings
    return agreement


@given(
    st.integers(2, 40).flatmap(lambda of: st.tuples(st.just(of), st.sets(st.integers(1, of), min_size=1))), st.data()
)
def test_the_days_named_come_in_every_round(cycle, data):
    of, numbers = cycle
    count_from = STARTS + timedelta(days=data.draw(st.integers(-100, 100)))
    agreement = agreed([f"day {n} of {of}" for n in numbers], count_from)
    end = STARTS + timedelta(days=200)
    parts = strands(agreement.rituals["rituals.r"], 0, by_turn=False)
    there = sorted(day for s in parts for day in s.days(STARTS, end))
    days = [STARTS + timedelta(days=n) for n in range(200)]
    assert there == [day for day in days if (day - count_from).days % of + 1 in numbers]
    assert len({s.part for s in parts}) == len(parts)


def test_four_on_two_off():
    agreement = agreed(["day 5 of 6", "day 6 of 6"], at="all day")
    ritual = agreement.rituals["rituals.r"]
    assert say_days(ritual) == "on days 5 and 6 of every 6 days"
    assert say_days(agreed("Day 1 of every 3 days").rituals["rituals.r"]) == "on day 1 of every 3 days"
    uids = [s.uid for s in compile_series(agreement, "ana")]
    assert len(set(uids)) == len(uids) == 2
    assert InCycle(((1, 3),)) != Ordinal(((1, 3),))


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
@pytest.mark.parametrize("at", ["all day", "22:00-06:00", "9:00-10:00"])
def test_engines_read_it_as_we_do(engine, at):
    agreement = agreed(["day 2 of 5", "day 3 of 5"], at=at)
    compare(agreement, "ana", engine, date(2027, 1, 1), date(2028, 6, 1))


@pytest.mark.parametrize(
    ("ritual", "path", "said"),
    [
        ({"on": "day 5 of 6"}, "rituals.r.on", "which day is day 1? write count_from = 2027-01-04"),
        ({"on": "day 7 of 6", "count_from": STARTS}, "rituals.r.on", 'there is no "day 7 of 6"; days of a cycle are'),
        ({"on": "day 0 of 6", "count_from": STARTS}, "rituals.r.on", 'there is no "day 0 of 6"'),
        ({"on": ["day 1 of 6", "day 1 of 5"], "count_from": STARTS}, "rituals.r.on", "belong to one cycle"),
        ({"on": ["day 1 of 6", "monday"], "count_from": STARTS}, "rituals.r.on", "days of one ritual have one form"),
        ({"on": "day 1 of 6", "every": "week", "count_from": STARTS}, "rituals.r.every", "says how often already"),
        ({"on": "day 1 of 6", "turns": ["ana", "ben"], "count_from": STARTS}, "rituals.r.turns", "leave no room"),
        (
            {"at": {"day 1 of 6": "19:00-20:00"}, "count_from": STARTS},
            "rituals.r.at",
            "have one time; name them in `on`",
        ),
    ],
)
def test_what_says_nothing_definite_is_asked_back(ritual, path, said):
    agreement, findings = found_in(ritual)
    assert agreement is None
    assert any(f.dotted.startswith(path) and said in f.message for f in findings), findings
