"""`make bench`: planner beside bare imports, yaml2ics and khal on the same twenty weekly rules, as ratios in one run.

Runs each command in turn with the others and takes the best of each, so that a busy machine slows all alike. yaml2ics
and khal live in an environment of their own; its folder is the first argument.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BIN = Path(sys.executable).parent


def agreement() -> str:
    head = (
        '[agreement]\nid = "bench-x7k2"\nstarts = 2027-01-04\ntimezone = "Europe/Berlin"\n'
        '[people.ana]\nname = "Ana"\n[people.ben]\nname = "Ben"\n'
    )
    return head + "".join(
        f'[rituals.r{n}]\ntitle = "Ritual {n}"\non = "{DAYS[n % 7]}"\nat = "{8 + n % 12:02d}:00"\nfor = "45m"\n'
        for n in range(20)
    )


def yaml() -> str:
    return "name: bench\ntimezone: Europe/Berlin\nevents:\n" + "".join(
        f"  - summary: Ritual {n}\n    begin: 2027-01-{4 + n % 7:02d} {8 + n % 12:02d}:00:00\n"
        "    duration: {minutes: 45}\n    repeat:\n      interval: {weeks: 1}\n      until: 2037-01-01\n"
        for n in range(20)
    )


def best(commands: dict[str, list[str]], cwd: Path) -> dict[str, float]:
    """The best time of each command in seconds."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    taken = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(command, cwd=cwd, env=kept, check=True, capture_output=True)
            taken[name] = min(taken[name], time.perf_counter() - started)
    return taken


def main(others: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "agreement.toml").write_text(agreement(), encoding="utf-8")
        (folder / "agreement.yaml").write_text(yaml(), encoding="utf-8")
        (folder / "khal.conf").write_text(
            f"[calendars]\n[[ana]]\npath = {folder}/vdir\n[sqlite]\npath = {folder}/khal.db\n"
            "[locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\ndateformat = %Y-%m-%d\n"
            "longdateformat = %Y-%m-%d\ntimeformat = %H:%M\ndatetimeformat = %Y-%m-%d %H:%M\n"
            "longdatetimeformat = %Y-%m-%d %H:%M\n",
            encoding="utf-8",
        )
        (folder / "vdir").mkdir()
        planner = [str(BIN / "planner"), "--today", "2027-02-01"]
        khal = [str(others / "khal"), "-c", "khal.conf"]
        subprocess.run(
            [*planner, "export", "--for", "ana", "-o", "ana.ics"], cwd=folder, check=True, capture_output=True
        )
        subprocess.run(
            [*khal, "import", "--batch", "-a", "ana", "ana.ics"], cwd=folder, check=True, capture_output=True
        )
        taken = best(
            {
                "import click, tomllib, icalendar": [sys.executable, "-c", "import click, tomllib, icalendar"],
                "planner export": [*planner, "export", "-o", "calendars"],
                "yaml2ics": [str(others / "yaml2ics"), "agreement.yaml"],
                "import click, tomllib, zoneinfo": [sys.executable, "-c", "import click, tomllib, zoneinfo"],
                "planner agenda": [*planner, "agenda"],
                "khal list": [*khal, "list", "2027-02-01", "7d"],
                "planner check": [*planner, "check"],
                "planner month": [*planner, "month"],
            },
            folder,
        )
    for title, base, names in (
        ("writing", "import click, tomllib, icalendar", ("planner export", "yaml2ics")),
        (
            "looking",
            "import click, tomllib, zoneinfo",
            ("planner agenda", "khal list", "planner check", "planner month"),
        ),
    ):
        print(f"{title}: {base} = 1 ({taken[base] * 1000:.0f} ms)")
        for command in names:
            print(f"  {command:<16}{taken[command] / taken[base]:5.2f}   {taken[command] * 1000:4.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
