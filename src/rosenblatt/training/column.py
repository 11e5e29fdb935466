"""Numbers that are recorded epoch after epoch, and shared between what went on from the same training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any


class Column(Sequence[float]):
    """A list of numbers that only grows, and whose copies cost nothing, however long it is.

    A copy shares the numbers and remembers how many of them are its own. Who appends first keeps the list; who
    appends later takes a list of its own. So a call of ``partial_fit`` costs the same however many came before,
    and one that fails leaves no trace.

    Parameters
    ----------
    numbers : iterable of float

    Examples
    --------
    >>> losses = Column([0.5, 0.4])
    >>> later = losses.copied()
    >>> later.append(0.3)
    >>> losses.append(0.45)
    >>> list(losses), list(later)
    ([0.5, 0.4, 0.45], [0.5, 0.4, 0.3])
    """

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __init__(self, numbers: Iterable[float] = ()) -> None:
        self._numbers = list(numbers)
        self._length = len(self._numbers)

    def copied(self) -> Column:
        """Return a copy, which shares the numbers until one of the two appends."""
        copy = Column()
        copy._numbers, copy._length = self._numbers, self._length
        return copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Column:
        return self.copied()

    def __reduce__(self) -> tuple[type[Column], tuple[list[float]]]:
        return Column, (list(self),)

    def append(self, number: float) -> None:
        """Add a number at the end."""
        self._claim()
        self._numbers.append(number)
        self._length += 1

    def extend(self, numbers: Iterable[float]) -> None:
        """Add numbers at the end."""
        self._claim()
        self._numbers.extend(numbers)
        self._length = len(self._numbers)

    def _claim(self) -> None:
        if len(self._numbers) != self._length:  # somebody else went on from here
            self._numbers = self._numbers[: self._length]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[float]:
        return islice(self._numbers, self._length)

    def __getitem__(self, place: Any) -> Any:
        places = range(self._length)[place]
        return [self._numbers[i] for i in places] if isinstance(places, range) else self._numbers[places]

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Column | list) else NotImplemented

    def __repr__(self) -> str:
        return f"Column({list(self)!r})"
