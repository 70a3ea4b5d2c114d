"""`planner init`: its questions at a terminal, an option for each answer, and what it writes for whom."""

from __future__ import annotations

import difflib
import json
import os
import re
import select
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.cli.init_answers import new_key
from planner.tables import KEY, RESERVED
from tests.conftest import ROOT, Ran, changed_environment

BOTH = ["--person", "ana=Ana", "--person", "ben=Ben"]
REST = ["--timezone", "Europe/Berlin", "--starts", "2027-01-04"]
RHYTHM = ["init", "--template", "weekly-rhythm"]
LIST = """Templates to begin with:
  weekly-rhythm    a goal on Monday, a word midweek, an evening, Sunday thanks
  living-together  one home, two lives: rooms, chores, and an evening for both
  parenting        breathers, a grown-ups' evening, who has the children
  long-distance    two clocks, one call a week, and visits in turn
  dating           norms early and lightly: dates, friends, and room to be slow
  long-term        after years: friends, host nights, a day to swap, papers
  gentle-start     time apart in small steps, and back whenever you like
  more-than-two    three or more: own nights, nights in pairs, and all together
  blank            your names and nothing else, with three examples to take
"""
PIECES = """
Its pieces:
 1 own-time       Ana's own time           tuesday 18:30-20:30
 2 monday-goal    One goal each            monday 20:00-20:15
 3 midweek        A word at midweek        wednesday 12:30
 4 friday         Friday evening together  friday 19:00-22:00
 5 sunday-thanks  Sunday thanks            sunday 19:00-19:15
 6 monthly        Monthly review           last sunday 17:00
"""
NUMBERED = "".join(f"{n:>2} {line.lstrip()}" if n else line for n, line in enumerate(LIST.splitlines(keepends=True)))
YOURS = (
    "agreement.toml is yours now. Read it aloud together, and change what is not yours.\n"
    "Then: planner check, planner agenda, planner export\n"
)


def read(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


# ── with an option for each answer ──


def test_a_new_agreement(run_planner, tmp_path):
    assert run_planner(*RHYTHM, *BOTH, *REST) == (0, YOURS, "")
    text = (tmp_path / "agreement.toml").read_text(encoding="utf-8")
    assert re.sub(r"[a-z]+-[a-z]+-[2-9a-z]{6}", "ID", text).startswith(
        "# Ours: read it aloud together, change what is not yours, then `planner check`.\n"
        "\n"
        "[agreement]\n"
        'id       = "ID"\n'
        'title    = "Ana & Ben"\n'
        "starts   = 2027-01-04\n"
        'timezone = "Europe/Berlin"\n'
        "\n"
        "[people.ana]\n"
        'name = "Ana"\n'
        "[people.ben]\n"
        'name = "Ben"\n'
        "\n"
        "# ── Time of one's own: only its owner moves it ────────────────────────\n"
        "[me_blocks.ana-own-time]\n"
        'who   = "ana"\n'
        'title = "Ana\'s own time"\n'
        'on    = "tuesday"\n'
    )
    assert "$" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_every_new_agreement_has_an_id_of_its_own(run_planner, tmp_path):
    for name in ("a.toml", "b.toml"):
        assert run_planner(*RHYTHM, *BOTH, *REST, name).exit_code == 0
    a, b = ((tmp_path / name).read_text(encoding="utf-8").splitlines() for name in ("a.toml", "b.toml"))
    differ = [line for line in difflib.ndiff(a, b) if line[0] in "+-"]
    assert [line[:6] for line in differ] == ["- id  ", "+ id  "]


PEOPLE = [
    ["Ana", "Ben"],
    ["Zoë O'Neil", "Zoe ONeil"],
    ["Sam", "Kim", "Alex"],
    ['Max "the $cat"', "C:\\Users\\Ana", "a ${b} $$"],
    ["👩‍👩‍👧 Fam", "مريم", "\u200fמיכל\u200f"],
    ["李", "王"],
    ["Everyone", "Łukasz", "All", "Ana", "ana", "ANA", "Turn"],
    ["x" * 60, "x" * 60, "y'" * 30],
]


@pytest.mark.parametrize("names", PEOPLE, ids=range(len(PEOPLE)))
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Apia"])
def test_whoever_you_are_it_is_clear_and_without_a_clash(names, zone, run_planner, tmp_path):
    named = [part for name in names for part in ("--person", name)]
    done = run_planner(*RHYTHM, *named, "--timezone", zone, "--starts", "2027-01-05")
    assert (done.exit_code, done.stderr) == (0, "")
    checked = run_planner("--today", "2027-01-05", "check", "--strict")
    folded = [name.casefold() for name in names]
    told = len(folded) - len(set(folded)) + sum(name in folded for name in ("everyone", "all", "turn"))
    assert checked.exit_code == bool(told)
    assert checked.stderr.count("\n") == checked.stderr.count(".name: ") == told  # of names alone
    values = read(tmp_path / "agreement.toml")
    assert [person["name"] for person in values["people"].values()] == names
    assert sorted(block["who"] for block in values["me_blocks"].values()) == sorted(values["people"])
    agenda = run_planner("--today", "2027-01-05", "agenda", "--days", "14", "--json")
    assert {"me_block", "ritual", "shared_evening", "check_in"} == {o["kind"] for o in json.loads(agenda.stdout)}
    exported = run_planner("--today", "2027-01-05", "export")
    assert exported.exit_code == 0
    assert len(os.listdir(tmp_path / "calendars")) == len(names) + 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1), min_size=2, max_size=4
    )
)
def test_any_names_are_kept_as_they_are(names, run_planner, tmp_path):
    names = [f"N{name}n" for name in names if "{turn}" not in name]  # refused, as a test below holds
    assume(len(names) > 1)
    path = tmp_path / "any.toml"
    path.unlink(missing_ok=True)
    named = [part for n, name in enumerate(names) for part in ("--person", f"p{n}={name}")]
    done = run_planner(*RHYTHM, *named, *REST, path)
    assert (done.exit_code, done.stderr) == (0, "")
    assert [person["name"] for person in read(path)["people"].values()] == names


@given(st.lists(st.text(), max_size=6))
def test_a_key_is_made_of_any_name_and_twice_never(names):
    keys: dict[str, str] = {}
    for name in names:
        keys[new_key(name, keys)] = name
    assert len(keys) == len(names)
    assert all(KEY.fullmatch(key) and key not in RESERVED for key in keys)


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["Zoë O'Neil", "Zoe O’Neil"], ["zoe-oneil", "zoe-oneil-2"]),
        (["Łukasz", "Bjørn", "Þóra", "Weiß"], ["lukasz", "bjorn", "thora", "weiss"]),
        (["李", "王", "Ana"], ["person-1", "person-2", "ana"]),
        (["Ana", "All", "ana"], ["ana", "person-2", "ana-2"]),
    ],
)
def test_keys_made_from_names(names, keys):
    made: dict[str, str] = {}
    for name in names:
        made[new_key(name, made)] = name
    assert list(made) == keys


def test_a_title_of_your_own(run_planner, tmp_path):
    run_planner(*RHYTHM, *BOTH, *REST, "--title", ' The "two" of us ')
    assert read(tmp_path / "agreement.toml")["agreement"]["title"] == 'The "two" of us'


def test_another_file_is_named_in_what_comes_next(run_planner, tmp_path):
    said = (
        "our plan.toml is yours now. Read it aloud together, and change what is not yours.\n"
        "Then: planner check 'our plan.toml', planner agenda 'our plan.toml', planner export 'our plan.toml'\n"
    )
    assert run_planner(*RHYTHM, *BOTH, *REST, "our plan.toml") == (0, said, "")
    variable = {"PLANNER_AGREEMENT": "ours.toml"}
    assert run_planner(*RHYTHM, *BOTH, *REST, env=variable).stdout == YOURS.replace("agreement.toml", "ours.toml")
    assert sorted(os.listdir(tmp_path)) == ["our plan.toml", "ours.toml"]


# ── the list ──


def test_the_templates(run_planner, tmp_path):
    listed = LIST + "\nplanner init --template weekly-rhythm writes agreement.toml.\n"
    assert run_planner("init", "--list") == (0, listed, "")
    assert run_planner("init") == (0, listed, "")  # nobody there to ask
    assert os.listdir(tmp_path) == []


# ── another agreement as the start ──


def test_a_copy_has_all_but_the_id(run_planner, tmp_path):
    ana = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    raw = b"\xef\xbb\xbf" + ana.replace("\n", "\r\n").encode()
    (tmp_path / "theirs.toml").write_bytes(raw)
    assert run_planner("init", "--from", "theirs.toml") == (0, YOURS, "")
    copy = (tmp_path / "agreement.toml").read_bytes()
    new = read_bytes_id(copy)
    assert new != "quiet-harbor-k3v9"
    assert copy == raw.replace(b"quiet-harbor-k3v9", new.encode())
    assert (tmp_path / "theirs.toml").read_bytes() == raw
    run_planner("init", "--from", "theirs.toml", "another.toml")
    assert len({read_bytes_id(path.read_bytes()) for path in tmp_path.iterdir()}) == 3


def read_bytes_id(raw: bytes) -> str:
    found: str = tomllib.loads(raw.decode("utf-8-sig"))["agreement"]["id"]
    return found


def test_a_copy_of_what_has_problems_is_not_made(run_planner, tmp_path):
    (tmp_path / "theirs.toml").write_text("[agreement]\n", encoding="utf-8")
    done = run_planner("init", "--from", "theirs.toml")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "theirs.toml:1:2: error: agreement: `id` is missing" in done.stderr
    assert os.listdir(tmp_path) == ["theirs.toml"]


# ── what cannot be done ──


@pytest.mark.parametrize(
    ("code", "args", "said"),
    [
        (
            2,
            [*RHYTHM],
            "planner: some answers are missing; give --person for each of you, such as --person ana=Ana "
            "--person ben=Ben, and --timezone, such as --timezone Europe/Berlin, and --starts, such as --starts "
            "2027-01-04\n",
        ),
        (
            2,
            [*RHYTHM, *BOTH, *REST[:2]],
            "planner: some answers are missing; give --starts, such as --starts 2027-01-04\n",
        ),
        (
            2,
            [*RHYTHM, *BOTH, *REST[2:]],
            "planner: some answers are missing; give --timezone, such as --timezone Europe",
        ),
        (2, [*RHYTHM, *BOTH[:2], *REST], "planner: some answers are missing; give --person for each of you, such as"),
        (
            2,
            ["init", *BOTH],
            "planner: which template? Give --template, such as --template weekly-rhythm; --list shows",
        ),
        (2, ["init", "--template", "weekly", *BOTH], 'planner: no template "weekly"; did you mean "weekly-rhythm"?\n'),
        (
            2,
            [*RHYTHM, *BOTH, *REST[2:], "--timezone", "Berlin"],
            'no time zone "Berlin"; did you mean "Europe/Berlin"?\n',
        ),
        (2, [*RHYTHM, *BOTH, *REST[:2], "--starts", "4.1.2027"], '"4.1.2027" is no date; write it like 2027-01-04'),
        (
            2,
            [*RHYTHM, *BOTH, *REST, "--person", "ana=Anna"],
            'two people have the key "ana"; give each a key of their own',
        ),
        (2, [*RHYTHM, *BOTH, *REST, "--person", "all=All"], '"all" has a meaning of its own; write --person KEY=NAME'),
        (2, [*RHYTHM, *BOTH, *REST, "--person", "A B=C"], '"A B" is no key for a person; write --person KEY=NAME with'),
        (2, [*RHYTHM, *BOTH, *REST, "--person", "cleo="], "a person needs a name: --person cleo=Cleo\n"),
        (2, [*RHYTHM, *BOTH, *REST, "--person", ""], "a person needs a name: --person ana=Ana\n"),
        (2, [*RHYTHM, *BOTH, *REST, "--person", "c=C\x07"], 'the name "C\ufffd" holds an invisible character; type it'),
        (2, [*RHYTHM, *BOTH, *REST, "--take", "fridays"], 'planner: no piece "fridays"; did you mean "friday"?\n'),
        (2, [*RHYTHM, *BOTH, *REST, "--take", "friday", "--without", "midweek"], "say the same thing twice; give one"),
        (2, ["init", "--template", "blank", *BOTH, *REST, "--take", "x"], "this template has no pieces to choose from"),
        (2, [*RHYTHM, *BOTH, *REST, "--timezone", "cleo=Europe/Paris"], '=…: no person "cleo"; there are "ana", "ben"'),
        (
            2,
            [*RHYTHM, *BOTH, *REST, "--timezone", "UTC"],
            "two zones, Europe/Berlin and UTC; for one person write KEY=ZO",
        ),
        (2, [*RHYTHM, *BOTH, *REST, "--title", "two\nlines"], "--title needs a text of one line, such as --title"),
        (
            2,
            ["init", "--from", "a.toml", *BOTH],
            "--from copies all of another agreement; --person does not go with it\n",
        ),
        (2, ["init", "--from", "a.toml", "--template", "x"], "--template does not go with it\n"),
        (2, ["init", "--from", "a.toml"], "planner: there is no file a.toml; --from copies an agreement that is there"),
        (
            3,
            [*RHYTHM, *BOTH, *REST, "sub/a.toml"],
            "sub/a.toml was not written: there is no folder sub; make it first\n",
        ),
        (
            1,
            [*RHYTHM, "--person", "ana={turn}", *BOTH[2:], *REST],
            "planner: nothing was written, for this would have to be mended first:\nagreement.toml:17:9: error: ",
        ),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(code, args, said, run_planner, tmp_path):
    done = run_planner(*args)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("there", ["file", "folder", "link to nowhere"])
@pytest.mark.parametrize("args", [RHYTHM, ["init", "--from", "agreement.toml"]])
def test_what_is_there_is_never_written_over(there, args, run_planner, tmp_path):
    path = tmp_path / "agreement.toml"
    match there:
        case "file":
            path.write_text("mine", encoding="utf-8")
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to(tmp_path / "nowhere.toml")
    said = "planner: agreement.toml is there already and stays as it is; name another file\n"
    assert run_planner(*args) == (3, "", said)
    assert os.listdir(tmp_path) == ["agreement.toml"]
    assert there != "file" or path.read_text(encoding="utf-8") == "mine"


def test_a_copy_of_no_file_is_told_as_that(run_planner, tmp_path):
    said = "planner: there is no file nofile.toml; --from copies an agreement that is there\n"
    assert run_planner("init", "--from", "nofile.toml", "mine.toml") == (2, "", said)
    assert os.listdir(tmp_path) == []


# ── at a terminal ──


# Makes its terminal the one that interrupts it, and lets itself be interrupted even where a shell has that ignored.
AT_TERMINAL = (
    "import fcntl, os, signal, sys, termios\n"
    "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execv(sys.executable, [sys.executable, '-m', 'planner', *sys.argv[1:]])\n"
)


@pytest.fixture
def at_terminal(tmp_path, planner_home):
    """Runs the planner at a terminal of its own; each answer is typed once a question stands there."""
    pty = pytest.importorskip("pty", reason="a terminal is made with pty")

    def run(args: list[str], answers: list[str]) -> Ran:
        changes = {**changed_environment(planner_home), "TZ": "Europe/Lisbon", "PLANNER_TODAY": "2027-02-01"}
        env = {name: value for name, value in (os.environ | changes).items() if value is not None}
        terminal, theirs = pty.openpty()
        planner = subprocess.Popen(
            [sys.executable, "-c", AT_TERMINAL, *args],
            cwd=tmp_path,
            env=env | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        shown, waiting, last = b"", list(answers), b""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 1)[0]:
                if last == b"\x03":  # it came just before Python began to wait, and goes unseen then
                    os.write(terminal, last)
                continue
            try:
                read = os.read(terminal, 65536)
            except OSError:  # how Linux says that nobody is at the terminal any more
                break
            if not read:
                break
            shown += read
            if waiting and shown.endswith(b": "):
                last = waiting.pop(0).encode()
                os.write(terminal, last)
        os.close(terminal)
        return Ran(planner.wait(30), shown.decode().replace("\r\n", "\n"), "")

    return run


def test_it_asks_what_no_option_answers(at_terminal, tmp_path):
    done = at_terminal(["init"], ["\n", "Ana, Ben\n", "\n", "\n", "\n"])
    assert done.exit_code == 0, done
    assert done.stdout == (
        NUMBERED + "\nWhich template (name or number) [weekly-rhythm]: \n"
        "Your names, separated by commas: Ana, Ben\n"
        "Whose clocks count (time zone) [Europe/Lisbon]: \n"
        "From which day [2027-02-08]: \n"
        + PIECES
        + "Which do you take (names or numbers, with commas) [all]: \n"
        + YOURS
    )
    values = read(tmp_path / "agreement.toml")
    assert values["people"] == {"ana": {"name": "Ana"}, "ben": {"name": "Ben"}}
    assert values["agreement"]["timezone"] == "Europe/Lisbon"
    assert str(values["agreement"]["starts"]) == "2027-02-08"


def test_it_asks_again_where_an_answer_says_nothing_definite(at_terminal, tmp_path):
    answers = ["weekly\n", "0\n", "weekly-rhythm\n", "Ana\n", " , \n", "Ana, Ben, ana\n", "Zoë & Zoe and O'Neil\n"]
    answers += ["Istanbul\n", "Berlim\n", "Europe/Berlin\n"]
    done = at_terminal(["init"], [*answers, "soon\n", "2027-01-04\n", "fridays\n", "7\n", "friday, Own-Time\n"])
    assert done.exit_code == 0, done
    for said in (
        'Error: no template "weekly"; did you mean "weekly-rhythm"?\n',
        "Error: an agreement is between two or more: Ana, Ben\n",
        'Error: two of you are called "ana", and nobody could tell whose evening it is; add a letter, such as "ana B."',
        'Error: no time zone "Istanbul"; did you mean "Asia/Istanbul"?\n',
        'Error: no time zone "Berlim"; did you mean "Europe/Berlin"?\n',
        'Error: "soon" is no date; write it like 2027-01-04\n',
        'Error: no piece "fridays"; did you mean "friday"?\n',
        'Error: no template "0"; ',
        'Error: no piece "7"; ',
    ):
        assert said in done.stdout
    values = read(tmp_path / "agreement.toml")
    assert {key: person["name"] for key, person in values["people"].items()} == {
        "zoe": "Zoë",
        "zoe-2": "Zoe",
        "oneil": "O'Neil",
    }
    assert {*values} == {"agreement", "people", "me_blocks", "shared_evenings"}


def test_numbers_of_a_list_and_the_city_of_one_zone_are_enough(at_terminal, tmp_path):
    done = at_terminal(["init"], ["4\n", "Ana, Ben\n", "berlin\n", "\n", "new York\n", "2027-01-04\n", "1, 4\n"])
    assert done.exit_code == 0, done
    assert "]: berlin\nThat is Europe/Berlin.\nWhere Ana lives (time zone) [Europe/Berlin]: \nWhere Ben" in done.stdout
    assert "]: new York\nThat is America/New_York.\nFrom which day" in done.stdout
    values = read(tmp_path / "agreement.toml")
    assert values["agreement"]["timezone"] == "Europe/Berlin"
    assert values["people"]["ben"]["timezone"] == "America/New_York"
    assert {*values} == {"agreement", "people", "me_blocks", "rituals"}


def test_somebody_with_the_name_of_one_who_is_there_gets_a_letter(at_terminal, tmp_path):
    done = at_terminal([*RHYTHM, *BOTH[:2], *REST, "--take", "all"], ["Ana\n", "Ana B.\n"])
    assert done.exit_code == 0, done
    assert done.stdout.startswith(
        'Who else: Ana\nError: two of you are called "Ana", and nobody could tell whose evening it is; '
        'add a letter, such as "Ana B."\nWho else: Ana B.\n'
    )
    assert [p["name"] for p in read(tmp_path / "agreement.toml")["people"].values()] == ["Ana", "Ana B."]


def test_it_asks_only_what_is_missing(at_terminal, tmp_path):
    done = at_terminal([*RHYTHM, *BOTH[:2], *REST, "--take", "all", "a.toml"], ["Ben\n"])
    assert done.exit_code == 0, done
    assert done.stdout.startswith("Who else: Ben\na.toml is yours now.")
    assert at_terminal([*RHYTHM, *BOTH, *REST, "--without", "midweek", "b.toml"], []).stdout.startswith(
        "b.toml is yours"
    )
    assert sorted(os.listdir(tmp_path)) == ["a.toml", "b.toml"]


def test_it_asks_where_each_of_you_lives(at_terminal, tmp_path):
    far = ["init", "--template", "long-distance", *BOTH, *REST, "--take", "our-call"]
    done = at_terminal(far, ["\n", "Lisbon\n"])
    assert done.exit_code == 0, done
    assert (
        "Where Ana lives (time zone) [Europe/Berlin]: \nWhere Ben lives (time zone) [Europe/Berlin]: Lisbon\nThat is Eu"
        in done.stdout
    )
    zones = [person["timezone"] for person in read(tmp_path / "agreement.toml")["people"].values()]
    assert zones == ["Europe/Berlin", "Europe/Lisbon"]


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_whoever_stops_halfway_has_written_nothing(key, at_terminal, tmp_path):
    done = at_terminal(["init"], ["\n", key])
    assert done.exit_code == 3
    assert done.stdout.endswith("\nplanner: nothing was written\n")
    assert os.listdir(tmp_path) == []


def test_it_asks_nothing_where_the_file_is_there(at_terminal, tmp_path):
    (tmp_path / "agreement.toml").write_text("mine", encoding="utf-8")
    done = at_terminal(["init"], [])
    assert done == (3, "planner: agreement.toml is there already and stays as it is; name another file\n", "")
