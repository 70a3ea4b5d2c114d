"""Two who live by different clocks: a shared hour deep in one's night is said quietly, and why hours do not meet."""

from __future__ import annotations

import shlex
import tomllib
from datetime import date

import pytest

from planner.checks_clocks import at_night
from planner.reading import read_agreement

YEAR = (date(2027, 1, 4), date(2028, 1, 4))
TOKYO, NEW_YORK, LISBON = "Asia/Tokyo", "America/New_York", "Europe/Lisbon"
CALL = '[shared_evenings.call]\ntitle = "Our call"\non = "saturday"\nat = "18:00-19:30"\n'
SAID = 'by Tom\'s clock, "Our call" begins at 01:00 or 02:00, deep in the night'


def text(rituals: str = CALL, zone: str = TOKYO, head: str = "") -> str:
    return (
        f'[agreement]\nid = "test-x7k2"\nstarts = 2027-01-04\ntimezone = "Europe/Berlin"\n{head}'
        f'[people.mia]\nname = "Mia"\n[people.tom]\nname = "Tom"\ntimezone = "{zone}"\n{rituals}'
    )


def nights(rituals: str, zone: str = TOKYO):
    agreement, findings = read_agreement(tomllib.loads(text(rituals, zone)))
    assert agreement is not None, findings
    return [(one.ritual.path, one.person, one.times) for one in at_night(agreement, *YEAR)]


@pytest.fixture
def planner(run_planner, tmp_path):
    def run(*args: str, text: str = ""):
        if text:
            (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
        return run_planner("--today", "2027-01-04", *args)

    return run


def at(hours: str, more: str = "", table: str = "rituals.talk", on: str = "saturday") -> str:
    return f'[{table}]\non = "{on}"\nat = "{hours}"\n{more}'


def test_a_shared_hour_is_at_night_from_midnight_to_just_before_six():
    """Tokyo is 7 hours ahead of Berlin in summer and 8 in winter."""
    assert nights(CALL) == [("shared_evenings.call", "tom", (60, 120))]
    assert nights(at("15:59-16:30")) == []
    assert nights(at("16:00-17:00")) == [("rituals.talk", "tom", (0,))]
    assert nights(at("21:59-22:30")) == [("rituals.talk", "tom", (299, 359))]
    assert nights(at("22:00-22:30")) == [("rituals.talk", "tom", (300,))]
    assert nights(at("23:00-23:30")) == []
    assert nights(CALL, LISBON) == []


def test_weeks_in_which_one_clock_changes_before_the_other_are_no_habit():
    """New York is 6 hours behind Berlin, and 5 for four weeks a year."""
    assert nights(at("11:30-12:00"), NEW_YORK) == [("rituals.talk", "tom", (330,))]
    assert nights(at("05:30-06:00"), NEW_YORK) == []
    assert nights(at("06:00-06:30"), NEW_YORK)[0][2] == (0, 60)


@pytest.mark.parametrize(
    "ritual",
    [
        at("20:00-21:00", 'who = "mia"\n', "me_blocks.run"),
        at("20:00-21:00", 'by = "voice note"\n', "check_ins.voice"),
        at("20:00-21:00", "if_needed = true\n"),
        at("20:00-21:00", 'turns = ["mia", "tom"]\nwho = "turn"\n'),
        at("20:00-21:00", 'hosts = ["mia", "tom"]\n', "host_nights.salon"),
        at("20:00-21:00", f'timezone = "{TOKYO}"\n'),
        '[rituals.visit]\non = "first friday"\nat = "all day"\n',
    ],
    ids=["one's own", "a note", "in case", "whose turn it is", "under one roof", "by that clock", "all day"],
)
def test_what_nobody_is_kept_awake_by_is_no_note(ritual):
    assert nights(ritual) == []


def test_of_a_programme_it_is_said_once(planner):
    first = '[programs.first]\ntemplate = "four-weeks"\nstarts = 2027-02-01\n'
    said = planner("check", text=text(first)).stderr
    assert said.count("deep in the night") == 1


def test_check_says_it_as_a_note_that_can_be_written_off(planner):
    done = planner("check", "--strict", text=text())
    assert done.exit_code == 0
    assert (
        f"agreement.toml:13:1: note: shared_evenings.call.at: {SAID}; `planner suggest shared-evening --for 1h30m "
        '--when 7:00-22:00` looks for other hours; if that is how you like it, write quiet = ["night-hours"] in '
        "[agreement]\n" in done.stderr
    )
    assert planner("check", text=text(head='quiet = "night-hours"\n')).stderr == ""


def test_what_it_names_finds_hours_that_suit_both(planner):
    said = planner("check", text=text()).stderr
    command = shlex.split(said.split("`")[1])
    assert command[0] == "planner"
    done = planner(*command[1:], "--limit", "1")
    assert done.exit_code == 0
    assert "for Tom it is 20:30 there" in " ".join(done.stdout.split())


@pytest.mark.parametrize("every", ["2 weeks", "month", "quarter", "year", "day"])
@pytest.mark.parametrize("table", ["rituals", "shared_evenings", "check_ins", "reviews"])
def test_the_command_that_is_named_is_one_for_every_kind_and_spacing(every, table, planner):
    on = {"month": "last sunday", "quarter": "last sunday", "year": "last sunday of may"}.get(every, "sunday")
    by = '"in person"' if table == "check_ins" else None
    lines = [f'[{table}.talk]\nat = "18:00-19:00"\n', f"by = {by}\n" if by else ""]
    lines.append(f'every = "{every}"\n' + ("" if every == "day" else f'on = "{on}"\n'))
    said = planner("check", text=text("".join(lines))).stderr
    assert "deep in the night" in said, said
    command = shlex.split(said.split("`")[1])
    done = planner(*command[1:], "--limit", "1")
    assert done.exit_code == 0
    spoken = {"2 weeks": "once every 2 weeks", "month": "once a month", "quarter": "once every 3 months"}
    assert spoken.get(every, {"year": "one date", "day": "every day"}.get(every)) in done.stdout


def test_init_says_it_beside_the_next_steps(planner):
    people = ["--person", "mia=Mia", "--person", "tom=Tom", "--timezone", "Europe/Berlin"]
    far = ["init", "--template", "long-distance", *people, "--starts", "2027-01-04"]
    done = planner(*far, "--timezone", "tom=Asia/Tokyo", "a.toml")
    assert (
        f"export a.toml\nB{SAID[1:]}. This looks for other hours:\n"
        "  planner suggest shared-evening --for 1h30m --when 7:00-22:00 a.toml\n" in done.stdout
    )
    assert "one home" not in done.stdout
    assert "night" not in planner(*far, "--timezone", "tom=Europe/Lisbon", "b.toml").stdout


def test_init_names_the_template_for_two_clocks_where_another_leads_into_the_night(planner):
    home = ["init", "--template", "dating", "--person", "mia=Mia", "--person", "tom=Tom", "--starts", "2027-01-04"]
    done = planner(*home, "--timezone", "Europe/Berlin", "--timezone", f"tom={NEW_YORK}", "a.toml")
    assert (
        "'2 weeks' a.toml\nThis template is made for one home; for two clocks there is long-distance.\n" in done.stdout
    )
    done = planner(*home, "--timezone", "Europe/Berlin", "--timezone", f"tom={LISBON}", "b.toml")
    assert "one home" not in done.stdout


# ── hours that do not meet ──


def test_far_clocks_are_named_as_the_reason(planner):
    ask = ["suggest", "shared-evening", "--for", "2h", "--when", "weekday evenings"]
    done = planner(*ask, text=text("", NEW_YORK))
    assert done.exit_code == 1
    assert (
        "These hours do not hold 2h for everyone at once, even with nothing planned. Your\n"
        "clocks differ: 17:00–22:00 in Berlin is 11:00–16:00 in New York.\n" in done.stdout
    )
    assert "other hours: Monday 19:00–21:00 (for Tom it is 13:00 or 14:00 there)" in done.stdout


def test_clocks_that_are_the_reason_on_most_days_are_named_too(planner):
    """While Tom stays in Berlin the evenings are his as well; on the other days they are not."""
    stay = '[[stays]]\nwho = "tom"\ntimezone = "Europe/Berlin"\nstarts = 2027-01-10\nuntil = 2027-01-20\n'
    ask = ["suggest", "shared-evening", "--for", "2h", "--when", "monday evening"]
    done = planner(*ask, text=text(stay, NEW_YORK))
    assert "every time. Your clocks differ: 17:00–22:00 in\nBerlin is 11:00–16:00 in New York.\n" in done.stdout
    assert "  Monday  nothing is in the way where these hours are everyone's\n" in done.stdout


def test_hours_that_are_too_short_are_not_laid_to_the_clocks(planner):
    done = planner("suggest", "ritual", "--for", "3h", "--when", "monday 19:00-21:30", text=text("", NEW_YORK))
    assert "do not hold 3h" in done.stdout
    assert "clocks differ" not in done.stdout
    done = planner("suggest", "ritual", "--for", "3h", "--who", "tom", "--when", "monday 19:00-21:30")
    assert "clocks differ" not in done.stdout


def test_hours_by_another_clock_than_the_agreements_name_it(planner):
    run = '[me_blocks.run]\nwho = "{0}"\nevery = "week"\nfor = "2h"\nat = "open"\n'

    def head(*args: str, text: str = "") -> str:
        return " ".join(planner("suggest", *args, text=text).stdout.split("\n\n")[0].split())

    assert head("me_blocks.run", text=text(run.format("tom"), NEW_YORK)).endswith("07:00–22:00, New York time.")
    assert head("me-block", "--who", "tom", "--for", "1h").endswith("07:00–22:00, New York time.")
    assert head("me-block", "--who", "mia", "--for", "1h").endswith("07:00–22:00.")
    assert head("me_blocks.run", text=text(run.format("mia"), NEW_YORK)).endswith("07:00–22:00.")


def test_on_the_way_the_clock_of_there_is_named_with_the_one_at_home(planner):
    stay = f'[[stays]]\nwho = "mia"\nstarts = 2027-01-06\nuntil = 2027-01-20\ntimezone = "{LISBON}"\n'
    done = planner("suggest", "me-block", "--who", "mia", "--for", "1h", text=text(stay, NEW_YORK))
    assert "Berlin time and Lisbon time." in done.stdout.replace("\n", " ")


# ── time of one's own ──


def test_a_private_title_is_on_no_screen_that_both_look_at(planner):
    poker = '[me_blocks.q]\nwho = "tom"\nshare = "private"\ntitle = "Poker"\non = "monday"\nat = "19:00-21:30"\n'
    done = planner(
        "suggest", "ritual", "--for", "3h", "--when", "monday 18:00-22:00", text=text(poker, "Europe/Berlin")
    )
    assert "Monday  time of Tom's own each time\n" in done.stdout
    near = planner("suggest", "ritual", "--for", "45m", "--when", "monday 18:00-19:15")
    assert "15 minutes before time of Tom's own" in near.stdout
    assert "Poker" not in done.stdout + near.stdout
    value = planner("suggest", "ritual", "--for", "45m", "--when", "monday 18:00-19:15", "--json").stdout
    assert "Poker" not in value
