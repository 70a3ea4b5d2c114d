"""Days that take turns: "tuesday, then thursday" is one a week, in turn, as rules that every program reads alike."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import Agreement
from planner.reading import read_agreement
from planner.saying import say_days
from planner.strands import strands
from planner.words import WEEKDAYS, InTurn, Weekly
from tests.engines import ENGINES
from tests.test_occurrences import compare

MONDAY = date(2027, 1, 4)


def agreed(on: str, starts: date = MONDAY, **more: object) -> Agreement:
    agreement, findings = read_agreement(
        {
            "agreement": {"id": "test-x7k2", "starts": starts, "timezone": "Europe/Berlin"}
            | ({"week_starts": more.pop("week_starts")} if "week_starts" in more else {}),
            "people": {"ana": {"name": "Ana"}, "ben": {"name": "Ben"}},
            "rituals": {"r": {"on": on, "at": "19:00-20:00", **more}},
        }
    )
    assert agreement is not None, findings
    return agreement


def dates(agreement: Agreement, weeks: int = 60) -> list[date]:
    ritual = agreement.rituals["rituals.r"]
    end = ritual.starts + timedelta(days=7 * weeks)
    parts = strands(ritual, agreement.week_starts, by_turn=False)
    return sorted(day for s in parts for day in s.days(ritual.starts, end))


@given(
    st.lists(st.integers(0, 6), min_size=2, max_size=4, unique=True),
    st.integers(1, 3),
    st.integers(0, 40),
    st.sampled_from(["monday", "sunday"]),
)
def test_one_a_week_in_turn_from_the_first_day_named(weekdays, weeks, later, week_starts):
    starts = MONDAY + timedelta(days=later)
    on = ", then ".join(WEEKDAYS[d] for d in weekdays)
    agreement = agreed(on, starts, every=f"{weeks} weeks", week_starts=week_starts)
    found = dates(agreement)
    first = starts + timedelta(days=(weekdays[0] - starts.weekday()) % 7)
    begins = first - timedelta(days=(first.weekday() - WEEKDAYS.index(week_starts)) % 7)
    expected = []
    for n in range(60):  # one week after the other, as one would on paper
        week = begins + timedelta(days=7 * weeks * n)
        weekday = weekdays[n % len(weekdays)]
        expected.append(week + timedelta(days=(weekday - week.weekday()) % 7))
    end = starts + timedelta(days=7 * 60)
    assert found == [day for day in expected if starts <= day < end]


def test_tuesday_then_thursday():
    found = dates(agreed("Tuesday, then Thu", date(2027, 1, 6)), 5)  # a Wednesday: the first Tuesday comes first
    assert [f"{day:%a %d}" for day in found] == ["Tue 12", "Thu 21", "Tue 26", "Thu 04", "Tue 09"]
    assert (
        say_days(agreed("tuesday then thursday").rituals["rituals.r"]) == "every week, in turn Tuesday, then Thursday"
    )
    other = agreed("tuesday, then thursday", every="2 weeks").rituals["rituals.r"]
    assert say_days(other) == "every other week, in turn Tuesday, then Thursday"


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
@pytest.mark.parametrize("on", ["tuesday, then thursday", "sunday, then monday, then friday"])
@pytest.mark.parametrize("more", [{}, {"week_starts": "sunday"}, {"every": "2 weeks"}, {"at": "22:30-01:00"}])
def test_engines_read_it_as_we_do(engine, on, more):
    compare(agreed(on, **more), "ana", engine, date(2027, 1, 1), date(2028, 6, 1))


def test_it_is_never_taken_for_the_two_days_of_each_week():
    assert InTurn((1, 3)) != Weekly((1, 3))
    assert len(dates(agreed("tuesday, then thursday"))) == 60


@pytest.mark.parametrize(
    ("ritual", "path", "said"),
    [
        ({"on": "tuesday, then thrusday"}, "rituals.r.on", 'no day of the week "thrusday"; did you mean "thursday"?'),
        ({"on": "tuesday, then first friday"}, "rituals.r.on", 'no day of the week "first friday"; '),
        ({"on": "tuesday, then tuesday"}, "rituals.r.on", "names a day twice"),
        ({"on": ["tuesday, then friday", "monday"]}, "rituals.r.on", "days of one ritual have one form"),
        ({"on": ["mon, then fri", "tue, then sat"]}, "rituals.r.on", "days that take turns stand alone"),
        ({"on": "tuesday, then friday", "every": "month"}, "rituals.r.every", "goes week by week; leave `every` out"),
        ({"on": "tuesday, then friday", "turns": ["ana", "ben"]}, "rituals.r.turns", "leave no room for people's"),
        ({"at": {"tuesday, then friday": "19:00-20:00"}}, "rituals.r.at", "have one time; name them in `on`"),
    ],
)
def test_what_says_nothing_definite_is_asked_back(ritual, path, said):
    agreement, findings = read_agreement(
        {
            "agreement": {"id": "test-x7k2", "starts": MONDAY, "timezone": "Europe/Berlin"},
            "people": {"ana": {"name": "Ana"}, "ben": {"name": "Ben"}},
            "rituals": {"r": {"at": "19:00-20:00", **ritual}},
        }
    )
    assert agreement is None
    assert any(f.dotted.startswith(path) and said in f.message for f in findings), findings
