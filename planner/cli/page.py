"""`planner page`: a page to print, to send, or to keep on a phone."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from planner.balance import week_of
from planner.cli.agreed import has_open_time, held_in, known_holidays, say_unagreed
from planner.cli.common import (
    PROBLEMS,
    REFUSED,
    USAGE,
    Loaded,
    Settings,
    Stop,
    file_argument,
    known_audience,
    load,
    seen_by,
    settings_of,
)
from planner.compiler import compile_versions
from planner.files import FileTroubleError, bytes_of, make_folder, page_template, text_of, write_whole
from planner.series import EVERYONE
from planner.timeline import occurrences

if TYPE_CHECKING:
    from planner.agreement import Ritual
    from planner.open_time import Frame

_PDF_MARK = b"\n% planner page\n"


@click.command("page")
@click.option("--for", "audience", metavar="PERSON|everyone", help="Whose page (default: everyone, what all may see).")
@click.option("-o", "--output", metavar="FILE.html", help="The file, or - (default: page.html beside the agreement).")
@click.option("--pdf", metavar="FILE.pdf", help="Print it into this file, with a Chromium at hand.")
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@file_argument
@settings_of
def page_command(
    settings: Settings, *, audience: str | None, output: str | None, pdf: str | None, opens: bool, file: str | None
) -> None:
    """Write one page: this month and the next, the coming week, the agreement in sentences, the planned time.

    It is one file that needs nothing else: on a screen, on a phone, on a sheet of A4 for the fridge.

    \b
    Example:
      planner page --open
      planner page --for ana -o ana.html --pdf ana.pdf
    """
    if output == "-" and (opens or pdf == "-"):
        raise Stop("planner: -o - prints the page, so there is no file to open; name one with -o", USAGE)
    if pdf == "-":
        raise Stop("planner: --pdf takes the name of a file", USAGE)
    loaded = load(file)
    who = known_audience(loaded, audience) or EVERYONE
    targets = _targets(loaded, who, output, pdf)
    for path in targets.values():
        _let_be(path)
    program = ""
    if pdf is not None:
        from planner.cli.browser import browser

        program = browser()
    html = _html(loaded, who, settings)
    if output == "-":
        click.echo(html, nl=False)
    for kind, path in targets.items():
        if kind == "html":
            _write(path, html.encode())
        else:
            from planner.cli.browser import printed

            _write(path, printed(program, html).rstrip() + _PDF_MARK)
    if opens:
        from planner.cli.browser import show_page

        show_page(targets.get("html") or targets["pdf"])
    say_unagreed(loaded, settings)


def _targets(loaded: Loaded, audience: str, output: str | None, pdf: str | None) -> dict[str, str]:
    """The files to write, by their kind; a PDF alone where nothing else is asked for."""
    targets = {}
    if output is None and pdf is None:
        name = "page.html" if audience == EVERYONE else f"page.{audience}.html"
        targets["html"] = os.path.join(os.path.dirname(loaded.path), name)
    elif output is not None and output != "-":
        targets["html"] = output
    if pdf is not None:
        targets["pdf"] = pdf
    if len({os.path.realpath(path) for path in targets.values()}) < len(targets):
        raise Stop(f"planner: -o and --pdf name the same file, {pdf}; give them two names", USAGE)
    return targets


def _let_be(path: str) -> None:
    """Stop where a file is there that is no page of planner's own."""
    from planner.views.page import is_page

    try:
        data = None if os.path.isdir(path) else bytes_of(path)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    if os.path.isdir(path):
        raise Stop(f"planner: {path} is a folder; name a file in it", USAGE)
    if data and not (data.endswith(_PDF_MARK) or is_page(data.decode(errors="replace"))):
        message = f"planner: {path} is there already and is no page of planner's, so it stays as it is; "
        raise Stop(f"{message}name another file, or move that one away", REFUSED)


def _html(loaded: Loaded, audience: str, settings: Settings) -> str:
    """The page of an audience, made from what that audience sees and nothing else."""
    from planner.views.page import LOOK_BACK, PageTroubleError, page_html, page_of, page_window

    history = seen_by(loaded, audience)
    today = settings.today
    holding = history.alone
    if history.versions:
        from planner.history import agreement_on
        from planner.open_time import placed_as_held

        holding = placed_as_held(history, agreement_on(history, today))
        holding = holding._replace(rituals={**holding.rituals, **history.own})
    first, end = page_window(holding, today)
    found = occurrences(compile_versions(history, audience), first, end)
    agreement = held_in(history, found, first + LOOK_BACK, end)
    if audience != EVERYONE:  # who is new in the file has a page too, with nothing agreed on it yet
        one = {audience: loaded.agreement.people[audience]}
        agreement = agreement._replace(people={**agreement.people, **one})
        holding = holding._replace(people={**holding.people, **one})
    still: list[Frame] = []
    open_time: list[tuple[Ritual, int]] = []
    if has_open_time(history):
        from planner.views.to_place import to_place, unplaced  # few agreements have open time

        still = to_place(history, audience, today, today + timedelta(days=7), today)
        start = week_of(holding, today)
        open_time = unplaced(history, audience, start, start + timedelta(days=28))
    page = page_of(agreement, holding, audience, found, today, known_holidays(agreement, "page"), still, open_time)
    path = page_template(loaded.path)
    try:
        template = text_of(path)
        if template is None:
            raise Stop(f"planner: there is no template {path}", PROBLEMS)
        return page_html(page, template, path)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    except PageTroubleError as e:
        raise Stop(f"planner: {e}", PROBLEMS) from e


def _write(path: str, data: bytes) -> None:
    try:
        before = bytes_of(path)
        if before != data:
            make_folder(os.path.dirname(path) or ".")
            write_whole(path, data)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    click.echo(f"{path}  {'unchanged' if before == data else 'new' if before is None else 'updated'}")
