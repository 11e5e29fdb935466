"""Training: epochs pass until a rule of time says stop (DESIGN: this file knows time, not networks)."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..engines.engine import Batch, Engine, State
from ..plan import Clock
from .callbacks import Callback, Observer, View, look, next_look, running, shown_to_users
from .column import Column
from .divergence import divergence, is_finite
from .epochs import means_of_epochs
from .order import Orders
from .patience import LEAST, LITTLE, LONGER, Objective, Patience, objectives
from .schedules import listens
from .settings import may_look_ahead, settings_table
from .state import HISTORY, Record, TrainingState


def silent(line: str) -> None:
    """Print nothing."""


class Judged(NamedTuple):
    """What is said of weights by rows that are not trained on.

    Attributes
    ----------
    score : float
        Higher is better.
    loss : float, default=NaN
        Without penalties.
    """

    score: float
    loss: float = math.nan


@dataclass
class Run:
    """One call of ``train``: what does not change while it lasts.

    Attributes
    ----------
    engine : Engine
    data : Batch
        All training samples.
    orders : Orders
    n_epochs : int
    monitor : callable or None
        Takes theta and returns how the validation rows are judged.
    callbacks : sequence of Callback
    say : callable
        Takes a line to print; does nothing unless verbose.
    one_at_a_time : bool
        Whether a call takes one epoch alone, because some epoch diverged.
    only_watches : bool
        Whether the monitor's score is recorded and nothing more: the training loss decides when to stop.
    nan_stalls : bool
        Whether a score of NaN counts as no improvement; scikit-learn counts it as one.
    by_objective : bool
        Whether the training loss that is judged is the objective itself, penalties on outputs included.
    baseline : float
        What the best constant prediction has of what is judged, lower is better: improvements are then relative.
        NaN: they count as they are.
    """

    engine: Engine
    data: Batch
    orders: Orders
    n_epochs: int
    monitor: Callable[[Any], Judged] | None = None
    callbacks: Sequence[Callback] = ()
    say: Callable[[str], None] = silent
    one_at_a_time: bool = False
    only_watches: bool = False
    nan_stalls: bool = False
    by_objective: bool = False
    baseline: float = math.nan

    def unit(self, reference: float) -> float:
        """Return what ``tol`` is a multiple of, once ``reference`` has been reached.

        The smaller one of what was gained and of what is left: neither a plateau near the baseline nor the slow end of
        a long fall is taken for a stop. A curve times a constant stops at the same epoch.
        """
        if math.isnan(self.baseline):
            return 1.0
        return max(min(self.baseline - reference, abs(reference)), LEAST * abs(self.baseline))

    def patience(self, reference: float) -> float:
        """Return how many epochs may pass without improvement on ``reference``.

        For an objective that has hardly fallen below its baseline they are more; a score has the patience that was
        asked for.
        """
        begins = not self.score_decides and self.baseline - reference < LITTLE * abs(
            self.baseline
        )  # NaN is not
        return self.engine.plan.patience * (LONGER if begins else 1)

    @property
    def score_decides(self) -> bool:
        """Whether the validation score, and not the training loss, says what is best and when to stop."""
        return self.monitor is not None and not self.only_watches

    @property
    def is_heard(self) -> bool:
        """Whether somebody reads or hears what each epoch did."""
        return self.say is not silent or any(not isinstance(one, Observer) for one in self.callbacks)


@dataclass
class Outcome:
    """How training ended.

    Attributes
    ----------
    n_iter : int
        Epochs taken.
    reason : {"horizon", "stalled", "callback", "interrupted"}
    first_loss, last_loss : float
        Of the epochs since a penalty's strength last changed.
    """

    n_iter: int
    reason: str
    first_loss: float = math.nan
    last_loss: float = math.nan


def train(run: Run, state: TrainingState) -> Outcome:
    """Train until the horizon, a stall, a callback or Ctrl-C; ``state`` is brought up to date.

    Parameters
    ----------
    run : Run
    state : TrainingState
        Changed in place, whole epochs at a time.

    Returns
    -------
    Outcome

    Raises
    ------
    DivergenceError
        If the weights overflow and no validation score is there to fall back on.
    """
    outcome, state.interrupted = Outcome(0, "horizon"), False
    for name in HISTORY:
        state.history.setdefault(name, Column())
    with running(run.callbacks, run.n_epochs):
        _train(run, state, outcome)
    return outcome


def _train(run: Run, state: TrainingState, outcome: Outcome) -> None:
    warned = False
    try:
        while outcome.n_iter < run.n_epochs and outcome.reason == "horizon":
            _chunk(run, state, outcome)
            if not warned and not is_finite(state.parameters.theta):
                warned = True
                warnings.warn(
                    f"the weights overflowed in epoch {outcome.n_iter}; the best finite weights so far "
                    "are kept. Try a smaller learning_rate_init or scaled inputs.",
                    RuntimeWarning,
                    stacklevel=8,
                )
    except KeyboardInterrupt:
        outcome.reason, state.interrupted = "interrupted", True
        warnings.warn("Training interrupted by user.", stacklevel=2)


def _chunk(run: Run, state: TrainingState, outcome: Outcome) -> None:
    """Take one call's worth of epochs; settle a stop inside it by repeating what came before."""
    epochs = _chunk_length(run, state, outcome)
    before, place = state.parameters, run.orders.place() if epochs > 1 else None
    started = time.perf_counter()
    steps, horizon = run.orders.steps, run.engine.plan.max_epochs
    clock = Clock(state.step, state.epoch, state.samples, horizon, state.epoch / horizon)
    settings = settings_table(run.engine.plan, state.rate, clock, steps, epochs, run.orders.n, run.n_epochs)
    epochs = len(settings) // steps  # fewer, where a schedule returns nonsense later
    order = run.orders.epochs(state.epochs_of_all_fits, epochs)
    after, table = run.engine.epochs(before, run.data, order, settings)
    if not is_finite(after.theta):
        if epochs > 1:  # take them one at a time, to see where it began
            run.orders.go_back(place)
            run.one_at_a_time = True
            return
        if not run.score_decides:
            raise divergence(run.engine, before, run.data, order, settings, outcome.n_iter + 1)
    goals = objectives(run.engine.plan, settings, steps)
    figures = {"rate": [goal.rate for goal in goals], **means_of_epochs(run.engine, table, epochs)}
    keep = _epochs_until_change(run, state, outcome, goals, figures)
    if keep < epochs:
        kept = order._replace(bounds=order.bounds[: keep * steps + 1])
        after, _ = run.engine.epochs(before, run.data, kept, settings[: keep * steps])
        run.orders.go_back(place)
        # so that the stream stands where these epochs leave it
        run.orders.epochs(state.epochs_of_all_fits, keep)
    seconds = (time.perf_counter() - started) / keep
    for i in range(keep):
        of_epoch = {name: values[i] for name, values in figures.items()}
        _epoch_end(run, state, outcome, after, goals[i], {**of_epoch, "seconds": seconds})
    if run.callbacks and keep == 1:
        last: dict[str, Any] = {name: state.history[name][-1] for name in HISTORY}
        record = Record(outcome.n_iter, run.n_epochs, **{**last, "loss": state.loss_curve[-1]})
        look(run.callbacks, record, View(run.engine, run.data, after.theta, before.theta))


def _epochs_until_change(
    run: Run, state: TrainingState, outcome: Outcome, goals: list[Objective], figures: dict[str, list[float]]
) -> int:
    """Return how many of a chunk's epochs pass before the patience is exhausted, or the schedule changes."""
    patience, before, rate = state.of_loss, state.objective, state.rate
    heard = listens(rate)
    for i in range(len(goals) - 1):
        of_epoch: dict[str, Any] = {name: values[i] for name, values in figures.items()}
        verdict = _verdict_on_loss(run, patience, goals[i].renews(before), of_epoch)
        patience, before = verdict.patience, goals[i]
        if verdict.stalled:
            return i + 1
        if heard:
            of_epoch |= {"validation_score": math.nan, "seconds": math.nan, **verdict.said}
            del of_epoch["loss_alone"]
            changed = rate.observe(Record(outcome.n_iter + i + 1, run.n_epochs, **of_epoch))
            if changed != rate:
                return i + 1
            rate = changed
    return len(goals)


def _chunk_length(run: Run, state: TrainingState, outcome: Outcome) -> int:
    """Return how many epochs one call may take: one, where something listens after each of them."""
    observers = [one for one in run.callbacks if isinstance(one, Observer)]
    watched = run.monitor is not None or len(observers) < len(run.callbacks)
    if watched or run.one_at_a_time or not may_look_ahead(run.engine.plan, state.rate):
        return 1
    last = state.history["seconds"][-1] if outcome.n_iter else math.inf
    epochs, next_one = run.n_epochs - outcome.n_iter, outcome.n_iter + 1
    for one in observers:  # an epoch that is looked at is taken alone, so that it has a before
        wanted = next_look(one, run.engine, shown_to_users(run.data), next_one)
        epochs = int(min(epochs, max(1, wanted - next_one)))
    return min(run.engine.epochs_worth_a_call(last), epochs)


def _epoch_end(
    run: Run,
    state: TrainingState,
    outcome: Outcome,
    after: State,
    goal: Objective,
    figures: dict[str, float],
) -> None:
    """Judge one epoch, then count it, report it and let the callbacks hear of it.

    What takes time comes before anything is counted: an epoch that is interrupted leaves no trace.
    """
    judged = Judged(math.nan)
    if run.monitor is not None:
        started = time.perf_counter()
        judged = run.monitor(shown(run, after, state.epoch + 1))
        figures["seconds"] += time.perf_counter() - started
    figures["validation_score"], figures["validation_loss"] = judged
    loss_alone = figures.pop("loss_alone")
    state.parameters = after
    outcome.n_iter += 1
    state.epoch += 1
    state.step += run.orders.steps
    state.samples += run.orders.n
    state.loss_curve.append(figures["loss"])
    if run.monitor is not None:
        state.validation_scores.append(judged.score)
    if outcome.n_iter == 1 or goal.differs(state.objective):
        outcome.first_loss = figures["loss"]
    outcome.last_loss = figures["loss"]
    verdict = _judge(run, state, goal.renews(state.objective), figures)
    state.objective = goal
    for name in HISTORY:
        state.history[name].append(loss_alone if name == "loss" else figures[name])
    if verdict.stalled or run.is_heard or listens(state.rate):
        said: dict[str, Any] = {**figures, **verdict.said, "stalled": verdict.stalled}
        _report(run, state, outcome, Record(outcome.n_iter, run.n_epochs, **said))


def _report(run: Run, state: TrainingState, outcome: Outcome, record: Record) -> None:
    """Say what the epoch did, and hear who wants to stop."""
    run.say(f"Iteration {record.epoch}, loss = {record.loss:.8f}")
    if run.monitor is not None:
        run.say(f"Validation score: {record.validation_score:f}")
    if _stops(run, state, record):
        outcome.reason = "stalled"
    verdicts = [callback.on_epoch_end(record) for callback in run.callbacks]  # every one hears of it
    if True in verdicts:
        outcome.reason = "callback"


class Verdict(NamedTuple):
    """What is said of one epoch.

    Attributes
    ----------
    patience : Patience
        After the epoch.
    stalled : bool
        Whether it is exhausted.
    renewed, judged, unit
        As of the :class:`~rosenblatt.training.state.Record`.
    """

    patience: Patience
    stalled: bool
    renewed: bool
    judged: float
    unit: float

    @property
    def said(self) -> dict[str, Any]:
        """What the record of the epoch says of it."""
        return {"renewed": self.renewed, "judged": self.judged, "unit": self.unit}


def _judge(run: Run, state: TrainingState, renewed: bool, figures: dict[str, float]) -> Verdict:
    """Count an epoch as better or not; keep the best weights where a score decides."""
    if not run.score_decides:
        verdict = _verdict_on_loss(run, state.of_loss, renewed, figures)
        state.of_loss = verdict.patience
        state.best_loss = min(state.best_loss, figures["loss"])
        return verdict
    score, theta = figures["validation_score"], shown(run, state.parameters, state.epoch)
    verdict = _verdict(run, state.of_score, renewed, -score)
    state.of_score = verdict.patience
    if score > state.best_score and is_finite(theta):
        state.best_score, state.best_theta = score, theta
    return verdict


def _verdict_on_loss(run: Run, before: Patience, renewed: bool, figures: dict[str, Any]) -> Verdict:
    return _verdict(run, before, renewed, figures["objective" if run.by_objective else "loss"])


def _verdict(run: Run, before: Patience, renewed: bool, value: float) -> Verdict:
    """Compare like with like: where the objective is another one, counting begins anew."""
    before = Patience() if renewed else before
    unit = run.unit(before.reference)
    after = before.after(value, run.engine.plan.tol * unit, run.nan_stalls and run.score_decides)
    stalled = after.stale > run.engine.plan.patience and after.stale > run.patience(after.reference)
    return Verdict(after, stalled, renewed, value, unit)


def _stops(run: Run, state: TrainingState, record: Record) -> bool:
    """Let the rate's schedule listen; return whether a stall ends training."""
    what, counted = (
        ("Validation score", state.of_score) if run.score_decides else ("Training loss", state.of_loss)
    )
    heard = listens(state.rate)
    changed = state.rate.observe(record) if heard else state.rate
    adapted = changed != state.rate
    state.rate = changed
    if adapted:  # the smaller rate has as much patience as the one before
        state.of_loss, state.of_score = (one._replace(stale=0) for one in (state.of_loss, state.of_score))
    if not record.stalled:
        return False
    message = (
        f"{what} did not improve more than tol={run.engine.plan.tol:f} for "
        f"{run.patience(counted.reference):.0f} consecutive epochs."
    )
    if adapted:
        rate = getattr(changed, "peak", None)
        run.say(f"{message} Setting learning rate to {changed if rate is None else format(rate, 'f')}")
        return False
    run.say(message + (" Stopping." if not heard else " Learning rate too small. Stopping."))
    return True


def shown(run: Run, parameters: State, epochs: int) -> Any:
    """Return the theta that predicts: the average of the weights, if there is one after so many epochs."""
    average = run.engine.plan.average
    if average is None or not average.has_begun(epochs, run.n_epochs):
        return parameters.theta
    return parameters.slots[-1]


def initial_state(engine: Engine, theta: Any) -> TrainingState:
    """Return the state before the first epoch: theta, slots of zeros, the plan's rate."""
    slots = tuple(theta * 0.0 for _ in engine.plan.slots)
    return TrainingState(State(theta, slots), rate=engine.plan.rate, best_theta=theta)
