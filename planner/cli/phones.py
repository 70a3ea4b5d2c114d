"""What a review hears from the connected calendars: the dates that a phone moved or cancelled, and the file has not.

In: the settings, the agreement, the days to look back on. Out: sentences. It only looks: nothing is written, and what
cannot be reached is one sentence more. Nothing of a person's own file is among them, for two people read this.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from planner.cli.common import PROBLEMS, Loaded, Settings, Stop, own_file
from planner.files import FileTroubleError, bytes_of, config_path
from planner.series import EVERYONE
from planner.tongues import ENGLISH, Tongue

if TYPE_CHECKING:
    from planner.sync.accounts import Account
    from planner.sync.deciding import Drift
    from planner.sync.plan import Step

NONE = "No calendar is connected; this is what the file knows."
_NOT_READ = "The calendars were not read: {}."


def from_calendars(settings: Settings, loaded: Loaded, first: date, last: date, its: Tongue = ENGLISH) -> list[str]:
    """What calendars say was moved or cancelled on the days first ≤ day ≤ last, each once.

    Why one cannot be read is said as the terminal says it.
    """
    try:
        if not bytes_of(config_path(settings.config)):
            return [its.say(NONE)]
    except FileTroubleError as e:
        return [its.say(_NOT_READ, str(e))]
    from planner.cli.accounts import known_accounts  # for those who have connected one
    from planner.sync.troubles import ServerTrouble

    try:
        accounts = known_accounts(settings).accounts.values()
    except Stop as e:
        return [its.say(_NOT_READ, e.message.removeprefix("planner: "))]
    found: dict[str, None] = {}
    people = (*loaded.agreement.people, EVERYONE)
    mine = [a for a in accounts if a.agreement in (None, loaded.agreement.id) and a.audience in people]
    for account in mine:
        try:
            found |= dict.fromkeys(_changed(loaded, account, first, last, its))
        except (ServerTrouble, FileTroubleError, Stop) as e:
            why = (e.message if isinstance(e, Stop) else str(e)).removeprefix("planner: ").rstrip(".")
            found[its.say('The calendar "{}" was not read: {}.', account.name, why)] = None
    return list(found) if mine else [its.say(NONE)]


def _changed(loaded: Loaded, account: Account, first: date, last: date, its: Tongue) -> Iterator[str]:
    from planner.cli.calendars import opened, planned
    from planner.sync.wording import drift_line

    own = own_file(loaded, account.audience) if account.audience in loaded.agreement.people else {}
    if isinstance(own, list):  # what is wrong with it is for its owner's eyes
        raise Stop("planner: a file of one's own is not clear yet; `planner check` says more", PROBLEMS)
    with opened(loaded, account) as calendar:
        plan, _ = planned(loaded, calendar, {})
    for step, drift in plan.drift:
        if step.ritual in own or drift.is_conflict or drift.what not in ("moved", "cancelled") or drift.day is None:
            continue
        if first <= date.fromisoformat(drift.day) <= last:
            line = drift_line(step, drift, loaded.agreement.timezone) if its is ENGLISH else _line(step, drift, its)
            yield its.say("{}; `planner pull` takes it into the file.", line)


def _line(step: Step, drift: Drift, its: Tongue) -> str:
    """What a phone changed, in another language; of times and all that follows, `planner pull` says more."""
    on = its.day(date.fromisoformat(drift.day or ""))
    if drift.now is None or drift.what == "cancelled":
        return its.say("{}: {} was cancelled in the calendar", step.title, on)
    to = its.day(date.fromisoformat(drift.now.start[:8]))
    if to == on:
        return its.say("{}: {} was changed in the calendar", step.title, on)
    return its.say("{}: {} was moved in the calendar to {}", step.title, on, to)
