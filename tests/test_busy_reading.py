"""Busy times of foreign calendars: what other engines find is taken, nothing else is, and only the when comes out."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.busy import merged
from planner.busy_reading import Read, read_busy
from planner.content import Unreadable
from planner.foreign_rules import read_rule, starts
from planner.observances import vtimezone
from tests.engines import EngineError, expand_dateutil, expand_icaljs, expand_recurring_ical_events

BERLIN, LISBON, SYDNEY, TOKYO = "Europe/Berlin", "Europe/Lisbon", "Australia/Sydney", "Asia/Tokyo"
FIRST, END = date(2027, 1, 1), date(2028, 1, 1)
SECRET = "Oncology at St Mary's"


def at(text: str, zone: str = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def calendar(*bodies: str, kind: str = "VEVENT") -> str:
    parts = [f"BEGIN:{kind}\nUID:{n}@example.org\n{body.strip()}\nEND:{kind}" for n, body in enumerate(bodies)]
    return "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x//EN", *parts, "END:VCALENDAR", "")).replace(
        "\n", "\r\n"
    )


def read(text: str, first: date = FIRST, end: date = END, zone: str = BERLIN) -> Read:
    return read_busy(text, (at(first.isoformat(), "UTC"), at(end.isoformat(), "UTC")), zone, "quiet-harbor-k3v9")


def said(found: Read, zone: str = BERLIN) -> list[str]:
    """The spans as a person reads them: "2027-01-05 09:00–10:00"."""

    def clock(second: int, shape: str) -> str:
        return datetime.fromtimestamp(second, ZoneInfo(zone)).strftime(shape)

    return [
        f"{clock(a, '%Y-%m-%d %H:%M')}–{clock(b, '%H:%M' if b - a < 86400 else '%Y-%m-%d %H:%M')}"
        for a, b in found.spans
    ]


# ── what an event says ───────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("DTSTART;TZID=Europe/Berlin:20270105T090000\nDTEND;TZID=Europe/Berlin:20270105T100000", ["09:00–10:00"]),
        ("DTSTART:20270105T080000Z\nDURATION:PT1H", ["09:00–10:00"]),
        ("DTSTART:20270105T090000\nDTEND:20270105T100000", ["09:00–10:00"]),  # by the person's own clock
        ("DTSTART;TZID=Asia/Tokyo:20270105T170000\nDTEND;TZID=Europe/Berlin:20270105T100000", ["09:00–10:00"]),
        ("DTSTART;TZID=W. Europe Standard Time:20270105T090000\nDURATION:PT1H", ["09:00–10:00"]),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20270105T090000\nDURATION:PT1H", ["09:00–10:00"]),
        ("dtstart:20270105T080000Z\nduration:pt1h", ["09:00–10:00"]),
        ("DTSTART:20270105T080000Z\nDURATION:PT1H\nSTATUS:TENTATIVE", ["09:00–10:00"]),
        ("DTSTART:20270105T080000Z\nDURATION:PT1H\nSTATUS:CANCELLED", []),
        ("DTSTART:20270105T080000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20270105T080000Z\nDURATION:PT1H\nTRANSP:OPAQUE\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", ["09:00–10:00"]),
        ("DTSTART:20270105T080000Z\nDURATION:PT1H\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        ("DTSTART:20270105T080000Z", []),  # a moment takes no time
        ("DTSTART:20270105T080000Z\nDTEND:20270105T080000Z", []),
        ("DTSTART;VALUE=DATE:20270105\nTRANSP:TRANSPARENT", []),
    ],
)
def test_an_event_takes_the_time_that_it_says(body, expected):
    found = read(calendar(body))
    assert said(found) == [f"2027-01-05 {one}" for one in expected]
    assert (found.unread, found.events) == (0, 1)


def test_whole_days_are_those_of_the_person():
    body = "DTSTART;VALUE=DATE:20270105\nDTEND;VALUE=DATE:20270107"
    assert read(calendar(body), zone=SYDNEY).spans == ((at("2027-01-05", SYDNEY), at("2027-01-07", SYDNEY)),)
    assert read(calendar("DTSTART;VALUE=DATE:20270105")).spans == ((at("2027-01-05"), at("2027-01-06")),)
    assert read(calendar("DTSTART;VALUE=DATE:20270105\nDTEND;VALUE=DATE:20270105")).spans == (
        (at("2027-01-05"), at("2027-01-06")),
    )


def test_a_day_of_the_clock_is_no_24_hours_and_an_hour_is_one():
    spring = "DTSTART;TZID=Europe/Berlin:20270327T120000\nDURATION:"
    assert said(read(calendar(spring + "P1D"))) == ["2027-03-27 12:00–12:00"]  # 23 hours
    assert said(read(calendar(spring + "PT24H"))) == ["2027-03-27 12:00–2027-03-28 13:00"]


def test_a_zone_under_a_name_of_its_own_is_known_by_what_its_clocks_do():
    zone = vtimezone(BERLIN, 2020).replace(f"TZID:{BERLIN}", "TZID:Customized Time Zone")
    text = calendar("DTSTART;TZID=Customized Time Zone:20270705T090000\nDURATION:PT1H")
    assert said(read(text.replace("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT", 1))) == ["2027-07-05 09:00–10:00"]
    assert read(text)[1:] == (1, 1)  # and where nobody says what it does, it is counted as not read


def test_moved_and_cancelled_instances_are_where_they_went():
    text = calendar(
        """DTSTART;TZID=Europe/Berlin:20270105T090000
DTEND;TZID=Europe/Berlin:20270105T100000
RRULE:FREQ=WEEKLY;COUNT=5
EXDATE;TZID=Europe/Berlin:20270119T090000
RDATE;TZID=Europe/Berlin:20270108T150000"""
    )
    moved = """BEGIN:VEVENT
UID:0@example.org
RECURRENCE-ID:20270112T080000Z
DTSTART;TZID=Europe/Berlin:20270113T140000
DURATION:PT30M
END:VEVENT
BEGIN:VEVENT
UID:0@example.org
RECURRENCE-ID;TZID=Europe/Berlin:20270126T090000
DTSTART;TZID=Europe/Berlin:20270126T090000
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR"""
    assert said(read(text.replace("END:VCALENDAR", moved))) == [
        "2027-01-05 09:00–10:00",
        "2027-01-08 15:00–16:00",
        "2027-01-13 14:00–14:30",
        "2027-02-02 09:00–10:00",
    ]


def test_this_and_all_future_instances_move_together():
    text = calendar("DTSTART;TZID=Europe/Berlin:20270105T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4")
    moved = """BEGIN:VEVENT
UID:0@example.org
RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20270119T090000
DTSTART;TZID=Europe/Berlin:20270120T110000
DURATION:PT2H
END:VEVENT
END:VCALENDAR"""
    assert said(read(text.replace("END:VCALENDAR", moved))) == [
        "2027-01-05 09:00–10:00",
        "2027-01-12 09:00–10:00",
        "2027-01-20 11:00–13:00",
        "2027-01-27 11:00–13:00",
    ]


def test_of_two_versions_the_newer_one_holds():
    text = calendar("DTSTART:20270105T080000Z\nDURATION:PT1H\nSEQUENCE:2")
    older = "BEGIN:VEVENT\nUID:0@example.org\nDTSTART:20270106T080000Z\nDURATION:PT1H\nSEQUENCE:1\nEND:VEVENT\n"
    older += "END:VCALENDAR"
    assert said(read(text.replace("END:VCALENDAR", older))) == ["2027-01-05 09:00–10:00"]


def test_free_busy_is_read_as_such():
    body = """DTSTAMP:20270101T000000Z
FREEBUSY:20270105T080000Z/PT1H,20270105T120000Z/20270105T123000Z
FREEBUSY;FBTYPE=FREE:20270106T080000Z/PT1H
FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270107T080000Z/PT1H
FREEBUSY:not/atime"""
    found = read(calendar(body, kind="VFREEBUSY"))
    assert said(found) == ["2027-01-05 09:00–10:00", "2027-01-05 13:00–13:30", "2027-01-07 09:00–10:00"]
    assert found.unread == 1


def test_what_the_agreement_itself_put_there_is_not_in_its_way():
    text = calendar("DTSTART:20270105T080000Z\nDURATION:PT1H")
    own = f"planner-quiet-harbor-k3v9-{'a' * 26}"
    assert read(text.replace("0@example.org", own)).spans == ()
    assert read(text.replace("0@example.org", own.replace("k3v9", "other"))).spans != ()


def test_several_calendars_a_mark_in_front_and_any_line_ends():
    one = calendar("DTSTART:20270105T080000Z\nDURATION:PT1H")
    two = calendar("DTSTART:20270106T080000Z\nDURATION:PT1H")
    for text in (one + two, "\ufeff" + one + two, (one + two).replace("\r\n", "\n"), (one + two).replace("\r\n", "\r")):
        assert said(read(text)) == ["2027-01-05 09:00–10:00", "2027-01-06 09:00–10:00"]


# ── what is broken ───────────────────────────────────────────────────

GOOD = "DTSTART:20270105T080000Z\nDURATION:PT1H"


@pytest.mark.parametrize(
    "broken",
    [
        "SUMMARY:nothing else",
        "DTSTART:20270230T080000Z\nDURATION:PT1H",
        "DTSTART:tomorrow\nDURATION:PT1H",
        "DTSTART:20270105T080000Z\nDURATION:an hour",
        "DTSTART:20270105T080000Z\nDURATION:-PT1H",
        "DTSTART:20270105T080000Z\nDTEND:20270104T080000Z",
        "DTSTART:20270105T080000Z\nDTEND;VALUE=DATE:20270106",
        "DTSTART;TZID=Nowhere/At-All:20270105T080000\nDURATION:PT1H",
        "DTSTART:20270105T080000Z\nDURATION:PT1H\nRRULE:FREQ=SOMETIMES",
        "DTSTART:20270105T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYDAY=XX",
        "DTSTART:20270105T080000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY",
        "DTSTART:20270105T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=0",
        "DTSTART:20270105T080000Z\nDURATION:PT1H\nRRULE:RSCALE=HEBREW;FREQ=YEARLY",
        "DTSTART:00010101T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=900000000",
        "DTSTART:20270105T080000Z\nDURATION:PT1H\nEXDATE:rubbish",
        "DTSTART:20270105T080000Z\nDTSTART:20270106T080000Z\nDURATION:PT1H",
        "DTSTART:20270105T080000Z\nDURATION:P999999W\nRECURRENCE-ID:99990101T000000Z\nRRULE:FREQ=DAILY;UNTIL=x",
    ],
)
def test_a_broken_event_is_counted_and_takes_no_other_with_it(broken):
    found = read(calendar(GOOD, broken))
    if "P999999W" in broken:
        assert found.unread <= 1
        return
    assert said(found) == ["2027-01-05 09:00–10:00"]
    assert (found.unread, found.events) == (1, 2)


def test_a_cut_file_says_what_was_lost():
    text = calendar(GOOD, GOOD, GOOD)
    cut = read(text[: text.rindex("DURATION")])
    assert (len(cut.spans), cut.unread, cut.events) == (1, 1, 3)
    hole = text.replace("END:VEVENT\r\n", "", 1)
    assert read(hole)[1:] == (1, 3)


@pytest.mark.parametrize("text", ["", "\ufeff", "<html>Log in</html>", "BEGIN:VEVENT\nEND:VEVENT", "\0" * 50])
def test_what_is_no_calendar_is_said_to_be_none(text):
    with pytest.raises(Unreadable):
        read(text)


def test_too_much_is_no_persons_calendar():
    body = "DTSTART:20270105T080000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY;INTERVAL=30"
    with pytest.raises(Unreadable):
        read(calendar(*[body] * 15))


def test_a_rule_that_never_has_a_day_costs_nothing():
    rules = [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30;BYSETPOS=5",
        "FREQ=DAILY;INTERVAL=1000000",
        "FREQ=YEARLY;INTERVAL=9999",
    ]
    started = time.perf_counter()
    found = read(calendar(*(f"DTSTART:20100105T080000Z\nDURATION:PT1H\nRRULE:{rule}" for rule in rules)))
    assert found == Read((), 0, 6)
    assert time.perf_counter() - started < 1


def test_nothing_but_the_when_comes_out():
    secret = f"SUMMARY:{SECRET}\nLOCATION:{SECRET}\nDESCRIPTION:{SECRET}\nATTENDEE;CN={SECRET}:mailto:x@example.org"
    found = read(calendar(f"{GOOD}\n{secret}", f"DTSTART;TZID={SECRET}:20270105T080000\n{secret}"))
    assert SECRET not in repr(found)
    assert all(isinstance(n, int) for span in found.spans for n in span)
    for text in (f"BEGIN:{SECRET}", f"{SECRET}:{SECRET}"):
        with pytest.raises(Unreadable) as error:
            read(text)
        assert SECRET not in str(error.value)


@given(st.text(max_size=200), st.integers(0, 400), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_no_text_raises_anything_else(junk, where, cut):
    text = calendar(GOOD + "\nRRULE:FREQ=WEEKLY\nEXDATE:20270112T080000Z", GOOD)
    for broken in (junk, text[:where] + junk + text[where + cut :]):
        with suppress(Unreadable):
            read(broken)


def naive(*parts: int) -> datetime:
    return datetime(*parts)  # noqa: DTZ001  (what clocks show)


# ── against other engines ────────────────────────────────────────────

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@st.composite
def rules(draw) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}"]
    if (every := draw(st.integers(1, 4))) > 1:
        parts.append(f"INTERVAL={every}")
    some_days = st.lists(st.sampled_from(_DAYS), min_size=1, max_size=3, unique=True)
    months = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(lambda m: ",".join(map(str, m)))
    numbers = st.lists(st.integers(1, 31) | st.integers(-6, -1), min_size=1, max_size=4, unique=True).map(
        lambda n: ",".join(map(str, n))
    )
    match freq, draw(st.integers(0, 5)):
        case "WEEKLY", n if n < 4:
            parts += ["BYDAY=" + ",".join(draw(some_days)), "WKST=" + draw(st.sampled_from(["MO", "SU"]))]
        case "MONTHLY", 0 | 1:
            parts.append(
                "BYDAY=" + ",".join(f"{draw(st.sampled_from([1, 2, 3, 4, 5, -1, -2]))}{d}" for d in draw(some_days))
            )
        case "MONTHLY", 2:
            parts.append(f"BYMONTHDAY={draw(numbers)}")
        case "MONTHLY", 3:
            parts += ["BYDAY=MO,TU,WE,TH,FR", f"BYSETPOS={draw(st.sampled_from(['1', '-1', '2,-2']))}"]
        case "MONTHLY", 4:
            parts += ["BYDAY=FR", "BYMONTHDAY=13,14,15,16,17,18,19"]
        case "YEARLY", 0:
            parts += [
                f"BYMONTH={draw(months)}",
                f"BYDAY={draw(st.sampled_from(['1', '-1', '']))}{draw(st.sampled_from(_DAYS))}",
            ]
        case "YEARLY", 1:
            parts += [f"BYMONTH={draw(months)}", f"BYMONTHDAY={draw(numbers)}"]
        case "YEARLY", 2:
            parts.append(f"BYYEARDAY={draw(st.sampled_from(['1', '100,200', '-1', '366']))}")
        case "YEARLY", 3:
            parts += [f"BYDAY={draw(st.sampled_from(['20', '-3', '']))}{draw(st.sampled_from(_DAYS))}"]
        case "YEARLY", 4:
            parts += [f"BYWEEKNO={draw(st.sampled_from(['1', '20,30', '53', '-1']))}", "BYDAY=TU,SU"]
        case "DAILY", 0:
            parts.append(f"BYMONTH={draw(months)}")
        case "DAILY", 1:
            parts.append("BYDAY=" + ",".join(draw(some_days)))
        case _:
            pass
    return ";".join(parts)


@given(
    rules(), st.dates(date(2019, 1, 1), date(2027, 6, 1)), st.integers(0, 23), st.sampled_from(["", "COUNT", "UNTIL"])
)
@settings(max_examples=150, deadline=None)
def test_a_rule_means_what_dateutil_says_it_means(rule, day, hour, ending):
    from dateutil.rrule import rrulestr

    first = naive(day.year, day.month, day.day, hour)
    oracle = rrulestr(rule, dtstart=first)
    horizon = naive(2028, 1, 1)
    begins = next(iter(oracle.xafter(first, count=1, inc=True)), None) if "366" not in rule else first
    if begins is None or begins > horizon:
        return
    first = begins if first != begins else first  # where the first start is none of the rule's, programs differ
    oracle = rrulestr(rule, dtstart=first)
    if next(iter(oracle.between(first, first, inc=True)), None) is None:
        return
    if ending == "COUNT":
        rule += ";COUNT=7"
        oracle = rrulestr(rule, dtstart=first)
    wall = lambda moment: moment.toordinal() * 86400 + moment.hour * 3600 + moment.minute * 60  # noqa: E731
    until = wall(naive(2027, 9, 10, 12)) if ending == "UNTIL" else None
    expected = [wall(m) for m in oracle.between(naive(2027, 1, 1), horizon, inc=True) if m < horizon]
    expected = [w for w in expected if until is None or w <= until]
    found = starts(read_rule(rule), wall(first), wall(naive(2027, 1, 1)), wall(horizon), until)
    assert list(found) == expected


@st.composite
def foreign_events(draw, number: int) -> str:
    """One UID of a calendar as programs write it: single or repeated, with exceptions, moves and whole days."""
    zone = draw(st.sampled_from([BERLIN, LISBON, TOKYO, "UTC"]))
    day = draw(st.dates(date(2025, 1, 1), date(2027, 11, 1)))
    is_day = draw(st.integers(0, 5)) == 0
    hour, length = draw(st.integers(4, 22)), draw(st.sampled_from([30, 60, 90, 240]))
    shown = draw(
        st.sampled_from(["", "", "", "TRANSP:TRANSPARENT", "TRANSP:OPAQUE", "STATUS:TENTATIVE", "STATUS:CANCELLED"])
    )
    takes = "free" if shown in ("TRANSP:TRANSPARENT", "STATUS:CANCELLED") else "busy"

    def moment(name: str, on: date, hours: int = 0, minutes: int = 0) -> str:
        if is_day:
            return f"{name};VALUE=DATE:{on:%Y%m%d}"
        when = naive(on.year, on.month, on.day) + timedelta(hours=hours, minutes=minutes)
        return f"{name}:{when:%Y%m%dT%H%M%S}Z" if zone == "UTC" else f"{name};TZID={zone}:{when:%Y%m%dT%H%M%S}"

    def event(on: date, hours: int, minutes: int, *more: str) -> str:
        end = on + timedelta(days=1 + minutes // 240) if is_day else on
        lines = (moment("DTSTART", on, hours), moment("DTEND", end, hours, minutes), *(m for m in more if m))
        return "\r\n".join(("BEGIN:VEVENT", f"UID:e{number}", "DTSTAMP:20270101T000000Z", *lines, "END:VEVENT", ""))

    repeats = draw(st.sampled_from(["", "DAILY", "WEEKLY"]))
    if not repeats:
        return event(day, hour, length, shown, f"SUMMARY:{takes}")
    step, count = (1 if repeats == "DAILY" else 7), draw(st.integers(5, 150))
    gone, moved = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    on = lambda n: day + timedelta(days=step * n)  # noqa: E731
    exdate = moment("EXDATE", on(gone), hour) if draw(st.booleans()) else ""
    text = event(day, hour, length, f"RRULE:FREQ={repeats};COUNT={count}", exdate, shown, f"SUMMARY:{takes}")
    if draw(st.booleans()) and (moved != gone or not exdate):
        off = draw(st.booleans())
        which = moment("RECURRENCE-ID", on(moved), hour)
        said = ("STATUS:CANCELLED", "SUMMARY:free") if off else ("SUMMARY:busy",)
        text += event(on(moved) + timedelta(days=draw(st.integers(0, 2))), draw(st.integers(4, 18)), 120, which, *said)
    return text


@st.composite
def foreign_calendars(draw) -> str:
    bodies = "".join(draw(foreign_events(n)) for n in range(draw(st.integers(1, 6))))
    zones = "".join(vtimezone(name, 2020) for name in (BERLIN, LISBON, TOKYO))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n{zones}{bodies}END:VCALENDAR\r\n"


def filled(expand, text: str, first: date, end: date) -> tuple[tuple[int, int], ...]:
    """What another engine says is taken within a window; whole days by the clocks of Berlin."""

    def second(moment) -> int:
        return int(moment.timestamp()) if isinstance(moment, datetime) else at(moment.isoformat())

    low, high = at(first.isoformat(), "UTC"), at(end.isoformat(), "UTC")
    found = [i for i in expand(text, first - timedelta(days=3), end + timedelta(days=1)) if i.summary == "busy"]
    return merged((max(second(i.start), low), min(second(i.end), high)) for i in found)


@pytest.mark.parametrize("expand", [expand_recurring_ical_events, expand_dateutil, expand_icaljs])
@given(foreign_calendars(), st.dates(date(2026, 12, 1), date(2027, 6, 1)))
@settings(max_examples=40, deadline=None)
def test_other_engines_find_the_same_time_taken(expand, text, first):
    end = first + timedelta(days=120)
    try:
        expected = filled(expand, text, first, end)
    except EngineError as e:
        pytest.skip(str(e))
    assert read(text, first, end).spans == expected


# ── fast ─────────────────────────────────────────────────────────────


def busy_year(number: int = 2000, year: int = 2027) -> str:
    """A year of so many events, one in four a series of old, as a working calendar has them."""
    bodies = []
    for n in range(number):
        on, hour = date(year, 1, 1) + timedelta(days=n * 7 % 365), 7 + n * 5 % 11
        rule = ""
        if n % 40 == 0:
            on, rule = on.replace(year=year - 8), f"RRULE:FREQ=WEEKLY;BYDAY={_DAYS[n // 40 % 5]}"
        bodies.append(
            f"DTSTAMP:20270101T000000Z\nDTSTART;TZID=Europe/Berlin:{on:%Y%m%d}T{hour:02}0000\n"
            f"DTEND;TZID=Europe/Berlin:{on:%Y%m%d}T{hour:02}4500\nSUMMARY:{SECRET} {n}\nLOCATION:Somewhere\n{rule}"
        )
    return calendar(*bodies)


@pytest.mark.speed
def test_a_year_of_two_thousand_events_is_read_in_a_fifth_of_a_second():
    text = busy_year()
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        found = read(text)
        taken.append(time.perf_counter() - started)
    assert found.events == 2000
    assert found.unread == 0
    assert min(taken) < 0.2, json.dumps(taken)
