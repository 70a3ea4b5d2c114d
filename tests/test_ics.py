"""iCalendar text: its form, its stamps, and what an export over an earlier one keeps."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from planner.compiler import compile_series
from planner.ics import NotOurs, calendar_text, escaped, folded, read_earlier
from planner.reading import read_agreement
from planner.series import make_uid, owns
from tests.engines import ENGINES
from tests.strategies import agreements

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "data" / "golden"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
LATER = datetime(2027, 2, 1, tzinfo=UTC)


def written(values, audience="ana", now=NOW, before: str | None = None) -> str:
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    earlier = read_earlier(before, agreement.id) if before else {}
    series = compile_series(agreement, audience)
    return calendar_text(series, name="Test", color=None, first_year=agreement.starts.year, now=now, earlier=earlier)


def couple(**rituals):
    """A couple's values with these rituals, named table__key."""
    values = {
        "agreement": {"id": "test-x7k2", "starts": date(2027, 1, 4), "timezone": "Europe/Berlin"},
        "people": {"ana": {"name": "Ana"}, "ben": {"name": "Ben"}},
    }
    for name, ritual in rituals.items():
        table, key = name.split("__")
        values.setdefault(table, {})[key] = ritual
    return values


POTTERY = {"who": "ana", "on": "wednesday", "at": "18:30-21:00", "title": "Pottery"}
FRIDAY = {"on": "friday", "at": "19:00-22:00", "title": "Cook together"}


# ── lines ──


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))))
def test_folded_lines_fit_and_unfold_to_the_same(text):
    line = "SUMMARY:" + escaped(text)
    shown = folded(line)
    assert shown.endswith("\r\n")
    assert all(len(part.encode()) <= 75 for part in shown.split("\r\n"))
    assert shown.replace("\r\n ", "")[:-2] == line


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip))
def test_any_title_is_read_back_by_another_library(title):
    values = couple(me_blocks__pottery=POTTERY | {"title": title, "notes": f"a\n{title};,\\"})
    agreement, findings = read_agreement(values)
    if agreement is None:  # an invisible character that the reader asks to delete
        assert {f.code for f in findings} == {"control-character"}
        return
    (event,) = Calendar.from_ical(written(values)).walk("VEVENT")
    assert str(event["SUMMARY"]) == agreement.rituals["me_blocks.pottery"].title
    assert str(event["DESCRIPTION"]) == agreement.rituals["me_blocks.pottery"].notes


@given(values=agreements())
def test_the_text_has_the_form_that_the_rfc_asks_for(values):
    text = written(values)
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = Calendar.from_ical(text)
    zones = {str(z["TZID"]) for z in calendar.walk("VTIMEZONE")}
    seen = set()
    for event in calendar.walk("VEVENT"):
        assert not event.errors
        assert owns("test-x7k2", event["UID"])
        recurrence = event.get("RECURRENCE-ID")
        identity = (event["UID"], recurrence.dt if recurrence else None)
        assert identity not in seen
        seen.add(identity)
        start, end = event["DTSTART"], event["DTEND"]
        assert type(start.dt) is type(end.dt)
        assert start.dt < end.dt
        if isinstance(start.dt, datetime):
            assert start.params["TZID"] in zones
        until = event.get("RRULE", {}).get("UNTIL", [None])[0]
        if until is not None:
            assert type(until) is type(start.dt)
            assert not isinstance(until, datetime) or until.utcoffset() == timedelta(0)
        excluded = event.get("EXDATE", [])
        for exdate in excluded if isinstance(excluded, list) else [excluded]:
            assert exdate.params.get("TZID") == start.params.get("TZID")
            assert exdate.params.get("VALUE") == start.params.get("VALUE")
        for name in ("ORGANIZER", "ATTENDEE"):
            assert name not in event


def test_uids_have_the_form_and_depend_on_each_part_of_the_key():
    key = ("quiet-harbor-k3v9", "ana", "me_blocks.pottery", "first", "")
    uids = {make_uid(key)} | {make_uid((*key[:n], "other", *key[n + 1 :])) for n in range(5)} | {make_uid(key, 1)}
    assert len(uids) == 7
    assert re.fullmatch(r"planner-quiet-harbor-k3v9-[a-z2-7]{26}", make_uid(key))
    assert make_uid(key) == "planner-quiet-harbor-k3v9-" + make_uid(key)[-26:]
    assert not owns("quiet", make_uid(key))
    assert not owns("quiet-harbor-k3v9", make_uid(key) + "x")


# ── the events themselves ──


def test_until_is_the_utc_instant_of_the_last_kept_occurrence():
    text = written(couple(me_blocks__pottery=POTTERY | {"until": date(2027, 6, 30)}))
    assert "RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20270630T163000Z\r\n" in text
    text = written(couple(me_blocks__pottery=POTTERY | {"until": date(2027, 12, 1)}))
    assert "UNTIL=20271201T173000Z\r\n" in text
    text = written(couple(me_blocks__pottery=POTTERY | {"at": "all day", "until": date(2027, 12, 5)}))
    assert "UNTIL=20271201\r\n" in text


def test_a_reminder_of_a_whole_day_counts_back_from_nine():
    text = written(couple(rituals__swap={"on": "first sunday", "at": "all day", "remind": ["1d", "1h", "9h"]}))
    assert re.findall(r"TRIGGER:(\S+)", text) == ["-PT15H", "PT0S", "PT8H"]


def test_a_slot_kept_in_case_is_free_and_tentative():
    text = written(couple(rituals__spare=FRIDAY | {"if_needed": True}))
    for line in ("STATUS:TENTATIVE", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"):
        assert f"{line}\r\n" in text


def test_turns_are_series_with_a_multiplied_interval():
    text = written(couple(host_nights__salon=FRIDAY | {"hosts": ["ana", "ben"]}))
    assert re.findall(r"DTSTART;TZID=Europe/Berlin:(\d+)T", text) == ["20270108", "20270115"]
    assert text.count("RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=FR\r\n") == 2


def test_a_ladder_is_a_bounded_series_a_step():
    block = {
        "who": "ana",
        "on": "sunday",
        "at": "10:00",
        "ladder": {"steps": ["30m", "45m", "1h"], "each": "2 weeks", "grows": "by date"},
    }
    text = written(couple(me_blocks__alone=block))
    assert re.findall(r"DTEND;TZID=Europe/Berlin:(\S+)", text) == [
        "20270110T103000",
        "20270124T104500",
        "20270207T110000",
    ]
    assert re.findall(r"UNTIL=(\S+)", text) == ["20270117T090000Z", "20270131T090000Z"]


def test_the_first_instance_stands_apart_where_clocks_change_during_it():
    night = {"on": "saturday", "at": "23:00-05:00", "starts": date(2027, 3, 27)}
    text = written(couple(rituals__night=night))
    assert re.findall(r"DTSTART;TZID=Europe/Berlin:(\S+)", text) == ["20270327T230000", "20270403T230000"]
    assert text.count("RRULE:FREQ=WEEKLY;BYDAY=SA\r\n") == 1


# ── writing again ──


def blocks(text: str) -> dict[str, str]:
    return {re.search(r"UID:(\S+)", b)[1]: b for b in re.findall(r"BEGIN:VEVENT.*?END:VEVENT", text, re.DOTALL)}


def test_with_nothing_changed_the_bytes_are_the_same():
    values = couple(me_blocks__pottery=POTTERY, shared_evenings__friday=FRIDAY)
    first = written(values)
    assert written(values, now=LATER, before=first) == first


def test_a_new_title_is_one_changed_summary():
    values = couple(me_blocks__pottery=POTTERY | {"remind": "1h"}, shared_evenings__friday=FRIDAY)
    first = written(values)
    renamed = couple(me_blocks__pottery=POTTERY | {"remind": "1h", "title": "Clay"}, shared_evenings__friday=FRIDAY)
    second = written(renamed, now=LATER, before=first)
    changed = [(a, b) for a, b in zip(first.split("\r\n"), second.split("\r\n"), strict=True) if a != b]
    assert changed == [
        ("DTSTAMP:20270101T000000Z", "DTSTAMP:20270201T000000Z"),
        ("LAST-MODIFIED:20270101T000000Z", "LAST-MODIFIED:20270201T000000Z"),
        ("SEQUENCE:0", "SEQUENCE:1"),
        ("SUMMARY:Pottery", "SUMMARY:Clay"),
    ]


def test_a_ritual_written_above_changes_nothing_else():
    first = written(couple(shared_evenings__friday=FRIDAY))
    second = written(couple(me_blocks__pottery=POTTERY, shared_evenings__friday=FRIDAY), now=LATER, before=first)
    assert blocks(first).items() < blocks(second).items()
    assert len(blocks(second)) == 2


def test_a_changed_override_raises_the_sequence_of_the_whole_series():
    swapped = FRIDAY | {"changes": [{"on": date(2027, 1, 15), "at": "18:00"}]}
    first = written(couple(shared_evenings__friday=FRIDAY))
    second = written(couple(shared_evenings__friday=swapped), now=LATER, before=first)
    assert second.count("SEQUENCE:1\r\n") == 2
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20270115T190000\r\n" in second
    third = written(couple(shared_evenings__friday=swapped), now=LATER, before=second)
    assert third == second


@given(values=agreements())
def test_any_agreement_written_twice_is_the_same(values):
    for audience in ("ana", "everyone"):
        first = written(values, audience)
        assert written(values, audience) == first
        assert written(values, audience, now=LATER, before=first) == first


def test_a_file_that_another_program_saved_keeps_its_sequence_rising():
    values = couple(me_blocks__pottery=POTTERY)
    first = written(values).replace("SEQUENCE:0", "SEQUENCE:4").replace("-//planner//planner//EN", "-//Other//EN")
    again = written(values, now=LATER, before=first)
    assert "SEQUENCE:5\r\n" in again


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:someone-else\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nPRODID:-//planner//planner//EN\r\nBEGIN:VEVENT\r\nUID:planner-other-id-"
        + "a" * 26
        + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nnonsense",
    ],
)
def test_a_file_of_someone_else_is_not_ours(text):
    with pytest.raises(NotOurs):
        read_earlier(text, "test-x7k2")


# ── the examples, byte by byte ──


@pytest.mark.parametrize("example", sorted(p.stem for p in (ROOT / "examples").glob("*.toml")))
def test_an_example_exports_to_its_golden_calendars(example, run_planner, tmp_path):
    done = run_planner("--today", "2027-01-01", "export", ROOT / "examples" / f"{example}.toml", "-o", tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    golden = sorted((GOLDEN / example).glob("*.ics"))
    assert golden
    assert sorted(p.name for p in tmp_path.iterdir()) == [p.name for p in golden]
    for path in golden:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_a_calendar_without_events_is_still_a_calendar(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(
        '[agreement]\nid = "test-x7k2"\nstarts = 2027-01-04\ntimezone = "Europe/Berlin"\n'
        '[people.ana]\nname = "Ana"\n[people.ben]\nname = "Ben"\n'
        '[me_blocks.a]\nwho = "ana"\non = "monday"\nat = "19:00-20:00"\nshare = "private"\n',
        encoding="utf-8",
    )
    done = run_planner("--today", "2027-01-01", "export")
    assert done.exit_code == 0
    text = (tmp_path / "calendars" / "ben.ics").read_bytes().decode()
    assert [c.name for c in Calendar.from_ical(text).subcomponents] == ["VTIMEZONE"]
    assert "TZID:Europe/Berlin\r\n" in text
    again = run_planner("--today", "2027-02-01", "export")
    assert again.stdout.count("unchanged") == 3


@given(values=agreements())
def test_a_month_stands_in_yearly_rules_alone_and_one_at_a_time(values):
    """sabre/vobject leaves BYMONTH aside in daily, weekly and monthly rules; Exchange knows one month, of a year."""
    for event in Calendar.from_ical(written(values)).walk("VEVENT"):
        rule = event.get("RRULE", {})
        assert "BYMONTH" not in rule or (rule["FREQ"], len(rule["BYMONTH"])) == (["YEARLY"], 1)


def test_a_season_is_a_weekly_rule_of_each_year():
    values = couple(rituals__swim=FRIDAY | {"only_in": "summer"})
    values["seasons"] = {"summer": {"starts": "1 july", "until": "31 august"}}
    rules = [event["RRULE"].to_ical().decode() for event in Calendar.from_ical(written(values)).walk("VEVENT")]
    assert rules[:2] == [
        "FREQ=WEEKLY;UNTIL=20270827T170000Z;BYDAY=FR",
        "FREQ=WEEKLY;UNTIL=20280825T170000Z;BYDAY=FR",
    ]
    assert len(rules) == 15


def test_days_of_a_rule_are_written_from_the_first_to_the_last():
    text = written(couple(rituals__walk=FRIDAY | {"on": ["last friday", "third sunday", "first wednesday"]}))
    assert "BYDAY=1WE,3SU,-1FR\r\n" in text


@pytest.mark.parametrize(
    ("last", "until"), [(date(2027, 10, 31), "20271031T013000Z"), (date(2027, 3, 28), "20270328T013000Z")]
)
def test_until_keeps_a_last_instance_that_clocks_show_twice_or_not_at_all(last, until):
    text = written(couple(rituals__night={"on": "sunday", "at": "02:30-02:45", "until": last}))
    assert f"UNTIL={until}\r\n" in text
    sundays = (last - date(2027, 1, 10)).days // 7 + 1
    assert [len(engine(text, date(2027, 1, 1), date(2028, 1, 1))) for engine in ENGINES] == [sundays] * len(ENGINES)
