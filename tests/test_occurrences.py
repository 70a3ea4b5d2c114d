"""Every occurrence right: what our timeline says is what independent engines read in the exported file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, currently_in_test_context, given, note, settings
from hypothesis import strategies as st

from planner.agreement import Agreement
from planner.checks import Examined, errors
from planner.compiler import compile_series
from planner.ics import calendar_text
from planner.reading import read_agreement
from planner.strands import strands
from planner.timeline import Occurrence, occurrences
from planner.words import Timed
from tests.engines import ENGINES
from tests.strategies import agreements

FIRST, END = date(2026, 1, 1), date(2029, 7, 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def read(values) -> Agreement | None:
    """The agreement, or None where its dates have errors of their own (turns that drift)."""
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    return None if errors(Examined(agreement, values, FIRST, END)) else agreement


def adjusted(values, draw) -> None:
    """Write skips and changes onto dates that the rituals really have."""
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    for path, ritual in agreement.rituals.items():
        table, key = path.split(".")
        dates = [
            d
            for s in strands(ritual, agreement.week_starts, by_turn=False)
            for d, _ in zip(s.days(FIRST, END), range(60), strict=False)
        ]
        if not dates:
            continue
        written = values[table][key]
        if draw(st.booleans()):
            written["skip"] = draw(st.lists(st.sampled_from(dates), min_size=1, max_size=4, unique=True))
        if draw(st.booleans()):
            changes = []
            for on in draw(st.lists(st.sampled_from(dates), min_size=1, max_size=3, unique=True)):
                change = {"on": on}
                if draw(st.booleans()):
                    change["moved_to"] = on + timedelta(days=draw(st.integers(-9, 9)))
                if isinstance(ritual.slots[0].time, Timed) and draw(st.booleans()):
                    change["at"] = draw(st.sampled_from(("06:15", "12:45", "20:00")))
                    if draw(st.booleans()) and "check_in" not in written:
                        change["for"] = "35m"
                if ritual.turns and not ritual.follows and draw(st.booleans()):
                    turn = draw(st.sampled_from(ritual.turns))
                    change["host" if table == "host_nights" else "turn"] = turn
                    if ritual.turn_waits and draw(st.booleans()):
                        change["counts"] = False
                if len(change) == 1:
                    change["note"] = "bring the blue bowl"
                changes.append(change)
            written["changes"] = changes


@st.composite
def adjusted_agreements(draw):
    values = draw(agreements())
    adjusted(values, draw)
    return values


def moment(value: datetime | date) -> datetime | date:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def exported(agreement: Agreement, audience: str) -> tuple[list, str]:
    series = compile_series(agreement, audience)
    text = calendar_text(series, name="Test", color=None, first_year=agreement.starts.year, now=NOW, earlier={})
    return series, text


def is_steady(o: Occurrence) -> bool:
    """Whether clocks are steady around the occurrence: engines differ where they are not (see tests.engines)."""
    if not isinstance(o.start, datetime):
        return True
    around = (o.start.astimezone(UTC) + timedelta(hours=h) for h in range(-27, 76))
    return len({at.astimezone(o.start.tzinfo).utcoffset() for at in around}) == 1


def compare(agreement: Agreement, audience: str, engine: Callable, first: date, end: date) -> None:
    """Hold an engine's reading of the export against our timeline."""
    series, text = exported(agreement, audience)
    if currently_in_test_context():
        note(f"{engine.__name__} for {audience}\n{text}")
    compare_series(series, text, engine, first, end)


def compare_series(series: list, text: str, engine: Callable, first: date, end: date) -> None:
    """As many occurrences in the text as in the series, and the same wherever clocks are steady."""
    margin = timedelta(days=3)

    def inside(value: datetime | date) -> bool:
        day = value.astimezone(UTC).date() if isinstance(value, datetime) else value
        return first <= day < end

    ours = [o for o in occurrences(series, first - margin, end + margin) if inside(o.start)]
    theirs = [i for i in engine(text, first - margin, end + margin) if inside(i.start)]
    unsteady = [moment(o.start) for o in ours if not is_steady(o)]

    def is_near(start: datetime | date) -> bool:
        return isinstance(start, datetime) and any(abs(moment(start) - at) <= timedelta(hours=3) for at in unsteady)

    mine = sorted((str(moment(o.start)), str(moment(o.end)), o.look.summary) for o in ours if not is_near(o.start))
    other = sorted((str(moment(i.start)), str(moment(i.end)), i.summary) for i in theirs if not is_near(i.start))
    assert mine == other
    assert len(ours) == len(theirs)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
@given(values=adjusted_agreements(), audience=st.sampled_from(("ana", "ben", "cleo", "everyone")))
@settings(max_examples=7 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
def test_engines_read_the_occurrences_of_our_timeline(engine, values, audience):
    agreement = read(values)
    if agreement is None:
        return
    compare(agreement, audience, engine, FIRST, END)


ORDINAL_DAYS = [
    f"{n} {day}"
    for n in ("first", "second", "third", "fourth", "fifth", "last")
    for day in ("monday", "wednesday", "saturday")
]
MONTH_DAYS = ["day 1", "day 15", "day 28", "day 29", "day 30", "day 31", "last day"]


@pytest.mark.parametrize("every", ["month", "2 months"])
@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_any_two_days_of_a_month_alike(engine, every):
    for days in (*combinations(ORDINAL_DAYS, 2), *combinations(MONTH_DAYS, 2)):
        values = {
            "agreement": {"id": "test-x7k2", "starts": FIRST, "timezone": "Europe/Berlin"},
            "people": {"ana": {"name": "Ana"}, "ben": {"name": "Ben"}},
            "rituals": {"both": {"on": list(days), "every": every, "at": "18:00-19:00"}},
        }
        agreement = read(values)
        assert agreement is not None
        series, text = exported(agreement, "ana")
        ours = [(moment(o.start), moment(o.end)) for o in occurrences(series, FIRST, END)]
        assert [(i.start, i.end) for i in engine(text, FIRST, END)] == ours, days


@pytest.mark.parametrize("until", [None, date(2026, 6, 27), date(2032, 7, 1)])
@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_two_days_of_a_year_that_fall_together_are_one(engine, until):
    values = {
        "agreement": {"id": "test-x7k2", "starts": FIRST, "timezone": "Europe/Berlin"},
        "people": {"ana": {"name": "Ana"}, "ben": {"name": "Ben"}},
        "rituals": {"r": {"on": ["27 june", "fourth saturday of june", "last saturday of june"], "at": "18:00-19:00"}},
    }
    if until:
        values["rituals"]["r"]["until"] = until
    agreement = read(values)
    assert agreement is not None
    series, text = exported(agreement, "ana")
    ours = [o.day for o in occurrences(series, FIRST, date(2034, 1, 1))]
    assert len(ours) == len(set(ours))
    meant = {date(2026, 6, 27), date(2027, 6, 26), date(2027, 6, 27), date(2032, 6, 26), date(2032, 6, 27)}
    assert {day for day in meant if not until or day <= until} <= set(ours)
    compare_series(series, text, engine, FIRST, date(2034, 1, 1))
