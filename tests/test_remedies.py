"""A remedy fits: what a message advises, written into the file as it stands there, is accepted."""

from __future__ import annotations

import re
import tomllib

import pytest

from planner.reading import read_agreement

HEAD = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
"""
STAY = '[[stays]]\nwho = "ana"\ntimezone = "Europe/Lisbon"\n'
EVENING = "[shared_evenings.s]\n"


def findings(text: str) -> list[tuple[str, str]]:
    return [(found.dotted, found.message) for found in read_agreement(tomllib.loads(HEAD + text))[1]]


@pytest.mark.parametrize(
    ("text", "place", "advised"),
    [
        ('[[pauses]]\nstarts = "20 december"\n', "pauses[1]", 'until = "6 january"'),
        ('[[pauses]]\nuntil = "6 january"\n', "pauses[1]", 'starts = "20 december"'),
        ("[[pauses]]\nstarts = 2027-10-04\n", "pauses[1]", "until = 2027-10-10"),
        ("[[pauses]]\nuntil = 2027-10-10\n", "pauses[1]", "starts = 2027-10-04"),
        (STAY + "starts = 2027-04-01\n", "stays[1]", "until = 2027-04-07"),
        (STAY + "until = 2027-02-07\n", "stays[1]", "starts = 2027-02-01"),
    ],
)
def test_the_end_that_is_missing_goes_with_the_other(text, place, advised):
    [(path, message)] = findings(text)
    assert path == place
    assert message.endswith(advised)
    assert findings(text + advised) == []


def test_what_is_missing_in_one_of_several_says_in_which():
    text = "[seasons.s]\ndates = [{ starts = 2027-07-01, until = 2027-07-02 }, { starts = 2027-08-01 }]\n"
    assert [path for path, _ in findings(text)] == ["seasons.s.dates[2]"]
    skip = EVENING + 'on = "friday"\nat = "19:00-21:00"\nskip = ["x"]\n'
    assert [path for path, _ in findings(skip)] == ["shared_evenings.s.skip"]


@pytest.mark.parametrize(
    ("on", "near"),
    [("days 5 of 6", "day 5 of 6"), ("day 5 in 6", "day 5 of 6"), ("days 02 of 6 days", "day 2 of 6")],
)
def test_a_day_of_a_cycle_is_nearly_said(on, near):
    text = EVENING + 'on = "{}"\nat = "19:00-21:00"\ncount_from = 2027-01-04\n'
    assert f'no day "{on}"; did you mean "{near}"?' in [message for _, message in findings(text.format(on))]
    assert findings(text.format(near)) == []


@pytest.mark.parametrize("at", ["25", "19:00-25", "24", "99", "24-6:00"])
def test_no_hour_is_advised_that_there_is_not(at):
    text = EVENING + 'on = "friday"\nfor = "1h"\nat = "{}"\n'
    [message] = [message for _, message in findings(text.format(at))]
    assert "hours go from 00 to 23" in message
    assert not re.search('write.*"(2[4-9]|99):', message)


def test_midnight_may_be_the_end():
    text = EVENING + 'on = "friday"\nat = "{}"\n'
    assert [message for _, message in findings(text.format("19:00-24"))] == [
        '"24" says the hour alone; write the minutes too: "24:00"'
    ]
    assert findings(text.format("19:00-24:00")) == []
