"""The command line: parse, call, print, exit. The only clock, prompt and echo.

In: arguments and the environment. Out: answers on standard output, problems and progress on standard error, an exit
code. Each command lives in a module of its own, which is imported when it runs; the table below is all that help needs.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any

gc.set_threshold(100_000, 50, 50)  # a command is short: looking for cycles while modules load is time for nothing

import click  # noqa: E402

from planner.cli.common import REFUSED, Day, Settings, Stop  # noqa: E402

_BEGIN = "To begin with"
_LOOK = "Look"
_PUBLISH = "Take it into calendars"
_SYNC = "Keep calendars in step"
_CHANGE = "Change the file"
_AGREE = "Agree on it"
_TOOLS = "Editors and shells"

COMMANDS: dict[str, tuple[str, str, str]] = {
    "init": (_BEGIN, "init", "Write a new agreement from a template."),
    "check": (_BEGIN, "check", "Find every problem, clash and thing to know."),
    "export": (_BEGIN, "export", "Write calendar files (.ics)."),
    "show": (_LOOK, "show", "The agreement in plain sentences."),
    "agenda": (_LOOK, "agenda", "What happens, day by day."),
    "month": (_LOOK, "month", "A month as a grid."),
    "page": (_LOOK, "page", "A page to print or to keep on a phone."),
    "balance": (_LOOK, "balance", "The planned hours of each, own and together."),
    "prompts": (_LOOK, "prompts", "What to talk about on a day."),
    "suggest": (_LOOK, "suggest", "Free time for a new ritual, for everyone who takes part."),
    "connect": (_SYNC, "connect", "A calendar on a server, for one of you or for everyone."),
    "sync": (_SYNC, "sync", "Bring the calendars in step with what you agreed."),
    "pull": (_SYNC, "pull", "Take what was changed in a calendar app into the file."),
    "remove": (_SYNC, "remove", "Take everything of this agreement out of a calendar."),
    "doctor": (_SYNC, "doctor", "Look at a connection step by step."),
    "edit": (_CHANGE, "edit", "Open the file in your editor, checked before it is saved."),
    "watch": (_CHANGE, "watch", "Check and export again on each save."),
    "add": (_CHANGE, "edits", "Write a new ritual."),
    "revise": (_CHANGE, "edits", "Change something in the file."),
    "skip": (_CHANGE, "edits", "Leave out single dates."),
    "move": (_CHANGE, "edits", "Move one occurrence."),
    "place": (_CHANGE, "edits", "Give time whose day is open its day."),
    "pause": (_CHANGE, "edits", "Rest from some or all of it for a while."),
    "resume": (_CHANGE, "edits", "End a pause."),
    "diff": (_AGREE, "history", "What the file changes of what is agreed."),
    "agree": (_AGREE, "agree", "Let what the file changes take effect from a day on."),
    "history": (_AGREE, "history", "The agreed versions."),
    "review": (_AGREE, "review", "A calm half hour together, step by step."),
    "end": (_AGREE, "end", "Let what is shared end, by one person's word."),
    "schema": (_TOOLS, "schema", "What editors need to complete and explain the file."),
    "completion": (_TOOLS, "completion", "What a shell needs to complete commands."),
}
"""Command → its group in the help, its module, one line."""


class Planner(click.Group):
    """The group of all commands, imported one by one; nothing that goes wrong ever shows a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; with what completes its words, where a shell asks for that."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"planner.cli.{COMMANDS[cmd_name][1]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        if ctx.resilient_parsing:
            from planner.cli.completing import with_suggestions

            return with_suggestions(cmd_name, command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name; a mistyped one with the nearest there is."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from planner.problems import nearest

            near = nearest(args[0], COMMANDS)
            hint = f'did you mean "{near}"?' if near else "`planner --help` lists them"
            raise click.UsageError(f'there is no command "{args[0]}"; {hint}', ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands by group."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, (group, _, line) in COMMANDS.items():
            groups.setdefault(group, []).append((name, line))
        for group, rows in groups.items():
            with formatter.section(group):
                formatter.write_dl(rows)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """What stands before the command, read; what is not clear there is said as everywhere."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise _misused(error) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; one that is stopped and has not said more of it ends with 3, as every other does."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _misused(error) from error
        except (click.Abort, KeyboardInterrupt, EOFError):
            raise Stop("\nplanner: stopped", REFUSED) from None

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, and turn whatever was not foreseen into one honest line."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        if "_PLANNER_COMPLETE" in os.environ:
            from click.shell_completion import add_completion_class

            from planner.cli.completing import Bash

            add_completion_class(Bash)
        try:
            return super().main(*args, **extra)
        except Exception as error:
            if os.environ.get("PLANNER_DEBUG"):
                raise
            click.echo(
                f"planner: this should not have happened ({type(error).__name__}: {error}). "
                "With PLANNER_DEBUG=1 it shows where; please report it.",
                err=True,
            )
            sys.exit(70)


def _misused(error: click.UsageError) -> Stop:
    """What is not clear in a command line: how the command is called, where more is said of it, and what it is."""
    lines = []
    if error.ctx is not None:
        lines = [error.ctx.get_usage(), f"`{error.ctx.command_path} --help` says more.", ""]
    said = error.format_message().rstrip(".")
    return Stop("\n".join([*lines, f"planner: {said[:1].lower()}{said[1:]}"]), error.exit_code)


@click.group(
    cls=Planner,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False),
    envvar="PLANNER_CONFIG",
    help="Settings file of this machine.",
)
@click.option("--today", type=Day(), envvar="PLANNER_TODAY", help="Count from this day instead of today.")
@click.version_option(package_name="planner", message="planner %(version)s")
@click.pass_context
def main(ctx: click.Context, config: str | None, today: Any) -> None:
    """A plain-text calendar and ritual planner.

    Two people (or more) write down what they agreed in one file; planner turns it into the calendars they already use.

    \b
    Example:
      planner init --template weekly-rhythm
      planner check
      planner export
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    ctx.obj = Settings(config, today)
    if ctx.invoked_subcommand is None:
        click.echo(_welcome())


def _welcome() -> str:
    first = "\n".join(f"  planner {name:<8}{COMMANDS[name][2]}" for name in COMMANDS if COMMANDS[name][0] == _BEGIN)
    rest: dict[str, list[str]] = {}
    for name, (group, _, _line) in COMMANDS.items():
        if group != _BEGIN:
            rest.setdefault(group, []).append(name)
    width = max(map(len, rest)) + 2
    others = "\n".join(f"  {group:<{width}}{', '.join(names)}" for group, names in rest.items())
    return (
        "planner keeps what you two agreed in one plain file, and puts it into your calendars.\n\n"
        f"{_BEGIN}:\n{first}\n\nAnd then:\n{others}\n\n"
        "`planner COMMAND --help` says more, with an example."
    )


__all__ = ["COMMANDS", "Stop", "main"]
