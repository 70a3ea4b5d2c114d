"""A browser at hand: to show a page, or to print it into a PDF file.

In: paths. Out: what a browser shows, or the bytes of a PDF; a `Stop` with the remedy where there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import click

from planner.cli.common import REFUSED, USAGE, Stop
from planner.files import FileTroubleError, bytes_of, write_whole

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_LONGEST = 120


def browser() -> str:
    """The browser that prints: the one $PLANNER_BROWSER names, else a Chromium or one of its kin found here."""
    named = os.environ.get("PLANNER_BROWSER")
    if named:
        found = shutil.which(named)
        if found is None:
            raise Stop(f"planner: $PLANNER_BROWSER is {named}, and there is no such program", USAGE)
        return found
    for name in (*NAMES, *PLACES):
        if found := shutil.which(name):
            return found
    raise Stop(
        "planner: a PDF needs a browser such as Chromium or Chrome, and none is here. Install one, name it in "
        "$PLANNER_BROWSER, or open the HTML page in any browser and print it from there",
        USAGE,
    )


def printed(program: str, html: str) -> bytes:
    """The page as the bytes of a PDF, printed by the browser `program` without a network."""
    with tempfile.TemporaryDirectory(prefix="planner-page-") as folder:
        page, pdf = os.path.join(folder, "page.html"), os.path.join(folder, "page.pdf")
        try:
            write_whole(page, html.encode())
            done = subprocess.run(  # noqa: S603  (the program that the person has, or named)
                [
                    program,
                    "--headless",
                    "--disable-gpu",
                    "--no-first-run",
                    "--no-pdf-header-footer",
                    "--host-resolver-rules=MAP * ~NOTFOUND",
                    f"--user-data-dir={os.path.join(folder, 'profile')}",
                    *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),
                    f"--print-to-pdf={pdf}",
                    Path(page).as_uri(),
                ],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=_LONGEST,
                check=False,
            )
            data = bytes_of(pdf)
        except (OSError, subprocess.TimeoutExpired, FileTroubleError) as e:
            raise Stop(f"planner: {program} did not print the page ({_reason(e)}); {_REMEDY}", REFUSED) from e
        if data is None or not data.startswith(b"%PDF"):
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            said = f"it says: {last[0]}" if last else f"it ended with {done.returncode}"
            raise Stop(f"planner: {program} did not print the page ({said}); {_REMEDY}", REFUSED)
        return data


_REMEDY = "name another browser in $PLANNER_BROWSER, or open the HTML page and print it from there"


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took longer than {_LONGEST} seconds"
    return getattr(error, "strerror", None) or str(error)


def show_page(path: str) -> None:
    """Open a file in the default browser; where there is none to open, say which file it is."""
    import webbrowser

    try:
        opened = webbrowser.open(Path(os.path.abspath(path)).as_uri())
    except webbrowser.Error:
        opened = False
    if not opened:
        click.echo(f"planner: no browser could be opened here; the page is {path}", err=True)
