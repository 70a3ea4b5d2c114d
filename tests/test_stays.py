"""Somebody stays elsewhere: what is theirs alone keeps its time of day there, and nothing else moves."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from planner.compiler import compile_series
from planner.reading import read_agreement
from planner.timeline import occurrences
from tests.engines import ENGINES
from tests.test_occurrences import compare

FILE = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[[stays]]
who = "ben"
timezone = "America/New_York"
starts = 2027-03-10
until = 2027-03-31
note = "The long conference"
[[stays]]
who = "ben"
timezone = "Asia/Kolkata"
starts = 2027-05-01
until = 2027-05-02
[me_blocks.yoga]
who = "ben"
on = ["tuesday", "saturday"]
at = "07:00-08:00"
check_in = { after = "20m" }
changes = [{ on = 2027-03-13, at = "09:00" }]
[me_blocks.call]
who = "ben"
on = "tuesday"
at = "17:00-18:00"
timezone = "Europe/Berlin"
[me_blocks.read]
who = "ana"
on = "tuesday"
at = "20:00-21:00"
[rituals.tea]
on = "tuesday"
at = "16:00-17:00"
"""


def agreed():
    agreement, findings = read_agreement(tomllib.loads(FILE))
    assert agreement is not None, findings
    return agreement


def test_what_is_theirs_alone_keeps_its_time_of_day_there():
    for o in occurrences(compile_series(agreed(), None), date(2027, 1, 1), date(2027, 7, 1)):
        away = "me_blocks.yoga" in o.ritual and date(2027, 3, 10) <= o.on <= date(2027, 3, 31)
        far = "me_blocks.yoga" in o.ritual and o.on == date(2027, 5, 1)
        zone = "America/New_York" if away else "Asia/Kolkata" if far else "Europe/Berlin"
        assert o.start.tzinfo.key == zone
        if o.ritual == "me_blocks.yoga":
            assert o.start.hour == (9 if o.on == date(2027, 3, 13) else 7)


def test_a_stay_that_is_over_changes_no_event_but_its_own():
    series = compile_series(agreed(), "ben")
    assert len({s.uid for s in series}) == len(series)
    assert sum(s.timezone != "Europe/Berlin" for s in series) == 4


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_it_as_we_do(engine):
    compare(agreed(), "ben", engine, date(2027, 1, 1), date(2028, 6, 1))


def test_show_says_so(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE, encoding="utf-8")
    shown = " ".join(run_planner("--today", "2027-01-04", "show").stdout.split())
    assert "Ben goes by New York time in what is Ben's alone. The long conference." in shown
    assert shown.count("From Wednesday 10 to Wednesday 31 March 2027 it goes by New York time.") == 1
    assert "New York time" not in run_planner("--today", "2027-04-01", "show").stdout
