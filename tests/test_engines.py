"""The three engines agree with answers worked out by hand, so that they may be asked for others.

Answers are written as they stand on the wall in the zone of the series, with that day's offset beside them.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.engines import (
    ENGINES,
    EngineError,
    Instance,
    expand_dateutil,
    expand_icaljs,
    expand_recurring_ical_events,
)

BERLIN = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""
NEW_YORK = """\
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:STANDARD
DTSTART:20071104T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*events: str, zones: str = BERLIN + NEW_YORK) -> str:
    """A calendar of these VEVENTs, each given as its lines; UID "a" and SUMMARY "A" where it has none."""
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n" + zones
    for event in events:
        uid = "" if "UID:" in event else "UID:a\n"
        summary = "" if "SUMMARY:" in event else "SUMMARY:A\n"
        text += f"BEGIN:VEVENT\n{uid}{summary}DTSTAMP:20260101T000000Z\n{event.strip()}\nEND:VEVENT\n"
    return (text + "END:VCALENDAR\n").replace("\n", "\r\n")


def berlin(start: str, length: int = 60, rest: str = "") -> str:
    """The lines of a VEVENT that starts then on the wall in Berlin and is `length` minutes long there."""
    end = datetime.strptime(start, "%Y%m%dT%H%M%S").replace(tzinfo=UTC) + timedelta(minutes=length)
    return f"DTSTART;TZID=Europe/Berlin:{start}\nDTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}\n{rest}"


def days(first: str, last: str, rest: str = "") -> str:
    """The lines of an all-day VEVENT; `last` is the day after it."""
    return f"DTSTART;VALUE=DATE:{first}\nDTEND;VALUE=DATE:{last}\n{rest}"


def at(wall: str, offset: int, length: int = 60, uid: str = "a", summary: str = "A") -> Instance:
    """An instance at "2027-03-27 19:00" by a clock that is `offset` hours ahead of UTC."""
    start = datetime.fromisoformat(wall).replace(tzinfo=timezone(timedelta(hours=offset))).astimezone(UTC)
    return Instance(uid, start, start + timedelta(minutes=length), summary)


def on(first: str, length: int = 1, uid: str = "a", summary: str = "A") -> Instance:
    start = date.fromisoformat(first)
    return Instance(uid, start, start + timedelta(days=length), summary)


ALIKE = {
    "one event": (
        calendar(berlin("20270115T190000")),
        ("2027-01-01", "2027-02-01"),
        [at("2027-01-15 19:00", 1)],
    ),
    "weekly in Berlin, into summer time": (
        calendar(berlin("20270106T190000", 90, "RRULE:FREQ=WEEKLY;BYDAY=WE")),
        ("2027-03-15", "2027-04-05"),
        [at("2027-03-17 19:00", 1, 90), at("2027-03-24 19:00", 1, 90), at("2027-03-31 19:00", 2, 90)],
    ),
    "weekly in Berlin, out of summer time": (
        calendar(berlin("20270106T190000", 90, "RRULE:FREQ=WEEKLY;BYDAY=WE")),
        ("2027-10-25", "2027-11-08"),
        [at("2027-10-27 19:00", 2, 90), at("2027-11-03 19:00", 1, 90)],
    ),
    "weekly in Berlin, twelve years ahead": (
        calendar(berlin("20270106T190000", 90, "RRULE:FREQ=WEEKLY;BYDAY=WE")),
        ("2039-03-20", "2039-04-01"),
        [at("2039-03-23 19:00", 1, 90), at("2039-03-30 19:00", 2, 90)],
    ),
    "weekly in New York, into summer time": (
        calendar(
            "DTSTART;TZID=America/New_York:20270103T180000\nDTEND;TZID=America/New_York:20270103T190000\n"
            "RRULE:FREQ=WEEKLY;BYDAY=SU"
        ),
        ("2027-03-07", "2027-03-22"),
        [at("2027-03-07 18:00", -5), at("2027-03-14 18:00", -4), at("2027-03-21 18:00", -4)],
    ),
    "weekly in New York, out of summer time": (
        calendar(
            "DTSTART;TZID=America/New_York:20270103T180000\nDTEND;TZID=America/New_York:20270103T190000\n"
            "RRULE:FREQ=WEEKLY;BYDAY=SU"
        ),
        ("2027-10-31", "2027-11-15"),
        [at("2027-10-31 18:00", -4), at("2027-11-07 18:00", -5), at("2027-11-14 18:00", -5)],
    ),
    "a length instead of an end": (
        calendar("DTSTART;TZID=Europe/Berlin:20270106T190000\nDURATION:PT1H30M\nRRULE:FREQ=DAILY;COUNT=2"),
        ("2027-01-01", "2027-02-01"),
        [at("2027-01-06 19:00", 1, 90), at("2027-01-07 19:00", 1, 90)],
    ),
    "the window is half-open, by the start, at midnight UTC": (
        calendar(berlin("20270101T010000", 180, "RRULE:FREQ=DAILY;COUNT=5")),
        ("2027-01-02", "2027-01-04"),
        [at("2027-01-02 01:00", 1, 180), at("2027-01-03 01:00", 1, 180)],
    ),
    "two skipped": (
        calendar(
            berlin(
                "20270322T190000",
                60,
                "RRULE:FREQ=WEEKLY;COUNT=4\n"
                "EXDATE;TZID=Europe/Berlin:20270329T190000\nEXDATE;TZID=Europe/Berlin:20270412T190000",
            )
        ),
        ("2027-03-01", "2027-05-01"),
        [at("2027-03-22 19:00", 1), at("2027-04-05 19:00", 2)],
    ),
    "two skipped in one line": (
        calendar(
            berlin(
                "20270322T190000",
                60,
                "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20270322T190000,20270412T190000",
            )
        ),
        ("2027-03-01", "2027-05-01"),
        [at("2027-03-29 19:00", 2), at("2027-04-05 19:00", 2)],
    ),
    "one moved across the change, with a new name": (
        calendar(
            berlin("20270324T190000", 60, "RRULE:FREQ=WEEKLY;COUNT=3"),
            berlin("20270328T200000", 30, "SUMMARY:Moved\nRECURRENCE-ID;TZID=Europe/Berlin:20270324T190000\n"),
        ),
        ("2027-03-01", "2027-05-01"),
        [
            at("2027-03-28 20:00", 2, 30, summary="Moved"),
            at("2027-03-31 19:00", 2),
            at("2027-04-07 19:00", 2),
        ],
    ),
    "one moved into the window from far ahead": (
        calendar(
            berlin("20270105T190000", 60, "RRULE:FREQ=WEEKLY"),
            berlin("20270106T080000", 60, "RECURRENCE-ID;TZID=Europe/Berlin:20270601T190000"),
        ),
        ("2027-01-04", "2027-01-08"),
        [at("2027-01-05 19:00", 1), at("2027-01-06 08:00", 1)],
    ),
    "one moved out of the window": (
        calendar(
            berlin("20270105T190000", 60, "RRULE:FREQ=WEEKLY"),
            berlin("20270301T080000", 60, "RECURRENCE-ID;TZID=Europe/Berlin:20270112T190000"),
        ),
        ("2027-01-04", "2027-01-22"),
        [at("2027-01-05 19:00", 1), at("2027-01-19 19:00", 1)],
    ),
    "one more": (
        calendar(berlin("20270105T190000", 60, "RRULE:FREQ=WEEKLY\nRDATE;TZID=Europe/Berlin:20270107T190000")),
        ("2027-01-04", "2027-01-14"),
        [at("2027-01-05 19:00", 1), at("2027-01-07 19:00", 1), at("2027-01-12 19:00", 1)],
    ),
    "two zones and a day in one calendar": (
        calendar(
            berlin("20270601T190000", 60, "UID:b\nSUMMARY:B"),
            "UID:n\nSUMMARY:N\nDTSTART;TZID=America/New_York:20270601T120000\n"
            "DTEND;TZID=America/New_York:20270601T130000",
            days("20270601", "20270602", "UID:d\nSUMMARY:D"),
        ),
        ("2027-06-01", "2027-06-02"),
        [
            on("2027-06-01", uid="d", summary="D"),
            at("2027-06-01 12:00", -4, uid="n", summary="N"),
            at("2027-06-01 19:00", 2, uid="b", summary="B"),
        ],
    ),
    "several days, every year": (
        calendar(days("20270325", "20270330", "RRULE:FREQ=YEARLY")),
        ("2027-01-01", "2029-01-01"),
        [on("2027-03-25", 5), on("2028-03-25", 5)],
    ),
    "a day skipped and a day moved": (
        calendar(
            days("20270301", "20270302", "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;VALUE=DATE:20270308"),
            days("20270317", "20270319", "RECURRENCE-ID;VALUE=DATE:20270315"),
        ),
        ("2027-03-01", "2027-04-01"),
        [on("2027-03-01"), on("2027-03-17", 2), on("2027-03-22")],
    ),
    "last Sunday of the month": (
        calendar(berlin("20270131T110000", 60, "RRULE:FREQ=MONTHLY;BYDAY=-1SU")),
        ("2027-02-01", "2027-06-01"),
        [
            at("2027-02-28 11:00", 1),
            at("2027-03-28 11:00", 2),
            at("2027-04-25 11:00", 2),
            at("2027-05-30 11:00", 2),
        ],
    ),
    "last day of the month": (
        calendar(days("20270131", "20270201", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1")),
        ("2028-01-01", "2028-05-01"),
        [on("2028-01-31"), on("2028-02-29"), on("2028-03-31"), on("2028-04-30")],
    ),
    "the 31st, where there is one": (
        calendar(days("20270131", "20270201", "RRULE:FREQ=MONTHLY;BYMONTHDAY=31")),
        ("2027-01-01", "2027-06-01"),
        [on("2027-01-31"), on("2027-03-31"), on("2027-05-31")],
    ),
    "29 February": (
        calendar(days("20280229", "20280301", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")),
        ("2027-01-01", "2037-01-01"),
        [on("2028-02-29"), on("2032-02-29"), on("2036-02-29")],
    ),
    # The weeks of 28 December 2026 and 11 January 2027; the year 2026 has 53 of them.
    "every other week over New Year, weeks from Monday": (
        calendar(berlin("20261214T190000", 60, "RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO,SU")),
        ("2026-12-28", "2027-01-18"),
        [
            at("2026-12-28 19:00", 1),
            at("2027-01-03 19:00", 1),
            at("2027-01-11 19:00", 1),
            at("2027-01-17 19:00", 1),
        ],
    ),
    "every other week over New Year, weeks from Sunday": (
        calendar(berlin("20261214T190000", 60, "RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,SU")),
        ("2026-12-27", "2027-01-18"),
        [
            at("2026-12-27 19:00", 1),
            at("2026-12-28 19:00", 1),
            at("2027-01-10 19:00", 1),
            at("2027-01-11 19:00", 1),
        ],
    ),
    "a Monday that is the 1st, 2nd or 3rd": (
        calendar(berlin("20270201T190000", 60, "RRULE:FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1,2,3")),
        ("2027-02-01", "2027-09-01"),
        [
            at("2027-02-01 19:00", 1),
            at("2027-03-01 19:00", 1),
            at("2027-05-03 19:00", 2),
            at("2027-08-02 19:00", 2),
        ],
    ),
    "until a start, which is kept": (
        calendar(berlin("20270317T190000", 60, "RRULE:FREQ=WEEKLY;UNTIL=20270331T170000Z")),
        ("2027-03-01", "2027-05-01"),
        [at("2027-03-17 19:00", 1), at("2027-03-24 19:00", 1), at("2027-03-31 19:00", 2)],
    ),
    "until a second before a start, which is lost": (
        calendar(berlin("20270317T190000", 60, "RRULE:FREQ=WEEKLY;UNTIL=20270331T165959Z")),
        ("2027-03-01", "2027-05-01"),
        [at("2027-03-17 19:00", 1), at("2027-03-24 19:00", 1)],
    ),
    "until a day, which is kept": (
        calendar(days("20270301", "20270302", "RRULE:FREQ=WEEKLY;UNTIL=20270315")),
        ("2027-03-01", "2027-04-01"),
        [on("2027-03-01"), on("2027-03-08"), on("2027-03-15")],
    ),
    "an end across the change, the first one not": (
        calendar(berlin("20270320T233000", 240, "RRULE:FREQ=WEEKLY")),
        ("2027-03-27", "2027-03-29"),
        [at("2027-03-27 23:30", 1, 180)],  # until 03:30 on the wall, an hour sooner than on other nights
    ),
    "one event with its end across the change": (
        calendar(berlin("20271030T233000", 240)),
        ("2027-10-30", "2027-11-02"),
        [at("2027-10-30 23:30", 2, 300)],
    ),
    "nothing in the window": (
        calendar(berlin("20270317T190000", 60, "RRULE:FREQ=WEEKLY;COUNT=2")),
        ("2028-01-01", "2029-01-01"),
        [],
    ),
    "folded and escaped text": (
        calendar(berlin("20270115T190000", 60, "SUMMARY:Café\\, late\\; very \n late – 🍰")),
        ("2027-01-01", "2027-02-01"),
        [at("2027-01-15 19:00", 1, summary="Café, late; very late – 🍰")],
    ),
}


@pytest.mark.parametrize("expand", ENGINES, ids=lambda engine: engine.__name__)
@pytest.mark.parametrize("case", ALIKE)
def test_an_engine_gives_the_answer_worked_out_by_hand(expand, case):
    ics, window, expected = ALIKE[case]
    assert expand(ics, *map(date.fromisoformat, window)) == expected


NIGHT_IN_MARCH = (date(2027, 3, 27), date(2027, 3, 29))
NIGHT_IN_OCTOBER = (date(2027, 10, 30), date(2027, 11, 1))


@pytest.mark.parametrize(
    ("expand", "utc"),
    [
        (expand_recurring_ical_events, "2027-03-28 01:30"),
        (expand_icaljs, "2027-03-28 00:30"),
        (expand_dateutil, "2027-03-28 01:30"),
    ],
)
def test_a_start_in_the_gap_is_placed_by_the_offset_before_it_but_not_by_icaljs(expand, utc):
    ics = calendar(berlin("20270307T023000", 60, "RRULE:FREQ=WEEKLY"))
    assert [i.start for i in expand(ics, *NIGHT_IN_MARCH)] == [at(utc, 0).start]


@pytest.mark.parametrize(
    ("expand", "utc"),
    [
        (expand_recurring_ical_events, "2027-10-31 00:30"),
        (expand_icaljs, "2027-10-31 01:30"),
        (expand_dateutil, "2027-10-31 00:30"),
    ],
)
def test_a_start_in_the_repeated_hour_is_the_first_but_not_for_icaljs(expand, utc):
    ics = calendar(berlin("20271003T023000", 60, "RRULE:FREQ=WEEKLY"))
    assert [i.start for i in expand(ics, *NIGHT_IN_OCTOBER)] == [at(utc, 0).start]


@pytest.mark.parametrize(
    ("expand", "minutes"),
    [(expand_recurring_ical_events, [300, 360]), (expand_icaljs, [240, 300]), (expand_dateutil, [300, 360])],
)
def test_a_first_instance_across_the_change_lends_icaljs_its_elapsed_length(expand, minutes):
    ics = calendar(berlin("20270327T230000", 360, "RRULE:FREQ=WEEKLY;COUNT=2"))
    found = expand(ics, date(2027, 3, 1), date(2027, 5, 1))
    assert [(i.end - i.start) / timedelta(minutes=1) for i in found] == minutes


@pytest.mark.parametrize(
    ("expand", "count"), [(expand_recurring_ical_events, 3), (expand_icaljs, 2), (expand_dateutil, 2)]
)
def test_an_override_of_no_instance_is_counted_by_one_engine_only(expand, count):
    ics = calendar(
        berlin("20270105T190000", 60, "RRULE:FREQ=WEEKLY;COUNT=2"),
        berlin("20270106T190000", 60, "RECURRENCE-ID;TZID=Europe/Berlin:20270107T190000"),
    )
    assert len(expand(ics, date(2027, 1, 1), date(2027, 2, 1))) == count


def test_icaljs_goes_by_the_vtimezone_of_each_text_and_the_others_by_zoneinfo():
    def fixed(offset: str) -> str:
        return (
            "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
            f"TZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n"
        )

    window = date(2027, 1, 1), date(2027, 2, 1)
    for offset in (5, 6):
        ics = calendar(berlin("20270115T190000"), zones=fixed(f"+0{offset}00"))
        assert expand_icaljs(ics, *window) == [at("2027-01-15 19:00", offset)]
        assert expand_recurring_ical_events(ics, *window) == [at("2027-01-15 19:00", 1)]
        assert expand_dateutil(ics, *window) == [at("2027-01-15 19:00", 1)]


def test_icaljs_does_not_remember_the_zones_of_the_text_before():
    window = date(2027, 1, 1), date(2027, 2, 1)
    assert expand_icaljs(calendar(berlin("20270115T190000")), *window)
    with pytest.raises(EngineError, match="no VTIMEZONE for TZID Europe/Berlin"):
        expand_icaljs(calendar(berlin("20270115T190000"), zones=NEW_YORK), *window)


@pytest.mark.parametrize(
    ("onsets", "offsets"),
    [
        ("DTSTART:20270201T000000\n", [1, 2, 2, 2]),
        ("DTSTART:20270201T000000\nRDATE:20270301T000000\n", [1, 1, 2, 2]),
        ("DTSTART:20270201T000000\nRDATE:20270201T000000,20270301T000000\n", [1, 2, 2, 2]),
        ("DTSTART:20270201T000000\nRDATE:20270201T000000\nRDATE:20270401T000000\n", [1, 2, 2, 2]),
        ("DTSTART:20270301T000000\nRDATE:20270401T000000,20270301T000000\n", [1, 1, 1, 2]),
    ],
)
def test_icaljs_reads_one_rdate_a_line_and_no_dtstart_beside_it(onsets, offsets):
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Here\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:+0100\n"
        "TZOFFSETTO:+0100\nEND:STANDARD\nBEGIN:DAYLIGHT\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
        f"{onsets}END:DAYLIGHT\nEND:VTIMEZONE\n"
    )
    monthly = "DTSTART;TZID=Here:20270115T120000\nDTEND;TZID=Here:20270115T130000\nRRULE:FREQ=MONTHLY;COUNT=4"
    found = expand_icaljs(calendar(monthly, zones=zone), date(2027, 1, 1), date(2028, 1, 1))
    assert [12 - i.start.hour for i in found] == offsets


@pytest.mark.parametrize("expand", ENGINES, ids=lambda engine: engine.__name__)
def test_a_floating_time_is_refused(expand):
    with pytest.raises(EngineError, match=r"floating|no time zone"):
        expand(calendar("DTSTART:20270115T190000\nDTEND:20270115T200000"), date(2027, 1, 1), date(2027, 2, 1))


@pytest.mark.parametrize("rule", ["RRULE:FREQ=WEEKLY;UNTIL=20270331", "RRULE:FREQ=WEEKLY;UNTIL=20270331T190000"])
def test_dateutil_refuses_an_until_that_does_not_fit_its_start(rule):
    with pytest.raises(EngineError, match="does not fit"):
        expand_dateutil(calendar(berlin("20270317T190000", 60, rule)), date(2027, 3, 1), date(2027, 5, 1))


@pytest.mark.parametrize("expand", ENGINES, ids=lambda engine: engine.__name__)
def test_broken_text_is_an_error_and_the_engine_lives_on(expand):
    window = date(2027, 1, 1), date(2027, 2, 1)
    with pytest.raises(EngineError):
        expand("BEGIN:VCALENDAR\r\nnot a line", *window)
    assert len(expand(calendar(berlin("20270115T190000")), *window)) == 1


def test_the_lockfile_names_no_registry():
    lock = json.loads((Path(__file__).parent / "engines/package-lock.json").read_text("utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
