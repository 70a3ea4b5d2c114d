"""Slots for open time: each is free for all, where one is free one is offered, and its command places it."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.agreement import History, Placed
from planner.compiler import compile_series
from planner.open_time import frames
from planner.suggesting import held_time
from planner.suggesting_open import Wish, offers_open, search_open
from planner.timeline import stretches
from planner.windows import every_day
from tests.test_occurrences import read
from tests.test_open_time import open_agreements

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
LONG_AGO = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())


def seconds(spans) -> list[tuple[int, int]]:
    return sorted((int(s.start), int(s.end)) for s in spans)


@given(open_agreements(), st.dates(date(2026, 2, 1), date(2028, 6, 1)), st.data())
@settings(suppress_health_check=SLOW)
def test_a_slot_is_free_for_all_and_where_one_is_free_one_is_offered(values, day, data):
    """What is offered is placed and meets nothing that fills anyone's time; what is not offered meets something."""
    agreement = read(values)
    assume(agreement is not None)
    found = [f for f in frames(History(agreement), day, day + timedelta(days=1)) if f.left]
    assume(found)
    frame = data.draw(st.sampled_from(found))
    ritual = frame.ritual
    assume((frame.end - frame.first).days <= 31)
    start = data.draw(st.sampled_from((0, 7 * 60, 18 * 60)))
    windows = every_day(start, 1440)
    wish = Wish(frame, frame.first, frame.end, frame.length, windows, LONG_AGO)
    people = tuple(p for p in (*ritual.who, ritual.cover) if p in agreement.people)
    series = compile_series(agreement, None)
    held = held_time(agreement, series, {}, people, frame.first, frame.end)
    offered = offers_open(search_open(agreement, held, wish), wish, 200)

    taken = [
        (s.start, s.end)
        for s in stretches(
            [one for one in series if one.fills], frame.first - timedelta(days=9), frame.end + timedelta(days=9)
        )
        if set(people) & set(s.series.who if s.override is None else s.override.who)
    ]

    def placed(on, minute):
        whole = not ritual.is_timed
        new = ritual._replace(placed=(Placed(on, None if whole else minute),))
        alone = agreement._replace(rituals={ritual.path: new})
        mine = [s for s in compile_series(alone, None) if s.ritual == ritual.path]
        return [(s.start, s.end) for s in stretches(mine, on - timedelta(days=3), on + timedelta(days=4))]

    def is_free(on, minute):
        spans = placed(on, minute)
        return bool(spans) and not any(a < y and x < b for a, b in spans for x, y in taken)

    for offer in offered:
        slot = offer.slots[0]
        assert slot.days[0] in frame.days
        assert is_free(slot.days[0], slot.minute)
    away = {agreement.timezone, *(agreement.people[p].timezone for p in people), ritual.timezone}
    if not offered and len(away) == 1 and not agreement.stays and ritual.is_timed:
        last = 1440 - frame.length
        assert not any(is_free(on, minute) for on in frame.days[:10] for minute in range(start, last + 1, 60))


SHIFTS = """\
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[me_blocks.running]
who = "ana"
title = "Running"
every = "week"
times = 2
at = "open"
for = "2h"
placed = [{ on = 2027-01-05, at = "18:00" }]
[rituals.day]
title = "A day out"
every = "month"
at = "open"
for = "1 day"
[rituals.walk]
on = ["monday", "wednesday", "thursday", "friday", "saturday", "sunday"]
at = "06:00-21:00"
[[pauses]]
only = ["rituals.day"]
starts = 2027-01-04
until = 2027-01-10
"""


@pytest.fixture
def planner(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(SHIFTS)
    return lambda *args: run_planner("--today", "2027-01-04", *args)


def commands(said: str) -> list[str]:
    return re.findall(r"^ +planner (place .*)$", said, re.MULTILINE)


def test_the_command_of_an_offer_places_it(planner):
    said = planner("suggest", "running").stdout
    assert said.startswith('"Running", still to place this week: once, 2 hours; every day 07:00–22:00.\n\n1. Tuesday')
    # only Tuesday has free hours, and it has one already
    assert all("2027-01-05" in command for command in commands(said))
    ran = planner(*shlex.split(commands(said)[0]))
    assert ran.exit_code == 0, ran
    assert "Nothing is left to place in the week of Monday 4 January 2027." in ran.stdout
    assert "asks for" not in ran.stdout
    assert planner("suggest", "running").stdout.startswith('"Running", still to place in the week of Monday 11 January')


def test_whole_days_are_days_on_which_nothing_else_is_and_that_do_not_rest(planner):
    said = planner("suggest", "rituals.day").stdout
    assert [re.search("2027-01-..", c)[0] for c in commands(said)] == ["2027-01-12", "2027-01-19", "2027-01-26"]
    assert "--at" not in said
    assert planner(*shlex.split(commands(said)[0])).exit_code == 0


def test_each_week_until_a_day_has_its_own_offers(planner):
    said = planner("suggest", "running", "--to", "2027-01-25", "--limit", "3").stdout
    assert said.count("still to place") == 3
    assert [re.search("2027-01-..", c)[0] for c in commands(said)] == ["2027-01-05", "2027-01-12", "2027-01-19"]
    assert "There is more" not in said


def test_a_limit_is_that_of_the_whole_answer_and_says_where_it_ends(planner):
    said = planner("suggest", "running", "--to", "2027-01-25", "--limit", "2").stdout
    assert [re.search("2027-01-..", c)[0] for c in commands(said)] == ["2027-01-05", "2027-01-12"]
    assert said.endswith(
        "\n\nThere is more to place in the week of Monday 18 January 2027 (twice); a higher\n--limit shows it, too.\n"
    )
    found = json.loads(planner("suggest", "running", "--to", "2027-01-25", "--limit", "4", "--json").stdout)
    assert [offer["from"] for offer in found["offers"]] == ["2027-01-04", "2027-01-04", "2027-01-11", "2027-01-18"]
    found = json.loads(planner("suggest", "running", "--to", "2027-02-22", "--json").stdout)
    assert len(found["offers"]) == 1 + 6 * 2  # one for each that is still to place


def test_a_whole_day_has_no_hour_and_is_looked_for_on_the_days_of_the_hours(run_planner, tmp_path):
    text = SHIFTS.replace('on = ["monday", "wednesday",', 'on = ["monday", "tuesday", "wednesday",')
    text = text.replace('"friday", "saturday", "sunday"]', '"friday"]')
    text = text.replace("[people.ben]\n", '[people.ben]\ntimezone = "America/New_York"\n')
    assert "New_York" in text
    (tmp_path / "agreement.toml").write_text(text)
    said = run_planner("--today", "2027-01-04", "suggest", "rituals.day", "--when", "saturday evenings").stdout
    assert said.startswith('"A day out", still to place this month: once, 1 day; Saturday.\n\n1. Saturday 16 January')
    assert said.count("   Free for both.\n") == 3
    assert "there" not in said
    ran = run_planner("--today", "2027-01-04", "suggest", "rituals.day", "--for", "2 days", "--when", "friday")
    assert ran.exit_code == 1
    assert '\nNo 2 days in a row are free here.\n  Friday  "Walk" (Ana and Ben) each time\n' in ran.stdout
    assert ran.stdout.endswith("\nOther days (--when), fewer (--for) or later ones (--to) may fit.\n")
    assert run_planner("--today", "2027-01-04", "suggest", "rituals.day", "--for", "2 days").exit_code == 0


def test_where_nothing_fits_it_says_why_and_what_would(planner):
    ran = planner("suggest", "running", "--when", "wednesdays")
    assert ran.exit_code == 1
    assert '"walk" (Ana)' in ran.stdout.lower().replace("ana", "Ana")
    assert "What would fit:" in ran.stdout
    assert "--once" not in ran.stdout


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["rituals.walk"], 2, "has days of its own"),
        (["rituals.wlk"], 2, 'no ritual "rituals.wlk"'),
        (["running", "--who", "ben"], 2, "leave --who out"),
        (["running", "--times", "2"], 2, "leave --times out"),
        (["running", "--to", "2027-01-04"], 2, "is no later than the first day"),
        (["rituals.day", "--for", "2h"], 2, "takes whole days"),
        (["rituals.day", "--for", "40 days"], 2, "31 days at most"),
        (["running", "--for", "2 days"], 2, "of 23 hours at most"),
        (["rituals.day", "--from", "2027-01-05", "--to", "2027-01-10"], 1, "nothing is left to place"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_what_cannot_be_looked_for_is_refused(planner, args, code, said):
    ran = planner("suggest", *args)
    assert (ran.exit_code, said in ran.stderr) == (code, True), ran
