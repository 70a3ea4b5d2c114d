"""Series and what belongs to them: the values between the agreement and the calendars.

In: rules, times, texts. Out: `Series`, `Override`, `Look`, and UIDs. No agreement, no window and no clock enter.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from planner.recurrence import Rule
from planner.words import Time

EVERYONE = "everyone"


class Look(NamedTuple):
    """What one audience sees of an occurrence; what is hidden from it is not in here at all.

    `alarms` are minutes before the start (before 09:00 of the first day, all day). `free` means that it does not fill
    the time of the one who reads this calendar. `discretion` is "", "PRIVATE" or "CONFIDENTIAL" (RFC 5545, CLASS).
    `reminder` is what each alarm says: the same for all, so that a changed title is one changed SUMMARY.
    """

    summary: str
    description: str | None = None
    location: str | None = None
    categories: tuple[str, ...] = ()
    color: str | None = None
    alarms: tuple[int, ...] = ()
    free: bool = False
    tentative: bool = False
    discretion: str = ""
    reminder: str = "Reminder"


class Override(NamedTuple):
    """One instance replaced: the one that the rule has on `on` is on `day` at `time`, and looks so."""

    on: date
    day: date
    time: Time
    look: Look
    who: tuple[str, ...]


class Series(NamedTuple):
    """One recurring event of one audience's calendar: a rule with its exceptions, or (rule None) a single date.

    `first` and `last` are the rule's first and last dates (`last` None: for ever); both are instances. `skipped` are
    dates of the rule that do not happen. `fills` says whether it takes up the time of `who`, whoever looks.
    """

    key: tuple[str, str, str, str, str]
    ritual: str
    kind: str
    who: tuple[str, ...]
    fills: bool
    timezone: str
    rule: Rule | None
    first: date
    last: date | None
    time: Time
    look: Look
    skipped: tuple[date, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def uid(self) -> str:
        """The UID, a digest over `key`: agreement id, audience, identity, segment, part."""
        return make_uid(self.key)


def make_uid(key: tuple[str, str, str, str, str], epoch: int = 0) -> str:
    """The UID of a series: `planner-<agreement id>-<26 characters a-z2-7>`, the same on every machine.

    The tail is a digest over the whole key: audience, table and key of the ritual, segment (`first`, else an effective
    date), the part where one ritual needs several series; and over the epoch (0 to 9).
    """
    from base64 import b32encode
    from hashlib import sha256  # loads OpenSSL: 2 ms that a look at the agenda does not need

    text = "\0".join((*key, str(epoch)))
    tail = b32encode(sha256(text.encode()).digest()[:16]).decode("ascii").rstrip("=").lower()
    return f"planner-{key[0]}-{tail}"


def owns(agreement_id: str, uid: str) -> bool:
    """Whether a UID is of this agreement: a full match of the form with its id."""
    import re

    return re.fullmatch(rf"planner-{re.escape(agreement_id)}-[a-z2-7]{{26}}", uid) is not None


def of_ritual(path: str) -> str:
    """The ritual that a part of it (a check-in, a covering) belongs to."""
    return ".".join(path.split(".")[: 3 if path.startswith("programs.") else 2])
