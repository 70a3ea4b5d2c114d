"""planner.views.sentences and planner.saying: each agreement is written here, and said word for word."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import TABLES, Agreement, Ritual
from planner.reading import read_agreement
from planner.saying import say_nth, say_stretch
from planner.views.sentences import ritual_sentence, say_date, say_days, say_minutes, say_span, say_time, show
from planner.words import AllDay, Timed
from tests.conftest import SHELF
from tests.strategies import agreements

ROOT = Path(__file__).parent.parent

HEAD = """
[agreement]
id = "quiet-harbor-k3v9"
title = "Ana & Ben"
starts = 2027-01-04
timezone = "Europe/Berlin"
"""
TWO = f"""{HEAD}
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
timezone = "Europe/Lisbon"
[helpers.oma]
name = "Oma"
"""
THREE = f"""{TWO}
[people.cleo]
name = "Cleo"
"""


def agreed(text: str) -> Agreement:
    agreement, findings = read_agreement(tomllib.loads(text), shelf=SHELF)
    assert agreement is not None, findings
    return agreement


def said(text: str, *, start: str = TWO, today: date | None = None) -> str:
    """The sentences of the first ritual of an agreement that ends in this text."""
    agreement = agreed(start + text)
    return ritual_sentence(agreement, next(iter(agreement.rituals.values())), today=today)


def days(text: str) -> str:
    return say_days(next(iter(agreed(f"{TWO}\n[rituals.a]\n{text}").rituals.values())))


# ── days ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('on = "wednesday"', "every Wednesday"),
        ('on = ["thu", "tuesday"]', "every Tuesday and Thursday"),
        ('on = ["mon", "wed", "fri"]', "every Monday, Wednesday and Friday"),
        ('on = "every day"', "every day"),
        ('on = "weekdays"', "every weekday"),
        ('on = "weekends"', "every Saturday and Sunday"),
        ('on = ["tue", "thu"]\nevery = "2 weeks"', "every other Tuesday and Thursday"),
        ('on = ["tue", "thu"]\nevery = "3 weeks"', "every third week on Tuesday and Thursday"),
        ('on = "tue"\nevery = "12 weeks"', "every 12th week on Tuesday"),
        ('on = "weekdays"\nevery = "2 weeks"', "every weekday of every other week"),
        ('on = "daily"\nevery = "4 weeks"', "every day of every fourth week"),
        ('every = "day"', "every day"),
        ('every = "2 days"', "every other day"),
        ('every = "3 days"', "every third day"),
        ('every = "21 days"', "every 21st day"),
        ('on = "last sunday"', "on the last Sunday of the month"),
        ('on = ["fourth saturday", "2nd saturday"]', "on the second and fourth Saturday of the month"),
        ('on = ["last saturday", "2nd saturday"]', "on the second and last Saturday of the month"),
        ('on = ["first monday", "third friday"]', "on the first Monday and the third Friday of the month"),
        ('on = "first monday"\nevery = "quarter"', "every quarter on the first Monday"),
        ('on = "first monday"\nevery = "2 months"', "every other month on the first Monday"),
        ('on = "first monday"\nevery = "6 months"', "every sixth month on the first Monday"),
        ('on = "day 15"', "on the 15th of the month"),
        ('on = ["day 22", "day 1", "day 13"]', "on the 1st, 13th and 22nd of the month"),
        ('on = "last day"', "on the last day of the month"),
        ('on = ["last day", "day 15"]', "on the 15th and the last day of the month"),
        ('on = "14 february"', "on 14 February each year"),
        ('on = "second sunday of may"', "on the second Sunday of May each year"),
        ('on = ["14 february", "last day of may"]', "on 14 February and 31 May each year"),
        ('on = "14 february"\nevery = "2 years"', "every other year on 14 February"),
        ("on = 2027-02-14", "on Sunday 14 February 2027"),
        ("on = [2027-05-01, 2027-02-14]", "on Sunday 14 February 2027 and Saturday 1 May 2027"),
    ],
)
def test_days_are_said_in_words(text, expected):
    assert days(f'{text}\nat = "10:00-11:00"') == expected


def test_days_that_have_a_time_each_are_said_as_one():
    assert days('at = { tuesday = "19:30-21:30", saturday = "10:00-11:30" }') == "every Tuesday and Saturday"


# ── times, dates, lengths ────────────────────────────────────────────


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (Timed(18 * 60 + 30, 150), "from 18:30 to 21:00"),
        (Timed(7 * 60, 50), "at 07:00 for 50 minutes"),
        (Timed(7 * 60, 60), "from 07:00 to 08:00"),
        (Timed(7 * 60, 0), "at 07:00"),
        (Timed(22 * 60 + 30, 150), "from 22:30 until 01:00 the next day"),
        (Timed(22 * 60, 120), "from 22:00 to midnight"),
        (Timed(18 * 60, 1440), "from 18:00 until 18:00 the next day"),
        (Timed(18 * 60, 2640), "from 18:00 until 14:00 two days later"),
        (Timed(18 * 60, 20 * 1440), "from 18:00 until 18:00 20 days later"),
        (Timed(25 * 60, 90), "from 01:00 to 02:30"),
        (AllDay(1), "all day"),
        (AllDay(3), "for 3 whole days"),
    ],
)
def test_a_time_is_said_in_words(time, expected):
    assert say_time(time) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2027, 3, 8), date(2027, 3, 14), "from Monday 8 to Sunday 14 March 2027"),
        (date(2027, 3, 8), date(2027, 3, 8), "on Monday 8 March 2027"),
        (date(2027, 2, 28), date(2027, 3, 3), "from Sunday 28 February to Wednesday 3 March 2027"),
        (date(2027, 3, 8), date(2028, 3, 8), "from Monday 8 March 2027 to Wednesday 8 March 2028"),
    ],
)
def test_a_span_names_month_and_year_once_where_they_are_the_same(start, end, expected):
    assert say_span(start, end) == expected


def test_a_date_has_its_weekday():
    assert say_date(date(2027, 1, 6)) == "Wednesday 6 January 2027"


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (1, "1 minute"),
        (50, "50 minutes"),
        (60, "1 hour"),
        (90, "1 hour 30 minutes"),
        (1440, "1 day"),
        (1500, "1 day 1 hour"),
        (10080, "1 week"),
        (20160, "2 weeks"),
        (11520, "8 days"),
    ],
)
def test_a_length_is_said_in_words(minutes, expected):
    assert say_minutes(minutes) == expected


def test_months_and_days_are_said_together():
    assert [say_stretch(1, 0), say_stretch(12, 0), say_stretch(27, 14), say_stretch(0, 9)] == [
        "1 month",
        "1 year",
        "2 years, 3 months and 2 weeks",
        "9 days",
    ]


def test_a_place_in_an_order_has_its_ending():
    assert [say_nth(n) for n in (1, 3, 10, 11, 12, 21, 22, 23, 111, 121)] == [
        *("first", "third", "tenth", "11th", "12th", "21st", "22nd", "23rd", "111th", "121st")
    ]


# ── rituals ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """
            [me_blocks.pottery]
            who = "ana"
            title = "Pottery class"
            on = "wednesday"
            at = "18:30-21:00"
            where = "Atelier Nord"
            gist = "Ana's evening out"
            remind = "1h"
            skip = [2027-02-17]
            """,
            "Pottery class: Ana's own time, every Wednesday from 18:30 to 21:00. Where: Atelier Nord. "
            "It does not happen on Wednesday 17 February 2027. A reminder comes 1 hour before. "
            'Ben sees "Ana\'s evening out".',
        ),
        (
            """
            [me_blocks.writing]
            who = "ben"
            on = ["tuesday", "thursday"]
            at = "07:00"
            for = "50m"
            """,
            "Writing: Ben's own time, every Tuesday and Thursday at 07:00 for 50 minutes, Lisbon time. "
            'Ana sees "Ben\'s time".',
        ),
        (
            """
            [me_blocks.choir]
            who = "ana"
            at = { tuesday = "19:30-21:30", saturday = "22:00-01:00" }
            share = "private"
            """,
            "Choir: Ana's own time, every Tuesday from 19:30 to 21:30 and every Saturday from 22:00 "
            "until 01:00 the next day. Nobody else sees it.",
        ),
        (
            """
            [me_blocks.exam]
            who = "ana"
            on = [2027-02-14, 2027-05-01]
            at = "all day"
            for = "2 days"
            share = "busy"
            remind = ["1d", "12h"]
            """,
            "Exam: Ana's own time, on Sunday 14 February 2027 and Saturday 1 May 2027, for 2 whole days. "
            'Reminders come 1 day and 12 hours before, counted back from 09:00. Ben sees "Ana is busy".',
        ),
        (
            """
            [shared_evenings.friday]
            title = "Cook together"
            on = "friday"
            at = "19:00-22:00"
            prompts = ["What did you learn on your own this week?", "What next"]
            """,
            "Cook together: time together for Ana and Ben, every Friday from 19:00 to 22:00. "
            "To talk about: What did you learn on your own this week? What next.",
        ),
        (
            """
            [check_ins.midweek]
            on = "wednesday"
            at = "12:30"
            by = "voice note"
            """,
            "Midweek: a check-in by voice note for Ana and Ben, every Wednesday at 12:30 for 10 minutes.",
        ),
        (
            """
            [host_nights.salon]
            hosts = ["ana", "ben"]
            on = ["second saturday", "fourth saturday"]
            at = "19:30-22:30"
            """,
            "Salon: Ana and Ben take turns to host, Ana first, "
            "on the second and fourth Saturday of the month from 19:30 to 22:30.",
        ),
        (
            """
            [host_nights.cinema]
            host = "ana"
            title = "{turn}'s cinema"
            on = "first friday"
            at = "20:00-22:30"
            """,
            "Ana's cinema: Ana hosts, with Ben, on the first Friday of the month from 20:00 to 22:30.",
        ),
        (
            """
            [reviews.monthly]
            on = "last sunday"
            at = "17:00"
            """,
            "Monthly: a review for Ana and Ben, on the last Sunday of the month at 17:00 for 30 minutes.",
        ),
        (
            """
            [rituals.film]
            title = "{turn} picks a film"
            turns = ["ana", "ben"]
            on = "sunday"
            at = "20:00-22:00"
            where = "at {turn}'s"
            """,
            "Ana or Ben picks a film: Ana and Ben take turns, Ana first, every Sunday from 20:00 to 22:00. "
            "Where: at Ana or Ben's.",
        ),
        (
            """
            [rituals.day]
            title = "Is it time?"
            on = "14 february"
            at = "all day"
            """,
            "Is it time? Ana and Ben, on 14 February each year, all day.",
        ),
        (
            """
            [rituals.thanks]
            on = "sunday"
            at = "09:00"
            for = "10m"
            trial = "4 weeks"
            """,
            "Thanks: Ana and Ben, every Sunday at 09:00 for 10 minutes. "
            "It is on trial until Sunday 31 January 2027; then you keep it, change it or let it go.",
        ),
    ],
)
def test_a_ritual_is_said_in_full(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('turns = ["ana", "ben", "cleo"]', "Ana, Ben and Cleo take turns, in this order, every"),
        ('turns = ["ana", "ana", "ben"]', "Ana and Ben take turns, in the order Ana, Ana, Ben, with Cleo, every"),
        ('turns = ["ben"]', "Ben's turn each time, with Ana and Cleo, every"),
        ('turns = ["ana", "ben"]\nwho = "turn"', "Ana and Ben take turns, Ana first, every"),
        ('who = ["cleo", "ana"]', "Cleo and Ana, every"),
    ],
)
def test_turns_are_said_for_any_number_of_people(text, expected):
    sentence = said(f'[rituals.a]\non = "sunday"\nat = "20:00-22:00"\n{text}', start=THREE)
    assert sentence.startswith(f"A: {expected} Sunday from 20:00 to 22:00")


@pytest.mark.parametrize(
    ("people", "text", "expected"),
    [
        (THREE, 'who = "ana"', 'Ben and Cleo see "Ana\'s time".'),
        (THREE, 'who = ["ana", "ben"]', 'Cleo sees "Ana and Ben\'s time".'),
        (THREE, 'who = ["ana", "ben"]\nshare = "busy"', 'Cleo sees "Ana and Ben are busy".'),
        (TWO, 'who = "ana"\nshare = "full"', "Ben sees the title."),
        (TWO, 'who = "ana"\nshare = "full"\nwhere = "X"\nnotes = "Y"', "Ben sees the title, the place and the notes."),
        (TWO, 'who = "ana"\nshare = "private"', "Nobody else sees it."),
        (TWO, 'share = "private"', "The calendar for everyone leaves it out."),
        (TWO, 'gist = "Us"', 'The calendar for everyone shows "Us".'),
        (TWO, 'turns = ["ana", "ben"]\nwho = "turn"', "The other sees the title."),
        (TWO, 'turns = ["ana", "ben"]\nwho = "turn"\nshare = "gist"', 'The other sees "Ana\'s time" or "Ben\'s time".'),
        (THREE, 'turns = ["ana", "ben"]\nwho = "turn"\nshare = "private"', "Nobody else sees it."),
    ],
)
def test_what_others_see_is_what_their_calendars_show(people, text, expected):
    assert said(f'[rituals.a]\non = "sunday"\nat = "20:00-22:00"\n{text}', start=people).endswith(f" {expected}")


def test_where_all_take_part_and_share_all_nothing_is_said_of_sharing():
    assert said('[rituals.a]\non = "sunday"\nat = "20:00-22:00"') == "A: Ana and Ben, every Sunday from 20:00 to 22:00."


# Every key of a ritual beyond those that the opening says, with what it adds.
SAYS: dict[str, tuple[str, str]] = {
    "until": ("until = 2027-11-30", "Its last day is Tuesday 30 November 2027."),
    "starts": ("starts = 2027-02-01", "It starts on Monday 1 February 2027."),
    "trial": (
        "trial = 2027-02-28",
        "It is on trial until Sunday 28 February 2027; then you keep it, change it or let it go.",
    ),
    "count_from": ("count_from = 2027-01-11", "It is counted from Monday 11 January 2027."),
    "timezone": ('timezone = "America/New_York"', "from 20:00 to 22:00, New York time."),
    "where": ('where = "By the river!"', "Where: By the river!"),
    "notes": ('notes = """Slowly.\n  Then fast"""', "Notes: Slowly. Then fast."),
    "prompts": ('prompts = "What now"', "To talk about: What now."),
    "gist": ('gist = "A walk"', 'Ben sees "A walk".'),
    "tags": ('tags = ["friends", "sport"]', "Tags: friends and sport."),
    "share": ('share = "private"', "Nobody else sees it."),
    "remind": ('remind = ["30m", "1d"]', "Reminders come 1 day and 30 minutes before."),
    "skip": (
        "skip = [2027-01-24, 2027-01-17]",
        "It does not happen on Sunday 17 January 2027 or Sunday 24 January 2027.",
    ),
    "changes": (
        'changes = [{ on = 2027-01-17, moved_to = 2027-01-18, at = "18:00" }]',
        "Instead of Sunday 17 January 2027, it is on Monday 18 January 2027 at 18:00.",
    ),
    "check_ins": (
        'check_in = [{ after = "20m", by = "call" }, { before_end = "10m" }]',
        "There is a check-in by call 20 minutes in, for 5 minutes. "
        "There is a check-in by text 10 minutes before the end, for 5 minutes.",
    ),
    "yes": ('yes = "ben"', "A change of it also needs a yes from Ben."),
    "cover": ('cover = "oma"', "Oma covers meanwhile."),
    "may_overlap": ('may_overlap = ["rituals.other"]', 'It may fall together with "The other".'),
    "if_needed": ("if_needed = true", "It is a slot kept in case you need it, and shows as free."),
    "prompts_from": ('prompts_from = "solo"', "It draws from the prompts solo; its events carry a few."),
    "on_holidays": ('on_holidays = "skip"', "It rests on public holidays."),
    "not_in": ('not_in = ["summer", "winter"]', "It rests in summer and winter."),
    "only_in": ('only_in = "winter"', "It happens only in winter."),
    "in_season": (
        'in_season = { summer = { at = "07:00-08:30" }, winter = { for = "1h" } }',
        "In summer it is from 07:00 to 08:30. In winter it is for 1 hour.",
    ),
    "stays": (
        '[[stays]]\nwho = "ana"\ntimezone = "America/New_York"\nstarts = 2027-02-01\nuntil = 2027-02-07',
        "From Monday 1 to Sunday 7 February 2027 it goes by New York time.",
    ),
    "was": ('was = "rituals.walk"', "In calendars it carries on what was rituals.walk."),
}
# Said by the opening, and tested above.
OPENING = {
    "alone",
    "follows",
    "who_is_not_turn",
    "turn_waits",
    "path",
    "kind",
    "title",
    "who",
    "slots",
    "every",
    "who_is_turn",
    "host",
    "turns",
    "hosting",
    "by",
    "ladder",
    "drawn",
    "open_time",
    "placed",  # in tests/test_open_time.py
}
OTHER = '\n[seasons.summer]\nstarts = "1 july"\nuntil = "31 july"\n'
OTHER += "[seasons.winter]\ndates = [{ starts = 2027-02-01, until = 2027-02-07 }]\n"
OTHER += '\n[rituals.other]\ntitle = "The other"\non = "monday"\nat = "20:00-22:00"\n'
BLOCK = '[me_blocks.a]\nwho = "ana"\non = "sunday"\nat = "20:00-22:00"\n'


@pytest.mark.parametrize("key", SAYS)
def test_each_key_of_a_ritual_is_said(key):
    text, expected = SAYS[key]
    assert expected in said(f"{BLOCK}{text}\n{OTHER}")
    assert expected not in said(f"{BLOCK}{OTHER}")


def test_no_key_of_a_ritual_is_forgotten():
    assert set(Ritual._fields) == SAYS.keys() | OPENING


@pytest.mark.parametrize(
    ("ladder", "expected"),
    [
        (
            'steps = ["30m", "45m", "1h"], each = "2 weeks"',
            "It may grow in small steps: 30 minutes, then 45 minutes, then 1 hour. It is at the first step, "
            "30 minutes; a review may offer the next one after 2 weeks. Stepping back is always free.",
        ),
        (
            'steps = ["30m", "45m"], each = "1 month", step = 2',
            "It may grow in small steps: 30 minutes, then 45 minutes. It has come to the last step. "
            "Stepping back is always free.",
        ),
        (
            'steps = ["30m", "45m"], each = "3 months", grows = "by date"',
            "It grows in small steps by date: 30 minutes, then 45 minutes; each lasts 3 months, "
            "the last one from then on.",
        ),
        ('steps = ["30m"], each = "2 weeks"', "It lasts 30 minutes."),
    ],
)
def test_a_ladder_is_said_in_words(ladder, expected):
    sentence = said(f'[me_blocks.run]\nwho = "ana"\non = "monday"\nat = "07:00"\nladder = {{ {ladder} }}')
    assert sentence == f"Run: Ana's own time, every Monday at 07:00. {expected} Ben sees \"Ana's time\"."


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("moved_to = 2027-01-11", "Instead of Sunday 10 January 2027, it is on Monday 11 January 2027."),
        ('at = "18:00"', "On Sunday 10 January 2027 it is at 18:00."),
        ('at = "18:00-20:00"', "On Sunday 10 January 2027 it is from 18:00 to 20:00."),
        ('for = "30m"', "On Sunday 10 January 2027 it is for 30 minutes."),
        ('turn = "ben"', "On Sunday 10 January 2027 it is Ben's turn."),
        ('where = "Home", turn = "ben"', "On Sunday 10 January 2027 it is Ben's turn; the place is Home."),
        ('note = "Bring a\\tfriend"', "On Sunday 10 January 2027: Bring a friend."),
        (
            'moved_to = 2027-01-11, at = "18:00-20:00", where = "Home", note = "Cake!"',
            "Instead of Sunday 10 January 2027, it is on Monday 11 January 2027 from 18:00 to 20:00; "
            "the place is Home. Cake!",
        ),
    ],
)
def test_a_change_is_said_in_words(change, expected):
    text = '[rituals.a]\nturns = ["ana", "ben"]\non = "sunday"\nat = "20:00-22:00"\n'
    assert said(f"{text}changes = {{ on = 2027-01-10, {change} }}").endswith(f"from 20:00 to 22:00. {expected}")


def test_a_change_says_who_hosts_and_how_many_days():
    text = '[host_nights.a]\nhosts = ["ana", "ben"]\non = "last day"\nat = "all day"\n'
    assert said(f'{text}changes = {{ on = 2027-01-31, host = "ben", for = "2 days" }}').endswith(
        "On Sunday 31 January 2027 it is for 2 whole days; Ben hosts."
    )


def test_what_is_over_is_left_out():
    text = (
        f"{BLOCK}skip = [2027-01-10, 2027-01-24]\n"
        "changes = [{ on = 2027-01-17, moved_to = 2027-01-19 }, { on = 2027-01-31, moved_to = 2027-01-16 }]\n"
    )
    sentence = said(text, today=date(2027, 1, 19))
    assert "Sunday 10" not in sentence
    assert "It does not happen on Sunday 24 January 2027." in sentence
    assert "Instead of Sunday 17 January" in sentence
    assert "Instead of Sunday 31 January" in sentence
    assert "Instead of Sunday 17 January" not in said(text, today=date(2027, 1, 20))
    assert "It does not happen on Sunday 24 January 2027." in said(text, today=date(2027, 1, 24))
    assert "does not happen" not in said(text, today=date(2027, 1, 25))


def test_what_holds_for_the_whole_agreement_is_not_said_again():
    start = TWO.replace("[people.ana]", "until = 2027-12-31\n[people.ana]")
    text = f'{BLOCK.replace("20:00-22:00", "all day")}timezone = "Asia/Tokyo"'
    assert said(text, start=start) == "A: Ana's own time, every Sunday, all day. Ben sees \"Ana's time\"."


def test_a_skipped_change_is_not_said():
    assert "it is" not in said(f'{BLOCK}skip = 2027-01-10\nchanges = {{ on = 2027-01-10, at = "18:00" }}')


# ── the whole ────────────────────────────────────────────────────────

ANA_AND_BEN = """\
Ana & Ben

This is the agreement of Ana and Ben. It begins on Monday 4 January 2027. Times
are Berlin time unless another is named. Ben lives by Lisbon time.

Ana's own time
  Pottery class: every Wednesday from 18:30 to 21:00. Where: Atelier Nord. It
    does not happen on Wednesday 17 February 2027. A reminder comes 1 hour
    before. Ben sees "Ana's evening out".

Ben's own time
  Writing: every Tuesday and Thursday at 07:00 for 50 minutes, Lisbon time. Ana
    sees "Ben's time".

Shared evenings
  Cook together: every Friday from 19:00 to 22:00. To talk about: What did you
    learn on your own this week?

Host nights
  Salon: Ana and Ben take turns to host, Ana first, on the second and fourth
    Saturday of the month from 19:30 to 22:30.

Check-ins
  Midweek: by text, every Wednesday at 12:30 for 10 minutes.

Reviews
  Monthly: on the last Sunday of the month at 17:00 for 30 minutes.

Pauses
  From Monday 8 to Sunday 14 March 2027, everything rests. Ski week."""


def test_the_example_is_read_aloud():
    assert show(agreed((ROOT / "examples" / "ana-and-ben.toml").read_text("utf-8"))) == ANA_AND_BEN


def groups(text: str, *, today: date | None = None) -> dict[str, str]:
    """Heading → what stands below it, on one line; "" for the opening."""
    found = {"": ""}
    heading = ""
    for line in show(agreed(text), today=today, width=10_000).splitlines()[1:]:
        if line and not line.startswith(" ") and not line.endswith((".", "!", "?")):
            heading = line
            found[heading] = ""
        elif line:
            found[heading] = f"{found[heading]} {line.strip()}".strip()
    return found


@pytest.mark.parametrize(
    ("text", "heading", "expected"),
    [
        (TWO, "", "Oma helps out. No ritual stands here yet. A first one can be small."),
        (f'{TWO}[helpers.max]\nname = "Max"', "", "Oma and Max help out."),
        (
            TWO.replace("[people.ana]", "until = 2027-12-31\n[people.ana]"),
            "",
            "and ends on Friday 31 December 2027.",
        ),
        (
            TWO.replace("[people.ana]", 'purpose = """Two\nfree people"""\n[people.ana]'),
            "",
            "What it is for: Two free people.",
        ),
        (TWO.replace("[people.ana]", 'week_starts = "sunday"\n[people.ana]'), "", "Weeks begin on Sunday."),
        (f'{TWO}[holidays]\ncountry = "DE"', "", "Public holidays are those of DE."),
        (f'{TWO}[holidays]\ncountry = "DE"\nregion = "BY"', "", "Public holidays are those of DE (BY)."),
        (
            TWO.replace('name = "Ana"', 'name = "Ana"\nbusy = ["work.ics", "choir.ics"]'),
            "",
            "From work.ics and choir.ics only Ana's busy times are read.",
        ),
        (
            f"{TWO}[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-08",
            "Pauses",
            "On Monday 8 March 2027, everything rests.",
        ),
        (
            f'{TWO}[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-09\nwho = "ben"\nnote = "Rest!"',
            "Pauses",
            "From Monday 8 to Tuesday 9 March 2027, everything rests where Ben takes part. Rest!",
        ),
        (
            f"{TWO}{OTHER}[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-08\n"
            'only = ["check_ins", "rituals.other"]\nwho = ["ana", "ben"]',
            "Pauses",
            'On Monday 8 March 2027, all check-ins and "The other" rest where Ana and Ben take part.',
        ),
        (
            f'{TWO}[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-08\nonly = "me_blocks"',
            "Pauses",
            "On Monday 8 March 2027, all own time rests.",
        ),
        (
            f'{TWO}[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-08\nonly = "reviews"',
            "Pauses",
            "On Monday 8 March 2027, all reviews rest.",
        ),
        (
            f'{TWO}{BLOCK}{OTHER}[[pairs]]\nthese = ["me_blocks.a", "rituals.other"]\nnote = "Give and take"',
            "What belongs together",
            '"A" and "The other" belong together. Give and take.',
        ),
        (
            f'{TWO}[programs.first-month]\ntemplate = "four-weeks"\nstarts = 2027-01-04\n'
            '[programs.first-month.changes]\ntalk = { on = "saturday", at = 19:30:00, for = "1h" }\n'
            "own-1-ana = { on = 2027-01-09 }",
            "Programmes",
            'First month: "Four weeks to start" from Monday 4 to Sunday 31 January 2027, for Ana and Ben, with a '
            'review at its end. Week 1: "A map of what matters" on Tuesday at 20:00 for 20 minutes, each; "What is '
            'missing on the map" on Thursday at 20:00 for 20 minutes, each; "One insight each" on Sunday at 16:00 '
            "for 30 minutes. "
            'Week 2: "Own time": Ana on Saturday 9 January 2027 from 18:30 to 20:00 and Ben on Tuesday from 18:30 to '
            '20:00; "Own time, once more" on Thursday from 18:30 to 20:00, each; "Own time, if you like a third" on '
            'Saturday from 10:00 to 11:30, each (if needed); "How was it, each for yourself?" on Sunday at 16:00 for '
            '30 minutes. Week 3: "An evening with people of your own": Ana on Wednesday from 19:00 to 22:00 and Ben on '
            'Thursday from 19:00 to 22:00; "A curious talk" on Saturday from 19:30 to 20:30. Week 4: "Four weeks: what '
            'do we keep?" on Sunday at 16:00 for 30 minutes. Any of it can be moved, rest or end, at any time.',
        ),
        (
            f'{TWO}[programs.nights]\ntemplate = "host-nights"\nstarts = 2027-01-04\nuntil = 2027-01-20\n'
            'who = ["ana"]\nskip = "review"',
            "Programmes",
            'Nights: "A month of host nights", with nothing left in it.',
        ),
        (
            f'{TWO}[programs.nights]\ntemplate = "host-nights"\nstarts = 2027-01-04\nuntil = 2027-01-20\n'
            'skip = "night-1"',
            "Programmes",
            'Nights: "A month of host nights" from Monday 4 to Saturday 16 January 2027, for Ana and Ben. Week 2: "Ben '
            'shows something" on Saturday from 19:00 to 22:00. It ends on Wednesday 20 January 2027. Left out: '
            "night-1. Any of it can be moved, rest or end, at any time.",
        ),
    ],
)
def test_what_the_agreement_says_beside_its_rituals(text, heading, expected):
    assert expected in groups(text)[heading]


@pytest.mark.parametrize(
    ("hope", "expected"),
    [
        ('of = "own"\nat_least = "4h"\nper = "week"', "Ana and Ben each hope for at least 4 hours of own time a week."),
        ('who = "ana"\nof = "hosting"\nat_least = 1\nper = "month"', "Ana hopes to host at least once a month."),
        (
            'who = "ana"\nof = "friends"\nat_least = 2\nat_most = 3\nper = "week"',
            "Ana hopes for time with friends at least twice and at most 3 times a week.",
        ),
        (
            'who = "ana"\nof = "together"\nat_least = "2h"\nat_most = "2h"\nper = "week"',
            "Ana hopes for 2 hours of time together a week.",
        ),
        (
            'who = "ben"\nof = "covering"\nat_most = "90m"\nper = "week"\nwords = "Not too much"',
            "Not too much. Ben hopes for at most 1 hour 30 minutes of covering a week.",
        ),
    ],
)
def test_a_hope_is_said_in_its_own_words_and_in_ours(hope, expected):
    assert groups(f"{TWO}[balance.a]\n{hope}")["Hopes"] == expected


def test_a_pause_that_is_over_is_left_out():
    text = (
        f"{TWO}[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-09\n[[pauses]]\nstarts = 2027-03-01\nuntil = 2027-03-02"
    )
    assert groups(text)["Pauses"].startswith("From Monday 1")
    assert groups(text, today=date(2027, 3, 9))["Pauses"] == "From Monday 8 to Tuesday 9 March 2027, everything rests."
    assert "Pauses" not in groups(text, today=date(2027, 3, 10))


def test_two_pauses_of_the_same_days_may_differ_in_their_notes():
    one = "[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-08\n"
    assert groups(f'{TWO}{one}{one}note = "Ski"')["Pauses"].count("everything rests") == 2


def test_an_agreed_version_says_who_said_yes():
    text = f'{TWO}[agreed]\non = 2027-03-01\nyes = ["ana", "ben"]\nnote = "At the lake"'
    agreement, _ = read_agreement(tomllib.loads(text), version=True)
    assert agreement is not None
    assert "It holds so from Monday 1 March 2027 on; Ana and Ben said yes. At the lake." in show(agreement, width=1000)


def test_a_ritual_of_some_people_names_them_below_a_heading():
    text = f"""{THREE}
    [shared_evenings.a]
    who = ["ana", "cleo"]
    on = "friday"
    at = "20:00-22:00"
    [check_ins.b]
    who = ["ana", "cleo"]
    on = "friday"
    at = "12:00"
    by = "in person"
    [check_ins.d]
    on = "friday"
    at = "13:00"
    [reviews.c]
    who = ["ana", "cleo"]
    on = "last friday"
    at = "18:00"
    """
    found = groups(text)
    assert found["Shared evenings"].startswith("A: Ana and Cleo, every Friday")
    assert found["Check-ins"].startswith("B: a check-in in person for Ana and Cleo, every Friday")
    assert " D: every Friday at 13:00" in found["Check-ins"]
    assert found["Reviews"].startswith("C: a review for Ana and Cleo, on the last Friday")


@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_left_unsaid(table):
    more = {"me_blocks": 'who = "ana"', "host_nights": 'host = "ana"'}.get(table, "")
    assert "Marker: " in show(agreed(f'{TWO}[{table}.marker]\non = "friday"\nat = "20:00-22:00"\n{more}'))


@given(width=st.integers(20, 140))
def test_every_line_keeps_to_its_width(width):
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text("utf-8")
    lines = show(agreed(text), width=width).splitlines()
    assert all(len(line) <= width for line in lines)
    assert " ".join(" ".join(lines).split()) == " ".join(ANA_AND_BEN.split())


@given(agreements())
def test_every_agreement_can_be_read_aloud(values):
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    whole = " ".join(show(agreement).split())
    for one in agreement.rituals.values():
        assert f"{one.title}: " in whole
        assert say_days(one) in whole
        assert not re.search(r"None|\(\)|  |\{|\.\.|,,| ,|: ,", ritual_sentence(agreement, one))


def test_long_words_and_words_with_hyphens_stay_whole():
    address = "https://example.org/" + "a-" * 60 + "z"
    assert f"{address}." in show(agreed(f'{TWO}{BLOCK}where = "{address}"'), width=40).split()


TEXTS = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Cf")), min_size=1, max_size=60).filter(
    str.strip
)


@given(title=TEXTS, where=TEXTS, note=TEXTS)
def test_whatever_the_words_are_they_are_all_there(title, where, note):
    values = tomllib.loads(f"{TWO}{BLOCK}")
    values["me_blocks"]["a"] |= {"title": title, "where": where, "notes": note}
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    whole = "".join(show(agreement).split())
    assert all("".join(text.split()) in whole for text in (title, where, note))


def test_the_sentences_need_no_library_beside_the_standard_one():
    code = (
        "import sys; import planner.views.sentences; "
        "print([m for m in ('rich', 'click', 'dateutil', 'webcolors', 'icalendar') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_has_ended_is_said_to_have():
    text = TWO + '[rituals.tea]\non = "friday"\nat = "19:00-20:00"\n'
    for body, said in (
        ("until = 2027-03-05\n", "It ended on Friday 5 March 2027."),
        ('trial = "4 weeks"\n', "It ended on Sunday 31 January 2027."),
    ):
        agreement = agreed(text + body)
        assert said in show(agreement, today=date(2027, 3, 6), width=200)
        assert "ended" not in show(agreement, today=date(2027, 1, 31))
        assert "ended" not in show(agreement)
