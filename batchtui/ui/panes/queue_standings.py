"""The list of how all queues stand."""

from collections.abc import Callable
from typing import Final

from rich.cells import cell_len

from batchtui.format import NOTHING, Cell, bar, duration, number, plain
from batchtui.insight.queue_drain import Outcome
from batchtui.insight.queue_standing import Counted, Standing
from batchtui.insight.queue_use import VCPU
from batchtui.model.secrets import masked_text
from batchtui.model.text import clean
from batchtui.query.standings import STANDING_FIELDS, STANDING_SORTS, fullest
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.widgets.columns import Column

_LEAST_BAR: Final = 4
_MOST_BAR: Final = 12
_ROOM_FOR_WORDS: Final = 16
_ROOM_FOR_WAITS: Final = 40


class QueueStandingsPane(LoadedPane[Standing]):
    """The list of the screen *Queues*."""

    TITLE = "How the queues stand"
    LIST = "standings"
    NONE = ("There are no job queues in this account and region.",)

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(
            _COLUMNS,
            key=lambda found: found.queue.job_queue_name,
            fields=STANDING_FIELDS,
            sorts=STANDING_SORTS,
            id="standings",
            clock=clock,
        )


def _priority(found: Standing, width: int, now: float) -> Cell:
    return plain(NOTHING if found.queue.priority is None else str(found.queue.priority), "muted")


def _name(found: Standing, width: int, now: float) -> Cell:
    signs = " !" if found.blocked is not None else ""
    if found.queue.state == "DISABLED":
        signs += " (off)"
    elif found.queue.status not in ("VALID", None):
        signs += f" {found.queue.status}"
    name = clean(found.queue.job_queue_name)
    room = max(4, width - cell_len(signs))
    return ((name if cell_len(name) <= room else f"{name[: room - 1]}…", ""), (signs, "warning"))


def _count(read: Callable[[Counted], int], style: str) -> Callable[[Standing, int, float], Cell]:
    def cell(found: Standing, width: int, now: float) -> Cell:
        if found.counted is None:
            return plain(NOTHING, "muted")
        count = read(found.counted)
        return plain(f"{count:,}" if len(f"{count:,}") <= width else str(count), style if count else "muted")

    return cell


def _use(found: Standing, width: int, now: float) -> Cell:
    use = fullest(found)
    if use is None:
        return plain("not told" if found.used_at is None else "nothing", "muted")
    if use.part is None:
        return plain(f"{number(use.used)} {clean(use.unit)}")
    percent = f" {use.part:4.0%}"
    cells = max(_LEAST_BAR, min(_MOST_BAR, width - len(percent)))  # alike in all rows
    room = width - cells - len(percent)
    shared = ", shared" if found.shared_with and use.unit == VCPU else ""
    of = f" of {number(use.most or 0)} {clean(use.unit)}"
    shown = next((words for words in (f"{of}{shared}", of) if cell_len(words) <= room), "")
    return (*bar(use.part, cells), (percent, ""), (shown, "muted"))


def _unplaced(counted: Counted) -> int:
    return counted.tally.left - counted.tally.placed


def _rate(read: Callable[[Counted], float]) -> Callable[[Standing, int, float], Cell]:
    def cell(found: Standing, width: int, now: float) -> Cell:
        if found.counted is None:
            return plain(NOTHING, "muted")
        an_hour = read(found.counted)
        text = f"{an_hour:,.0f}" if an_hour >= 10 else number(round(an_hour, 1))
        return plain(text, "" if an_hour else "muted")

    return cell


def _empty(found: Standing, width: int, now: float) -> Cell:
    """When it is empty, with how sure that is; of a queue that grows when it would be if none came any more."""
    drain = found.drain
    if drain is None:
        return plain(NOTHING, "muted")
    if drain.outcome is Outcome.EMPTY:
        return plain("is empty", "muted")
    if drain.outcome is Outcome.UNKNOWN:
        return (("? ", "warning"), (drain.why_not if width >= _ROOM_FOR_WORDS else "", "muted"))
    likely, alone = drain.with_arrivals, drain.without
    if drain.outcome is Outcome.ENDS and likely is not None and likely.likely is not None:
        latest = duration(likely.latest) if likely.latest is not None else "never"
        about, rest = f"~{duration(likely.likely)}", f" ({duration(likely.soonest)} to {latest})"
        style = ""
    else:  # at this pace it has none; where that may be chance, it is not said that it grows
        about, style = ("grows", "warning") if likely is None else ("no end", "")
        has_end = alone is not None and alone.likely is not None and found.queue.state != "DISABLED"
        rest = f" (~{duration(alone.likely)} if none came)" if has_end and alone is not None else ""
    return ((about, style), (rest if len(about) + len(rest) <= width else "", "muted"))


def _wait(read: Callable[[Counted], float | None]) -> Callable[[Standing, int, float], Cell]:
    def cell(found: Standing, width: int, now: float) -> Cell:
        return plain(duration(read(found.counted) if found.counted else None))

    return cell


def _seconds(read: Callable[[Counted], float | None]) -> Callable[[Standing, float], float | None]:
    return lambda found, now: read(found.counted) if found.counted else None


def _p50(counted: Counted) -> float | None:
    return counted.pace.waits.p50 if counted.pace.waits else None


def _p90(counted: Counted) -> float | None:
    return counted.pace.waits.p90 if counted.pace.waits else None


def _blocked(found: Standing, width: int, now: float) -> Cell:
    blocked = found.blocked
    if blocked is None:
        reason = found.queue.status_reason if found.queue.status == "INVALID" else ""
        return plain(masked_text(clean(reason or "")), "warning")
    created = blocked.job.created_at  # as the pane of the queues has it: since when it is the head, Insight tells
    waits = "" if created is None else f"{duration(now - created / 1000)}: "
    waits = f"waits {waits}" if waits and width >= _ROOM_FOR_WAITS else waits
    return ((waits, "muted"), (masked_text(clean(blocked.cause or blocked.told)), "warning"))


_COLUMNS: tuple[Column[Standing], ...] = (
    Column("priority", "PRI", 3, _priority, importance=40, is_right=True),
    Column("name", "QUEUE", 14, _name, importance=100, comfort=18, flex=1, most=40),
    Column("waiting", "WAIT", 5, _count(_unplaced, ""), importance=90, is_right=True),
    Column("running", "RUN", 4, _count(lambda c: c.tally.placed, "running"), importance=89, is_right=True),
    Column("used", "IN USE", 10, _use, importance=92, comfort=24, flex=2, most=38),
    Column("ended", "END/h", 6, _rate(lambda c: c.pace.ended_an_hour), importance=85, is_right=True),
    Column("came", "COME/h", 6, _rate(lambda c: c.pace.came_an_hour), importance=72, is_right=True),
    Column("empty", "EMPTY IN", 8, _empty, importance=95, comfort=26, flex=1, most=54),
    Column("wait", "WAIT50", 6, _wait(_p50), 60, is_right=True, raw=_seconds(_p50), raw_name="wait50_seconds"),
    Column("wait90", "WAIT90", 6, _wait(_p90), 50, is_right=True, raw=_seconds(_p90), raw_name="wait90_seconds"),
    Column("blocked", "BLOCKED", 16, _blocked, importance=93, comfort=28, flex=3),
)
