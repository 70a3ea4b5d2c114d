"""A calendar in memory, as a `Store`: what the machine of test_sync_machine runs on, thousands of times.

It keeps the contract of the real ones: tests/test_store.py runs one and the same test on it, Radicale and Xandikos.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.sync.store import Changed, Listing, Ref, Stored


class MemoryCalendar:
    """Objects by their place. `gives_etags` off is a server without any."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[int, str]] = {}
        self.gives_etags = True
        self.writes = 0
        self._revision = 0

    def put(self, place: str, text: str) -> None:
        """Anybody's write, without a condition."""
        self._revision += 1
        self.objects[place] = (self._revision, text)

    def _ref(self, place: str) -> Ref:
        return Ref(place, f'"{self.objects[place][0]}"' if self.gives_etags else None)

    def listing(self) -> Listing:
        return Listing({place: self._ref(place) for place in self.objects})

    def read(self, refs: Iterable[Ref]) -> dict[str, Stored]:
        return {r.url: Stored(*self._ref(r.url), self.objects[r.url][1]) for r in refs if r.url in self.objects}

    def create(self, name: str, text: str) -> Ref:
        place = f"memory:/{name}"
        if place in self.objects:
            raise Changed(place)
        self.writes += 1
        self.put(place, text)
        return Ref(place, None)

    def _check(self, stored: Stored) -> None:
        now = self.objects.get(stored.url)
        same = now is not None and (f'"{now[0]}"' == stored.etag if stored.etag else now[1] == stored.text)
        if not same:
            raise Changed(stored.url)

    def update(self, stored: Stored, text: str) -> None:
        self._check(stored)
        self.writes += 1
        self.put(stored.url, text)

    def delete(self, stored: Stored) -> None:
        if stored.url not in self.objects:
            return
        self._check(stored)
        self.writes += 1
        del self.objects[stored.url]
