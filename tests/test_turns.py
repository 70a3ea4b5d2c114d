"""Turns that wait: who had a night that did not happen has the next one that does, and what was before stays."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from planner.agreeing import composed_as, settled
from planner.agreement import Agreed, Agreement, History, Version
from planner.checks import Examined, errors
from planner.compiler import compile_series, compile_versions
from planner.history import missed_by, turns_between
from planner.ics import calendar_text
from planner.reading import read_agreement
from planner.revision import revised
from planner.strands import strands
from planner.timeline import occurrences
from planner.versions import Stored, read_version, version_text
from tests.engines import ENGINES
from tests.strategies import TABLES
from tests.test_occurrences import END, FIRST, NOW, adjusted_agreements, compare, compare_series

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
"""
NIGHTS = """[host_nights.salon]
hosts = ["ana", "ben"]
on = "friday"
at = "19:00-22:00"
missed_turn = "waits"
"""
BEDTIME = """[rituals.bedtime]
turns = ["ana", "ben"]
who = "turn"
on = ["monday", "thursday"]
at = "19:00-19:30"
missed_turn = "waits"
"""
START = date(2027, 1, 4)


def agreed(text: str) -> Agreement:
    agreement, findings = read_agreement(tomllib.loads(HEAD + text))
    assert agreement is not None, findings
    return agreement


def whose(agreement: Agreement, weeks: int = 8, path: str | None = None) -> str:
    """The first letters of those whose turn it is, date by date of the rule, a dot where nothing happens."""
    path = path or next(iter(agreement.rituals))
    ritual = agreement.rituals[path]
    end = START + timedelta(days=7 * weeks)
    there = turns_between(History(agreement), ritual, START, end)
    dates = sorted(d for s in strands(ritual, 0, by_turn=False) for d in s.days(START, end))
    found = "".join(there[d][0] if d in there else "." for d in dates)
    # what everybody's calendar has says the same
    seen = {o.on: o for o in occurrences(compile_series(agreement, None), START, end + timedelta(days=9))}
    names = {"a": "Ana", "b": "Ben", "c": "Cleo"}
    for day, letter in zip(dates, found, strict=True):
        assert (letter == ".") == (day not in seen)
        assert letter == "." or names[letter] in seen[day].look.summary
    return found


@pytest.mark.parametrize(
    ("more", "turns"),
    [
        ("", "abababab"),
        ("skip = [2027-01-08]", ".abababa"),
        ("skip = [2027-01-15]", "a.bababa"),
        ("skip = [2027-01-15, 2027-01-22]", "a..babab"),
        ("skip = [2027-01-15, 2027-01-29]", "a.b.abab"),
        # what is moved or swapped happens, and a swap takes that night alone
        ("changes = [{ on = 2027-01-15, moved_to = 2027-01-17 }]", "abababab"),
        ('changes = [{ on = 2027-01-15, host = "ana" }]', "aaababab"),
        ('skip = [2027-01-15]\nchanges = [{ on = 2027-01-22, host = "ana" }]', "a.aababa"),
        ('skip = [2027-01-15]\nchanges = [{ on = 2027-01-15, at = "20:00" }]', "a.bababa"),
        ("[[pauses]]\nstarts = 2027-01-11\nuntil = 2027-01-24", "a..babab"),
        ('[[pauses]]\nstarts = 2027-01-11\nuntil = 2027-01-17\nwho = "cleo"', "a.bababa"),
        ('[[pauses]]\nstarts = 2027-01-11\nuntil = 2027-01-17\nonly = "me_blocks"', "abababab"),
        ('[[pauses]]\nstarts = "11 january"\nuntil = "17 january"', "a.bababa"),
        # a change goes before a pause
        (
            'changes = [{ on = 2027-01-15, at = "20:00" }]\n[[pauses]]\nstarts = 2027-01-11\nuntil = 2027-01-24',
            "ab.ababa",
        ),
        ('not_in = "thaw"\n[seasons.thaw]\nstarts = "11 january"\nuntil = "31 january"', "a...baba"),
        (
            'only_in = "thaw"\n[seasons.thaw]\ndates = [{ starts = 2027-01-11, until = 2027-01-17 }, '
            "{ starts = 2027-02-01, until = 2027-02-20 }]",
            "abab",
        ),
        ("count_from = 2027-01-15\nskip = [2027-01-22]", "ba.babab"),
        ('on_holidays = "skip"\n[holidays]\ncountry = "US"\nregion = "CA"', "abababab"),
    ],
)
def test_who_had_a_night_that_falls_out_has_the_next_that_happens(more, turns):
    if "holidays" in more:
        pytest.importorskip("holidays")
    assert whose(agreed(NIGHTS + more)) == turns


def test_holidays_and_three_people_and_two_turns_of_one():
    pytest.importorskip("holidays")
    fridays = NIGHTS.replace('["ana", "ben"]', '["ana", "ben", "cleo"]') + "starts = 2027-03-12\n"
    text = fridays + 'on_holidays = "skip"\n[holidays]\ncountry = "DE"\n'
    assert whose(agreed(text), weeks=14) == "ab.ca"  # 26 March is Good Friday
    twice = NIGHTS.replace('["ana", "ben"]', '["ana", "ben", "ben"]') + "skip = [2027-01-15, 2027-02-05]\n"
    assert whose(agreed(twice)) == "a.bb.abb"


def test_single_dates_wait_too():
    dated = NIGHTS.replace('"friday"', "[2027-01-08, 2027-01-12, 2027-01-20, 2027-02-01]") + "skip = [2027-01-12]\n"
    assert whose(agreed(dated)) == "a.ba"


def test_a_pause_of_the_one_whose_turn_it_is_lets_the_turn_wait_until_it_is_over():
    pause = '[[pauses]]\nwho = "ana"\nstarts = 2027-01-11\nuntil = 2027-01-24\n'
    # 4 Ana, 7 Ben, then Ana is away; from 25 on Ana, Ben
    assert whose(agreed(BEDTIME + pause), weeks=5) == "ab....abab"
    # on the 14th it is Ben's turn, and he is there
    later = pause.replace("2027-01-11", "2027-01-14")
    assert whose(agreed(BEDTIME + later), weeks=5) == "abab..abab"


def test_a_swap_in_a_pause_lets_the_night_happen():
    pause = '[[pauses]]\nwho = "ana"\nstarts = 2027-01-11\nuntil = 2027-01-24\n'
    swap = 'changes = [{ on = 2027-01-18, turn = "ben" }]\n'
    assert whose(agreed(BEDTIME + swap + pause), weeks=5) == "ab..bbabab"


def test_the_one_whose_turn_it_is_not_follows():
    off = '[rituals.off]\nfollows = "rituals.bedtime"\nwho = "not turn"\nat = "20:00-22:00"\nskip = [2027-01-18]\n'
    pause = '[[pauses]]\nstarts = 2027-01-25\nuntil = 2027-01-27\nonly = "rituals.off"\n'
    text = BEDTIME + "skip = [2027-01-11]\n" + off + pause
    found = occurrences(compile_series(agreed(text), None), START, date(2027, 3, 1))
    led, free = ({o.on: o for o in found if o.ritual == path} for path in ("rituals.bedtime", "rituals.off"))
    assert led.keys() - free.keys() == {date(2027, 1, 18), date(2027, 1, 25)}
    assert [led[day].who[0] for day in sorted(led)][:6] == ["ana", "ben", "ana", "ben", "ana", "ben"]
    assert all({*free[day].who, *led[day].who} == {"ana", "ben"} for day in free)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
@pytest.mark.parametrize(
    "text",
    [
        NIGHTS + 'skip = [2027-01-15, 2027-03-05]\n[[pauses]]\nstarts = "20 december"\nuntil = "6 january"',
        BEDTIME + '[[pauses]]\nwho = "ana"\nstarts = 2027-01-14\nuntil = 2027-01-24',
        NIGHTS.replace('"friday"', '["second saturday", "last sunday"]') + "skip = [2027-01-09]",
        NIGHTS.replace('"friday"', '"friday"\nevery = "2 weeks"') + "skip = [2027-01-22, 2027-04-16]",
        BEDTIME.replace('"ana", "ben"', '"ana", "ben", "cleo"') + 'share = "busy"\nskip = [2027-01-14, 2027-01-18]',
    ],
)
def test_engines_read_it_as_we_do(engine, text):
    for audience in ("ana", "ben", "cleo", "everyone"):
        compare(agreed(text), audience, engine, date(2027, 1, 1), date(2029, 6, 1))


@st.composite
def one_more_skip(draw):
    """An agreement in which turns wait, and a date of one of its rituals that falls out in the end."""
    values = draw(adjusted_agreements())
    agreement, _ = read_agreement(values)
    assert agreement is not None
    waiting = [r for r in agreement.rituals.values() if r.turn_waits and not r.follows]
    assume(waiting and not errors(Examined(agreement, values, FIRST, END)))
    ritual = draw(st.sampled_from(waiting))
    parts = strands(ritual, agreement.week_starts, by_turn=False)
    dates = sorted(d for s in parts for d in s.days(FIRST, END))[:300]
    assume(dates)
    day = draw(st.sampled_from([d for d in dates if d not in ritual.skip] or dates))
    table, key = ritual.path.split(".")
    more = {t: {k: dict(r) for k, r in v.items()} if t in TABLES else v for t, v in values.items()}
    more[table][key]["skip"] = [*more[table][key].get("skip", []), day]
    return values, more, ritual.path, day


@given(pair=one_more_skip(), audience=st.sampled_from((None, "ana", "cleo", "everyone")))
@settings(
    max_examples=4 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
def test_a_date_that_falls_out_changes_nothing_before_it(pair, audience):
    before, after, path, day = pair
    note(f"{path}, {day}")

    def seen(values) -> set:
        agreement, findings = read_agreement(values)
        assert agreement is not None, findings
        series = compile_series(agreement, audience)
        keys = {s.uid: s for s in series}
        assert len(keys) == len(series)
        there = []
        for one in series:
            there += [(one.uid, o.on, o.day, o.start, o.end, o.look, o.who) for o in occurrences([one], FIRST, END)]
        return {t for t in there if t[1] < day - timedelta(days=2)}

    assert seen(before) == seen(after)


# ── what was agreed ──


def written(agreement: Agreement, history: History, on: date, said: date) -> Version:
    """A version as it is kept and read again."""
    header = settled(history, agreement, Agreed(on, ("ana",), None, said))
    stored = read_version(version_text(agreement, header).encode(), "x.toml", on, 1)
    assert isinstance(stored, Stored), stored
    assert stored.version.agreement.agreed == header
    assert composed_as(stored.version.agreement, agreement)
    return stored.version


def test_what_was_over_when_something_was_agreed_stays_whatever_the_file_says_later():
    file = agreed(NIGHTS + "skip = [2027-01-15]\n[[pauses]]\nstarts = 2027-02-01\nuntil = 2027-02-07\n")
    first = written(file, History(file), START, date(2027, 1, 2))
    assert first.agreement.agreed.waited == (("host_nights.salon", ()),)
    second = written(file, History(file, (first,)), date(2027, 3, 1), date(2027, 2, 20))
    assert second.agreement.agreed.waited == (("host_nights.salon", (date(2027, 1, 15), date(2027, 2, 5))),)
    path = "host_nights.salon"

    def turns(of: Agreement, *versions: Version) -> dict[date, str]:
        return turns_between(History(of, versions), of.rituals[path], START, date(2027, 6, 1))

    meant = turns(file, first, second)
    assert "".join(turn[0] for turn in meant.values())[:6] == "ababab"
    # a pause that is over is taken out, a skip is added to what is over: from then on turns are as they were
    tidy = agreed(NIGHTS + "skip = [2027-01-22]\n")
    later = turns(tidy, first, second)
    assert {day: turn for day, turn in later.items() if day in meant} == {
        day: turn for day, turn in meant.items() if day in later
    }
    assert date(2027, 1, 22) not in later
    # without the second agreement the file alone says it
    assert turns(tidy, first) != {day: turn for day, turn in meant.items() if day != date(2027, 1, 22)}
    # a skip of a day to come shifts what comes after it, and nothing before
    coming = turns(agreed(NIGHTS + "skip = [2027-03-12]\n"), first, second)
    assert all(coming[day] == turn for day, turn in meant.items() if day in coming and day < date(2027, 3, 12))
    assert coming[date(2027, 3, 19)] == meant[date(2027, 3, 12)] != meant[date(2027, 3, 19)]


@pytest.mark.parametrize("order", [("passes", "waits"), ("waits", "passes"), ("waits", "waits")])
def test_over_a_split_whoever_is_next_stays_next(order):
    texts = [NIGHTS.replace('"waits"', f'"{word}"') for word in order]
    texts[1] = texts[1].replace("19:00", "20:00")
    skips = "skip = [2027-01-15, 2027-02-12]\n"
    old, new = (agreed(text + skips) for text in texts)
    split = date(2027, 2, 1)
    history = History(new, (Version(START, 1, old), Version(split, 1, new)))
    seen = occurrences(compile_versions(history, None), START, date(2027, 3, 8))
    # 8, 22 and 29 January; then 5, 19, 26 February, 5 March
    hosts = "".join(o.look.summary.removeprefix("Salon (")[0] for o in seen)
    assert (
        hosts == {("passes", "waits"): "AABABAB", ("waits", "passes"): "ABABBAB", ("waits", "waits"): "ABABABA"}[order]
    )


@pytest.mark.parametrize(
    ("day", "skips", "until", "hosts"),
    [
        (30, "2027-01-29", "", "ABABABA"),  # the last before the day: Ben waits over it
        (23, "2027-01-22", "", "ABABABA"),
        (30, "2027-01-22, 2027-01-29, 2027-02-05", "", "ABABAB"),
        (30, "2027-01-15", "until = 2027-01-22\n", "ABABABA"),  # nothing happens in between, and nobody's turn is over
    ],
)
def test_a_turn_waits_over_a_split_too(day, skips, until, hosts):
    old, new = (
        agreed(f"{NIGHTS}skip = [{skips}]\n{until}"),
        agreed(f"{NIGHTS}skip = [{skips}]\n".replace("19:00", "20:00")),
    )
    history = History(new, (Version(START, 1, old), Version(date(2027, 1, day), 1, new)))
    seen = occurrences(compile_versions(history, None), START, date(2027, 3, 6))
    assert "".join(o.look.summary.removeprefix("Salon (")[0] for o in seen)[: len(hosts)] == hosts
    for engine in ENGINES:
        series = compile_versions(history, "ana")
        text = calendar_text(series, name="Test", color=None, first_year=2026, now=NOW, earlier={})
        compare_series(series, text, engine, date(2027, 1, 1), date(2028, 6, 1))


def test_that_turns_wait_is_agreed_by_all_who_take_them():
    old = agreed(NIGHTS.replace('missed_turn = "waits"\n', ""))
    history = History(agreed(NIGHTS), (Version(START, 1, old),))
    (change,) = revised(history, date(2027, 2, 1))
    assert change.sentence == "Salon: a turn that falls out is over → waits, from Monday 1 February 2027."
    assert change.needs == dict.fromkeys(("ana", "ben"), "whose turn it is after one that falls out")
    assert missed_by(history, "host_nights.salon", date(2028, 1, 1)) == []


# ── commands ──


def test_an_edit_keeps_the_turns_of_days_that_are_over_and_says_whose_is_next(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(HEAD + NIGHTS, encoding="utf-8")
    before = run_planner("--today", "2027-01-25", "agenda", "--from", "2027-01-04", "--to", "2027-01-25", "--json")
    done = run_planner("--today", "2027-01-25", "skip", "salon", "2027-02-05")
    assert done.stdout.splitlines()[:2] == [
        '"Salon" is left out on Friday 5 February 2027.',
        'Turns in "Salon" go on with Ana on Friday 12 February 2027, Ben on Friday 19 February 2027 '
        "and Ana on Friday 26 February 2027.",
    ]
    assert "changes" not in file.read_text(encoding="utf-8")
    done = run_planner("--today", "2027-01-25", "skip", "salon", "2027-01-08")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1] == (
        'Whose turn it was in "Salon" on Friday 15 January 2027 and Friday 22 January 2027 stays as it was; '
        "`changes` says so now."
    )
    after = run_planner("--today", "2027-01-25", "agenda", "--from", "2027-01-04", "--to", "2027-01-25", "--json")
    assert json.loads(after.stdout) == json.loads(before.stdout)[1:]
    # who left one out has the next that comes
    assert 'host = "ben", counts = false }' in file.read_text(encoding="utf-8")
    assert run_planner("--today", "2027-01-25", "agenda", "--days", "5").stdout.count("Salon (Ana hosts)") == 1


def test_many_nights_that_are_over_are_told_in_brief(run_planner, tmp_path):
    daily = BEDTIME.replace('["monday", "thursday"]', '"every day"')
    (tmp_path / "agreement.toml").write_text(HEAD + daily, encoding="utf-8")
    said = run_planner("--today", "2027-02-01", "skip", "bedtime", "2027-01-12").stdout.splitlines()[1]
    assert "on Wednesday 13 January 2027 and 18 more days until Sunday 31 January 2027 stays as it was" in said
    text = (tmp_path / "agreement.toml").read_text(encoding="utf-8")
    assert text.count(", turn = ") == 19
    before = run_planner("--today", "2027-02-01", "agenda", "--from", "2027-01-13", "--days", "19", "--json").stdout
    turns = [o["who"][0][0] for o in json.loads(before)]
    assert "".join(turns) == "ba" * 9 + "b"


def test_a_skip_is_taken_back_and_turns_are_as_they_were(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(HEAD + NIGHTS, encoding="utf-8")
    assert run_planner("--today", "2027-01-25", "skip", "salon", "2027-01-15").exit_code == 0
    assert "counts = false" in file.read_text(encoding="utf-8")
    done = run_planner("--today", "2027-01-25", "skip", "salon", "2027-01-15", "--undo")
    assert done.stdout.splitlines()[:2] == [
        '"Salon" is on Friday 15 January 2027 again.',
        'Turns in "Salon" go on with Ben on Friday 29 January 2027, Ana on Friday 5 February 2027 '
        "and Ben on Friday 12 February 2027.",
    ]
    assert file.read_text(encoding="utf-8") == HEAD + NIGHTS


def test_a_rest_that_ends_sooner_tells_the_turns_from_then_on(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(HEAD + NIGHTS, encoding="utf-8")
    run_planner("--today", "2027-01-25", "pause", "salon", "--from", "2027-01-14", "--until", "2027-02-20")
    said = run_planner("--today", "2027-01-30", "resume", "salon").stdout
    assert 'Turns in "Salon" go on with Ben on Friday 5 February 2027, Ana on Friday 12 February 2027' in said
