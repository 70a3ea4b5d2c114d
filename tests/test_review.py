"""The review: facts from the file alone, a sheet to fill in, a talk at the terminal in which nothing said is lost."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from click import unstyle
from hypothesis import given
from hypothesis import strategies as st

from planner.agreement import Agreed, History, Version
from planner.compiler import compile_versions
from planner.languages import say
from planner.reading import read_agreement
from planner.review import NOTHING, Notes, facts, notes_text, period, read_notes, sheet
from tests.conftest import ROOT
from tests.servers import phone
from tests.servers.front import Front
from tests.servers.real import radicale
from tests.test_init import at_terminal  # noqa: F401  (a fixture)
from tests.test_sync_life import World, connected, environment

TODAY = date(2027, 2, 1)  # the day at the terminal of the tests
START = date(2027, 1, 4)
TEXT = """
[agreement]
id = "test-x7k2"
title = "Ana & Ben"
starts = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"

[me_blocks.pottery]
who = "ana"
title = "Pottery class"
on = "wednesday"
at = "18:30-21:00"
skip = 2027-01-13
changes = [{ on = 2027-01-20, moved_to = 2027-01-21 }, { on = 2027-01-27, at = "19:00" }]

[me_blocks.book]
who = "ben"
title = "An hour with a book"
on = "sunday"
at = "09:00"
ladder = { steps = ["30m", "45m", "1h"], each = "2 weeks" }

[rituals.walk]
title = "Early walk"
on = "saturday"
at = "8:00-9:00"
trial = 2027-01-30

[host_nights.salon]
title = "Salon"
hosts = ["ana", "ben"]
on = "second saturday"
at = "19:30-22:30"
changes = [{ on = 2027-01-09, host = "ben" }]

[reviews.monthly]
title = "Monthly"
on = "first monday"
at = "17:00"

[[pauses]]
starts = 2027-01-18
until = 2027-01-19
only = ["rituals.walk", "me_blocks"]
who = "ben"
"""


def agreement(text: str = TEXT):
    found, findings = read_agreement(tomllib.loads(text))
    assert found is not None, findings
    return found


def history(text: str = TEXT, agreed: str | None = TEXT) -> History:
    current = agreement(text)
    if agreed is None:
        return History(current)
    return History(current, (Version(START, 1, agreement(agreed)._replace(agreed=Agreed(START, (), None))),))


# ── facts ──


def test_facts_say_what_was_planned_and_moved_and_what_comes():
    seen = facts(history(), date(2027, 1, 5), TODAY)
    assert seen.planned == (
        "Ana's Pottery class: 3 times",
        "Ben's An hour with a book: 4 times",
        "Early walk: 4 times",
        "Salon: once",
        "Monthly: once",
    )
    assert seen.moved == (
        "Ana's Pottery class was left out on Wednesday 13 January 2027.",
        "Ana's Pottery class moved from Wednesday 20 January 2027 to Thursday 21 January 2027.",
        "Ana's Pottery class was at another time on Wednesday 27 January 2027.",
        "Salon on Saturday 9 January 2027 was Ben's.",
        "Early walk and all me blocks (where Ben takes part) rested from Monday 18 to Tuesday 19 January 2027.",
    )
    assert seen.ending == ("Early walk was on trial until Saturday 30 January 2027: keep it, change it, or let it go?",)
    assert seen.steps == (
        "Ben's An hour with a book has been 30 minutes for 2 weeks or more: 45 minutes next, or stay, or step back? "
        "Each is fine.",
    )
    assert seen.ahead == ()


def test_a_step_is_offered_no_sooner_than_its_time_and_never_beyond_the_last():
    assert facts(history(), START, date(2027, 1, 17)).steps == ()
    assert len(facts(history(), START, date(2027, 1, 18)).steps) == 1
    last = TEXT.replace('each = "2 weeks" }', 'each = "2 weeks", step = 3 }')
    assert facts(history(last, last), START, TODAY).steps == ()
    by_date = TEXT.replace('each = "2 weeks" }', 'each = "2 weeks", grows = "by date" }')
    assert facts(history(by_date, by_date), START, TODAY).steps == ()


def test_the_month_ahead_is_that_of_the_draft():
    draft = TEXT.replace(
        'on = "saturday"\nat = "8:00-9:00"\ntrial = 2027-01-30', 'on = "wednesday"\nat = "20:00-21:00"'
    )
    assert facts(history(draft), START, TODAY).ahead == (
        "Ana's Pottery class and Early walk ask for Ana's time at once, first on Wednesday 3 February 2027.",
    )


def test_it_looks_back_to_the_last_review_as_noted_or_as_the_file_has_it():
    assert period(history(), date(2027, 1, 20), TODAY) == date(2027, 1, 21)
    assert period(history(), None, date(2027, 2, 20)) == date(2027, 2, 2)
    without = TEXT.replace('[reviews.monthly]\ntitle = "Monthly"', '[rituals.monthly]\ntitle = "Monthly"').replace(
        'at = "17:00"', 'at = "17:00-18:00"'
    )
    assert period(history(without, without), None, date(2027, 3, 20)) == date(2027, 2, 17)
    assert period(history(without, without), None, date(2027, 1, 10)) == START


# ── the sheet ──


def test_the_sheet_leaves_no_word_of_the_template_open():
    template = (ROOT / "templates" / "review.md").read_text(encoding="utf-8")
    for of in (history(), history(agreed=None)):
        text = sheet(template, of, facts(of, START, TODAY), NOTHING)
        assert "$" not in text
        assert "- Ana:\n- Ben:\n" in text


def test_the_sheet_is_filled_from_the_file_and_the_last_notes():
    template = (ROOT / "templates" / "review.md").read_text(encoding="utf-8")
    small = NOTHING._replace(small={"Ana": "ask about the kiln"})
    text = sheet(template, history(), facts(history(), START, TODAY), small)
    for line in (
        "# Ana & Ben: a calm half hour\n\nMonday 1 February 2027 · Ana and Ben\n",
        "## What was planned, from Monday 4 January to Monday 1 February 2027 (3 minutes)\n\n"
        "- Ana's Pottery class: 3 times\n",
        "- Ana: ask about the kiln\n",
        "- [ ] Ana's Pottery class, every Wednesday from 18:30 to 21:00\n",
        "- Early walk was on trial until Saturday 30 January 2027: keep it, change it, or let it go?\n",
        "- Nothing asks for one of you twice.\n",
    ):
        assert line in text, line


@pytest.fixture
def couple(tmp_path) -> Path:
    path = tmp_path / "agreement.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def planner(run_planner, couple):
    return lambda *args: run_planner("--today", str(TODAY), *args)


def test_a_sheet_is_printed_or_written_and_never_over_a_file(planner, couple, tmp_path):
    printed = planner("review", "--sheet")
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert planner("review", "--sheet", "agreement.toml").stdout == printed.stdout
    assert planner("review", "--sheet", "-o", "feb.md") == (0, "feb.md is yours to fill in.\n", "")
    assert (tmp_path / "feb.md").read_text(encoding="utf-8") == printed.stdout
    again = planner("review", "--sheet", "-o", "feb.md")
    assert (again.exit_code, again.stderr) == (
        3,
        "planner: feb.md is there already and stays as it is; choose another name\n",
    )
    assert planner("review", "--sheet", "repair").stdout.startswith("# After a hurt\n")
    assert planner("review", "--sheet", "repairs").stderr == 'planner: no sheet "repairs"; did you mean "repair"?\n'
    assert {p.name for p in tmp_path.iterdir()} == {"agreement.toml", "feb.md"}


def test_the_couples_own_sheet_comes_first(planner, couple, tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "review.md").write_text("$names, $day. It costs $5, and $$1.\n$ahead\n", encoding="utf-8")
    assert planner("review", "--sheet").stdout == (
        "Ana and Ben, Monday 1 February 2027. It costs $5, and $1.\n- Nothing asks for one of you twice.\n"
    )


def test_a_review_wants_a_terminal(planner):
    assert planner("review") == (2, "", "planner: a review is a talk at a terminal; for paper, write --sheet\n")
    assert planner("review", "-o", "x.md") == (2, "", "planner: -o is for a sheet; write --sheet too\n")


def test_a_reviews_event_carries_the_short_agenda_unless_they_wrote_their_own():
    for own, said in (
        ("", say("en", "review agenda")),
        ('notes = "Tea first."', "Tea first."),
        ('prompts = "What now?"', "• What now?"),
    ):
        of = agreement(TEXT.replace('at = "17:00"', f'at = "17:00"\n{own}'))
        for audience in ("ana", "everyone"):
            (look,) = [s.look for s in compile_versions(History(of), audience) if s.kind == "review"]
            assert look.description == (said if audience == "ana" or "prompts" not in own else None)


# ── notes ──


lines = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1).map(
    lambda text: " ".join(text.split())
)
some = st.lists(lines.filter(bool), max_size=3).map(tuple)
by_name = st.dictionaries(st.sampled_from(("Ana", "Zoë & Zoe", "O'Neil")), lines.filter(bool), max_size=3)


@given(notes=st.builds(Notes, by_name, some, some, by_name, some))
def test_notes_are_read_again_as_they_were_written(notes):
    assert read_notes(notes_text("Ana & Ben", TODAY, notes)) == notes


def test_notes_that_were_edited_by_hand_are_read_as_far_as_they_can_be():
    text = "hello\n- lost\n# Small\n## One small thing each\n* Ana:  the kiln \n- no colon\n-\n### Else\n- Ben: lost\n"
    assert read_notes(text) == NOTHING._replace(small={"Ana": "the kiln"})
    assert read_notes("") == NOTHING


# ── at the terminal ──


ENTER = "\n"


def notes(couple: Path) -> str:
    return (couple.parent / "agreement.reviews" / "2027-02-01.md").read_text(encoding="utf-8")


def test_the_half_hour_from_appreciation_to_agreement(at_terminal, planner, couple):  # noqa: F811
    planner("agree", "--by", "ana", "--by", "ben", "--from", "2027-02-01")
    done = at_terminal(
        ["review"],
        [
            "the soup on Tuesday\n",  # Ana
            ENTER,  # Ben
            "evenings, the visit\n",  # topics
            ENTER,  # talked
            "change\n",  # pottery
            "at=19:00-21:30\n",
            "step\n",  # book
            "2\n",
            "keep\n",  # walk, on trial
            "y\n",
            ENTER,  # salon
            ENTER,  # monthly
            "rituals.cinema on='first friday' at=20:00-22:30\n",
            ENTER,
            "ask about the kiln\n",  # Ana
            ENTER,  # Ben
            "the sea\n",
            "yes\n",  # Ana says yes to all
            "yes\n",  # and Ben
        ],
    )
    assert done.exit_code == 0, done.stdout
    said = unstyle(done.stdout)
    assert said.count("`planner sync") == 1
    assert said.startswith(
        "Ana & Ben, Monday 1 February 2027. About half an hour, without hurry.\n"
        "Enter goes on. What you write is kept beside the file; --no-keep keeps nothing.\n\n"
        "Appreciation first\n"
        "Ana, something you are glad of: the soup on Tuesday\n"
        "Ben, something you are glad of: \n\n"
        "What was planned from Tuesday 5 January to Monday 1 February 2027\n"
        "  Ana's Pottery class: 3 times\n"
    )
    for part in (
        "What ends, or may grow\n  Early walk was on trial until Saturday 30 January 2027: keep it, change it, or let",
        "  Ana's Pottery class, every Wednesday from 18:30 to 21:00\n"
        "    keep, change, pause, trial or let go [keep]: change\n"
        "    What changes, as in at=19:00-21:00 on=thursday (Enter for nothing): at=19:00-21:30\n"
        '    "Pottery class" is now every Wednesday from 19:00 to 21:30 (before: every Wednesday from 18:30 to 21:00)',
        "    Which step (1 30 minutes, 2 45 minutes, 3 1 hour) [1]: 2\n",
        "    It is on trial. Keep it for good? [Y/n]: y\n",
        "What this changes\n"
        "Ana's Pottery class: Wednesday 18:30–21:00 → Wednesday 19:00–21:30, from Tuesday 2 February 2027.\n"
        "  It needs a yes from Ana (other time).\n"
        "Ben's An hour with a book: 30 minutes → 45 minutes, step 2 of 3, from Tuesday 2 February 2027.\n"
        "  It needs a yes from Ben (more time).\n"
        "Early walk: on trial → kept, from Tuesday 2 February 2027.\n"
        "  It needs a yes from Ana and Ben (new time).\n"
        "New: Cinema, on the first Friday of the month from 20:00 to 22:30, for Ana and Ben, from Tuesday 2 February "
        "2027.\n",
        "All of it is agreed from Tuesday 2 February 2027 on, kept in agreement.history/2027-02-02.toml.\n",
        "Your notes are in agreement.reviews/2027-02-01.md.\n",
    ):
        assert part in said, part
    assert notes(couple) == (
        "# Ana & Ben, Monday 1 February 2027\n\n"
        "## Appreciation\n\n- Ana: the soup on Tuesday\n\n"
        "## To talk about\n\n- evenings\n- the visit\n\n"
        "## Decided\n\n"
        '- "Pottery class" is now every Wednesday from 19:00 to 21:30 (before: every Wednesday from 18:30 to 21:00).\n'
        '- "An hour with a book" now lasts 45 minutes, step 2 of 3.\n'
        '- "Early walk" no longer has `trial` (before: Saturday 30 January 2027).\n'
        '- "Cinema" is new: on the first Friday of the month from 20:00 to 22:30, for Ana and Ben.\n\n'
        "## One small thing each\n\n- Ana: ask about the kiln\n\n"
        "## Something good\n\n- the sea\n"
    )


def test_enter_all_through_lets_no_draft_take_effect(at_terminal, planner, couple):  # noqa: F811
    planner("agree", "--by", "ana", "--by", "ben", "--from", "2027-02-01")
    assert planner("revise", "pottery", "until=2027-06-30").exit_code == 0
    done = at_terminal(["review", "--no-keep"], [ENTER] * 40)
    assert "Who decides on" in done.stdout, done.stdout
    assert "Nothing was agreed, and nothing has changed." in done.stdout
    assert "planner sync" not in done.stdout
    assert [p.name for p in (couple.parent / "agreement.history").iterdir()] == ["2027-02-01.toml"]
    assert planner("diff").stdout.startswith("Ana's Pottery class")


def test_whoever_stops_halfway_loses_nothing_and_can_go_on(at_terminal, couple):  # noqa: F811
    done = at_terminal(["review"], ["the soup\n", ENTER, ENTER, "let go\n", "2027-02-10\n", "\x03"])
    assert done.exit_code == 3
    assert unstyle(done.stdout).endswith(
        "planner: the review stops here. It is kept; `planner review` goes on from it today.\n"
    )
    assert "until = 2027-02-10" in couple.read_text(encoding="utf-8")
    assert "- Ana: the soup\n" in notes(couple)
    again = at_terminal(["review"], [ENTER, "\x04"])
    assert "Ana, something you are glad of [the soup]: \n" in again.stdout


def test_the_first_answer_is_kept_at_once(at_terminal, couple):  # noqa: F811
    at_terminal(["review"], ["the soup\n", "\x03"])
    assert notes(couple) == "# Ana & Ben, Monday 1 February 2027\n\n## Appreciation\n\n- Ana: the soup\n"


def test_no_notes_are_kept_where_none_are_wanted(at_terminal, couple):  # noqa: F811
    done = at_terminal(["review", "--no-keep"], ["the soup\n", "\x03"])
    assert done.exit_code == 3
    assert "Nothing of what you write down as notes is kept." in done.stdout
    assert done.stdout.endswith("\nplanner: the review stops here.\n")
    assert [p.name for p in couple.parent.iterdir()] == ["agreement.toml"]


def test_what_cannot_be_done_is_said_and_asked_again(at_terminal, couple):  # noqa: F811
    done = at_terminal(
        ["review"],
        [
            *(ENTER, ENTER, ENTER),
            *("change\n", "on=wensday\n"),
            *("change\n", "on='x\n"),
            *("change\n", "rubbish\n"),
            *("pause\n", "someday\n"),
            *("pause\n", "2027-01-10\n"),
            *("trial\n", "soon\n"),
            *("trial\n", "4 weeks\n"),
            *("pause\n", "2027-02-20\n"),
            *("let go\n", "2027-02-03\n"),
            "\x03",
        ],
    )
    said = unstyle(done.stdout)
    for part in (
        'no day "wensday"; did you mean "wednesday"?',
        "    A quotation mark has no partner; write it once more.\n",
        '"rubbish" is not of the form name=value',
        '    "someday" is no date; write it like 2027-01-04\n',
        "    Sunday 10 January 2027 lies before Monday 1 February 2027; nothing has changed.\n",
        '    no length "soon"; write it like "4 weeks" or "3 months"\n',
        '    `trial` of "Pottery class" is now Monday 1 March 2027.\n',
        '    "An hour with a book" rests from Monday 1 to Saturday 20 February 2027.\n',
        '    The last day of "Early walk" is now Wednesday 3 February 2027.\n',
    ):
        assert part in said, (part, said)


def test_a_ritual_that_has_not_begun_is_let_go_altogether(at_terminal, couple):  # noqa: F811
    couple.write_text(
        TEXT + '\n[rituals.trip]\non = 2027-05-01\nat = "all day"\nstarts = 2027-05-01\n', encoding="utf-8"
    )
    answers = [*(ENTER, ENTER, ENTER), *(ENTER,) * 3, "n\n", "let go\n", "\x03"]
    done = at_terminal(["review"], answers)
    assert "    [rituals.trip] is let go.\n" in unstyle(done.stdout)
    assert couple.read_text(encoding="utf-8").rstrip("\n") == TEXT.rstrip("\n")


# ── calendars, balance, programmes ──


def test_a_review_hears_of_what_a_phone_moved_and_writes_nothing(tmp_path, run_planner):
    (tmp_path / "agreement.toml").write_bytes((ROOT / "examples" / "ana-and-ben.toml").read_bytes())
    own = '[me_blocks.xanadu]\ntitle = "Xanadu"\non = "sunday"\nat = "08:00-09:00"\n'
    (tmp_path / "agreement.ana.toml").write_text(own, encoding="utf-8")
    with radicale(tmp_path / "server") as server, Front(server, {"ana": "secret"}) as front:
        url = phone.make_calendar(front, "ana", "rituals", "Rituals")
        connected(tmp_path, url)
        world = World(front, url, tmp_path, run_planner)
        today = "2027-01-30"
        world.run("sync", "--yes")
        for title, day, to in (("Pottery class", "20270113", "20270114T1830"), ("Xanadu", "20270117", "20270118T0800")):
            name, text = world.of(title)
            world.put(name, phone.with_moved(text, day, f"{to}00", f"{to[:-2]}5900"))
        before = (world.stored(), world.file.read_bytes())
        said = world.run("review", "--sheet", today=today).stdout
        assert world.writes == 0
        assert (
            "- Pottery class: Wednesday 13 January 2027 was moved in the calendar to Thursday 14 January 2027, "
            "18:30–18:59; `planner pull` takes it into the file.\n"
        ) in said
        assert "Xanadu" not in said
        assert (world.stored(), world.file.read_bytes()) == before
        world.file.write_bytes(before[1] + b'\n[calendar]\nlanguage = "de"\n')
        said = world.run("review", "--sheet", today=today).stdout
        assert (
            "- Pottery class: Mittwoch, 13. Januar 2027 wurde im Kalender auf Donnerstag, 14. Januar 2027 verschoben; "
            "`planner pull` übernimmt es in die Datei.\n"
        ) in said
        assert "Xanadu" not in said
        assert world.stored() == before[0]
        world.file.write_bytes(before[1])
        (tmp_path / "agreement.ana.toml").write_text(own.replace("sunday", "sundy"), encoding="utf-8")
        said = world.run("review", "--sheet", today=today).stdout
        assert '- The calendar "ana" was not read: a file of one\'s own is not clear yet; `planner check`' in said
        assert "sundy" not in said
        (tmp_path / "agreement.ana.toml").unlink()
    said = world.planner("--today", today, "review", "--sheet", env=environment(tmp_path))
    assert (said.exit_code, said.stderr) == (0, "")
    assert '- The calendar "ana" was not read: ' in said.stdout


def test_without_a_connected_calendar_a_review_says_so(planner):
    assert "- No calendar is connected; this is what the file knows.\n" in planner("review", "--sheet").stdout


def test_the_month_ahead_has_its_balance_and_pairs_under_the_draft(planner, couple):
    text = TEXT + '\n[balance.own]\nwho = "ana"\nof = "own"\nper = "week"\nat_least = "2h"\n'
    text += '\n[[pairs]]\nthese = ["me_blocks.pottery", "host_nights.salon"]\n'
    couple.write_text(text, encoding="utf-8")
    assert planner("agree", "--by", "ana", "--by", "ben").exit_code == 0
    before = planner("review", "--sheet").stdout
    assert planner("revise", "pottery", "at=18:30-22:30").exit_code == 0
    assert planner("skip", "pottery", "2027-02-10").exit_code == 0
    said = planner("review", "--sheet").stdout
    ahead = said[said.index("The month ahead") : said.index("Something new")]
    assert "is left out on Wednesday 10 February 2027; " in ahead
    assert "belongs together with it and stays as it is.\n" in ahead
    (line,) = [line for line in ahead.splitlines() if line.startswith("- Ana: ")]
    (old,) = [line for line in before.splitlines() if line.startswith("- Ana: ") and "own time" in line]
    assert "of own time" in line
    assert line != old
    assert "Ana hopes for at least 2 hours of own time a week. Planned: " in ahead


def test_a_programme_is_one_thing_in_a_review(planner, couple):
    assert planner("add", "programs.first", "template=four-weeks", "starts=2027-01-18").exit_code == 0
    said = planner("review", "--sheet").stdout
    assert "- Four weeks to start: 12 times\n" in said
    assert "- [ ] Four weeks to start, from Monday 18 January to Sunday 14 February 2027\n" in said
    assert "Own time" not in said[said.index("## Each ritual") :].partition("What ends")[0]


def test_a_programme_is_kept_or_let_go_as_a_whole_at_the_terminal(at_terminal, planner, couple):  # noqa: F811
    planner("add", "programs.first", "template=four-weeks", "starts=2027-01-18")
    answers = [ENTER, ENTER, ENTER, ENTER, ENTER, "keep\n", "n\n", ENTER, ENTER, "let go\n", "2027-02-07\n", "\x03"]
    done = unstyle(at_terminal(["review"], answers).stdout)
    assert "  Four weeks to start, from Monday 18 January to Sunday 14 February 2027\n" in done
    assert done.count("    keep, change, pause or let go") == 1
    assert "The last day of [programs.first] is now Sunday 7 February 2027." in done
    assert "until    = 2027-02-07" in couple.read_text(encoding="utf-8")
