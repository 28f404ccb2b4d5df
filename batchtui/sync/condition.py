"""How the whole is doing, in one word for the status bar."""

from dataclasses import dataclass

from batchtui.sync.snapshot import Snapshot, jobs_of

_WORST_FIRST = (
    "not configured",
    "no credentials",
    "credentials expired",
    "credentials expired or rejected",
    "clock wrong",
    "offline",
    "throttled",
    "access denied",
    "stale",
)
_PATIENCE = 3  # intervals without news until what is shown counts as stale
_PATIENCE_SECONDS = 20.0  # and at least so long: one slow answer is no condition
_FRESH_SECONDS = 10.0  # data that is no older needs no age


@dataclass(frozen=True, slots=True)
class Condition:
    """What is the matter, if anything is."""

    word: str
    """``live``, ``loading``, ``paused``, ``stale``, ``throttled``, ``offline``, ``access denied``,
    ``credentials expired``, ``credentials expired or rejected``, ``no credentials``, ``clock wrong`` or
    ``not configured``."""
    detail: str = ""
    """What to do about it."""
    since: float | None = None
    """Epoch seconds of the last good data, where what is shown is older than it should be."""


def condition(snapshot: Snapshot, now: float, queue: str | None = None) -> Condition:
    """The worst that is the matter.

    Args:
        snapshot: What is known.
        now: Epoch seconds.
        queue: The one whose jobs are shown; all where None.
    """
    if snapshot.is_paused:
        return Condition("paused", since=snapshot.refreshed_at)
    failing = [(state, state.error) for state in snapshot.sources.values() if state.error is not None]
    if failing:
        state, error = min(failing, key=lambda item: _WORST_FIRST.index(item[1].condition))
        last_good = state.succeeded_at or snapshot.refreshed_at
        is_old = last_good is not None and now - last_good > _FRESH_SECONDS
        return Condition(error.condition, error.what_to_do, last_good if is_old else None)
    if snapshot.progress is not None or snapshot.job_queues is None:
        return Condition("loading")
    overdue = max(_PATIENCE_SECONDS, _PATIENCE * max(snapshot.interval, snapshot.unseen_interval))
    if snapshot.refreshed_at is not None and now - snapshot.refreshed_at > overdue:
        return Condition("stale", "AWS takes long to answer.", snapshot.refreshed_at)
    shown = [queue] if queue else [each.job_queue_name for each in snapshot.job_queues]
    states = (snapshot.sources.get(jobs_of(name)) for name in shown)
    oldest = min((state.succeeded_at for state in states if state and state.succeeded_at), default=now)
    if now - oldest > overdue:  # a queue to which one comes is looked at more rarely until then
        return Condition("stale", "AWS is being asked.", oldest)
    return Condition("live")
