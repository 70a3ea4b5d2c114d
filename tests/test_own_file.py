"""A file of one's own: in its owner's calendar and views, and in no byte of anything that is another's."""

from __future__ import annotations

import json
import os

import pytest

from tests.conftest import ROOT
from tests.servers import phone
from tests.servers.front import Front
from tests.servers.real import radicale
from tests.test_sync_life import connected, environment

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
    ["page", "-o", "-"],
    ["page", "--for", "ben", "-o", "-"],
    ["balance"],
    ["balance", "--json"],
    ["prompts"],
    ["export", "--for", "ben", "-o", "-"],
    ["export", "--for", "everyone", "-o", "-"],
    ["agenda", "--draft"],
    ["diff"],
    ["diff", "--json"],
    ["history", "--json"],
    ["review", "--sheet"],
    ["review", "--sheet", "repair"],
    ["show", "--as-of", "2027-01-20"],
    ["skip", "pottery", "2027-02-24"],
    ["pause", "--all", "--until", "2027-01-10"],
    ["revise", "agreement", "title=Us"],
    ["add", "rituals.walk", "on=sunday", "at=15:00-16:00"],
    ["init", "--from", "agreement.toml", "copy.toml"],
    ["agree", "--by", "ana"],
    ["agree", "--by", "ana", "--by", "ben"],
    ["end", "--on", "2027-02-01"],
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
        return {" ".join(c): str(run_planner(*DAY, *c)) for c in OTHERS[:22]}

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


@pytest.fixture
def agreed_folder(folder, run_planner):
    """The same once both have agreed, and with a change that is not agreed."""
    assert run_planner(*DAY, "agree", "--by", "ana", "--by", "ben").exit_code == 0
    assert run_planner(*DAY, "revise", "pottery", "at=19:00-21:00").exit_code == 0
    return folder


@pytest.mark.parametrize("command", OTHERS, ids=" ".join)
def test_nobody_else_hears_of_it_once_something_is_agreed(command, agreed_folder, run_planner):
    test_nobody_else_hears_of_it(command, agreed_folder, run_planner)


def test_its_owner_has_it_beside_what_is_agreed_and_needs_nobodys_yes(agreed_folder, run_planner):
    agenda = run_planner(*DAY, "agenda", "--for", "ana", "--json")
    own = [o for o in json.loads(agenda.stdout) if o["ritual"] == "me_blocks.xanadukey"]
    assert [o["start"] for o in own] == ["2027-01-10T08:00:00+01:00"]
    drafted = run_planner(*DAY, "agenda", "--for", "ana", "--draft", "--json").stdout
    assert [o for o in json.loads(drafted) if o["ritual"] == "me_blocks.xanadukey"] == own
    assert "Xanadu" in run_planner(*DAY, "month", "--for", "ana").stdout
    text = run_planner(*DAY, "export", "--for", "ana", "-o", "-").stdout.replace("\r\n ", "")
    assert text.count("SUMMARY:Xanadu title") == 1
    before = text[: text.index("SUMMARY:Xanadu title")]
    uid = before[before.rindex("UID:") :].splitlines()[0]
    # another time of hers holds at once, in the same event
    own_file = agreed_folder / "agreement.ana.toml"
    own_file.write_text(OWN.replace("08:00-09:00", "09:30-10:00"), encoding="utf-8")
    text = run_planner(*DAY, "export", "--for", "ana", "-o", "-").stdout.replace("\r\n ", "")
    assert uid in text
    assert "DTSTART;TZID=Europe/Berlin:20270110T093000" in text
    assert run_planner(*DAY, "agree", "--by", "ana").stdout.count("Pottery class") == 1


def test_what_moves_into_it_from_the_agreement_has_an_identity_of_its_own(agreed_folder, run_planner):
    text = (agreed_folder / "agreement.toml").read_text(encoding="utf-8")
    shared = text[text.index("[me_blocks.pottery]") : text.index("[me_blocks.writing]")]
    (agreed_folder / "agreement.toml").write_text(text.replace(shared, ""), encoding="utf-8")
    own = OWN.replace("xanadukey", "pottery")
    (agreed_folder / "agreement.ana.toml").write_text(own, encoding="utf-8")
    run_planner(*DAY, "agree")
    text = run_planner(*DAY, "export", "--for", "ana", "-o", "-").stdout.replace("\r\n ", "")
    uids = [line for line in text.splitlines() if line.startswith("UID:")]
    assert len(uids) == len(set(uids))
    assert "SUMMARY:Xanadu title" in text
    assert "Xanadu" not in run_planner(*DAY, "export", "--for", "everyone", "-o", "-").stdout


def test_a_sync_takes_it_into_its_owners_calendar_and_no_byte_of_it_into_anothers(tmp_path, run_planner):
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "agreement.toml").write_text(EXAMPLE, encoding="utf-8")
    (folder / "agreement.ana.toml").write_text(OWN, encoding="utf-8")
    with radicale(tmp_path / "server") as server, Front(server, {"ana": "secret"}) as front:
        urls = {who: phone.make_calendar(front, "ana", f"of-{who}", who) for who in ("ana", "ben", "everyone")}
        for who, url in urls.items():
            connected(folder, url, who, who)

        def run(*args: str):
            done = run_planner(*DAY, *args, str(folder / "agreement.toml"), env=environment(folder))
            assert done.exit_code == 0, done
            return done

        def stored(who: str) -> bytes:
            there = phone.listing(urls[who], auth=front.auth("ana"))
            return b"".join(kept.text for kept in there.values()).replace(b"\r\n ", b"")

        def hold() -> None:
            for who in ("ben", "everyone"):
                assert "xanadu" not in str(run("sync", who, "--yes")).casefold()
                assert b"xanadu" not in stored(who).lower()
            run("sync", "ana", "--yes")
            assert stored("ana").count(b"SUMMARY:Xanadu title") == 1

        hold()
        run("agree", "--by", "ana", "--by", "ben")
        hold()
        front.reset()
        again = json.loads(run("sync", "--json", "--yes").stdout)
        assert [(one["creates"], one["updates"], one["deletes"], one["drift"]) for one in again] == [(0, 0, 0, [])] * 3
        for path in (folder / "state").rglob("*"):
            if path.is_file() and b"xanadu" in path.read_bytes().lower():
                assert urls["ana"] in path.read_text(encoding="utf-8")
        # a phone's change of it is its owner's: no pull takes it into the agreement
        (href, kept) = next(
            (h, k) for h, k in phone.listing(urls["ana"], front.auth("ana")).items() if b"Xanadu title" in k.text
        )
        moved = kept.text.replace(b"T080000", b"T083000")
        phone.put(urls["ana"] + href.rpartition("/")[2], moved, auth=front.auth("ana"))
        assert "this stands in a file of one's own; change it there" in run("pull", "ana", "--yes").stdout
        assert "xanadu" not in (folder / "agreement.toml").read_text(encoding="utf-8").casefold()
        assert "xanadu" not in str(run("pull", "ben", "--yes")).casefold()
        os.remove(folder / "agreement.ana.toml")
        run("sync", "ana", "--yes", "--restore", "me_blocks.xanadukey")
        assert b"Xanadu" not in stored("ana")


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
        (
            OWN + 'cover = "ben"\n',
            "10:9: error: me_blocks.xanadukey.cover: nobody else hears of what stands here, and Ben has to know when; "
            "a helper may cover here, or move this me-block into the agreement\n",
        ),
        (OWN + 'yes = "ben"\n', "10:7: error: me_blocks.xanadukey.yes: nobody is asked about what stands here"),
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


@pytest.mark.parametrize("once_agreed", [False, True])
def test_check_says_to_its_owner_where_it_meets_the_agreement_and_nothing_to_anybody_else(
    once_agreed, folder, run_planner
):
    if once_agreed:
        assert run_planner(*DAY, "agree", "--by", "ana", "--by", "ben").exit_code == 0
    before = run_planner(*DAY, "check", "--json")
    own = OWN.replace('"sunday"', '"friday"').replace("08:00-09:00", "20:00-21:00")
    (folder / "agreement.ana.toml").write_text(own, encoding="utf-8")
    done = run_planner(*DAY, "check")
    assert done.exit_code == 0
    assert "agreement.ana.toml:1:12: warning: me_blocks.xanadukey: " in done.stderr
    assert 'write may_overlap = ["shared_evenings.friday"] in [me_blocks.xanadukey]' in done.stderr
    assert "is said here alone; nobody else hears of it." in done.stderr
    assert "1 clash" in done.stdout
    assert run_planner(*DAY, "check", "--strict").exit_code == 1
    shape = json.loads(run_planner(*DAY, "check", "--json").stdout)
    (more,) = [c for c in shape["clashes"] if c not in json.loads(before.stdout)["clashes"]]
    assert more["rituals"] == ["me_blocks.xanadukey", "shared_evenings.friday"]
    assert more["own_file"].endswith("agreement.ana.toml")
    assert more["people"] == ["ana"]
    for command in OTHERS:
        if command[0] != "check":
            said = str(run_planner(*DAY, *command)).casefold().replace('"xanadu"', "")
            assert "xanadu" not in said, command
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "agreement.ana.toml":
            assert "xanadu" not in path.read_text(encoding="utf-8").casefold(), path
    # both at once is fine, said in the own file
    (folder / "agreement.ana.toml").write_text(own + 'may_overlap = ["shared_evenings.friday"]\n', encoding="utf-8")
    assert run_planner(*DAY, "check", "--json").stdout == before.stdout


def test_an_empty_one_says_nothing_and_a_link_that_leads_nowhere_is_called_so(folder, run_planner):
    own = folder / "agreement.ana.toml"
    own.write_text(" \n")
    for command in (["check"], ["agenda", "--for", "ana"], ["export"]):
        done = run_planner(*DAY, *command)
        assert (done.exit_code, "agreement.ana.toml" in done.stderr) == (0, False), done
    own.unlink()
    own.symlink_to(folder / "nowhere.toml")
    done = run_planner(*DAY, "check")
    assert done.exit_code == 1
    assert "agreement.ana.toml:1:1: error: this is a link to a file that is not there; mend the link" in done.stderr
    assert "init" not in done.stderr


def test_one_with_a_name_that_nobody_reads_is_named_and_nothing_of_what_is_in_it(folder, run_planner):
    """Told to whoever runs check there, and stops nothing; a copy of an agreement may be called as one likes."""
    (folder / "agreement.ana.toml").rename(folder / "agreement.Ana.toml")
    (folder / "agreement.carl.toml").write_text(OWN)
    (folder / "agreement.old.toml").write_text(EXAMPLE)
    (folder / "agreement.proposal.toml").write_text("")
    done = run_planner(*DAY, "check", "--strict")
    notes = [line for line in done.stderr.splitlines() if "nothing reads this file" in line]
    assert done.exit_code == 0
    assert notes == [
        "agreement.Ana.toml:1:1: note: nothing reads this file: Ana's own is called agreement.ana.toml; rename it",
        'agreement.carl.toml:1:1: note: nothing reads this file: nobody here has the key "carl"; a file of one\'s own '
        "is called agreement.ana.toml or agreement.ben.toml",
    ]
    assert "anadu" not in str(done)
    for command in (["agenda", "--for", "ben"], ["export"], ["sync", "--dry-run"], ["page", "-o", "-"], ["review"]):
        said = run_planner(*DAY, *command)
        assert "carl" not in str(said)
        assert "anadu" not in str(said)
