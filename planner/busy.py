"""Time that is taken, as spans and nothing else: no title, no place, no word of what it is taken by.

In: spans of seconds. Out: the same merged, cut, and asked. A span is (start, end) in seconds since 1970,
start ≤ t < end, so that it has no zone and means the same to everyone. Where the spans come from, a file or a server,
is not known here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

Span = tuple[int, int]
Spans = tuple[Span, ...]

NONE: Spans = ()


class Taken(NamedTuple):
    """Spans that are merged and in order, and where each begins, for asking often."""

    spans: Spans
    starts: tuple[int, ...]

    def meets(self, start: int, end: int) -> bool:
        """Whether anything of them lies within start ≤ t < end."""
        n = bisect_right(self.starts, start)
        return (n > 0 and self.spans[n - 1][1] > start) or (n < len(self.starts) and self.starts[n] < end)

    def holds(self, start: int, end: int) -> bool:
        """Whether all of start ≤ t < end lies within one of them."""
        n = bisect_right(self.starts, start)
        return n > 0 and self.spans[n - 1][1] >= end

    def before(self, at: int) -> int | None:
        """Where the last of them that begins before `at` ends, None where none does."""
        n = bisect_right(self.starts, at - 1)
        return self.spans[n - 1][1] if n else None

    def after(self, at: int) -> int | None:
        """Where the first of them that begins at `at` or later begins, None where none does."""
        n = bisect_right(self.starts, at - 1)
        return self.starts[n] if n < len(self.starts) else None

    def within(self, start: int, end: int) -> Spans:
        """Those that meet start ≤ t < end, whole."""
        n = bisect_right(self.starts, start)
        if n and self.spans[n - 1][1] > start:
            n -= 1
        found = []
        while n < len(self.spans) and self.spans[n][0] < end:
            found.append(self.spans[n])
            n += 1
        return tuple(found)


def taken(spans: Iterable[Span]) -> Taken:
    """Spans in any order, merged, ready to be asked."""
    whole = merged(spans)
    return Taken(whole, tuple(start for start, _ in whole))


def merged(spans: Iterable[Span]) -> Spans:
    """The same time in the fewest spans, in order: those that meet or touch become one, those of no length go."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)


def without(spans: Spans, gone: Spans) -> Spans:
    """What is left of merged `spans` once merged `gone` are taken out."""
    found: list[Span] = []
    n = 0
    for start, end in spans:
        at = start
        while n < len(gone) and gone[n][1] <= at:
            n += 1
        here = n
        while here < len(gone) and gone[here][0] < end:
            if gone[here][0] > at:
                found.append((at, gone[here][0]))
            at = max(at, gone[here][1])
            here += 1
        if at < end:
            found.append((at, end))
    return tuple(found)


def common(one: Spans, other: Spans) -> Spans:
    """What lies in both of two merged lists of spans."""
    found: list[Span] = []
    a = b = 0
    while a < len(one) and b < len(other):
        start, end = max(one[a][0], other[b][0]), min(one[a][1], other[b][1])
        if start < end:
            found.append((start, end))
        if one[a][1] < other[b][1]:
            a += 1
        else:
            b += 1
    return tuple(found)


def busy_of(busy: Mapping[str, Spans], people: Sequence[str]) -> Spans:
    """When any of these people is busy, merged."""
    return merged(span for person in people for span in busy.get(person, NONE))
