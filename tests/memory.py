"""A calendar in memory, as a `Store`: what the machine of test_sync_machine runs on, thousands of times.

It keeps the contract of the real ones: tests/test_store.py runs one and the same test on it, Radicale and Xandikos.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.sync.store import Changed, Listing, Ref, Stored
from planner.sync.troubles import ServerTrouble


class MemoryCalendar:
    """Objects by their place. `gives_etags` off is a server without any."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[int, str]] = {}
        self.gives_etags = True
        self.writes = 0
        self.breaks_at: int | None = None  # so many requests from now, and from then on
        self.loses_answers = False  # the last request is still done
        self._revision = 0

    def _request(self) -> bool:
        """Count a request; ServerTrouble where the line is down. True: it is done, and its answer lost."""
        if self.breaks_at is None:
            return False
        self.breaks_at -= 1
        if self.breaks_at == 0 and self.loses_answers:
            return True
        if self.breaks_at <= 0:
            raise ServerTrouble("unreachable", "the line is down")
        return False

    @staticmethod
    def _answer(*, is_lost: bool) -> None:
        if is_lost:
            raise ServerTrouble("unreachable", "the answer is lost")

    def put(self, place: str, text: str) -> None:
        """Anybody's write, without a condition."""
        self._revision += 1
        self.objects[place] = (self._revision, text)

    def _ref(self, place: str) -> Ref:
        return Ref(place, f'"{self.objects[place][0]}"' if self.gives_etags else None)

    def listing(self) -> Listing:
        self._answer(is_lost=self._request())
        return Listing({place: self._ref(place) for place in self.objects})

    def read(self, refs: Iterable[Ref]) -> dict[str, Stored]:
        self._answer(is_lost=self._request())
        return {r.url: Stored(*self._ref(r.url), self.objects[r.url][1]) for r in refs if r.url in self.objects}

    def create(self, name: str, text: str) -> Ref:
        place = f"memory:/{name}"
        is_lost = self._request()
        if place in self.objects:
            raise Changed(place)
        self.writes += 1
        self.put(place, text)
        self._answer(is_lost=is_lost)
        return Ref(place, None)

    def _check(self, stored: Stored) -> None:
        now = self.objects.get(stored.url)
        same = now is not None and (f'"{now[0]}"' == stored.etag if stored.etag else now[1] == stored.text)
        if not same:
            raise Changed(stored.url)

    def update(self, stored: Stored, text: str) -> None:
        is_lost = self._request()
        self._check(stored)
        self.writes += 1
        self.put(stored.url, text)
        self._answer(is_lost=is_lost)

    def delete(self, stored: Stored) -> None:
        is_lost = self._request()
        if stored.url in self.objects:
            self._check(stored)
            self.writes += 1
            del self.objects[stored.url]
        self._answer(is_lost=is_lost)
