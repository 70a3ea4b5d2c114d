"""`agree`, `diff`, `history`, `show --as-of`, `end` as a person meets them, and what they leave on the disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click import unstyle

from planner.cli.common import Loaded, examine
from planner.compiler import compile_versions
from tests.conftest import ROOT
from tests.test_init import at_terminal  # noqa: F401  (a fixture)

EXAMPLE = ROOT / "examples" / "ana-and-ben.toml"
TODAY = ("--today", "2027-02-20")
HONESTY = "planner cannot know who typed a yes. It keeps what it is told; the rest is between you.\n\n"
FOLLOW = "Calendars follow with `planner sync`, or `planner export`.\n"


@pytest.fixture
def couple(tmp_path):
    """Ana's and Ben's agreement, on which nothing is agreed yet."""
    path = tmp_path / "agreement.toml"
    path.write_bytes(EXAMPLE.read_bytes())
    return path


@pytest.fixture
def planner(run_planner, couple):
    """Runs the planner on 20 February 2027."""
    return lambda *args, **more: run_planner(*TODAY, *args, **more)


@pytest.fixture
def agreed(planner, couple):
    """The same after both have agreed, from 21 February on."""
    assert planner("agree", "--by", "ana", "--by", "Ben", "--note", "Off we go").exit_code == 0
    return couple


def versions(couple: Path) -> list[str]:
    folder = couple.parent / "agreement.history"
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def proposal(couple: Path) -> Path:
    return couple.parent / "agreement.proposal.toml"


# ── agree ──


def test_what_would_mean_nothing_by_the_new_terms_is_named_before_they_are_agreed(planner, couple):
    """A swap of turns to come, where there are turns no more: the file could not be read; one that is over can."""
    swaps = 'changes = [{ on = 2027-02-13, host = "ben" }, { on = 2027-03-27, host = "ana" }]\n'
    text = couple.read_text().replace('hosts = ["ana", "ben"]', f'{swaps}hosts = ["ana", "ben"]')
    assert swaps in text
    couple.write_text(text)
    assert planner("agree", "--by", "ana", "--by", "ben").exit_code == 0
    couple.write_text(text.replace('hosts = ["ana", "ben"]', 'host = "ana"'))
    assert planner("check").exit_code == 0
    done = planner("agree", "--by", "ana", "--by", "ben")
    assert done.exit_code == 1
    assert done.stderr.count("error:") == 1
    assert "host_nights.salon.changes[2].host: this ritual has no turns to swap" in done.stderr
    assert versions(couple) == ["2027-02-21.toml"]
    couple.write_text(couple.read_text().replace(', { on = 2027-03-27, host = "ana" }', ""))
    assert planner("agree", "--by", "ana", "--by", "ben").exit_code == 0
    assert planner("check").exit_code == 0


def test_the_first_agreement_waits_for_everyone_and_holds_as_a_whole(planner, couple):
    done = planner("agree", "--by", "ana")
    assert done.exit_code == 3
    assert done.stdout.startswith(
        "This is the first time that you agree. All of it takes effect together.\n\n"
        "New: Ana's Pottery class, every Wednesday from 18:30 to 21:00, from Monday 4 January 2027.\n"
        "New: Ben's Writing, every Tuesday and Thursday at 07:00 for 50 minutes, Lisbon time, from Monday 4 January "
        "2027.\n"
        "New: Cook together, every Friday from 19:00 to 22:00, for Ana and Ben, from Monday 4 January 2027.\n"
    )
    assert "\n\nEach of these needs a yes from everyone who takes part in it.\n\n" + HONESTY in done.stdout
    assert done.stdout.endswith(
        HONESTY + "Until everyone has said yes the file goes on holding as it stands.\n"
        '"Writing" waits for Ben.\n'
        '"Cook together" waits for Ben. Ana said yes.\n'
        '"Midweek" waits for Ben. Ana said yes.\n'
        '"Salon" waits for Ben. Ana said yes.\n'
        '"Monthly" waits for Ben. Ana said yes.\n'
    )
    assert done.stderr == "planner: waiting for Ben\n"
    assert versions(couple) == []
    done = planner("agree", "--by", "ben")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "  Ana said yes already.\n" in done.stdout
    assert done.stdout.endswith(
        "All of it is agreed from Sunday 21 February 2027 on, kept in agreement.history/2027-02-21.toml.\n" + FOLLOW
    )
    assert versions(couple) == ["2027-02-21.toml"]
    assert not proposal(couple).exists()


def test_what_has_its_yeses_takes_effect_and_the_rest_waits(planner, agreed):
    planner("revise", "pottery", "on=thursday", "at=19:00-21:00")
    planner("revise", "friday", "at=19:00-23:00")
    done = planner("agree", "--from", "2027-03-01", "--by", "ana")
    assert done == (
        3,
        "Ana's Pottery class: Wednesday 18:30–21:00 → Thursday 19:00–21:00, from Monday 1 March 2027.\n"
        "  It needs a yes from Ana (other time).\n"
        "Cook together: Friday 19:00–22:00 → Friday 19:00–23:00, from Monday 1 March 2027.\n"
        "  It needs a yes from Ana and Ben (more time).\n\n"
        + HONESTY
        + "One change is agreed from Monday 1 March 2027 on, kept in agreement.history/2027-03-01.toml.\n"
        + FOLLOW
        + '"Cook together" waits for Ben. Ana said yes.\n',
        "planner: waiting for Ben\n",
    )
    agenda = planner("agenda", "--from", "2027-03-03", "--days", "3")
    assert agenda.stdout == (
        "Wednesday 3 March 2027\n"
        "  12:30–12:40         Midweek        Ana and Ben\n\n"
        "Thursday 4 March 2027\n"
        "  07:00–07:50 Lisbon  Writing        Ben\n"
        "  19:00–21:00         Pottery class  Ana, Atelier Nord\n\n"
        "Friday 5 March 2027\n"
        "  19:00–22:00         Cook together  Ana and Ben\n"
    )
    assert agenda.stderr == "One change in the file is not agreed yet and not shown here; see `planner diff`.\n"
    draft = planner("agenda", "--from", "2027-03-05", "--days", "1", "--draft")
    assert (draft.stdout.splitlines()[1], draft.stderr) == ("  19:00–23:00  Cook together  Ana and Ben", "")
    done = planner("agree", "--by", "ben")
    assert done.stdout.splitlines()[-2] == (
        "All of it is agreed from Monday 1 March 2027 on, kept in agreement.history/2027-03-01.2.toml."
    )
    assert planner("agenda", "--from", "2027-03-05", "--days", "1").stderr == ""


def test_a_yes_that_waits_lapses_when_its_terms_change(planner, agreed):
    planner("revise", "friday", "at=19:00-23:00")
    planner("agree", "--by", "ana")
    planner("revise", "friday", "at=19:00-23:30")
    assert planner("agree", "--by", "ben").stderr == "planner: waiting for Ana\n"
    planner("revise", "friday", "at=19:00-22:00")
    done = planner("agree")
    assert done.stdout == (
        "Nothing to agree on: what the file asks of your time is what holds from Sunday 21 February 2027 on.\n"
    )
    assert not proposal(agreed).exists()


def test_letting_go_needs_only_the_one_who_decides(planner, agreed):
    text = agreed.read_text(encoding="utf-8")
    start = text.index("[shared_evenings.friday]")
    agreed.write_text(text[:start] + text[text.index("# ── Check-ins") :], encoding="utf-8")
    done = planner("agree", "--by", "ana")
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "Let go: Cook together, every Friday from 19:00 to 22:00; it ends before Sunday 21 February 2027.\n"
        "  Nobody else's yes is needed; it takes the word of the one who decides.\n"
    )
    past = planner("agenda", "--from", "2027-02-19", "--days", "8").stdout
    assert past.count("Cook together") == 1


def test_another_agreement_for_the_first_day_changes_nothing_of_what_was_before(planner, agreed):
    planner("revise", "friday", "at=20:00-22:00")
    planner("agree", "--by", "ana")
    assert versions(agreed) == ["2027-02-21.2.toml", "2027-02-21.toml"]
    found = json.loads(planner("agenda", "--from", "2027-02-19", "--days", "8", "--json").stdout)
    evenings = [o["start"][5:16] for o in found if o["ritual"] == "shared_evenings.friday"]
    assert evenings == ["02-19T19:00", "02-26T20:00"]
    lines = planner("history").stdout.splitlines()
    assert [line for line in lines if line[:1] not in ("", " ")] == [
        "Before Sunday 21 February 2027 (holds now); Ana and Ben said yes on Saturday 20 February 2027.",
        "From Sunday 21 February 2027 on; Ana and Ben said yes on Saturday 20 February 2027.",
    ]


def test_a_day_that_is_over_needs_backdate_and_says_what_it_rewrites(planner, agreed):
    planner("revise", "friday", "at=18:00-21:00")
    done = planner("agree", "--from", "2027-02-10", "--by", "ana")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == (
        "planner: Wednesday 10 February 2027 is over, and a version from then on rewrites what calendars show of it; "
        "if that is what you want, add --backdate\n"
    )
    assert planner("agree", "--from", "2027-02-10", "--by", "ana", "--backdate").exit_code == 3
    done = planner("agree", "--from", "2027-02-10", "--by", "ana", "--by", "ben", "--backdate", "--replace")
    assert done.exit_code == 0
    assert (
        "This rewrites days that are over, from Monday 4 January 2027 on:\n"
        "  Cook together: out on Friday 8 January 2027, Friday 15 January 2027, Friday 22 January 2027 and 4 more; "
        "in on Friday 8 January 2027, Friday 15 January 2027, Friday 22 January 2027 and 4 more\n" in done.stdout
    )


def test_a_past_day_after_the_first_version_rewrites_from_there(planner, agreed):
    planner("revise", "friday", "at=18:00-21:00")
    done = planner("--today", "2027-03-07", "agree", "--from", "2027-03-01", "--by", "ana", "--by", "ben", "--backdate")
    assert done.exit_code == 0
    assert (
        "This rewrites days that are over, from Monday 1 March 2027 on:\n"
        "  Cook together: out on Friday 5 March 2027; in on Friday 5 March 2027\n" in done.stdout
    )


def test_one_before_a_later_version_is_refused_unless_it_replaces_it(planner, agreed):
    planner("revise", "friday", "at=18:00-21:00")
    planner("agree", "--from", "2027-04-01", "--by", "ana", "--by", "ben")
    planner("revise", "friday", "at=17:00-20:00")
    done = planner("agree", "--from", "2027-03-01", "--by", "ana", "--by", "ben")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == (
        "planner: something else is agreed from Thursday 1 April 2027 on already; agree from that day "
        "(--from 2027-04-01), or add --replace, and what you agree now holds in its place\n"
    )
    waits = planner("agree", "--from", "2027-03-01", "--by", "ana", "--replace")
    assert "What replaces an agreement takes effect as a whole; until then the agreed versions hold.\n" in waits.stdout
    done = planner("agree", "--from", "2027-03-01", "--by", "ben", "--replace")
    assert done.exit_code == 0
    assert "What was agreed from Thursday 1 April 2027 on holds no longer.\n" in done.stdout
    days = [entry["on"] for entry in json.loads(planner("history", "--json").stdout)]
    assert days == ["2027-02-21", "2027-03-01"]
    assert versions(agreed) == ["2027-02-21.toml", "2027-03-01.toml", "2027-04-01.toml"]


def test_single_dates_that_would_mean_nothing_any_more_are_named_before_anything_is_agreed(planner, agreed):
    planner("skip", "pottery", "2027-03-03")
    planner("revise", "pottery", "on=thursday")
    before = versions(agreed)
    done = planner("agree", "--from", "2027-03-01", "--by", "ana")
    assert done.exit_code == 1
    assert done.stderr == (
        "planner: nothing was agreed, for single dates in the file would then mean nothing any more:\n"
        "agreement.toml:22:23: error: me_blocks.pottery.skip: nothing happens on Wednesday 3 March 2027; its nearest "
        "dates are 2027-02-25 and 2027-03-04\n"
        "planner: take them out, or give them the dates that they have then; and agree again\n"
    )
    assert versions(agreed) == before
    assert planner("agree", "--from", "2027-03-04", "--by", "ana").exit_code == 0


def test_a_swap_of_turns_stays_though_the_file_takes_turns_no_more(planner, agreed):
    planner("revise", "salon", "changes=[{ on = 2027-02-13, host = 'ana' }]")
    planner("revise", "salon", "hosts=", "host=ana")
    assert planner("agree", "--from", "2027-03-01", "--by", "ana").exit_code == 0
    found = json.loads(planner("agenda", "--from", "2027-02-01", "--days", "60", "--json").stdout)
    assert [(o["start"][5:10], o["title"]) for o in found if o["ritual"] == "host_nights.salon"] == [
        ("02-13", "Salon (Ana hosts)"),  # Ben's, swapped
        ("02-27", "Salon (Ben hosts)"),
        ("03-27", "Salon"),
    ]


def test_without_a_terminal_nobody_can_be_asked_and_an_unknown_person_is_named(planner, agreed):
    planner("revise", "friday", "at=18:00-23:00")
    done = planner("agree")
    assert done.exit_code == 2
    assert done.stderr == ("planner: say who says yes, such as --by ana; without a terminal nobody can be asked\n")
    assert planner("agree", "--by", "anna").stderr == 'planner: no person "anna"; did you mean "ana"?\n'
    assert versions(agreed) == ["2027-02-21.toml"]


def test_a_version_is_never_written_over(planner, agreed, monkeypatch):
    planner("revise", "friday", "at=20:00-22:00")
    (agreed.parent / "agreement.history" / "2027-02-21.toml").rename(agreed.parent / "kept")
    kept = (agreed.parent / "kept").read_bytes()
    monkeypatch.setattr("planner.cli.agreed.history_files", lambda _path: {})
    (agreed.parent / "agreement.history" / "2027-02-21.toml").write_bytes(kept)
    done = planner("agree", "--by", "ana")
    assert done.exit_code == 3
    assert "2027-02-21.toml is there already and stays as it is" in done.stderr
    assert (agreed.parent / "agreement.history" / "2027-02-21.toml").read_bytes() == kept


# ── at a terminal ──


def test_each_is_asked_at_a_terminal(at_terminal, agreed, planner):  # noqa: F811
    planner("revise", "pottery", "on=thursday")
    planner("revise", "friday", "at=19:00-23:00")
    done = at_terminal(["agree", "--from", "2027-03-01"], ["one\n", "y\n", "n\n", "y\n"])
    assert done.exit_code == 3
    said = unstyle(done.stdout.partition(HONESTY)[2])
    assert said.splitlines() == [
        "Ana, do you say yes to all 2 that ask you? (yes, no, or one by one) [no]: one",
        "  Ana's Pottery class: Wednesday 18:30–21:00 → Thursday 18:30–21:00, from Monday 1 March 2027. Yes? [y/N]: y",
        "  Cook together: Friday 19:00–22:00 → Friday 19:00–23:00, from Monday 1 March 2027. Yes? [y/N]: n",
        'Ben, do you say yes to this one? "Cook together" [y/N]: y',
        "One change is agreed from Monday 1 March 2027 on, kept in agreement.history/2027-03-01.toml.",
        "Calendars follow with `planner sync`, or `planner export`.",
        '"Cook together" waits for Ana. Ben said yes.',
        "planner: waiting for Ana",
    ]


def test_one_letter_is_an_answer_too(at_terminal, agreed, planner):  # noqa: F811
    planner("revise", "pottery", "on=thursday")
    planner("revise", "friday", "at=19:00-23:00")
    done = at_terminal(["agree", "--from", "2027-03-01"], ["maybe\n", "Y\n", "n\n"])
    assert "Please answer yes, no or one.\n" in done.stdout
    assert done.stdout.endswith('"Cook together" waits for Ben. Ana said yes.\nplanner: waiting for Ben\n')


@pytest.mark.parametrize("answers", [["n\n"], ["\n"]])
def test_a_no_changes_nothing(at_terminal, agreed, planner, answers):  # noqa: F811
    planner("revise", "pottery", "on=thursday")
    done = at_terminal(["agree", "--from", "2027-03-01"], answers)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "Nothing was agreed, and nothing has changed.")
    assert versions(agreed) == ["2027-02-21.toml"]


@pytest.mark.parametrize(("answer", "there"), [("ana\n", 2), ("Anna\nBen\n", 2), ("\n", 1), ("\x03", 1)])
def test_what_needs_nobodys_yes_needs_the_name_of_who_decides(at_terminal, agreed, planner, answer, there):  # noqa: F811
    planner("revise", "friday", "at=20:00-22:00")
    before = agreed.read_bytes()
    done = at_terminal(["agree", "--from", "2027-03-01"], answer.splitlines(keepends=True))
    assert "Who decides on this? (Ana or Ben; Enter for nobody, and it stays a draft): " in done.stdout
    assert len(versions(agreed)) == there
    assert agreed.read_bytes() == before
    assert done.exit_code == {"\x03": 3, "\n": 1}.get(answer, 0)
    if there == 2:
        said = json.loads(planner("history", "--json").stdout)[-1]
        assert said["yes"] == ["ana" if answer == "ana\n" else "ben"]
    elif answer == "\n":
        assert done.stdout.endswith("Nothing was agreed, and nothing has changed.\n")


def test_what_nobody_decided_on_waits_while_the_rest_takes_effect(at_terminal, agreed, planner):  # noqa: F811
    planner("revise", "pottery", "on=thursday")
    planner("revise", "friday", "at=20:00-22:00")
    done = at_terminal(["agree", "--from", "2027-03-01"], ["y\n", "\n"])
    assert done.exit_code == 3
    assert 'Who decides on "Cook together"? (Ana or Ben; ' in done.stdout
    assert '"Cook together" waits for the word of the one who decides (--by).\n' in done.stdout
    assert done.stdout.endswith("planner: waiting for the one who decides\n")
    assert [c["ritual"] for c in json.loads(planner("history", "--json").stdout)[1]["changes"]] == ["me_blocks.pottery"]
    assert planner("agree", "--by", "ben").exit_code == 0


def test_without_a_terminal_a_change_that_needs_nobodys_yes_needs_a_name(planner, agreed):
    planner("revise", "friday", "at=20:00-22:00")
    done = planner("agree")
    assert (done.exit_code, done.stderr) == (
        3,
        "planner: say --by who decides, such as --by ana; without a name nothing takes effect\n",
    )
    assert versions(agreed) == ["2027-02-21.toml"]


@pytest.mark.parametrize(("answer", "there"), [("y\nben\n", 2), ("y\n\n", 2), ("\n", 1), ("\x03", 1)])
def test_an_end_is_confirmed_at_a_terminal(at_terminal, agreed, planner, answer, there):  # noqa: F811
    before = agreed.read_bytes()
    done = at_terminal(["end", "--on", "2027-06-01"], answer.splitlines(keepends=True))
    assert "Shall it be so? [y/N]: " in done.stdout
    assert len(versions(agreed)) == there
    assert (agreed.read_bytes() == before) == (there == 1)
    if there == 2:
        said = "Ben said yes" if "ben" in answer else "by one person's word"
        assert f"From Tuesday 1 June 2027 on; {said} on Monday 1 February 2027.\n" in planner("history").stdout


def test_whoever_stops_halfway_has_agreed_to_nothing(at_terminal, agreed, planner):  # noqa: F811
    planner("revise", "friday", "at=19:00-23:00")
    done = at_terminal(["agree", "--from", "2027-03-01"], ["y\n", "\x03"])
    assert done.exit_code == 3
    assert done.stdout.endswith("\nplanner: nothing was agreed, and nothing has changed\n")
    assert versions(agreed) == ["2027-02-21.toml"]
    assert not proposal(agreed).exists()


# ── what commands say of drafts ──


def test_a_change_of_terms_says_that_it_waits_and_one_of_words_that_it_holds(planner, agreed):
    assert planner("revise", "friday", "at=19:00-23:00").stdout == (
        '"Cook together" is now every Friday from 19:00 to 23:00 (before: every Friday from 19:00 to 22:00).\n'
        "Not agreed yet: Cook together: Friday 19:00–22:00 → Friday 19:00–23:00, from Sunday 21 February 2027.\n"
        "  It needs a yes from Ana and Ben (more time). `planner agree` lets it take effect.\n" + FOLLOW
    )
    for words in (
        ["revise", "friday", "title=We cook"],
        ["skip", "pottery", "2027-03-03"],
        ["pause", "--all", "--from", "2027-04-01", "--until", "2027-04-02"],
    ):
        assert planner(*words).stdout.splitlines()[-2:] == [
            "It holds at once; nobody has to agree to it.",
            FOLLOW.strip(),
        ]
    assert planner("revise", "friday", "at=19:00-22:00").stdout.splitlines()[1] == (
        "With this, [shared_evenings.friday] is as it was agreed."
    )


def test_another_way_to_write_terms_is_no_change_that_holds_at_once(planner, agreed):
    """A key that means what it meant before: what is not agreed stays so, and only the rest holds."""
    planner("revise", "friday", "at=19:00-23:00")
    told = [
        "It asks of your time what it asked before.",
        "Still not agreed: Cook together: Friday 19:00–22:00 → Friday 19:00–23:00, from Sunday 21 February 2027.",
        "  It needs a yes from Ana and Ben (more time). `planner agree` lets it take effect.",
    ]
    assert planner("revise", "friday", "at=19:00", "for=4h").stdout.splitlines()[2:] == [*told, FOLLOW.strip()]
    assert planner("revise", "friday", "at=19:00-23:00", "for=", "where=Here").stdout.splitlines()[3:] == [
        *told,
        "The rest holds at once; nobody has to agree to it.",
        FOLLOW.strip(),
    ]
    planner("revise", "friday", "at=19:00-22:00")
    assert planner("revise", "friday", "at=19:00", "for=3h").stdout.splitlines()[2:] == [told[0], FOLLOW.strip()]


def test_every_command_that_publishes_says_what_is_not_agreed(planner, agreed):
    planner("revise", "friday", "at=19:00-23:00")
    said = (
        "Not agreed yet, so calendars do not follow it:\n"
        "  Cook together: Friday 19:00–22:00 → Friday 19:00–23:00, from Sunday 21 February 2027. "
        "It needs a yes from Ana and Ben.\n"
        "`planner agree` asks for what is needed.\n"
    )
    assert planner("export").stderr == said
    done = planner("export", "--for", "ana", "-o", "-")
    assert done.stderr == said
    assert "DTEND;TZID=Europe/Berlin:20270108T220000" in done.stdout
    hint = "One change in the file is not agreed yet and not shown here; see `planner diff`.\n"
    for view in (["agenda"], ["month"], ["show"]):
        assert planner(*view).stderr == hint
    assert planner("agenda", "--json").stderr == ""


def test_a_skip_may_be_a_date_of_the_version_in_force(planner, agreed):
    planner("revise", "pottery", "on=thursday", "skip=")
    assert planner("skip", "pottery", "2027-02-24").exit_code == 0  # a Wednesday, as agreed
    assert planner("move", "pottery", "2027-03-04", "--at", "20:00").exit_code == 0  # a Thursday, as in the file
    done = planner("skip", "pottery", "2027-02-26")
    assert done.exit_code == 2
    assert "its nearest dates are 2027-02-24 and 2027-02-25" in done.stderr


# ── diff, history, show ──


def test_diff_before_and_after_the_first_agreement(planner, couple):
    done = planner("diff")
    assert done.stdout.startswith(
        "Nothing is agreed yet; the file holds as it stands. To agree on with `planner agree`:\n\nNew: Ana's Pottery"
    )
    planner("agree", "--by", "ana", "--by", "ben")
    same = "Both ask the same of your time. (Words, sharing and single dates hold without being agreed.)\n"
    assert planner("diff") == (0, same, "")
    assert planner("diff", "--json").stdout == "[]\n"
    planner("revise", "salon", 'hosts=["ana", "ben", "ben"]')
    (change,) = json.loads(planner("diff", "--json").stdout)
    assert change == {
        "ritual": "host_nights.salon",
        "what": "changed",
        "fields": {"hosts": [["ana", "ben"], ["ana", "ben", "ben"]]},
        "needs": ["ana", "ben"],
        "message": "Salon: hosts in the order Ana, then Ben → hosts in the order Ana, then Ben, then Ben, "
        "from Sunday 21 February 2027.",
    }


def test_diff_says_who_said_yes_already(planner, agreed):
    planner("revise", "friday", "at=19:00-23:00")
    planner("agree", "--from", "2027-02-21", "--by", "ana")
    assert planner("diff").stdout == (
        "Cook together: Friday 19:00–22:00 → Friday 19:00–23:00, from Sunday 21 February 2027.\n"
        "  It needs a yes from Ana and Ben (more time).\n"
        "  Ana said yes already.\n"
    )


def test_a_yes_that_waits_is_known_with_its_day_wherever_drafts_are_spoken_of(planner, agreed, tmp_path):
    planner("revise", "friday", "at=19:00-23:00")
    assert planner("agree", "--from", "2027-04-05", "--by", "ana").exit_code == 3
    sentence = "Cook together: Friday 19:00–22:00 → Friday 19:00–23:00, from Monday 5 April 2027."
    assert planner("diff").stdout.splitlines()[0] == sentence
    said = planner("export", "-o", str(tmp_path / "calendars")).stderr
    assert f"  {sentence} It needs a yes from Ben. Ana said yes already.\n" in said
    said = planner("revise", "pottery", "until=2027-09-01").stdout
    assert "from Monday 5 April 2027" in said or "it ends" in said, said
    assert planner("revise", "friday", "at=19:00-23:30").stdout.count("Sunday 21 February 2027") == 1


def test_diff_of_days_and_files(planner, agreed, tmp_path):
    planner("revise", "friday", "at=20:00-22:00")
    planner("agree", "--from", "2027-03-01", "--by", "ana")
    shorter = "Cook together: Friday 19:00–22:00 → Friday 20:00–22:00, from Monday 1 March 2027.\n"
    assert planner("diff", "2027-02-22", "2027-03-02").stdout == shorter
    assert planner("diff", "2027-02-22").stdout == shorter
    assert planner("diff", "agreement.history/2027-02-21.toml", "2027-03-01").stdout == shorter
    other = tmp_path / "theirs.toml"
    other.write_bytes(EXAMPLE.read_bytes())
    assert planner("diff", other, "2027-03-01").stdout == shorter
    done = planner("diff", "2027-02-30")
    assert done.exit_code == 2
    assert '"2027-02-30" is neither a day, such as 2027-03-01, nor a file that is there' in done.stderr
    other.write_text("[agreement]\n", encoding="utf-8")
    assert planner("diff", other).exit_code == 1
    (tmp_path / "folder").mkdir()
    assert planner("diff", "folder") == (1, "", "folder:1:1: error: this is a folder; name the file inside it\n")


def test_diff_of_two_days_says_of_each_change_from_which_day_it_holds(planner, agreed):
    for day, *change in (
        ("2027-03-01", "friday", "at=20:00-22:00"),
        ("2027-04-01", "pottery", "on=thursday"),
        ("2027-05-01", "salon", 'hosts=["ben", "ana"]'),
    ):
        planner("revise", *change)
        assert planner("agree", "--from", day, "--by", "ana", "--by", "ben").exit_code == 0
    friday = "Cook together: Friday 19:00–22:00 → Friday 20:00–22:00, from Monday 1 March 2027."
    pottery = "Ana's Pottery class: Wednesday 18:30–21:00 → Thursday 18:30–21:00, from Thursday 1 April 2027."
    salon = "Salon: hosts in the order Ana, then Ben → hosts in the order Ben, then Ana, from Saturday 1 May 2027."
    assert planner("diff", "2027-02-22", "2027-05-02").stdout.splitlines() == [pottery, friday, salon]
    assert planner("diff", "2027-03-02", "2027-04-02").stdout.splitlines() == [pottery]
    there = json.loads(planner("diff", "2027-02-22", "2027-05-02", "--json").stdout)
    assert [(c["ritual"], c["from"]) for c in there] == [
        ("me_blocks.pottery", "2027-04-01"),
        ("shared_evenings.friday", "2027-03-01"),
        ("host_nights.salon", "2027-05-01"),
    ]
    # back again: from which day what held before did
    back = planner("diff", "2027-05-02", "2027-03-02").stdout.splitlines()
    assert [line.rpartition(", from ")[2] for line in back] == ["Sunday 21 February 2027."] * 2


def test_a_day_before_anything_is_agreed_has_no_version(planner, couple):
    done = planner("diff", "2027-01-10")
    assert done == (
        1,
        "",
        "planner: nothing is agreed yet, so there is no version of 2027-01-10; `planner agree` makes the first\n",
    )
    assert planner("history").stdout == (
        "Nothing is agreed yet; the file holds as it stands. `planner agree` makes it the first version.\n"
    )
    assert planner("history", "--json").stdout == "[]\n"


def test_history_lists_what_was_agreed(planner, agreed):
    planner("revise", "friday", "at=20:00-22:00")
    planner("agree", "--from", "2027-03-01", "--by", "ana", "--note", "Shorter")
    assert planner("history").stdout == (
        "From Sunday 21 February 2027 on (holds now); Ana and Ben said yes on Saturday 20 February 2027.\n"
        "  The first version, with 6 rituals.\n"
        "  Note: Off we go\n\n"
        "From Monday 1 March 2027 on; Ana said yes on Saturday 20 February 2027.\n"
        "  Cook together: Friday 19:00–22:00 → Friday 20:00–22:00, from Monday 1 March 2027.\n"
        "  Note: Shorter\n"
    )
    first, second = json.loads(planner("history", "--json").stdout)
    assert (len(first.pop("changes")), first) == (
        6,
        {
            "on": "2027-02-21",
            "file": "agreement.history/2027-02-21.toml",
            "said": "2027-02-20",
            "yes": ["ana", "ben"],
            "note": "Off we go",
        },
    )
    assert [c["ritual"] for c in second["changes"]] == ["shared_evenings.friday"]


def test_show_says_what_holds_on_a_day(planner, agreed):
    planner("revise", "friday", "at=20:00-22:00")
    planner("agree", "--from", "2027-03-01", "--by", "ana")
    today = planner("show")
    assert "It holds so from Sunday 21 February 2027 on; Ana and Ben said yes. Off we go.\n" in today.stdout
    assert "Cook together: every Friday from 19:00 to 22:00." in today.stdout
    assert today.stderr == (
        "Something else is agreed from Monday 1 March 2027 on: `planner show --as-of 2027-03-01`.\n"
    )
    later = planner("show", "--as-of", "2027-03-01")
    assert "Cook together: every Friday from 20:00 to 22:00." in later.stdout
    assert later.stderr == ""
    assert planner("show", "--as-of", "2027-01-01").exit_code == 1


def test_a_month_in_which_something_changes_names_its_dates(planner, agreed):
    planner("revise", "friday", "at=20:00-22:00")
    planner("agree", "--from", "2027-03-15", "--by", "ana")
    said = planner("month", "2027-03").stdout
    assert "Cook together  both, on 5 March, 19 March, 26 March and 2 April, 19:00–22:00" in said
    assert "Midweek        both, every Wednesday, 12:30–12:40" in said
    assert "every Friday, 20:00–22:00" in planner("month", "2027-04").stdout


def test_check_looks_at_the_draft_and_says_what_waits(planner, agreed):
    planner("revise", "friday", "on=wednesday", "at=20:00-22:00")
    done = planner("check")
    assert '"Pottery class" and "Cook together" ask for Ana\'s time at once' in done.stderr
    assert "Not agreed yet, so calendars do not follow it:\n  Cook together" in done.stderr


# ── end ──


def test_the_end_takes_one_word_and_leaves_own_time(planner, agreed):
    planner("skip", "friday", "2027-07-02")
    done = planner("end", "--on", "2027-06-01", "--who", "ana")
    assert done == (
        0,
        "What ends before Tuesday 1 June 2027: Cook together, Midweek, Salon and Monthly.\n"
        "What stays as it is: Ana's Pottery class and Ben's Writing.\n"
        "It is written down. One person's word is enough for this; nobody has to agree.\n"
        f"{FOLLOW}`planner remove` takes all of it out of a connected calendar.\n"
        "For a copy of your own to go on with: planner init --from agreement.toml mine.toml\n",
        "",
    )
    assert planner("diff").stdout.startswith("Both ask the same")
    found = json.loads(planner("agenda", "--from", "2027-05-28", "--days", "20", "--json").stdout)
    assert {o["ritual"] for o in found if o["start"] > "2027-06-01"} == {"me_blocks.pottery", "me_blocks.writing"}
    assert {o["ritual"] for o in found if o["start"] < "2027-06-01"} == {"reviews.monthly", "shared_evenings.friday"}
    again = planner("end", "--on", "2027-06-01")
    assert again.stdout == "Nothing is shared from Tuesday 1 June 2027 on, so nothing has to end.\n"


def test_the_end_before_anything_was_agreed_is_in_the_file_alone(planner, couple):
    assert planner("end", "--on", "2027-03-01").exit_code == 0
    assert versions(couple) == []
    assert couple.read_text(encoding="utf-8").count("= 2027-02-28") == 4
    assert planner("check").exit_code == 0


def test_the_end_comes_before_what_was_agreed_for_later(planner, agreed):
    planner("revise", "friday", "at=20:00-22:00")
    planner("agree", "--from", "2027-05-01", "--by", "ana")
    assert planner("end", "--on", "2027-04-01").exit_code == 0
    assert "Cook together" not in planner("agenda", "--from", "2027-04-01", "--days", "60").stdout
    assert [e["on"] for e in json.loads(planner("history", "--json").stdout)] == ["2027-02-21", "2027-04-01"]


def titles(planner, first: str, days: int) -> list[tuple[str, str]]:
    found = json.loads(planner("agenda", "--from", first, "--days", str(days), "--json").stdout)
    return [(o["start"][5:16], o["title"]) for o in found]


def test_an_end_leaves_own_time_as_it_is_agreed_for_later(planner, agreed):
    planner("revise", "writing", "at=20:00")
    planner("revise", "friday", "at=20:00-22:00")
    assert planner("agree", "--from", "2027-04-01", "--by", "ben").exit_code == 0
    done = planner("end", "--on", "2027-03-01")
    assert done.exit_code == 0
    assert "What is agreed from Thursday 1 April 2027 on stays, but for what is shared.\n" in done.stdout
    assert titles(planner, "2027-03-30", 10) == [
        ("03-30T07:00", "Writing"),
        ("03-31T18:30", "Pottery class"),
        ("04-01T20:00", "Writing"),
        ("04-06T20:00", "Writing"),
        ("04-07T18:30", "Pottery class"),
        ("04-08T20:00", "Writing"),
    ]
    assert planner("diff").stdout.startswith("Both ask the same")
    assert planner("history").stdout.endswith(
        "From Thursday 1 April 2027 on; Ben said yes on Saturday 20 February 2027.\n"
        "  Ben's Writing: Tuesday and Thursday 07:00–07:50 → Tuesday and Thursday 20:00–20:50, "
        "from Thursday 1 April 2027.\n"
    )
    assert versions(agreed) == ["2027-02-21.toml", "2027-03-01.toml", "2027-04-01.2.toml", "2027-04-01.toml"]
    assert planner("end", "--on", "2027-03-01").stdout.startswith("Nothing is shared from Monday 1 March")


THREE = """[agreement]
id = "three"
title = "Three"
timezone = "Europe/Vienna"
starts = 2027-01-04

[people]
ana = { name = "Ana" }
ben = { name = "Ben" }
cleo = { name = "Cleo" }

[me_blocks.class]
who = "cleo"
on = "monday"
at = "19:00-20:00"
cover = "ana"
check_in = { by = "text", after = "30 minutes" }

[shared_evenings.dinner]
who = ["ana", "ben", "cleo"]
on = "friday"
at = "19:00-22:00"
"""


@pytest.fixture
def three(planner, couple):
    """Ana, Ben and Cleo, who have agreed."""
    couple.write_text(THREE, encoding="utf-8")
    assert planner("agree", "--by", "ana", "--by", "ben", "--by", "cleo").exit_code == 0
    return couple


def test_an_end_leaves_the_leaving_of_another_as_it_is_agreed(planner, three):
    assert planner("end", "--who", "cleo", "--on", "2027-03-01").exit_code == 0
    assert planner("skip", "dinner", "2027-02-26").exit_code == 0
    done = planner("end", "--who", "ana", "--on", "2027-02-23")
    assert done.exit_code == 0, done.stderr
    assert "What goes on without Ana from Tuesday 23 February 2027 on: Dinner.\n" in done.stdout
    assert "What ends before Monday 1 March 2027, for too few are left in it then: Dinner.\n" in done.stdout
    found = json.loads(planner("agenda", "--from", "2027-02-21", "--days", "30", "--json").stdout)
    assert [o for o in found if o["title"] == "Dinner"] == []
    assert "skip = [2027-02-26]" in three.read_text(encoding="utf-8")
    three.write_text(three.read_text(encoding="utf-8").replace("skip = [2027-02-26]\n", ""), encoding="utf-8")
    found = json.loads(planner("agenda", "--from", "2027-02-21", "--days", "30", "--json").stdout)
    assert [(o["start"][5:10], o["who"]) for o in found if o["title"] == "Dinner"] == [("02-26", ["ben", "cleo"])]
    said = json.loads(planner("history", "--json").stdout)
    assert [(v["on"], v["yes"]) for v in said[1:]] == [("2027-02-23", ["ana"]), ("2027-03-01", ["ana", "cleo"])]
    assert planner("diff").stdout.startswith("Both ask the same")
    assert planner("check").exit_code == 0


def test_nobody_covers_for_one_who_left(planner, three):
    done = planner("end", "--who", "cleo", "--on", "2027-03-01")
    assert "What stays, without the others in it: Cleo's Class.\n" in done.stdout
    agenda = planner("agenda", "--from", "2027-02-22", "--days", "14").stdout
    assert (agenda.count("Class"), agenda.count("Covering for Cleo")) == (2, 1)


def test_what_comes_next_names_a_file_that_is_not_found_without(planner, agreed):
    other = agreed.parent / "our own.toml"
    other.write_text(agreed.read_text(encoding="utf-8"), encoding="utf-8")
    follow = "Calendars follow with `planner sync 'our own.toml'`, or `planner export 'our own.toml'`.\n"
    assert follow in planner("agree", "--by", "ana", "--by", "ben", str(other.name)).stdout
    done = planner("end", "--on", "2027-06-01", str(other.name))
    assert f"{follow}`planner remove 'our own.toml'` takes all of it" in done.stdout


def test_an_end_needs_its_day(planner, agreed):
    assert planner("end").stderr == "planner: say from which day, such as --on 2027-02-20\n"
    done = planner("end", "--on", "2027-02-19")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is over; what was shared was shared" in done.stderr


# ── files that are not as they should be ──


def broken(couple: Path, name: str, text: str) -> None:
    folder = couple.parent / "agreement.history"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def good(couple: Path) -> str:
    return (couple.parent / "agreement.history" / "2027-02-21.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("march.toml", None, 'march.toml:1:1: error: "march.toml" is no name of an agreed version: a version is named'),
        ("2027-02-30.toml", None, '"2027-02-30.toml" is no name of an agreed version'),
        (
            "2027-03-01.1.toml",
            None,
            "named by its day, 2027-03-01.toml, and a second one for that day 2027-03-01.2.toml",
        ),
        (
            "2027-03-01.toml",
            None,
            "2027-03-01.toml:4:8: error: agreed.on: the name of this file says 2027-03-01; one of the two is not "
            "right, name it 2027-02-21.toml or write on = 2027-03-01",
        ),
        (
            "2027-02-21.toml",
            ('"wednesday"', '"wensday"'),
            'error: me_blocks.pottery.on: no day "wensday"; did you mean',
        ),
        ("2027-02-21.toml", ("[agreed]", "[agred]"), "error: "),
        ("2027-02-21.toml", ("[people.ana]", "[people.ana"), "2027-02-21.toml:"),
        (
            "2027-02-21.toml",
            ("quiet-harbor-k3v9", "other-harbor-k3v9"),
            'error: agreement.id: this version is of the agreement "other-harbor-k3v9", and the file beside this '
            'folder is "quiet-harbor-k3v9"; move it to where it belongs, or give the file its id back',
        ),
        ("2027-02-21.2.toml", ("on   = 2027-02-21", "on   = 2027-02-22"), "2027-02-21.2.toml:4:8: error: agreed.on"),
        (
            "2027-02-21.toml",
            ('at       = "18:30-21:00"', 'at = "18:30"\nfor = "1h"\ncheck_in = { after = "2h" }'),
            "fit",
        ),
    ],
)
@pytest.mark.parametrize("command", [["agenda"], ["export"], ["agree", "--by", "ana"], ["history"], ["check"]])
def test_a_version_that_is_not_sound_is_named_with_place_and_remedy(planner, agreed, name, change, said, command):
    text = good(agreed)
    if change:
        assert change[0] in text
        text = text.replace(*change)
    broken(agreed, name, text)
    done = planner(*command)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "agreement.history/" in done.stderr


def test_a_version_without_a_header_says_what_is_missing(planner, agreed):
    text = good(agreed)
    broken(agreed, "2027-02-21.toml", text[text.index("[agreement]") :])
    done = planner("agenda")
    assert done.stderr == (
        "agreement.history/2027-02-21.toml:1:1: error: this file has no [agreed] header; write [agreed] with on = "
        "2027-02-21 above everything else\n"
    )


def test_what_is_agreed_is_found_through_a_link(planner, agreed, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "ours.toml"
    link.symlink_to(agreed)
    planner("revise", "friday", "at=19:00-23:00")
    done = planner("agenda", "--from", "2027-03-05", "--days", "1", link)
    assert "19:00–22:00  Cook together" in done.stdout
    planner("agree", "--by", "ana", link)
    assert proposal(agreed).exists()


def test_a_file_that_was_renamed_alone_is_told_of_its_folder(planner, agreed, tmp_path):
    assert planner("export").stderr == ""
    agreed.rename(tmp_path / "ours.toml")
    done = planner("export", "ours.toml")
    assert done.exit_code == 0
    assert done.stderr == (
        "Nothing is agreed for ours.toml, so it holds as it stands; but agreement.history has versions of the same "
        "agreement. If they belong to this file, name the folder ours.history.\n"
    )
    (tmp_path / "agreement.history").rename(tmp_path / "ours.history")
    assert planner("export", "ours.toml").stderr == ""


def test_other_files_in_the_folder_are_let_be(planner, agreed):
    for name in (".hidden.toml", "notes.txt", "2027-02-21.toml~", ".2027-02-21.toml.swp"):
        broken(agreed, name, "!")
    assert planner("agenda").exit_code == 0


def test_a_folder_that_cannot_be_read_is_never_taken_for_none(planner, agreed, monkeypatch):
    (agreed.parent / "agreement.history").rename(agreed.parent / "away")
    (agreed.parent / "agreement.history").write_text("x", encoding="utf-8")
    done = planner("agenda")
    assert done.exit_code == 1
    assert done.stderr.startswith("agreement.history:1:1: error: what was agreed cannot be read: not a directory;")
    (agreed.parent / "agreement.history").unlink()
    (agreed.parent / "agreement.history").mkdir()
    (agreed.parent / "agreement.history" / "2027-02-21.toml").mkdir()
    assert "this is a folder" in planner("agenda").stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("waiting = 3", "agreement.proposal.toml:1:11: error: waiting: write [[waiting]] with a ritual and a yes"),
        (
            "[[waiting]]\nritual = 3",
            "agreement.proposal.toml:2:10: error: waiting[1].ritual: a text in quotes is meant",
        ),
        ("[[waiting]]\nritual = 'x'", "`planner agree` writes these lines; take this one out, and it asks again"),
        ("[[waiting", "agreement.proposal.toml:1:"),
        ("weighting = 3", "agreement.proposal.toml:1:1: error: weighting: no key"),
    ],
)
def test_a_proposal_that_is_not_sound_is_named_with_place(planner, agreed, text, said):
    proposal(agreed).write_text(text, encoding="utf-8")
    planner("revise", "friday", "at=20:00-22:00")
    done = planner("agree", "--by", "ana")
    assert done.exit_code == 1
    assert said in done.stderr
    assert versions(agreed) == ["2027-02-21.toml"]
    assert planner("agenda").exit_code == 0


# ── whatever stops it ──


KILL = """
import os, signal, sys
from planner import files
left = int(sys.argv[1])
def counted(name, of):
    real = getattr(of, name)
    def call(*args, **more):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **more)
    setattr(of, name, call)
for name in ("fsync", "replace", "unlink", "makedirs", "chmod"):
    counted(name, os)
from planner.cli import main
main(sys.argv[2:])
"""


@pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")
@pytest.mark.parametrize(
    "command", [["agree", "--from", "2027-03-01", "--by", "ben"], ["end", "--on", "2027-03-01"]], ids=["agree", "end"]
)
def test_a_kill_at_any_step_leaves_what_was_or_what_is_new(command, planner, agreed, tmp_path):
    planner("revise", "friday", "at=19:00-23:00")
    planner("agree", "--from", "2027-03-01", "--by", "ana")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    def published() -> list:
        loaded = examine(str(agreed))
        assert isinstance(loaded, Loaded), loaded
        return compile_versions(loaded.history, None)

    old = published()
    assert planner(*command).exit_code == 0
    new = published()
    assert old != new
    for step in range(1, 40):
        for path in tmp_path.rglob("*"):
            if path.is_file():
                path.unlink()
        for path, data in before.items():
            path.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-c", KILL, str(step), *TODAY, *command],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
        )
        assert published() in (old, new), step
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        again = planner(*command)
        assert again.exit_code == 0, again
        assert published() == new, step
        assert planner("diff").stdout.startswith("Both ask the same") or command[0] == "end"
    else:
        pytest.fail("it never came to its end")
    assert step > 4
