"""`planner review`: a calm half hour in the terminal, or a sheet to fill in by hand.

Each answer is kept as soon as it is given: notes beside the file, changes in the file itself, which is a draft until
`agree`. So whoever stops halfway loses nothing, and a second start on the same day finds what was said.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import click

from planner.agreeing import default_day
from planner.agreement import Program, Ritual
from planner.cli.agree import agree_on, can_ask
from planner.cli.agreed import tomorrow, waiting_for
from planner.cli.assigning import assignments
from planner.cli.common import PROBLEMS, REFUSED, USAGE, Day, Loaded, Settings, Stop, file_argument, load, settings_of
from planner.cli.edits import edited
from planner.cli.phones import from_calendars
from planner.document import Path
from planner.edit_pauses import pause
from planner.edit_pieces import Edit
from planner.edits import add_ritual, revise
from planner.ending import without_ritual
from planner.files import (
    FileTroubleError,
    create_whole,
    make_folder,
    review_notes,
    review_template,
    reviews_folder,
    sheet_templates,
    text_of,
    write_whole,
)
from planner.review import NOTHING, Facts, Notes, ahead, facts, notes_text, period, read_notes, sheet
from planner.revision import named
from planner.saying import listed, say_date, say_minutes, say_span, say_when
from planner.tables import unknown
from planner.tongues import ENGLISH, Tongue, tongue
from planner.words import Unclear, add_length, read_length, shown


@click.command("review")
@click.option(
    "--sheet", "name", is_flag=False, flag_value="review", metavar="[NAME]", help="A sheet to fill in by hand."
)
@click.option("-o", "--output", metavar="FILE.md", help="Where the sheet goes (default: it is printed).")
@click.option("--no-keep", "no_keep", is_flag=True, help="Keep no notes.")
@file_argument
@settings_of
def review_command(
    settings: Settings, *, name: str | None, output: str | None, no_keep: bool, file: str | None
) -> None:
    """Go through the review together: what you are glad of, what was planned, each ritual, one small thing each.

    \b
    Example:
      planner review
      planner review --sheet -o march.md
      planner review --sheet repair
    """
    if name is not None and name.endswith(".toml") and file is None:
        name, file = "review", name
    loaded = load(file)
    noted = _noted(loaded, settings.today)
    if name is not None:
        _print_sheet(loaded, settings, noted, name, output)
        return
    if output is not None:
        raise Stop("planner: -o is for a sheet; write --sheet too", USAGE)
    if not can_ask():
        raise Stop("planner: a review is a talk at a terminal; for paper, write --sheet", USAGE)
    _Review(loaded, settings, noted, keeps=not no_keep).hold()


class _Noted(NamedTuple):
    """The notes of the last review, with its day, and what was noted today already."""

    day: date | None
    last: Notes
    today: Notes


def _noted(loaded: Loaded, today: date) -> _Noted:
    try:
        found = review_notes(loaded.path)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    days: dict[date, Notes] = {}
    for name, text in found.items():
        try:
            days[date.fromisoformat(name)] = read_notes(text)
        except ValueError:
            continue  # no notes of ours
    before = [day for day in days if day < today]
    last = max(before, default=None)
    return _Noted(last, days[last] if last else NOTHING, days.get(today, NOTHING))


def _looked_at(loaded: Loaded, settings: Settings, noted: _Noted, its: Tongue = ENGLISH) -> Facts:
    seen = facts(loaded.history, period(loaded.history, noted.day, settings.today), settings.today, its)
    phones = from_calendars(settings, loaded, seen.first, seen.last, its)
    return seen._replace(balance=tuple(_balance(loaded, settings.today, its)), phones=tuple(phones))


def _balance(loaded: Loaded, today: date, its: Tongue) -> list[str]:
    """The planned time of the month ahead, if the file were agreed as it stands."""
    from planner.balance import hopes, planned
    from planner.history import drafted
    from planner.views.balance import balance_lines

    draft = drafted(loaded.history, today + timedelta(days=1))
    first, end = ahead(today)
    return balance_lines(loaded.agreement, planned(draft, first, end), hopes(draft, first, end), its)


def _print_sheet(loaded: Loaded, settings: Settings, noted: _Noted, name: str, output: str | None) -> None:
    try:
        text = _sheet(loaded, settings, noted, name)
        if output is None or output == "-":
            click.echo(text, nl=False)
            return
        create_whole(output, text.encode())
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    click.echo(f"{output} is yours to fill in.")


def _sheet(loaded: Loaded, settings: Settings, noted: _Noted, name: str) -> str:
    """The sheet of the review, or one for another talk, which holds nothing of the agreement but names."""
    if name == "review":
        its = tongue(loaded.agreement.language)
        template = text_of(review_template(loaded.path, loaded.agreement.language)) or ""
        return sheet(template, loaded.history, _looked_at(loaded, settings, noted, its), noted.last, its)
    from planner.sheets import sheet as page
    from planner.sheets import sheet_in, sheet_names

    known = sheet_templates(loaded.path)
    found = sheet_in(name, loaded.agreement.language, known)
    if found is None:
        names = ["review", *sheet_names(loaded.agreement.language, known)]
        raise Stop(f'planner: no sheet "{shown(name)}"; {unknown(name, names)}', USAGE)
    try:
        return page(text_of(known[found]) or "", loaded.agreement, settings.today)
    except ValueError as e:
        raise Stop(f"planner: the sheet {known[found]} is not clear yet: {e}", PROBLEMS) from e


# ── the half hour ────────────────────────────────────────────────────


class _Review:
    """The talk, step by step. The agreement and the notes are what they are after each answer."""

    def __init__(self, loaded: Loaded, settings: Settings, noted: _Noted, *, keeps: bool) -> None:
        self.loaded = loaded
        self.settings = settings
        self.noted = noted
        self.keeps = keeps
        self.notes = noted.today
        self.begun = loaded.raw
        self.path = os.path.join(reviews_folder(loaded.path), f"{settings.today}.md")

    def hold(self) -> None:
        """All of it, in an order that works; whoever stops halfway keeps what was said."""
        try:
            self._opening()
            self._looking_back()
            self._each_ritual()
            self._something_new()
            self._closing()
        except (click.Abort, KeyboardInterrupt):  # the second where it comes between two questions
            kept = " It is kept; `planner review` goes on from it today." if self._has_said() else ""
            raise Stop(f"\nplanner: the review stops here.{kept}", REFUSED) from None
        self._agree()

    def _has_said(self) -> bool:
        return (self.keeps and self.notes != NOTHING) or self.loaded.raw != self.begun

    def _keep(self, notes: Notes) -> None:
        self.notes = notes
        if not self.keeps:
            return
        try:
            make_folder(reviews_folder(self.loaded.path))
            write_whole(self.path, notes_text(self.loaded.agreement.title, self.settings.today, notes).encode())
        except FileTroubleError as e:
            raise Stop(f"planner: {e}", REFUSED) from e

    def _heading(self, text: str) -> None:
        click.echo(f"\n{click.style(text, bold=True)}")

    def _ask(self, question: str, before: str = "") -> str:
        answer: str = click.prompt(question, default=before, show_default=bool(before))
        return " ".join(answer.split())

    def _names(self) -> list[str]:
        return [person.name for person in self.loaded.agreement.people.values()]

    # ── appreciation, and what was ──

    def _opening(self) -> None:
        click.echo(
            f"{self.loaded.agreement.title}, {say_date(self.settings.today)}. About half an hour, without hurry."
        )
        if self.keeps:
            click.echo("Enter goes on. What you write is kept beside the file; --no-keep keeps nothing.")
        else:
            click.echo("Enter goes on. Nothing of what you write down as notes is kept.")
        self._heading("Appreciation first")
        found = dict(self.notes.appreciation)
        for name in self._names():
            if said := self._ask(f"{name}, something you are glad of", found.get(name, "")):
                found[name] = said
                self._keep(self.notes._replace(appreciation=dict(found)))

    def _looking_back(self) -> None:
        seen = _looked_at(self.loaded, self.settings, self.noted)
        self._heading(f"What was planned {say_span(seen.first, max(seen.first, seen.last))}")
        self._lines(seen.planned, "Nothing was planned. Free time is a plan too.")
        if seen.moved or seen.phones:
            click.echo("What moved or rested:")
            self._lines((*seen.moved, *seen.phones), "")
        if self.noted.last.small:
            click.echo("The small things of last time:")
            self._lines([f"{name}: {text}" for name, text in self.noted.last.small.items()], "")
        if seen.ending or seen.steps:
            self._heading("What ends, or may grow")
            self._lines((*seen.ending, *seen.steps), "")
        self._heading("The month ahead, as the file stands")
        self._lines(seen.ahead, "Nothing asks for one of you twice.")
        if seen.balance:
            click.echo("Planned in it:")
            self._lines(seen.balance, "")
        self._heading("To talk about")
        topics = ", ".join(self.notes.talk)
        if said := self._ask("One or two things, with commas between them", topics):
            self._keep(self.notes._replace(talk=tuple(part.strip() for part in said.split(",") if part.strip())))
            click.echo("Talk, one thing at a time. The one who listens says back what was heard, before any answer.")
            self._ask("Enter when you have")

    def _lines(self, lines: list[str] | tuple[str, ...], none: str) -> None:
        for line in lines or ([none] if none else []):
            click.echo(f"  {line}")

    # ── each ritual ──

    def _each_ritual(self) -> None:
        if not self.loaded.agreement.rituals:
            return
        self._heading("Each ritual")
        for path in [path for path, r in self.loaded.agreement.rituals.items() if not r.program]:
            if path in self.loaded.agreement.rituals and not self._is_over(self.loaded.agreement.rituals[path]):
                self._one_ritual(path)
        for program in self.loaded.agreement.programs:
            if program.last is not None and program.last >= self.settings.today:
                self._one_program(program)

    def _one_program(self, program: Program) -> None:
        """A programme, as one thing."""
        path = f"programs.{program.key}"
        click.echo(f"  {program.title}, {say_span(program.starts, program.last or program.starts)}")
        ways = {"change": self._change, "pause": self._pause, "let go": self._let_program_go}
        answer = ""
        while answer != "keep" and not (answer and ways[answer](path)):
            answer = click.prompt(
                f"    keep, {listed(ways, 'or')}",
                type=click.Choice(["keep", *ways]),
                default="keep",
                show_choices=False,
            )

    def _let_program_go(self, path: str) -> bool:
        program = next(p for p in self.loaded.agreement.programs if f"programs.{p.key}" == path)
        if program.starts > self.settings.today:
            return self._edit(
                lambda of: Edit(without_ritual(of.document, path), lambda _: [f'"{program.title}" is let go.'])
            )
        last = self._day("    Its last day", program.starts, self.settings.today)
        return last is not None and self._edit(lambda of: revise(of.document, of.agreement, path, [(("until",), last)]))

    def _is_over(self, ritual: Ritual) -> bool:
        over = ritual.until is not None and ritual.until < self.settings.today
        return over and not (ritual.trial and ritual.until == ritual.trial)

    def _one_ritual(self, path: str) -> None:
        ritual = self.loaded.agreement.rituals[path]
        click.echo(f"  {named(self.loaded.agreement, ritual)}, {say_when(ritual)}")
        ways: dict[str, Callable[[str], bool]] = {
            "change": self._change,
            "pause": self._pause,
            "trial": self._trial,
            "let go": self._let_go,
        }
        if ritual.ladder and not ritual.ladder.by_date:
            ways["step"] = self._step
        while True:
            answer = click.prompt(
                f"    keep, {listed(ways, 'or')}",
                type=click.Choice(["keep", *ways]),
                default="keep",
                show_choices=False,
            )
            if answer == "keep":
                self._kept(path)
                return
            if ways[answer](path):
                return

    def _kept(self, path: str) -> None:
        """A ritual on trial that is kept goes on without an end, if they say so."""
        ritual = self.loaded.agreement.rituals[path]
        if ritual.trial and click.confirm("    It is on trial. Keep it for good?", default=True):
            self._edit(lambda of: revise(of.document, of.agreement, path, [(("trial",), None)]))

    def _change(self, path: str) -> bool:
        said = self._ask("    What changes, as in at=19:00-21:00 on=thursday (Enter for nothing)")
        if not said:
            return False
        try:
            assigned = assignments(shlex.split(said))
        except ValueError:
            click.echo("    A quotation mark has no partner; write it once more.")
            return False
        except Stop as e:
            click.echo(f"    {e.message}")
            return False
        return self._edit(lambda of: revise(of.document, of.agreement, path, assigned))

    def _pause(self, path: str) -> bool:
        until = self._day("    Until which day, that one included (Enter for nothing)", self.settings.today)
        if until is None:
            return False
        start = self.settings.today
        return self._edit(
            lambda of: pause(of.document, of.agreement, [path], who=(), starts=start, until=until, note=None)
        )

    def _trial(self, path: str) -> bool:
        said = self._ask("    For how long, as in 4 weeks (Enter for nothing)")
        if not said:
            return False
        begins = max(tomorrow(self.settings), self.loaded.agreement.rituals[path].starts)
        try:
            last = add_length(begins, read_length(said, '"4 weeks" or "3 months"')) - timedelta(days=1)
        except (Unclear, OverflowError, ValueError) as e:
            click.echo(f"    {e}")
            return False
        assigned: list[tuple[Path, object]] = [(("trial",), last)]
        return self._edit(lambda of: revise(of.document, of.agreement, path, assigned))

    def _step(self, path: str) -> bool:
        ladder = self.loaded.agreement.rituals[path].ladder
        assert ladder is not None  # noqa: S101  (only ladders are asked for a step)
        steps = ", ".join(f"{n} {say_minutes(length)}" for n, length in enumerate(ladder.steps, 1))
        step = click.prompt(f"    Which step ({steps})", type=click.IntRange(1, len(ladder.steps)), default=ladder.step)
        return self._edit(lambda of: revise(of.document, of.agreement, path, [(("ladder", "step"), step)]))

    def _let_go(self, path: str) -> bool:
        """It ends, rather than being cut out, so that its single dates stay where they were."""
        ritual = self.loaded.agreement.rituals[path]
        if ritual.starts > self.settings.today:
            return self._edit(lambda of: Edit(without_ritual(of.document, path), lambda _: [f"[{path}] is let go."]))
        last = self._day("    Its last day", ritual.starts, self.settings.today)
        return last is not None and self._edit(lambda of: revise(of.document, of.agreement, path, [(("until",), last)]))

    def _day(self, question: str, first: date, default: date | None = None) -> date | None:
        said = self._ask(question, str(default or ""))
        if not said:
            return None
        try:
            day = Day().convert(said, None, None)
        except click.BadParameter as e:
            click.echo(f"    {e.message}")
            return None
        if day < first:
            click.echo(f"    {say_date(day)} lies before {say_date(first)}; nothing has changed.")
            return None
        return day

    def _edit(self, make: Callable[[Loaded], Edit]) -> bool:
        """Write a change into the file, and note it; False, with the reason said, where it cannot be."""
        try:
            self.loaded, told = edited(self.loaded, make)
        except Stop as e:
            click.echo(f"    {e.message}")
            return False
        for sentence in told:
            click.echo(f"    {sentence}")
        self._keep(self.notes._replace(decided=tuple(dict.fromkeys((*self.notes.decided, *told)))))
        return True

    def _something_new(self) -> None:
        self._heading("Something new to try")
        while said := self._ask("  As in rituals.walk on=sunday at=15:00-16:30 (Enter for nothing)"):
            try:
                key, *words = shlex.split(said)
                assigned = assignments(words)
            except ValueError:
                click.echo("    A quotation mark has no partner; write it once more.")
                continue
            except Stop as e:
                click.echo(f"    {e.message}")
                continue
            self._edit(lambda of, key=key, assigned=assigned: add_ritual(of.document, of.agreement, key, assigned))  # type: ignore[misc]

    # ── small things, something good, and yes ──

    def _closing(self) -> None:
        self._heading("One small thing each, small enough to be done by next time")
        small = dict(self.notes.small)
        for name in self._names():
            if said := self._ask(f"{name}", small.get(name, "")):
                small[name] = said
                self._keep(self.notes._replace(small=dict(small)))
        self._heading("Something good to end with")
        if said := self._ask("What do you look forward to", " ".join(self.notes.good)):
            self._keep(self.notes._replace(good=(said,)))

    def _agree(self) -> None:
        self._heading("What this changes")
        day = default_day(self.loaded.history, waiting_for(self.loaded), tomorrow(self.settings))
        waits: Stop | None = None
        try:
            agree_on(self.loaded, self.settings, day, (), None)
        except Stop as e:
            waits = e if e.message else None  # a no without more to say is an answer like any other here
        if self.keeps and self.notes != NOTHING:
            click.echo(f"Your notes are in {self.path}.")
        if waits:
            raise waits
