"""planner.views.month: grids word for word, and what holds for every agreement, month and width."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from planner.agreement import Agreement
from planner.colors import color_names, rgb
from planner.compiler import compile_series
from planner.looks import possessive
from planner.reading import read_agreement
from planner.saying import last_day, month_name
from planner.timeline import Occurrence, occurrences
from planner.views import cells
from planner.views.cells import fits, wrap
from planner.views.month import month_grid, month_window, plain_month
from planner.views.people import PEOPLE_COLORS, TOGETHER_COLOR, letters
from tests.strategies import agreements

ROOT = Path(__file__).parent.parent

TWO = """
[agreement]
id = "quiet-harbor-k3v9"
title = "Ana & Ben"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
"""


def agreed(text: str) -> Agreement:
    agreement, findings = read_agreement(tomllib.loads(text))
    assert agreement is not None, findings
    return agreement


def seen(agreement: Agreement, year: int, month: int, audience: str | None = None) -> list[Occurrence]:
    return occurrences(compile_series(agreement, audience), *month_window(agreement, year, month))


def shown(
    text: str,
    month: str = "2027-01",
    *,
    width: int = 80,
    today: date | None = None,
    color: bool = False,
    audience: str | None = None,
) -> str:
    agreement = agreed(text)
    year, number = map(int, month.split("-"))
    found = seen(agreement, year, number, audience)
    return month_grid(agreement, found, year, number, today=today, width=width, color=color)


def grid_of(text: str, month: str = "2027-01", **how) -> str:
    """The weeks alone, without title, weekdays and legend."""
    lines = shown(text, month, **how).splitlines()[3:]
    rules = [n for n, line in enumerate(lines) if re.search("[─━┄]", line)]
    ends = next((n for n in range(rules[-1], len(lines)) if not lines[n]), len(lines))
    return "\n".join(lines[:ends])


def legend_of(text: str, month: str = "2027-01", **how) -> str:
    """What stands below the weeks."""
    return shown(text, month, **how).partition(grid_of(text, month, **how))[2].strip("\n")


def rules(text: str, month: str, **how) -> list[str]:
    """The lines that carry the numbers of the days."""
    return [line for line in grid_of(text, month, **how).splitlines() if re.search("[─━┄]", line)]


def ritual(*keys: str) -> str:
    return "\n".join((TWO, "[rituals.a]", *keys))


# ── word for word ────────────────────────────────────────────────────

JANUARY = """\
January 2027                                                       Ana & Ben

Monday     Tuesday    Wednesday  Thursday   Friday     Saturday   Sunday
28 Dec ┄┄┄ 29 Dec ┄┄┄ 30 Dec ┄┄┄ 31 Dec ┄┄┄ 1 ──────── 2 ──────── 3 ────────
4 ──────── 5 ──────── 6 ──────── 7 ──────── 8 ──────── 9 ──────── 10 ───────
           B 07:00*   & 12:30    B 07:00*   & 19:00    & 19:30
           Writing    Midweek    Writing    Cook       Salon
                      A 18:30               together   Ana hosts
                      Pottery
                      class

11 ─────── 12 ─────── 13 today ━ 14 ─────── 15 ─────── 16 ─────── 17 ───────
           B 07:00*   & 12:30    B 07:00*   & 19:00
           Writing    Midweek    Writing    Cook
                      A 18:30               together
                      Pottery
                      class

18 ─────── 19 ─────── 20 ─────── 21 ─────── 22 ─────── 23 ─────── 24 ───────
           B 07:00*   & 12:30    B 07:00*   & 19:00    & 19:30
           Writing    Midweek    Writing    Cook       Salon
                      A 18:30               together   Ben hosts
                      Pottery
                      class

25 ─────── 26 ─────── 27 ─────── 28 ─────── 29 ─────── 30 ─────── 31 ───────
           B 07:00*   & 12:30    B 07:00*   & 19:00               & 17:00
           Writing    Midweek    Writing    Cook                  Monthly
                      A 18:30               together
                      Pottery
                      class

A  Pottery class  Ana, every Wednesday, 18:30–21:00
B  Writing        Ben, every Tuesday and Thursday, 07:00–07:50 Lisbon time
&  Cook together  both, every Friday, 19:00–22:00
&  Midweek        both, every Wednesday, 12:30–12:40
&  Salon          both, on the second and fourth Saturday of the month,
                  19:30–22:30
&  Monthly        both, on the last Sunday of the month, 17:00–17:30

* by Lisbon time"""

MARCH_NARROW = """\
March 2027
Ana & Ben

Tuesday 2
  B 07:00–07:50*  Writing

Wednesday 3 · today
  & 12:30–12:40   Midweek
  A 18:30–21:00   Pottery class

Thursday 4
  B 07:00–07:50*  Writing

Friday 5
  & 19:00–22:00   Cook together

Monday 8 – Sunday 14 · pause

Tuesday 16
  B 07:00–07:50*  Writing
"""


def example(name: str = "ana-and-ben") -> str:
    return (ROOT / "examples" / f"{name}.toml").read_text("utf-8")


def test_the_january_of_the_example_is_this_grid():
    assert shown(example(), today=date(2027, 1, 13)) == JANUARY


def test_a_narrow_march_of_the_example_is_this_list():
    text = shown(example(), "2027-03", today=date(2027, 3, 3), width=60)
    assert text.startswith(MARCH_NARROW)
    assert text.endswith("* by Lisbon time\nA pause from Monday 8 to Sunday 14 March 2027.")


def test_the_pause_of_the_example_is_a_row_of_rest():
    row = "8 pause ── 9 pause ── 10 pause ─ 11 pause ─ 12 pause ─ 13 pause ─ 14 pause ─"
    text = shown(example(), "2027-03")
    assert row in text.splitlines()
    assert text.splitlines()[text.splitlines().index(row) + 1].startswith("15 ───")
    assert "Ski week" not in text


def test_a_wide_terminal_shows_when_things_end():
    lines = shown(example(), width=100).splitlines()
    assert "A 18:30–21:00" in "\n".join(lines)
    assert "Pottery class" in lines[lines.index(next(line for line in lines if "A 18:30" in line)) + 1]
    assert max(map(cell_len, shown(example(), width=200).splitlines())) <= 120


def test_under_80_columns_there_is_no_grid():
    assert "Tuesday 5" in shown(example(), width=79)
    assert "────" not in shown(example(), width=79)
    assert "────" in shown(example(), width=80)


def test_a_list_shows_what_happens_in_a_pause_all_the_same():
    text = ritual('on = "wednesday"', "at = '18:00-19:00'", "changes = { on = 2027-01-13, where = 'Lake' }")
    lines = shown(f"{text}\n[[pauses]]\nstarts = 2027-01-11\nuntil = 2027-01-17\n", width=50).splitlines()
    start = lines.index("Monday 11 – Tuesday 12 · pause")
    assert lines[start + 1 : start + 6] == [
        "",
        "Wednesday 13 · pause",
        "  & 18:00–19:00   A",
        "",
        "Thursday 14 – Sunday 17 · pause",
    ]


def test_a_list_names_what_is_in_its_month_alone_and_a_grid_what_is_in_its_weeks():
    text = ritual("on = 2027-04-02", "at = '18:00-19:00'")
    assert legend_of(text, "2027-03", width=80).endswith("&  A  both, on 2 April, 18:00–19:00")
    assert "2 April" not in shown(text, "2027-03", width=50)
    assert "2 April" in shown(text, "2027-04", width=50)


def test_a_wide_title_is_cut_by_its_cells():
    title = TWO.replace("Ana & Ben", "お茶" * 40)
    head = shown(title).splitlines()[0]
    assert head == f"January 2027   {'お茶' * 15}…"
    assert cell_len(head) == 76


# ── other clocks, and plain lines ────────────────────────────────────

FAR = f"""{TWO}timezone = "America/New_York"
[rituals.call]
on = "sunday"
at = "01:00-02:00"
[rituals.trip]
on = 2027-01-14
at = "all day"
for = "3 days"
"""


def test_other_clocks_stand_below_the_usual_ones():
    agreement = agreed(FAR)
    found = seen(agreement, 2027, 1)
    zones = ["Europe/Berlin", "America/New_York"]
    wide = month_grid(agreement, found, 2027, 1, today=None, width=80, color=False, zones=zones)
    assert "Sat 19:00…" in wide
    assert wide.endswith("Ber by Berlin time, NY by New York time")
    narrow = month_grid(agreement, found, 2027, 1, today=None, width=40, color=False, zones=zones)
    assert "  & 01:00–02:00   Call\n    Sat 19:00–20:00 New York\n" in narrow
    assert max(map(cell_len, (wide + narrow).splitlines())) <= 80


def test_plain_lines_say_in_words_what_the_grid_shows():
    agreement = agreed(FAR)
    text = plain_month(agreement, seen(agreement, 2027, 1), 2027, 1, today=date(2027, 1, 13))
    assert text.startswith("January 2027, Ana & Ben\n\nSunday 10 January 2027:\n")
    assert "\n01:00 to 02:00: Call, with Ana and Ben.\n" in text
    assert "Wednesday 13 January 2027, today:\nNothing planned.\n" in text
    trip = [line for line in text.splitlines() if "Trip" in line]
    assert [line.partition(": ")[0] for line in trip] == ["All day, until Saturday 16", "Goes on", "Last day"]
    assert not re.search("[─━┄→*&]", text.replace("Ana & Ben", ""))


# ── months ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("month", "week_starts", "first", "last", "weeks"),
    [
        ("2027-02", "monday", "1 ──", "28 ─", 4),
        ("2028-02", "monday", "31 Jan ┄", "5 Mar ┄", 5),
        ("2027-02", "sunday", "31 Jan ┄", "6 Mar ┄", 5),
        ("2027-08", "monday", "26 Jul ┄", "5 Sep ┄", 6),
        ("2027-05", "sunday", "25 Apr ┄", "5 Jun ┄", 6),
        ("2027-05", "saturday", "1 ──", "4 Jun ┄", 5),
        ("2027-12", "monday", "29 Nov ┄", "2 Jan ┄", 5),
        ("2199-12", "monday", "25 Nov ┄", "5 Jan ┄", 6),
    ],
)
def test_weeks_are_whole_and_begin_on_their_day(month, week_starts, first, last, weeks):
    text = TWO.replace("[people.ana]", f'week_starts = "{week_starts}"\n[people.ana]')
    found = rules(text, month)
    assert found[0].startswith(first)
    assert found[-1][66:].startswith(last)
    assert len(found) == weeks
    assert shown(text, month).splitlines()[2].startswith(week_starts.capitalize())
    start, end = month_window(agreed(text), *map(int, month.split("-")))
    assert (end - start).days == 31 + 7 * weeks


def test_the_day_between_28_february_and_1_march_is_there_in_leap_years():
    assert " 29 ───" in rules(TWO, "2028-02")[-1]
    assert "29" not in "".join(rules(TWO, "2027-02"))


def test_today_is_marked_without_colour_too():
    found = rules(TWO, "2027-01", today=date(2027, 1, 13))
    assert [line for line in found if "today" in line] == [found[2]]
    assert "13 today ━" in found[2]
    assert "today" not in shown(TWO, "2027-01", today=date(2027, 3, 1))
    assert "today" not in shown(TWO, "2027-01")


def test_today_among_the_days_of_another_month_is_marked_below_its_number():
    lines = grid_of(TWO, "2027-01", today=date(2026, 12, 30)).splitlines()
    assert lines[1].strip() == "today"
    assert lines[1].index("today") == lines[0].index("30 Dec")


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2026-12", "Nothing yet: the agreement begins on Monday 4 January 2027."),
        ("2027-07", "Nothing is planned in July 2027. Free time is a plan too."),
        ("2027-09", "A month of rest."),
        ("2028-01", "The agreement goes to Friday 31 December 2027. These days are your own."),
    ],
)
@pytest.mark.parametrize("width", [80, 60])
def test_an_empty_month_says_something_kind(month, expected, width):
    text = TWO.replace("[people.ana]", "until = 2027-12-31\n[people.ana]")
    text += "[[pauses]]\nstarts = 2027-08-25\nuntil = 2027-10-02\n"
    assert expected in " ".join(shown(text, month, width=width).split())
    assert expected not in shown(f"{text}[rituals.a]\non = 2027-02-01\nat = '10:00-11:00'", "2027-02")


# ── what stands in a cell ────────────────────────────────────────────


def cell(text: str, day: date, **how) -> list[str]:
    """The lines of one day of a grid of 80 columns, its number first."""
    lines = grid_of(text, f"{day:%Y-%m}", **how).splitlines()
    weeks = [n for n, line in enumerate(lines) if re.search("[─━┄]", line)]
    first = day.replace(day=1)
    offset = (first.weekday() - agreed(text).week_starts) % 7 + day.day - 1
    start = weeks[offset // 7]
    end = weeks[offset // 7 + 1] if offset // 7 + 1 < len(weeks) else len(lines)
    left = offset % 7 * 11
    return [part for line in lines[start:end] if (part := line[left : left + 10].strip())]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ben", ["Ben's turn"]),
        ("Alex", ["Alex's", "turn"]),
        ("Maximilian", ["Maximilian"]),  # "Maximilian's" would be broken: the name alone is whole
        ("Maximilian Alexander", ["Maximilian", "Alexander"]),
    ],
)
def test_whose_turn_it_is_is_said_whole_or_by_the_name_alone(name, expected):
    text = ritual('on = "wednesday"', 'title = "Tea"', 'at = "18:30-21:00"', 'turns = ["ben", "ana"]')
    found = cell(text.replace('"Ben"', f'"{name}"'), date(2027, 1, 6))
    assert found[2:] == ["Tea", *expected]
    note = "A name alone below a title: whose turn it is" in legend_of(text.replace('"Ben"', f'"{name}"'))
    assert note == name.startswith("Maximilian")


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("Sam and Kim's evening", 2, ["Sam and", "Kim's…"]),
        ("Sam and Kim's evening", 3, ["Sam and", "Kim's", "evening"]),
        ("A book, alone, at home", 2, ["A book,", "alone, at…"]),
        ("Dinner there, lunch here", 2, ["Dinner", "there…"]),
        ("Tea at Himmelreichstraße", 2, ["Tea at", "Himmelrei…"]),
        ("An Alexander's", 3, ["An", "Alexan", "der's"]),  # no letter stands alone
    ],
)
def test_what_is_cut_ends_behind_a_whole_word(text, most, expected):
    assert wrap(text, 10, most) == expected


@given(st.text(alphabet="ab, é漢", max_size=60), st.integers(4, 20), st.integers(1, 4))
def test_no_line_is_wider_than_its_cell_and_nothing_is_lost_that_is_not_marked(text, width, most):
    lines = wrap(text, width, most)
    assert len(lines) <= most
    assert all(cell_len(line) <= width for line in lines)
    whole = "".join(text.split())
    if not lines or not lines[-1].endswith("…"):
        assert "".join("".join(lines).split()) == whole
    if fits(text, width, most):
        assert " ".join(lines) == " ".join(text.split())


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (['title = "Tea"', 'at = "18:30-21:00"'], ["& 18:30", "Tea"]),
        (['title = "Tea"', 'at = "all day"'], ["& Tea"]),
        (['title = "A walk in the woods"', 'at = "all day"'], ["& A walk", "in the", "woods"]),
        (['title = "A walk in the woods"', 'at = "18:30-21:00"'], ["& 18:30", "A walk in", "the woods"]),
        (['title = "Volleyballtraining"', 'at = "18:30-21:00"'], ["& 18:30", "Volleyball", "training"]),
        (['title = "Volleyballtrainingscamp"', 'at = "18:30-21:00"'], ["& 18:30", "Volleyball", "trainingsc", "amp"]),
        (
            ['title = "A walk in the woods, and tea"', 'at = "18:30-21:00"'],
            ["& 18:30", "A walk in", "the woods,", "and tea"],
        ),
        (
            ['title = "A walk in the woods, then tea at last"', 'at = "18:30-21:00"'],
            ["& 18:30", "A walk in", "the woods,", "then tea…"],
        ),
        (['title = "Tea"', 'at = "18:30-21:00"', "if_needed = true"], ["& 18:30?", "Tea"]),
        (['title = "Tea"', 'at = "all day"', "if_needed = true"], ["& ? Tea"]),
        (['title = "Tea"', 'at = "18:30-21:00"', 'timezone = "Asia/Tokyo"'], ["& 18:30*", "Tea"]),
        (['title = "Tea"', 'at = "all day"', 'timezone = "Asia/Tokyo"'], ["& Tea"]),
        (['title = "Tea"', 'at = "18:30-21:00"', 'who = "ben"'], ["B 18:30", "Tea"]),
        (['title = "Tea"', 'at = "18:30-21:00"', 'turns = ["ben", "ana"]'], ["& 18:30", "Tea", "Ben's turn"]),
        (['title = "{turn} pours"', 'at = "18:30-21:00"', 'turns = ["ben"]'], ["& 18:30", "Ben pours"]),
        (
            ['title = "Tea"', 'at = "18:30-21:00"', 'turns = ["ben", "ana"]', 'who = "turn"'],
            ["B 18:30", "Tea", "Ben's turn"],
        ),
        (
            ['title = "Tea"', 'at = "18:30-21:00"', "changes = { on = 2027-01-06, at = '19:00' }"],
            ["& 19:00→", "Tea"],
        ),
        (
            ['title = "Tea"', 'at = "all day"', "changes = { on = 2027-01-13, moved_to = 2027-01-06 }"],
            ["& → Tea", "& Tea"],
        ),
    ],
)
def test_an_occurrence_in_its_cell(keys, expected):
    found = cell(ritual('on = "wednesday"', *keys), date(2027, 1, 6))
    assert sorted(found[1:]) == sorted(expected)
    assert found[0].startswith("6 ─")


def test_occurrences_of_a_day_stand_in_order_of_their_start():
    text = ritual('on = "wednesday"', 'at = "12:00-13:00"')
    text += "\n[rituals.b]\non = 'wednesday'\nat = '09:00-10:00'\n[rituals.c]\non = 'wednesday'\nat = 'all day'"
    assert cell(text, date(2027, 1, 6))[1:] == ["& C", "& 09:00", "B", "& 12:00", "A"]


def test_whole_days_show_on_each_of_their_days_and_are_named_again_in_a_new_week():
    text = ritual('title = "Trip"', "on = 2027-01-08", 'at = "all day"', 'for = "4 days"')
    found = {n: cell(text, date(2027, 1, n))[1:] for n in range(7, 13)}
    assert found == {7: [], 8: ["& Trip"], 9: ["& …"], 10: ["& …"], 11: ["& … Trip"], 12: []}


def test_whole_days_reach_in_from_the_month_before():
    text = ritual('title = "Trip"', "on = 2027-01-20", 'at = "all day"', 'for = "31 days"')
    assert cell(text, date(2027, 2, 19))[1:] == ["& …"]
    assert cell(text, date(2027, 2, 20))[1:] == []
    assert "&  Trip  both, on 20 January, 31 days" in shown(text, "2027-02")


@pytest.mark.parametrize(
    ("at", "length", "days"),
    [("22:30", "2h 30m", 1), ("20:00", "16h", 1), ("20:00", "17h", 2), ("18:00", "44h", 3), ("00:00", "24h", 1)],
)
def test_a_night_belongs_to_its_evening_and_longer_stretches_go_on(at, length, days):
    text = ritual("on = 2027-01-06", f'at = "{at}"', f'for = "{length}"')
    going = [cell(text, date(2027, 1, n))[1:] for n in range(6, 10)]
    assert sum(1 for lines in going if lines) == days
    assert all(lines == ["& …"] for lines in going[1:days])


def test_a_pause_shows_on_each_of_its_days_and_its_note_nowhere():
    pause = "[[pauses]]\nstarts = 2027-01-12\nuntil = 2027-01-14\n"
    text = f'{TWO}{pause}note = "Secret spa"\n'
    for n, expected in {
        11: "11 ───────",
        12: "12 pause ─",
        13: "13 today ━",
        14: "14 pause ─",
        15: "15 ───────",
    }.items():
        assert cell(text, date(2027, 1, n), today=date(2027, 1, 13))[0] == expected
    assert cell(text, date(2027, 1, 13), today=date(2027, 1, 13)) == ["13 today ━", "pause"]
    assert "A pause from Tuesday 12 to Thursday 14 January 2027." in shown(text)
    assert "spa" not in shown(text) + shown(text, width=50)
    assert cell(f'{TWO}{pause}who = "ben"', date(2027, 1, 12)) == ["12 ───────", "pause B"]
    assert "A pause for Ben, from Tuesday 12 to Thursday 14 January 2027." in shown(f'{TWO}{pause}who = "ben"')
    assert cell(f'{TWO}{pause}only = "check_ins"', date(2027, 1, 12)) == ["12 ───────", "part pause"]
    assert "A pause from some of it, from" in shown(f'{TWO}{pause}only = "check_ins"')


def test_a_pause_elsewhere_in_the_year_is_not_mentioned():
    assert "pause" not in shown(f"{TWO}[[pauses]]\nstarts = 2027-02-01\nuntil = 2027-02-14\n")


def test_a_pause_of_what_is_private_shows_to_its_owner_alone():
    text = f"""{TWO}
    [me_blocks.quiet]
    who = "ana"
    on = "monday"
    at = "08:00-09:00"
    share = "private"
    [[pauses]]
    starts = 2027-01-12
    until = 2027-01-13
    only = "me_blocks.quiet"
    """
    assert "pause" in shown(text)
    assert "pause" in shown(text, audience="ana")
    assert "pause" not in shown(text, audience="ben")


def test_what_a_calendar_hides_is_not_in_its_month():
    text = f"""{TWO}
    [me_blocks.pottery]
    who = "ana"
    title = "Pottery"
    on = "wednesday"
    at = "18:30-21:00"
    where = "Atelier"
    gist = "An evening out"
    [me_blocks.quiet]
    who = "ana"
    title = "Quiet"
    on = "monday"
    at = "08:00-09:00"
    share = "private"
    """
    hers, his = shown(text, audience="ana"), shown(text, audience="ben")
    assert "Pottery" in hers
    assert "Quiet" in hers
    assert not any(word in his for word in ("Pottery", "Atelier", "Quiet", "Monday,", "08:00"))
    assert "A  An evening out  Ana, every Wednesday, 18:30–21:00" in his


# ── the legend ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (['on = "friday"', 'at = "19:00-22:00"'], "&  A  both, every Friday, 19:00–22:00"),
        (
            ['at = { tuesday = "19:30-21:30", saturday = "10:00-11:30" }'],
            "&  A  both, every Tuesday 19:30–21:30, every Saturday 10:00–11:30",
        ),
        (
            ['at = { tuesday = "19:30-21:30", saturday = "10:00-11:30" }', 'every = "2 weeks"'],
            "&  A  both, every other Tuesday and Saturday: Tuesday 19:30–21:30, Saturday 10:00–11:30",
        ),
        (
            ["on = [2027-01-08, 2027-01-20, 2027-09-01]", "at = 'all day'"],
            "&  A  both, on 8 January and 20 January, all day",
        ),
        (
            ['on = "friday"', 'at = "18:00"', 'for = "44h"', 'timezone = "Asia/Tokyo"'],
            "&  A  both, every Friday, 18:00–Sun 14:00 Tokyo time\n\n* by Tokyo time",
        ),
        (
            [
                'on = "friday"',
                'at = "18:00"',
                'ladder = { steps = ["30m", "1h"], each = "2 weeks", grows = "by date" }',
            ],
            "&  A  both, every Friday, 18:00–18:30 or 18:00–19:00",
        ),
        (
            [
                'on = "friday"',
                'at = "18:00-19:00"',
                "changes = { on = 2027-01-15, moved_to = 2027-01-16, at = '17:00' }",
            ],
            "&  A  both, every Friday, 18:00–19:00\n\n→ moved here, this once",
        ),
        (
            ['on = "second friday"', 'at = "18:00-19:00"', "changes = { on = 2027-01-08, at = '17:00' }"],
            "&  A  both, on the second Friday of the month, 17:00–18:00\n\n→ moved here, this once",
        ),
        (
            [
                'title = "{turn} cooks"',
                'turns = ["ana", "ben"]',
                'on = ["second friday", "third friday"]',
                'at = "18:00-19:00"',
            ],
            "&  Ana cooks  both, on 8 January, 18:00–19:00\n&  Ben cooks  both, on 15 January, 18:00–19:00",
        ),
        (
            ['title = "Tea"', 'who = "turn"', 'turns = ["ana", "ben"]', "on = 'friday'", "at = '18:00-19:00'"],
            "&  Tea  both, every Friday, 18:00–19:00",
        ),
        (
            ["if_needed = true", "on = 'friday'", "at = '18:00-19:00'"],
            "&  A  both, every Friday, 18:00–19:00\n\n? kept in case you need it",
        ),
    ],
)
def test_a_ritual_in_the_legend(keys, expected):
    text = ritual(*keys)
    assert legend_of(text, width=120) == expected


def test_the_legend_names_check_ins_inside_a_block_and_who_covers():
    text = f"""{TWO}
    [me_blocks.run]
    who = "ben"
    on = "monday"
    at = "18:00-19:00"
    check_in = {{ after = "20m" }}
    cover = "ana"
    """
    assert legend_of(text).splitlines() == [
        "B  Run               Ben, every Monday, 18:00–19:00",
        "&  Check-in (text)   both, every Monday, 18:20–18:25",
        "A  Covering for Ben  Ana, every Monday, 18:00–19:00",
    ]


def test_a_long_title_has_a_line_of_its_own():
    title = "A very long evening with everybody we have ever met in this town and the next"
    assert legend_of(ritual(f'title = "{title}"', 'on = "friday"', 'at = "19:00-22:00"')).splitlines() == [
        f"&  {title}",
        "   both, every Friday, 19:00–22:00",
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Ana", "Ben"], "AB"),
        (["Ana", "Anton", "Alan"], "ANL"),
        (["🦊", "美咲"], "P美"),
        (["élan", "ß"], "ÉP"),
        (["An", "An", "An", "An"], "ANP3"),
        (["A", "A", "A", "A"], "AP23"),
    ],
)
def test_every_person_has_a_letter_of_their_own(names, expected):
    people = "".join(f'[people.p{n}]\nname = "{name}"\n' for n, name in enumerate(names))
    found = letters(agreed(TWO.partition("[people.ana]")[0] + people))
    assert "".join(found.values()) == expected


def test_some_of_many_have_their_letters_and_more_of_them_a_plus():
    people = "".join(f'[people.p{n}]\nname = "{name}"\n' for n, name in enumerate("ABCDEF"))
    text = TWO.partition("[people.ana]")[0] + people
    for n, who in enumerate((["p1"], ["p2", "p1"], ["p0", "p1", "p5"], ["p0", "p1", "p2", "p5"])):
        text += f"[rituals.r{n}]\nwho = {who}\non = 2027-01-06\nat = '1{n}:00-1{n}:30'\n"
    text += "[rituals.shared]\non = 2027-01-06\nat = '19:00-20:00'\n"
    times = [line for line in cell(text, date(2027, 1, 6)) if ":" in line]
    assert "&    Shared  everyone, on 6 January, 19:00–20:00" in shown(text)
    assert times == ["B 10:00", "BC 11:00", "ABF 12:00", "+ 13:00", "& 19:00"]


# ── colour ───────────────────────────────────────────────────────────


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The contrast of two colours, 1 to 21, by WCAG's formula, written out once more."""

    def light(color):
        parts = [(c / 255 / 12.92) if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)) + 0.05

    return max(light(one), light(other)) / min(light(one), light(other))


BLACK, WHITE = (0, 0, 0), (255, 255, 255)


@pytest.mark.parametrize("color", [*PEOPLE_COLORS, TOGETHER_COLOR])
def test_our_own_colours_read_on_dark_and_on_light(color):
    assert min(contrast(color, BLACK), contrast(color, WHITE)) >= 4.2


@pytest.mark.parametrize("name", color_names())
def test_every_colour_a_person_may_choose_reads_on_dark_and_on_light(name):
    ink = cells.legible(rgb(name))
    assert min(contrast(ink, BLACK), contrast(ink, WHITE)) >= 2.95
    chip = cells.chip(rgb(name))
    assert contrast(tuple(chip.color.triplet), tuple(chip.bgcolor.triplet)) >= 4.5
    assert tuple(chip.bgcolor.triplet) == rgb(name)


def colors_of(text: str, **how) -> dict[str, str]:
    """Each dressed word of the grid with its ink and ground."""
    found = {}
    for line in shown(text, color=True, **how).splitlines():
        dressed = Text.from_ansi(line)
        for span in dressed.spans:
            found[dressed.plain[span.start : span.end].strip()] = str(span.style)
    return found


def test_people_have_their_colours_and_what_is_shared_its_own(monkeypatch):
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = f"""{TWO.replace('name = "Ana"', 'name = "Ana"' + chr(10) + 'color = "teal"')}
    [calendar.colors]
    reviews = "gold"
    [me_blocks.run]
    who = "ana"
    on = "monday"
    at = "18:00-19:00"
    [me_blocks.swim]
    who = "ben"
    on = "tuesday"
    at = "18:00-19:00"
    [rituals.tea]
    on = "wednesday"
    at = "18:00-19:00"
    [reviews.talk]
    on = "thursday"
    at = "18:00-19:00"
    """
    found = colors_of(text)

    def hexed(color):
        return "#{:02x}{:02x}{:02x}".format(*color)

    assert hexed(cells.legible(rgb("teal"))) in found["Run"]
    assert hexed(PEOPLE_COLORS[1]) in found["Swim"]
    assert hexed(TOGETHER_COLOR) in found["Tea"]
    assert hexed(cells.legible(rgb("gold"))) in found["Talk"]
    assert hexed(rgb("gold")) in found["& 18:00"]
    assert hexed(rgb("teal")) in found["A 18:00"]


def test_without_colour_there_is_no_escape_and_with_it_the_same_text(monkeypatch):
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for width in (50, 80, 110):
        plain = shown(example(), today=date(2027, 1, 13), width=width)
        dressed = shown(example(), today=date(2027, 1, 13), width=width, color=True)
        assert "\x1b" not in plain
        assert "\x1b[" in dressed
        assert "\n".join(Text.from_ansi(line).plain for line in dressed.split("\n")) == plain


def test_markup_in_a_title_is_a_title():
    assert "[red]Tea[/red]" in shown(ritual('title = "[red]Tea[/red] :smile:"', 'on = "friday"', 'at = "19:00-22:00"'))


# ── for every agreement, month and width ─────────────────────────────

WORDS = (
    *(
        "Tea",
        "class",
        "Donaudampfschifffahrtsgesellschaft",
        "お茶の時間",
        "美咲",
        "🏐",
        "👩‍👩‍👧",
        "🇵🇹",
        "❤️",
        "é",
        "zu",
        "zweit",
    ),
    *("Volleyball🏐", "שלום", "naïve", "한글날", "w" * 70, "[b]", ":tea:", "-", "…", "Ω"),
)
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
WIDTHS = st.one_of(st.integers(40, 140), st.sampled_from((24, 79, 80, 81, 86, 87, 119, 120, 121)))


@st.composite
def months(draw) -> tuple[Agreement, int, int]:
    """A random agreement with random titles and names, and a month of it."""
    values = draw(agreements())
    for table in ("me_blocks", "shared_evenings", "check_ins", "host_nights", "reviews", "rituals"):
        for keys in values.get(table, {}).values():
            keys["title"] = draw(TITLES)
    for person in values["people"].values():
        person["name"] = draw(TITLES)
    values["agreement"]["title"] = draw(TITLES)
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    return agreement, draw(st.integers(2026, 2028)), draw(st.integers(1, 12))


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(months(), WIDTHS, st.sampled_from((None, "ana", "ben", "everyone")), st.booleans())
def test_no_line_is_wider_than_the_terminal_and_everything_is_named(made, width, audience, color):
    agreement, year, month = made
    found = seen(agreement, year, month, audience)
    text = month_grid(agreement, found, year, month, today=date(year, month, 15), width=width, color=color)
    lines = [Text.from_ansi(line).plain for line in text.split("\n")] if color else text.split("\n")
    assert max(map(cell_len, lines)) <= width
    assert not any(line != line.rstrip() for line in lines)
    whole = squeezed("\n".join(lines))
    first = date(year, month, 1)
    end = (first + timedelta(days=31)).replace(day=1)
    for o in found:
        if o.day < end and last_day(o) >= first:
            assert squeezed(title_of(agreement, o)) in whole


def title_of(agreement: Agreement, o: Occurrence) -> str:
    """The title of an occurrence without whose turn it is, which stands in its cell."""
    ritual = agreement.rituals.get(o.ritual)
    if ritual and ritual.follows and o.look.summary.startswith(f"{ritual.title} ("):
        return ritual.title
    if ritual and ritual.turns and o.look.summary.startswith(f"{ritual.title} ("):
        for person in agreement.people.values():
            for turn in (f" ({person.name} hosts)", f" ({possessive(person.name)} turn)"):
                if o.look.summary == ritual.title + turn:
                    return ritual.title
    return o.look.summary


@given(months(), st.integers(80, 140), st.booleans())
def test_columns_stay_straight_whatever_stands_in_them(made, width, with_day):
    agreement, year, month = made
    found = seen(agreement, year, month)
    today = date(year, month, 15) if with_day else None
    lines = month_grid(agreement, found, year, month, today=today, width=width, color=False).splitlines()
    pitch = (min(width, 120) + 1) // 7
    first, end = month_window(agreement, year, month)
    weeks = (end - first).days // 7 - 31 // 7
    heads = [n for n, line in enumerate(lines[3:], 3) if re.match(r"\d+ .*[─━┄]", line)][:weeks]
    ends = next((n for n in range(heads[-1], len(lines)) if not lines[n]), len(lines))
    for line in lines[2:ends]:
        for column in range(1, 7):
            left = set_cell_size(line, column * pitch)
            assert left.endswith(" ")
            assert line.startswith(left) or left.startswith(line)


@given(months())
def test_each_day_of_the_month_has_its_number_once_in_order(made):
    agreement, year, month = made
    text = month_grid(agreement, [], year, month, today=None, width=80, color=False)
    heads = [line for line in text.splitlines()[3:] if re.match(r"\d+ .*[─━┄]", line)]
    numbers = [int(n) for line in heads for n in re.findall(r"(\d+) (?:pause )?(?:\w )?─", line)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) in (28, 29, 30, 31)
    assert text.startswith(f"{month_name(month)} {year}")
    assert all(a < b for a, b in pairwise(numbers))
