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

if TYPE_CHECKING:
    from planner.sync.accounts import Account

NONE = "No calendar is connected; this is what the file knows."


def from_calendars(settings: Settings, loaded: Loaded, first: date, last: date) -> list[str]:
    """What calendars say was moved or cancelled on the days first ≤ day ≤ last, each once."""
    try:
        if not bytes_of(config_path(settings.config)):
            return [NONE]
    except FileTroubleError as e:
        return [f"The calendars were not read: {e}."]
    from planner.cli.accounts import known_accounts  # for those who have connected one
    from planner.sync.troubles import ServerTrouble

    try:
        accounts = known_accounts(settings).accounts.values()
    except Stop as e:
        return [f"The calendars were not read: {e.message.removeprefix('planner: ')}."]
    found: dict[str, None] = {}
    people = (*loaded.agreement.people, EVERYONE)
    mine = [a for a in accounts if a.agreement in (None, loaded.agreement.id) and a.audience in people]
    for account in mine:
        try:
            found |= dict.fromkeys(_changed(loaded, account, first, last))
        except (ServerTrouble, FileTroubleError, Stop) as e:
            why = (e.message if isinstance(e, Stop) else str(e)).removeprefix("planner: ").rstrip(".")
            found[f'The calendar "{account.name}" was not read: {why}.'] = None
    return list(found) if mine else [NONE]


def _changed(loaded: Loaded, account: Account, first: date, last: date) -> Iterator[str]:
    from planner.cli.calendars import opened, planned
    from planner.sync.wording import drift_line

    own = own_file(loaded, account.audience) if account.audience in loaded.agreement.people else {}
    if isinstance(own, list):  # what is wrong with it is for its owner's eyes
        raise Stop("a file of one's own is not clear yet; `planner check` says more", PROBLEMS)
    with opened(loaded, account) as calendar:
        plan, _ = planned(loaded, calendar, {})
    for step, drift in plan.drift:
        if step.ritual in own or drift.is_conflict or drift.what not in ("moved", "cancelled") or drift.day is None:
            continue
        if first <= date.fromisoformat(drift.day) <= last:
            yield f"{drift_line(step, drift, loaded.agreement.timezone)}; `planner pull` takes it into the file."
