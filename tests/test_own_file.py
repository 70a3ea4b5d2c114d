"""A file of one's own: in its owner's calendar and views, and in no byte of anything that is another's."""

from __future__ import annotations

import json
import os

import pytest

from tests.conftest import ROOT

EXAMPLE = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
OWN = """[me_blocks.xanadukey]
title   = "Xanadu title"
on      = "sunday"
at      = "08:00-09:00"
where   = "Xanadu place"
notes   = "Xanadu notes"
prompts = ["Xanadu prompt"]
tags    = ["xanadutag", "friends"]
remind  = "10m"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "agreement.toml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "agreement.ana.toml").write_text(OWN, encoding="utf-8")
    return tmp_path


DAY = ["--today", "2027-01-04"]

# Every command that reads, for everybody but Ana: none of them may say a word of it.
OTHERS = [
    ["check"],
    ["check", "--json"],
    ["show"],
    ["agenda", "--days", "14"],
    ["agenda", "--days", "14", "--json"],
    ["agenda", "--for", "ben", "--days", "14"],
    ["agenda", "--for", "everyone", "--days", "14"],
    ["month"],
    ["month", "--for", "ben"],
    ["month", "--for", "everyone"],
    ["balance"],
    ["balance", "--json"],
    ["prompts"],
    ["export", "--for", "ben", "-o", "-"],
    ["export", "--for", "everyone", "-o", "-"],
    ["skip", "pottery", "2027-02-24"],
    ["pause", "--all", "--until", "2027-01-10"],
    ["revise", "agreement", "title=Us"],
    ["add", "rituals.walk", "on=sunday", "at=15:00-16:00"],
    ["init", "--from", "agreement.toml", "copy.toml"],
    ["skip", "xanadu", "2027-01-10"],
]


@pytest.mark.parametrize("command", OTHERS, ids=" ".join)
def test_nobody_else_hears_of_it(command, folder, run_planner):
    done = run_planner(*DAY, *command)
    said = (done.stdout + done.stderr).casefold().replace('"xanadu"', "")
    assert "xanadu" not in said
    assert "agreement.ana" not in said
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "agreement.ana.toml":
            assert "xanadu" not in path.read_text(encoding="utf-8").casefold()
    assert (folder / "agreement.ana.toml").read_text(encoding="utf-8") == OWN


def test_with_it_or_without_it_everything_of_others_is_the_same_bytes(folder, run_planner):
    def everything() -> dict[str, str]:
        return {" ".join(c): str(run_planner(*DAY, *c)) for c in OTHERS[:15]}

    def exported(to: str) -> dict[str, bytes]:
        assert run_planner(*DAY, "export", "-o", to).exit_code == 0
        return {path.name: path.read_bytes() for path in (folder / to).iterdir()}

    with_it, calendars = everything(), exported("with")
    os.remove(folder / "agreement.ana.toml")
    assert everything() == with_it
    without = exported("without")
    assert {name for name in without if without[name] != calendars[name]} == {"ana.ics"}
    assert b"Xanadu" in calendars["ana.ics"]


def test_its_owner_has_all_of_it(folder, run_planner):
    agenda = run_planner(*DAY, "agenda", "--for", "ana", "--json").stdout
    (own,) = [o for o in json.loads(agenda) if o["ritual"] == "me_blocks.xanadukey"]
    assert (own["title"], own["who"], own["start"]) == ("Xanadu title", ["ana"], "2027-01-10T08:00:00+01:00")
    assert "Xanadu" in run_planner(*DAY, "month", "--for", "ana").stdout
    text = run_planner(*DAY, "export", "--for", "ana", "-o", "-").stdout.replace("\r\n ", "")
    for word in ("Xanadu title", "Xanadu place", "Xanadu notes", "Xanadu prompt", "VALARM", "CLASS:PRIVATE"):
        assert word in text


def test_a_pause_rests_it_and_it_can_skip_for_itself(folder, run_planner):
    (folder / "agreement.ana.toml").write_text(OWN + "skip = 2027-01-10\n", encoding="utf-8")
    there = run_planner(*DAY, "agenda", "--for", "ana", "--days", "77", "--json").stdout
    days = [o["start"][:10] for o in json.loads(there) if o["title"] == "Xanadu title"]
    assert days[0] == "2027-01-17"
    assert "2027-03-14" not in days  # the ski week


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[rituals.x]\non = "monday"\nat = "9:00-10:00"\n', "1:2: error: rituals: only [me_blocks] of Ana stand here"),
        ("[agreement]\nid = 'x'\n", '1:2: error: agreement: only [me_blocks] of Ana stand here, not "agreement"'),
        (OWN + 'who = "ben"\n', '10:7: error: me_blocks.xanadukey.who: this file is of "ana" alone; leave `who` out'),
        (OWN + 'share = "full"\n', "10:9: error: me_blocks.xanadukey.share: nobody else sees what stands here"),
        (OWN + 'gist = "Out"\n', "10:8: error: me_blocks.xanadukey.gist: nobody else sees what stands here"),
        (
            OWN.replace("xanadukey", "pottery"),
            "1:12: error: me_blocks.pottery: me_blocks.pottery stands in",
        ),
        (OWN + "skip = 2027-01-11\n", "10:8: error: me_blocks.xanadukey.skip: nothing happens on Monday 11 January"),
        (OWN + 'may_overlap = ["rituals.x"]\n', 'me_blocks.xanadukey.may_overlap: no ritual "rituals.x"'),
        (OWN.replace("sunday", "sundy"), 'no day "sundy"; did you mean "sunday"?'),
        ("[me_blocks\n", "agreement.ana.toml:1:"),
    ],
)
def test_what_is_not_clear_in_it_is_said_by_check_and_to_its_owner_alone(text, said, folder, run_planner):
    (folder / "agreement.ana.toml").write_text(text, encoding="utf-8")
    for command in (["check"], ["agenda", "--for", "ana"], ["month", "--for", "ana"], ["export", "--for", "ana"]):
        done = run_planner(*DAY, *command)
        assert done.exit_code == 1, command
        assert "agreement.ana.toml:" in done.stderr
        assert said in done.stderr
    assert run_planner(*DAY, "check").stdout == "1 thing to mend in a file of one's own.\n"
    for command in (["agenda"], ["agenda", "--for", "ben"], ["export", "--for", "ben"], ["show"]):
        assert run_planner(*DAY, *command).exit_code == 0


def test_it_lies_beside_the_agreement_whatever_that_is_called(folder, run_planner):
    os.rename(folder / "agreement.toml", folder / "ours.toml")
    os.rename(folder / "agreement.ana.toml", folder / "ours.ana.toml")
    assert "Xanadu" in run_planner(*DAY, "agenda", "--for", "ana", "ours.toml").stdout
    os.rename(folder / "ours.ana.toml", folder / "ours.ben.toml")
    assert "Xanadu" not in run_planner(*DAY, "agenda", "--for", "ana", "ours.toml").stdout
    assert "Xanadu" in run_planner(*DAY, "agenda", "--for", "ben", "ours.toml").stdout
