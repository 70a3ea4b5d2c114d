"""Named seasons: rest in them, nothing but them, another time in them; the same in every calendar and every year."""

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
[seasons.summer]
starts = "1 july"
until = "31 july"
[seasons.winter]
starts = "20 december"
until = "8 january"
[seasons.leave]
dates = [{{ starts = 2027-07-12, until = 2027-07-18 }}, {{ starts = 2027-03-01, until = 2027-03-07 }}]
[rituals.run]
on = ["tuesday", "friday"]
at = "22:00-23:00"
{0}
"""


def agreed(text: str):
    agreement, findings = read_agreement(tomllib.loads(FILE.format(text)))
    assert agreement is not None, findings
    return agreement


def there(text: str, first: date = date(2027, 1, 1), end: date = date(2029, 1, 1)):
    return occurrences(compile_series(agreed(text), "ana"), first, end)


def is_summer(day: date) -> bool:
    return day.month == 7


def is_winter(day: date) -> bool:
    return (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 8)


def test_it_rests_in_a_season_each_year_and_over_new_year():
    usual = [o.day for o in there("")]
    assert [o.day for o in there('not_in = ["summer", "winter"]')] == [
        d for d in usual if not is_summer(d) and not is_winter(d)
    ]


def test_nothing_but_a_season():
    usual = [o.day for o in there("")]
    assert [o.day for o in there('only_in = ["winter", "summer"]')] == [
        d for d in usual if is_summer(d) or is_winter(d)
    ]
    small = compile_series(agreed('only_in = "summer"'), "ana")
    assert len(small) == 15
    assert not any(s.skipped or s.overrides for s in small)


def test_another_time_in_a_season_is_a_series_of_its_own_beside_one_that_goes_on():
    text = 'in_season = { summer = { at = "07:00" }, winter = { for = "2h" } }'
    for o in there(text):
        assert o.start.hour == (7 if is_summer(o.day) else 22)
        assert (o.end - o.start).seconds == (7200 if is_winter(o.day) else 3600)
    series = compile_series(agreed(text), "ana")
    assert sum(s.last is None for s in series) == 1
    assert len({s.uid for s in series}) == len(series)


def test_an_event_keeps_its_identity_when_the_days_of_its_season_move():
    text = 'in_season = { leave = { at = "07:00" } }'
    before = {s.uid for s in compile_series(agreed(text), "ana")}
    moved = FILE.format(text).replace("2027-07-12", "2027-07-13")
    after = {s.uid for s in compile_series(read_agreement(tomllib.loads(moved))[0], "ana")}
    assert before == after
    assert len(before) == 3


def test_changes_win_over_a_season_and_hit_what_it_leaves():
    text = 'not_in = "summer"\nchanges = [{ on = 2027-07-02, at = "20:00" }]'
    assert [o.day for o in there(text) if is_summer(o.day) and o.day.year == 2027] == [date(2027, 7, 2)]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
@pytest.mark.parametrize(
    "text",
    [
        'not_in = ["winter", "leave"]',
        'only_in = ["summer", "winter"]\nturns = ["ana", "ben"]',
        'in_season = { summer = { at = "23:30", for = "2h" }, winter = { at = "07:00-07:45" } }',
        'only_in = ["summer", "leave"]\nin_season = { leave = { for = "15m" }, winter = { at = "06:00" } }',
    ],
)
def test_engines_read_it_as_we_do(engine, text):
    for audience in ("ana", "everyone"):
        compare(agreed(text), audience, engine, date(2027, 1, 1), date(2029, 6, 1))


def test_show_reads_seasons_out(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format('only_in = "summer"'), encoding="utf-8")
    shown = " ".join(run_planner("--today", "2027-04-01", "show").stdout.split())
    assert "It happens only in summer." in shown
    assert "Winter: each year from 20 December to 8 January." in shown
    assert "Leave: from Monday 12 to Sunday 18 July 2027." in shown
    checked = run_planner("--today", "2027-01-04", "check").stderr
    assert checked.count("no ritual speaks of this season yet") == 2
