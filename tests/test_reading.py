"""Every form of the agreement file is read, and means what it says: the grammar as tables of text and value."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from planner.agreement import TABLES, Agreed, Agreement, Change, CheckIn, Hope, Ladder, Pair, Pause, Person
from planner.document import parse_document
from planner.reading import read_agreement
from planner.words import (
    MONTHS,
    WEEKDAYS,
    AllDay,
    Dates,
    Every,
    MonthDays,
    Ordinal,
    Steady,
    Timed,
    Weekly,
    YearDay,
    YearDays,
)
from tests.conftest import SHELF

ROOT = Path(__file__).parent.parent
VALID = ROOT / "tests" / "data" / "valid"
HEAD = """\
[agreement]
id       = "test-x7k2"
starts   = 2027-01-04
timezone = "Europe/Berlin"
"""
TWO = HEAD + '[people.ana]\nname = "Ana"\n[people.ben]\nname = "Ben"\ntimezone = "Europe/Lisbon"\n'
THREE = TWO + '[people.cleo]\nname = "Cleo"\n'
STARTS = date(2027, 1, 4)


def read(text: str, *, version: bool = False) -> Agreement:
    agreement, findings = read_agreement(tomllib.loads(text), version=version, shelf=SHELF)
    assert agreement is not None, findings
    assert findings == []
    return agreement


def ritual(body: str, table: str = "rituals", people: str = TWO, key: str = "it"):
    return read(f"{people}\n[{table}.{key}]\n{body}\n").rituals[f"{table}.{key}"]


def first(body: str, table: str = "rituals"):
    """The first slot of a ritual."""
    return ritual(body, table).slots[0]


# ── on ───────────────────────────────────────────────────────────────

DAYS = [
    *((form, Weekly((n,))) for n, day in enumerate(WEEKDAYS) for form in (day, day.upper(), day.title(), day + "s")),
    *((form, Weekly((n,))) for n, day in enumerate(WEEKDAYS) for form in (day[:3], day[:3].title(), f"  {day} ")),
    ("weekdays", Weekly((0, 1, 2, 3, 4))),
    ("Weekends", Weekly((5, 6))),
    ("every day", Weekly((0, 1, 2, 3, 4, 5, 6))),
    ("Every  Day", Weekly((0, 1, 2, 3, 4, 5, 6))),
    ("daily", Weekly((0, 1, 2, 3, 4, 5, 6))),
    *(
        (f"{form} friday", Ordinal(((n, 4),)))
        for n, forms in enumerate((("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th")), 1)
        for form in (*forms, *(f.title() for f in forms))
    ),
    ("fifth monday", Ordinal(((5, 0),))),
    ("5th monday", Ordinal(((5, 0),))),
    ("last sunday", Ordinal(((-1, 6),))),
    ("LAST sun", Ordinal(((-1, 6),))),
    ("1st fridays", Ordinal(((1, 4),))),
    *((f"day {n}", MonthDays((n,))) for n in range(1, 32)),
    ("Day 15", MonthDays((15,))),
    ("last day", MonthDays((-1,))),
    ("Last Day", MonthDays((-1,))),
    *(
        (form, YearDays((YearDay(n, 14),)))
        for n, month in enumerate(MONTHS, 1)
        for form in (
            f"14 {month}",
            f"{month} 14",
            f"14 {month[:3]}",
            f"{month[:3].title()} 14",
            f"14TH {month.upper()}",
        )
    ),
    ("feb 14", YearDays((YearDay(2, 14),))),
    ("29 february", YearDays((YearDay(2, 29),))),
    ("1 january", YearDays((YearDay(1, 1),))),
    ("december 31st", YearDays((YearDay(12, 31),))),
    ("second sunday of may", YearDays((YearDay(5, 0, 2, 6),))),
    ("2nd Sun of May", YearDays((YearDay(5, 0, 2, 6),))),
    ("last friday of nov", YearDays((YearDay(11, 0, -1, 4),))),
]
LISTS = [
    ('["tue", "thu"]', Weekly((1, 3))),
    ('["thursday", "tuesday", "Thu"]', Weekly((1, 3))),
    ('["weekends", "monday"]', Weekly((0, 5, 6))),
    ('["friday"]', Weekly((4,))),
    ('["second monday", "fourth monday"]', Ordinal(((2, 0), (4, 0)))),
    ('["last friday", "first monday", "1st mon"]', Ordinal(((-1, 4), (1, 0)))),
    ('["day 1", "day 15", "last day"]', MonthDays((1, 15, -1))),
    ('["14 february", "second sunday of may"]', YearDays((YearDay(2, 14), YearDay(5, 0, 2, 6)))),
    ("2027-02-14", Dates((date(2027, 2, 14),))),
    ("[2027-05-01, 2027-02-14]", Dates((date(2027, 2, 14), date(2027, 5, 1)))),
    ("[2027-05-01, 2027-05-01]", Dates((date(2027, 5, 1),))),
]


@pytest.mark.parametrize(("text", "days"), [*((f'"{t}"', d) for t, d in DAYS), *LISTS])
def test_on(text, days):
    assert first(f'on = {text}\nat = "18:00-19:00"').days == days


@pytest.mark.parametrize(
    ("on", "every", "expected"),
    [
        ('"monday"', None, Every(1, "week")),
        ('"monday"', "week", Every(1, "week")),
        ('"monday"', "2 weeks", Every(2, "week")),
        ('"monday"', "every 2 weeks", Every(2, "week")),
        ('["mon", "thu"]', "3 Weeks", Every(3, "week")),
        ('"every day"', None, Every(1, "week")),
        ('"every day"', "day", Every(1, "week")),
        ('"first friday"', None, Every(1, "month")),
        ('"first friday"', "month", Every(1, "month")),
        ('"first friday"', "2 months", Every(2, "month")),
        ('"first friday"', "quarter", Every(3, "month")),
        ('"day 15"', "2 quarters", Every(6, "month")),
        ('"last day"', "6 months", Every(6, "month")),
        ('"14 february"', None, Every(1, "year")),
        ('"14 february"', "year", Every(1, "year")),
        ('"14 february"', "2 years", Every(2, "year")),
        ("2027-02-14", None, Every(1, "day")),
    ],
)
def test_every(on, every, expected):
    assert ritual(f'on = {on}\nat = "all day"' + (f'\nevery = "{every}"' if every else "")).every == expected


@pytest.mark.parametrize(("every", "number"), [("day", 1), ("1 day", 1), ("3 days", 3), ("Day", 1), ("10 days", 10)])
def test_days_alone_count_from_the_start(every, number):
    it = ritual(f'every = "{every}"\nat = "18:00-19:00"')
    assert (it.slots[0].days, it.every, it.count_from) == (Steady(), Every(number, "day"), None)


# ── at, for ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ('"18:30-21:00"', Timed(1110, 150)),
        ('"18:30 - 21:00"', Timed(1110, 150)),
        ('"18:30–21:00"', Timed(1110, 150)),
        ('"18:30 – 21:00"', Timed(1110, 150)),
        ('"18:30 to 21:00"', Timed(1110, 150)),
        ('"18:30 TO 21:00"', Timed(1110, 150)),
        ('"6:30pm-9pm"', Timed(1110, 150)),
        ('"6:30 PM – 9 PM"', Timed(1110, 150)),
        ('"6:30 p.m. to 9 p.m."', Timed(1110, 150)),
        ('"6:30pm-21:00"', Timed(1110, 150)),
        ('"18:30-9pm"', Timed(1110, 150)),
        ('"9am-11:30am"', Timed(540, 150)),
        ('"12am-1am"', Timed(0, 60)),
        ('"12pm-1pm"', Timed(720, 60)),
        ('"11am-1pm"', Timed(660, 120)),
        ('"7:05-7:50"', Timed(425, 45)),
        ('"22:30-01:00"', Timed(1350, 150)),
        ('"18:30-24:00"', Timed(1110, 330)),
        ('"00:00-24:00"', Timed(0, 1440)),
        ('"21:00-18:30"', Timed(1260, 1290)),
        ('"all day"', AllDay(1)),
        ('"All Day"', AllDay(1)),
        ('"18:30"\nfor = "50m"', Timed(1110, 50)),
        ('"6:30pm"\nfor = "50m"', Timed(1110, 50)),
        ('18:30:00\nfor = "50m"', Timed(1110, 50)),
        ('00:00:00\nfor = "1 day"', Timed(0, 1440)),
        ('"all day"\nfor = "2 days"', AllDay(2)),
        ('"all day"\nfor = "48h"', AllDay(2)),
        ('"all day"\nfor = "1 week"', AllDay(7)),
    ],
)
def test_at(text, time):
    assert first(f'on = "friday"\nat = {text}').time == time


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("45m", 45), ("45 min", 45), ("45 minutes", 45), ("1 minute", 1), ("90m", 90)),
        *(("2h", 120), ("2 hours", 120), ("1 hour", 60), ("2H", 120), ("2 hr", 120)),
        *(("2h30m", 150), ("1h 30m", 90), ("1 hour 30 minutes", 90), ("2h 30 min", 150)),
        *(("2 days", 2880), ("1 day", 1440), ("1d", 1440), ("1 day 12h", 2160), ("1 week", 10080)),
        ("31 days", 44640),
    ],
)
def test_for(text, minutes):
    assert first(f'on = "friday"\nat = "18:30"\nfor = "{text}"').time == Timed(1110, minutes)


@pytest.mark.parametrize(("table", "minutes"), [("check_ins", 10), ("reviews", 30)])
def test_check_ins_and_reviews_have_a_length_of_their_own(table, minutes):
    assert first('on = "friday"\nat = "18:30"', table).time == Timed(1110, minutes)
    assert first('on = "friday"\nat = "18:30"\nfor = "1h"', table).time == Timed(1110, 60)
    assert first('on = "friday"\nat = "18:30-18:45"', table).time == Timed(1110, 15)


def test_at_by_day():
    it = ritual('at = { tuesday = "19:30-21:30", Sat = "10:00-11:30" }')
    assert it.slots == ((Weekly((1,)), Timed(1170, 120)), (Weekly((5,)), Timed(600, 90)))
    assert it.every == Every(1, "week")
    assert ritual('at = { weekdays = "07:00", weekends = 09:00:00 }\nfor = "10m"').slots == (
        (Weekly((0, 1, 2, 3, 4)), Timed(420, 10)),
        (Weekly((5, 6)), Timed(540, 10)),
    )
    it = ritual('every = "2 weeks"\n[rituals.it.at]\nmonday = "all day"\nfriday = "all day"')
    assert it.slots == ((Weekly((0,)), AllDay(1)), (Weekly((4,)), AllDay(1)))
    assert it.every == Every(2, "week")
    it = ritual('at = { "first friday" = "19:00-22:00", "last sunday" = "10:00-12:00" }')
    assert it.slots == ((Ordinal(((1, 4),)), Timed(1140, 180)), (Ordinal(((-1, 6),)), Timed(600, 120)))
    assert it.every == Every(1, "month")


# ── first and last days ──────────────────────────────────────────────

WEEKLY = 'on = "monday"\nat = "20:00-20:30"\n'


@pytest.mark.parametrize(
    ("body", "starts", "until", "trial"),
    [
        ("", STARTS, None, None),
        ("starts = 2027-03-01", date(2027, 3, 1), None, None),
        ("until = 2027-03-01", STARTS, date(2027, 3, 1), None),
        ("starts = 2027-03-01\nuntil = 2027-03-01", date(2027, 3, 1), date(2027, 3, 1), None),
        ('trial = "4 weeks"', STARTS, date(2027, 1, 31), date(2027, 1, 31)),
        ('trial = "28 days"', STARTS, date(2027, 1, 31), date(2027, 1, 31)),
        ('trial = "3 months"', STARTS, date(2027, 4, 3), date(2027, 4, 3)),
        ('trial = "1 year"', STARTS, date(2028, 1, 3), date(2028, 1, 3)),
        ('starts = 2027-01-31\ntrial = "1 month"', date(2027, 1, 31), date(2027, 2, 27), date(2027, 2, 27)),
        ('starts = 2027-02-01\ntrial = "4 weeks"', date(2027, 2, 1), date(2027, 2, 28), date(2027, 2, 28)),
        ("trial = 2027-02-15", STARTS, date(2027, 2, 15), date(2027, 2, 15)),
        ('trial = "4 weeks"\nuntil = 2027-01-20', STARTS, date(2027, 1, 20), date(2027, 1, 31)),
        ('trial = "4 weeks"\nuntil = 2027-02-20', STARTS, date(2027, 1, 31), date(2027, 1, 31)),
    ],
)
def test_first_and_last_days(body, starts, until, trial):
    it = ritual(WEEKLY + body)
    assert (it.starts, it.until, it.trial) == (starts, until, trial)


def test_last_days_end_with_the_agreement():
    people = TWO.replace("starts ", "until = 2027-06-30\nstarts ")
    assert read(people).until == date(2027, 6, 30)
    assert ritual(WEEKLY, people=people).until == date(2027, 6, 30)
    assert ritual(WEEKLY + "until = 2027-05-01", people=people).until == date(2027, 5, 1)
    assert ritual(WEEKLY + 'trial = "1 year"', people=people).until == date(2027, 6, 30)


def test_what_is_only_a_warning_keeps_the_ritual():
    people = TWO.replace("starts ", "until = 2027-06-30\nstarts ")
    agreement, findings = read_agreement(tomllib.loads(f"{people}[rituals.it]\n{WEEKLY}until = 2027-09-01"))
    assert [f.severity for f in findings] == ["warning"]
    assert agreement is not None
    assert agreement.rituals["rituals.it"].until == date(2027, 6, 30)


def test_count_from():
    assert ritual(WEEKLY).count_from is None
    assert ritual(WEEKLY + "count_from = 2026-12-28").count_from == date(2026, 12, 28)


# ── people ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("table", "body", "who"),
    [
        ("me_blocks", 'who = "ben"', ("ben",)),
        ("me_blocks", 'who = ["ben"]', ("ben",)),
        *((table, "", ("ana", "ben", "cleo")) for table in TABLES if table not in ("me_blocks", "host_nights")),
        ("rituals", 'who = "everyone"', ("ana", "ben", "cleo")),
        ("rituals", 'who = ["everyone"]', ("ana", "ben", "cleo")),
        ("rituals", 'who = ["ben", "everyone"]', ("ben", "ana", "cleo")),
        ("rituals", 'who = "ben"', ("ben",)),
        ("rituals", 'who = ["cleo", "ana", "cleo"]', ("cleo", "ana")),
        ("host_nights", 'hosts = ["ana", "ben"]', ("ana", "ben", "cleo")),
        ("host_nights", 'host = "ana"', ("ana", "ben", "cleo")),
        ("host_nights", 'hosts = ["ana", "ben"]\nwho = ["ben", "ana"]', ("ben", "ana")),
    ],
)
def test_who(table, body, who):
    it = ritual(WEEKLY + body, table, THREE)
    assert (it.who, it.who_is_turn) == (who, False)


@pytest.mark.parametrize(
    ("table", "body", "who", "turns", "host"),
    [
        ("rituals", 'turns = ["ana", "ben"]', ("ana", "ben", "cleo"), ("ana", "ben"), None),
        ("shared_evenings", 'turns = ["ana", "ben", "ana"]', ("ana", "ben", "cleo"), ("ana", "ben", "ana"), None),
        ("rituals", 'turns = ["cleo", "ben"]\nwho = "turn"', ("cleo", "ben"), ("cleo", "ben"), None),
        ("rituals", 'turns = ["cleo", "ben", "cleo"]\nwho = ["turn"]', ("cleo", "ben"), ("cleo", "ben", "cleo"), None),
        ("rituals", 'turns = "ben"', ("ana", "ben", "cleo"), ("ben",), None),
        ("host_nights", 'hosts = ["ben", "ana", "cleo"]', ("ana", "ben", "cleo"), ("ben", "ana", "cleo"), None),
        ("host_nights", 'hosts = ["ben", "ana"]\nwho = "turn"', ("ben", "ana"), ("ben", "ana"), None),
        ("host_nights", 'host = "cleo"', ("ana", "ben", "cleo"), (), "cleo"),
    ],
)
def test_turns(table, body, who, turns, host):
    it = ritual(WEEKLY + body, table, THREE)
    assert (it.who, it.turns, it.host) == (who, turns, host)
    assert it.who_is_turn == ("turn" in body.partition("who = ")[2])
    assert it.hosting == (table == "host_nights")


def test_turn_in_a_text_is_for_rituals_with_turns():
    assert ritual(WEEKLY + 'turns = ["ana", "ben"]\ntitle = "{turn} reads"').title == "{turn} reads"
    assert ritual(WEEKLY + 'host = "ana"\ntitle = "At {turn}"', "host_nights").title == "At {turn}"


@pytest.mark.parametrize(
    ("table", "body", "timezone"),
    [
        ("me_blocks", 'who = "ana"', "Europe/Berlin"),
        ("me_blocks", 'who = "ben"', "Europe/Lisbon"),
        ("me_blocks", 'who = "ben"\ntimezone = "Asia/Tokyo"', "Asia/Tokyo"),
        ("rituals", 'who = "ben"', "Europe/Lisbon"),
        ("rituals", 'who = ["ben", "ana"]', "Europe/Berlin"),
        ("rituals", "", "Europe/Berlin"),
        ("rituals", 'turns = ["ben"]\nwho = "turn"', "Europe/Berlin"),
        ("host_nights", 'host = "ben"', "Europe/Berlin"),
        ("shared_evenings", 'timezone = "Asia/Tokyo"', "Asia/Tokyo"),
    ],
)
def test_the_zone_is_the_owners_or_the_agreements(table, body, timezone):
    assert ritual(WEEKLY + body, table).timezone == timezone


# ── texts and sharing ────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("ben-run", "Ben run"),
        ("sunday_tea", "Sunday tea"),
        ("a", "A"),
        ("2nd-breakfast", "2nd breakfast"),
        ("a-b_c-d", "A b c d"),
        ("x" * 40, "X" + "x" * 39),
        ("dinner--late", "Dinner  late"),
    ],
)
def test_the_title_is_the_key_in_words(key, title):
    assert ritual(WEEKLY, key=key).title == title
    assert ritual(WEEKLY + 'title = "  Something else "', key=key).title == "Something else"


EVERYONE, SOME, ONE = "", 'who = ["ana", "cleo"]\n', 'who = "ana"\n'


@pytest.mark.parametrize(
    ("table", "body", "share"),
    [
        # full where everyone takes part, or takes turns; gist else
        *((table, EVERYONE, "full") for table in ("shared_evenings", "check_ins", "reviews", "rituals")),
        ("rituals", 'who = ["cleo", "ben", "ana"]\n', "full"),
        ("rituals", SOME, "gist"),
        ("rituals", ONE, "gist"),
        ("check_ins", SOME, "gist"),
        ("me_blocks", ONE, "gist"),
        ("host_nights", 'hosts = ["ana", "ben"]\n', "full"),
        ("host_nights", 'host = "ana"\n', "full"),
        ("host_nights", SOME + 'hosts = ["ana", "cleo"]\n', "gist"),
        ("rituals", 'turns = ["ana", "ben", "cleo"]\nwho = "turn"\n', "full"),
        ("rituals", 'turns = ["ana", "ben"]\nwho = "turn"\n', "gist"),
        ("rituals", 'turns = ["ana", "ben"]\n', "full"),
        # what is written is what holds
        *(
            (table, f'share = "{s}"\n', s)
            for table in ("rituals", "reviews")
            for s in ("full", "gist", "busy", "private")
        ),
        *(("me_blocks", ONE + f'share = "{s}"\n', s) for s in ("full", "gist", "busy", "private")),
        ("me_blocks", ONE + 'share = "Full"\n', "full"),
        # a gist that is given means share = "gist"
        ("me_blocks", ONE + 'gist = "Ana is out"\n', "gist"),
        ("shared_evenings", 'gist = "Out"\n', "gist"),
        ("shared_evenings", 'gist = "Out"\nshare = "gist"\n', "gist"),
    ],
)
def test_share(table, body, share):
    assert ritual(WEEKLY + body, table, THREE).share == share


def test_share_of_the_calendar_is_the_default():
    busy = THREE + '[calendar]\nshare = "busy"\n'
    assert ritual(WEEKLY, people=busy).share == "busy"
    assert ritual(WEEKLY + ONE, "me_blocks", busy).share == "busy"
    assert ritual(WEEKLY + 'share = "full"', people=busy).share == "full"
    out = ritual(WEEKLY + 'gist = "Out"', people=busy)
    assert (out.share, out.gist) == ("gist", "Out")


def test_texts():
    it = ritual(
        WEEKLY + 'title = "Tea & \\"cake\\""\nwhere = \'Café "Nord"\'\nnotes = """\nTwo\r\nlines\n"""\n'
        'prompts = "One?"\ntags = ["friends", "tea"]'
    )
    assert (it.title, it.where, it.notes) == ('Tea & "cake"', 'Café "Nord"', "Two\nlines")
    assert (it.prompts, it.tags, it.gist) == (("One?",), ("friends", "tea"), None)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ('"1h"', (60,)),
        ('["1h"]', (60,)),
        ('["30m", "1d"]', (1440, 30)),
        ('["1d", "30 min", "24h"]', (1440, 30)),
        ('"none"', ()),
        ('"4 weeks"', (40320,)),
    ],
)
def test_remind(text, minutes):
    assert ritual(WEEKLY + f"remind = {text}").remind == minutes
    people = TWO + f"[calendar]\nremind = {text}\n"
    assert ritual(WEEKLY, people=people).remind == minutes
    assert ritual(WEEKLY + 'remind = "2h"', people=people).remind == (120,)
    assert ritual(WEEKLY + 'remind = "none"', people=people).remind == ()
    assert ritual(WEEKLY).remind == ()


# ── single occurrences, check-ins, ladders, the rest ─────────────────


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2027-02-15", (date(2027, 2, 15),)),
        ("[2027-02-15]", (date(2027, 2, 15),)),
        ("[2027-02-22, 2027-02-15, 2027-02-22]", (date(2027, 2, 22), date(2027, 2, 15))),
    ],
)
def test_skip(text, dates):
    assert ritual(WEEKLY + f"skip = {text}").skip == dates


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("moved_to = 2027-02-16", {"moved_to": date(2027, 2, 16)}),
        ('at = "18:00"', {"start": 1080}),
        ("at = 18:00:00", {"start": 1080}),
        ('at = "18:00-19:30"', {"start": 1080, "length": 90}),
        ('at = "23:30-00:30"', {"start": 1410, "length": 60}),
        ('for = "1h"', {"length": 60}),
        ('at = "18:00", for = "1h"', {"start": 1080, "length": 60}),
        ('where = "outside", note = "if it is dry"', {"where": "outside", "note": "if it is dry"}),
        ('turn = "ben"', {"turn": "ben"}),
    ],
)
def test_changes(text, change):
    body = WEEKLY + 'turns = ["ana", "ben"]\n'
    expected = (Change(date(2027, 2, 15), **change),)
    assert ritual(f"{body}changes = [{{ on = 2027-02-15, {text} }}]").changes == expected
    assert ritual(f"{body}changes = {{ on = 2027-02-15, {text} }}").changes == expected
    lines = text.replace(", ", "\n")
    assert ritual(f"{body}[[rituals.it.changes]]\non = 2027-02-15\n{lines}").changes == expected


def test_changes_of_hosts_and_of_whole_days():
    body = 'hosts = ["ana", "ben"]\non = "monday"\nat = "all day"\n'
    it = ritual(body + 'changes = [{ on = 2027-02-15, host = "ben", for = "2 days" }]', "host_nights")
    assert it.changes == (Change(date(2027, 2, 15), length=2, turn="ben"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{ after = "20m" }', (CheckIn(20, None, "text", 5),)),
        ('[{ after = "20m" }]', (CheckIn(20, None, "text", 5),)),
        ('{ before_end = "10m", by = "Voice Note" }', (CheckIn(None, 10, "voice note", 5),)),
        ('{ after = "1h", by = "call", for = "15m" }', (CheckIn(60, None, "call", 15),)),
        (
            '[{ after = "20m", by = "in person" }, { before_end = "10m" }]',
            (CheckIn(20, None, "in person", 5), CheckIn(None, 10, "text", 5)),
        ),
    ],
)
def test_check_in(text, expected):
    body = 'who = "ana"\non = "monday"\nat = "18:00-21:00"\n'
    assert ritual(f"{body}check_in = {text}", "me_blocks").check_ins == expected


@pytest.mark.parametrize("by", [None, "text", "voice note", "call", "in person", "In Person"])
def test_check_ins_are_by_something(by):
    it = ritual('on = "monday"\nat = "12:30"\n' + (f'by = "{by}"' if by else ""), "check_ins")
    assert it.by == (by and by.lower())
    assert it.fills_time == (it.by == "in person")


STEPS = 'steps = ["30m", "45m", "1h"]'


@pytest.mark.parametrize(
    ("text", "ladder"),
    [
        (f'{STEPS}, each = "2 weeks"', Ladder((30, 45, 60), 14, 0, by_date=False, step=1)),
        (f'{STEPS}, each = "2 weeks", step = 3', Ladder((30, 45, 60), 14, 0, by_date=False, step=3)),
        (f'{STEPS}, each = "1 month", grows = "when we say so"', Ladder((30, 45, 60), 0, 1, by_date=False, step=1)),
        (f'{STEPS}, each = "10 days", grows = "By date"', Ladder((30, 45, 60), 10, 0, by_date=True, step=1)),
        ('steps = "30m", each = "1 week"', Ladder((30,), 7, 0, by_date=False, step=1)),
    ],
)
def test_ladder(text, ladder):
    it = ritual(f'on = "monday"\nat = "18:00"\nladder = {{ {text} }}')
    assert it.ladder == ladder
    assert it.slots[0].time.start == 1080


def test_the_other_keys():
    people = TWO + '[helpers.gran]\nname = "Gran"\n'
    it = ritual(
        'who = "ana"\non = "monday"\nat = "18:00-19:00"\nyes = "ben"\ncover = "gran"\nif_needed = true\n'
        'on_holidays = "skip"\nmay_overlap = "rituals.tea"\nwas = "rituals.old"\n'
        '[rituals.tea]\non = "monday"\nat = "18:00-19:00"',
        "me_blocks",
        people,
    )
    assert (it.yes, it.cover, it.if_needed, it.on_holidays) == (("ben",), "gran", True, "skip")
    assert (it.may_overlap, it.was, it.identity) == (("rituals.tea",), "rituals.old", "rituals.old")
    plain = ritual(WEEKLY)
    assert (plain.yes, plain.cover, plain.if_needed, plain.on_holidays) == ((), None, False, None)
    assert (plain.may_overlap, plain.was, plain.identity) == ((), None, "rituals.it")
    assert ritual('who = "ana"\n' + WEEKLY + 'cover = "ben"\nyes = ["everyone"]', "me_blocks").yes == ("ana", "ben")


@pytest.mark.parametrize("table", TABLES)
def test_the_kind_is_the_tables(table):
    more = {"me_blocks": 'who = "ana"', "host_nights": 'host = "ana"'}.get(table, "")
    it = ritual(WEEKLY + more, table)
    assert (it.kind, it.path, it.table) == (TABLES[table], f"{table}.it", table)


# ── the tables that hold no rituals ──────────────────────────────────


def test_the_agreement_and_its_defaults():
    plain = read(TWO)
    assert (plain.id, plain.title, plain.starts, plain.until) == ("test-x7k2", "Ana & Ben", STARTS, None)
    assert (plain.timezone, plain.purpose, plain.week_starts, plain.language) == ("Europe/Berlin", None, 0, "en")
    assert read(THREE).title == "Ana & Ben & Cleo"
    full = read(TWO.replace("starts ", 'title = "Us"\npurpose = """\nTo be\nclose"""\nweek_starts = "Sunday"\nstarts '))
    assert (full.title, full.purpose, full.week_starts) == ("Us", "To be\nclose", 6)


def test_people_and_helpers():
    it = read(
        HEAD + '[people.ana]\nname = "Ana"\ncolor = "Teal"\nbusy = "work.ics"\n'
        '[people.ben_2]\nname = "Ben"\ntimezone = "Asia/Tokyo"\nbusy = ["a.ics", "work"]\n[helpers.gran]\nname = "Gran"'
    )
    assert list(it.people.values()) == [
        Person("ana", "Ana", "Europe/Berlin", "teal", ("work.ics",)),
        Person("ben_2", "Ben", "Asia/Tokyo", None, ("a.ics", "work")),
    ]
    assert it.helpers == {"gran": "Gran"}


def test_pauses():
    head = f"{TWO}[rituals.tea]\n{WEEKLY}"
    span = "starts = 2027-03-08\nuntil = 2027-03-14\n"
    days = (date(2027, 3, 8), date(2027, 3, 14))
    assert read(f"{head}[[pauses]]\n{span}").pauses == (Pause(*days),)
    it = read(
        f'{head}[[pauses]]\n{span}who = "ben"\nonly = "rituals.tea"\nnote = "Ski week"\n'
        f'[[pauses]]\n{span}who = ["ana", "ben"]\nonly = ["rituals", "me_blocks", "programs"]\n'
    )
    assert it.pauses == (
        Pause(*days, ("ben",), ("rituals.tea",), "Ski week"),
        Pause(*days, ("ana", "ben"), ("rituals", "me_blocks", "programs")),
    )
    one_line = read(f"pauses = [{{ starts = 2027-03-08, until = 2027-03-14 }}]\n{head}")
    assert one_line.pauses == (Pause(*days),)
    same_day = read(f"{head}[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-08").pauses
    assert same_day == (Pause(date(2027, 3, 8), date(2027, 3, 8)),)


def test_pairs_and_programs():
    it = read(
        f"{TWO}[rituals.tea]\n{WEEKLY}[programs.first-month]\n"
        'template = "four-weeks"\nstarts = 2027-02-01\nchanges.talk = { on = "sunday", at = "17:00", for = "30m" }\n'
        '[[pairs]]\nthese = ["rituals.tea", "programs.first-month"]\nnote = "give and take"\n'
    )
    assert it.pairs == (Pair(("rituals.tea", "programs.first-month"), "give and take"),)
    changes = {"talk": {"on": "sunday", "at": "17:00", "for": "30m"}}
    (program,) = it.programs
    assert program[:4] == ("first-month", "four-weeks", date(2027, 2, 1), changes)
    assert (program.title, program.who, program.last) == ("Four weeks to start", ("ana", "ben"), date(2027, 2, 28))
    assert len(program.sessions) == 16


@pytest.mark.parametrize(
    ("body", "hope"),
    [
        (
            'of = "own"\nper = "week"\nat_least = "4h"',
            Hope("it", ("ana", "ben"), "own", "week", False, 240, None, None),
        ),
        (
            'who = "ana"\nof = "Together"\nper = "month"\nat_least = "1 day"\nat_most = "2 days"\nwords = "Enough"',
            Hope("it", ("ana",), "together", "month", False, 1440, 2880, "Enough"),
        ),
        (
            'of = "hosting"\nper = "month"\nat_least = 1\nat_most = 2',
            Hope("it", ("ana", "ben"), "hosting", "month", True, 1, 2, None),
        ),
        (
            'of = "friends"\nper = "week"\nat_most = 0',
            Hope("it", ("ana", "ben"), "friends", "week", True, None, 0, None),
        ),
    ],
)
def test_balance(body, hope):
    assert read(f"{TWO}[balance.it]\n{body}").hopes == (hope,)


def test_holidays_and_the_calendar():
    it = read(
        f'{TWO}[holidays]\ncountry = "DE"\nregion = "BY"\n[calendar]\nlanguage = "DE"\n'
        '[calendar.colors]\nana = "Orchid"\nme_blocks = "teal"\n'
    )
    assert (it.holidays, it.language) == (("DE", "BY"), "de")
    assert it.colors == {"ana": "orchid", "me_blocks": "teal"}
    assert read(f'{TWO}[holidays]\ncountry = "PT"').holidays == ("PT", None)
    assert read(TWO).holidays is None


def test_an_agreed_version_has_a_header():
    agreed = '[agreed]\non = 2027-03-01\nyes = ["ana", "ben"]\nnote = "after the review"\n'
    assert read(agreed + TWO, version=True).agreed == Agreed(date(2027, 3, 1), ("ana", "ben"), "after the review")
    assert read(f"{TWO}[agreed]\non = 2027-03-01", version=True).agreed == Agreed(date(2027, 3, 1), (), None)
    assert read(TWO, version=True).agreed is None
    for wrong in ("[agreed]\n", "[agreed]\non = 'soon'\n", "agreed = 3\n"):
        assert read_agreement(tomllib.loads(wrong + TWO), version=True)[0] is None
    assert read_agreement(tomllib.loads(agreed + TWO))[0] is None


@pytest.mark.parametrize("key", ["a", "7", "ana-maria", "ana_maria", "a" * 40, "2027-01-04", "a--b"])
def test_keys(key):
    assert list(read(f'{TWO}[people.{key}]\nname = "X"').people) == ["ana", "ben", key]
    assert read(f'{TWO}[rituals.{key}]\n{WEEKLY}who = "ben"').rituals[f"rituals.{key}"].who == ("ben",)
    assert read(TWO.replace("test-x7k2", key)).id == key


def test_rituals_are_in_the_order_of_the_file():
    paths = ["rituals.b", "check_ins.c", "rituals.a", "reviews.d"]
    it = read(TWO + "".join(f"[{path}]\n{WEEKLY}" for path in paths))
    assert list(it.rituals) == ["rituals.b", "rituals.a", "check_ins.c", "reviews.d"]  # a table stays together


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2199, 12, 31)])
def test_the_first_and_the_last_day_there_is(day):
    it = read(TWO.replace("2027-01-04", day.isoformat()) + f"[rituals.it]\non = {day}\nat = 'all day'\n")
    assert it.starts == it.rituals["rituals.it"].starts == day
    trial = TWO.replace("2027-01-04", day.isoformat()) + f"[rituals.it]\n{WEEKLY}trial = '600 months'\n"
    assert read(trial).rituals["rituals.it"].until > day + timedelta(days=18000)


# ── whole files ──────────────────────────────────────────────────────


def read_file(path: Path) -> Agreement:
    document = parse_document(path.read_bytes(), path.name)
    assert not isinstance(document, list), document
    agreement, findings = read_agreement(document.values)
    assert agreement is not None, findings
    assert findings == []
    return agreement


@pytest.mark.parametrize("path", sorted(VALID.glob("*.toml")), ids=lambda path: path.stem)
def test_unusual_forms_have_nothing_to_mend(path, run_planner):
    done = run_planner("--today", "2027-01-01", "check", path)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("Nothing to mend: ")
    assert ": error: " not in done.stderr
    assert run_planner("--today", "2027-01-01", "agenda", "--days", "400", "--json", path).exit_code == 0


SPELLINGS = sorted(VALID.glob("rhythm-*.toml"))


@pytest.mark.parametrize("path", SPELLINGS, ids=lambda path: path.stem)
def test_a_rhythm_is_the_same_however_it_is_spelt(path):
    plain, other = read_file(VALID / "rhythm.toml"), read_file(path)
    assert other == plain
    if path.stem != "rhythm-other-order":
        assert list(other.rituals) == list(plain.rituals)


def test_there_are_spellings():
    assert len(SPELLINGS) >= 6


def test_one_file_has_every_key_there_is():
    """`every-key.toml` is the whole grammar on a page: no key of the reader is missing in it."""
    values = tomllib.loads((VALID / "every-key.toml").read_text("utf-8"))
    written = {table: {key for each in values[table].values() for key in each} for table in TABLES}
    common = {
        *("title", "who", "on", "every", "at", "for", "starts", "until", "count_from", "trial", "timezone", "where"),
        *("notes", "prompts", "gist", "tags", "share", "remind", "skip", "changes", "ladder", "yes", "cover", "was"),
        *("may_overlap", "if_needed", "on_holidays", "prompts_from"),
        *("not_in", "only_in", "in_season", "times", "placed"),
    }
    assert common <= set().union(*written.values())
    assert "check_in" in written["me_blocks"]
    assert "by" in written["check_ins"]
    assert {"host", "hosts"} <= written["host_nights"]
    assert {"turns", "missed_turn", "follows"} <= written["rituals"]
    _, findings = read_agreement({**values, "rituals": {**values["rituals"], "x": {"?": 1}}})
    known = next(f.message for f in findings if f.path == ("rituals", "x", "?")).partition("known here: ")[2]
    assert set(known.split(", ")) == common | {"turns", "missed_turn", "follows"}


def test_a_session_of_a_programme_can_be_named_where_rituals_are():
    agreement, findings = read_agreement(
        tomllib.loads(
            """
            [agreement]
            id = "test-x7k2"
            starts = 2027-01-04
            timezone = "Europe/Berlin"
            [people.ana]
            name = "Ana"
            [people.ben]
            name = "Ben"
            [programs.first]
            template = "four-weeks"
            starts = 2027-01-04
            [me_blocks.run]
            who = "ana"
            on = "monday"
            at = "18:00-19:00"
            may_overlap = ["programs.first.insight"]
            [[pairs]]
            these = ["me_blocks.run", "programs.first.insight"]
            [[pauses]]
            starts = 2027-02-01
            until = 2027-02-07
            only = ["programs.first", "programs.first.insight", "programs"]
            """
        ),
        shelf=SHELF,
    )
    assert findings == []
    assert agreement is not None
    assert agreement.pairs[0].these == ("me_blocks.run", "programs.first.insight")
    _, findings = read_agreement(
        {"pauses": [{"starts": date(2027, 2, 1), "until": date(2027, 2, 7), "only": "programs.second.insight"}]}
    )
    assert "unknown-ritual" in {f.code for f in findings}
