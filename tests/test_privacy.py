"""What a level hides is in no byte of another's calendar, and a change in it changes nothing there."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import Agreement
from planner.checks import Examined, errors
from planner.compiler import compile_series
from planner.ics import calendar_text
from planner.reading import read_agreement
from tests.strategies import agreements

NOW = datetime(2027, 1, 1, tzinfo=UTC)
HIDDEN = {
    "title": "Xanadu title",
    "where": "Xanadu place",
    "notes": "Xanadu notes",
    "prompts": ["Xanadu prompt"],
    "tags": ["xanadutag"],
}


def agreement_of(values) -> Agreement:
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    assert not errors(Examined(agreement, values, date(2027, 1, 1), date(2027, 1, 1)))
    return agreement


def calendar(values, audience: str) -> str:
    agreement = agreement_of(values)
    text = calendar_text(
        compile_series(agreement, audience), name="Test", color=None, first_year=2027, now=NOW, earlier={}
    )
    return text.replace("\r\n ", "")


def couple(ritual, table="me_blocks", **more):
    return {
        "agreement": {"id": "test-x7k2", "starts": date(2027, 1, 4), "timezone": "Europe/Berlin"},
        "people": {"ana": {"name": "Ana", "color": "teal"}, "ben": {"name": "Ben"}, "cleo": {"name": "Cleo"}},
        table: {"secretkey": ritual},
        **more,
    }


BLOCK = {"who": "ana", "on": "wednesday", "at": "18:30-21:00", "remind": "1h", **HIDDEN}


@pytest.mark.parametrize("audience", ["ben", "cleo", "everyone"])
@pytest.mark.parametrize("share", ["gist", "busy", "private"])
def test_what_a_level_hides_is_in_no_byte_of_anothers_calendar(share, audience):
    values = couple(
        BLOCK
        | {
            "share": share,
            "changes": [{"on": date(2027, 1, 13), "where": "Xanadu annex", "note": "Xanadu note"}],
        },
        pauses=[{"starts": date(2027, 2, 1), "until": date(2027, 2, 7), "note": "Xanadu pause"}],
        calendar={"colors": {"me_blocks": "crimson"}},
    )
    text = calendar(values, audience).casefold()
    for word in ("xanadu", "secretkey", "valarm", "class:", "crimson", "me_block", "recurrence-id"):
        assert word not in text
    assert ("begin:vevent" in text) == (share != "private")
    mine = calendar(values, "ana")
    for word in (
        "Xanadu title",
        "Xanadu place",
        "Xanadu notes",
        "Xanadu prompt",
        "xanadutag",
        "Xanadu annex",
        "VALARM",
    ):
        assert word in mine
    assert "Xanadu pause" not in mine


@pytest.mark.parametrize(
    ("share", "shown"), [("gist", "Ana's time"), ("busy", "Ana is busy"), ("full", "Xanadu title")]
)
def test_others_see_what_the_level_says_and_no_more(share, shown):
    text = calendar(couple(BLOCK | {"share": share}), "ben")
    assert f"SUMMARY:{shown}\r\n" in text
    assert "TRANSP:TRANSPARENT" in text
    assert "VALARM" not in text
    assert ("LOCATION:Xanadu place" in text) == (share == "full")
    assert ("Xanadu notes" in text) == (share == "full")
    assert "Xanadu prompt" not in text
    assert "CATEGORIES" not in text


@pytest.mark.parametrize("share", ["gist", "busy", "private"])
@pytest.mark.parametrize("key", [*HIDDEN, "remind"])
def test_a_change_in_what_is_hidden_changes_nothing_there(share, key):
    other = {"remind": "2h", "prompts": ["Other"], "tags": ["other"]}.get(key, "Other")
    before, after = couple(BLOCK | {"share": share}), couple(BLOCK | {"share": share, key: other})
    for audience in ("ben", "everyone"):
        assert calendar(before, audience) == calendar(after, audience)
    assert calendar(before, "ana") != calendar(after, "ana")


def test_whose_turn_it_is_cannot_be_read_off_a_gist():
    ritual = {
        "who": ["ana", "ben"],
        "turns": ["ana", "ben"],
        "on": "friday",
        "at": "19:00-22:00",
        "gist": "An evening of theirs",
    }
    first = couple(ritual, "rituals")
    turned = couple(ritual | {"turns": ["ben", "ana"]}, "rituals")
    assert calendar(first, "cleo") == calendar(turned, "cleo")
    assert calendar(first, "cleo").count("BEGIN:VEVENT") == 1
    assert calendar(first, "ana") != calendar(turned, "ana")


def test_a_private_turn_is_in_nobody_elses_calendar_until_it_is_swapped_to_them():
    ritual = {
        "who": "turn",
        "turns": ["ana", "ben"],
        "on": "friday",
        "at": "19:00-22:00",
        "share": "private",
    }
    values = couple(ritual, "rituals")
    assert calendar(values, "cleo").count("BEGIN:VEVENT") == 0
    assert calendar(values, "ana").count("BEGIN:VEVENT") == 1
    swapped = couple(ritual | {"changes": [{"on": date(2027, 1, 8), "turn": "ben"}]}, "rituals")
    assert "EXDATE;TZID=Europe/Berlin:20270108T190000" in calendar(swapped, "ana")
    assert "DTSTART;TZID=Europe/Berlin:20270108T190000" in calendar(swapped, "ben")
    assert calendar(swapped, "ben").count("BEGIN:VEVENT") == 2


def test_a_check_in_of_a_private_block_is_the_owners_alone():
    block = BLOCK | {"check_in": {"after": "20m"}}
    assert "Check-in (text)" in calendar(couple(block), "ben")
    private = couple(block | {"share": "private"})
    assert "Check-in" not in calendar(private, "ben") + calendar(private, "everyone")
    assert "Check-in (text)" in calendar(private, "ana")


def test_covering_is_in_the_covering_persons_calendar_alone():
    values = couple(BLOCK | {"cover": "ben"})
    assert "SUMMARY:Covering for Ana\r\n" in calendar(values, "ben")
    for audience in ("ana", "cleo", "everyone"):
        assert "Covering" not in calendar(values, audience)


@given(values=agreements(), secret=st.sampled_from(("gist", "busy", "private")))
def test_no_generated_agreement_lets_a_hidden_text_out(values, secret):
    hidden = []
    for table, keyed in values.items():
        if table in ("agreement", "people", "seasons", "stays", "pauses"):
            continue
        for key, ritual in keyed.items():
            marker = f"Hidden{table}{key}".replace("_", "")
            ritual |= {"title": marker, "where": marker, "notes": marker, "tags": [marker], "share": secret}
            if secret == "private":
                ritual.pop("cover", None)
            hidden.append((f"{table}.{key}", marker))
    agreement, findings = read_agreement(values)
    assert agreement is not None, findings
    for audience in ("ana", "ben", "cleo", "everyone"):
        series = compile_series(agreement, audience)
        text = calendar_text(series, name="Test", color=None, first_year=2026, now=NOW, earlier={}).replace("\r\n ", "")
        for path, marker in hidden:
            takes_part = audience in agreement.rituals[path].who
            assert takes_part or not re.search(rf"{marker}\b", text)


# ── opening what was closed ──

OPENED = """
[agreement]
id = "test-x7k2"
title = "T"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[me_blocks.therapy]
who = "ana"
on = "tuesday"
at = "19:00-20:00"
share = "private"
notes = "No need to be in touch."
"""
PAST = (
    '"Therapy" was private; shared as "gist", Ben\'s calendar and the calendar for everyone show it, with its past '
    "since Tuesday 5 January 2027. To keep the past unseen, let it end as it is, and go on under a new key"
)


def test_opening_a_ritual_says_that_its_past_is_seen_too_before_it_is(tmp_path, run_planner):
    file = tmp_path / "agreement.toml"
    file.write_text(OPENED, encoding="utf-8")
    said = run_planner("--today", "2027-03-01", "revise", "therapy", "share=gist").stdout
    assert f"{PAST}.\n" in said  # before anything is agreed, too
    file.write_text(OPENED, encoding="utf-8")
    run_planner("--today", "2027-01-02", "agree", "--from", "2027-01-04", "--by", "ana")
    assert "with its past" not in run_planner("--today", "2027-03-01", "check").stderr
    file.write_text(OPENED.replace('"private"', '"gist"'), encoding="utf-8")
    done = run_planner("--today", "2027-03-01", "check", "--strict")
    assert (done.exit_code, done.stderr) == (0, f"agreement.toml:15:9: note: me_blocks.therapy.share: {PAST}\n")
    assert f"{PAST}.\n" in run_planner("--today", "2027-03-01", "diff").stdout
    file.write_text(file.read_text("utf-8").replace("19:00-20:00", "19:00-19:30"), encoding="utf-8")
    assert f"{PAST}.\n" in run_planner("--today", "2027-03-01", "diff").stdout
    assert f"{PAST}.\n" in run_planner("--today", "2027-03-01", "agree", "--by", "ana").stdout
    for day in ("2027-01-05", "2027-03-02"):  # nothing of it was there yet, or it was open when it was agreed
        assert "past since" not in run_planner("--today", day, "check").stderr


@pytest.mark.parametrize("once_agreed", [False, True])
def test_an_export_says_whose_past_is_seen_newly_and_to_whom_before_it_writes(once_agreed, tmp_path, run_planner):
    """Said once, with the calendars of those who take no part in it; the owner's own shows nothing new."""
    file = tmp_path / "agreement.toml"
    file.write_text(OPENED, encoding="utf-8")
    run = lambda *args: run_planner("--today", "2027-03-01", *args)  # noqa: E731
    assert "past" not in run("export").stderr
    if once_agreed:
        run("agree", "--by", "ana")
    file.write_text(OPENED.replace('"private"', '"gist"'), encoding="utf-8")
    assert "past" not in run("export", "--for", "ana").stderr
    newly = '"Therapy" is new in ben.ics and everyone.ics, with what is past of it since Tuesday 5 January 2027.\n'
    (tmp_path / "calendars" / "keep").mkdir()
    refused = tmp_path / "calendars" / "everyone.ics"
    kept = refused.read_bytes()
    refused.write_bytes(b"not ours")
    assert run("export").exit_code == 3
    assert b"SUMMARY:Ana" not in (tmp_path / "calendars" / "ben.ics").read_bytes()
    refused.write_bytes(kept)
    done = run("export")
    assert done.stderr == (f"{PAST}.\n" if once_agreed else newly)
    assert "ben.ics       1 series, updated" in done.stdout
    assert run("export").stderr == ""


def test_what_is_shared_less_or_as_before_reveals_nothing(tmp_path, run_planner):
    file = tmp_path / "agreement.toml"
    file.write_text(OPENED.replace("private", "full"), encoding="utf-8")
    for share in ("gist", "busy", "private"):
        assert "past" not in run_planner("--today", "2027-03-01", "revise", "therapy", f"share={share}").stdout
    said = run_planner("--today", "2027-03-01", "revise", "therapy", "share=busy").stdout
    assert "show it, with its past since Tuesday 5 January 2027." in said
    said = run_planner("--today", "2027-03-01", "revise", "therapy", "share=full").stdout
    assert (
        '"Therapy" was shared as "busy"; shared as "full", Ben\'s calendar and the calendar for everyone show more'
        in said
    )
    assert "more of it, and of what is past since Tuesday 5 January 2027." in said
