"""A page to print, to send or to put on the fridge: two months, the coming week, the agreement, planned time.

In: an `Agreement` with what holds, an audience, its occurrences alone, a day that counts as today, a template. Out: one
HTML text that needs nothing else. What a level hides from the audience is not among the values that a template gets.
The same input gives the same bytes: no file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from planner.agreement import LAST_YEAR, Agreement, Ritual
from planner.balance import Planned, planned_in, week_of
from planner.languages import date_in, list_names, month_in, on_page, short_weekday_in, weekday_in
from planner.looks import look_of
from planner.open_time import Frame
from planner.recurrence import ONE_DAY, month_length
from planner.saying import last_day
from planner.series import EVERYONE
from planner.timeline import Occurrence
from planner.tongues import tongue
from planner.views.daily import say_steady, steady
from planner.views.page_values import Balance, Bar, Chip, Daily, Day, Item, Month, Page, Row
from planner.views.people import TOGETHER_COLOR, Color, color_of, letters, luminance, person_color
from planner.views.shared import opening, pauses_seen, told_to
from planner.views.sheet_size import print_size

MARK = '<meta name="generator" content="planner page">'
"""What says that a file is a page of planner's own, and may be written anew."""

LOOK_BACK = timedelta(days=31)
"""As long as one occurrence may last."""

_WEEK, _BALANCE = 7, 28
_BAR, _ROW, _LABEL = 300, 17, 92
_INKS = ("#ffffff", "#000000")


class PageTroubleError(Exception):
    """A template that cannot be filled in; the message says where, and why."""


def page_window(agreement: Agreement, today: date) -> tuple[date, date]:
    """The days, first ≤ day < end, whose occurrences a page needs."""
    days = [day for year, month in _months(today) for day in _weeks(agreement, year, month)]
    ends = [days[-1], today + timedelta(days=_WEEK), week_of(agreement, today) + timedelta(days=_BALANCE)]
    return min(days[0], week_of(agreement, today)) - LOOK_BACK, max(ends) + ONE_DAY


def page_of(
    agreement: Agreement,
    holding: Agreement,
    audience: str,
    found: Sequence[Occurrence],
    today: date,
    holidays: Mapping[date, str] | None = None,
    still: Sequence[Frame] = (),
    unplaced: Sequence[tuple[Ritual, int]] = (),
) -> Page:
    """The page of an audience: `agreement` is what holds in all its days, `holding` what holds today.

    `still` are the frames of the coming week in which it has open time to place, `unplaced` what of that counts in the
    planned weeks.
    """
    view = _View(agreement, audience, found, today, holidays or {})
    name = agreement.people[audience].name if audience != EVERYONE else ""
    language = agreement.language
    words = (
        "two months",
        "next days",
        "agreed",
        "planned",
        "who is who",
        "today",
        "pause",
        "goes on",
        "nothing",
        "free",
        "to place",
    )
    months = tuple(view.month(year, month) for year, month in _months(today))
    page = Page(
        language=language,
        title=agreement.title,
        audience=on_page(language, "for", name) if name else on_page(language, "for everyone"),
        as_of=on_page(language, "as of", _date(language, today)),
        months=months,
        week=view.week(months),
        opening=opening(holding, audience),
        told=tuple(told_to(holding, audience, [o for o in found if o.day >= today], today)),
        balance=view.balance(unplaced),
        chips=view.chips(),
        words={word.replace(" ", "_"): on_page(language, word) for word in words} | {"colon": tongue(language).colon},
        to_place=_to_place(language, still, audience, today),
    )
    return page._replace(print_size=print_size(page))


def page_html(page: Page, template: str, name: str) -> str:
    """The page as HTML by a template. PageTroubleError, by the template's `name`, where that cannot be filled in.

    A template gets these values and nothing else: it reads no file and runs no program.
    """
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    room = ImmutableSandboxedEnvironment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    try:
        html = room.from_string(template).render(page._asdict())
    except TemplateSyntaxError as e:
        raise PageTroubleError(f"{name}:{e.lineno}: {e.message}") from e
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as e:
        raise PageTroubleError(f"{name} cannot be filled in: {e}") from e
    except RecursionError as e:
        raise PageTroubleError(f"{name} cannot be filled in: it goes round in a circle") from e
    return html if MARK in html else f"{html}<!-- {MARK} -->\n"


def is_page(text: str) -> bool:
    """Whether a text is a page of planner's own."""
    return MARK in text


# ── days ─────────────────────────────────────────────────────────────


def _months(today: date) -> list[tuple[int, int]]:
    """This month and the next."""
    year, month = divmod(today.year * 12 + today.month, 12)
    return [(today.year, today.month), *([(year, month + 1)] if year <= LAST_YEAR else [])]


def _weeks(agreement: Agreement, year: int, month: int) -> list[date]:
    """The days of the month, and those that make its weeks whole."""
    first = week_of(agreement, date(year, month, 1))
    last = week_of(agreement, date(year, month, month_length(year, month))) + timedelta(days=6)
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


class _View:
    """What a page is made from: the occurrences by day, letters and colours."""

    def __init__(
        self,
        agreement: Agreement,
        audience: str,
        found: Sequence[Occurrence],
        today: date,
        holidays: Mapping[date, str],
    ) -> None:
        self.agreement = agreement
        self.language = agreement.language
        self.found = found
        self.today = today
        self.holidays = holidays
        self.letters = letters(agreement)
        self.pauses = [one for pause in pauses_seen(agreement, audience) for one in pause.each() if not pause.only]
        self.by_day: dict[date, list[tuple[Occurrence, bool]]] = {}
        for o in found:
            for n in range((last_day(o) - o.day).days + 1):
                self.by_day.setdefault(o.day + n * ONE_DAY, []).append((o, n > 0))

    def month(self, year: int, month: int) -> Month:
        """A month in whole weeks."""
        dates = [date(year, month, 1) + n * ONE_DAY for n in range(month_length(year, month))]
        always = steady(self._seen(dates), dates)
        inside = [(day, day.month == month) for day in _weeks(self.agreement, year, month)]
        days = [_knowing(self.day(day, inside=its), set(always)) for day, its in inside]
        numbers = [(self.agreement.week_starts + n) % 7 for n in range(7)]
        names = [(weekday_in(self.language, n), short_weekday_in(self.language, n)) for n in numbers]
        return Month(
            key=f"{year}-{month:02d}",
            name=f"{month_in(self.language, month)} {year}",
            weekdays=tuple((name[:1].upper() + name[1:], short) for name, short in names),
            weeks=tuple(tuple(days[n : n + 7]) for n in range(0, len(days), 7)),
            is_empty=not any(day.items for day in days if day.is_inside),
            daily=tuple(Daily(item, say_steady(self.language, its, dates)) for item, its in always.items()),
        )

    def week(self, months: Sequence[Month]) -> tuple[Day, ...]:
        """The seven days from today on; `months` say what is daily in them."""
        daily = {month.key: {one.item for one in month.daily} for month in months}
        days = [self.day(self.today + n * ONE_DAY, inside=True) for n in range(_WEEK)]
        return tuple(_knowing(day, daily.get(day.iso[:7], set())) for day in days)

    def _seen(self, dates: list[date]) -> dict[Item, set[date]]:
        """On which of these days the same is seen, at the same time and with no mark."""
        seen: dict[Item, set[date]] = {}
        for day in dates:
            for o, going_on in self.by_day.get(day, ()):
                item = self._item(o, going_on=going_on)
                if not item.marks and not going_on:
                    seen.setdefault(item, set()).add(day)
        return seen

    def day(self, day: date, *, inside: bool) -> Day:
        """A day with what happens on it."""
        items = tuple(self._item(o, going_on=going_on) for o, going_on in self.by_day.get(day, ()))
        pause, holiday = self._pause(day), self.holidays.get(day, "")
        return Day(
            iso=day.isoformat(),
            number=day.day,
            name=date_in(self.language, day),
            weekday=weekday_in(self.language, day.weekday()),
            short=short_weekday_in(self.language, day.weekday()),
            is_inside=inside,
            is_today=day == self.today,
            is_past=day < self.today,
            is_bare=not (items or pause or holiday),
            is_plain=not (items or pause or holiday),
            pause=pause,
            holiday=holiday,
            items=items,
        )

    def _pause(self, day: date) -> str:
        """What rests on a day, in a word, and for whom where it is not for all."""
        going = [p for p in self.pauses if p.starts <= day <= p.until]
        if not going:
            return ""
        word = on_page(self.language, "pause")
        if any(not p.who for p in going):
            return word
        names = dict.fromkeys(self.agreement.name(person) for p in going for person in p.who)
        return f"{word} ({list_names(self.language, names)})"

    def _item(self, o: Occurrence, *, going_on: bool) -> Item:
        marks = (("moved", o.moved), ("if needed", o.look.tentative))
        is_away = isinstance(o.start, datetime) and o.timezone != self.agreement.timezone
        return Item(
            chip=self._chip(o),
            title=o.look.summary,
            start=f"{o.start:%H:%M}" if isinstance(o.start, datetime) else "",
            hours=self._hours(o),
            place_of_clock=tongue(self.language).city(o.timezone) if is_away else "",
            place=o.look.location or "",
            marks=tuple(on_page(self.language, mark) for mark, there in marks if there),
            is_going_on=going_on,
        )

    def _hours(self, o: Occurrence) -> str:
        """From when to when, with the day of the end where that is another one than the day of the start."""
        if not isinstance(o.start, datetime) or not isinstance(o.end, datetime):
            end = last_day(o)
            return on_page(self.language, "all day") if end == o.day else f"– {self._short(end)}"
        far = f"{self._short(o.end.date())} " if o.end - o.start >= ONE_DAY else ""
        return f"{o.start:%H:%M}–{far}{o.end:%H:%M}"

    def _short(self, day: date) -> str:
        return f"{short_weekday_in(self.language, day.weekday())} {day.day}"

    # ── people ──

    def _chip(self, o: Occurrence) -> Chip:
        return self._chip_of(o.who, color_of(self.agreement, o))

    def _chip_of(self, who: tuple[str, ...], color: Color) -> Chip:
        if set(who) == set(self.agreement.people):
            return _chip("&", on_page(self.language, "all of us"), color)
        found = "".join(self.letters[p] for p in self.agreement.people if p in who)
        names = list_names(self.language, [self.agreement.name(p) for p in self.agreement.people if p in who])
        return _chip(found if len(found) <= 3 else "+", names, color)

    def chips(self) -> tuple[Chip, ...]:
        """Who is who."""
        people = [self._chip_of((p,), person_color(self.agreement, p)) for p in self.agreement.people]
        return (*people, _chip("&", on_page(self.language, "all of us"), TOGETHER_COLOR))

    # ── planned time ──

    def balance(self, unplaced: Sequence[tuple[Ritual, int]] = ()) -> Balance | None:
        """Planned time of four weeks from this one on, as the audience sees it; None where there is none."""
        first = week_of(self.agreement, self.today)
        end = first + timedelta(days=_BALANCE)
        there = planned_in(self.agreement, [o for o in self.found if first <= o.day < end], unplaced)
        kinds = [k for k in ("own", "together", "covering") if any(person[k].times for person in there.values())]
        if not kinds:
            return None
        days = (_date(self.language, day) for day in (first, end - ONE_DAY))
        rows, height = self._rows(there, kinds)
        its = tongue(self.language)
        said = its.semicolon.join(
            f"{r.name}{its.colon}{', '.join(f'{b.label} {b.said}' for b in r.bars)}" for r in rows
        )
        return Balance(on_page(self.language, "these days", *days), said, _LABEL + _BAR + 92, height, _LABEL, rows)

    def _rows(self, there: Planned, kinds: list[str]) -> tuple[tuple[Row, ...], int]:
        most = max(amount.minutes for person in there.values() for amount in person.values())
        rows, y = [], 0
        for key, person in there.items():
            top, y = y, y + _ROW
            bars = []
            for kind in (k for k in kinds if person[k].times or k != "covering"):
                minutes = person[kind].minutes
                label = on_page(self.language, "cover" if kind == "covering" else kind)
                width = max(round(minutes / most * _BAR), 2) if minutes else 0
                bars.append(Bar(kind, label, y, width, _length(minutes)))
                y += _ROW
            rows.append(Row(self.agreement.name(key), _hex(person_color(self.agreement, key)), top, tuple(bars)))
            y += _ROW // 2
        return tuple(rows), y


def _date(language: str, day: date) -> str:
    """A date that breaks behind its weekday alone."""
    weekday, _, rest = date_in(language, day).partition(" ")
    return " ".join((weekday, rest.replace(" ", "\u00a0")))


def _knowing(day: Day, daily: set[Item]) -> Day:
    """The day with what is daily marked as such."""
    items = tuple(item._replace(is_daily=item in daily) for item in day.items)
    plain = not (day.pause or day.holiday) and all(item.is_daily for item in items)
    return day._replace(items=items, is_plain=plain)


def _to_place(language: str, still: Sequence[Frame], audience: str, today: date) -> tuple[str, ...]:
    """How much open time is still to place, and in which days: "Running: 1 × 2 h, from Monday 4 … to Sunday 10 …".

    What has a frame of its own every day is said once, with all of its days.
    """
    its = tongue(language)
    several: dict[tuple[str, int, tuple[date, date] | None], list[Frame]] = {}
    for frame in still:
        is_one_day = frame.end - frame.first == ONE_DAY
        when = None if is_one_day else (frame.first, frame.end)
        several.setdefault((frame.ritual.path, frame.length, when), []).append(frame)
    lines = []
    for those in several.values():
        frame = those[0]
        look = look_of(frame.agreement, frame.ritual, audience, None, None)
        is_all_day = not frame.ritual.is_timed and frame.length == 1440
        length = on_page(language, "all day") if is_all_day else _length(frame.length)
        spans: list[tuple[date, date]] = []
        for first, last in ((max(f.days[0], today), f.days[-1]) for f in those):
            if spans and spans[-1][1] + ONE_DAY >= first:
                spans[-1] = spans[-1][0], last
            else:
                spans.append((first, last))
        days = its.semicolon.join(its.span(*span) for span in spans)
        title, left = look.summary if look else "", sum(f.left for f in those)
        lines.append(f"{title}{its.colon}{left} × {length}, {days}")
    return tuple(lines)


def _chip(letter: str, names: str, color: Color) -> Chip:
    return Chip(letter, names, _hex(color), _INKS[luminance(color) > 0.179])


def _hex(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part) or "–"
