"""How servers rewrite an object before they store it: each way under a name, none of them a change of meaning.

In: iCalendar text, the names of the ways, and what the server knows (its clock and counters). Out: other text.
It works on content lines (RFC 5545, section 3.1) and not with a calendar library, so as not to share its mistakes.
What a server drops (colours, categories, relations) is a loss, of course; the occurrences stay what they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Line:
    """A content line; `params` as written, with its leading semicolon."""

    name: str
    params: str
    value: str


@dataclass
class Component:
    """A component, with its lines and inner components in order. Names are in capitals."""

    name: str
    lines: list[Line] = field(default_factory=list)
    inner: list[Component] = field(default_factory=list)

    def first(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.name == name), None)

    def drop(self, *names: str) -> None:
        self.lines = [line for line in self.lines if line.name not in names]

    def set(self, name: str, value: str) -> None:
        self.drop(name)
        self.lines.append(Line(name, "", value))

    def all(self, name: str) -> list[Component]:
        return [component for component in self.inner if component.name == name]

    def walk(self) -> Iterator[Component]:
        yield self
        for component in self.inner:
            yield from component.walk()


@dataclass(frozen=True)
class Known:
    """What the server knows about the object it stores; times as iCalendar has them, in UTC."""

    now: str
    created: str
    revision: int


def parse(text: str) -> Component:
    """The VCALENDAR of this text, or ValueError."""
    stack = [Component("")]
    for row in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        if not row.strip():
            continue
        parts = re.fullmatch(r'([\w-]+)((?:;[\w-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', row)
        if not parts:
            raise ValueError(f"no content line: {row!r}")
        line = Line(parts[1].upper(), parts[2], parts[3])
        if line.name == "BEGIN":
            component = Component(line.value.upper())
            stack[-1].inner.append(component)
            stack.append(component)
        elif line.name == "END":
            if stack.pop().name != line.value.upper() or not stack:
                raise ValueError(f"END:{line.value} ends nothing")
        else:
            stack[-1].lines.append(line)
    if len(stack) != 1 or [component.name for component in stack[0].inner] != ["VCALENDAR"]:
        raise ValueError("not one whole VCALENDAR")
    return stack[0].inner[0]


def render(component: Component, width: int = 75) -> str:
    """Text with CRLF, folded at this many octets."""
    rows = [f"BEGIN:{component.name}"]
    rows += [f"{line.name}{line.params}:{line.value}" for line in component.lines]
    text = "".join(f"{fold(row, width)}\r\n" for row in rows)
    text += "".join(render(inner, width) for inner in component.inner)
    return f"{text}END:{component.name}\r\n"


def fold(row: str, width: int) -> str:
    folded, octets = "", 0
    for letter in row:
        size = len(letter.encode())
        if octets + size > width:
            folded, octets = folded + "\r\n ", 1
        folded, octets = folded + letter, octets + size
    return folded


Way = Callable[[Component, Known], None]


def dropping(*names: str) -> Way:
    def way(calendar: Component, known: Known) -> None:
        for component in calendar.walk():
            component.drop(*names)

    return way


def drops_x(calendar: Component, known: Known) -> None:
    for component in calendar.walk():
        component.lines = [line for line in component.lines if not line.name.startswith("X-")]


def own_prodid(calendar: Component, known: Known) -> None:
    calendar.set("PRODID", "-//Strict//Calendar 70.9054//EN")


def own_stamps(calendar: Component, known: Known) -> None:
    for event in calendar.all("VEVENT"):
        event.set("DTSTAMP", known.now)
        event.set("CREATED", known.created)
        event.set("LAST-MODIFIED", known.now)


def own_sequence(calendar: Component, known: Known) -> None:
    for event in calendar.all("VEVENT"):
        event.set("SEQUENCE", str(known.revision))


def drops_timezone(calendar: Component, known: Known) -> None:
    calendar.inner = [component for component in calendar.inner if component.name != "VTIMEZONE"]


def own_timezone(calendar: Component, known: Known) -> None:
    """Puts a VTIMEZONE of two yearly rules, as the zone is in 2026, in place of each that was given."""
    for n, component in enumerate(calendar.inner):
        tzid = component.first("TZID")
        if component.name == "VTIMEZONE" and tzid:
            calendar.inner[n] = timezone(tzid.value)


def timezone(tzid: str) -> Component:
    zone = ZoneInfo(tzid)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(365 * 24)]
    made = Component("VTIMEZONE", [Line("TZID", "", tzid), Line("X-LIC-LOCATION", "", tzid)])
    for before, after in pairwise(hours):
        old, new = before.astimezone(zone), after.astimezone(zone)
        if old.utcoffset() != new.utcoffset():
            onset = (after + old.utcoffset()).replace(tzinfo=None)
            is_last = (onset + timedelta(days=7)).month != onset.month
            week = -1 if is_last else (onset.day - 1) // 7 + 1
            day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][onset.weekday()]
            rule = f"FREQ=YEARLY;BYMONTH={onset.month};BYDAY={week}{day}"
            made.inner.append(observance("DAYLIGHT" if new.dst() else "STANDARD", onset, old, new, rule))
    if not made.inner:
        here = hours[0].astimezone(zone)
        made.inner.append(observance("STANDARD", datetime(1970, 1, 1), here, here, None))  # noqa: DTZ001
    return made


def observance(name: str, onset: datetime, old: datetime, new: datetime, rule: str | None) -> Component:
    start = first_onset(onset, rule) if rule else onset
    lines = [
        Line("TZOFFSETFROM", "", f"{old:%z}"),
        Line("TZOFFSETTO", "", f"{new:%z}"),
        Line("TZNAME", "", new.tzname() or name),
        Line("DTSTART", "", f"{start:%Y%m%dT%H%M%S}"),
    ]
    return Component(name, lines + ([Line("RRULE", "", rule)] if rule else []))


def first_onset(onset: datetime, rule: str) -> datetime:
    """The onset of 1970, as most servers write it."""
    from dateutil.rrule import rrulestr

    return rrulestr(rule, dtstart=onset.replace(year=1970, month=1, day=1))[0]


def splits_categories(calendar: Component, known: Known) -> None:
    split(calendar, "CATEGORIES")


def splits_exdates(calendar: Component, known: Known) -> None:
    split(calendar, "EXDATE")


def split(calendar: Component, name: str) -> None:
    for event in calendar.all("VEVENT"):
        event.lines = [
            replace(line, value=value)
            for line in event.lines
            for value in (re.split(r"(?<!\\),", line.value) if line.name == name else [line.value])
        ]


def merges_exdates(calendar: Component, known: Known) -> None:
    for event in calendar.all("VEVENT"):
        merged: dict[str, list[str]] = {}
        for line in event.lines:
            if line.name == "EXDATE":
                merged.setdefault(line.params, []).extend(line.value.split(","))
        event.drop("EXDATE")
        event.lines += [Line("EXDATE", params, ",".join(sorted(values))) for params, values in merged.items()]


def moves_trigger(calendar: Component, known: Known) -> None:
    """-PT1H becomes -P0DT1H0M0S, and -PT90M becomes -P0DT1H30M0S; days stay days."""
    for alarm in alarms(calendar):
        alarm.lines = [respelled(line) if line.name == "TRIGGER" else line for line in alarm.lines]


def respelled(trigger: Line) -> Line:
    form = r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
    found = re.fullmatch(form, trigger.value)
    if not found:
        return trigger
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    seconds += hours * 3600 + minutes * 60
    clock = f"{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}S"
    params = trigger.params if "RELATED" in trigger.params.upper() else f"{trigger.params};RELATED=START"
    return Line("TRIGGER", params, f"{found[1]}P{weeks * 7 + days}DT{clock}")


def alarm_text(calendar: Component, known: Known) -> None:
    for alarm in alarms(calendar):
        action = alarm.first("ACTION")
        if action and action.value == "DISPLAY":
            alarm.set("DESCRIPTION", "This is an event reminder")


def alarms(calendar: Component) -> list[Component]:
    return [alarm for event in calendar.all("VEVENT") for alarm in event.all("VALARM")]


def adds_none_alarm(calendar: Component, known: Known) -> None:
    """The alarm that rings never, by which a client says that it wants no default one."""
    lines = [Line("ACTION", "", "NONE"), Line("TRIGGER", ";VALUE=DATE-TIME", "19760401T005545Z")]
    for event in calendar.all("VEVENT"):
        if not event.all("VALARM"):
            event.inner.append(Component("VALARM", list(lines)))


def adds_default_alarm(calendar: Component, known: Known) -> None:
    """Half an hour before, to each event that came without an alarm."""
    lines = [
        Line("ACTION", "", "DISPLAY"),
        Line("DESCRIPTION", "", "This is an event reminder"),
        Line("TRIGGER", "", "-P0DT0H30M0S"),
    ]
    for event in calendar.all("VEVENT"):
        if not event.all("VALARM"):
            event.inner.append(Component("VALARM", list(lines)))


def drops_opaque(calendar: Component, known: Known) -> None:
    for event in calendar.all("VEVENT"):
        event.lines = [line for line in event.lines if (line.name, line.value.upper()) != ("TRANSP", "OPAQUE")]


def adds_defaults(calendar: Component, known: Known) -> None:
    """What an event means without these: STATUS:CONFIRMED, TRANSP:OPAQUE, CLASS:PUBLIC."""
    for event in calendar.all("VEVENT"):
        for name, value in (("STATUS", "CONFIRMED"), ("TRANSP", "OPAQUE"), ("CLASS", "PUBLIC")):
            if not event.first(name):
                event.set(name, value)


def reorders_rrule(calendar: Component, known: Known) -> None:
    """The parts after FREQ backwards, and so the days of BYDAY."""

    def other(line: Line) -> Line:
        first, *parts = (part.partition("=") for part in line.value.split(";"))
        turned = [(key, ",".join(reversed(value.split(",")))) for key, _, value in reversed(parts)]
        return replace(line, value=";".join(["=".join([first[0], first[2]]), *("=".join(pair) for pair in turned)]))

    for event in calendar.all("VEVENT"):
        event.lines = [other(line) if line.name == "RRULE" else line for line in event.lines]


def spells_out_rrule(calendar: Component, known: Known) -> None:
    """INTERVAL=1 and WKST=MO, where they were left to be understood."""
    for event in calendar.all("VEVENT"):
        for n, line in enumerate(event.lines):
            if line.name == "RRULE":
                added = [part for part in ("INTERVAL=1", "WKST=MO") if part.split("=")[0] not in line.value]
                event.lines[n] = replace(line, value=";".join([line.value, *added]))


def reverses_overrides(calendar: Component, known: Known) -> None:
    calendar.inner.reverse()


def reorders_properties(calendar: Component, known: Known) -> None:
    for component in calendar.walk():
        component.lines.sort(key=lambda line: line.name, reverse=True)


# In the order in which they are applied: what drops comes first, what reorders last.
WAYS: dict[str, Way] = {
    "drops_x": drops_x,
    "drops_color": dropping("COLOR"),
    "drops_related_to": dropping("RELATED-TO"),
    "drops_categories": dropping("CATEGORIES"),
    "drops_opaque": drops_opaque,
    "drops_timezone": drops_timezone,
    "own_timezone": own_timezone,
    "own_prodid": own_prodid,
    "own_stamps": own_stamps,
    "own_sequence": own_sequence,
    "adds_defaults": adds_defaults,
    "splits_categories": splits_categories,
    "splits_exdates": splits_exdates,
    "merges_exdates": merges_exdates,
    "moves_trigger": moves_trigger,
    "alarm_text": alarm_text,
    "adds_none_alarm": adds_none_alarm,
    "adds_default_alarm": adds_default_alarm,
    "spells_out_rrule": spells_out_rrule,
    "reorders_rrule": reorders_rrule,
    "reverses_overrides": reverses_overrides,
    "reorders_properties": reorders_properties,
}


def rewrite(text: str, quirks: frozenset[str], known: Known) -> str:
    """The object as a server with these quirks stores it; "refolds" is one too. Without any, the text itself."""
    ways = [way for name, way in WAYS.items() if name in quirks]
    if not ways and "refolds" not in quirks:
        return text
    calendar = parse(text)
    for way in ways:
        way(calendar, known)
    return render(calendar, 44 if "refolds" in quirks else 75)
