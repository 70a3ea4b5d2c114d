"""The agreed terms of a ritual, with what holds at once by the file: words, sharing, single dates, people's names.

In: rituals as a version and as the file has them. Out: rituals. Which version holds is for `history`. No file and no
clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from planner.agreement import Agreement, Change, Person, Ritual
from planner.words import AllDay, Dates

_SHARING = ("full", "gist", "busy", "private")


def by_identity(agreement: Agreement) -> dict[str, Ritual]:
    """The rituals by what calendars know them by."""
    return {ritual.identity: ritual for ritual in agreement.rituals.values()}


def worded(agreed: Ritual, words: Ritual, people: Iterable[str]) -> Ritual:
    """The agreed terms with the words, the sharing and the single dates of the file.

    A text that speaks of turns waits for them; where the file changes who takes part, the narrower sharing holds.
    """
    alone = None
    if words.alone:  # what it has of another one comes with that one
        own = words.alone
        words = words._replace(skip=own.skip, changes=own.changes, on_holidays=own.on_holidays)
    if agreed.alone:
        alone = worded(agreed.alone, words.alone or words, people)
    named = bool(agreed.turns or agreed.host)
    texts = {
        key: getattr(words if named or "{turn}" not in str(getattr(words, key)) else agreed, key)
        for key in ("title", "where", "notes", "gist", "prompts")
    }
    share = words.share
    if set(words.who) != set(agreed.who):
        share = max(words.share, agreed.share, key=_SHARING.index)
    in_person = "in person" in (agreed.by, words.by) and agreed.by != words.by
    return words._replace(
        who=agreed.who,
        who_is_turn=agreed.who_is_turn,
        who_is_not_turn=agreed.who_is_not_turn,
        follows=agreed.follows,
        alone=alone,
        host=agreed.host,
        turns=agreed.turns,
        hosting=agreed.hosting,
        slots=agreed.slots,
        every=agreed.every,
        open_time=agreed.open_time,
        starts=agreed.starts,
        until=agreed.until,
        trial=agreed.trial,
        timezone=agreed.timezone,
        count_from=agreed.count_from,
        check_ins=agreed.check_ins,
        ladder=agreed.ladder,
        yes=agreed.yes,
        cover=agreed.cover,
        if_needed=agreed.if_needed,
        by=agreed.by if in_person else words.by,
        not_in=agreed.not_in,
        only_in=agreed.only_in,
        in_season=agreed.in_season,
        turn_waits=agreed.turn_waits,
        stays=words.stays if set(agreed.who) == set(words.who) else (),
        share=share,
        changes=tuple(_fitting(agreed, words, change, people) for change in words.changes),
        **texts,
    )


def _fitting(agreed: Ritual, words: Ritual, change: Change, people: Iterable[str]) -> Change:
    """A change of the file as far as it says something of the agreed terms."""
    if change.turn and (not agreed.turns or change.turn not in people):
        change = change._replace(turn=None)
    if is_all_day(agreed) != is_all_day(words):
        change = change._replace(start=None, length=None)
    return change


def is_all_day(ritual: Ritual) -> bool:
    """Whether it has no time of day."""
    return bool(ritual.open_time and ritual.open_time.is_all_day) or any(
        isinstance(slot.time, AllDay) for slot in ritual.slots
    )


def peopled(current: Agreement, version: Agreement) -> Agreement:
    """The file with the people, helpers, weeks and zones of a version, called as they are now."""
    people: dict[str, Person] = {
        key: current.people[key]._replace(timezone=person.timezone) if key in current.people else person
        for key, person in version.people.items()
    }
    return current._replace(
        people=people,
        helpers=version.helpers | current.helpers,
        timezone=version.timezone,
        until=version.until,
        week_starts=version.week_starts,
        agreed=version.agreed,
    )


def in_its_seasons(current: Agreement, agreed: Ritual) -> Ritual:
    """The agreed terms with the seasons on the days that the file gives them: these hold at once."""
    days = {season.key: season for season in current.seasons}
    if not (days and (agreed.not_in or agreed.only_in or agreed.in_season)):
        return agreed
    return agreed._replace(
        not_in=tuple(days.get(s.key, s) for s in agreed.not_in),
        only_in=tuple(days.get(s.key, s) for s in agreed.only_in),
        in_season=tuple(one._replace(season=days.get(one.season.key, one.season)) for one in agreed.in_season),
    )


def on_its_day(current: Agreement, agreed: Ritual, words: Ritual) -> Ritual:
    """The words for a session of a programme: what differs in it does so on its agreed day, wherever the draft has it.

    A session moved to a date goes there; one moved within its week, within the agreed one.
    """
    if not agreed.program or not words.changes or words.changes[0].on in single_dates(agreed):
        return words
    change, day = words.changes[0], single_dates(agreed)[0]
    key, _, session = agreed.path.removeprefix("programs.").partition(".")
    written = next((p.changes for p in current.programs if p.key == key), {})
    shared = next((session.removesuffix(f"-{p}") for p in current.people if session.endswith(f"-{p}")), session)
    on = {**written.get(shared, {}), **written.get(session, {})}.get("on")
    moved = change.moved_to
    if moved and not isinstance(on, date):
        moved += day - change.on
    return words._replace(changes=(change._replace(on=day, moved_to=moved),))


def single_dates(ritual: Ritual) -> tuple[date, ...]:
    """The dates of a ritual that is on single dates, in order of its slots; none of a rule."""
    return tuple(day for slot in ritual.slots if isinstance(slot.days, Dates) for day in slot.days.dates)
