"""What only the dates of an agreement can tell: a list of functions, Agreement → findings.

In: an `Agreement`, the document's values (for places), a window of dates. Out: findings. `ERRORS` are what no calendar
can be made from; `NOTICES` are things to look at or to know. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from planner.agreement import Agreement, History, Ritual
from planner.problems import ERROR, NOTE, WARNING, Finding
from planner.recurrence import ONE_DAY, days, first_on_or_after, month_length, period, places, shifted, skips_periods
from planner.saying import listed, month_name, say_date
from planner.strands import Strand, count, say_nearest, strands
from planner.timeline import Clocks, instant
from planner.words import Dates, Timed, say_clock, say_length
from planner.zones import zone


class Examined:
    """An agreement under examination, its values as written, and the twelve months to look at."""

    def __init__(
        self,
        agreement: Agreement,
        values: dict[str, Any],
        first: date,
        end: date,
        history: History | None = None,
        today: date | None = None,
    ) -> None:
        self.agreement = agreement
        self.values = values
        self.first = first
        self.end = end
        self.history = history
        self.today = today or first

    @cached_property
    def strands(self) -> dict[str, list[Strand]]:
        """The strands of each ritual, without turns."""
        weeks = self.agreement.week_starts
        return {path: strands(r, weeks, by_turn=False) for path, r in self.agreement.rituals.items()}

    def dates(self, ritual: Ritual) -> list[Strand]:
        """The strands that a single date of a ritual may mean: the file's, and those of the versions in force."""
        if self.history is None or not self.history.versions:
            return self.strands[ritual.path]
        from planner.history import dates_of

        return dates_of(self.history, ritual)

    def written(self, ritual: Ritual, key: str) -> Any:
        """The value of a ritual's key as it stands in the file."""
        table, name = ritual.path.split(".", 1)
        return None if ritual.program else self.values[table][name].get(key)


def _at(ritual: Ritual, *below: str | int) -> tuple[str | int, ...]:
    table, name = ritual.path.split(".", 1)
    return (table, name.partition(".")[0]) if ritual.program else (table, name, *below)


# ── errors ───────────────────────────────────────────────────────────


def turns_come_round(examined: Examined) -> Iterator[Finding]:
    """Turns are counted by occurrence, so each month (week, year) must have the same number of them."""
    for ritual in examined.agreement.rituals.values():
        if not ritual.turns or ritual.follows or any(isinstance(s.days, Dates) for s in ritual.slots):
            continue
        counted = count(ritual, examined.agreement.week_starts)
        if counted is None or places([rule for rule, _ in counted.singles]) is not None:
            continue
        if any(skips_periods(rule) for rule, _ in counted.singles):
            what = 'some months (or years) lack its day, so turns would drift; write "last" instead, or a day up to 28'
        else:
            what = "its days can fall together or change places from month to month; name days that keep their order"
        yield Finding(
            _at(ritual, "hosts" if ritual.hosting else "turns"),
            "turns-drift",
            f"turns need a steady rule: {what}",
        )


def skips_and_changes_hit(examined: Examined) -> Iterator[Finding]:
    """A skip or a change on a date without an occurrence is a typo."""
    for ritual in examined.agreement.rituals.values():
        if not ritual.skip and not ritual.changes:
            continue
        parts = [strand for strand in examined.dates(ritual) if not strand.placed]
        leader = examined.agreement.rituals.get(ritual.follows or "")
        theirs = {*leader.skip, *(c.on for c in leader.changes)} if leader else set()
        for key, dated in (("skip", ritual.skip), ("changes", tuple(c.on for c in ritual.changes))):
            for day in dated:
                if day not in theirs and not any(s.has_day(day) for s in parts):
                    message = f"nothing happens on {say_date(day)}; {say_nearest(parts, day)}"
                    if ritual.open_time:
                        message = "open time has no days by a rule to skip or to change; see `placed`, or write a pause"
                    yield Finding(_place_of(examined, ritual, key, day), f"{key}-nothing", message)


def _place_of(examined: Examined, ritual: Ritual, key: str, day: date) -> tuple[str | int, ...]:
    written = examined.written(ritual, key)
    if not isinstance(written, list):
        return _at(ritual, key, "on") if key == "changes" else _at(ritual, key)
    for n, item in enumerate(written):
        if item == day:
            return _at(ritual, key, n)
        if isinstance(item, dict) and item.get("on") == day:
            return _at(ritual, key, n, "on")
    return _at(ritual, key)


def check_ins_fit(examined: Examined) -> Iterator[Finding]:
    """A check-in lies within its block, in each of its lengths, and on a day that a rule can name."""
    for ritual in examined.agreement.rituals.values():
        for n, check_in in enumerate(ritual.check_ins):
            written = examined.written(ritual, "check_in")
            place = _at(ritual, "check_in", n) if isinstance(written, list) else _at(ritual, "check_in")
            key = "after" if check_in.after is not None else "before_end"
            times = {s.time: None for s in examined.strands[ritual.path] if isinstance(s.time, Timed)}
            if ritual.open_time:
                lengths = ritual.ladder.steps if ritual.ladder else (ritual.open_time.length,)
                times |= {Timed(0, length): None for length in lengths}
            elif ritual.ladder and not ritual.ladder.by_date:
                times |= {Timed(t.start, length): None for t in list(times) for length in ritual.ladder.steps}
            for change in ritual.changes:
                if change.length or change.start is not None:
                    times |= {
                        Timed(t.start if change.start is None else change.start, change.length or t.length): None
                        for t in list(times)
                    }
            for time in times:
                inner = check_in.within(time)
                if inner.start < time.start or inner.start + inner.length > time.start + time.length:
                    shortest = min(t.length for t in times)
                    message = (
                        f"the check-in does not fit into a block of {say_length(shortest)}; move it, or make it shorter"
                    )
                    yield Finding((*place, key), "check-in-outside", message)
                    break
            else:
                by = max((check_in.within(t).start // 1440 for t in times), default=0)
                if by and any(s.rule and shifted(s.rule, by) is None for s in examined.strands[ritual.path]):
                    yield Finding(
                        (*place, key),
                        "check-in-past-midnight",
                        "the check-in falls on the day after, which calendars cannot say for a day of the month; "
                        "move it before midnight",
                    )


def holidays_are_known(examined: Examined) -> Iterator[Finding]:
    """Where rituals rest on public holidays, these have to be known."""
    agreement = examined.agreement
    resting = [r for r in agreement.rituals.values() if r.on_holidays == "skip"]
    if agreement.holidays is None:
        for ritual in resting:
            message = 'on which holidays? write [holidays] with country = "DE", for example'
            yield Finding(_at(ritual, "on_holidays"), "no-holidays", message)
    elif resting and (unknown := _unknown_holidays(agreement)):
        yield unknown


def _unknown_holidays(agreement: Agreement, severity: str = ERROR) -> Finding | None:
    from planner.free_days import HolidaysUnknown, holidays_of  # few agreements speak of holidays

    try:
        holidays_of(agreement)
    except HolidaysUnknown as e:
        return Finding(("holidays", e.key), e.code, str(e), severity)
    return None


# ── notices ──────────────────────────────────────────────────────────


def every_ritual_happens(examined: Examined) -> Iterator[Finding]:
    """A ritual without a single date is most likely not what was meant."""
    for ritual in examined.agreement.rituals.values():
        if any(_happening(ritual, strand) for strand in examined.strands[ritual.path]):
            continue
        if ritual.open_time and _has_days(examined.agreement, ritual):
            continue
        if ritual.not_in or ritual.only_in:
            key = "not_in" if examined.strands[ritual.path] else "only_in"
            message = "this never happens: it has no such day in these seasons"
            if key == "not_in":
                message = "this never happens: all its days lie in seasons in which it rests"
            yield Finding(_at(ritual, key), "never", message, WARNING)
            continue
        span = f"between {ritual.starts} and {ritual.until}" if ritual.until else f"from {ritual.starts} on"
        yield Finding(_at(ritual), "never", f"this never happens: there is no such day {span}", WARNING, "key")


def _has_days(agreement: Agreement, ritual: Ritual) -> bool:
    """Whether open time has any day on which it could be."""
    from planner.checks_open import has_days

    return has_days(agreement, ritual)


def _happening(ritual: Ritual, strand: Strand) -> bool:
    """Whether a strand has a date outside the seasons in which the ritual rests."""
    spans = sorted(span for season in ritual.not_in for span in season.spans)
    day = strand.first
    end = day + timedelta(days=366 * 9)
    for first, last in spans:
        if next(strand.days(day, first), None):
            return True
        day = max(day, last + ONE_DAY)
    return next(strand.days(day, max(day, end)), None) is not None


def every_season_is_used(examined: Examined) -> Iterator[Finding]:
    """A season that no ritual names does nothing."""
    rituals = examined.agreement.rituals.values()
    used = {s.key for r in rituals for s in (*r.not_in, *r.only_in, *(one.season for one in r.in_season))}
    for season in examined.agreement.seasons:
        if season.key not in used:
            message = f'no ritual speaks of this season yet; write not_in = "{season.key}" in one, or `only_in`'
            yield Finding(("seasons", season.key), "season-unused", message, NOTE, "key")


def every_stay_counts(examined: Examined) -> Iterator[Finding]:
    """A stay during which nothing goes by its clocks does nothing."""
    used = {stay for ritual in examined.agreement.rituals.values() for stay in ritual.stays}
    for stay in examined.agreement.stays:
        if stay not in used:
            whose = examined.agreement.names(stay.who)
            message = f"nothing is {whose}'s alone and goes by a time of day, so no clock changes for this stay"
            written = examined.values["stays"]
            n = next((n for n, one in enumerate(written) if one.get("starts") == stay.starts), 0)
            yield Finding(("stays", n), "stay-unused", message, NOTE, "key")


def moves_stand_alone(examined: Examined) -> Iterator[Finding]:
    """An occurrence moved onto a day that has one already."""
    for ritual in examined.agreement.rituals.values():
        for change in () if ritual.follows else ritual.changes:
            day = change.moved_to
            if day and day != change.on and any(s.has_day(day) for s in examined.strands[ritual.path]):
                other = next((c for c in ritual.changes if c.on == day and c.moved_to), None)
                if other is None and day not in ritual.skip:
                    yield Finding(
                        _place_of(examined, ritual, "changes", change.on),
                        "moved-onto",
                        f"moved to {say_date(day)}, which has one already; skip that one, or choose another day",
                        WARNING,
                    )


def skipped_months(examined: Examined) -> Iterator[Finding]:
    """Months (and years) of the next year that lack a ritual's day."""
    for ritual in examined.agreement.rituals.values():
        counted = count(ritual, examined.agreement.week_starts)
        for rule, _ in counted.singles if counted else ():
            if rule.freq not in ("MONTHLY", "YEARLY") or not skips_periods(rule):
                continue
            first, end = max(examined.first, ritual.starts), examined.end
            if ritual.until:
                end = min(end, ritual.until + ONE_DAY)
            lacking = []
            month = first.replace(day=1)
            while month < end:
                last = month.replace(day=month_length(month.year, month.month))
                in_phase = (period(rule, month) - period(rule, rule.anchor)) % rule.interval == 0
                if rule.freq == "MONTHLY" and in_phase and next(days(rule, month, last + ONE_DAY), None) is None:
                    lacking.append(f"{month_name(month.month)} {month.year}")
                month = last + ONE_DAY
            if rule.freq == "YEARLY" and next(days(rule, first, end), None) is None:
                upcoming = first_on_or_after(rule, first)
                lacking.append(
                    f"{first.year} and after: the next is on {say_date(upcoming)}" if upcoming else str(first.year)
                )
            if lacking:
                message = f"some months lack this day; the next twelve months go without it in {listed(lacking)}"
                if rule.freq == "YEARLY":
                    message = f"some years lack this day; there is none in {listed(lacking)}"
                yield Finding(
                    _at(ritual, "on" if examined.written(ritual, "on") else "at"),
                    "skipped-months",
                    message,
                    NOTE,
                )


def changes_of_clocks(examined: Examined) -> Iterator[Finding]:
    """Occurrences that start in an hour the clocks leave out, or that are under way while the clocks change."""
    changing: dict[str, list[date]] = {}
    for ritual in examined.agreement.rituals.values():
        for name in {ritual.timezone, *(stay.timezone for stay in ritual.stays)} - changing.keys():
            clocks = Clocks(name)
            window = range(examined.first.toordinal() - 1, examined.end.toordinal())
            changing[name] = [date.fromordinal(n) for n in window if clocks.changes_on(n)]
        for strand in examined.strands[ritual.path]:
            where = strand.timezone or ritual.timezone
            if not isinstance(strand.time, Timed):
                continue
            for day in changing[where]:
                for on in strand.days(max(examined.first, day - ONE_DAY), day + ONE_DAY):
                    if on in ritual.skip:
                        continue
                    if message := _clock_change(on, strand.time, zone(where)):
                        yield Finding(_at(ritual, "at"), "clock-change", message, NOTE)


def _clock_change(on: date, time: Timed, where: Any) -> str | None:
    start = instant(on, time.start, where)
    shown = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(minutes=time.start)
    if (start.hour, start.minute) != (shown.hour, shown.minute):
        return f"on {say_date(on)} the clocks leave out {say_clock(time.start)}; that day it starts at {start:%H:%M}"
    first, second = (shown.replace(tzinfo=where, fold=fold).utcoffset() for fold in (0, 1))
    if first != second:
        return f"on {say_date(on)} the clocks show {say_clock(time.start)} twice; it means the first time"
    end = instant(on, time.start + time.length, where)
    real = int((end - start.astimezone(UTC)).total_seconds()) // 60
    if real != time.length:
        change = "forward" if real < time.length else "back"
        return (
            f"on {say_date(on)} the clocks go {change} while this goes on: it ends at {end:%H:%M} as written, "
            f"{say_length(abs(real - time.length))} {'shorter' if real < time.length else 'longer'}; "
            "some calendars show another end"
        )
    return None


def open_me_blocks(examined: Examined) -> Iterator[Finding]:
    """Me-blocks that leave open whether and how to be in touch, all in one note."""
    opened = [
        r for r in examined.agreement.rituals.values() if r.kind == "me_block" and not r.check_ins and not r.notes
    ]
    if opened:
        titles = listed([f'"{r.title}"' for r in opened])
        one = len(opened) == 1
        yield Finding(
            _at(opened[0]),
            "in-touch",
            f"{titles} {'leaves' if one else 'leave'} open whether and how to be in touch meanwhile; "
            "if you like, say so in `notes`, or with a `check_in`",
            NOTE,
            "key",
        )


def pairs_stay_together(examined: Examined) -> Iterator[Finding]:
    """Where one side of a pair changes and the other does not; a thing to think of."""
    if not examined.agreement.pairs:
        return
    from planner.pairs import alone

    for one in alone(examined.agreement, examined.first, examined.end):
        yield Finding(("pairs", one.pair), "pair-alone", one.sentence, NOTE, "key")


def quiet_notes(examined: Examined) -> Iterator[Finding]:
    """What the next weeks look like, where that may be good to see; each can be written off with its code."""
    from planner.balance import quiet_words  # for `check` alone

    for code, words in quiet_words(History(examined.agreement), examined.first):
        if code not in examined.agreement.quiet:
            yield _dispensable(("agreement",), code, words)


def _dispensable(place: tuple[str | int, ...], code: str, words: str) -> Finding:
    """A quiet note, with how to do without it."""
    return Finding(
        place, code, f'{words}; if that is how you like it, write quiet = ["{code}"] in [agreement]', NOTE, "key"
    )


def hours_at_night(examined: Examined) -> Iterator[Finding]:
    """Shared hours that are deep in the night for somebody who lives by other clocks."""
    agreement = examined.agreement
    if "night-hours" in agreement.quiet or all(p.timezone == agreement.timezone for p in agreement.people.values()):
        return
    from planner.checks_clocks import at_night, other_hours, say_at_night  # few live by several clocks

    for one in at_night(agreement, examined.first, examined.end):
        words = f"{say_at_night(agreement, one)}; `{other_hours(agreement, one)}` looks for other hours"
        yield _dispensable(_at(one.ritual, "at"), "night-hours", words)


def programs_close(examined: Examined) -> Iterator[Finding]:
    """Programmes that end without the review that closes them."""
    if "closing-review" in examined.agreement.quiet or not examined.agreement.programs:
        return
    from planner.checks_programs import say_unreviewed, unreviewed  # few agreements have programmes

    for one in unreviewed(examined.agreement, examined.first):
        if one.other is None:
            yield _dispensable(("programs", one.program.key), "closing-review", say_unreviewed(one))


def _is_any_placed(examined: Examined) -> bool:
    """Whether open time is spoken of; what is said of it is not loaded without need."""
    return any(ritual.placed for ritual in examined.agreement.rituals.values())


def placed_hit(examined: Examined) -> Iterator[Finding]:
    """What is placed where nothing is open is a typo."""
    if not _is_any_placed(examined):
        return
    from planner.checks_open import placed_astray

    yield from placed_astray(examined.history or History(examined.agreement), examined.values)


def placed_well(examined: Examined) -> Iterator[Finding]:
    """What is placed while it rests, and more of it than it says."""
    if not _is_any_placed(examined):
        return
    from planner.checks_open import placed_beyond, placed_in_rest

    yield from placed_in_rest(examined.agreement, examined.values, examined.first)
    yield from placed_beyond(examined.agreement, examined.values, examined.first, examined.end)


def holidays_to_show(examined: Examined) -> Iterator[Finding]:
    """Holidays that nothing rests on, and that the month cannot name."""
    resting = any(r.on_holidays == "skip" for r in examined.agreement.rituals.values())
    if examined.agreement.holidays and not resting and (unknown := _unknown_holidays(examined.agreement, WARNING)):
        yield unknown


def the_past_that_is_shown(examined: Examined) -> Iterator[Finding]:
    """What is shared more than when it was agreed, and so with its past."""
    if examined.history is not None and examined.history.versions:
        from planner.revealing import revealed_since_agreed  # without versions nobody waits for it

        for path, words in revealed_since_agreed(examined.history, examined.today).items():
            yield Finding(_at(examined.agreement.rituals[path], "share"), "past-shown", words, NOTE)


ERRORS = (turns_come_round, skips_and_changes_hit, placed_hit, check_ins_fit, holidays_are_known)
NOTICES = (
    every_ritual_happens,
    every_season_is_used,
    every_stay_counts,
    moves_stand_alone,
    placed_well,
    skipped_months,
    changes_of_clocks,
    open_me_blocks,
    pairs_stay_together,
    quiet_notes,
    hours_at_night,
    programs_close,
    holidays_to_show,
    the_past_that_is_shown,
)


def errors(examined: Examined) -> list[Finding]:
    """Everything that keeps calendars from being made."""
    return [finding for check in ERRORS for finding in check(examined)]


def version_errors(examined: Examined) -> list[Finding]:
    """What keeps calendars from being made by an agreed version; its single dates are those of the file."""
    return [finding for check in (turns_come_round, check_ins_fit) for finding in check(examined)]


def notices(examined: Examined) -> list[Finding]:
    """Everything to look at, and to know."""
    found = [finding for check in NOTICES for finding in check(examined)]
    assert all(f.severity != ERROR for f in found)  # noqa: S101  (the split above is what other commands rely on)
    return found
