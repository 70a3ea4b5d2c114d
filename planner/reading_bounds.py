"""Between which days: `starts`, `until` and `trial` of a ritual → its first and last day; days that come every year.

In: a `Table`, what the agreement says of first and last days. Out: days, or None with findings.
"""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

from planner.day_words import read_days
from planner.reading_when import DAY, LONG_LENGTHS, read_some_length
from planner.tables import Table
from planner.words import YearDays, add_length, shown

ENDS = ("starts", "until")


def read_bounds(
    table: Table, agreement_starts: dt.date | None, agreement_until: dt.date | None
) -> tuple[dt.date | None, dt.date | None, dt.date | None]:
    """First day, last day, and the last day of a trial."""
    starts, until = table.day("starts"), table.day("until")
    first = starts if table.has("starts") else agreement_starts
    if starts and agreement_starts and starts < agreement_starts:
        table.wrong(
            "starts",
            "starts-early",
            f"the agreement itself starts on {agreement_starts}; start here on that day or later",
        )
    if starts and agreement_until and starts > agreement_until:
        table.wrong(
            "starts",
            "ends-before-start",
            f"this starts on {starts}, after the agreement ends on {agreement_until}",
        )
    elif until and first and until < first:
        table.wrong("until", "ends-before-start", f"the last day, {until}, lies before {_first(starts, first)}")
    if until and agreement_until and until > agreement_until:
        table.wrong(
            "until",
            "ends-late",
            f"the agreement itself ends on {agreement_until}; this ends with it",
            severity="warning",
        )
    trial = _trial(table, starts, first)
    ends = [day for day in (until, trial, agreement_until) if day]
    return first, min(ends) if ends else None, trial


def _first(starts: dt.date | None, first: dt.date) -> str:
    return f"the first, {first}" if starts else f"the first of the whole agreement, {first}"


def _trial(table: Table, starts: dt.date | None, first: dt.date | None) -> dt.date | None:
    if not table.has("trial"):
        return None
    value = table.raw("trial")
    wanted = 'a length in quotes such as "4 weeks", or a last day such as 2027-01-31,'
    if isinstance(value, dt.date) or (isinstance(value, str) and len(value) == 10 and value[4::3] == "--"):
        day = table.day("trial")
        if day and first and day < first:
            message = f"the trial's last day, {day}, lies before {_first(starts, first)}"
            table.wrong("trial", "ends-before-start", message)
        return day
    length = read_some_length(table, ("trial",), value, wanted, LONG_LENGTHS)
    if length is None:
        return None
    if length.minutes % DAY:
        table.wrong("trial", "unknown-length", 'a trial lasts days, weeks or months: "4 weeks", "3 months"')
        return None
    if length.months > 600 or length.minutes > 600 * 31 * DAY:
        table.wrong("trial", "too-long", "a trial of more than fifty years is no trial; leave it out")
        return None
    return add_length(first, length) - timedelta(days=1) if first else None


# ── days that come every year ────────────────────────────────────────


def is_dated(text: str) -> bool:
    """Whether a text is a date in quotes, of which more is said where dates are read."""
    return text.strip()[:4].isdigit()


def read_yearly(table: Table, year: int, what: str) -> tuple[dt.date, dt.date] | None:
    """The first and last day of what comes every year, as they are in this year; None with findings.

    It may end in the year after. Where one of them is 29 February, it is an earlier year in which there is one.
    """
    starts, until = (_read_day_of_year(table, key, what) for key in ENDS)
    if starts is None or until is None:
        return None
    over = int(until < starts)
    while True:
        try:
            return dt.date(year, *starts), dt.date(year + over, *until)
        except ValueError:
            year -= 1


def _read_day_of_year(table: Table, key: str, what: str) -> tuple[int, int] | None:
    """The month and the day of a day that comes every year, such as "20 december"; None with a finding."""
    text = table.text(key, wanted=f'a day of the year in quotes such as "20 december", at both ends of the {what},')
    days = table.clear((key,), lambda: read_days(text)) if text else None
    if days is None:
        return None
    if not isinstance(days, YearDays) or not days.of_year[0].day:
        message = f'a yearly {what} goes from a day of the year to another, not "{shown(text or "")}"'
        table.wrong(key, "unknown-day", message)
        return None
    return days.of_year[0].month, days.of_year[0].day
