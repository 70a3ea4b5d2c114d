"""`planner check`: clashes, notices, exit codes, and the JSON that scripts read."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given

from planner.checks import Examined, errors
from planner.clashes import clashes
from planner.compiler import compile_series
from planner.reading import read_agreement
from planner.timeline import occurrences
from tests.strategies import agreements

HEAD = """\
[agreement]
id       = "test-x7k2"
starts   = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[helpers.gran]
name = "Gran"
"""
POTTERY = """
[me_blocks.pottery]
who   = "ana"
title = "Pottery class"
on    = "wednesday"
at    = "18:30-21:00"
notes = "No need to be in touch."
"""


@pytest.fixture
def check(run_planner, tmp_path):
    """Checks an agreement made of HEAD and this text, as on New Year's Day 2027."""

    def run(text, *options):
        (tmp_path / "agreement.toml").write_text(HEAD + text, encoding="utf-8")
        return run_planner("--today", "2027-01-01", "check", *options)

    return run


def test_nothing_to_mend(check):
    done = check(POTTERY)
    assert done == (0, "Nothing to mend: 1 ritual for Ana and Ben. No clashes.\n", "")


def test_an_evening_over_a_me_block_is_a_clash_with_two_remedies(check):
    done = check(POTTERY + '[shared_evenings.film]\ntitle = "Film night"\non = "wednesday"\nat = "20:30-22:30"\n')
    assert done.exit_code == 0
    assert done.stderr == (
        'agreement.toml:18:18: warning: shared_evenings.film: "Pottery class" and "Film night" ask for Ana\'s time at '
        "once: first on Wednesday 6 January 2027 at 20:30, 52 times in the next twelve months; give "
        '"Film night" another time, or, if both at once is fine, write '
        'may_overlap = ["shared_evenings.film"] in [me_blocks.pottery]\n'
    )
    assert done.stdout == "Nothing to mend: 2 rituals for Ana and Ben. Worth a look: 1 clash.\n"


def test_clashes_fail_a_strict_check_and_notes_never_do(check):
    evening = '[shared_evenings.film]\non = "wednesday"\nat = "20:30-22:30"\n'
    assert check(POTTERY + evening, "--strict").exit_code == 1
    assert check(POTTERY + evening + 'may_overlap = ["me_blocks.pottery"]\n', "--strict").exit_code == 0
    noted = check('[rituals.count]\non = "day 31"\nat = "20:00"\nfor = "1h"\n', "--strict")
    assert (noted.exit_code, noted.stderr.count(": note: ")) == (0, 1)


def test_clashes_in_json(check):
    done = check(POTTERY + '[shared_evenings.film]\non = "first wednesday"\nat = "20:30-22:30"\n', "--json")
    answer = json.loads(done.stdout)
    assert answer["problems"] == []
    (clash,) = answer["clashes"]
    assert clash.pop("message").startswith('"Pottery class" and "Film" ask for Ana\'s time at once')
    assert clash == {
        "rituals": ["me_blocks.pottery", "shared_evenings.film"],
        "people": ["ana"],
        "first": "2027-01-06",
        "count": 12,
    }
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("other", "met"),
    [
        # a text at midweek inside the block, and one that asks for being there
        ('[check_ins.word]\non = "wednesday"\nat = "19:00"\nby = "text"\n', 0),
        ('[check_ins.word]\non = "wednesday"\nat = "19:00"\nby = "in person"\n', 1),
        # back to back is no clash, a minute more is
        ('[shared_evenings.film]\non = "wednesday"\nat = "21:00-23:00"\n', 0),
        ('[shared_evenings.film]\non = "wednesday"\nat = "20:59-23:00"\n', 1),
        # past midnight into the block's day, whole days, slots kept in case
        ('[rituals.night]\non = "tuesday"\nat = "20:00-19:00"\n', 1),
        ('[rituals.trip]\non = 2027-02-02\nat = "all day"\nfor = "2 days"\n', 1),
        ('[rituals.spare]\non = "wednesday"\nat = "19:00-20:00"\nif_needed = true\n', 0),
        # Ben's own time, and Ben's own time while he covers for Ana
        ('[me_blocks.run]\nwho = "ben"\nnotes = "-"\non = "wednesday"\nat = "19:00-20:00"\n', 0),
        ('[me_blocks.run]\nwho = "ben"\nnotes = "-"\non = "wednesday"\nat = "19:00-20:00"\ncover = "ana"\n', 1),
        ('[me_blocks.run]\nwho = "ben"\nnotes = "-"\non = "wednesday"\nat = "19:00-20:00"\ncover = "gran"\n', 0),
        # other zones: 18:30 in Berlin is 17:30 in Lisbon
        ('[rituals.call]\non = "wednesday"\nat = "17:00-17:30"\ntimezone = "Europe/Lisbon"\n', 0),
        ('[rituals.call]\non = "wednesday"\nat = "17:00-17:31"\ntimezone = "Europe/Lisbon"\n', 1),
    ],
)
def test_what_is_a_clash_and_what_is_not(check, other, met):
    done = check(POTTERY + other, "--json")
    assert done.exit_code == 0, done.stderr
    assert len(json.loads(done.stdout)["clashes"]) == met


def test_covering_clashes_with_the_covering_persons_own_block(check):
    run = '[me_blocks.run]\nwho = "ben"\nnotes = "-"\non = "wednesday"\nat = "19:00-20:00"\n'
    text = f'{POTTERY}cover = "ben"\n{run}'
    (clash,) = json.loads(check(text, "--json").stdout)["clashes"]
    assert (clash["rituals"], clash["people"]) == (["me_blocks.pottery.cover", "me_blocks.run"], ["ben"])
    assert 'covering for "Pottery class" and "Run" ask for Ben\'s time at once' in clash["message"]


def test_skipped_paused_and_moved_occurrences_do_not_clash(check):
    evening = '[shared_evenings.film]\non = 2027-01-06\nat = "20:30-22:30"\n'
    assert json.loads(check(POTTERY + evening, "--json").stdout)["clashes"]
    for way in (
        "skip = [2027-01-06]\n",
        'changes = [{ on = 2027-01-06, at = "17:00-19:00" }]\n',
        "[[pauses]]\nstarts = 2027-01-05\nuntil = 2027-01-10\nonly = 'me_blocks'\n",
    ):
        assert not json.loads(check(POTTERY + way + evening, "--json").stdout)["clashes"]


def test_clocks_that_change_are_notes(check):
    done = check(
        '[rituals.night]\nwho = "ana"\non = "saturday"\nat = "22:30-05:00"\n'
        '[rituals.gap]\nwho = "ben"\non = "last sunday"\nat = "02:15-02:45"\n'
    )
    assert done.stderr == (
        "agreement.toml:14:6: note: rituals.night.at: on Saturday 27 March 2027 the clocks go forward while this goes "
        "on: it ends at 05:00 as written, 1h shorter; some calendars show another end\n"
        "agreement.toml:14:6: note: rituals.night.at: on Saturday 30 October 2027 the clocks go back while this goes "
        "on: it ends at 05:00 as written, 1h longer; some calendars show another end\n"
        "agreement.toml:18:6: note: rituals.gap.at: on Sunday 28 March 2027 the clocks leave out 02:15; that day it "
        "starts at 03:15\n"
        "agreement.toml:18:6: note: rituals.gap.at: on Sunday 31 October 2027 the clocks show 02:15 twice; it means "
        "the first time\n"
    )


def test_months_without_the_day_are_named(check):
    done = check('[rituals.a]\non = "day 31"\nat = "20:00-21:00"\n[rituals.b]\non = "29 february"\nat = "all day"\n')
    assert done.stderr == (
        "agreement.toml:12:6: note: rituals.a.on: some months lack this day; the next twelve months go without it in "
        "February 2027, April 2027, June 2027, September 2027 and November 2027\n"
        "agreement.toml:15:6: note: rituals.b.on: some years lack this day; there is none in 2027 and after: the next "
        "is on Tuesday 29 February 2028\n"
    )


def test_a_ritual_that_never_happens_is_a_warning(check):
    done = check('[rituals.a]\non = "friday"\nat = "20:00-21:00"\nuntil = 2027-01-06\n', "--strict")
    assert done.exit_code == 1
    assert done.stderr == (
        "agreement.toml:11:10: warning: rituals.a: this never happens: there is no such day between 2027-01-04 and "
        "2027-01-06\n"
    )


@given(values=agreements())
def test_clashes_are_what_comparing_every_two_occurrences_finds(values):
    first, end = date(2026, 1, 1), date(2026, 9, 1)
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    if errors(Examined(agreement, values, first, end)):
        return
    filling = {(s.ritual, s.kind) for s in compile_series(agreement, None) if s.fills}
    all_of_them = [
        o
        for o in occurrences(compile_series(agreement, None), first, end)
        if (o.ritual, o.kind) in filling and not o.look.free
    ]

    def bounds(o):
        if o.all_day:
            from planner.timeline import instant
            from planner.zones import zone

            where = zone(o.timezone)
            return instant(o.start, 0, where).timestamp(), instant(o.end, 0, where).timestamp()
        return o.start.timestamp(), o.end.timestamp()

    expected: dict[tuple[str, ...], int] = {}
    for n, one in enumerate(all_of_them):
        for other in all_of_them[n + 1 :]:
            paths = tuple(sorted((one.ritual, other.ritual)))
            roots = {".".join(p.split(".")[:2]) for p in paths}
            (a, b), (c, d) = bounds(one), bounds(other)
            if len(roots) == 2 and set(one.who) & set(other.who) and max(a, c) < min(b, d):
                expected[paths] = expected.get(paths, 0) + 1
    found = {tuple(sorted(c.rituals)): c.times for c in clashes(agreement, first, end)}
    assert found == expected


def test_covering_follows_a_move_and_clashes_there(check):
    """Ben covers on the day to which Ana's class moves, and has his own run there."""
    moved = f'{POTTERY}cover = "ben"\nchanges = [{{ on = 2027-02-17, moved_to = 2027-02-18 }}]\n'
    run = '[me_blocks.run]\nwho = "ben"\nnotes = "-"\non = "thursday"\nat = "19:00-20:00"\n'
    (clash,) = json.loads(check(moved + run, "--json").stdout)["clashes"]
    assert (clash["rituals"], clash["people"]) == (["me_blocks.pottery.cover", "me_blocks.run"], ["ben"])
    assert (clash["first"], clash["count"]) == ("2027-02-18", 1)


def test_two_of_one_name_and_a_name_for_all_are_told_with_a_remedy(run_planner, tmp_path):
    text = HEAD.replace('name = "Ben"', 'name = "ANA"') + POTTERY
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    done = run_planner("check", "--strict")
    assert done.exit_code == 1
    assert done.stderr.startswith(
        'agreement.toml:8:8: warning: people.ben.name: two of you are called "ANA", and nobody could tell whose '
        'evening it is; give one of them another name, such as "ANA B."\n'
    )
    (tmp_path / "agreement.toml").write_text(text.replace('"ANA"', '"Everyone"'), encoding="utf-8")
    done = run_planner("check")
    assert done.exit_code == 0
    assert 'warning: people.ben.name: "Everyone" reads as a word for all of you in titles and sentences' in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"a\\u001b[31mb" = 2', r"u.toml:1:1: error: a\x1b[31mb: "),
        ('[people."a\\u001b[31mb"]', r"u.toml:1:9: error: people.a\x1b[31mb: "),
        ('"\u009b1m" = 3\n"\u009b1m" = 3', r'u.toml:2:1: error: \x9b1m: "\x9b1m" is written twice here'),
        ('["\u202e\u009b"]\n["\u202e\u009b"]', r"[\u202e\x9b] is written twice, first in line 1"),
        ("x" * 3000 + " y = 1", f"u.toml:1:3002: error: a name holds no spaces: {'x' * 59}… =\n"),
        (f"{'x' * 3000} = 1", f"u.toml:1:1: error: {'x' * 59}…: "),
    ],
    ids=["key", "table", "twice", "heading", "long", "long key"],
)
def test_nothing_that_a_terminal_obeys_is_sent_to_it_and_long_names_are_cut(run_planner, tmp_path, text, said):
    (tmp_path / "u.toml").write_text(text, encoding="utf-8")
    done = run_planner("check", "u.toml")
    assert said in done.stderr
    assert all(c.isprintable() or c == "\n" for c in done.stderr)
    assert max(map(len, done.stderr.splitlines())) < 500
