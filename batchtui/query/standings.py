"""What can be asked of how queues stand, and by what they can be sorted."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from batchtui.insight.queue_drain import Outcome
from batchtui.insight.queue_standing import Standing
from batchtui.insight.queue_use import Use
from batchtui.query.fields import Fields, NumberField, TextField

_NEVER: Final = 1e12  # seconds: later than every end that is foretold


def fullest(found: Standing) -> Use | None:
    """Of what is in use, that of which the least is left; where no limit is known, the first."""
    known = [each for each in found.uses if each.part is not None]
    return max(known, key=lambda each: each.part or 0.0) if known else next(iter(found.uses), None)


def _used(found: Standing) -> float | None:
    use = fullest(found)
    return None if use is None or use.part is None else 100 * use.part


def empty_in(found: Standing) -> float | None:
    """Seconds until it is empty, if jobs come as they came lately; None where that cannot be said."""
    drain = found.drain
    if drain is None or drain.outcome is Outcome.UNKNOWN:
        return None
    if drain.outcome is Outcome.EMPTY:
        return 0.0
    return drain.with_arrivals.likely if drain.outcome is Outcome.ENDS and drain.with_arrivals else _NEVER


def _waiting(found: Standing) -> int | None:
    return found.counted.tally.left - found.counted.tally.placed if found.counted else None


def _placed(found: Standing) -> int | None:
    return found.counted.tally.placed if found.counted else None


def _ended(found: Standing) -> float | None:
    return found.counted.pace.ended_an_hour if found.counted else None


def _came(found: Standing) -> float | None:
    return found.counted.pace.came_an_hour if found.counted else None


def _wait(found: Standing) -> float | None:
    return found.counted.pace.waits.p50 if found.counted and found.counted.pace.waits else None


def _wait_90(found: Standing) -> float | None:
    return found.counted.pace.waits.p90 if found.counted and found.counted.pace.waits else None


STANDING_FIELDS: Fields[Standing] = {
    "name": TextField(lambda found: (found.queue.job_queue_name,)),
    "state": TextField(lambda found: (found.queue.state,), is_searched=False),
    "blocked": TextField(lambda found: (found.blocked.cause, found.blocked.told) if found.blocked else ()),
    "priority": NumberField(lambda found, now: found.queue.priority),
    "waiting": NumberField(lambda found, now: _waiting(found)),
    "running": NumberField(lambda found, now: _placed(found)),
    "used": NumberField(lambda found, now: _used(found)),
    "ended": NumberField(lambda found, now: _ended(found)),
    "came": NumberField(lambda found, now: _came(found)),
    "empty": NumberField(lambda found, now: empty_in(found), is_duration=True),
    "waited": NumberField(lambda found, now: _wait(found), is_duration=True),
}


def _most(read: Callable[[Standing], float | None]) -> Callable[[Standing, float], Any]:
    def value(found: Standing, now: float) -> float | None:
        known = read(found)
        return None if known is None else -known

    return value


STANDING_SORTS: Mapping[str, Callable[[Standing, float], Any]] = {
    "priority": lambda found, now: None if found.queue.priority is None else -found.queue.priority,
    "name": lambda found, now: found.queue.job_queue_name.casefold(),
    "waiting": _most(_waiting),
    "running": _most(_placed),
    "used": _most(_used),
    "ended": _most(_ended),
    "came": _most(_came),
    "empty": _most(empty_in),
    "wait": _most(_wait),
    "wait90": _most(_wait_90),
    "blocked": lambda found, now: found.blocked.job.created_at if found.blocked else None,
}
"""The most first, of times the longest: that is what one looks for."""
