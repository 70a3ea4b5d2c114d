"""The laws of the house, read off the source: who may import whom, and what may not enter where.

The tables below are the law: a new module takes its place in STAGES, a new library in LIBRARIES.
Names are patterns without "planner.": "views" is the package itself and "views.*" what is in it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A module may import from its own stage and those above it, and nothing may go round in a circle.
STAGES: tuple[tuple[str, ...], ...] = (
    ("problems", "words", "day_words", "zones", "observances", "colors", "languages", "content", "busy", "windows"),
    ("document", "toml_*"),
    ("agreement",),
    ("tables", "filling", "keys", "names", "patterns"),
    ("courses", "prompts"),
    ("reading", "reading_*"),
    ("schema",),
    ("recurrence",),
    ("foreign_rules",),
    ("series", "holiday_names", "free_days"),
    ("life", "looks", "strands", "timeline", "writing"),
    ("turns", "free_time"),
    ("terms", "history", "versions"),
    ("compiler", "saying", "open_time"),
    ("tongues", "tongues.*"),
    ("ics", "rewritten", "canonical", "ritual_terms"),
    (
        "clashes",
        "balance",
        "pairs",
        "revealing",
        "sheets",
        "checks_open",
        "checks_clocks",
        "checks_programs",
        "foreign_times",
    ),
    ("busy_reading", "suggesting"),
    ("obstacles",),
    ("suggesting_open",),
    ("checks",),
    ("edits", "edit_*", "ending"),
    ("saying_terms",),
    ("revision",),
    ("agreeing", "review"),
    ("views", "views.*"),
    ("sync", "sync.troubles", "sync.store", "sync.deciding", "sync.digest"),
    ("sync.dav", "sync.state", "sync.secrets", "sync.profiles", "sync.listener"),
    ("sync.calendar", "sync.merging", "sync.wanted", "sync.oauth", "sync.accounts", "sync.discovery"),
    ("sync.neighbours", "sync.busy_times"),
    ("sync.looking", "sync.write_test"),
    ("sync.plan",),
    ("sync.apply", "sync.wording", "sync.checkup"),
    ("sync.run", "sync.pulling", "sync.removing"),
    ("files",),
    ("cli", "cli.*", "__main__"),
)

# Not the core: what meets the world. The core imports nothing of it.
OUTSIDE = ("cli", "cli.*", "__main__", "files", "sync", "sync.*")

# Where each third-party library may be imported.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "caldav": ("sync.discovery",),
    "click": ("cli", "cli.*"),
    "dateutil": ("recurrence", "words"),
    "holidays": ("free_days",),
    "icalendar": ("ics", "rewritten"),
    "jinja2": ("views.page",),
    "keyring": ("sync.secrets",),
    "lxml": ("sync.dav",),
    "niquests": ("sync.dav", "sync.oauth"),
    "platformdirs": ("files",),
    "rich": ("cli", "cli.*", "views", "views.*"),
    "tomli_w": ("document", "toml_*"),
    "tzdata": ("zones",),
    "webcolors": ("colors",),
}

# Library and module where the import has to wait until a function needs it.
LAZY = {("dateutil", "words"), ("holidays", "free_days"), ("jinja2", "views.page")}

CLOCKS = {
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
    *("time.time", "time.time_ns", "time.monotonic", "time.localtime", "time.gmtime", "time.ctime"),
}
CLOCK_ROOMS = ("cli", "cli.*")

OPENERS = {"open", "io.open", "os.open", "os.fdopen", "codecs.open", "builtins.open"}
PATH_OPENERS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "touch", "mkdir", "unlink"}
FILE_ROOMS = ("files", "zones")

DRY_RUN = ("dry_run", "dryrun", "is_dry_run")
DRY_RUN_ROOMS = ("cli", "cli.*")

Sources = Mapping[str, str]  # dotted name without "planner." ("" is the package itself) to source


def is_in(module: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(module, pattern) for pattern in patterns)


def stage_of(module: str) -> int | None:
    return next((n for n, patterns in enumerate(STAGES) if is_in(module, patterns)), None)


def house() -> dict[str, str]:
    found = {}
    for path in sorted((ROOT / "planner").rglob("*.py")):
        parts = path.relative_to(ROOT / "planner").with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text("utf-8")
    return found


def imports(module: str, source: str, modules: Sources) -> Iterator[tuple[str, int, bool]]:
    """Each full name that is imported, its line, and whether a function waits to import it."""
    tree = ast.parse(source)
    waiting = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    is_package = any(name.startswith(f"{module}.") for name in modules) or not module
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = ["planner", *filter(None, module.split("."))]
                up = node.level - is_package
                base = ".".join([*here[: len(here) - up], *filter(None, [node.module])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((name, node.lineno, id(node) in waiting) for name in names)


def edges(module: str, modules: Sources) -> Iterator[tuple[str, int]]:
    """The modules that this one imports: `from planner.a import b` is a.b where that is a module."""
    for name, line, _ in imports(module, modules[module], modules):
        top, _, inner = name.partition(".")
        if top == "planner":
            target = inner if inner in modules else inner.rpartition(".")[0]
            if target:  # of the package itself anyone may know, for its version
                yield target, line


def full_names(source: str) -> Iterator[tuple[str, int, bool]]:
    """Each name and attribute in use, its line, and whether it is called.

    The names are spelled out by the imports, `dt.date` as `datetime.date`; "?" stands for what has no name.
    """
    tree = ast.parse(source)
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {
                a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        parts: list[str] = []
        inner: ast.AST = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            yield ".".join([known.get(inner.id, inner.id), *reversed(parts)]), node.lineno, id(node) in called
        elif parts:
            yield ".".join(["?", *reversed(parts)]), node.lineno, id(node) in called


# The laws: each gives one sentence for each breach.


def every_module_has_its_place(modules: Sources) -> Iterator[str]:
    for module in modules:
        if module and stage_of(module) is None:
            yield f"planner.{module} has no place yet: add it to a stage of STAGES in tests/test_house.py"


def imports_go_up(modules: Sources) -> Iterator[str]:
    for module in modules:
        mine = stage_of(module)
        for target, line in edges(module, modules):
            theirs = stage_of(target)
            if mine is not None and theirs is not None and theirs > mine:
                yield f"planner.{module}:{line} imports planner.{target}, which comes after it"


def core_knows_no_outside(modules: Sources) -> Iterator[str]:
    for module in modules:
        if not is_in(module, OUTSIDE):
            for target, line in edges(module, modules):
                if is_in(target, OUTSIDE):
                    yield f"planner.{module}:{line} is of the core and imports planner.{target}"


def nothing_goes_round(modules: Sources) -> Iterator[str]:
    try:
        TopologicalSorter({m: {target for target, _ in edges(m, modules)} - {m} for m in modules}).prepare()
    except CycleError as cycle:
        yield "these import each other in a circle: " + " → ".join(reversed(cycle.args[1]))


def libraries_keep_to_their_rooms(modules: Sources) -> Iterator[str]:
    for module, source in modules.items():
        for name, line, waits in imports(module, source, modules):
            library = name.split(".")[0]
            if library == "planner" or library in sys.stdlib_module_names:
                continue
            if library not in LIBRARIES:
                yield (
                    f"planner.{module}:{line} imports {library}, "
                    "which has no room yet: add it to LIBRARIES in tests/test_house.py"
                )
            elif not is_in(module, LIBRARIES[library]):
                yield f"planner.{module}:{line} imports {library}, whose room is {LIBRARIES[library]}"
            elif (library, module) in LAZY and not waits:
                yield f"planner.{module}:{line} imports {library} before a function needs it"


def core_has_no_clock(modules: Sources) -> Iterator[str]:
    for module, source in modules.items():
        if not is_in(module, CLOCK_ROOMS):
            for name, line, _ in full_names(source):
                if name in CLOCKS:
                    yield f"planner.{module}:{line} looks at the clock ({name}); let `now` come in"


def files_open_in_one_room(modules: Sources) -> Iterator[str]:
    for module, source in modules.items():
        if is_in(module, FILE_ROOMS):
            continue
        for name, line, is_called in full_names(source):
            head, _, last = name.rpartition(".")
            root = head.split(".")[0]
            is_path = root == "pathlib" or (is_called and root not in {"", *sys.stdlib_module_names})
            if name in OPENERS or (is_path and last in PATH_OPENERS):
                yield f"planner.{module}:{line} opens a file ({name}); that is for planner.files"


def no_dry_run_below_the_commands(modules: Sources) -> Iterator[str]:
    for module, source in modules.items():
        if not is_in(module, DRY_RUN_ROOMS):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.arg) and node.arg in DRY_RUN:
                    yield f"planner.{module}:{node.lineno} takes {node.arg}: return a plan instead of a deed"


def every_module_says_what_it_is(modules: Sources) -> Iterator[str]:
    for module, source in modules.items():
        if not ast.get_docstring(ast.parse(source)):
            yield f"planner.{module} has no docstring: what comes in, what goes out, and what may not enter"


LAWS = {
    every_module_has_its_place: {"attic": '"""."""'},
    imports_go_up: {"series": "from planner import ics", "ics": ""},
    core_knows_no_outside: {"views.page": "from ..files import read_text", "files": "", "views": ""},
    nothing_goes_round: {"series": "", "words": "import planner.zones", "zones": "from .words import Days"},
    libraries_keep_to_their_rooms: {"words": "from dateutil.rrule import rrule"},
    core_has_no_clock: {"checks": "import datetime as dt\ndef f(today=dt.date.today): ..."},
    files_open_in_one_room: {"ics": "def f(path):\n    return path.read_text()"},
    no_dry_run_below_the_commands: {"sync": "def apply_plan(plan, *, dry_run=False): ..."},
    every_module_says_what_it_is: {"words": "DAYS = 7"},
}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_house_keeps(law):
    assert list(law(house())) == []


@pytest.mark.parametrize(("law", "breach"), LAWS.items(), ids=lambda law: getattr(law, "__name__", ""))
def test_a_breach_is_found_once(law, breach):
    assert len(list(law(breach))) == 1


@pytest.mark.parametrize(
    ("law", "allowed"),
    [
        (imports_go_up, {"ics": "from planner.series import Series", "series": "", "words": ""}),
        (imports_go_up, {"cli": "from planner import __version__", "": ""}),
        (
            nothing_goes_round,
            {"sync": "from .plan import Plan", "sync.plan": "from planner.series import S", "series": ""},
        ),
        (
            libraries_keep_to_their_rooms,
            {"words": "def f():\n    from dateutil.relativedelta import relativedelta"},
        ),
        (core_has_no_clock, {"series": "from datetime import time\nmidnight = time(0)\nnow = 3\nprint(now)"}),
        (core_has_no_clock, {"cli.main": "from datetime import datetime\ndatetime.now()"}),
        (files_open_in_one_room, {"series": "class A:\n    def f(self): return self.open"}),
        (files_open_in_one_room, {"files": "open('x')", "cli": "import webbrowser\nwebbrowser.open('x')"}),
    ],
)
def test_what_is_allowed_is_let_be(law, allowed):
    assert list(law(allowed)) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()",
        "from time import monotonic\nmonotonic()",
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "from datetime import date as day\nday.today()",
    ],
)
def test_a_clock_is_known_under_every_name(source):
    assert len(list(core_has_no_clock({"series": source}))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "open('x')",
        "import io\nio.open('x')",
        "from pathlib import Path\nPath('x').open()",
        "p.write_text('')",
    ],
)
def test_a_file_is_known_however_it_is_opened(source):
    assert len(list(files_open_in_one_room({"series": source}))) == 1


def test_a_module_is_one_that_the_house_holds():
    assert {"", "problems"} <= house().keys()
