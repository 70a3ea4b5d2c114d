"""What changed, whose yes it needs and why, in sentences that read well aloud; and what takes effect of it."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreeing import decide, default_day, header, opened
from planner.agreement import Agreed, Agreement, History, Version
from planner.checks import Examined, errors
from planner.document import Document, parse_document
from planner.ending import end_in, ended, endings
from planner.reading import read_agreement
from planner.revision import as_json, revised, unit_of
from planner.versions import Stored, Waiting, read_version, version_text
from planner.writing import terms_of
from tests.conftest import SHELF
from tests.strategies import agreements

START, MARCH, APRIL = date(2027, 1, 4), date(2027, 3, 1), date(2027, 4, 1)

HEAD = """
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[people.cleo]
name = "Cleo"
[helpers.lucia]
name = "Lúcia"
"""


def read(text: str) -> Agreement:
    agreement, findings = read_agreement(tomllib.loads(HEAD + text), shelf=SHELF)
    assert agreement is not None, findings
    return agreement


def version(on: date, text: str) -> Version:
    return Version(on, 1, read(text)._replace(agreed=Agreed(on, (), None)))


def history(new: str, *old: tuple[date, str]) -> History:
    return History(read(new), tuple(version(on, text) for on, text in old))


BLOCK = '[me_blocks.pottery]\nwho = "ana"\ntitle = "Pottery class"\n'
EVENING = '[shared_evenings.cook]\ntitle = "Cook together"\nwho = ["ana", "ben"]\n'
SALON = '[host_nights.salon]\ntitle = "Salon"\nwho = ["ana", "ben"]\n'
WED = 'on = "wednesday"\nat = "18:30-21:00"\n'
FRI = 'on = "friday"\nat = "19:00-22:00"\n'
SAT = 'on = "second saturday"\nat = "19:30-22:30"\n'
STEPS = 'on = "sunday"\nat = "09:00"\nladder = { steps = ["30m", "45m", "1h"], each = "2 weeks", step = %d }\n'

ANA, BEN = "ana", "ben"
MORE, OTHER, NEW = "more time", "other time", "new time"

# What was, what is to be, whose yes it needs and why, the sentence. The list is the rule.
RULES = {
    "another day": (
        BLOCK + WED,
        BLOCK + 'on = "thursday"\nat = "19:00-21:00"',
        {ANA: OTHER},
        "Ana's Pottery class: Wednesday 18:30–21:00 → Thursday 19:00–21:00, from Monday 1 March 2027.",
    ),
    "a longer evening": (
        EVENING + FRI,
        EVENING + 'on = "friday"\nat = "19:00-23:00"',
        {ANA: MORE, BEN: MORE},
        "Cook together: Friday 19:00–22:00 → Friday 19:00–23:00, from Monday 1 March 2027.",
    ),
    "a shorter evening": (
        EVENING + FRI,
        EVENING + 'on = "friday"\nat = "19:30-21:30"',
        {},
        "Cook together: Friday 19:00–22:00 → Friday 19:30–21:30, from Monday 1 March 2027.",
    ),
    "fewer days": (
        EVENING + 'on = ["tuesday", "friday"]\nat = "19:00-22:00"',
        EVENING + FRI,
        {},
        "Cook together: Tuesday and Friday 19:00–22:00 → Friday 19:00–22:00, from Monday 1 March 2027.",
    ),
    "every other week": (
        EVENING + FRI,
        EVENING + FRI + 'every = "2 weeks"',
        {},
        "Cook together: Friday 19:00–22:00 → every other Friday 19:00–22:00, from Monday 1 March 2027.",
    ),
    "every week instead of every other": (
        EVENING + FRI + 'every = "2 weeks"',
        EVENING + FRI,
        {ANA: MORE, BEN: MORE},
        "Cook together: every other Friday 19:00–22:00 → Friday 19:00–22:00, from Monday 1 March 2027.",
    ),
    "one more person": (
        EVENING + FRI,
        EVENING.replace('"ben"', '"ben", "cleo"') + FRI,
        {"cleo": NEW},
        "Cook together: for Ana and Ben → for Ana, Ben and Cleo, from Monday 1 March 2027.",
    ),
    "one leaves": (
        EVENING.replace('"ben"', '"ben", "cleo"') + FRI,
        EVENING + FRI,
        {},
        "Cook together: for Ana, Ben and Cleo → for Ana and Ben, from Monday 1 March 2027.",
    ),
    "a new ritual": (
        "",
        EVENING + FRI,
        {ANA: NEW, BEN: NEW},
        "New: Cook together, every Friday from 19:00 to 22:00, for Ana and Ben, from Monday 1 March 2027.",
    ),
    "a new me-block": (
        "",
        BLOCK + WED,
        {ANA: NEW},
        "New: Ana's Pottery class, every Wednesday from 18:30 to 21:00, from Monday 1 March 2027.",
    ),
    "a new one on trial": (
        "",
        BLOCK + WED + 'starts = 2027-03-03\ntrial = "4 weeks"',
        {ANA: NEW},
        "New: Ana's Pottery class, every Wednesday from 18:30 to 21:00, on trial, from Wednesday 3 March 2027 "
        "until Tuesday 30 March 2027.",
    ),
    "a new one whose trial is over before it begins": (
        "",
        BLOCK + WED + 'trial = "4 weeks"',
        {},
        "New: Ana's Pottery class, every Wednesday from 18:30 to 21:00, on trial; it never comes, for its last day, "
        "Sunday 31 January 2027, is over by then.",
    ),
    "let go": (
        EVENING + FRI,
        "",
        {},
        "Let go: Cook together, every Friday from 19:00 to 22:00; it ends before Monday 1 March 2027.",
    ),
    "gone after it was over": (
        EVENING + FRI + "until = 2027-02-05",
        "",
        {},
        "No longer in the file: Cook together, which was over on Friday 5 February 2027.",
    ),
    "a trial kept": (
        EVENING + FRI + "trial = 2027-03-31",
        EVENING + FRI,
        {ANA: MORE, BEN: MORE},
        "Cook together: on trial → kept, from Monday 1 March 2027.",
    ),
    "a trial kept for a while": (
        EVENING + FRI + "trial = 2027-03-31",
        EVENING + FRI + "until = 2027-12-31",
        {ANA: MORE, BEN: MORE},
        "Cook together: on trial → kept until Friday 31 December 2027, from Monday 1 March 2027.",
    ),
    "put on trial": (
        EVENING + FRI,
        EVENING + FRI + "trial = 2027-03-31",
        {},
        "Cook together: on trial until Wednesday 31 March 2027, from Monday 1 March 2027.",
    ),
    "turns where there were none": (
        EVENING + FRI,
        EVENING + FRI + 'turns = ["ana", "ben"]',
        {ANA: "a turn", BEN: "a turn"},
        "Cook together: no turns → turns in the order Ana, then Ben, from Monday 1 March 2027.",
    ),
    "always the same one's turn": (
        EVENING + FRI + 'turns = ["ana", "ben"]',
        EVENING + FRI + 'turns = ["ana"]',
        {ANA: "a turn"},
        "Cook together: turns in the order Ana, then Ben → Ana's turn each time, from Monday 1 March 2027.",
    ),
    "always the same host": (
        SALON + SAT + 'host = "ana"',
        SALON + SAT + 'hosts = ["ben"]',
        {BEN: "a turn"},
        "Salon: Ana hosts → Ben hosts each time, from Monday 1 March 2027.",
    ),
    "no ladder any more": (
        BLOCK + STEPS % 2,
        BLOCK + 'on = "sunday"\nat = "09:00-09:30"',
        {},
        "Ana's Pottery class: Sunday 09:00 → Sunday 09:00–09:30; a ladder of 30 minutes, then 45 minutes, then 1 hour, "
        "each for 2 weeks, at step 2 → no ladder, from Monday 1 March 2027.",
    ),
    "a title that names its owner": (
        BLOCK.replace("Pottery class", "Ana's evening") + WED,
        BLOCK.replace("Pottery class", "Ana's evening") + WED.replace("21:00", "20:00"),
        {},
        "Ana's evening: Wednesday 18:30–21:00 → Wednesday 18:30–20:00, from Monday 1 March 2027.",
    ),
    "a trial prolonged": (
        EVENING + FRI + "trial = 2027-03-31",
        EVENING + FRI + "trial = 2027-04-30",
        {ANA: MORE, BEN: MORE},
        "Cook together: on trial until Friday 30 April 2027, from Monday 1 March 2027.",
    ),
    "a last day": (
        EVENING + FRI,
        EVENING + FRI + "until = 2027-06-25",
        {},
        "Cook together: no last day → last day Friday 25 June 2027, from Monday 1 March 2027.",
    ),
    "a later last day, years ahead": (
        EVENING + FRI + "until = 2037-06-26",
        EVENING + FRI + "until = 2038-06-25",
        {ANA: MORE, BEN: MORE},
        "Cook together: last day Friday 26 June 2037 → last day Friday 25 June 2038, from Monday 1 March 2027.",
    ),
    "a later start": (
        EVENING + FRI + "starts = 2027-03-05",
        EVENING + FRI + "starts = 2027-04-02",
        {},
        "Cook together: first day Friday 5 March 2027 → Friday 2 April 2027, from Monday 1 March 2027.",
    ),
    "another count": (
        EVENING + FRI + 'every = "2 weeks"',
        EVENING + FRI + 'every = "2 weeks"\ncount_from = 2027-03-05',
        {},
        "Cook together: counted from its start → from Friday 5 March 2027, from Monday 1 March 2027.",
    ),
    "another order of hosts": (
        SALON + SAT + 'hosts = ["ana", "ben"]',
        SALON + SAT + 'hosts = ["ben", "ana", "ana"]',
        {ANA: "a turn", BEN: "a turn"},
        "Salon: hosts in the order Ana, then Ben → hosts in the order Ben, then Ana, then Ana, "
        "from Monday 1 March 2027.",
    ),
    "one host instead of two": (
        SALON + SAT + 'hosts = ["ana", "ben"]',
        SALON + SAT + 'host = "ana"',
        {ANA: "a turn"},
        "Salon: hosts in the order Ana, then Ben → Ana hosts, from Monday 1 March 2027.",
    ),
    "only the one whose turn it is": (
        EVENING + FRI + 'turns = ["ana", "ben"]',
        EVENING.replace('["ana", "ben"]', '"turn"') + FRI + 'turns = ["ana", "ben"]',
        {},
        "Cook together: only the one whose turn it is takes part, from Monday 1 March 2027.",
    ),
    "everyone, not only the one whose turn it is": (
        EVENING.replace('["ana", "ben"]', '"turn"') + FRI + 'turns = ["ana", "ben"]',
        EVENING + FRI + 'turns = ["ana", "ben"]',
        {ANA: MORE, BEN: MORE},
        "Cook together: everyone named takes part each time, from Monday 1 March 2027.",
    ),
    "in person": (
        '[check_ins.c]\nwho = ["ana", "ben"]\non = "monday"\nat = "12:00"\nby = "text"',
        '[check_ins.c]\nwho = ["ana", "ben"]\non = "monday"\nat = "12:00"\nby = "in person"',
        {ANA: "it fills the time now", BEN: "it fills the time now"},
        "C: by text → in person, from Monday 1 March 2027.",
    ),
    "another zone": (
        EVENING + FRI,
        EVENING + FRI + 'timezone = "Europe/Lisbon"',
        {ANA: OTHER, BEN: OTHER},
        "Cook together: Berlin time → Lisbon time, from Monday 1 March 2027.",
    ),
    "another zone with the same clocks": (
        EVENING + FRI,
        EVENING + FRI + 'timezone = "Europe/Paris"',
        {},
        "Cook together: Berlin time → Paris time, from Monday 1 March 2027.",
    ),
    "a step up": (
        BLOCK + STEPS % 1,
        BLOCK + STEPS % 2,
        {ANA: MORE},
        "Ana's Pottery class: 30 minutes → 45 minutes, step 2 of 3, from Monday 1 March 2027.",
    ),
    "a step down": (
        BLOCK + STEPS % 3,
        BLOCK + STEPS % 1,
        {},
        "Ana's Pottery class: 1 hour → 30 minutes, step 1 of 3, from Monday 1 March 2027.",
    ),
    "other steps": (
        BLOCK + STEPS % 1,
        BLOCK + 'on = "sunday"\nat = "09:00"\nladder = { steps = ["30m", "1h"], each = "1 month", grows = "by date" }',
        {ANA: MORE},
        "Ana's Pottery class: a ladder of 30 minutes, then 45 minutes, then 1 hour, each for 2 weeks, at step 1 → "
        "a ladder of 30 minutes, then 1 hour, each for 1 month by date, from Monday 1 March 2027.",
    ),
    "someone covers": (
        BLOCK + WED,
        BLOCK + WED + 'cover = "ben"',
        {BEN: "covering"},
        "Ana's Pottery class: nobody covers → Ben covers, from Monday 1 March 2027.",
    ),
    "a helper covers": (
        BLOCK + WED + 'cover = "ben"',
        BLOCK + WED + 'cover = "lucia"',
        {},
        "Ana's Pottery class: Ben covers → Lúcia covers, from Monday 1 March 2027.",
    ),
    "what someone covers moves": (
        BLOCK + WED + 'cover = "ben"',
        BLOCK + 'on = "thursday"\nat = "18:30-21:00"\ncover = "ben"',
        {ANA: OTHER, BEN: "covering"},
        "Ana's Pottery class: Wednesday 18:30–21:00 → Thursday 18:30–21:00, from Monday 1 March 2027.",
    ),
    "a check-in by text": (
        BLOCK + WED,
        BLOCK + WED + 'check_in = { after = "20m" }',
        {},
        "Ana's Pottery class: no check-in → a check-in by text 20 minutes in for 5 minutes, from Monday 1 March 2027.",
    ),
    "a check-in in person": (
        BLOCK + WED,
        BLOCK + WED + 'check_in = { before_end = "10m", by = "in person" }',
        {BEN: "being in touch in person", "cleo": "being in touch in person"},
        "Ana's Pottery class: no check-in → a check-in in person 10 minutes before the end for 5 minutes, "
        "from Monday 1 March 2027.",
    ),
    "one whom `yes` names": (
        BLOCK + WED + 'yes = "ben"',
        BLOCK + 'on = "thursday"\nat = "18:30-21:00"\nyes = "ben"',
        {ANA: OTHER, BEN: "`yes` names them"},
        "Ana's Pottery class: Wednesday 18:30–21:00 → Thursday 18:30–21:00, from Monday 1 March 2027.",
    ),
    "one whom `yes` names, for less": (
        BLOCK + WED + 'yes = "ben"',
        BLOCK + 'on = "wednesday"\nat = "18:30-20:00"\nyes = "ben"',
        {},
        "Ana's Pottery class: Wednesday 18:30–21:00 → Wednesday 18:30–20:00, from Monday 1 March 2027.",
    ),
    "a yes no longer asked for": (
        BLOCK + WED + 'yes = "ben"',
        BLOCK + WED,
        {BEN: "its changes no longer need that yes"},
        "Ana's Pottery class: a change of it also needs Ben's yes → nobody's yes, from Monday 1 March 2027.",
    ),
    "a yes asked for from now on": (
        BLOCK + WED,
        BLOCK + WED + 'yes = "ben"',
        {ANA: "from now on its changes need Ben's yes", BEN: "`yes` names them"},
        "Ana's Pottery class: a change of it also needs nobody's yes → Ben's yes, from Monday 1 March 2027.",
    ),
    "firm": (
        EVENING + FRI + "if_needed = true",
        EVENING + FRI,
        {ANA: "it fills the time now", BEN: "it fills the time now"},
        "Cook together: a slot kept in case → firm, from Monday 1 March 2027.",
    ),
    "several things at once": (
        BLOCK + WED,
        BLOCK + 'on = ["monday", "thursday"]\nat = "19:00-20:00"\ncover = "ben"\nuntil = 2027-12-31',
        {ANA: OTHER, BEN: "covering"},
        "Ana's Pottery class: Wednesday 18:30–21:00 → Monday and Thursday 19:00–20:00; "
        "no last day → last day Friday 31 December 2027; nobody covers → Ben covers, from Monday 1 March 2027.",
    ),
    "days with times of their own": (
        EVENING + FRI,
        EVENING + 'at = { friday = "19:00-22:00", sunday = "10:00-11:00" }',
        {ANA: MORE, BEN: MORE},
        "Cook together: Friday 19:00–22:00 → Friday 19:00–22:00 and Sunday 10:00–11:00, from Monday 1 March 2027.",
    ),
    "whole days": (
        EVENING + 'on = "first friday"\nat = "all day"',
        EVENING + 'on = "first friday"\nat = "all day"\nfor = "3 days"',
        {ANA: MORE, BEN: MORE},
        "Cook together: first Friday of the month all day → first Friday of the month for 3 whole days, "
        "from Monday 1 March 2027.",
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_whose_yes_a_change_needs_and_how_it_is_said(name):
    old, new, needs, sentence = RULES[name]
    (change,) = revised(history(new, (START, old)), MARCH)
    assert change.needs == needs
    assert change.sentence == sentence


def test_weeks_that_begin_on_another_day_are_a_change_where_they_count():
    text = EVENING + 'on = "sunday"\nat = "19:00-22:00"\nevery = "2 weeks"\n' + BLOCK + WED
    of = history(text, (START, text))
    of = of._replace(current=of.current._replace(week_starts=6))
    (change,) = revised(of, MARCH)
    assert change.sentence == "Cook together: weeks from Monday → from Sunday, from Monday 1 March 2027."
    assert change.fields == {"week_starts": (None, "sunday")}
    decision = decide(of, MARCH, opened(of, MARCH, ()), {}, (), TODAY)
    assert (decision.agreement or of.current).week_starts == (6 if decision.taken else 0)


def test_words_sharing_and_single_dates_are_no_change():
    words = 'where = "x"\nnotes = "y"\nshare = "busy"\nremind = "1h"\nskip = 2027-03-03\ntags = "friends"\n'
    pause = (
        '[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-14\n[[pairs]]\nthese = ["me_blocks.pottery", "me_blocks.b"]\n'
    )
    more = '[me_blocks.b]\nwho = "ben"\n' + FRI
    old, new = BLOCK + WED + more, BLOCK.replace("Pottery class", "Clay") + WED + words + more + pause
    assert revised(history(new, (START, old)), MARCH) == []


def test_the_same_in_other_words_is_no_change():
    new = EVENING + 'at = { friday = "7pm-10pm" }\nevery = "week"\nstarts = 2027-01-04'
    assert revised(history(new, (START, EVENING + FRI)), MARCH) == []
    assert revised(history(new.replace('["ana", "ben"]', '["ben", "ana"]'), (START, EVENING + FRI)), MARCH) == []


def test_a_key_carried_over_is_the_same_ritual():
    new = '[rituals.clay]\nwas = "me_blocks.pottery"\nwho = "ana"\n' + WED
    (only,) = revised(history(new.replace("21:00", "20:00"), (START, BLOCK + WED)), MARCH)
    assert (only.ritual, only.what) == ("rituals.clay", "changed")
    assert revised(history(new, (START, BLOCK + WED)), MARCH) == []


def test_json_has_the_fields_as_the_file_writes_them():
    new = BLOCK + 'on = ["monday", "thursday"]\nat = "19:00"\nfor = "2 days"\nuntil = 2027-12-31'
    assert as_json(revised(history(new, (START, BLOCK + WED)), MARCH)) == [
        {
            "ritual": "me_blocks.pottery",
            "what": "changed",
            "fields": {
                "on": ["wednesday", ["monday", "thursday"]],
                "at": ["18:30-21:00", "19:00"],
                "for": [None, "2 days"],
                "until": [None, "2027-12-31"],
            },
            "needs": ["ana"],
            "message": "Ana's Pottery class: Wednesday 18:30–21:00 → Monday and Thursday 19:00 for 2 days; "
            "no last day → last day Friday 31 December 2027, from Monday 1 March 2027.",
        }
    ]


@given(values=agreements(), data=st.data())
def test_nothing_asks_for_a_yes_where_nothing_changes_and_all_of_it_where_all_is_new(values, data):
    agreement, _ = read_agreement(values)
    assert agreement is not None
    on = data.draw(st.dates(date(2026, 1, 1), date(2028, 1, 1)))
    assert revised(History(agreement, (Version(on, 1, agreement),)), on) == []
    empty = agreement._replace(rituals={})
    for change in revised(History(agreement, (Version(date(2026, 1, 1), 1, empty),)), on):
        assert set(change.needs) <= set(agreement.people)
        assert change.what == "added"
    assert all(not c.needs for c in revised(History(empty, (Version(date(2026, 1, 1), 1, agreement),)), on))


# ── what takes effect ──


BOTH = BLOCK + WED + EVENING + FRI
MOVED = BLOCK + 'on = "thursday"\nat = "18:30-21:00"\n' + EVENING + 'on = "friday"\nat = "19:00-23:00"\n'
TODAY = date(2027, 2, 20)


def taken(of: History, yeses, stored=(), on=MARCH):
    return decide(of, on, opened(of, on, stored), yeses, stored, TODAY)


def test_what_has_its_yeses_takes_effect_and_the_rest_waits_as_it_was():
    of = history(MOVED, (START, BOTH))
    decision = taken(of, {"me_blocks.pottery": ["ana"], "shared_evenings.cook": ["ana"]})
    assert [c.revised.ritual for c in decision.taken] == ["me_blocks.pottery"]
    assert [(c.revised.ritual, c.lacking) for c in decision.waits] == [("shared_evenings.cook", ("ben",))]
    assert decision.agreement is not None
    assert decision.agreement.rituals["me_blocks.pottery"] == of.current.rituals["me_blocks.pottery"]
    assert decision.agreement.rituals["shared_evenings.cook"].slots[0].time.length == 180
    (waiting,) = decision.waiting
    assert waiting[::2] == ("shared_evenings.cook", MARCH, TODAY)
    assert header(decision, of, said=TODAY, by=(), note=None) == Agreed(MARCH, ("ana",), None, TODAY)


def test_a_yes_that_waits_counts_for_the_same_terms_from_its_day_on_and_no_others():
    of = history(MOVED, (START, BOTH))
    stored = taken(of, {"shared_evenings.cook": ["ana"]}).waiting
    assert default_day(of, stored, date(2027, 2, 21)) == MARCH
    assert taken(of, {"shared_evenings.cook": ["ben"]}, stored).taken
    assert not taken(of, {"shared_evenings.cook": ["ben"]}, stored, on=date(2027, 2, 25)).taken
    again = history(MOVED.replace("23:00", "23:30"), (START, BOTH))
    assert [c.lacking for c in taken(again, {"shared_evenings.cook": ["ben"]}, stored).waits] == [("ana",), ("ana",)]
    assert taken(again, {"shared_evenings.cook": ["ben"]}, stored).waiting[0].yes == ("ben",)
    assert default_day(again, stored, date(2027, 2, 21)) == date(2027, 2, 21)


def test_letting_go_takes_the_word_of_the_one_who_decides():
    decision = taken(history(BLOCK + WED, (START, BOTH)), {})
    assert [c.revised.what for c in decision.taken] == ["dropped"]
    assert decision.agreement is not None
    assert list(decision.agreement.rituals) == ["me_blocks.pottery"]


def test_the_first_version_is_whole_or_not_there():
    of = history(BOTH)
    half = taken(of, {"me_blocks.pottery": ["ana"], "shared_evenings.cook": ["ana"]})
    assert (half.agreement, half.taken) == (None, ())
    assert {w.ritual for w in half.waiting} == {"me_blocks.pottery", "shared_evenings.cook"}
    whole = taken(of, {"shared_evenings.cook": ["ben"]}, half.waiting)
    assert (whole.agreement, whole.waiting, whole.yes) == (of.current, (), ("ana", "ben"))


def test_a_new_ritual_that_waits_is_not_in_the_version_and_one_that_changes_is_as_before():
    walk = '[rituals.walk]\non = "sunday"\nat = "15:00-16:00"\n'
    of = history(MOVED + walk, (START, BOTH))
    decision = taken(of, {"me_blocks.pottery": ["ana"]})
    assert decision.agreement is not None
    assert list(decision.agreement.rituals) == ["me_blocks.pottery", "shared_evenings.cook"]


def test_a_programme_is_agreed_as_a_whole():
    assert unit_of("programs.first-month.talk") == unit_of("programs.first-month.walk") == "programs.first-month"
    assert unit_of("rituals.walk") == "rituals.walk"
    program = '[programs.first]\ntemplate = "four-weeks"\nstarts = 2027-04-05\n'
    program += 'changes.talk = { on = "sunday", at = 10:00:00 }\n'
    text = version_text(read(BOTH + program), Agreed(MARCH, (), None))
    stored = read_version(text.encode(), "x.toml", MARCH, 1, SHELF)
    assert isinstance(stored, Stored), stored
    assert stored.version.agreement.programs == read(BOTH + program).programs


def test_a_version_for_a_day_that_has_one_keeps_its_yeses_and_its_note():
    first = version(MARCH, BOTH)
    first = first._replace(agreement=first.agreement._replace(agreed=Agreed(MARCH, ("cleo",), "Spring")))
    of = History(read(MOVED), (first,))
    decision = taken(of, {"me_blocks.pottery": ["ana"], "shared_evenings.cook": ["ana", "ben"]})
    assert header(decision, of, said=TODAY, by=(), note=None)[1:3] == (("ana", "ben", "cleo"), "Spring")
    assert header(decision, of, said=TODAY, by=(), note="Later")[1:3] == (("ana", "ben", "cleo"), "Later")


def test_what_replaces_later_versions_needs_the_yeses_for_them_too_and_waits_as_a_whole():
    of = history(BOTH, (START, BOTH), (APRIL, BOTH.replace("22:00", "20:00")))
    (change,) = opened(of, MARCH, [])
    assert (change.revised.ritual, change.lacking) == ("shared_evenings.cook", ("ana", "ben"))
    assert taken(of, {"shared_evenings.cook": ["ana"]}).agreement is None
    decision = taken(of, {"shared_evenings.cook": ["ana", "ben"]})
    assert decision.agreement == of.current
    assert header(decision, of, said=TODAY, by=(), note=None).replaces == ("2027-04-01",)


def test_a_stranger_among_the_yeses_counts_for_nobody():
    of = history(MOVED, (START, BOTH))
    (change, *_) = opened(of, MARCH, [Waiting("me_blocks.pottery", "0" * 16, START, ("dora", "ana"), START)])
    assert change.yes == ()


# ── the end ──


DATED = (
    "skip = [2027-02-26, 2027-03-12]\n"
    "changes = [{ on = 2027-02-19, at = '18:00' }, { on = 2027-03-19, at = '18:00' }]\n"
)
THREE = (
    BOTH
    + DATED
    + '[rituals.walk]\nwho = ["ana", "ben", "cleo"]\nturns = ["ana", "cleo", "ben"]\n'
    + 'on = "sunday"\nat = "15:00-16:00"\n'
    + '[me_blocks.run]\nwho = "ben"\non = "monday"\nat = "8:00-9:00"\ncover = "ana"\ncheck_in = { after = "5m" }\n'
    + '[me_blocks.read]\nwho = "cleo"\non = "monday"\nat = "8:00-9:00"\nyes = ["ana", "ben"]\n'
    + '[rituals.trip]\non = "first friday"\nat = "all day"\nstarts = 2027-04-01\n'
    + '[[pairs]]\nthese = ["rituals.trip", "rituals.walk"]\n'
    + '[[pauses]]\nstarts = 2027-05-01\nuntil = 2027-05-02\nonly = ["rituals.trip", "rituals.walk"]\n'
)


def test_the_end_of_all_that_is_shared_leaves_everyone_their_own():
    agreement = read(THREE)
    after = ended(agreement, endings(agreement, MARCH, None))
    lasts = {path: r.until for path, r in after.rituals.items()}
    february = date(2027, 2, 28)
    assert lasts == {
        "me_blocks.pottery": None,
        "shared_evenings.cook": february,
        "rituals.walk": february,
        "me_blocks.run": None,
        "me_blocks.read": None,
    }
    run = after.rituals["me_blocks.run"]
    assert (run.cover, run.check_ins, after.rituals["me_blocks.read"].yes) == (None, (), ())


def test_one_who_leaves_is_missing_where_two_remain_and_ends_it_where_not():
    agreement = read(THREE)
    after = ended(agreement, endings(agreement, MARCH, "ben"))
    assert after.rituals["shared_evenings.cook"].until == date(2027, 2, 28)
    walk = after.rituals["rituals.walk"]
    assert (walk.who, walk.turns, walk.until) == (("ana", "cleo"), ("ana", "cleo"), None)
    assert after.rituals["rituals.trip"].who == ("ana", "cleo")
    assert after.rituals["me_blocks.read"].yes == ("ana",)


@pytest.mark.parametrize("who", [None, "cleo"])
def test_nobody_covers_for_whoever_left_and_a_private_block_keeps_what_is_in_it(who):
    sitter = '[helpers]\nmia = { name = "Mia" }\n'
    block = (
        '[me_blocks.{}]\nwho = "cleo"\non = "monday"\nat = "8:00-9:00"\ncover = "{}"\ncheck_in = {{ after = "5m" }}\n'
    )
    agreement = read(
        THREE + sitter + block.format("dance", "ben") + block.format("talk", "mia") + "share = 'private'\n"
    )
    after = ended(agreement, endings(agreement, MARCH, who)).rituals
    assert (after["me_blocks.dance"].cover, after["me_blocks.dance"].check_ins) == (None, ())
    assert after["me_blocks.talk"] == agreement.rituals["me_blocks.talk"]
    assert after["me_blocks.talk"].check_ins


@pytest.mark.parametrize("who", [None, "ana", "ben", "cleo"])
def test_the_file_after_the_end_says_what_the_agreement_does(who):
    document = parse_document((HEAD + THREE).encode(), "x.toml")
    assert isinstance(document, Document)
    agreement = read(THREE)
    found = endings(agreement, MARCH, who)
    again, findings = read_agreement(end_in(document, found).values)
    assert again is not None, findings
    after = ended(agreement, found).rituals
    assert list(again.rituals) == list(after)
    assert [terms_of(r) for r in again.rituals.values()] == [terms_of(r) for r in after.values()]
    for path, ritual in after.items():
        assert (again.rituals[path].skip, again.rituals[path].changes) == (ritual.skip, ritual.changes)
    assert errors(Examined(again, end_in(document, found).values, START, START)) == []
