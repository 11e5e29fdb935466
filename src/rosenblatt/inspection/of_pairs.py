"""What was found for each pair of classes, by the two labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


class OfPairs(Mapping[tuple[Any, Any], Any]):
    """A dict whose keys are pairs of labels, which is made of lists: files of models know no keys that are tuples.

    Parameters
    ----------
    items : iterable of (tuple of two labels, object)

    Examples
    --------
    >>> found = OfPairs([(("a", "b"), 1), (("a", "c"), 2)])
    >>> found["a", "c"], list(found)
    (2, [('a', 'b'), ('a', 'c')])
    """

    def __init__(self, items: Iterable[tuple[tuple[Any, Any], Any]]) -> None:
        pairs, found = zip(*items, strict=True) if (items := list(items)) else ((), ())
        self.first, self.second = [a for a, _ in pairs], [b for _, b in pairs]
        self.found = list(found)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(zip(self.first, self.second, strict=True))

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, pair: tuple[Any, Any]) -> Any:
        for key, value in zip(self, self.found, strict=True):
            if key == pair:
                return value
        raise KeyError(pair)

    def __repr__(self) -> str:
        return f"OfPairs({dict(self)!r})"
