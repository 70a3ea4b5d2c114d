"""What the pages show is true: agreements are read, commands exist, outputs are of real runs, links lead somewhere.

The pages mark their blocks by the word after the fence:

    toml            a whole agreement
    toml fragment   part of one, put into FRAME; without a heading, keys of one ritual
    console         commands after "$ " and what they print, run one after the other in a folder of their own, where
                    examples/ana-and-ben.toml is agreement.toml; "console above": there the last whole agreement is;
                    "console server": cloud.example.org is a server with an empty calendar "Rituals" of ana's, whose
                    password is in CALENDAR_PASSWORD; it is connected, unless the block does that; and a line after
                    "# " is what she does on her phone; without any sync in the block, one has been
    diff            what the console block above it changed in agreement.toml
    ics             lines, one after the other, of a calendar that the console block above it wrote
    sh              commands without what they print

After a change of words, `WRITE_EXPECTED=1 pytest tests/test_docs.py` writes what the commands print into the pages
anew; then each of them is to be read again.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import platform
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import click
import pytest
from click.testing import CliRunner

from planner.agreement import TABLES
from planner.checks import Examined, errors
from planner.cli import COMMANDS, main
from planner.cli.common import examine_bytes
from planner.problems import Finding
from planner.reading import LANGUAGES, read_agreement
from planner.reading_pieces import SHARES, WAYS
from planner.tables import Table
from tests.conftest import SHELF, changed_environment
from tests.servers import phone
from tests.servers.real import radicale
from tests.test_house import LAWS, house

ROOT = Path(__file__).parent.parent
PAGES = {p.relative_to(ROOT).as_posix(): p for p in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
EXAMPLE = ROOT / "examples" / "ana-and-ben.toml"
SHOWN_SERVER = "https://cloud.example.org"

FRAME = """
[agreement]
id       = "quiet-harbor-k3v9"
title    = "Ana & Ben"
starts   = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[helpers.lucia]
name = "Lúcia"
[me_blocks.pottery]
who = "ana"
on  = "wednesday"
at  = "18:30-21:00"
[shared_evenings.friday]
on = "friday"
at = "19:00-22:00"
[host_nights.salon]
hosts = ["ana", "ben"]
on    = "second saturday"
at    = "19:30-22:30"
"""


def page(name: str) -> str:
    return PAGES[name].read_text(encoding="utf-8")


class Block(NamedTuple):
    """A fenced block: the word after the fence, its text, the line on which the text begins."""

    info: str
    text: str
    line: int


def blocks(text: str) -> list[Block]:
    fences = re.finditer(r"^```([^\n`]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(at[1].strip(), at[2], text.count("\n", 0, at.start(2)) + 1) for at in fences]


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return re.sub(r"^```[^\n`]*\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def spans(text: str) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def sections(text: str) -> dict[str, str]:
    """The text below each `##` heading, fenced blocks left out."""
    parts = re.split(r"^## (.+)$", prose(text), flags=re.MULTILINE)
    return {heading.strip("` "): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


# ── agreements ───────────────────────────────────────────────────────


def framed(fragment: str) -> dict[str, Any]:
    """A fragment's values within FRAME. A ritual of the fragment stands in the place of the frame's."""
    if not re.search(r"^\[", fragment, re.MULTILINE):
        fragment = "[rituals.ours]\n" + fragment
    values, frame = tomllib.loads(fragment), tomllib.loads(FRAME)
    if "ours" in (own := values.get("rituals", {})):
        own["ours"].setdefault("at", "19:00-22:00")
        if not isinstance(own["ours"]["at"], dict) and "every" not in own["ours"]:
            own["ours"].setdefault("on", "friday")
    for table, inner in values.items():
        merges = isinstance(inner, dict) and table in frame
        frame[table] = {**frame[table], **inner} if merges else inner
    return frame


def examined(values: dict[str, Any]) -> list[Finding]:
    agreement, findings = read_agreement(values, shelf=SHELF)
    if agreement is None:
        return findings
    return [*findings, *errors(Examined(agreement, values, agreement.starts, agreement.starts))]


def agreement_faults(text: str) -> Iterator[str]:
    for block in blocks(text):
        if block.info == "toml":
            read = examine_bytes("agreement.toml", block.text.encode())
            for problem in read if isinstance(read, list) else read.findings:
                yield f"line {block.line}: {problem}"
        elif block.info == "toml fragment":
            try:
                found = examined(framed(block.text))
            except tomllib.TOMLDecodeError as e:
                yield f"line {block.line}: {e}"
                continue
            for finding in found:
                yield f"line {block.line}: {finding.dotted}: {finding.message}"
        elif block.info not in ("console", "console above", "console server", "diff", "ics", "sh", "text"):
            yield f'line {block.line}: nobody knows what to do with a "{block.info}" block'


def table_faults(text: str) -> Iterator[str]:
    """Values in tables of values that nobody reads.

    A table headed `key` lists its values in its first column; with `key = value` beside them (in the heading: in each
    row) they are read together.
    """
    heading: list[str] = []
    for row in re.findall(r"^\|.*\|$|^$", text, re.MULTILINE):
        first = re.findall("`([^`]+)`", row.split("|")[1]) if row else []
        if row and not heading:
            heading = first or ["-"]
        elif row and re.fullmatch("[a-z]+", heading[0]) and heading[0] in VALUES:
            beside = [span for span in (*heading[1:], *first) if re.match(r"\w+ = ", span)]
            for value in first:
                if value not in beside:
                    keys = "\n".join([f"{heading[0]} = {value}", *beside])
                    yield from (f"{keys}: {fault}" for fault in agreement_faults(f"```toml fragment\n{keys}\n```\n"))
        elif not row:
            heading = []


VALUES = ("on", "every", "at", "for", "share")

# ── commands ─────────────────────────────────────────────────────────


def command_lines(text: str) -> Iterator[str]:
    """Every `planner …` that the page shows: in blocks, indented, or between backticks."""
    for block in blocks(text):
        start = {"console": "$ ", "console above": "$ ", "console server": "$ ", "sh": ""}.get(block.info)
        if start is not None:
            lines = re.sub(r"\\\n *", "", block.text).splitlines()
            yield from (at.removeprefix(start) for at in lines if at.startswith(f"{start}planner "))
    yield from (at.strip() for at in prose(text).splitlines() if re.match(r"    planner\b", at))
    yield from (span for span in spans(text) if re.match(r"planner( |$)", span))


def command_fault(line: str) -> str | None:
    """What is wrong with a command line; None where click takes it."""
    words = shlex.split(line, comments=True)[1:]
    if "COMMAND" in words or "…" in words:
        return None  # speaks of any command
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            context = main.make_context("planner", words)
            _, rest, _ = main.make_parser(context).parse_args(list(words))
            if rest:
                name, command, rest = main.resolve_command(context, rest)
                assert command is not None
                command.make_context(name, rest, parent=context)
    except click.exceptions.Exit:
        return None  # --help, --version
    except click.ClickException as e:
        return f"{line}: {e.format_message()}"
    return None


def command_faults(text: str) -> Iterator[str]:
    yield from filter(None, map(command_fault, dict.fromkeys(command_lines(text))))


def option_faults(text: str) -> Iterator[str]:
    """Options that a command has and its section lacks, or the other way round."""
    described = sections(text)
    common = {opt for param in main.params for opt in param.opts} | {"--help"}
    for name in COMMANDS:
        if name not in described:
            yield f"{name} is not described"
            continue
        command = main.get_command(click.Context(main), name)
        assert command is not None
        there = {opt for p in command.params if isinstance(p, click.Option) for opt in (*p.opts, *p.secondary_opts)}
        shown = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", " ".join(spans(described[name]))))
        yield from (f"{name} has {opt}, which is not described" for opt in sorted(there - shown))
        yield from (f"{name} has no {opt}" for opt in sorted(shown - there - common))


# ── what commands print ──────────────────────────────────────────────


class Folder:
    """A folder with an agreement.toml and the examples, in which commands run one after the other."""

    def __init__(self, path: Path, agreement: str) -> None:
        self.path = path
        self.before = agreement
        self.exit_code = 0
        self.server = ""
        shutil.copytree(ROOT / "examples", path / "examples")
        (path / "home").mkdir()
        (path / "agreement.toml").write_text(agreement, encoding="utf-8")

    def printed(self, line: str) -> str:
        """What a line prints, standard error first."""
        words = shlex.split(line)
        if words == ["echo", "$?"]:
            return f"{self.exit_code}\n"
        assert words[0] == "planner", f"only planner runs here, and echo $?: {line}"
        with contextlib.chdir(self.path):
            done = CliRunner().invoke(
                main,
                [word.replace(SHOWN_SERVER, self.server) for word in words[1:]],
                env=changed_environment(self.path / "home")
                | {"CALENDAR_PASSWORD": "secret", "PLANNER_CONFIG": "settings.toml"},
                prog_name="planner",
                catch_exceptions=False,
            )
        self.exit_code = done.exit_code
        said = done.stderr + done.stdout
        if self.server:
            host, shown_host = (url.split("/")[2] for url in (self.server, SHOWN_SERVER))
            said = said.replace(self.server, SHOWN_SERVER).replace(host, shown_host)
            said = said.replace(f"({platform.node()})", "(anas-laptop)")
        return said

    def connect(self) -> None:
        """Connect Ana's calendar, as a page that speaks of other things takes for granted."""
        (self.path / "settings.toml").write_text(
            f'[calendars.ana]\nfor = "ana"\nurl = "{self.server}/ana/rituals/"\nusername = "ana"\n'
            'agreement = "quiet-harbor-k3v9"\npassword_env = "CALENDAR_PASSWORD"\n',
            encoding="utf-8",
        )

    def phone(self, line: str) -> str:
        """What Ana does on her phone: she moves an occurrence, or calls a series by another name."""
        auth = ("ana", "secret")
        title, rest = re.fullmatch(r'# On her phone, Ana \w+ "([^"]+)" (.+)\n', line).groups()
        ((href, text),) = [
            (href, kept.text.decode())
            for href, kept in phone.listing(f"{self.server}/ana/rituals/", auth).items()
            if f"SUMMARY:{title}\r\n".encode() in kept.text
        ]
        if moved := re.fullmatch(r"from ([\d-]+) to ([\d-]+), ([\d:]+)-([\d:]+)", rest):
            day, to, start, end = (part.replace("-", "").replace(":", "") for part in moved.groups())
            text = phone.with_moved(text, day, f"{to}T{start}00", f"{to}T{end}00")
        else:
            text = text.replace(f"SUMMARY:{title}", f"SUMMARY:{rest.strip(chr(34))}")
        phone.put(self.server + href, text, auth=auth)
        return ""

    def run(self, block: str) -> tuple[str, list[str]]:
        """The block with what its commands really print, and those that failed without a word of it."""
        shown, failed, commands = [], [], re.findall(r"^(?:\$ (?:.*\\\n)*.*|# On .*)\n", block, re.MULTILINE)
        for n, command in enumerate(commands):
            if command.startswith("# "):
                shown.append(command + self.phone(command))
                continue
            said = self.printed(re.sub(r"\\\n", " ", command[2:]).strip())
            shown.append(command + said)
            if self.exit_code and "$ echo $?\n" not in commands[n : n + 2]:
                failed.append(command.strip())
        return "".join(shown), failed

    def changed(self) -> str:
        """The lines of agreement.toml that differ since the folder was made."""
        now = (self.path / "agreement.toml").read_text(encoding="utf-8")
        lines = list(difflib.unified_diff(self.before.splitlines(), now.splitlines(), lineterm="", n=0))
        return "".join(f"{line}\n" for line in lines[2:] if not line.startswith("@@"))

    def calendars(self) -> list[str]:
        return [p.read_bytes().decode().replace("\r\n", "\n") for p in self.path.rglob("*.ics")]


def truths(text: str, scratch: Path) -> Iterator[tuple[Block, str, list[str]]]:
    """Each console and diff block with what should stand in it, and complaints."""
    whole, folder = "", None
    for n, block in enumerate(blocks(text)):
        match block.info:
            case "toml":
                whole = block.text
            case "console" | "console above":
                agreement = whole if block.info.endswith("above") else EXAMPLE.read_text(encoding="utf-8")
                folder = Folder(scratch / f"{n}", agreement)
                real, failed = folder.run(block.text)
                yield block, real, [f"{command} fails, and the page does not say so" for command in failed]
            case "console server":
                folder = Folder(scratch / f"{n}", EXAMPLE.read_text(encoding="utf-8"))
                with radicale(scratch / f"{n}" / "server") as server:
                    phone.make_calendar(server, "ana", "rituals", "Rituals")
                    folder.server = server.url.rstrip("/")
                    if not re.search(r"^\$ planner connect\b", block.text, re.MULTILINE):
                        folder.connect()
                    if not re.search(r"^\$ planner .*\b(connect|sync|doctor)\b", block.text, re.MULTILINE):
                        folder.printed("planner --today 2027-01-01 sync --yes")
                    real, failed = folder.run(block.text)
                yield block, real, [f"{command} fails, and the page does not say so" for command in failed]
            case "diff":
                assert folder, "a diff needs a console block above it"
                yield block, folder.changed(), []
            case "ics":
                assert folder, "lines of a calendar need a console block above them"
                there = any(f"\n{block.text}" in calendar for calendar in folder.calendars())
                yield block, block.text, [] if there else ["these lines are in no calendar written above"]


def output_faults(text: str, scratch: Path) -> Iterator[str]:
    for block, real, complaints in truths(text, scratch):
        yield from (f"line {block.line}: {complaint}" for complaint in complaints)
        if block.text != real:
            yield f"line {block.line}:\n" + "\n".join(difflib.ndiff(block.text.splitlines(), real.splitlines()))


def write_anew(path: Path, scratch: Path) -> None:
    """Put into a page what its commands print now."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    for block, real, _ in reversed(list(truths(text, scratch))):
        first = block.line - 1
        lines[first : first + block.text.count("\n")] = [real]
    path.write_text("".join(lines), encoding="utf-8")


# ── what must not be forgotten ───────────────────────────────────────

FULL = """
[agreement]
id       = "quiet-harbor-k3v9"
starts   = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[helpers.lucia]
name = "Lúcia"
[me_blocks.a]
who      = "ana"
on       = "monday"
at       = "18:00"
ladder   = { steps = ["30m"], each = "1 week" }
check_in = { after = "5m" }
changes  = [{ on = 2027-01-11, at = "19:00" }]

[me_blocks.open]
who      = "ana"
every    = "week"
times    = 2
at       = "open"
for      = "1h"
placed   = [{ on = 2027-01-12, at = "19:00" }]
[shared_evenings.a]
on = "monday"
at = "18:00-19:00"
[check_ins.a]
on = "monday"
at = "18:00"
[host_nights.a]
hosts   = ["ana", "ben"]
on      = "monday"
at      = "18:00-19:00"
changes = [{ on = 2027-01-11, host = "ana" }]
[reviews.a]
on = "monday"
at = "18:00"
[seasons.summer]
starts = "1 july"
until  = "31 july"
[seasons.b]
dates = [{ starts = 2027-05-01, until = 2027-05-02 }]
[[stays]]
who      = "ana"
timezone = "America/New_York"
starts   = 2027-02-01
until    = 2027-02-07
[rituals.b]
on        = "tuesday"
at        = "18:00-19:00"
in_season = { summer = { at = "19:00" } }
[rituals.a]
turns   = ["ana", "ben"]
on      = "monday"
at      = "18:00-19:00"
changes = [{ on = 2027-01-11, turn = "ben" }]
[rituals.c]
follows = "rituals.a"
who     = "not turn"
at      = "20:00-21:00"
[programs.a]
template = "four-weeks"
starts   = 2027-01-04
changes.talk = { on = "sunday" }
[[pauses]]
starts = 2027-02-01
until  = 2027-02-02
[[pairs]]
these = ["me_blocks.a", "rituals.a"]
[balance.a]
of       = "own"
per      = "week"
at_least = "1h"
[prompts.a]
add = ["Who?"]
[prompts.b]
only = ["Who?"]
[holidays]
country = "DE"
[calendar]
colors.ana = "teal"
"""
"""An agreement in which the reader meets every kind of table."""


def keys_of_the_reader() -> set[str]:
    """Every name that the reader asks a table for."""
    asked: set[str] = set()
    know = Table.know

    def remembered(table: Table, *keys: str) -> None:
        asked.update(keys)
        know(table, *keys)

    with mock.patch.object(Table, "know", remembered):
        agreement, findings = read_agreement(tomllib.loads(FULL), shelf=SHELF)
    assert agreement is not None, findings
    return asked


def forgotten_words(text: str) -> Iterator[str]:
    """Keys, tables and words of the file that the page never names."""
    named = set(re.findall(r"[a-z_]+", " ".join(spans(text))))
    for block in blocks(text):
        named.update(re.findall(r"(\w+) *=", block.text))
        named.update(*(heading.split(".") for heading in re.findall(r"^\[+([a-z_.]+)", block.text, re.MULTILINE)))
    yield from (f"the key {key} is not there" for key in sorted(keys_of_the_reader() - named))
    said = " ".join(spans(text))
    for word in (*SHARES, *WAYS, *LANGUAGES, *TABLES):
        if not re.search(rf"\b{word}\b", said):
            yield f'the word "{word}" is not there'


def pages_of_the_file() -> str:
    """The pages that explain keys: those of an agreement, and those of a programme that it takes up."""
    return page("docs/agreement.md") + page("docs/templates.md")


def slug(heading: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w -]", "", heading.strip().casefold()).replace(" ", "-")


def link_faults(name: str, text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(text)):
        if re.match("[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (ROOT / name).parent / path if path else ROOT / name
        if not there.exists():
            yield f"{target} leads nowhere"
        elif anchor:
            there_text = text if not path else there.read_text(encoding="utf-8")
            if anchor not in {slug(h) for h in re.findall(r"^#+ (.+)$", prose(there_text), re.MULTILINE)}:
                yield f"{target}: no such heading"


def architecture_faults(text: str) -> Iterator[str]:
    """Modules and laws that the page leaves out; tests, files and names of the source that it has and nobody else."""
    named = spans(text)
    words = set(re.findall(r"\w+", " ".join(named)))
    for module in house():
        if module and module.split(".")[0] not in words and not module.startswith(("toml_", "reading_", "__main__")):
            yield f"planner.{module} has no room here"
    yield from (
        f"{span} is not there" for span in named if re.match(r"(tests|planner)/\S+$", span) and not _is_at(span)
    )
    laws = {law.__name__ for law in LAWS}
    yield from (f"the law {law} is not told" for law in sorted(laws - words))
    source = "\n".join([*house(), *house().values(), (ROOT / "tests" / "test_house.py").read_text(encoding="utf-8")])
    known = set(re.findall(r"\w+", source))
    yield from (
        f"nothing is called {span}" for span in named if re.fullmatch(r"[A-Za-z_]{3,}", span) and span not in known
    )


def _is_at(span: str) -> bool:
    return bool(list(ROOT.glob(span.rstrip("/"))))


# ── the pages ────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_shows_of_agreements_is_read_without_a_problem(name):
    assert list(agreement_faults(page(name))) == []
    assert list(table_faults(page(name))) == []


@pytest.mark.parametrize("name", PAGES)
def test_commands_on_a_page_exist_with_their_options(name):
    assert list(command_faults(page(name))) == []


@pytest.mark.parametrize("name", PAGES)
def test_what_commands_print_on_a_page_is_what_they_print(name, tmp_path):
    if os.environ.get("WRITE_EXPECTED"):
        write_anew(PAGES[name], tmp_path / "writing")
    assert list(output_faults(page(name), tmp_path)) == []


@pytest.mark.parametrize("name", PAGES)
def test_links_of_a_page_lead_somewhere(name):
    assert list(link_faults(name, page(name))) == []


def test_every_command_and_option_is_described():
    assert list(option_faults(page("docs/commands.md"))) == []


def test_every_key_and_word_of_the_file_is_explained():
    assert list(forgotten_words(pages_of_the_file())) == []


def test_the_page_of_the_house_is_true():
    assert list(architecture_faults(page("docs/architecture.md"))) == []


def test_the_pages_show_something_of_everything():
    """So that a changed fence cannot make the tests above pass for want of blocks."""
    kinds = [block.info for name in PAGES for block in blocks(page(name))]
    assert kinds.count("toml") >= 2
    assert kinds.count("toml fragment") >= 20
    assert kinds.count("console") >= 15
    assert {"console above", "diff", "ics"} <= set(kinds)
    assert sum(len(list(command_lines(page(name)))) for name in PAGES) >= 60


# ── the tests themselves ─────────────────────────────────────────────


def fenced(info: str, text: str) -> str:
    return f"Some words.\n\n```{info}\n{text}\n```\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (fenced("toml fragment", 'on = "thrusday"'), 'no day "thrusday"; did you mean "thursday"?'),
        (fenced("toml fragment", 'on = "friday"\nweher = "here"'), 'did you mean "where"?'),
        (fenced("toml fragment", "skip = [2027-02-17]"), "nothing happens on Wednesday 17 February 2027"),
        (fenced("toml fragment", "on = friday"), "line 4"),
        (
            fenced("toml fragment", '[[pauses]]\nstarts = 2027-03-08\nuntil = 2027-03-14\nonly = "me_blocks.x"'),
            "me_blocks.x",
        ),
        (
            fenced("toml fragment", '[agreement]\nuntil = 2027-12-31\n[rituals.x]\non = "monday"\nat = "9:00"'),
            "how long?",
        ),
        (
            fenced("toml", '[me_blocks.pottery]\nwho = "ana"\non = "monday"\nat = "18:00-19:00"'),
            "[agreement] is missing",
        ),
        (fenced("tolm", ""), 'a "tolm" block'),
    ],
)
def test_a_mistake_in_an_agreement_is_found(text, said):
    faults = list(agreement_faults(text))
    assert faults
    assert said in faults[0]


@pytest.mark.parametrize(
    "row", ['| `"friday"`, `"firday"` | |', '| `"day"`, with `every = "week"` | |', "| `friday` | |"]
)
def test_a_value_that_nobody_reads_is_found_in_its_table(row):
    text = f"Days.\n\n| `on` | |\n| --- | --- |\n{row}\n\n| else |\n| --- |\n| `other` |\n"
    assert len(list(table_faults(text))) == 1


def test_each_form_of_a_value_is_in_a_table():
    text = page("docs/agreement.md")
    for key in VALUES:
        broken = re.sub(rf"^\| `{key}`(.*)\n(\| --- .*\n)\|", rf"| `{key}`\1\n\2| `soon`,", text, flags=re.MULTILINE)
        assert list(table_faults(broken)), key


def test_a_fragment_of_keys_alone_is_a_ritual_of_its_own():
    assert framed('every = "3 days"')["rituals"]["ours"] == {"every": "3 days", "at": "19:00-22:00"}
    assert framed('at = { monday = "9:00-10:00" }')["rituals"]["ours"] == {"at": {"monday": "9:00-10:00"}}
    assert framed('[me_blocks.pottery]\nwho = "ben"')["me_blocks"]["pottery"] == {"who": "ben"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Run `planner exprot` now.", "exprot"),
        ("    planner agenda --form 2027-01-04", "--form"),
        ("Run `planner agenda --days many` now.", "many"),
        ("Run `planner show --as-of someday` now.", "someday"),
        ("Run `planner move me_blocks.pottery` now.", "DATE"),
        (fenced("sh", "planner --yesterday check"), "--yesterday"),
        (fenced("console", "$ planner check \\\n      --stern\nfine"), "--stern"),
    ],
)
def test_a_command_that_does_not_exist_is_found(text, said):
    (fault,) = command_faults(text)
    assert said in fault


def test_what_is_no_command_line_is_let_be():
    text = "`planner` is a calendar; `planner COMMAND --help` and `planner add KEY …` say more. The planner shows all."
    assert list(command_faults(text)) == []
    assert list(command_lines(text)) == ["planner", "planner COMMAND --help", "planner add KEY …"]


EXPORTED = "$ planner --today 2027-01-01 export --for ben -o ben.ics\nben.ics  7 series, new"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (fenced("console", "$ planner --version\nplanner 99"), "- planner 99"),
        (fenced("console", "$ planner --today 2027-01-01 check\n"), "+ Nothing to mend"),
        (fenced("console", "$ planner skip pottery 2027-02-18\n"), "fails, and the page does not say so"),
        (fenced("console", '$ planner revise pottery title="Clay"\n') + fenced("diff", "+title = 1"), "- +title = 1"),
        (fenced("console", EXPORTED) + fenced("ics", "SUMMARY:Pottery class"), "in no calendar"),
    ],
)
def test_an_output_that_is_not_true_is_found(text, said, tmp_path):
    assert said in "\n".join(output_faults(text, tmp_path))


def test_outputs_that_are_true_are_let_be_and_written_where_they_are_not(tmp_path):
    path = tmp_path / "page.md"
    change = fenced("console", "$ planner skip pottery 2027-02-24\nwhatever")
    path.write_text(change + fenced("diff", "-one\n+other") + fenced("console", EXPORTED), encoding="utf-8")
    assert list(output_faults(path.read_text(encoding="utf-8"), tmp_path / "before"))
    write_anew(path, tmp_path / "writing")
    text = path.read_text(encoding="utf-8")
    assert list(output_faults(text, tmp_path / "after")) == []
    assert '"Pottery class" is left out on Wednesday 24 February 2027.\n' in text
    assert "-skip   = [2027-02-17]\n+skip   = [2027-02-17, 2027-02-24]\n```\n" in text
    seen = fenced("console", EXPORTED) + fenced("ics", "SUMMARY:Ana's evening out\nTRANSP:TRANSPARENT")
    assert list(output_faults(seen, tmp_path / "seen")) == []


def test_a_command_that_is_not_described_is_found():
    text = page("docs/commands.md")
    assert list(option_faults(re.sub("^## resume$", "## resmue", text, flags=re.MULTILINE))) == [
        "resume is not described"
    ]
    assert list(option_faults(text.replace("`--as-of", "`--as-if"))) == [
        "show has --as-of, which is not described",
        "show has no --as-if",
    ]


@pytest.mark.parametrize("word", ["count_from", "at_most", "week_starts", "voice note", "host_nights"])
def test_a_word_that_is_not_explained_is_found(word):
    (fault, *_) = forgotten_words(pages_of_the_file().replace(word, "that"))
    assert word in fault


@pytest.mark.parametrize("target", ["nowhere.md", "agreement.md#nowhere", "#nowhere"])
def test_a_link_that_leads_nowhere_is_found(target):
    assert len(list(link_faults("docs/commands.md", f"# Commands\n\nSee [there]({target})."))) == 1


def test_a_room_that_is_not_told_of_is_found():
    text = page("docs/architecture.md")
    assert list(architecture_faults(text.replace("compiler", "composer"))) == [
        "planner.compiler has no room here",
        "nothing is called composer",
    ]
    assert list(architecture_faults(text + "\n`tests/test_nothing.py`, `compile_nothing`")) == [
        "tests/test_nothing.py is not there",
        "nothing is called compile_nothing",
    ]
