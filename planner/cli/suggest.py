"""`planner suggest`: free slots for a new ritual, for everyone who takes part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import click

from planner.agreement import TABLES, Agreement, Ritual
from planner.cli.common import (
    PROBLEMS,
    USAGE,
    Day,
    Loaded,
    Settings,
    Stop,
    file_argument,
    known_audience,
    load,
    settings_of,
)

if TYPE_CHECKING:
    from planner.obstacles import Obstacle
    from planner.suggesting import Ask, Offer, Search
    from planner.windows import Window
    from planner.words import Every

_KINDS = {kind.replace("_", "-"): (kind, table) for table, kind in TABLES.items()}
_LENGTHS = {"check_in": 10, "review": 30}
"""The lengths of rituals that have one by themselves, in minutes."""
_DATED = re.compile(r"(?i)\d{4}-\d|\b(today|tomorrow|next|this|week|month|year)\b")
"""What sounds like a day of the calendar, where hours of a week are asked for."""
_LONGEST = 23 * 60
_MOST_DAYS = 31 * 1440
_FURTHEST = 2 * 366
_USUAL = 5
"""How many are offered where nobody says."""


class _Given(NamedTuple):
    """What the command line said."""

    kind: str
    who: tuple[str, ...]
    cover: str | None
    length: str | None
    when: str | None
    every: str | None
    times: int
    once: bool
    first: date | None
    end: date | None


@click.command("suggest")
@click.argument("kind", metavar="KIND|KEY")
@click.option("--who", multiple=True, metavar="PERSON", help="Who takes part (default: as for such a ritual).")
@click.option("--for", "length", metavar="LENGTH", help='How long, such as "2h" or "45m".')
@click.option("--when", metavar="HOURS", help='The hours to look in, such as "weekday evenings".')
@click.option("--times", type=click.IntRange(1, 7), default=1, help="How often a week (default: once).")
@click.option("--every", metavar="SPACING", help='How far apart, such as "2 weeks" or "month" (default: week).')
@click.option("--once", is_flag=True, help="A single date.")
@click.option("--cover", metavar="PERSON", help="Who covers meanwhile, and so is free then, too.")
@click.option("--from", "first", type=Day(), help="The first day to look at (default: today).")
@click.option("--to", "end", type=Day(), help="The day before which the look ends (default: after 12 weeks).")
@click.option("--limit", type=click.IntRange(1, 50), help="How many to offer (default: 5).")
@click.option("--title", metavar="TEXT", help="What it is to be called.")
@click.option("--offline", is_flag=True, help="Ask no calendar on a server when somebody is busy; files are read.")
@click.option("--json", "as_json", is_flag=True, help="The answer for a script.")
@file_argument
@settings_of
def suggest_command(
    settings: Settings,
    *,
    kind: str,
    who: tuple[str, ...],
    length: str | None,
    when: str | None,
    times: int,
    every: str | None,
    once: bool,
    cover: str | None,
    first: date | None,
    end: date | None,
    limit: int | None,
    title: str | None,
    offline: bool,
    as_json: bool,
    file: str | None,
) -> None:
    """Find free time for a new ritual, or for open time that is still to place, for everyone who takes part.

    KIND is me-block, shared-evening, check-in, host-night, review or ritual. Time that rituals fill, or in which
    somebody is busy (`busy` in the file), is taken. Each offer says what speaks for it, and the command that writes it;
    nothing is written or moved. With the KEY of a ritual whose time is open, slots for what is still to place this
    week (or month …) are offered, else for the next one; with --to, for each until then.

    \b
    Example:
      planner suggest shared-evening --for 2h --when "weekday evenings"
      planner suggest me-block --who ana --for 90m --times 2
      planner suggest ritual --once --for 3h --when "saturdays, sundays"
      planner suggest me_blocks.running --when "mornings"
    """
    from planner.cli.taken import taken_time
    from planner.obstacles import obstacles, relaxed
    from planner.suggesting import offers, search_of

    if title and not title.isprintable():
        raise Stop("planner: --title: a title is one line of text, without line breaks or tabs", USAGE)
    if file and not _kind_of(kind) and _kind_of(f"{kind} {file}"):
        kind, file = f"{kind} {file}", None  # two words, and no quotes around them
    given = _Given(kind, who, cover, length, when, every, times, once, first, end)
    loaded = load(file)
    agreement = loaded.agreement
    if (ritual := _open_ritual(loaded, kind)) is not None:
        from planner.cli.suggest_open import Looked, suggest_open

        _only_for_new(given, title)
        minutes = _minutes(given, ritual.kind, longest=_MOST_DAYS) if length else None
        looked = Looked(minutes, _windows(given, ritual.kind), first, end, limit, offline, as_json, file)
        suggest_open(settings, loaded, ritual, looked)
        return
    ask = _ask(settings, loaded, given)
    taken = taken_time(settings, loaded, ask.people, ask.first, ask.end, network=not offline)
    for words in taken.unread:
        click.echo(f"planner: {words}", err=True)
    search = search_of(agreement, taken.held, ask)
    found = offers(search, limit or _USUAL)
    is_free = any(offer.is_free for offer in found)
    there = [] if is_free else obstacles(agreement, search)
    if as_json:
        _say_json(agreement, search, found, there, title, file, taken.unread)
    else:
        from textwrap import fill

        from planner.views.suggest import obstacles_text, offers_text, say_ask

        click.echo(say_ask(agreement, search))
        if taken.undecided:
            click.echo(fill(taken.undecided, 80))
        if not is_free:
            instead = relaxed(agreement, search, found)
            click.echo(f"\n{obstacles_text(agreement, search, there, instead, found)}")
        if found:
            click.echo(f"\n{offers_text(agreement, search, found, title, file)}")
    if not found:
        raise Stop("", PROBLEMS)


def _say_json(
    agreement: Agreement,
    search: Search,
    found: list[Offer],
    there: list[Obstacle],
    title: str | None,
    file: str | None,
    unread: list[str],
) -> None:
    import json

    from planner.views.suggest import obstacles_value, suggestions_value

    value = {
        "offers": suggestions_value(agreement, search, found, title, file),
        "in_the_way": obstacles_value(there),
        "not_looked_at": unread,
    }
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


# ── what is asked for ────────────────────────────────────────────────


def _ask(settings: Settings, loaded: Loaded, given: _Given) -> Ask:
    from planner.suggesting import Ask

    agreement = loaded.agreement
    kind, table = _kind(agreement, given.kind)
    if given.once and (given.every or given.times > 1):
        raise Stop("planner: --once is a single date; leave out --every and --times", USAGE)
    every = None if given.once else _every(given)
    first = given.first or max(settings.today, agreement.starts)
    if first < agreement.starts:
        raise Stop(f"planner: --from {first} lies before the agreement starts, on {agreement.starts}", USAGE)
    end = given.end or first + timedelta(days=_horizon(every))
    if agreement.until is not None:
        if first > agreement.until:
            raise Stop(f"planner: the agreement ends on {agreement.until}, before there is anything to look at", USAGE)
        end = min(end, agreement.until + timedelta(days=1))
    if end <= first:
        raise Stop(f"planner: --to {end} is no later than the first day, {first}; it is the day after the last", USAGE)
    if (end - first).days > _FURTHEST:
        raise Stop("planner: two years are as far as plans of weeks go; give a nearer --to", USAGE)
    who = _who(loaded, given, kind)
    return Ask(
        kind,
        table,
        who,
        _cover(loaded, given.cover, who),
        _minutes(given, kind),
        _windows(given, kind),
        every,
        given.times,
        first,
        end,
        int(settings.now.timestamp()),
        given.first is not None and first > max(settings.today, agreement.starts),
    )


def _open_ritual(loaded: Loaded, word: str) -> Ritual | None:
    """The ritual with this key, whose time is or was agreed to be open; None where a kind is named, or nothing here."""
    agreement = loaded.agreement
    if "." not in word and _kind_of(word):
        return None
    from planner.edit_pieces import NotPossible, NotUnderstood, find_ritual

    try:
        ritual = find_ritual(agreement, word)
    except NotUnderstood:
        if "." not in word:
            return None
        raise Stop(f"planner: {_nothing(agreement, word)}", USAGE) from None
    except NotPossible as e:
        raise Stop(f"planner: {e}", USAGE) from e
    agreed = (r for v in loaded.history.versions for r in v.agreement.rituals.values() if r.identity == ritual.identity)
    if not any(r.open_time for r in (ritual, *agreed)):
        raise Stop(f'planner: "{ritual.title}" has days of its own, so nothing of it is to place', USAGE)
    return ritual


def _nothing(agreement: Agreement, word: str) -> str:
    from planner.tables import unknown

    return f'no ritual "{word}"; {unknown(word, [p for p, r in agreement.rituals.items() if r.open_time])}'


def _only_for_new(given: _Given, title: str | None) -> None:
    """Hold that nothing is asked of open time that it says itself."""
    said = {
        "--who": given.who,
        "--cover": given.cover,
        "--every": given.every,
        "--times": given.times > 1,
        "--once": given.once,
        "--title": title,
    }
    for option, value in said.items():
        if value:
            raise Stop(f"planner: this is in the file; leave {option} out", USAGE)


def _kind_of(word: str) -> tuple[str, str] | None:
    """The kind of ritual and its table, by either name, one or many; None where there is no such kind."""
    plain = word.casefold().strip().replace("_", "-").replace(" ", "-")
    return next((_KINDS[name] for name in (plain, plain.removesuffix("s")) if name in _KINDS), None)


def _kind(agreement: Agreement, word: str) -> tuple[str, str]:
    """The kind of ritual and its table, by either name, one or many."""
    if found := _kind_of(word):
        return found
    from planner.tables import unknown

    plain = word.casefold().strip().replace("_", "-").replace(" ", "-")
    keys = [path.partition(".")[2] for path, r in agreement.rituals.items() if r.open_time]
    what = "kind of ritual, nor open time to place," if keys else "kind of ritual"
    raise Stop(f'planner: no {what} "{word}"; {unknown(plain, [*_KINDS, *keys])}', USAGE)


def _every(given: _Given) -> Every:
    from planner.words import Unclear, read_every

    try:
        every = read_every(given.every or "week")
    except Unclear as e:
        raise Stop(f"planner: --every: {e}", USAGE) from e
    if every.unit == "year" or every.number > 12:
        raise Stop("planner: --every: that is far apart for a search; --once finds a single date", USAGE)
    if given.times > 1 and (every.unit, every.number) != ("week", 1):
        raise Stop('planner: --times says how often a week, and goes with no other --every than "week"', USAGE)
    return every


def _horizon(every: Every | None) -> int:
    """How many days are looked at where nobody says: twelve weeks, and six times whatever is wider apart."""
    if every is None or every.unit == "day":
        return 84
    return max(84, every.number * 42) if every.unit == "week" else min(_FURTHEST, every.number * 183)


def _who(loaded: Loaded, given: _Given, kind: str) -> tuple[str, ...]:
    people = loaded.agreement.people
    words = [w.strip() for one in given.who for w in one.split(",") if w.strip()]
    named = dict.fromkeys(known_audience(loaded, word) or "" for word in words)
    if "everyone" in named:
        named = dict.fromkeys(people)
    if kind == "me_block" and len(named) != 1:
        raise Stop(f"planner: a me-block is one person's; say whose with --who, {_either(people)}", USAGE)
    return tuple(named or people)


def _either(words: Iterable[str]) -> str:
    from planner.saying import listed

    return listed(words, "or")


def _cover(loaded: Loaded, word: str | None, who: tuple[str, ...]) -> str | None:
    if word is None:
        return None
    agreement = loaded.agreement
    names = {**{k: p.name for k, p in agreement.people.items()}, **agreement.helpers}
    found = next((k for k, name in names.items() if word in (k, name) or word.casefold() == name.casefold()), None)
    if found is None:
        from planner.tables import unknown

        raise Stop(f'planner: nobody "{word}" could cover; {unknown(word, names)}', USAGE)
    if found in who:
        raise Stop(f"planner: {names[found]} takes part, and so cannot cover meanwhile", USAGE)
    return found


def _minutes(given: _Given, kind: str, longest: int = _LONGEST) -> int:
    from planner.words import Unclear, read_length

    if given.length is None:
        if kind not in _LENGTHS:
            raise Stop('planner: say how long, such as --for 2h or --for "1h 30m"', USAGE)
        return _LENGTHS[kind]
    try:
        length = read_length(given.length, like='"2h", "45m" or "1h 30m"')
    except Unclear as e:
        raise Stop(f"planner: --for: {e}", USAGE) from e
    if length.months or length.minutes > longest:
        most = "times within a day are looked for, of 23 hours" if longest == _LONGEST else "31 days"
        raise Stop(f"planner: --for: {most} at most", USAGE)
    return length.minutes


def _windows(given: _Given, kind: str) -> tuple[Window, ...]:
    from planner.windows import PARTS_OF_DAY, WAKING, every_day, read_windows
    from planner.words import Unclear

    if given.when is None:
        return every_day(*(PARTS_OF_DAY["evening"] if kind in ("shared_evening", "host_night") else WAKING))
    try:
        return read_windows(given.when)
    except Unclear as e:
        days = "; which days are looked at is said with --from and --to" if _DATED.search(given.when) else ""
        raise Stop(f"planner: --when: {e}{days}", USAGE) from e
