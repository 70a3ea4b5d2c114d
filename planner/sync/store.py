"""What a calendar can do for sync, whatever it is: list, read, create, update, delete.

In: addresses and texts. Out: `Listing`, `Stored`, or one of three answers that are no trouble but a turn of events:
`Changed`, `Refused`, `Unlisted`. No meaning of a text and no agreement enters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Ref(NamedTuple):
    """Where an object is, and its entity tag (None: the server gave none, or a weak one)."""

    url: str
    etag: str | None


class Stored(NamedTuple):
    """An object as the server holds it."""

    url: str
    etag: str | None
    text: str


class Listing(NamedTuple):
    """The objects of a calendar by their place. `is_partial`: the server said that there are more."""

    refs: dict[str, Ref]
    is_partial: bool = False


class Changed(Exception):
    """The object is not what it was when it was read, or somebody made one meanwhile: look again."""


class Refused(Exception):
    """The server did not take a new object: status and the start of what it said."""

    def __init__(self, status: int, said: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.said = said


class Store(Protocol):
    """A calendar."""

    def listing(self) -> Listing:
        """All its objects, in one request."""

    def read(self, refs: Iterable[Ref]) -> dict[str, Stored]:
        """These objects by their place, in one request as a rule; those that are gone are left out."""

    def create(self, name: str, text: str) -> Ref:
        """A new object. Changed where there is one of this name, Refused where the server will not have it."""

    def update(self, stored: Stored, text: str) -> None:
        """The object with a new text. Changed where it is not what it was."""

    def delete(self, stored: Stored) -> None:
        """The object gone. Changed where it is not what it was; one that is gone already is fine."""
