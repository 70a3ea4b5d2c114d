"""The evening of the one whose turn it is not: its days and turns are those of what it follows."""

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
[people.cleo]
name = "Cleo"
[rituals.off]
title = "Evening off"
follows = "rituals.bedtime"
who = "not turn"
at = "19:30-22:00"
skip = [2027-01-20]
[rituals.bedtime]
turns = ["ana", "ben"]
who = "turn"
on = "every day"
at = "19:00-19:30"
skip = [2027-01-06]
changes = [
    {{ on = 2027-01-08, turn = "ben" }},
    {{ on = 2027-01-09, moved_to = 2027-01-10, at = "18:00" }},
]
{0}
"""


def agreed(text: str = ""):
    agreement, findings = read_agreement(tomllib.loads(FILE.format(text)))
    assert agreement is not None, findings
    return agreement


def of(ritual: str, agreement):
    found = occurrences(compile_series(agreement, None), date(2027, 1, 1), date(2027, 6, 1))
    return {o.on: o for o in found if o.ritual == ritual}


def test_it_is_for_the_one_whose_turn_it_is_not_on_each_of_the_days():
    agreement = agreed()
    led, off = of("rituals.bedtime", agreement), of("rituals.off", agreement)
    assert led.keys() - off.keys() == {date(2027, 1, 20)}
    assert not off.keys() - led.keys()
    for on, o in off.items():
        assert {*o.who, *led[on].who} == {"ana", "ben"}
        assert len(o.who) == 1
        assert o.look.summary == f"Evening off ({agreement.name(o.who[0])})"
        assert (o.day, o.start.hour) == (led[on].day, 19)
    assert off[date(2027, 1, 8)].who == ("ana",)


@pytest.mark.parametrize("pause", ['only = "rituals.bedtime"', 'who = "ben"', 'who = "ana"\nonly = "rituals.off"'])
def test_it_rests_with_what_it_follows(pause):
    text = f"[[pauses]]\nstarts = 2027-02-01\nuntil = 2027-02-07\n{pause}"
    usual, resting = (of("rituals.off", agreed(more)) for more in ("", text))
    gone = {on for on in usual if date(2027, 2, 1) <= on <= date(2027, 2, 7)}
    if "ana" in pause:
        gone = {on for on in gone if usual[on].who == ("ana",)}
    assert gone
    assert usual.keys() - resting.keys() == gone


def test_of_three_who_take_turns_two_are_free():
    text = FILE.replace('turns = ["ana", "ben"]', 'turns = ["ana", "ben", "cleo"]').format("")
    agreement, _ = read_agreement(tomllib.loads(text))
    off = of("rituals.off", agreement)
    assert off[date(2027, 1, 4)].who == ("ben", "cleo")
    assert off[date(2027, 1, 4)].look.summary == "Evening off (Ben and Cleo)"


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_it_as_we_do(engine):
    for audience in ("ana", "ben", "cleo", "everyone"):
        compare(agreed(), audience, engine, date(2027, 1, 1), date(2028, 6, 1))


def test_show_and_check_speak_of_it(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format(""), encoding="utf-8")
    shown = " ".join(run_planner("--today", "2027-01-04", "show").stdout.split())
    assert 'Evening off: for whoever of Ana and Ben has no turn that day in "Bedtime", every day' in shown
    assert run_planner("--today", "2027-01-04", "check").exit_code == 0
