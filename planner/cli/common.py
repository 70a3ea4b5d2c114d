"""What the commands share: opening the agreement, dates as arguments, ways to stop.

In: paths and settings. Out: a `Loaded` agreement, or a `Stop` with its exit code.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from planner.agreement import FIRST_YEAR, LAST_YEAR, Agreement, History, Ritual, Version
from planner.document import Document, parse_document
from planner.problems import ERROR, Finding, Problem
from planner.reading import read_agreement

if TYPE_CHECKING:
    from planner.versions import Stored

PROBLEMS, USAGE, REFUSED, NETWORK = 1, 2, 3, 4
"""Exit codes besides 0: the agreement's problems or "no"; usage; refused as unsafe; a server or the network."""


class Stop(click.ClickException):
    """Ends a command with a message on standard error and an exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click has one code a class; here a code says how it stopped

    def show(self, file: Any = None) -> None:  # noqa: ARG002  (click's own signature)
        """Print the message."""
        if self.message:
            click.echo(self.message, err=True)


class Day(click.ParamType[Any]):
    """A date such as 2027-01-04, or "today", "tomorrow", "yesterday", counted from `--today` where that is given."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error."""
        if isinstance(value, date):
            return value
        away = _NEAR.get(str(value).casefold())
        if away is not None:
            return _today() + timedelta(days=away)
        try:
            day = date.fromisoformat(value) if len(value) == 10 else None
        except ValueError:
            day = None
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f'"{value}" is no date; write it like 2027-01-04', param, ctx)
        return day


_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}


def _today() -> date:
    """The day that counts as today for the command that runs."""
    context = click.get_current_context(silent=True)
    settings = context.find_object(Settings) if context else None
    return (settings or Settings(None, None)).today


class Settings(NamedTuple):
    """What stands before the command: the settings file and the day that counts as today."""

    config: str | None
    given_today: date | None

    @property
    def today(self) -> date:
        """The day that counts as today."""
        return self.given_today or date.today()  # noqa: DTZ011  (the reader's own today)

    @property
    def now(self) -> datetime:
        """The instant that counts as now: the start of a given day, so that runs can be repeated."""
        day = self.given_today
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime.now(UTC)


class Loaded(NamedTuple):
    """An agreement without errors, with the file it came from, and what was agreed so far."""

    path: str
    raw: bytes
    document: Document
    agreement: Agreement
    findings: list[Finding]
    history: History


def agreement_path(file: str | os.PathLike[str] | None) -> str:
    """The agreement's file: the one named, else $PLANNER_AGREEMENT, else agreement.toml here."""
    return os.fspath(file or os.environ.get("PLANNER_AGREEMENT") or "agreement.toml")


def placed(document: Document, findings: Iterable[Finding]) -> list[Problem]:
    """Findings as problems with their places, in the order of the file."""
    problems = []
    for finding in findings:
        line, column = document.place(finding.path, finding.part)
        problems.append(
            Problem(document.name, line, column, finding.severity, finding.dotted, finding.code, finding.message)
        )
    return sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column))


def examine(path: str) -> Loaded | list[Problem]:
    """The agreement in this file with what is only to be noted, or everything that is wrong with it."""
    from planner.files import read_agreement_file

    raw = read_agreement_file(path)
    return [raw] if isinstance(raw, Problem) else examine_bytes(path, raw)


def examine_bytes(path: str, raw: bytes) -> Loaded | list[Problem]:
    """The same for bytes that are (or are to be) the file's."""
    document = parse_document(raw, path)
    return document if isinstance(document, list) else examine_document(path, raw, document)


def examine_document(path: str, raw: bytes, document: Document) -> Loaded | list[Problem]:
    """The same for a document."""
    from planner.checks import Examined, errors

    stored = stored_versions(path)
    wrong = [found for found in stored if isinstance(found, Problem)]
    agreed = [found for found in stored if not isinstance(found, Problem)]
    versions = [found.version for found in agreed]
    agreement, findings = _read(document, agreed)
    if agreement is not None:
        wrong += _not_of(stored, agreement.id)
        history = _history(agreement, versions)
        start = agreement.starts
        found = [] if wrong else errors(Examined(agreement, document.values, start, start, history))
        if not wrong and not found:
            return Loaded(path, raw, document, agreement, findings, history)
        findings = [*findings, *found]
    return [*wrong, *placed(document, findings)]


def _read(document: Document, agreed: list[Stored]) -> tuple[Agreement | None, list[Finding]]:
    if not agreed:
        return read_agreement(document.values, shelf=shelf)
    from planner.versions import read_current

    return read_current(document.values, agreed, shelf)


def stored_versions(path: str) -> Sequence[Stored | Problem]:
    """The agreed versions beside an agreement, the last for each day, or what is wrong with them."""
    from planner.files import history_files, history_folder

    files = history_files(path)
    if isinstance(files, Problem):
        return [files]
    if not files:
        return []
    from planner.checks import Examined, version_errors
    from planner.versions import read_versions

    stored = read_versions(files, history_folder(path), shelf)
    problems: list[Problem] = []
    for one in stored:
        if not isinstance(one, Problem):
            agreement = one.version.agreement
            examined = Examined(agreement, one.document.values, agreement.starts, agreement.starts)
            problems += placed(one.document, version_errors(examined))
    return problems or stored


def _not_of(stored: Sequence[Stored | Problem], wanted: str) -> list[Problem]:
    """The versions that are of another agreement."""
    others = [one for one in stored if not isinstance(one, Problem) and one.version.agreement.id != wanted]
    if not others:
        return []
    from planner.versions import wrong_id

    return [wrong_id(one, wanted) for one in others]


def _history(agreement: Agreement, versions: list[Version]) -> History:
    if not versions:
        return History(agreement)
    from planner.history import holding

    return History(agreement, holding(versions))


def shelf(kind: str) -> Mapping[str, Any]:
    """Every template of a kind that an agreement may take up, found on this machine."""
    from planner.cli.shelves import Templates  # few agreements take one up

    return Templates(kind)


def load(file: str | os.PathLike[str] | None) -> Loaded:
    """The agreement to work on. Where it has errors, they are printed and the command stops with 1."""
    loaded = examine(agreement_path(file))
    if isinstance(loaded, list):
        refuse_problems(loaded)
    return loaded


def own_path(path: str, person: str) -> str:
    """Where a person's own file is looked for: beside the agreement, `agreement.ana.toml`."""
    return f"{os.path.splitext(path)[0]}.{person}.toml"


def own_file(loaded: Loaded, person: str) -> dict[str, Ritual] | list[Problem]:
    """The me-blocks of this person's own file, none where they have none here; or everything that is wrong with it.

    What it returns is for that person's calendar and eyes. Nothing of it goes into anything that others get.
    """
    path = own_path(loaded.path, person)
    if not os.path.lexists(path):
        return {}
    from planner.files import read_agreement_file

    raw = read_agreement_file(path)
    return [raw] if isinstance(raw, Problem) else read_own(loaded, person, raw)


def read_own(loaded: Loaded, person: str, raw: bytes) -> dict[str, Ritual] | list[Problem]:
    """The same for bytes that are (or are to be) that file's."""
    from planner.checks import Examined, errors
    from planner.reading_own import read_own_file

    document = parse_document(raw, own_path(loaded.path, person))
    if isinstance(document, list):  # an empty one says nothing, which is fine
        return {} if all(problem.code == "empty" for problem in document) else document
    own, findings = read_own_file(document.values, person, loaded.agreement, shelf)
    if own is not None:
        alone = loaded.agreement._replace(rituals=own)
        wrong = errors(Examined(alone, document.values, alone.starts, alone.starts))
        if not wrong:
            return own
        findings = [*findings, *wrong]
    return placed(document, findings)


def seen_by(loaded: Loaded, audience: str | None) -> History:
    """What an audience's calendar is made from: what is agreed, and for a person the me-blocks of their own file."""
    if audience is None or audience not in loaded.agreement.people:
        return loaded.history
    own = own_file(loaded, audience)
    if isinstance(own, list):
        refuse_problems(own)
    return loaded.history._replace(own=own)


def refuse_problems(problems: list[Problem]) -> NoReturn:
    """Print what is wrong, and stop with 1."""
    raise Stop("\n".join(str(p) for p in problems if p.severity == ERROR), PROBLEMS)


def known_audience(loaded: Loaded, audience: str | None) -> str | None:
    """The audience, checked against the people of the agreement; an unknown one stops with 2."""
    people = loaded.agreement.people
    if audience is None or audience == "everyone" or audience in people:
        return audience
    by_name = [k for k, p in people.items() if p.name.casefold() == audience.casefold()]
    if by_name:
        return by_name[0]
    from planner.tables import unknown

    raise Stop(f'planner: no person "{audience}"; {unknown(audience, [*people, "everyone"])}', USAGE)


def file_argument(command: Any) -> Any:
    """Add the optional FILE argument."""
    return click.argument("file", required=False, type=click.Path())(command)


settings_of = click.make_pass_decorator(Settings)
