"""The evening of the one whose turn it is not: its days and turns are those of what it follows."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from planner.agreeing import composed_as, decide, opened
from planner.agreement import Agreed, History, Version
from planner.compiler import compile_series, compile_versions
from planner.document import Document, parse_document
from planner.ending import end_in, ended, endings
from planner.ics import calendar_text
from planner.reading import read_agreement
from planner.timeline import occurrences
from planner.versions import Stored, read_version, version_text
from planner.writing import same_terms, terms_of, whole_terms_of, words_of
from tests.engines import ENGINES
from tests.test_occurrences import NOW, compare, compare_series

FILE = """[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[people.cleo]
name = "Cleo"
[rituals.off]
title = "Evening off"
follows = "rituals.bedtime"
who = "not turn"
at = "19:30-22:00"
skip = [2027-01-20]
[rituals.bedtime]
turns = ["ana", "ben"]
who = "turn"
on = "every day"
at = "19:00-19:30"
skip = [2027-01-06]
changes = [
    {{ on = 2027-01-08, turn = "ben" }},
    {{ on = 2027-01-09, moved_to = 2027-01-10, at = "18:00" }},
]
{0}
"""


def agreed(text: str = ""):
    agreement, findings = read_agreement(tomllib.loads(FILE.format(text)))
    assert agreement is not None, findings
    return agreement


def of(ritual: str, agreement):
    found = occurrences(compile_series(agreement, None), date(2027, 1, 1), date(2027, 6, 1))
    return {o.on: o for o in found if o.ritual == ritual}


def test_it_is_for_the_one_whose_turn_it_is_not_on_each_of_the_days():
    agreement = agreed()
    led, off = of("rituals.bedtime", agreement), of("rituals.off", agreement)
    assert led.keys() - off.keys() == {date(2027, 1, 20)}
    assert not off.keys() - led.keys()
    for on, o in off.items():
        assert {*o.who, *led[on].who} == {"ana", "ben"}
        assert len(o.who) == 1
        assert o.look.summary == f"Evening off ({agreement.name(o.who[0])})"
        assert (o.day, o.start.hour) == (led[on].day, 19)
    assert off[date(2027, 1, 8)].who == ("ana",)


@pytest.mark.parametrize("pause", ['only = "rituals.bedtime"', 'who = "ben"', 'who = "ana"\nonly = "rituals.off"'])
def test_it_rests_with_what_it_follows(pause):
    text = f"[[pauses]]\nstarts = 2027-02-01\nuntil = 2027-02-07\n{pause}"
    usual, resting = (of("rituals.off", agreed(more)) for more in ("", text))
    gone = {on for on in usual if date(2027, 2, 1) <= on <= date(2027, 2, 7)}
    if "ana" in pause:
        gone = {on for on in gone if usual[on].who == ("ana",)}
    assert gone
    assert usual.keys() - resting.keys() == gone


def test_of_three_who_take_turns_two_are_free():
    text = FILE.replace('turns = ["ana", "ben"]', 'turns = ["ana", "ben", "cleo"]').format("")
    agreement, _ = read_agreement(tomllib.loads(text))
    off = of("rituals.off", agreement)
    assert off[date(2027, 1, 4)].who == ("ben", "cleo")
    assert off[date(2027, 1, 4)].look.summary == "Evening off (Ben and Cleo)"


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_it_as_we_do(engine):
    for audience in ("ana", "ben", "cleo", "everyone"):
        compare(agreed(), audience, engine, date(2027, 1, 1), date(2028, 6, 1))


def test_show_and_check_speak_of_it(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(FILE.format(""), encoding="utf-8")
    shown = " ".join(run_planner("--today", "2027-01-04", "show").stdout.split())
    assert 'Evening off: for whoever of Ana and Ben has no turn that day in "Bedtime", every day' in shown
    assert run_planner("--today", "2027-01-04", "check").exit_code == 0


def test_it_is_written_as_it_was_and_read_again_as_the_same():
    agreement = agreed()
    off = agreement.rituals["rituals.off"]
    terms = {"follows": "rituals.bedtime", "who": "not turn", "at": "19:30-22:00", "timezone": "Europe/Berlin"}
    assert terms_of(off) == terms
    assert words_of(off)["skip"] == [date(2027, 1, 20)]
    assert "changes" not in words_of(off)
    text = version_text(agreement, Agreed(date(2027, 1, 4), (), None))
    stored = read_version(text.encode(), "x.toml", date(2027, 1, 4), 1)
    assert isinstance(stored, Stored), stored
    assert stored.version.agreement.rituals == agreement.rituals


OLDER = FILE.format("").replace('"ana", "ben"]', '"ana", "ben", "cleo"]').replace('on = "every day"', 'on = "weekdays"')
OFF_ALONE = FILE.format("").replace('at = "19:30-22:00"', 'at = "20:00-22:30"')
SPLIT = date(2027, 2, 3)
WHILE = (date(2027, 1, 1), date(2027, 6, 1))


def history_of(*texts: str) -> History:
    found = []
    for text in texts:
        agreement, findings = read_agreement(tomllib.loads(text))
        assert agreement is not None, findings
        found.append(agreement)
    days = (date(2027, 1, 4), SPLIT)
    return History(found[-1], tuple(Version(on, 1, a) for on, a in zip(days, found[:2], strict=True)))


LED_ALONE = FILE.format("").replace('at = "19:00-19:30"', 'at = "18:30-19:00"')
BOTH = OLDER.replace('at = "19:30-22:00"', 'at = "20:00-22:30"')
NOT_YET = FILE.format("").replace(FILE[FILE.index("[rituals.off]") : FILE.index("[rituals.bedtime]")], "")


@pytest.mark.parametrize("old", [OLDER, OFF_ALONE, LED_ALONE, BOTH, NOT_YET], ids=["led", "off", "time", "both", "new"])
def test_over_a_split_it_goes_with_what_it_follows(old):
    history = history_of(old, FILE.format(""))
    found = occurrences(compile_versions(history, None), date(2027, 1, 1), date(2027, 6, 1))
    led, off = ({o.on: o for o in found if o.ritual == path} for path in ("rituals.bedtime", "rituals.off"))
    gone = {on for on in led if on < SPLIT} if old is NOT_YET else {date(2027, 1, 20)}
    assert led.keys() - off.keys() == gone
    assert not off.keys() - led.keys()
    for on, o in off.items():
        everyone = {"ana", "ben", "cleo"} if 'cleo"]' in old and on < SPLIT else {"ana", "ben"}
        assert {*o.who, *led[on].who} == everyone
        assert not {*o.who} & {*led[on].who}
        assert (o.start.hour, o.start.minute) == ((20, 0) if "20:00" in old and on < SPLIT else (19, 30))
    for engine in ENGINES:
        for audience in ("ana", "everyone"):
            series = compile_versions(history, audience)
            text = calendar_text(series, name="Test", color=None, first_year=2026, now=NOW, earlier={})
            compare_series(series, text, engine, date(2027, 1, 1), date(2027, 6, 1))


def test_the_single_dates_of_what_it_follows_hold_at_once_and_its_terms_wait():
    draft = OLDER.replace("skip = [2027-01-06]", "skip = [2027-03-03]")
    history = history_of(FILE.format(""), FILE.format("").replace("19:30-22:00", "20:00-22:30"), draft)
    found = {o.on: o for o in occurrences(compile_versions(history, None), *WHILE) if o.ritual == "rituals.off"}
    assert date(2027, 1, 6) in found
    assert date(2027, 3, 3) not in found
    assert date(2027, 3, 6) in found
    assert {p for o in found.values() for p in o.who} == {"ana", "ben"}


def test_a_new_one_waits_with_the_new_one_that_it_follows():
    alone = FILE.format("")[: FILE.index("[rituals.off]")] + '[rituals.tea]\non = "sunday"\nat = "16:00-17:00"\n'
    tea = alone[alone.index("[rituals.tea]") :]
    draft = (FILE.format("") + tea).replace("16:00-17:00", "16:00-18:00")
    old, new = (read_agreement(tomllib.loads(text))[0] for text in (alone, draft))
    assert old is not None
    assert new is not None
    history = History(new, (Version(date(2027, 1, 4), 1, old),))
    changes = opened(history, SPLIT, ())
    yeses = {c.revised.ritual: tuple(c.lacking) for c in changes if c.revised.ritual != "rituals.bedtime"}
    decision = decide(history, SPLIT, changes, yeses, (), date(2027, 1, 30))
    assert [c.revised.ritual for c in decision.waits] == ["rituals.bedtime"]
    assert [c.revised.ritual for c in decision.taken] == ["rituals.tea"]
    assert [w.ritual for w in decision.waiting] == ["rituals.off"]
    assert decision.agreement is not None
    assert [*decision.agreement.rituals] == ["rituals.tea"]
    everyone = {c.revised.ritual: tuple(c.lacking) for c in changes}
    whole = decide(history, SPLIT, changes, everyone, (), date(2027, 1, 30)).agreement
    assert whole is not None
    stored = read_version(version_text(whole, Agreed(SPLIT, (), None)).encode(), "x.toml", SPLIT, 1)
    assert isinstance(stored, Stored), stored
    assert composed_as(stored.version.agreement, whole)


@pytest.mark.parametrize("who", [None, "ana"])
@pytest.mark.parametrize("guests", [False, True])
def test_it_ends_with_what_it_follows_or_when_nobody_else_takes_turns(who, guests):
    text = FILE.format("").replace('who = "turn"\n', "") if guests else FILE.format("")
    document = parse_document(text.encode(), "x.toml")
    assert isinstance(document, Document)
    before, _ = read_agreement(document.values)
    assert before is not None
    found = endings(before, date(2027, 1, 12), who)
    again, findings = read_agreement(end_in(document, found).values)
    assert again is not None, findings
    meant = ended(before, found).rituals
    assert again.rituals.keys() == meant.keys()
    assert all(same_terms(whole_terms_of(again.rituals[path]), whole_terms_of(meant[path])) for path in meant)
    goes_on = guests and who
    assert again.rituals.keys() == ({"rituals.bedtime"} if goes_on else {"rituals.off", "rituals.bedtime"})
    assert goes_on or all(o.on < date(2027, 1, 12) for o in occurrences(compile_series(again, None), *WHILE))
