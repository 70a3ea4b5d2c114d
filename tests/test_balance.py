"""Balance: plans added up by person and kind, beside the couple's own hopes and no other measure."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given

from planner.agreement import Agreement, History
from planner.balance import hopes, planned, planned_in, quiet_words
from planner.compiler import compile_series
from planner.reading import read_agreement
from planner.timeline import occurrences, stretches
from planner.views.balance import balance_text
from tests.conftest import ROOT, SHELF
from tests.strategies import agreements

COUPLE = """
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
"""
RICH = """
[helpers.lucia]
name = "Lúcia"
[me_blocks.run]
who = "ana"
on = "saturday"
at = "08:00-09:30"
cover = "ben"
[me_blocks.choir]
who = "ben"
on = "tuesday"
at = "20:00-22:00"
tags = ["friends"]
cover = "lucia"
check_in = { after = "20m" }
[me_blocks.perhaps]
who = "ben"
on = "monday"
at = "20:00-22:00"
if_needed = true
[rituals.class]
who = "ana"
on = "monday"
at = "18:00-19:00"
[rituals.kitchen]
turns = ["ana", "ben"]
who = "turn"
on = "sunday"
at = "19:00-19:30"
[shared_evenings.friday]
on = "friday"
at = "19:00-22:00"
[check_ins.word]
on = "wednesday"
at = "12:00"
by = "text"
[check_ins.walk]
on = "wednesday"
at = "18:00"
for = "30m"
by = "in person"
[host_nights.salon]
hosts = ["ana", "ben"]
on = ["second saturday", "fourth saturday"]
at = "19:30-22:30"
changes = [{ on = 2027-02-27, host = "ana" }]
"""
FEBRUARY = (date(2027, 2, 1), date(2027, 3, 1))


def agreed(text: str) -> Agreement:
    agreement, findings = read_agreement(tomllib.loads(COUPLE + text), shelf=SHELF)
    assert agreement is not None, findings
    return agreement


def hours(agreement: Agreement, first: date, end: date) -> dict[str, dict[str, float]]:
    return {
        person: {kind: a.minutes / 60 for kind, a in kinds.items()}
        for person, kinds in planned(History(agreement), first, end).items()
    }


def test_each_kind_is_added_up():
    assert hours(agreed(RICH), *FEBRUARY) == {
        # four Saturday runs and four Mondays; four Fridays, four walks, two salons of three hours
        "ana": {"own": 10, "together": 20, "friends": 0, "hosting": 6, "covering": 0},
        "ben": {"own": 8, "together": 20, "friends": 8, "hosting": 0, "covering": 6},
    }


def test_hosting_counts_nights_and_follows_a_swap():
    nights = {p: k["hosting"].times for p, k in planned(History(agreed(RICH)), *FEBRUARY).items()}
    assert nights == {"ana": 2, "ben": 0}
    plain = agreed(RICH.replace("changes = [{ on = 2027-02-27", "changes = [{ on = 2027-03-27"))
    assert {p: k["hosting"].times for p, k in planned(History(plain), *FEBRUARY).items()} == {"ana": 1, "ben": 1}


def test_plans_are_counted_with_their_skips_moves_and_pauses():
    friday = '[shared_evenings.friday]\non = "friday"\nat = "19:00-22:00"\n'
    changed = f'{friday}skip = [2027-02-05]\nchanges = [{{ on = 2027-02-12, at = "19:00-20:00" }}]\n'
    paused = f"{changed}[[pauses]]\nstarts = 2027-02-15\nuntil = 2027-02-21\n"
    assert [hours(agreed(text), *FEBRUARY)["ana"]["together"] for text in (friday, changed, paused)] == [12, 7, 4]


def test_a_whole_day_counts_as_twenty_four_hours_and_a_night_by_the_clock():
    visit = '[rituals.visit]\non = 2027-02-05\nat = "all day"\nfor = "2 days"\n'
    late = '[rituals.night]\non = "last saturday"\nat = "22:30-04:00"\n'
    assert hours(agreed(visit), *FEBRUARY)["ana"]["together"] == 48
    assert hours(agreed(late), date(2027, 3, 1), date(2027, 4, 1))["ana"]["together"] == 5.5  # the clocks change


@given(agreements())
def test_own_and_together_are_never_more_than_the_calendar_holds(values):
    agreement, findings = read_agreement(values, shelf=SHELF)
    assert agreement is not None, findings
    first = agreement.starts
    end = first + timedelta(days=60)
    series = [s for s in compile_series(agreement, None) if s.fills]
    most: Counter[str] = Counter()
    for stretch in stretches(series, first, end):
        who = stretch.override.who if stretch.override else stretch.series.who
        for person in who:
            most[person] += stretch.end - stretch.start + 7200  # an hour more or less where clocks change
    for person, kinds in planned(History(agreement), first, end).items():
        assert (kinds["own"].minutes + kinds["together"].minutes) * 60 <= most[person]


# ── hopes ──


def hoped(text: str) -> list[dict[str, float]]:
    return [one.planned for one in hopes(History(agreed(RICH + text)), *FEBRUARY)]


def test_hopes_stand_beside_plans_over_whole_weeks_and_months():
    own = '[balance.a]\nof = "own"\nper = "week"\nat_least = "4h"\n'
    assert hoped(own) == [{"ana": 150, "ben": 120}]
    nights = '[balance.a]\nwho = "ana"\nof = "hosting"\nper = "month"\nat_least = 1\n'
    assert hoped(nights) == [{"ana": 2}]
    (within,) = hopes(History(agreed(RICH + nights)), date(2027, 2, 10), date(2027, 2, 12))
    assert within.planned == {"ana": 2}  # all of February
    (across,) = hopes(History(agreed(RICH + nights)), date(2027, 2, 28), date(2027, 3, 2))
    assert across.planned == {"ana": 1.5}  # February and March


def test_without_a_hope_nothing_is_measured():
    agreement = agreed(RICH)
    text = balance_text(
        agreement, planned(History(agreement), *FEBRUARY), hopes(History(agreement), *FEBRUARY), [], *FEBRUARY
    )
    assert "hope" not in text
    assert not {"more", "less", "than", "only", "should"} & set(text.split())


def test_what_is_not_reached_is_described_and_no_more(run_planner, tmp_path):
    hope = '[balance.own]\nof = "own"\nper = "week"\nat_least = "4h"\nwords = "Enough to miss each other"\n'
    often = '[balance.host]\nwho = "ben"\nof = "hosting"\nper = "month"\nat_least = 1\nat_most = 2\n'
    (tmp_path / "agreement.toml").write_text(COUPLE + RICH + hope + often, encoding="utf-8")
    done = run_planner("--today", "2027-02-03", "balance")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.partition("What you hoped for:\n")[2] == (
        "  Enough to miss each other. Ana and Ben each hope for at least 4 hours of own time a week.\n"
        "    Planned: Ana 2 hours 30 minutes and Ben 2 hours a week.\n"
        "  Ben hopes to host at least once and at most twice a month.\n"
        "    Planned: none a month.\n"
    )
    assert "\x1b[" not in done.stdout


def test_the_picture(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(COUPLE + RICH, encoding="utf-8")
    done = run_planner("balance", "--from", "2027-02-01", "--to", "2027-03-01")
    assert done.stdout == (
        "Planned from Monday 1 to Sunday 28 February 2027:\n\n"
        "  Ana  own       ███████████████                 10h\n"
        "       together  ██████████████████████████████  20h\n"
        "       hosts twice\n\n"
        "  Ben  own       ████████████                    8h\n"
        "       together  ██████████████████████████████  20h\n"
        "       friends   ████████████                    8h\n"
        "       covering  █████████                       6h\n"
    )
    nothing = run_planner("balance", "--from", "2026-02-01", "--to", "2026-03-01")
    assert nothing.stdout.endswith("2026:\n  Nothing yet. Free time is a plan too.\n")


def test_the_json(run_planner, tmp_path):
    hope = '[balance.own]\nof = "own"\nper = "week"\nat_least = "4h"\n'
    (tmp_path / "agreement.toml").write_text(COUPLE + RICH + hope, encoding="utf-8")
    done = run_planner("balance", "--from", "2027-02-01", "--to", "2027-03-01", "--json")
    assert json.loads(done.stdout) == {
        "from": "2027-02-01",
        "to": "2027-03-01",
        "people": {
            "ana": {
                "own_hours": 10.0,
                "together_hours": 20.0,
                "friends_hours": 0.0,
                "hosting_nights": 2,
                "covering_hours": 0.0,
            },
            "ben": {
                "own_hours": 8.0,
                "together_hours": 20.0,
                "friends_hours": 8.0,
                "hosting_nights": 0,
                "covering_hours": 6.0,
            },
        },
        "hopes": [
            {
                "path": "balance.own",
                "hoped": {"of": "own", "per": "week", "in": "hours", "at_least": 4.0},
                "planned": {"ana": 2.5, "ben": 2.0},
            }
        ],
    }


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--from", "2027-02-01", "--to", "2027-02-01"], 2, "--to 2027-02-01 is not after the first day, 2027-02-01"),
        (["--from", "2027-02-01", "--to", "2037-02-01"], 2, "five years are the most"),
    ],
)
def test_a_window_that_is_none(args, code, said, run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_bytes((ROOT / "examples" / "ana-and-ben.toml").read_bytes())
    done = run_planner("balance", *args)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr


# ── a quiet word ──

EVENINGS = '[rituals.every]\non = "every day"\nat = "19:00-21:00"\n'
OWN = '[me_blocks.{0}]\nwho = "{0}"\non = "monday"\nat = "19:00-21:00"\nnotes = "x"\n'


def codes(text: str, day: date = date(2027, 1, 4)) -> list[str]:
    return [code for code, _ in quiet_words(History(agreed(text)), day)]


def test_weeks_without_a_free_evening_are_said_once():
    assert codes(EVENINGS) == ["full-weeks"]
    (word,) = [
        words for code, words in quiet_words(History(agreed(EVENINGS)), date(2027, 1, 6)) if code == "full-weeks"
    ]
    assert word == (
        "in the week of Monday 4 January 2027, and in all of the seven after it, Ana and Ben have a plan every "
        "evening; an evening without one can be good, too"
    )
    assert codes(EVENINGS.replace("every day", "weekdays")) == []
    assert codes(EVENINGS.replace("19:00-21:00", "09:00-17:30")) == []
    assert codes(EVENINGS + "if_needed = true\n") == []


def test_time_of_ones_own_without_time_together_and_the_reverse():
    both = OWN.format("ana") + OWN.format("ben")
    friday = '[shared_evenings.friday]\non = "friday"\nat = "19:00-22:00"\n'
    sunday = '[rituals.walk]\non = "sunday"\nat = "15:00-16:00"\n'
    assert codes(both) == ["time-together"]
    assert codes(both + friday) == codes(OWN.format("ana")) == codes(friday) == []
    assert codes(friday + sunday) == ["own-time"]
    assert codes(friday + sunday + OWN.format("ana")) == []


def test_a_quiet_word_can_be_done_without(run_planner, tmp_path):
    text = COUPLE + OWN.format("ana") + OWN.format("ben")
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    done = run_planner("--today", "2027-01-04", "check", "--strict")
    assert done.exit_code == 0
    assert done.stderr == (
        "agreement.toml:2:2: note: agreement: the next eight weeks have time of one's own for each, and no time "
        'together yet; if that is how you like it, write quiet = ["time-together"] in [agreement]\n'
    )
    assert "no time together yet." in run_planner("--today", "2027-01-04", "balance").stdout
    written = text.replace("starts =", 'quiet = ["time-together"]\nstarts =')
    (tmp_path / "agreement.toml").write_text(written, encoding="utf-8")
    assert run_planner("--today", "2027-01-04", "check").stderr == ""
    assert "together yet" not in run_planner("--today", "2027-01-04", "balance").stdout
    (tmp_path / "agreement.toml").write_text(written.replace("time-together", "together"), encoding="utf-8")
    assert 'agreement.quiet: no quiet word "together"; did you mean' in run_planner("check").stderr


def test_unequal_is_fine():
    lopsided = "".join(
        f'[me_blocks.a{n}]\nwho = "ana"\non = "{day}"\nat = "18:00-23:00"\n'
        for n, day in enumerate(("monday", "tuesday", "wednesday", "thursday"))
    )
    assert codes(lopsided + '[shared_evenings.friday]\non = "friday"\nat = "19:00-22:00"\n') == []


BEDTIME = """
[rituals.bedtime]
turns = {people}
who = "turn"
on = "every day"
at = "19:00-19:30"
[rituals.off]
follows = "rituals.bedtime"
who = "not turn"
at = "20:00-22:00"
tags = ["friends"]
"""


def test_the_evening_of_the_one_whose_turn_it_is_not_is_their_own():
    week = (date(2027, 1, 4), date(2027, 1, 11))
    two = planned(History(agreed(BEDTIME.format(people='["ana", "ben"]'))), *week)
    assert {p: (k["own"].times, k["own"].minutes, k["together"].times, k["friends"].times) for p, k in two.items()} == {
        "ana": (3, 360, 0, 3),
        "ben": (4, 480, 0, 4),
    }
    # of three, two are free and have it together
    cleo = '[people.cleo]\nname = "Cleo"\n'
    three = planned(History(agreed(cleo + BEDTIME.format(people='["ana", "ben", "cleo"]'))), *week)
    assert {p: (k["own"].times, k["together"].times) for p, k in three.items()} == {
        "ana": (0, 4),
        "ben": (0, 5),
        "cleo": (0, 5),
    }
    # an evening under the heading of shared ones stays one
    shared = BEDTIME.replace("[rituals.off]", "[shared_evenings.off]").format(people='["ana", "ben"]')
    assert planned(History(agreed(shared)), *week)["ana"]["own"].times == 0
    # the page adds up the same
    agreement = agreed(BEDTIME.format(people='["ana", "ben"]'))
    there = planned_in(agreement, occurrences(compile_series(agreement, "ana"), *week))
    assert there["ana"]["own"] == two["ana"]["own"]
