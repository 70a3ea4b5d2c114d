"""The templates for agreements: each is clear, small and warm, and a newcomer gets from it to calendars.

Beside this, tests/data/walks/NAME.txt is that walk, word by word; at-a-terminal.txt is one without any option, where
the questions are answered. After a change of words, `WRITE_EXPECTED=1 pytest tests/test_templates.py` writes them anew;
then each of them is to be read aloud.
"""

from __future__ import annotations

import itertools
import os
import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from click import unstyle

from planner.clashes import clashes
from planner.cli.init import _FIRST_LISTED
from planner.files import agreement_templates, config_folder
from planner.filling import Answers, TemplateFault, fill, pieces, summary
from planner.reading import read_agreement
from tests.conftest import ROOT, SHELF, Shelf, changed_environment
from tests.engines import ENGINES
from tests.test_occurrences import compare

NAMES = sorted(path.stem for path in (ROOT / "templates" / "agreements").glob("*.toml"))
WALKS = ROOT / "tests" / "data" / "walks"
AT_A_TERMINAL = "at-a-terminal"
COUPLE = {"ana": "Ana", "ben": "Ben"}
THREE = {"noor": "Noor", "jo": 'Jo "Joe" $5', "sam": "Sam"}
PEOPLE = [
    COUPLE,
    THREE,
    {"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"},
    {"a": "A", "b": "B", "c": "C", "d": "D", "e": "E", "f": "F"},
    {"x" * 40: "X" * 40, "x" * 39 + "y": "Y"},
]


def text_of(name: str) -> str:
    return (ROOT / "templates" / "agreements" / f"{name}.toml").read_text(encoding="utf-8")


def answers(people: dict[str, str] = COUPLE, zones: dict[str, str] | None = None) -> Answers:
    title = " & ".join(people.values())
    return Answers("quiet-harbor-k3v9", people, "Europe/Berlin", date(2027, 1, 4), title, zones or {})


def named(people: dict[str, str]) -> list[str]:
    return [part for key, name in people.items() for part in ("--person", f"{key}={name}")]


def init(name: str, people: dict[str, str] = COUPLE) -> list[str]:
    return ["init", "--template", name, *named(people), "--timezone", "Europe/Berlin", "--starts", "2027-01-04"]


def test_there_are_nine():
    assert set(NAMES) == set(_FIRST_LISTED)
    assert len(NAMES) == 9


# ── a newcomer's walk ──


@pytest.mark.parametrize("name", NAMES)
def test_a_newcomer_gets_to_calendars(name, run_planner, tmp_path):
    lines = []
    for args in (init(name), ["check"], ["--today", "2027-01-04", "agenda"], ["export"]):
        done = run_planner("--today", "2027-01-01", *args)
        assert done.exit_code == 0, done
        said = " ".join(f'"{a}"' if " " in a else a for a in args)
        lines.append(f"$ planner {said}\n{done.stderr}{done.stdout}")
    walk = "\n".join(lines)
    path = WALKS / f"{name}.txt"
    if os.environ.get("WRITE_EXPECTED"):
        path.write_text(walk, encoding="utf-8")
    assert walk == path.read_text(encoding="utf-8")
    assert sorted(os.listdir(tmp_path / "calendars")) == ["ana.ics", "ben.ics", "everyone.ics"]


ANSWERS = (
    ("Which template (name or number) [weekly-rhythm]: ", "gentle"),
    ("Which template (name or number) [weekly-rhythm]: ", "gentle-start"),
    ("Your names, separated by commas: ", "Ana, Ben"),
    ("Whose clocks count (time zone) [Europe/Berlin]: ", ""),
    ("From which day [2027-01-04]: ", ""),
    ("Which do you take (names or numbers, with commas) [all]: ", ""),
)


def test_a_newcomer_at_a_terminal_needs_no_options(tmp_path, planner_home):
    pytest.importorskip("pty", reason="a terminal is made with pty")
    from tests.terminal import Terminal

    env = changed_environment(planner_home) | {"PLANNER_TODAY": "2027-01-01", "TZ": "Europe/Berlin", "NO_COLOR": "1"}
    screens = []
    for command in ("init", "check", "agenda", "export"):
        terminal = Terminal(command, cwd=tmp_path, env=env)
        for n, (question, answer) in enumerate(ANSWERS if command == "init" else ()):
            terminal.until(question, times=[q for q, _ in ANSWERS[: n + 1]].count(question))
            terminal.type(answer)
        code, screen = terminal.ended()
        assert code == 0, screen
        screens.append(f"$ planner {command}\n{unstyle(screen)}")
    walk = "\n".join(screens)
    path = WALKS / f"{AT_A_TERMINAL}.txt"
    if os.environ.get("WRITE_EXPECTED"):
        path.write_text(walk, encoding="utf-8")
    assert walk == path.read_text(encoding="utf-8")
    assert sorted(os.listdir(tmp_path / "calendars")) == ["ana.ics", "ben.ics", "everyone.ics"]


def test_the_walks_are_those_of_the_templates():
    assert sorted(path.stem for path in WALKS.glob("*.txt")) == sorted([*NAMES, AT_A_TERMINAL])


# ── each of them ──


@pytest.mark.parametrize("people", PEOPLE, ids=range(len(PEOPLE)))
@pytest.mark.parametrize("name", NAMES)
def test_it_is_clear_and_without_a_clash_whoever_you_are(name, people, run_planner):
    assert run_planner(*init(name, people)).exit_code == 0
    done = run_planner("--today", "2027-01-01", "check", "--strict")
    assert done.exit_code == 0, done
    assert done.stderr == ""  # not even a note


AWAY = [  # zones that people live in, from a quarter of an hour to most of a day apart
    ("Europe/Berlin", "America/New_York"),
    ("Asia/Tokyo", "Europe/London"),
    ("Europe/Berlin", "America/Los_Angeles"),
    ("Asia/Kolkata", "America/Chicago"),
    ("Europe/Lisbon", "Europe/Berlin"),
    ("Europe/London", "America/New_York"),
    ("Europe/London", "Australia/Sydney"),
    ("Europe/Paris", "America/Montreal"),
    ("Europe/Madrid", "America/Mexico_City"),
    ("Europe/Berlin", "Asia/Tokyo"),
    ("Europe/Berlin", "Australia/Melbourne"),
    ("Europe/Berlin", "Pacific/Auckland"),
    ("Europe/Istanbul", "Europe/Berlin"),
    ("America/New_York", "America/Los_Angeles"),
    ("America/New_York", "Asia/Kolkata"),
    ("America/New_York", "Asia/Shanghai"),
    ("America/Sao_Paulo", "Europe/Lisbon"),
    ("America/Los_Angeles", "Asia/Seoul"),
    ("America/St_Johns", "Asia/Kathmandu"),
    ("Africa/Nairobi", "America/Toronto"),
    ("Asia/Dubai", "Asia/Singapore"),
]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_without_a_clash_wherever_each_of_you_lives(name):
    """One of two elsewhere, either way round, from a Monday, a Wednesday and a leap day on."""
    for (home, away), who, start in itertools.product(
        [*AWAY, *((b, a) for a, b in AWAY)], COUPLE, (date(2027, 1, 4), date(2027, 9, 1), date(2028, 2, 29))
    ):
        given = answers(zones={who: away})._replace(timezone=home, starts=start)
        agreement, findings = read_agreement(tomllib.loads(fill(text_of(name), given, set())), shelf=SHELF)
        assert agreement is not None, findings
        met = clashes(agreement, start, start + timedelta(days=366))
        assert not met, (home, away, who, start)


@pytest.mark.parametrize("name", NAMES)
def test_every_piece_can_stay_out(name, run_planner, tmp_path):
    there = [piece.name for piece in pieces(text_of(name), answers())]
    for chosen in [*([f"--without={piece}"] for piece in there), *([f"--take={piece}"] for piece in there)]:
        path = tmp_path / "ours.toml"
        path.unlink(missing_ok=True)
        assert run_planner(*init(name), *chosen, path).exit_code == 0, chosen
        done = run_planner("--today", "2027-01-01", "check", "--strict", path)
        assert done.exit_code == 0, chosen
        quiet = re.sub(r".*: note: agreement: the next eight weeks have .*\n", "", done.stderr)  # for want of a piece
        assert quiet == "", chosen
        written = path.read_text(encoding="utf-8")
        assert not re.search(r"^# ──[^\n]*\n(?!\[)", written, re.MULTILINE), "a heading over nothing"


LINES, LINES_OF_THREE = 60, 75


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_one_screen(name):
    text = fill(text_of(name), answers(), set())
    assert text.count("\n") <= LINES
    assert fill(text_of(name), answers(THREE), set()).count("\n") <= LINES_OF_THREE
    assert max(map(len, text.splitlines())) <= 88
    assert "$" not in text
    assert 10 <= len(summary(text_of(name))) <= 61


@pytest.mark.parametrize("name", NAMES)
def test_each_ritual_says_how_it_begins_and_ends(name):
    values = tomllib.loads(fill(text_of(name), answers(), set()))
    for table in ("me_blocks", "shared_evenings", "check_ins", "host_nights", "reviews", "rituals"):
        for ritual in values.get(table, {}).values():
            assert re.search(r"\bbegins?\b", ritual["notes"], re.IGNORECASE), ritual
            assert re.search(r"\bends?\b", ritual["notes"], re.IGNORECASE), ritual


# ── what is made of answers ──


def test_each_two_of_them_have_their_evening():
    values = tomllib.loads(fill(text_of("more-than-two"), answers(THREE), set()))
    pairs = {key: r for key, r in values["rituals"].items() if "-and-" in key}
    assert [r["who"] for r in pairs.values()] == [["noor", "jo"], ["noor", "sam"], ["jo", "sam"]]
    assert [r["on"] for r in pairs.values()] == ["first wednesday", "second wednesday", "third wednesday"]
    values = tomllib.loads(fill(text_of("more-than-two"), answers(), set()))
    assert values["rituals"]["ana-and-ben"]["on"] == "wednesday"


def test_up_to_six_people_no_two_pairs_share_an_evening_of_the_month():
    values = tomllib.loads(fill(text_of("more-than-two"), answers(PEOPLE[3]), set()))
    days = [r["on"] for key, r in values["rituals"].items() if "-and-" in key]
    assert len(set(days)) == len(days) == 15
    assert days[3:6] == ["fourth wednesday", "first monday", "second monday"]


IN_TURN = """# in-turn: for a test
[rituals.$pair]
who = ["$person", "$other"]
on = "wednesday"
every = "$weeks"
count_from = $count_from
"""


def test_pairs_can_take_turns_week_by_week():
    pairs = list(tomllib.loads(fill(IN_TURN, answers(THREE), set()))["rituals"].values())
    assert {r["every"] for r in pairs} == {"3 weeks"}
    assert [str(r["count_from"]) for r in pairs] == ["2027-01-04", "2027-01-11", "2027-01-18"]


def test_people_stand_close_together_and_a_heading_close_above_what_it_is_over():
    text = fill(text_of("weekly-rhythm"), answers(), set())
    assert '[people.ana]\nname = "Ana"\n[people.ben]\nname = "Ben"\n\n# ── Time' in text
    assert re.search(r"──\n\[me_blocks\.ana-own-time\]\n", text)
    assert re.search(r'touch\."\n\n\[me_blocks\.ben-own-time\]\n', text)
    assert "──\n\n# Time of one's own." in fill(text_of("blank"), answers(), set())


def test_someone_elsewhere_has_a_clock_of_their_own(run_planner, tmp_path):
    for name in ("long-distance", "weekly-rhythm"):
        path = tmp_path / f"{name}.toml"
        assert run_planner(*init(name), "--timezone", "ben=America/New_York", path).exit_code == 0
        people = tomllib.loads(path.read_text(encoding="utf-8"))["people"]
        assert people["ben"] == {"name": "Ben", "timezone": "America/New_York"}
        assert people["ana"].get("timezone", "Europe/Berlin") == "Europe/Berlin"


PAIRED = """# paired: for a test
[agreement]
id = "$id"

# ── One ──

[rituals.one]
title = "One"
may_overlap = ["rituals.two", "rituals.three"]

# ── Two ──

[rituals.two]
title = "Two"

[rituals.three]
title = "Three"

[[pairs]]
these = ["rituals.one", "rituals.two"]
"""


def test_what_spoke_of_a_piece_that_stays_out_goes_with_it():
    text = fill(PAIRED, answers(), {"two"})
    assert "pairs" not in text
    assert 'may_overlap = ["rituals.three"]' in text
    assert "# ── Two ──" in text
    text = fill(PAIRED, answers(), {"two", "three"})
    assert "may_overlap" not in text
    assert "Two" not in text
    assert fill(PAIRED, answers(), {"one"}).count("# ──") == 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('# t: t\n[agreement]\nid = "$id"\n\n[people.$persn]\n', 5, 'no "$persn"; did you mean "$person"?'),
        ('# t: t\nid = "$id"\n\n\nfee = "5 $ each"\n', 5, 'a "$" stands alone here; write "$$"'),
        ('id = "$id"\n\n# $Name\n', 3, 'no "$Name"'),
    ],
)
def test_a_word_that_templates_do_not_know_has_its_line(text, line, said):
    with pytest.raises(TemplateFault, match=re.escape(said)) as fault:
        fill(text, answers(), set())
    assert fault.value.line == line


# ── a couple's own ──


@pytest.fixture
def own(planner_home: Path, request):
    folder = planner_home / ".config" / "planner" / "templates" / "agreements"
    folder.mkdir(parents=True)
    yield folder
    for path in folder.iterdir():
        path.unlink()
    for made in (folder, folder.parent, folder.parent.parent, folder.parent.parent.parent):
        made.rmdir()


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="the folder is another one there")
def test_a_couples_own_templates_are_read_too(own, run_planner, tmp_path):
    (own / "ours.toml").write_text(text_of("dating").replace("# dating: norms", "# ours: words"), encoding="utf-8")
    (own / "blank.toml").write_text(text_of("blank").replace("# blank: your", "# blank: our"), encoding="utf-8")
    (own / "notes.txt").write_text("not a template", encoding="utf-8")
    listed = run_planner("init", "--list").stdout
    assert "  ours             words early and lightly: dates, friends, and room to be slow (your own)\n" in listed
    assert "  blank            our names and nothing else, with three examples to take (your own)\n" in listed
    assert run_planner(*init("ours")).exit_code == 0
    assert "me_blocks" in (tmp_path / "agreement.toml").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="the folder is another one there")
def test_a_whole_agreement_is_a_template_too(own, run_planner, tmp_path):
    example = (ROOT / "examples" / "ana-and-ben.toml").read_text(encoding="utf-8")
    (own / "last-year.toml").write_text(example, encoding="utf-8")
    done = run_planner("init", "--template", "last-year", "--title", "Us")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "planner: last-year is a whole agreement already; --title does not go with it\n"
    assert run_planner("init", "--template", "last-year").exit_code == 0
    written = (tmp_path / "agreement.toml").read_text(encoding="utf-8")
    assert written != example
    assert written.splitlines()[2:] == example.splitlines()[2:]


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="the folder is another one there")
def test_what_is_wrong_with_ones_own_template_has_its_place(own, run_planner):
    (own / "ours.toml").write_text('# ours: words\n[agreement]\nid = "$id"\n\n[people.$persn]\n', encoding="utf-8")
    done = run_planner(*init("ours"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert re.search(r'ours\.toml:5:1: error: templates know no "\$persn"; did you mean "\$person"\?\n$', done.stderr)


def test_the_folder_follows_the_platform(monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", os.path.join("some", "where"))
    monkeypatch.setattr("os.name", "posix")
    assert config_folder() == os.path.join("some", "where", "planner")
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", "/h")
    monkeypatch.setattr("sys.platform", "linux")
    assert config_folder() == "/h/.config/planner"
    monkeypatch.setattr("sys.platform", "darwin")
    assert config_folder() == "/h/Library/Application Support/planner"
    monkeypatch.setattr("os.name", "nt")
    monkeypatch.setenv("APPDATA", "C:/Roaming")
    assert config_folder() == os.path.join("C:/Roaming", "planner")
    monkeypatch.setattr("os.name", "posix")


def test_ours_are_found_in_the_checkout():
    assert set(agreement_templates()) >= set(NAMES)


# ── the page on templates ──


def shown(name: str) -> str:
    """The example of this name on the page."""
    page = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
    return next(m for m in re.findall(r"```text\n(.*?)```", page, re.DOTALL) if m.startswith(f"# {name}: "))


def test_what_the_page_shows_of_an_agreement_is_one():
    text = shown("sunday-people")
    assert [piece.name for piece in pieces(text, answers())] == ["hour", "walk"]
    for people in PEOPLE:
        agreement, findings = read_agreement(tomllib.loads(fill(text, answers(people), set())), shelf=SHELF)
        assert (agreement is None, findings) == (False, [])


def test_what_the_page_shows_of_a_programme_and_of_prompts_is_one():
    here = Shelf({"my-two-weeks": tomllib.loads(shown("my-two-weeks"))}, {"walks": tomllib.loads(shown("walks"))})
    text = fill(text_of("blank"), answers(), set())
    text += '[programs.first]\ntemplate = "my-two-weeks"\nstarts = 2027-01-04\n'
    text += '[rituals.walk]\non = "sunday"\nat = "9:00-10:00"\nprompts_from = "walks"\n'
    agreement, findings = read_agreement(tomllib.loads(text), shelf=here)
    assert (agreement is None, findings) == (False, [])
    assert len(agreement.programs[0].sessions) == 4
    assert len(agreement.rituals["rituals.walk"].drawn) == 2


# ── in calendars ──


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_engines_read_its_calendars_as_we_do(engine, name):
    three = answers(PEOPLE[1], {"jo": "America/New_York"})
    agreement, findings = read_agreement(tomllib.loads(fill(text_of(name), three, set())), shelf=SHELF)
    assert agreement is not None, findings
    for audience in ("noor", "jo", "everyone"):
        compare(agreement, audience, engine, date(2027, 1, 1), date(2028, 6, 1))
