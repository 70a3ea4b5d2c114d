"""What somebody says yes to is said, key by key: in the sentence for something new, and where one of them changes."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from planner.agreement import Agreement, History, Version
from planner.reading import read_agreement
from planner.revision import revised
from planner.saying import say_when
from planner.writing import TERM_KEYS
from tests.conftest import SHELF

HEAD = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[people.cleo]
name = "Cleo"
[seasons.summer]
starts = "1 june"
until = "31 august"
[rituals.dishes]
on = "every day"
at = "19:00-20:00"
turns = ["ana", "ben"]
who = "turn"
"""
PLAIN = '[rituals.x]\ntitle = "X"\non = "monday"\nat = "10:00-11:00"\n'
OPEN = '[rituals.x]\ntitle = "X"\nevery = "week"\nat = "open"\nfor = "2h"\n'
CALL = '[check_ins.x]\ntitle = "X"\non = "monday"\nat = "10:00-10:30"\nby = "call"\n'
OWN = '[me_blocks.x]\ntitle = "X"\nwho = "ana"\non = "monday"\nat = "10:00-11:00"\n'
TURNS = f'{PLAIN}turns = ["ana", "ben"]\n'
FREE = '[rituals.x]\ntitle = "X"\nfollows = "rituals.dishes"\nwho = "not turn"\nat = "10:00-11:00"\n'

# For each key of a ritual that says its terms: how it was, how it is now, what something new of this kind says of
# itself, and what the change is called.
SAID: dict[str, tuple[str, str, str, str]] = {
    "who": (TURNS, f'{TURNS}who = "turn"\n', "Only the one whose turn it is takes part.", "only the one whose turn"),
    "host": (
        PLAIN.replace("rituals", "host_nights") + 'host = "ana"\n',
        PLAIN.replace("rituals", "host_nights") + 'host = "ben"\n',
        "Ben hosts, with Ana and Cleo",
        "Ana hosts → Ben hosts",
    ),
    "hosts": (
        PLAIN.replace("rituals", "host_nights") + 'host = "ana"\n',
        PLAIN.replace("rituals", "host_nights") + 'hosts = ["ben", "ana"]\n',
        "Ben and Ana take turns to host, Ben first, with Cleo",
        "hosts in the order Ben, then Ana",
    ),
    "turns": (PLAIN, TURNS, "Ana and Ben take turns, Ana first, with Cleo", "turns in the order Ana, then Ben"),
    "missed_turn": (
        TURNS,
        f'{TURNS}missed_turn = "waits"\n',
        "A turn that falls out waits for the next time.",
        "a turn that falls out is over → waits",
    ),
    "follows": (
        PLAIN,
        FREE,
        'for whoever of Ana and Ben has no turn that day in "Dishes"',
        'for those whose turn it is not in "Dishes"',
    ),
    "cover": (OWN, f'{OWN}cover = "ben"\n', "Ben covers meanwhile.", "nobody covers → Ben covers"),
    "yes": (
        OWN,
        f'{OWN}yes = "ben"\n',
        "A change of it also needs a yes from Ben.",
        "also needs nobody's yes → Ben's yes",
    ),
    "on": (PLAIN, PLAIN.replace("monday", "tuesday"), "every Tuesday", "Monday 10:00–11:00 → Tuesday"),
    "every": (PLAIN, f'{PLAIN}every = "2 weeks"\n', "every other Monday", "→ every other Monday"),
    "times": (OPEN, f"{OPEN}times = 2\n", "twice a week, 2 hours each", "→ twice a week"),
    "at": (PLAIN, PLAIN.replace("10:00", "09:00"), "from 09:00 to 11:00", "→ Monday 09:00–11:00"),
    "for": (OPEN, OPEN.replace("2h", "3h"), "once a week for 3 hours", "→ once a week for 3 hours"),
    "ladder": (
        PLAIN,
        PLAIN.replace("-11:00", "") + 'ladder = { steps = ["1h", "2h"], each = "2 weeks" }\n',
        "It may grow in small steps: 1 hour, then 2 hours.",
        "no ladder → a ladder of 1 hour, then 2 hours",
    ),
    "starts": (
        PLAIN,
        f"{PLAIN}starts = 2027-06-07\n",
        "from Monday 7 June 2027",
        "first day Monday 4 January 2027 → Monday 7 June 2027",
    ),
    "until": (
        PLAIN,
        f"{PLAIN}until = 2027-06-07\n",
        "until Monday 7 June 2027",
        "no last day → last day Monday 7 June 2027",
    ),
    "trial": (
        PLAIN,
        f'{PLAIN}trial = "6 months"\nuntil = 2027-06-30\n',
        "on trial, from Tuesday 2 February 2027 until Wednesday 30 June 2027",
        "on trial until Saturday 3 July 2027; last day Wednesday 30 June 2027",
    ),
    "timezone": (
        PLAIN,
        f'{PLAIN}timezone = "Europe/Lisbon"\n',
        "from 10:00 to 11:00, Lisbon time",
        "Berlin time → Lisbon time",
    ),
    "count_from": (
        f'{PLAIN}every = "2 weeks"\n',
        f'{PLAIN}every = "2 weeks"\ncount_from = 2027-01-11\n',
        "It is counted from Monday 11 January 2027.",
        "counted from its start → from Monday 11 January 2027",
    ),
    "check_in": (
        OWN,
        OWN + 'check_in = { after = "30m", by = "call", for = "5m" }\n',
        "There is a check-in by call 30 minutes in, for 5 minutes.",
        "no check-in → a check-in by call 30 minutes in for 5 minutes",
    ),
    "by": (CALL, CALL.replace("call", "in person"), "a check-in in person for", "by call → in person"),
    "if_needed": (PLAIN, f"{PLAIN}if_needed = true\n", "It is a slot kept in case", "firm → a slot kept in case"),
    "not_in": (PLAIN, f'{PLAIN}not_in = "summer"\n', "It rests in summer.", "→ rests in summer"),
    "only_in": (PLAIN, f'{PLAIN}only_in = "summer"\n', "It happens only in summer.", "all year → only in summer"),
    "in_season": (
        PLAIN,
        PLAIN + 'in_season = { summer = { at = "07:00-08:00" } }\n',
        "In summer it is from 07:00 to 08:00.",
        "in summer as always → in summer from 07:00 to 08:00",
    ),
}


def read(text: str) -> Agreement:
    agreement, findings = read_agreement(tomllib.loads(HEAD + text), shelf=SHELF)
    assert agreement is not None, findings
    return agreement


def said(text: str, before: str | None = None) -> str:
    """What the file asks of [….x], beside a version that has it as it was, or not at all."""
    agreed = Version(date(2027, 1, 4), 1, read(before or ""))
    (change,) = [r for r in revised(History(read(text), (agreed,)), date(2027, 2, 2)) if r.ritual.endswith(".x")]
    return change.sentence


def test_every_key_of_terms_is_here():
    assert SAID.keys() == TERM_KEYS
    table = next(line for line in Path("docs/agreement.md").read_text().splitlines() if line.startswith("| `who`, "))
    documented = set(re.findall(r"`(\w+)`", table.split("|")[1]))
    assert documented <= TERM_KEYS
    assert TERM_KEYS - documented == {"times", "by"}  # which are said in words


@pytest.mark.parametrize("key", SAID)
def test_something_new_says_all_that_it_asks(key):
    _, now, new, _ = SAID[key]
    sentence = said(now)
    assert sentence.startswith("New: ")
    assert new in sentence


@pytest.mark.parametrize("key", SAID)
def test_a_term_that_changes_is_named(key):
    was, now, _, changed = SAID[key]
    sentence = said(now, was)
    assert changed in sentence
    assert "counted in other weeks" not in sentence


@pytest.mark.parametrize("key", SAID)
def test_a_term_that_is_taken_out_again_is_named(key):
    was, now, *_ = SAID[key]
    assert "counted in other weeks" not in said(was, now)


@pytest.mark.parametrize("key", SAID)
def test_add_says_it_too(key, run_planner, tmp_path):
    _, now, new, _ = SAID[key]
    (tmp_path / "agreement.toml").write_text(HEAD, encoding="utf-8")
    table, values = next(iter(tomllib.loads(now).items()))
    line = [f"{k}={shell(v)}" for k, v in flat(values["x"])]
    done = run_planner("--today", "2027-02-01", "add", f"{table}.x", *line)
    assert done.exit_code == 0, done
    expected = {
        "starts": "It starts on Monday 7 June 2027.",
        "until": "Its last day is Monday 7 June 2027.",
        "trial": "It is on trial and ends on Wednesday 30 June 2027.",
    }.get(key, new)
    assert expected in done.stdout.splitlines()[0]


def flat(values: dict[str, object]) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for key, value in values.items():
        found += [(f"{key}.{k}", v) for k, v in flat(value)] if isinstance(value, dict) else [(key, value)]
    return found


def shell(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_a_season_of_whole_days_is_counted_in_days():
    trip = PLAIN.replace('"10:00-11:00"', '"all day"').replace("monday", "first monday")
    assert "in summer as always → in summer for 3 whole days" in said(
        trip + 'in_season = { summer = { for = "3 days" } }\n', trip
    )


def test_agree_and_diff_show_whose_it_is(run_planner, tmp_path):
    """Each word of what is asked stands there before anybody says yes."""
    (tmp_path / "agreement.toml").write_text(HEAD + FREE + 'not_in = "summer"\n', encoding="utf-8")
    new = (
        'New: X, every day from 10:00 to 11:00, for whoever of Ana and Ben has no turn that day in "Dishes", '
        "from Monday 4 January 2027. It rests in summer.\n"
    )
    assert new in run_planner("diff").stdout
    assert new in run_planner("agree", "--by", "ana", "--by", "ben").stdout
    assert say_when(read(FREE).rituals["rituals.x"]) == "every day from 10:00 to 11:00"
