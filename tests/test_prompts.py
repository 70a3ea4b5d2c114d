"""Prompts: the same on every machine, none again before all the others; in events only where the couple asks."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import History
from planner.compiler import compile_series
from planner.history import strands_of
from planner.languages import LANGUAGES
from planner.prompts import (
    Collection,
    OwnPrompts,
    collection_of,
    prompt_number,
    read_collection,
    with_own,
)
from planner.reading import read_agreement
from planner.views.prompts import drawing_from, next_day, number_of, number_of_day, prompts_of_day, prompts_of_ritual
from tests.conftest import ROOT, SHELF, Shelf

NAMES = sorted(SHELF.prompts)
COUPLE = """
[agreement]
id = "test-x7k2"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
"""
FRIDAY = '[shared_evenings.friday]\non = "friday"\nat = "19:00-22:00"\n'


def collection(name: str, language: str = "en") -> Collection:
    found, trouble = read_collection(name, SHELF.prompts[name], language)
    assert found is not None, trouble
    return found


def agreed(text: str):
    agreement, findings = read_agreement(tomllib.loads(COUPLE + text), shelf=SHELF)
    assert agreement is not None, findings
    return agreement


# ── chosen by date ──


@given(st.sampled_from(NAMES), st.integers(0, 800_000))
def test_every_prompt_comes_once_in_as_many_numbers_as_there_are(name, first):
    there = collection(name)
    numbers = range(first, first + len(there.prompts))
    assert Counter(prompt_number(there, n) for n in numbers) == Counter(there.prompts)


@given(st.sampled_from(NAMES), st.integers(0, 800_000))
def test_a_number_has_the_same_prompt_in_every_language(name, number):
    there = [collection(name, language) for language in LANGUAGES]
    assert len({one.prompts.index(prompt_number(one, number)) for one in there}) == 1
    assert len({prompt_number(one, number) for one in there}) == len({one.title for one in there}) == len(LANGUAGES)
    assert len({one.kinds for one in there}) == 1


RULES = [
    'on = "friday"',
    'on = ["tuesday", "thursday"]',
    'on = "last sunday"',
    'on = "every day"',
    'every = "3 days"',
    'at = { monday = "19:00-20:00", saturday = "10:00-11:00" }',
    'on = ["second saturday", "fourth saturday"]\nturns = ["ana", "ben"]',
]


@given(st.sampled_from(RULES), st.integers(1, 12), st.integers(0, 60))
def test_a_ritual_meets_every_prompt_once_before_one_comes_again(rule, size, skipped):
    at = "" if "at = {" in rule else 'at = "19:00-22:00"\n'
    agreement = agreed(f"[rituals.r]\n{rule}\n{at}")
    ritual = agreement.rituals["rituals.r"]
    there = Collection("c", "C", (), tuple(map(str, range(size))))
    day, met = date(2027, 1, 4) + timedelta(days=skipped), []
    for _ in range(size):
        day, by_rule = next_day(History(agreement), ritual, day)
        assert day == by_rule
        met.append(prompt_number(there, number_of(History(agreement), ritual, day)))
        day += timedelta(days=1)
    assert sorted(met, key=int) == list(there.prompts)


RESTS = "[[pauses]]\nstarts = 2027-02-01\nuntil = 2027-02-14\n"


@st.composite
def couples(draw):
    """One ritual or two that draw from a collection of eight; the second may rest, move and skip."""
    texts = []
    for key in draw(st.sampled_from((("r",), ("r", "s")))):
        rule = draw(st.sampled_from([rule for rule in RULES if rule != 'on = "every day"']))
        at = "" if "at = {" in rule else 'at = "19:00-22:00"\n'
        texts.append(f'[rituals.{key}]\n{rule}\n{at}prompts_from = "c"\n')
    text = "".join(texts) + draw(st.sampled_from(("", RESTS)))
    return text + '[prompts.c]\nonly = ["0", "1", "2", "3", "4", "5", "6", "7"]\n'


EIGHT = {"c": Collection("c", "C", (), tuple("01234567"))}


def numbers_of_days(agreement, first: date, count: int) -> list[tuple[date, int]]:
    """The first so many days from this one on that no ritual has by its rule, each with its number."""
    history = History(agreement)
    drawing = drawing_from(history, EIGHT, EIGHT["c"]).values()
    dates = {d for r in drawing for n in range(200) if (d := first + timedelta(days=n)) in rule_days(history, r)}
    found = [first + timedelta(days=n) for n in range(200) if first + timedelta(days=n) not in dates]
    return [(day, number_of_day(history, drawing, day)) for day in found[:count]]


def rule_days(history, ritual):
    return {d for s in strands_of(history, ritual) for d in s.days(date(2027, 1, 1), date(2028, 3, 1))}


@given(couples(), st.dates(date(2027, 1, 4), date(2027, 8, 1)))
def test_a_day_without_a_ritual_meets_every_prompt_once_before_one_comes_again(text, day):
    numbers = [n for _, n in numbers_of_days(agreed(text), day, 8)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@given(couples(), st.dates(date(2027, 1, 4), date(2027, 4, 1)))
def test_a_day_says_what_its_rituals_say(text, day):
    """Whichever of the two is asked for: the day, or the ritual on that day."""
    history = History(agreed(text))
    whole = prompts_of_day(history, EIGHT, day)
    there = {p: r for p, r in history.current.rituals.items() if (next_day(history, r, day) or (None,))[0] == day}
    for ritual in there.values():
        alone = prompts_of_ritual(history, ritual, EIGHT, day)
        assert f"\nC (c): {ritual.title}\n{alone.splitlines()[-1]}" in whole
    assert whole.count("C (c)") == (len(there) or 1)


def test_a_skip_a_pause_or_a_move_changes_no_other_prompt():
    changes = "skip = [2027-01-15]\nchanges = [{ on = 2027-01-22, moved_to = 2027-01-23 }]\n"
    plain, skipped = agreed(FRIDAY), agreed(f"{FRIDAY}{changes}{RESTS}")
    for n in range(2, 60):
        day = date(2027, 1, 8) + timedelta(days=7 * n)
        ritual = plain.rituals["shared_evenings.friday"]
        again = skipped.rituals["shared_evenings.friday"]
        assert number_of(History(plain), ritual, day) == number_of(History(skipped), again, day) == n
    evenings = {"shared-evenings": collection("shared-evenings")}
    for n in range(60):
        day = date(2027, 1, 8) + timedelta(days=n)
        said = [prompts_of_day(History(a), evenings, day).splitlines()[-1] for a in (plain, skipped)]
        assert said[0] == said[1] or day == date(2027, 1, 23), day
    history = History(skipped)
    assert next_day(history, again, date(2027, 1, 9)) == (date(2027, 1, 23), date(2027, 1, 22))
    assert next_day(history, again, date(2027, 1, 30)) == (date(2027, 2, 19), date(2027, 2, 19))


def test_a_day_says_nothing_of_a_private_ritual(run_planner, tmp_path):
    diary = '[me_blocks.diary]\nwho = "ana"\ntitle = "Xanadu"\non = "friday"\nat = "8:00-9:00"\n'
    run = '[me_blocks.run]\nwho = "ben"\non = "friday"\nat = "8:00-9:00"\n'
    there = []
    for share in ('share = "private"\n', ""):
        (tmp_path / "agreement.toml").write_text(f"{COUPLE}{diary}{share}{run}", encoding="utf-8")
        there.append(run_planner("prompts", "--on", "2027-01-08").stdout)
    assert "For time of your own (solo): Xanadu\n" in there[1]
    assert "Xanadu" not in there[0]
    assert "For time of your own (solo): Run\n" in there[0]


def test_the_same_date_has_the_same_prompt_on_two_machines(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(COUPLE + FRIDAY, encoding="utf-8")
    for args in (["prompts", "--on", "2027-02-19"], ["prompts", "--for", "friday", "--on", "2027-02-19"]):
        there = [
            run_planner("--today", today, *args, env={"TZ": zone, "HOME": home}).stdout
            for today, zone, home in (
                ("2027-01-01", "Pacific/Apia", str(tmp_path)),
                ("2031-07-09", "America/Lima", "/nonexistent"),
            )
        ]
        assert there[0] == there[1] != ""


# ── the couple's own ──


def test_yours_are_added_or_stand_alone():
    ours = collection("reviews")
    both = with_own(ours, OwnPrompts("reviews", ("Tea or coffee?", ours.prompts[0]), instead=False), "reviews")
    assert both.prompts == (*ours.prompts, "Tea or coffee?")
    assert with_own(ours, OwnPrompts("reviews", ("Tea?",), instead=True), "reviews").prompts == ("Tea?",)
    assert with_own(None, OwnPrompts("tea-time", ("Tea?",), instead=True), "tea-time").title == "Tea time"
    assert with_own(ours, None, "reviews") == ours


def test_a_collection_without_a_language_stays_as_it_is():
    values = {"title": "Tea", "prompts": ["Tea?", "Milk?"], "de": {"title": "Tee", "prompts": ["Tee?", "Milch?"]}}
    said = {code: read_collection("tea", values, code)[0] for code in LANGUAGES}
    assert {code: (one.title, one.prompts[0]) for code, one in said.items()} == {
        **dict.fromkeys(("en", "es", "fr"), ("Tea", "Tea?")),
        "de": ("Tee", "Tee?"),
    }
    own = {"prompts": ["Tee?"], "en": {"prompts": ["Tea?"]}}  # whoever writes in German first says so in English, too
    assert read_collection("tee", own, "en")[0].prompts == ("Tea?",)
    assert read_collection("tee", own, "de")[0].title == "Tee"


def test_yours_are_added_in_any_language():
    ours = OwnPrompts("reviews", ("Tee oder Kaffee?",), instead=False)
    assert with_own(collection("reviews", "de"), ours, "reviews").prompts[-2:] == (
        "Wann hast du dich diesen Monat frei gefühlt, und wann nah?",
        "Tee oder Kaffee?",
    )


def test_a_ritual_draws_from_what_it_names_else_from_what_serves_its_kind():
    collections = {name: collection(name) for name in NAMES}
    agreement = agreed(
        f'{FRIDAY}prompts_from = "solo"\n[check_ins.c]\non = "monday"\nat = "9:00"\n'
        '[reviews.r]\non = "monday"\nat = "9:00"\n'
        '[me_blocks.m]\nwho = "ana"\non = "monday"\nat = "9:00-10:00"\n'
    )
    names = {p.split(".")[0]: collection_of(r, collections).name for p, r in agreement.rituals.items()}
    assert names == {"shared_evenings": "solo", "check_ins": "check-ins", "reviews": "reviews", "me_blocks": "solo"}
    agreement = agreed(
        '[rituals.both]\non = "monday"\nat = "9:00-9:30"\n'
        '[rituals.one]\nwho = "ana"\non = "monday"\nat = "9:00-9:30"\n'
        '[rituals.bed]\nwho = "turn"\nturns = ["ana", "ben"]\non = "every day"\nat = "19:00-19:30"\n'
        '[rituals.off]\nwho = "not turn"\nfollows = "rituals.bed"\nat = "19:00-22:00"\n'
    )
    names = {p: collection_of(r, collections).name for p, r in agreement.rituals.items()}
    evenings = {"rituals.both": "shared-evenings"}
    assert names == {f"rituals.{key}": "solo" for key in ("one", "bed", "off")} | evenings


def test_events_carry_prompts_only_where_the_couple_asks():
    plain = compile_series(agreed(FRIDAY), "ana")
    assert [s.look.description for s in plain] == [None]
    asked = compile_series(agreed(f'{FRIDAY}prompts_from = "tea"\n[prompts.tea]\nonly = ["Tea?", "Milk?"]\n'), "ana")
    assert [s.look.description for s in asked] == ["One of these, if you like:\n• Tea?\n• Milk?"]
    more = compile_series(agreed(f'{FRIDAY}prompts_from = "solo"\n[prompts.solo]\nadd = "Tea?"\n'), "ana")
    first = collection("solo").prompts
    assert [s.look.description for s in more] == [
        f"One of these, if you like:\n• Tea?\n• {first[0]}\n• {first[1]}\n"
        "More, another one for each date: planner prompts"
    ]
    own = '[rituals.r]\nwho = "ana"\nshare = "full"\non = "monday"\nat = "9:00-10:00"\nprompts_from = "solo"\n'
    assert [s.look.description for s in compile_series(agreed(own), "ben")] == [None]


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        (
            f'{FRIDAY}prompts_from = "sollo"',
            "shared_evenings.friday.prompts_from",
            'no collection of prompts "sollo"; did',
        ),
        ('[prompts.x]\nadd = ["a"]\nonly = ["b"]', "prompts.x.only", "`add` and `only` say two things"),
        ("[prompts.x]", "prompts.x", "`add` is missing; write prompts of your own"),
        ('[prompts.x]\nprompts = ["a"]', "prompts.x.prompts", "they are written as `add`, or as `only`"),
    ],
)
def test_what_is_not_clear_has_its_place(text, path, said):
    agreement, findings = read_agreement(tomllib.loads(COUPLE + text), shelf=SHELF)
    assert agreement is None
    assert [(f.dotted, said in f.message) for f in findings] == [(path, True)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "`prompts` is missing; write some"),
        ({"prompts": []}, "prompts: the list is empty"),
        ({"prompts": ["a"], "kinds": ["evening"]}, 'kinds: no kind of ritual "evening"; there are me_block'),
        (
            {"prompts": ["a", "b"], "de": {"prompts": ["a"]}},
            "de.prompts: not as many as in the language of the file itself (1 and 2); each prompt has its place",
        ),
        ({"prompts": ["a"], "de": ["a"]}, "de: write [de] with title and prompts in that language instead of a list"),
        ({"prompts": ["a"], "de": {"promts": ["a"]}}, 'de.promts: no key "promts" here; did you mean "prompts"?'),
        ({"prompts": ["a"], "prompt": "b"}, 'prompt: no key "prompt" here; did you mean "prompts"?'),
        ("prompts/mine.toml:1:1: error: torn", "prompts/mine.toml:1:1: error: torn"),
    ],
)
def test_what_is_not_clear_in_a_collection_is_said(values, said):
    found, trouble = read_collection("mine", values)
    assert found is None
    assert trouble.startswith(said)
    text = f'{FRIDAY}prompts_from = "mine"'
    _, findings = read_agreement(tomllib.loads(COUPLE + text), shelf=Shelf({}, {"mine": values}))
    assert findings[0].message.startswith(f'the prompts "mine" are not clear yet: {said}')


# ── ours ──


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_ours_are_short_and_end_as_sentences_do(name, language):
    there = collection(name, language)
    assert 12 <= len(there.prompts) <= 24
    for prompt in there.prompts:
        assert 10 <= len(prompt) <= 110
        assert prompt[-1] in ".?"
        assert prompt.lstrip("¿")[0].isupper()


def test_each_kind_has_a_collection():
    kinds = [kind for name in NAMES for kind in collection(name).kinds]
    assert sorted(kinds) == sorted({"me_block", "shared_evening", "check_in", "host_night", "review", "ritual"})


# ── the command ──


def test_the_command_shows_them(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(
        f'{COUPLE}{FRIDAY}until = 2027-03-26\nprompts = ["And you, {{turn}}?"]\nturns = ["ana", "ben"]\n'
        '[prompts.shared-evenings]\nonly = ["First?", "Second?"]\n',
        encoding="utf-8",
    )
    done = run_planner("--today", "2027-01-05", "prompts", "--for", "friday")
    assert done.stdout == "Friday, Friday 8 January 2027\n\n  And you, Ana?\n\n  First?\n"
    assert "\n  Second?\n" in run_planner("prompts", "--for", "friday", "--on", "2027-01-15").stdout
    late = run_planner("prompts", "--for", "friday", "--on", "2027-04-01")
    assert late == (1, "", 'planner: "Friday" is not on 2027-04-01 or later\n')
    assert run_planner("prompts", "--for", "fryday").exit_code == 2
    whole = run_planner("prompts", "--on", "2027-01-05").stdout
    assert whole.startswith("Tuesday 5 January 2027\n\nFor a check-in (check-ins)\n  ")
    assert whole.count("\n\n") == len(NAMES)
    assert (ROOT / "templates" / "prompts" / "asking.toml").is_file()


def test_a_day_names_whose_turn_it_is(run_planner, tmp_path):
    night = (
        '[host_nights.n]\nhosts = ["ana", "ben"]\ntitle = "{turn} shows something"\non = "friday"\nat = "19:00-22:00"\n'
    )
    (tmp_path / "agreement.toml").write_text(COUPLE + night, encoding="utf-8")
    assert "(shared-evenings): Ana shows something\n" in run_planner("prompts", "--on", "2027-01-08").stdout
    assert run_planner("prompts", "--for", "n", "--on", "2027-01-09").stdout.startswith(
        "Ben shows something, Friday 15"
    )
