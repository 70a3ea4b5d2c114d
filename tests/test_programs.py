"""Programmes: each yields exactly its sessions, on their days, for their people; any can be moved, rest, or be left."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import Agreement, History, Version
from planner.checks import Examined, errors, notices
from planner.clashes import clashes
from planner.compiler import compile_series, compile_versions
from planner.courses import read_course
from planner.files import templates
from planner.reading import read_agreement
from planner.revision import revised
from planner.series import Look
from planner.timeline import occurrences
from tests.conftest import ROOT, SHELF, Shelf
from tests.engines import ENGINES
from tests.test_occurrences import compare

NAMES = sorted(path.stem for path in (ROOT / "templates" / "programs").glob("*.toml"))
YEAR = (date(2027, 1, 1), date(2028, 1, 1))


def values(program: dict[str, Any], people: str = "ana ben", **more: Any) -> dict[str, Any]:
    return {
        "agreement": {"id": "test-x7k2", "starts": date(2027, 1, 4), "timezone": "Europe/Berlin"},
        "people": {key: {"name": key.capitalize()} for key in people.split()},
        "programs": {"first": program},
        **more,
    }


def agreed(program: dict[str, Any], people: str = "ana ben", **more: Any) -> Agreement:
    agreement, findings = read_agreement(values(program, people, **more), shelf=SHELF)
    assert agreement is not None, findings
    assert not findings
    return agreement


def sessions(agreement: Agreement, audience: str | None = None) -> list[str]:
    found = occurrences(compile_series(agreement, audience), *YEAR)
    return [
        f"{o.ritual.removeprefix('programs.first.')} {o.start:%a %d %b %H:%M}-{o.end:%H:%M} {'+'.join(o.who)}"
        for o in found
    ]


def start(name: str = "four-weeks", day: date = date(2027, 2, 1), **more: Any) -> dict[str, Any]:
    return {"template": name, "starts": day, **more}


# ── exactly its sessions ──


def test_four_weeks_are_exactly_these():
    assert sessions(agreed(start())) == [
        "map-1-ana Tue 02 Feb 20:00-20:20 ana",
        "map-1-ben Tue 02 Feb 20:00-20:20 ben",
        "map-2-ana Thu 04 Feb 20:00-20:20 ana",
        "map-2-ben Thu 04 Feb 20:00-20:20 ben",
        "insight Sun 07 Feb 16:00-16:30 ana+ben",
        "own-1-ana Tue 09 Feb 18:30-20:00 ana",
        "own-1-ben Tue 09 Feb 18:30-20:00 ben",
        "own-2-ana Thu 11 Feb 18:30-20:00 ana",
        "own-2-ben Thu 11 Feb 18:30-20:00 ben",
        "own-3-ana Sat 13 Feb 10:00-11:30 ana",
        "own-3-ben Sat 13 Feb 10:00-11:30 ben",
        "reflection Sun 14 Feb 16:00-16:30 ana+ben",
        "friends-ana Wed 17 Feb 19:00-22:00 ana",
        "friends-ben Thu 18 Feb 19:00-22:00 ben",
        "talk Sun 21 Feb 16:00-16:30 ana+ben",
        "review Sun 28 Feb 16:00-16:30 ana+ben",
    ]


def test_their_kinds_are_those_of_the_practice():
    kinds = {path.rpartition(".")[2]: r.kind for path, r in agreed(start()).rituals.items()}
    assert {k for k, kind in kinds.items() if kind == "me_block"} == {k for k in kinds if k[-4:] in ("-ana", "-ben")}
    assert [k for k, kind in kinds.items() if kind == "review"] == ["review"]
    by_key = {path.rpartition(".")[2]: r for path, r in agreed(start()).rituals.items()}
    assert [k for k, r in by_key.items() if r.if_needed] == ["own-3-ana", "own-3-ben"]  # two or three
    assert by_key["friends-ana"].tags == ("friends",)


def test_the_ladder_grows_as_said_and_no_other_way():
    steps = [
        one for one in sessions(agreed(start("gentle-ladder"))) if one.startswith("step") and "check_in" not in one
    ]
    assert steps == [
        "step-1-ana Tue 02 Feb 19:00-19:30 ana",
        "step-1-ben Thu 04 Feb 19:00-19:30 ben",
        "step-2-ana Tue 09 Feb 19:00-19:45 ana",
        "step-2-ben Thu 11 Feb 19:00-19:45 ben",
        "step-3-ana Tue 16 Feb 19:00-20:00 ana",
        "step-3-ben Thu 18 Feb 19:00-20:00 ben",
        "step-4-ana Tue 23 Feb 19:00-20:30 ana",
        "step-4-ben Thu 25 Feb 19:00-20:30 ben",
    ]
    shorter = agreed(start("gentle-ladder", changes={"step-4-ben": {"for": "45m"}}))
    changed = set(sessions(agreed(start("gentle-ladder")))) ^ set(sessions(shorter))
    assert {one for one in changed if "check_in" not in one} == {
        "step-4-ben Thu 25 Feb 19:00-20:30 ben",
        "step-4-ben Thu 25 Feb 19:00-19:45 ben",
    }


def test_hosts_take_turns_through_the_month():
    hosts = [r.host for r in agreed(start("host-nights"), "ana ben cleo").rituals.values() if r.host]
    assert hosts == ["ana", "ben", "cleo", "ana"]
    found = occurrences(compile_series(agreed(start("host-nights")), "ben"), *YEAR)
    assert found[0].look.summary == "Ana shows something"
    assert found[0].look.description.startswith("Ana begins with something they love")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("people", ["ana ben", "a b c d"])
def test_each_programme_is_clear_and_ends_in_a_review(name, people):
    agreement = agreed(start(name), people)
    last = list(agreement.rituals.values())[-1]
    assert last.kind == "review"
    examined = Examined(agreement, values(start(name), people), *YEAR)
    assert errors(examined) == clashes(agreement, *YEAR) == []
    assert {f.code for f in notices(examined)} <= {"own-time"}  # a month of host nights alone is all together
    for ritual in agreement.rituals.values():
        words = (ritual.notes or "").casefold()
        assert re.search(r"\bbegins?\b", words), ritual.path
        assert re.search(r"\bends?\b", words), ritual.path
    assert agreement.programs[0].last == last.slots[0].days.dates[0]


@given(st.sampled_from(NAMES), st.integers(0, 3), st.integers(1, 5))
def test_every_start_on_that_weekday_gives_the_same_weeks(name, weeks, people):
    keys = " ".join("abcde"[: max(people, 2)])
    by = timedelta(days=7 * weeks)
    first = {p: r.slots for p, r in agreed(start(name), keys).rituals.items()}
    later = {p: r.slots for p, r in agreed(start(name, date(2027, 2, 1) + by), keys).rituals.items()}
    assert first.keys() == later.keys()
    for path, slots in first.items():
        assert [d + by for d in slots[0].days.dates] == list(later[path][0].days.dates)
        assert slots[0].time == later[path][0].time


# ── the review at its end ──

REVIEW = '"Four weeks: what do we keep?"'


def written(more: str = "", program: str = "", head: str = "") -> str:
    return (
        f'[agreement]\nid = "test-x7k2"\nstarts = 2027-01-04\ntimezone = "Europe/Berlin"\n{head}'
        '[people.ana]\nname = "Ana"\n[people.ben]\nname = "Ben"\n'
        f'[programs.first]\ntemplate = "four-weeks"\nstarts = 2027-02-01\n{program}{more}'
    )


def test_a_programme_that_ends_before_its_review_says_so_once(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(written(), encoding="utf-8")
    assert run_planner("--today", "2027-02-05", "check").stderr == ""
    done = run_planner("--today", "2027-02-05", "revise", "programs.first", "until=2027-02-22")
    said = (
        f'"Four weeks to start" ends before its review, {REVIEW}; a review of your own can close it, and '
        "`planner suggest review --once --from 2027-02-21` finds a time"
    )
    assert f"\n{said}.\n" in done.stdout
    again = run_planner("--today", "2027-02-05", "revise", "programs.first", "until=2027-02-21")
    assert "review" not in again.stdout
    note = (
        f'note: programs.first: {said}; if that is how you like it, write quiet = ["closing-review"] in [agreement]\n'
    )
    assert run_planner("--today", "2027-02-05", "check", "--strict").stderr.endswith(note)
    assert run_planner("--today", "2027-02-05", "suggest", "review", "--once", "--from", "2027-02-21").exit_code == 0
    assert "closing" not in run_planner("--today", "2027-03-05", "check").stderr


def test_a_programme_with_one_person_left_has_no_review_and_says_so(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(written(), encoding="utf-8")
    done = run_planner("--today", "2027-02-05", "revise", "programs.first", "who=ana")
    said = f'"Four weeks to start" is Ana\'s alone now, and goes without its review, {REVIEW}, which takes two; '
    assert said in done.stdout
    assert "--once --who ana --from" in done.stdout
    assert said in run_planner("--today", "2027-02-05", "check").stderr


MONTHLY = '[reviews.monthly]\non = "last sunday"\nat = "17:00"\n'


@pytest.mark.parametrize(
    "text",
    [
        written(MONTHLY, "until = 2027-02-21\n"),
        written("", 'skip = ["review"]\nuntil = 2027-02-21\n'),
        written("", "until = 2027-02-21\n", 'quiet = ["closing-review"]\n'),
        written("", "until = 2027-12-21\n"),
    ],
    ids=["another review comes", "left out", "written off", "after it"],
)
def test_a_programme_that_is_closed_otherwise_has_no_such_note(text, run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    assert "review" not in run_planner("--today", "2027-02-05", "check").stderr


def test_the_review_that_comes_instead_is_named(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_text(written(MONTHLY), encoding="utf-8")
    done = run_planner("--today", "2027-02-05", "revise", "programs.first", "until=2027-02-22")
    assert f'before its review, {REVIEW}; the next review is "Monthly", on Sunday 28 February 2027.\n' in done.stdout


# ── in a language ──

BEGIN_AND_END = {
    "de": (r"\bbeginnt\b", r"\bendet\b"),
    "es": (r"\bemp[ie]+za|\bempezad\b", r"\btermina"),
    "fr": (r"\bcommence", r"\bfini(t|ssez)\b"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_every_session_speaks_each_language(name, language):
    spoken = {lang: agreed(start(name), calendar={"language": lang}) for lang in ("en", language)}
    english, other = spoken["en"], spoken[language]
    assert other.programs[0].title != english.programs[0].title
    for path, ritual in other.rituals.items():
        before = english.rituals[path]
        assert ritual.title != before.title
        assert ritual.title.count("{turn}") == before.title.count("{turn}")
        assert (ritual.notes or "").count("{turn}") == (before.notes or "").count("{turn}")
        assert all(re.search(word, (ritual.notes or "").casefold()) for word in BEGIN_AND_END[language]), path


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_a_language_changes_no_identity_no_time_and_no_term(name, language):
    english, other = (agreed(start(name), calendar={"language": lang}) for lang in ("en", language))
    for audience in (*english.people, "everyone"):
        before, after = (compile_series(one, audience) for one in (english, other))
        assert [s._replace(look=Look("")) for s in before] == [s._replace(look=Look("")) for s in after]
        assert [s.uid for s in before] == [s.uid for s in after]
    assert sessions(english) == sessions(other)
    agreed_in_english = History(other, (Version(english.starts, 1, english),))
    assert revised(agreed_in_english, english.starts + timedelta(days=7)) == []
    assert [s.look for s in compile_versions(agreed_in_english, "ana")] == [
        s.look for s in compile_series(other, "ana")
    ]


def test_a_template_in_another_language_first_is_heard_in_english_too():
    mine = {**GOOD, "title": "Meins", "en": {"title": "Mine", "sessions": {"two": {"title": "What do we keep?"}}}}
    course, trouble = read_course(mine, "en")
    assert (trouble, course.title, course.sessions[1].values["title"]) == ("", "Mine", "What do we keep?")
    assert read_course(mine, "fr")[0].title == "Meins"


# ── moved, left out, resting, ended ──


def test_a_session_moves_within_its_week_or_to_a_date():
    there = sessions(agreed(start(changes={"reflection": {"on": "saturday", "at": "10:00", "for": "20m"}})))
    assert "reflection Sat 13 Feb 10:00-10:20 ana+ben" in there
    there = sessions(agreed(start(changes={"talk": {"on": date(2027, 3, 20)}, "own-1": {"at": "19:00"}})))
    assert "talk Sat 20 Mar 16:00-16:30 ana+ben" in there
    assert {one for one in there if one.startswith("own-1")} == {
        "own-1-ana Tue 09 Feb 19:00-20:30 ana",
        "own-1-ben Tue 09 Feb 19:00-20:30 ben",
    }


def test_ones_own_session_moves_alone():
    plain = set(sessions(agreed(start())))
    moved = set(sessions(agreed(start(changes={"own-1-ana": {"on": "wednesday"}}))))
    assert plain - moved == {"own-1-ana Tue 09 Feb 18:30-20:00 ana"}
    assert moved - plain == {"own-1-ana Wed 10 Feb 18:30-20:00 ana"}


def test_a_session_keeps_its_identity_when_it_moves():
    plain = {s.ritual: s.uid for s in compile_series(agreed(start()), "ana")}
    moved = {s.ritual: s.uid for s in compile_series(agreed(start(changes={"talk": {"on": "friday"}})), "ana")}
    assert plain == moved


def test_sessions_can_be_left_out_and_the_whole_can_end_early():
    left = sessions(agreed(start(skip=["insight", "own-3-ben"])))
    assert len(left) == 14
    assert not [one for one in left if one.startswith(("insight", "own-3-ben"))]
    ended = sessions(agreed(start(until=date(2027, 2, 13))))
    assert ended == sessions(agreed(start()))[:11]


def test_whoever_leaves_takes_part_in_nothing_of_it():
    left = agreed(start(who=["ben"]))
    assert {who for r in left.rituals.values() for who in r.who} == {"ben"}
    assert not [r for r in left.rituals.values() if r.kind == "review"]  # nobody is left to meet
    three = agreed(start(who=["ben", "cleo"]), "ana ben cleo")
    assert not [one for one in sessions(three, None) if "ana" in one]
    assert sessions(agreed(start(who=["ben"], skip="own-3-ana"))) == sessions(left)


@pytest.mark.parametrize("only", ["programs", "programs.first", ["programs.first"]])
def test_the_whole_can_rest(only):
    pause = {"starts": date(2027, 2, 8), "until": date(2027, 2, 28), "only": only}
    assert sessions(agreed(start(), pauses=[pause])) == sessions(agreed(start()))[:5]
    rest = {"starts": date(2027, 2, 8), "until": date(2027, 2, 28), "only": "programs.first.talk"}
    assert len(sessions(agreed(start(), pauses=[rest]))) == 15


def test_others_see_of_ones_own_sessions_only_that_there_is_one():
    seen = occurrences(compile_series(agreed(start()), "ben"), *YEAR)
    of_ana = [o for o in seen if o.who == ("ana",)]
    assert {o.look.summary for o in of_ana} == {"Ana's time"}
    assert {o.look.description for o in of_ana} == {None}


# ── by command ──


def test_a_programme_by_command(run_planner, tmp_path):
    (tmp_path / "agreement.toml").write_bytes((ROOT / "examples" / "ana-and-ben.toml").read_bytes())
    said = [
        run_planner(*words.split())
        for words in (
            "add programs.first template=four-weeks starts=2027-05-03",
            "move first.talk 2027-05-23 --to 2027-05-22 --at 18:00",
            "move first.own-1-ben 2027-05-11 --at 17:00-18:30",
            "skip first.insight 2027-05-09",
            "revise programs.first.own-2 at=19:00",
            "pause programs.first --from 2027-05-10 --until 2027-05-16",
            "resume programs.first --from 2027-05-12",
            "move first.talk 2027-05-22 --to 2027-05-23",
            "revise programs.first until=2027-05-20",
        )
    ]
    assert [done.exit_code for done in said] == [0] * 9, said
    assert "".join(done.stdout.partition("\n")[0] + "\n" for done in said) == (
        '"Four weeks to start" begins on Monday 3 May 2027 and goes to Sunday 30 May 2027; '
        "`planner show` reads it out.\n"
        '"A curious talk" moves from Sunday 23 May 2027 to Saturday 22 May 2027, at 18:00 for 30 minutes.\n'
        '"Own time" on Tuesday 11 May 2027 is now from 17:00 to 18:30.\n'
        '"One insight each" is left out on Sunday 9 May 2027.\n'
        '`at` of [programs.first.changes.own-2] is now "19:00".\n'
        '"Four weeks to start" rests from Monday 10 to Sunday 16 May 2027.\n'
        '"Four weeks to start" goes on from Wednesday 12 May 2027; the pause is now from Monday 10 to Tuesday 11 May '
        "2027.\n"
        '"A curious talk" moves from Saturday 22 May 2027 to Sunday 23 May 2027.\n'
        "The last day of [programs.first] is now Thursday 20 May 2027.\n"
    )
    written = tomllib.loads((tmp_path / "agreement.toml").read_text(encoding="utf-8"))["programs"]["first"]
    assert written == {
        "template": "four-weeks",
        "starts": date(2027, 5, 3),
        "until": date(2027, 5, 20),
        "skip": ["insight"],
        "changes": {"talk": {"at": "18:00"}, "own-1-ben": {"at": "17:00-18:30"}, "own-2": {"at": "19:00"}},
    }


YES = ("--by", "ana", "--by", "ben")


def without_pause() -> str:
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    return text[: text.index("[[pauses]]")]


def test_it_is_agreed_moved_put_off_and_let_go_as_one(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_text(without_pause(), encoding="utf-8")

    def run(*args: str, code: int = 0):
        done = run_planner("--today", "2027-02-20", *args)
        assert done.exit_code == code, done
        return done

    def shared() -> list[str]:
        there = json.loads(run("agenda", "--from", "2027-02-22", "--to", "2027-05-01", "--json").stdout)
        return [o["start"][:16] for o in there if o["ritual"].startswith("programs.") and len(o["who"]) == 2]

    run("agree", *YES)
    said = run("add", "programs.spring", "template=four-weeks", "starts=2027-03-01").stdout
    new = 'New: "Four weeks to start" from Monday 1 to Sunday 28 March 2027, 16 sessions for Ana and Ben.\n'
    needs = "  It needs a yes from Ana and Ben (new time)."
    assert f"Not agreed yet: {new}{needs} `planner agree` lets it take effect.\n" in said
    assert run("diff").stdout == f"{new}{needs}\n"
    assert shared() == []
    waits = run("agree", "--by", "ana", code=3)
    assert waits.stdout.endswith('"Four weeks to start" waits for Ben. Ana said yes.\n')
    assert shared() == []
    run("agree", "--by", "ben")
    assert shared() == ["2027-03-07T16:00", "2027-03-14T16:00", "2027-03-21T16:00", "2027-03-28T16:00"]

    # a session moves, or is left out, at once
    for words in ("move spring.talk 2027-03-21 --to 2027-03-20 --at 10:00", "skip spring.insight 2027-03-07"):
        assert "It holds at once; nobody has to agree to it.\n" in run(*words.split()).stdout
    assert run("diff").stdout.startswith("Both ask the same of your time.")
    assert shared() == ["2027-03-14T16:00", "2027-03-20T10:00", "2027-03-28T16:00"]

    # its days are agreed; what is left out stays so
    run("revise", "programs.spring", "starts=2027-03-08")
    later = '"Four weeks to start": first day Monday 1 March 2027 → Monday 8 March 2027, from Sunday 21 February 2027.'
    assert run("diff").stdout == f"{later}\n  It needs a yes from Ana and Ben (other time).\n"
    assert shared() == ["2027-03-14T16:00", "2027-03-20T10:00", "2027-03-28T16:00"]
    (told,) = json.loads(run("diff", "--json").stdout)
    assert told == {
        "ritual": "programs.spring",
        "what": "changed",
        "fields": {"starts": ["2027-03-01", "2027-03-08"]},
        "needs": ["ana", "ben"],
        "message": later,
    }
    run("agree", *YES, "--from", "2027-02-25")
    assert shared() == ["2027-03-20T10:00", "2027-03-21T16:00", "2027-04-04T16:00"]
    assert run("history").stdout.count('"Four weeks to start"') == 2

    # to let it go, or a part of it, is one person's word
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("[programs.spring]")], encoding="utf-8")
    assert run("diff").stdout == (
        'Let go: "Four weeks to start" from Monday 8 March to Sunday 4 April 2027; it ends before Thursday 25 February '
        "2027.\n  Nobody else's yes is needed; it takes the word of the one who decides.\n"
    )
    assert len(shared()) == 3
    run("agree", "--by", "ben", "--from", "2027-03-25")
    assert shared() == ["2027-03-21T16:00"]


def test_an_end_of_what_is_shared_ends_it_too(run_planner, tmp_path):
    text = without_pause()
    text += '\n[programs.spring]\ntemplate = "four-weeks"\nstarts = 2027-03-01\n'
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    today = ("--today", "2027-02-20")
    assert run_planner(*today, "agree", *YES).exit_code == 0
    done = run_planner(*today, "end", "--on", "2027-03-15")
    assert "Monthly and Four weeks to start.\n" in done.stdout
    assert done.exit_code == 0
    written = tomllib.loads((tmp_path / "agreement.toml").read_text(encoding="utf-8"))["programs"]["spring"]
    assert written["until"] == date(2027, 3, 14)
    there = json.loads(run_planner(*today, "agenda", "--from", "2027-03-01", "--days", "40", "--json").stdout)
    days = [o["start"][:10] for o in there if o["ritual"].startswith("programs.")]
    assert (days[0], days[-1]) == ("2027-03-02", "2027-03-14")
    assert run_planner(*today, "diff").stdout.startswith("Both ask the same of your time.")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            "add programs.first template=four-week starts=2027-05-03",
            1,
            'no programme "four-week"; did you mean "four-weeks"',
        ),
        ("add programs.second template=four-weeks", 1, "`starts` is missing"),
        ("add programs.first template=four-weeks starts=2027-05-03 changes.talk.at=9:00", 2, "cannot be said here"),
        (
            "skip first.insight 2027-05-10",
            2,
            '"One insight each" is not on Monday 10 May 2027 but on Sunday 9 May 2027;',
        ),
        ("move first.insight 2027-05-10 --to 2027-05-11", 2, "is not on Monday 10 May 2027 but on Sunday 9 May 2027"),
        ("move first.insight 2027-05-09 --to 2027-05-09", 2, '"One insight each" is so already; give another day'),
        ("revise programs.first.insigt at=19:00", 1, 'no session "insigt"; did you mean "insight"?'),
        ("revise programs.first skip=insigt", 1, 'programs.first.skip: no session "insigt"; did you mean "insight"?'),
    ],
)
def test_what_cannot_be_done_with_it_is_said(words, code, said, run_planner, tmp_path):
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    if not words.startswith("add"):
        text += '\n[programs.first]\ntemplate = "four-weeks"\nstarts = 2027-05-03\n'
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    done = run_planner(*words.split())
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert (tmp_path / "agreement.toml").read_text(encoding="utf-8") == text


def test_a_session_that_is_left_out_is_known_as_that(run_planner, tmp_path):
    """Left out once more, it is so already; whatever else is asked of it says how it comes back."""
    text = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    text += '\n[programs.first]\ntemplate = "four-weeks"\nstarts = 2027-05-03\nskip = ["talk", "own-3"]\n'
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    for key in ("first.talk", "programs.first.talk"):
        done = run_planner("skip", key, "2027-05-23")
        assert (done.exit_code, done.stdout) == (0, '"A curious talk" is left out already.\n')
    again = text.replace('["talk", "own-3"]', '["own-3"]')
    done = run_planner("skip", "first.talk", "2027-05-23", "--undo")
    assert done.stdout.startswith('"A curious talk" is part of it again.\n')
    assert (tmp_path / "agreement.toml").read_text(encoding="utf-8") == again
    (tmp_path / "agreement.toml").write_text(text, encoding="utf-8")
    back = '"Own time, if you like a third" is left out of "Four weeks to start"; '
    back += "`planner revise programs.first skip=talk` takes it back in"
    for words in (
        "move first.own-3-ben 2027-05-15 --to 2027-05-16",
        "pause first.own-3-ana --from 2027-05-15 --until 2027-05-16",
        "revise first.own-3-ben at=10:00",
        "prompts --for first.own-3-ben",
        "suggest first.own-3-ben",
    ):
        done = run_planner(*words.split())
        assert done.exit_code in (2, 3), words
        assert done.stderr == f"planner: {back}\n"
    assert (tmp_path / "agreement.toml").read_text(encoding="utf-8") == text
    assert run_planner("skip", "first.tulk", "2027-05-23").exit_code == 2


def test_a_start_on_another_weekday_keeps_the_order_or_is_told_of(run_planner, tmp_path):
    for day, ordered in (("2027-02-01", True), ("2027-02-02", True), ("2027-02-03", False), ("2027-01-31", False)):
        program = start(day=date.fromisoformat(day))
        agreement, findings = read_agreement(values(program), shelf=SHELF)
        assert agreement is not None
        assert [f.code for f in findings] == ([] if ordered else ["out-of-order"]), day


def test_so_many_programmes_are_never_one_couples():
    there = values(start())
    there["programs"] = {f"p{n}": start() for n in range(101)}
    agreement, findings = read_agreement(there, shelf=SHELF)
    assert agreement is None
    assert [f.code for f in findings] == ["too-long"]


# ── templates of one's own ──

GOOD = {
    "title": "Mine",
    "sessions": {
        "one": {"week": 1, "on": "monday", "at": "19:00-20:00"},
        "two": {"week": 1, "on": "sunday", "at": "17:00", "kind": "review"},
    },
}


def broken(session: str = "one", **changes: Any) -> dict[str, Any]:
    kept = {k: v for k, v in (GOOD["sessions"][session] | changes).items() if v is not None}
    return {**GOOD, "sessions": {**GOOD["sessions"], session: kept}}


def in_german(session: str, **said: Any) -> dict[str, Any]:
    return {**GOOD, "de": {"sessions": {session: said}}}


def test_the_simplest_template_is_one():
    course, trouble = read_course(GOOD)
    assert trouble == ""
    assert [s.key for s in course.sessions] == ["one", "two"]
    agreement, findings = read_agreement(values(start("mine")), shelf=Shelf({"mine": GOOD}))
    assert findings == []
    assert list(agreement.rituals) == ["programs.first.one", "programs.first.two"]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ({}, "`title` is missing; say what it is called"),
        ({"title": "Mine"}, "`sessions` is missing; a programme has sessions"),
        ({**GOOD, "weeks": 4}, 'weeks: no key "weeks" here'),
        (
            {**GOOD, "sessions": {"one": GOOD["sessions"]["one"]}},
            'sessions.one: the last session is the review: kind = "',
        ),
        (broken(week=None), "sessions.one: `week` is missing; say in which week it comes"),
        (broken(week=0), "sessions.one.week: weeks go from 1 to 60"),
        (broken(on=None), "sessions.one: `on` is missing; say on which day of the week"),
        (broken(on="first monday"), 'sessions.one.on: a weekday is meant here, not "first monday"'),
        (broken(on=7), "sessions.one.on: a weekday is meant here, not the number 7"),
        (broken(on=["monday", "friday"]), "sessions.one.on: a session is on one day; several are dealt out"),
        (
            broken(who="ana"),
            'sessions.one.who: no choice (a template knows no names, only "each" and "everyone") "ana"',
        ),
        (broken(kind="me_block"), 'sessions.one: a me-block is one person\'s own: who = "each"'),
        (broken(kind="host_night"), 'sessions.one: write host = "in turn"'),
        (broken(host="in turn"), 'sessions.one.host: `host` belongs to kind = "host_night"'),
        (broken(every="week"), 'sessions.one.every: no key "every" here'),
        ({**GOOD, "sessions": {"cover": GOOD["sessions"]["one"]}}, 'sessions.cover: "cover" has a meaning of its own'),
        (broken(at="seven"), 'sessions.one.at: no time "seven"'),
        ({**GOOD, "de": "Meins"}, "de: write [de] with a title, and [de.sessions.talk] with one of its own instead of"),
        ({**GOOD, "de": {"titel": "Meins"}}, 'de.titel: no key "titel" here; did you mean "title"?'),
        (in_german("oen", title="Eins"), 'de.sessions.oen: no session "oen"; did you mean "one"?'),
        (in_german("one", title=1), "de.sessions.one.title: a text in quotes is meant here, not the number 1"),
        (in_german("one", at="20:00"), 'de.sessions.one.at: no key "at" here; it is the same in every language'),
        (in_german("one", gist="Ja"), "de.sessions.one.gist: a `gist` says what others see; write one in the session"),
        (broken(at="19:00"), "sessions.one.at: how long? write an end"),
    ],
)
def test_what_is_not_clear_in_a_template_is_said_at_the_programme(template, said):
    agreement, findings = read_agreement(values(start("mine")), shelf=Shelf({"mine": template}))
    assert agreement is None
    assert [f.path for f in findings] == [("programs", "first", "template")]
    assert findings[0].message.startswith(f'the programme "mine" is not clear yet: {said}')


def test_a_couples_own_programme_is_read_from_its_file(run_planner, tmp_path):
    config = tmp_path / "config" / "planner" / "templates" / "programs"
    config.mkdir(parents=True)
    text = (ROOT / "templates" / "programs" / "host-nights.toml").read_text(encoding="utf-8")
    (config / "ours.toml").write_text(text.replace("A month of host nights", "Our month"), encoding="utf-8")
    (config / "torn.toml").write_text("title = \n", encoding="utf-8")
    example = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    for name, code, said in (("ours", 0, "1 programme for Ana and Ben"), ("torn", 1, "torn.toml:1:9: error:")):
        program = f'[programs.first]\ntemplate = "{name}"\nstarts = 2027-05-03\n'
        (tmp_path / "agreement.toml").write_text(f"{example}\n{program}", encoding="utf-8")
        done = run_planner("check", env={"XDG_CONFIG_HOME": str(tmp_path / "config")})
        assert done.exit_code == code, done
        assert said in done.stdout + done.stderr


def test_ours_are_found_in_the_checkout():
    assert NAMES == ["four-weeks", "gentle-ladder", "host-nights"]
    assert set(templates("programs")) >= set(NAMES)


# ── in calendars ──


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_its_sessions_as_we_do(engine, name):
    last = {"four-weeks": "talk", "gentle-ladder": "step-2-ben", "host-nights": "night-2"}[name]
    changes = {last: {"on": date(2027, 3, 29), "at": "18:00", "for": "50m"}, "review": {"on": "saturday"}}
    agreement = agreed(start(name, changes=changes))
    for audience in ("ana", "ben", "everyone"):
        compare(agreement, audience, engine, *YEAR)
