"""The templates on this machine, planner's and the couple's own, as values that the reading takes up.

In: a kind of template. Out: values by name. What they mean is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.document import parse_document
from planner.files import read_agreement_file, templates
from planner.problems import Problem


class Templates(Mapping[str, Any]):
    """Templates of one kind by name, planner's and the couple's own; each is read when somebody asks for it."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def _paths(self) -> dict[str, str]:
        return templates(self._kind)

    def __iter__(self) -> Iterator[str]:
        """The names there are."""
        return iter(self._paths())

    def __len__(self) -> int:
        """How many there are."""
        return len(self._paths())

    def __getitem__(self, name: str) -> Any:
        """The template's values, or a text that says why they cannot be read."""
        path = self._paths()[name]
        raw = read_agreement_file(path)
        document = [raw] if isinstance(raw, Problem) else parse_document(raw, path)
        return str(document[0]) if isinstance(document, list) else document.values
