"""Callbacks: code of the user's that runs around epochs."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..arrays import read_only
from ..engines.engine import Batch, Engine
from ..errors import MissingExtraError
from ..excerpts import short
from ..inherited import inherit_docstrings
from ..intervals import is_whole, require
from ..keywords import Hinted
from .state import Record


@dataclass(frozen=True)
class View:
    """What a callback sees of the training itself: arrays to look at, which cannot be written to.

    Parameters
    ----------
    engine : Engine
        With the network and the plan.
    data : Batch
        The training samples.
    theta : array of shape (p,)
        The weights and biases after the epoch.
    theta_before : array of shape (p,)
        Those before it.
    """

    engine: Engine
    data: Batch
    theta: Any
    theta_before: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", shown_to_users(self.data))
        object.__setattr__(self, "theta", read_only(self.theta))
        object.__setattr__(self, "theta_before", read_only(self.theta_before))


def shown_to_users(data: Batch) -> Batch:
    """Return samples without the right to write to them; nothing is copied."""
    return data._replace(X=read_only(data.X), y=read_only(data.y), weight=read_only(data.weight))


class Callback(Hinted):
    """The base class; override what you need.

    What should see the weights is an :class:`Observer`.

    Examples
    --------
    >>> class StopBelow(Callback):
    ...     def __init__(self, loss):
    ...         self.loss = loss
    ...     def on_epoch_end(self, record):
    ...         return record.loss < self.loss
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        inherit_docstrings(cls)

    def on_train_begin(self, n_epochs: int) -> None:
        """Run before the first epoch.

        Parameters
        ----------
        n_epochs : int
            How many are planned.
        """

    def on_epoch_end(self, record: Record) -> bool | None:
        """Run after each epoch.

        Parameters
        ----------
        record : Record
            What the epoch did.

        Returns
        -------
        bool or None
            True to stop.
        """

    def on_train_end(self) -> None:
        """Run at the end, also when training fails or is interrupted."""


class Observer(Callback):
    """A callback that looks at some epochs only, so that training takes those between them in one go.

    It sees the weights, and neither stops training nor hears of the other epochs.
    """

    def next_look(self, engine: Engine, data: Batch, epoch: int) -> int:
        """Return the next epoch to look at.

        Parameters
        ----------
        engine : Engine
            What computes, with the network and the plan.
        data : Batch
            The training samples.
        epoch : int
            The one that comes next, from 1.

        Returns
        -------
        int
            That epoch or a later one.
        """
        return epoch

    def on_epoch_state(self, record: Record, view: View) -> None:
        """Look at the weights after one of those epochs.

        Parameters
        ----------
        record : Record
            What the epoch did.
        view : View
            Arrays of the training, to look at.
        """


def next_look(observer: Observer, engine: Engine, data: Batch, epoch: int) -> float:
    """Return the next epoch that an observer looks at, infinity for none.

    Parameters
    ----------
    observer : Observer
    engine : Engine
    data : Batch
    epoch : int

    Raises
    ------
    TypeError
        If it names no epoch.
    """
    found: Any = observer.next_look(engine, data, epoch)
    if is_whole(found) or (isinstance(found, float) and found == math.inf):
        return found  # type: ignore[no-any-return]
    raise TypeError(
        f"{type(observer).__name__}.next_look must return the number of an epoch, {epoch} or a later one, got "
        f"{short(found)}"
    )


def look(callbacks: Sequence[Callback], record: Record, view: View) -> None:
    """Let those observers look whose next epoch this is.

    Parameters
    ----------
    callbacks : sequence of Callback
    record : Record
    view : View
    """
    for one in callbacks:
        if isinstance(one, Observer) and next_look(one, view.engine, view.data, record.epoch) == record.epoch:
            one.on_epoch_state(record, view)


@contextlib.contextmanager
def running(callbacks: Sequence[Callback], n_epochs: int) -> Iterator[None]:
    """Run ``on_train_begin`` of all callbacks before a block, and ``on_train_end`` after it in any case."""
    with contextlib.ExitStack() as ends:
        for callback in reversed(callbacks):  # the stack unwinds from its end: they run in the list's order
            ends.callback(callback.on_train_end)
        for callback in callbacks:
            callback.on_train_begin(n_epochs)
        yield


class TimeBudget(Callback):
    """Stop at the end of the epoch in which the time is up.

    Parameters
    ----------
    seconds : float in (0, inf)
        From the beginning of a fit.
    """

    def __init__(self, seconds: float) -> None:
        require("TimeBudget(seconds=...)", seconds, "(0, inf)")
        self.seconds = seconds
        self._start = 0.0

    def on_train_begin(self, n_epochs: int) -> None:
        self._start = time.perf_counter()

    def on_epoch_end(self, record: Record) -> bool:
        return time.perf_counter() - self._start >= self.seconds


class Progress(Callback):
    """A progress bar with the loss and the time left. It needs the extra ``progress`` (rich).

    Parameters
    ----------
    description : str, default="training"
        What stands before the bar.
    """

    def __init__(self, description: str = "training") -> None:
        self.description = description
        self._bar: Any = None
        self._task: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {"description": self.description, "_bar": None, "_task": None}

    def on_train_begin(self, n_epochs: int) -> None:
        try:
            from rich import progress
        except ImportError as error:
            raise MissingExtraError.of("a progress bar", "rich") from error
        self._bar = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("loss {task.fields[loss]:.4g}"),
            progress.TimeRemainingColumn(),
        )
        self._task = self._bar.add_task(self.description, total=n_epochs, loss=float("nan"))
        self._bar.start()

    def on_epoch_end(self, record: Record) -> None:
        self._bar.update(self._task, completed=record.epoch, loss=record.loss)

    def on_train_end(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = self._task = None
