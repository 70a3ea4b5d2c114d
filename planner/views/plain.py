"""What happens, as plain lines for a screen reader or a small device: no columns, no signs, no colours.

In: an `Agreement`, its occurrences, what rests. Out: text, a heading for each day and a sentence for each occurrence.
No file, no clock and no terminal enter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from planner.agreement import Agreement
from planner.recurrence import ONE_DAY
from planner.saying import last_day, say_date, say_zone, weekday_name
from planner.timeline import Occurrence
from planner.views.agenda import clock


def plain_days(
    agreement: Agreement,
    found: Sequence[Occurrence],
    first: date,
    end: date,
    *,
    today: date | None = None,
    zones: Sequence[str] = (),
    holidays: Mapping[date, str] | None = None,
) -> str:
    """The days first ≤ day < end on which something happens, each with its occurrences; one over days on each of them.

    With `zones`, times are said by the clocks of each of them.
    """
    lines: list[str] = []
    day = first
    while day < end:
        those = [o for o in found if o.day <= day <= last_day(o)]
        named = (holidays or {}).get(day, "")
        if those or named or day == today:
            words = [say_date(day), "today" if day == today else "", named]
            lines += [*([""] if lines else []), f"{', '.join(filter(None, words))}:"]
            lines += [_sentence(agreement, o, day, zones) for o in those] or ["Nothing planned."]
        day += ONE_DAY
    return "\n".join(lines)


def _sentence(agreement: Agreement, o: Occurrence, day: date, zones: Sequence[str]) -> str:
    parts = [o.look.summary, f"with {agreement.names(o.who)}" if len(o.who) > 1 else agreement.names(o.who)]
    parts += [word for word, shown in (("moved", o.moved), ("if needed", o.look.tentative)) if shown]
    if o.look.location:
        parts.append(f"place: {o.look.location}")
    return f"{_when(agreement, o, day, zones)}: {', '.join(' '.join(part.split()) for part in parts)}."


def _when(agreement: Agreement, o: Occurrence, day: date, zones: Sequence[str]) -> str:
    end = last_day(o)
    if day > o.day:
        return "Goes on" if day < end else "Last day"
    if not isinstance(o.start, datetime):
        return "All day" if end == o.day else f"All day, until {weekday_name(end.weekday())} {end.day}"
    if zones:
        said = [f"{clock(o, zone, o.day).replace('–', ' to ')} {say_zone(zone)}" for zone in zones]
        return f"{said[0]} ({', '.join(said[1:])})" if said[1:] else said[0]
    away = "" if o.timezone == agreement.timezone else f" {say_zone(o.timezone)}"
    return f"{clock(o, o.timezone, o.day).replace('–', ' to ')}{away}"
