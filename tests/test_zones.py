"""planner.zones against zoneinfo, hour by hour, and against readers of VTIMEZONE that know nothing of either.

What is compared is the emitted text: it is read here by a few lines and dateutil's rrule, and by icalendar. A
zone's observances come from the bytes of its file alone, so zones with the same bytes are compared once.
"""

# Times on the wall and times in UTC are naive here, as they are in a VTIMEZONE.
# ruff: noqa: DTZ001, DTZ007

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given
from hypothesis import strategies as st

from planner import observances, zones

YEARS = (1975, 2007, 2020, 2026, 2027, 2040)
END = datetime(2101, 1, 1)
BEFORE = zoneinfo.TZPATH
END_OF_HOURS = datetime(2046, 1, 1)
HARD = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Nuuk",
    "America/Santiago",
    "America/Scoresbysund",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Etc/UTC",
    "Europe/Dublin",
    "Pacific/Chatham",
)


def file_of(name: str) -> bytes:
    import tzdata  # type: ignore[import-untyped]

    package = Path(tzdata.__path__[0], "zoneinfo", name)
    if is_package_newer() and package.is_file():
        return package.read_bytes()
    for root in zoneinfo.TZPATH:
        if Path(root, name).is_file():
            return Path(root, name).read_bytes()
    return package.read_bytes()


@cache
def is_package_newer() -> bool:
    """Whether the system's zones are of an older release than the package's (all are of one length until 2026z)."""
    import tzdata

    for root in zoneinfo.TZPATH:
        for name in ("tzdata.zi", "+VERSION"):
            if Path(root, name).is_file():
                return Path(root, name).read_text().split("\n")[0].split()[-1] < tzdata.IANA_VERSION
    return False


@cache
def truth(name: str) -> ZoneInfo:
    """The zone as zoneinfo reads it from that file."""
    return ZoneInfo.from_file(io.BytesIO(file_of(name)), key=name)


def distinct(names: frozenset[str]) -> dict[str, list[str]]:
    """Zones by the first that has their bytes."""
    by_bytes: dict[bytes, list[str]] = {}
    for name in sorted(names):
        by_bytes.setdefault(file_of(name), []).append(name)
    return {same[0]: same for same in by_bytes.values()}


DISTINCT = distinct(zones.zone_names())


# A reader of VTIMEZONE, by the letter of RFC 5545 §3.6.5.


class Turn(NamedTuple):
    at: datetime  # in UTC, naive
    before: timedelta
    after: timedelta
    name: str


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S")


def offset(text: str) -> timedelta:
    digits = f"{text[1:]:0<6}"
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:]))
    return -size if text[0] == "-" else size


@cache
def expansion(rule: str, start: datetime) -> list[datetime]:
    onsets = list(rrulestr(rule, dtstart=start).between(start, END, inc=True))
    assert onsets[0] == start, f"{rule} does not begin with its DTSTART {start}"
    return onsets


def components(text: str) -> Iterator[dict[str, list[str]]]:
    """Each STANDARD and DAYLIGHT: which of them under "", then the values of each property."""
    assert text.endswith("\r\n")
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    assert lines[0] == "BEGIN:VTIMEZONE"
    assert lines[1].startswith("TZID:")
    assert lines[-1] == "END:VTIMEZONE"
    seen: dict[str, list[str]] = {}
    for line in lines[2:-1]:
        key, value = line.split(":")
        if key == "BEGIN":
            seen = {"": [value]}
        elif key == "END":
            assert [value] == seen[""]
            yield seen
        else:
            assert key not in seen or key == "RDATE"
            seen.setdefault(key, []).append(value)


def turns_in(text: str) -> list[Turn]:
    turns = []
    for seen in components(text):
        before, after = offset(seen["TZOFFSETFROM"][0]), offset(seen["TZOFFSETTO"][0])
        start = moment(seen["DTSTART"][0])
        onsets = expansion(seen["RRULE"][0], start) if "RRULE" in seen else [start]
        onsets = [*onsets, *(moment(value) for value in seen.get("RDATE", [])[1:])]
        turns += [Turn(onset - before, before, after, seen["TZNAME"][0]) for onset in onsets]
    return sorted(turns)


def offset_at(zone: ZoneInfo, instant: datetime) -> timedelta | None:
    return instant.replace(tzinfo=UTC).astimezone(zone).utcoffset()


def name_at(zone: ZoneInfo, instant: datetime) -> str | None:
    return instant.replace(tzinfo=UTC).astimezone(zone).tzname()


# Agreement with zoneinfo.


@cache
def hours(fold: int) -> list[datetime]:
    first = datetime(2020, 1, 1)
    count = (END_OF_HOURS - first) // timedelta(hours=1)
    return [(first + timedelta(hours=n)).replace(fold=fold) for n in range(count)]


def assert_agrees_each_hour(name: str, zone: ZoneInfo) -> None:
    """Each hour on the wall from 2020 through 2045, as the first and as the second of a repeated one.

    Every instant is some time on the wall, so this leaves no hour out. `fold=0` keeps the offset before a
    change until both clocks are past it, `fold=1` takes the one after it as soon as one is (PEP 495).
    """
    turns = turns_in(observances.vtimezone(name, 2020))
    for fold, end in ((0, max), (1, min)):
        walls = hours(fold)
        offsets = list(map(zone.utcoffset, walls))
        places = []
        for turn in turns:
            wall = turn.at + end(turn.before, turn.after)
            places.append(max(0, -((walls[0] - wall) // timedelta(hours=1))))
        assert places[0] == 0
        for turn, here, there in zip(turns, places, [*places[1:], len(walls)], strict=True):
            part = offsets[here:there]
            if part and (part[0] != turn.after or part.count(part[0]) != len(part)):
                wrong = next(n for n, seen in enumerate(part) if seen != turn.after)
                pytest.fail(f"{name}, {walls[here + wrong]}: not {turn.after} but {part[wrong]}")


def assert_agrees_from(name: str, zone: ZoneInfo, first_year: int) -> None:
    """At each change and the second before it, and fortnightly, through 2100; no change is there twice."""
    turns = turns_in(observances.vtimezone(name, first_year))
    start = datetime(first_year, 1, 1)
    assert turns[0].at <= start - timedelta(hours=14)
    for turn, later in pairwise(turns):
        assert turn.at < later.at
        assert turn.after == later.before
        assert offset_at(zone, later.at - timedelta(seconds=1)) == later.before, (name, first_year, later)
        assert offset_at(zone, later.at) == later.after, (name, first_year, later)
        assert name_at(zone, later.at) == later.name, (name, first_year, later)
    assert name_at(zone, start) == max(turn for turn in turns if turn.at <= start).name, (name, first_year)
    n = 0
    for day in range(0, (END - start).days, 14):
        instant = start + timedelta(days=day)
        while n + 1 < len(turns) and turns[n + 1].at <= instant:
            n += 1
        assert offset_at(zone, instant) == turns[n].after, (name, first_year, instant)


@pytest.mark.parametrize("name", DISTINCT)
def test_a_vtimezone_has_the_offset_of_zoneinfo_at_each_hour_through_2045(name: str) -> None:
    assert_agrees_each_hour(name, truth(name))


@pytest.mark.parametrize("first_year", YEARS)
def test_a_vtimezone_is_right_from_its_first_year_on(first_year: int) -> None:
    for name in DISTINCT:
        assert_agrees_from(name, truth(name), first_year)


def test_zones_with_the_same_data_differ_in_nothing_but_the_name() -> None:
    """So the comparisons above hold for every name."""
    for one, names in DISTINCT.items():
        for name in names:
            text = observances.vtimezone(name, 2020)
            assert f"TZID:{name}\r\n" in text
            assert text.replace(name, one, 1) == observances.vtimezone(one, 2020)


@pytest.mark.parametrize("first_year", [1, 1800, 1900, 1969, 1970, 1971, 2087, 2100, 9998, 9999])
def test_any_year_will_do(first_year: int) -> None:
    for name in DISTINCT:
        seen = observances.observances(name, first_year)
        assert seen
        assert seen[0].onsets[0] <= datetime(first_year, 1, 1)


def test_each_observance_is_one_change_and_its_onsets_ascend() -> None:
    for name in DISTINCT:
        for first_year in YEARS:
            seen = observances.observances(name, first_year)
            assert list(seen) == sorted(seen, key=lambda o: o.onsets[0])
            listed = [o[:4] for o in seen if not o.rrule]
            assert len(listed) == len(set(listed)), name
            for o in seen:
                assert list(o.onsets) == sorted(set(o.onsets))
                assert len(o.onsets) == 1 or not o.rrule
                assert all(onset.tzinfo is None for onset in o.onsets)


def test_summer_is_daylight_also_where_the_data_has_it_the_other_way_round() -> None:
    for name in ("Europe/Dublin", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"):
        seen = observances.observances(name, 2026)
        assert {o.daylight for o in seen} == {True, False}
        for o in seen:
            assert o.daylight == (o.offset_to > o.offset_from)


def test_the_same_call_gives_the_same_text() -> None:
    for name in HARD:
        text = observances.vtimezone(name, 2026)
        observances.observances.cache_clear()
        assert observances.vtimezone(name, 2026) == text


# The text.


def test_a_zone_that_keeps_to_its_rules_is_two_of_them() -> None:
    assert observances.vtimezone("Europe/Berlin", 2026).split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:STANDARD",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "DTSTART:20251026T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "DTSTART:20260329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
        "",
    ]


def test_a_zone_without_changes_is_one_observance_from_1970_on() -> None:
    start, one = (datetime(1970, 1, 1),), observances.Observance
    assert observances.observances("Asia/Kolkata", 2026) == (one(False, "IST", 19800, 19800, start, None),)
    assert observances.observances("Etc/UTC", 2026) == (one(False, "UTC", 0, 0, start, None),)


def test_a_zone_that_has_changed_for_the_last_time_is_one_observance_too() -> None:
    (before, after) = observances.observances("Europe/Istanbul", 2016)[-2:]
    assert (before.name, after.name) == ("EEST", "+03")
    (only,) = observances.observances("Europe/Istanbul", 2017)
    assert only == observances.Observance(False, "+03", 10800, 10800, (datetime(1970, 1, 1),), None)


def test_nothing_is_older_than_1970_or_has_seconds_where_the_first_year_is_later() -> None:
    for name in DISTINCT:
        for seen in observances.observances(name, 1973):
            assert seen.onsets[0].year >= 1970
            assert seen.offset_from % 60 == seen.offset_to % 60 == 0


def test_years_before_the_present_rules_are_listed_and_not_ruled() -> None:
    """New York moved to today's rules in 2007, with that year's first change."""
    listed = [o for o in observances.observances("America/New_York", 2005) if not o.rrule]
    ruled = [o for o in observances.observances("America/New_York", 2005) if o.rrule]
    assert [str(when) for o in listed for when in o.onsets] == [
        "2004-10-31 02:00:00",
        "2005-10-30 02:00:00",
        "2006-10-29 02:00:00",
        "2005-04-03 02:00:00",
        "2006-04-02 02:00:00",
    ]
    assert [(str(o.onsets[0]), o.rrule) for o in ruled] == [
        ("2007-03-11 02:00:00", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
        ("2007-11-04 02:00:00", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
    ]


def test_lines_end_in_crlf_and_need_no_folding() -> None:
    for name in DISTINCT:
        for first_year in YEARS:
            text = observances.vtimezone(name, first_year)
            assert text.replace("\r\n", "").isprintable()
            assert text.isascii()
            assert max(len(line) for line in text.split("\r\n")) <= 75


def test_nothing_is_in_it_but_what_every_reader_knows() -> None:
    known = {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"}
    for name in DISTINCT:
        for first_year in YEARS:
            for seen in components(observances.vtimezone(name, first_year)):
                assert seen.pop("") in (["STANDARD"], ["DAYLIGHT"])
                assert known <= set(seen)
                assert set(seen) - known in (set(), {"RRULE"}, {"RDATE"})
                assert "-0000" not in seen["TZOFFSETFROM"] + seen["TZOFFSETTO"]
                for rule in seen.get("RRULE", []):
                    frequency, *parts = rule.split(";")
                    assert frequency == "FREQ=YEARLY"
                    assert {part.split("=")[0] for part in parts} <= {"BYMONTH", "BYMONTHDAY", "BYDAY"}


def test_an_rdate_is_one_onset_and_the_first_is_dtstart() -> None:
    """ical.js reads one value of each RDATE, and where there is one it leaves DTSTART out."""
    for name in DISTINCT:
        for first_year in YEARS:
            written = components(observances.vtimezone(name, first_year))
            for seen, meant in zip(written, observances.observances(name, first_year), strict=True):
                assert moment(seen["DTSTART"][0]) == meant.onsets[0]
                onsets = [moment(value) for value in seen.get("RDATE", [])]
                assert onsets == (list(meant.onsets) if len(meant.onsets) > 1 else [])


@pytest.mark.parametrize("first_year", [2007, 2026, 2040])
@pytest.mark.parametrize("name", HARD)
def test_icalendar_reads_the_same_zone_out_of_it(name: str, first_year: int) -> None:
    """Each seventh hour of some years, on the wall, but for those that a change leaves out."""
    from icalendar import Timezone

    component = Timezone.from_ical(observances.vtimezone(name, first_year))
    assert isinstance(component, Timezone)
    read = component.to_tz(lookup_tzid=False)
    assert not isinstance(read, ZoneInfo)
    zone = truth(name)
    for year in (first_year, first_year + 1, 2045, 2086):
        for n in range(0, 366 * 24, 7):
            wall = datetime(year, 1, 1) + timedelta(hours=n)
            aware = wall.replace(tzinfo=zone)
            if aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall:
                assert read.utcoffset(wall) == aware.utcoffset(), wall


# Footers that hardly any zone has.


def tzif(footer: str, standard: int, name: str = "AAA") -> bytes:
    """A zone that is nothing but its footer."""
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    block = struct.pack(">lBB", standard, 0, 0) + name.encode() + b"\0"
    head = b"TZif3" + bytes(15)
    return (head + counts + block) * 2 + f"\n{footer}\n".encode()


@pytest.mark.parametrize(
    ("footer", "standard", "rules"),
    [
        ("AAA-1BBB,M3.5.0,M10.5.0/3", 3600, {"3;BYDAY=-1SU", "10;BYDAY=-1SU"}),
        ("AAA10:30BBB9,M3.4.6/1:30:15,M10.1.2", -37800, {"3;BYDAY=4SA", "10;BYDAY=1TU"}),
        ("<AAA>+1:02:03<+0102>,M3.2.0,M10.1.0/0", -3723, {"3;BYDAY=2SU", "10;BYDAY=1SU"}),
        (
            "AAA3BBB,J60/0,J300",
            -10800,
            {"3;BYMONTHDAY=1", "10;BYMONTHDAY=27"},
        ),
        (
            "AAA3BBB,M3.2.0/-30,M11.1.1/-2",
            -10800,
            {
                "3;BYMONTHDAY=6,7,8,9,10,11,12;BYDAY=FR",
                "10;BYMONTHDAY=31;BYDAY=SU",
                "11;BYMONTHDAY=1,2,3,4,5,6;BYDAY=SU",
            },
        ),
        ("AAA3BBB,M3.3.0/-167,M10.4.0/72", -10800, {"3;BYDAY=2SU", "10;BYDAY=-1WE"}),
        (
            "AAA3BBB,M4.5.5/24,M10.5.4/167",
            -10800,
            {
                "4;BYMONTHDAY=25,26,27,28,29,30;BYDAY=SA",
                "5;BYMONTHDAY=1;BYDAY=SA",
                "10;BYMONTHDAY=31;BYDAY=WE",
                "11;BYMONTHDAY=1,2,3,4,5,6;BYDAY=WE",
            },
        ),
        ("AAA-3BBB-2,M4.1.0,M9.1.0", 10800, {"4;BYDAY=1SU", "9;BYDAY=1SU"}),  # winter is the "summer"
        # What no simple rule says is listed through 2100.
        ("AAA3BBB,J60/24,M10.1.0", -10800, set()),
        ("AAA3BBB,M2.5.0/24,M10.1.0", -10800, set()),
        ("AAA3BBB,M3.1.0/-1,M10.1.0", -10800, set()),
    ],
)
def test_any_footer_is_read_as_zoneinfo_reads_it(footer: str, standard: int, rules: set[str], tmp_path: Path) -> None:
    name = f"Test/{footer.encode().hex()[:50]}"
    path = tmp_path / name
    path.parent.mkdir()
    path.write_bytes(tzif(footer, standard))
    zone = ZoneInfo.from_file(io.BytesIO(path.read_bytes()), key=name)
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    try:
        assert_agrees_each_hour(name, zone)
        assert_agrees_from(name, zone, 2026)
        seen = observances.observances(name, 2026)
    finally:
        zoneinfo.reset_tzpath(to=BEFORE)
    assert {o.rrule for o in seen if o.rrule} == {f"FREQ=YEARLY;BYMONTH={rule}" for rule in rules}


def test_a_day_counted_with_the_29th_of_february_is_listed(tmp_path: Path) -> None:
    """Day 59 from 0 is 1 March or 29 February (POSIX). zoneinfo takes the day before it; no zone has one."""
    path = tmp_path / "Test" / "Counted"
    path.parent.mkdir()
    path.write_bytes(tzif("AAA3BBB,59,300/0", -10800))
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    try:
        standard, daylight = observances.observances("Test/Counted", 2026)
    finally:
        zoneinfo.reset_tzpath(to=BEFORE)
    assert (standard.rrule, daylight.rrule) == (None, None)
    assert [str(onset) for onset in daylight.onsets[:3]] == [
        "2026-03-01 02:00:00",
        "2027-03-01 02:00:00",
        "2028-02-29 02:00:00",
    ]
    assert [str(onset) for onset in standard.onsets[:4]] == [
        "2025-10-28 00:00:00",
        "2026-10-28 00:00:00",
        "2027-10-28 00:00:00",
        "2028-10-27 00:00:00",
    ]
    assert [seen.onsets[-1].year for seen in (standard, daylight)] == [2100, 2100]


def test_a_day_counted_without_the_29th_of_february_is_the_same_each_year(tmp_path: Path) -> None:
    """Day 59 from 1 is 28 February (POSIX). zoneinfo takes 29 in a leap year; no zone has one."""
    path = tmp_path / "Test" / "Julian"
    path.parent.mkdir()
    path.write_bytes(tzif("AAA3BBB,J59,J300/0", -10800))
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    try:
        standard, daylight = observances.observances("Test/Julian", 2028)
    finally:
        zoneinfo.reset_tzpath(to=BEFORE)
    assert (str(daylight.onsets[0]), daylight.rrule) == (
        "2028-02-28 02:00:00",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28",
    )
    assert (str(standard.onsets[0]), standard.rrule) == (
        "2027-10-27 00:00:00",
        "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=27",
    )


@pytest.mark.parametrize("footer", ["AAA5BBB,0/0,J365/25", "AAA5", ""])
def test_one_offset_for_ever_is_one_observance(footer: str, tmp_path: Path) -> None:
    """Summer for ever is written as one that begins again the instant it ends (RFC 9636 §3.3.1)."""
    name = f"Test/ever-{footer.encode().hex()}"
    path = tmp_path / name
    path.parent.mkdir()
    path.write_bytes(tzif(footer, -14400))
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    try:
        seen = observances.observances(name, 2026)
    finally:
        zoneinfo.reset_tzpath(to=BEFORE)
    assert seen == (observances.Observance(False, "AAA", -14400, -14400, (datetime(1970, 1, 1),), None),)


# Names.


def test_zone_names_are_those_of_zoneinfo() -> None:
    assert zones.zone_names() == zoneinfo.available_timezones() - {"localtime", "posixrules"}
    assert len(zones.zone_names()) > 500


@given(st.text() | st.text("/.AEUaeru"))
@example("")
@example("\0")
@example("Europe/Berlin\0")
@example("\ud800")
@example("Europe")
@example("America/Argentina")
@example("europe/berlin")
@example("EUROPE/BERLIN")
@example("utc")
@example("Europe/Berlin ")
@example("Europe/Berlin\n")
@example("Europe/Berlin/")
@example("/Europe/Berlin")
@example("Europe//Berlin")
@example("Europe/./Berlin")
@example("Europe/../Europe/Berlin")
@example("../zoneinfo/Europe/Berlin")
@example("/usr/share/zoneinfo/Europe/Berlin")
@example("/etc/localtime")
@example("../../../etc/passwd")
@example("Europe\\Berlin")
@example("posixrules")
@example("localtime")
@example("posix/Europe/Berlin")
@example("right/Europe/Berlin")
@example("posix")
@example("tzdata.zi")
@example("leapseconds")
@example("__init__.py")
@example("CON")
@example("NUL")
@example("A" * 1_000_000)
@example("A/" * 100_000)
@example("Europe/" * 9 + "Berlin")
def test_what_is_no_zone_is_none_and_does_no_harm(name: str) -> None:
    assert zones.is_zone(name) == (name in zones.zone_names())
    if not zones.is_zone(name):
        for wanted in (zones.zone, lambda name: observances.observances(name, 2026)):
            with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
                wanted(name)


def test_every_name_is_a_zone_and_the_same_one_each_time() -> None:
    for name in zones.zone_names():
        assert zones.is_zone(name)
        assert zones.zone(name) is zones.zone(name)
        assert zones.zone(name).key == name


def test_spelling_counts_where_the_disk_does_not_mind_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Europe" / "Berlin"
    path.parent.mkdir()
    path.write_bytes(file_of("Europe/Berlin"))
    (tmp_path / "Europe" / "Paris").write_text("no TZif")

    def on_disk(asked: str) -> str:
        return asked.replace("europe", "Europe").replace("berlin", "Berlin")

    def opened(asked: str, mode: str) -> io.BytesIO:
        assert mode == "rb"
        return io.BytesIO(Path(on_disk(asked)).read_bytes())

    monkeypatch.setattr(zones, "open", opened, raising=False)
    monkeypatch.setattr(os.path, "isfile", lambda asked: Path(on_disk(asked)).is_file())
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    try:
        assert zones.is_zone("Europe/Berlin")
        assert not zones.is_zone("Europe/berlin")
        assert not zones.is_zone("europe/Berlin")
        assert not zones.is_zone("Europe/Paris")
    finally:
        zoneinfo.reset_tzpath(to=BEFORE)


# A system's zones of another release than the package's.


@pytest.mark.parametrize(
    ("named", "release", "is_ours"),
    [
        ("tzdata.zi", "# version 1999a", True),
        ("tzdata.zi", "# version 1999a\n# redo posix_only", True),
        ("+VERSION", "2019c", True),
        ("tzdata.zi", "# version 2199a", False),
        ("tzdata.zi", "# version 2026zz", False),
        ("tzdata.zi", "# nothing said", False),
        ("+VERSION", "", False),
        ("VERSION", "1999a", False),
    ],
)
def test_of_two_releases_the_later_one_counts(named: str, release: str, is_ours: bool, tmp_path: Path) -> None:
    """In a process of its own, with a folder in which Casablanca has Tokyo's clocks, and there is one zone more."""
    (tmp_path / "Africa").mkdir()
    (tmp_path / "Africa" / "Casablanca").write_bytes(file_of("Asia/Tokyo"))
    (tmp_path / "Africa" / "Nowhere").write_bytes(file_of("Asia/Tokyo"))
    (tmp_path / named).write_text(f"{release}\n")
    program = """
from datetime import datetime
from planner import observances, zones
for name in ("Africa/Casablanca", "Africa/Nowhere", "Europe/Berlin"):
    print(datetime(2027, 7, 1, tzinfo=zones.zone(name)).strftime("%z"), zones.zone(name).key)
print("+0900" in observances.vtimezone("Africa/Casablanca", 2027))
"""
    env = {**os.environ, "PYTHONTZPATH": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent.parent)}
    run = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    casablanca, nowhere, berlin, vtimezone = run.stdout.splitlines()
    assert (casablanca == "+0900 Africa/Casablanca") is not is_ours
    assert (nowhere, berlin) == ("+0900 Africa/Nowhere", "+0200 Europe/Berlin")
    assert (vtimezone == "True") is not is_ours


# Without a system's own zones.


def test_the_tzdata_package_alone_is_enough() -> None:
    """In a process of its own; and importlib.resources, slow to import, is not asked for it."""
    program = f"""
import sys, zoneinfo
assert zoneinfo.TZPATH == ()
from planner import observances, zones
before = set(sys.modules)
for name in {HARD!r}:
    assert zones.is_zone(name)
    assert not zones.is_zone(name.lower())
    observances.vtimezone(name, 2026)
assert not zones.is_zone("America")
assert not zones.is_zone("__init__")
more = set(sys.modules) - before
assert more <= {{"tzdata"}}, more

import test_zones
for name in {HARD!r}:
    test_zones.assert_agrees_each_hour(name, zones.zone(name))
    for first_year in {YEARS!r}:
        test_zones.assert_agrees_from(name, zones.zone(name), first_year)
print("agrees")
"""
    here = Path(__file__).parent
    env = {**os.environ, "PYTHONTZPATH": "", "PYTHONPATH": os.pathsep.join((str(here.parent), str(here)))}
    run = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert (run.returncode, run.stdout) == (0, "agrees\n"), run.stderr


def test_the_module_imports_little() -> None:
    program = "import sys; import planner.zones; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    heavy = {
        "pathlib",
        "importlib.resources",
        "dataclasses",
        "inspect",
        "tzdata",
        "icalendar",
        "dateutil",
        "calendar",
    }
    assert not heavy & set(run.stdout.split())
