"""What is still to place of open time, in sentences: for those who take part in it, and for whoever reads the file.

In: a `History`, an audience, a window of dates. Out: sentences, and what a page counts. Nothing is due and nobody is
late: a frame that is over, or that has no free day left, is not spoken of. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from planner.agreement import History, Ritual
from planner.looks import look_of
from planner.open_time import Frame, frames, say_frame
from planner.saying import month_name, say_minutes, say_times_in_words
from planner.series import EVERYONE


def to_place(history: History, audience: str | None, first: date, end: date, today: date) -> list[Frame]:
    """The frames that have days in first ≤ day < end, not all of them past, with something of the audience's to place.

    It is theirs who take part; `everyone` sees what is shared by all in full, None all that is in the file.
    """
    found = frames(history, max(first, today), end)
    return [f for f in found if f.left and f.days[-1] >= today and _may_know(f, audience)]


def _may_know(frame: Frame, audience: str | None) -> bool:
    ritual = frame.ritual
    if audience == EVERYONE:
        return ritual.share == "full" and set(ritual.who) == set(frame.agreement.people)
    return audience is None or audience in ritual.who


def unplaced(history: History, audience: str, first: date, end: date) -> list[tuple[Ritual, int]]:
    """Each of the audience's open times that is still to place and counts in first ≤ day < end, with its minutes."""
    known = (frame for frame in frames(history, first, end) if _may_know(frame, audience))
    return [(f.ritual, f.length) for f in known for day in f.spread() if first <= day < end]


def to_place_lines(history: History, audience: str | None, first: date, end: date, today: date) -> list[str]:
    """A sentence for each stretch of time: "Still to place this week: Running, once (2 hours).", in order of time."""
    return _by_frame(to_place(history, audience, first, end, today), audience, today)


def _by_frame(found: Iterable[Frame], audience: str | None, today: date) -> list[str]:
    when: dict[tuple[date, date], list[Frame]] = {}
    for frame in sorted(found, key=lambda f: (f.end, f.first)):
        when.setdefault((frame.first, frame.end), []).append(frame)
    said = ((say_frame(those[0], today), "; ".join(_said(those, audience))) for those in when.values())
    return [f"Still to place {frame}: {what}." for frame, what in said]


def to_place_in(history: History, audience: str | None, first: date, end: date, today: date) -> list[str]:
    """The same for a month (first ≤ day < end) in one sentence: what has its last days in it; what goes on apart."""
    found = to_place(history, audience, first, end, today)
    by_path: dict[str, list[Frame]] = {}
    for frame in (frame for frame in found if frame.end <= end):
        by_path.setdefault(frame.ritual.path, []).append(frame)
    those = [_together(frames_of_one) for frames_of_one in by_path.values()]
    said = "; ".join(_said(those, audience))
    lines = [f"Still to place in {month_name(first.month)} {first.year}: {said}."] if those else []
    return lines + _by_frame((f for f in found if f.first <= first and f.end > end), audience, today)


def _together(several: list[Frame]) -> Frame:
    """Several frames of one ritual as one with all that is still to place in them."""
    return several[-1]._replace(times=sum(frame.left for frame in several), placed=())


def _said(those: list[Frame], audience: str | None) -> Iterator[str]:
    for frame in those:
        agreement, ritual = frame.agreement, frame.ritual
        look = look_of(agreement, ritual, audience, None, None)
        title = look.summary if look else ritual.title
        if audience is None and ritual.kind == "me_block":
            title += f" for {agreement.names(ritual.who)}"
        length = say_minutes(frame.length)
        yield f"{title}, {say_times_in_words(frame.left)} ({length}{' each' if frame.left > 1 else ''})"
