"""How a queue stands, as lines: what holds it up first, then when it is empty, then all the rest."""

from collections.abc import Sequence
from time import localtime, strftime
from typing import Final

from rich.cells import cell_len

from batchtui.format import Cell, Span, bar, number, plain, plural, status_style
from batchtui.insight.phrases import duration, listed
from batchtui.insight.queue_drain import LATE, Drain, Outcome, Range
from batchtui.insight.queue_pace import Pace, Percentiles
from batchtui.insight.queue_standing import Blocked, Counted, Standing
from batchtui.insight.queue_use import VCPU, Use
from batchtui.model.text import clean
from batchtui.sync.trends import Lines
from batchtui.ui.details.bars import sparkline
from batchtui.ui.details.lines import DIGITS, label, section
from batchtui.ui.details.queue_share_lines import share_lines

_OLD_SECONDS: Final = 60
_LABEL: Final = 11
_MOST_COLUMNS: Final = 120


def insight_lines(
    found: Standing,
    trend: Lines | None,
    width: int,
    now: float,
    *,
    trouble: str = "",
    share_troubles: Sequence[str] = (),
    is_asking: bool = False,
    digit: int = 0,
) -> list[Cell]:
    """Everything that is known of it.

    Args:
        found: How it stands.
        trend: Its counts over the session, None where there are none yet.
        width: In cells.
        now: Epoch seconds.
        trouble: Why AWS does not tell what is in use.
        share_troubles: Why AWS does not tell how it is shared.
        is_asking: Whether the first answer is awaited.
        digit: Of the job that blocks it, among what one can go to; 0 for none.
    """
    counted = found.counted
    lines = blocked_lines(found.blocked, now, digit) if found.blocked is not None else []
    lines += section("Drains", _drain(found.drain, counted, now, found))
    lines += section("In use", _use(found, width, now, trouble, is_asking=is_asking))
    lines += share_lines(found, width, now, share_troubles)
    if counted is not None:
        lines += _throughput(counted, width)
        lines += _times(counted.pace, width)
    return [*lines, *_trend(trend, has_arrays=counted is not None and counted.tally.arrays > 0)]


def blocked_lines(blocked: Blocked, now: float, digit: int) -> list[Cell]:
    """What holds it up, since when, and the way to the culprit."""
    cause = clean(blocked.cause or blocked.told)
    lines: list[Cell] = [((("! ", "warning"), ("Blocked  ", "warning"), (cause, "strong")))]
    name = clean(blocked.job.job_name or blocked.job.job_id)
    key: Span = (f"  {digit} " if 0 < digit <= DIGITS else "    ", "key")
    lines.append((key, (f"job {name}", ""), ("  head of the queue · w: why, what to do", "muted")))
    if blocked.since is not None:
        ago = duration(now - blocked.since / 1000)
        created = blocked.job.created_at
        waits = "" if created is None else f"waits for {duration(now - created / 1000)}; "
        if blocked.is_at_head_since:
            since = f"    {waits}at the head since {_moment(blocked.since / 1000, now)}, for {ago}"
        else:
            since = f"    {waits}since when it is at the head AWS has not told here"
        lines.append(plain(since))
    return [*lines, plain("")]


def _drain(estimate: Drain | None, counted: Counted | None, now: float, found: Standing) -> list[Cell]:
    if estimate is None or counted is None:
        return [plain("  The jobs are being counted …", "muted")]
    if estimate.outcome is Outcome.EMPTY:
        return [plain("  Nothing is left to do: it is empty.")]
    left = f"{estimate.left:,} left"
    if estimate.outcome is Outcome.UNKNOWN:
        return [plain(f"  When it is empty cannot be said: {estimate.why_not}. {left}.", "warning")]
    pace = counted.pace
    figures = f"  {left}; {rate(pace.ended_an_hour)} end, {rate(pace.came_an_hour)} come"
    rests_on = f" ({_counted(pace)} in the last {duration(pace.seconds)})"
    lines: list[Cell] = []
    if estimate.outcome is Outcome.GROWS:
        soonest = estimate.with_arrivals.soonest if estimate.with_arrivals is not None else None
        perhaps = "" if soonest is None else f"; if it is chance, hardly before {duration(soonest)}"
        lines.append(plain(f"  Not at this pace: as many come as end, or more{perhaps}.", "warning"))
    elif estimate.with_arrivals is not None:
        lines.append((("  Empty ", ""), *_when(estimate.with_arrivals, now)))
    if estimate.without is not None and found.queue.state != "DISABLED" and any(pace.came):
        lines.append((("  If none came any more: ", ""), *_when(estimate.without, now)))
    lines.append(plain(f"{figures}{rests_on}.", "muted"))
    if estimate.late_ended_an_hour is not None:
        late = duration(pace.seconds * LATE / len(pace.ended))
        late_rate = rate(estimate.late_ended_an_hour)
        lines.append(
            plain(f"  Of late another pace, which counts here: {late_rate} end in the last {late}.", "muted")
        )
    if counted.tally.arrays:
        lines.append(plain("  An array counts as its children, which end evenly as far as is known.", "muted"))
    return lines


def _counted(pace: Pace) -> str:
    return f"{sum(pace.ended):,.0f} ended, {sum(pace.came):,.0f} came"


def _when(found: Range, now: float) -> Cell:
    soonest = duration(found.soonest)
    if found.likely is None:
        return plain(f"hardly before {soonest}, or never at this pace.")
    likely = f"in about {duration(found.likely)}"
    at = f", at {_moment(now + found.likely, now)}"
    if found.latest is None:
        return ((likely, "strong"), (at, ""), (f"; hardly before {soonest}, or never at this pace.", ""))
    return ((likely, "strong"), (at, ""), (f"; 8 times of 10 between {soonest} and {duration(found.latest)}.", ""))


def _use(found: Standing, width: int, now: float, trouble: str, *, is_asking: bool) -> list[Cell]:
    lines: list[Cell] = []
    if trouble:
        lines.append(plain(f"  {clean(trouble)}", "failed"))
    if is_asking and not found.uses:
        lines.append(plain("  Asking AWS …", "muted"))
    wide = max((cell_len(clean(each.unit)) + 3 for each in found.uses), default=0)
    lines += [use_line(each, max(_LABEL, wide), width) for each in found.uses]
    if not found.uses and not is_asking:
        if found.counted is not None and found.counted.tally.vcpus:
            known = number(found.counted.tally.vcpus)
            lines.append(plain(f"  At least {known} vCPU, by the jobs whose vCPUs are known.", "muted"))
        elif not trouble:
            lines.append(plain("  AWS tells nothing in use.", "muted"))
    age = now - found.used_at / 1000 if found.used_at is not None else 0
    if found.uses and age > _OLD_SECONDS:
        lines.append(plain(f"  As AWS worked it out {duration(age)} ago.", "muted"))
    if found.shared_with and any(each.unit == VCPU and each.most for each in found.uses):
        names = listed([clean(name) for name in found.shared_with], 3)
        words = f"  The limit is shared with {names}, of whose use nothing is in this figure."
        lines.append(plain(words, "muted"))
    return lines


def use_line(each: Use, wide: int, width: int) -> Cell:
    """A bar towards the limit, and the figures."""
    name = label(f"  {clean(each.unit)}", wide)
    if each.most is None or each.part is None:
        return (name, (f"{number(each.used)} in use", ""), ("  its limit is not known", "muted"))
    figures = f" {number(each.used)} of {number(each.most)} ({each.part:.0%})"
    asked = f"  instances for {number(each.asked)}" if each.asked is not None else ""
    room = width - wide - cell_len(figures) - cell_len(asked)
    return (name, *bar(each.part, max(4, min(40, room))), (figures, ""), (asked, "muted"))


def _throughput(counted: Counted, width: int) -> list[Cell]:
    pace = counted.pace
    ended, came = sum(pace.ended), sum(pace.came)
    failed = f", {pace.failed / ended:.0%} failed" if ended and pace.failed >= 0.5 else ""
    lines: list[Cell] = []
    for name, parts, an_hour, more in (
        ("ended", pace.ended, pace.ended_an_hour, f"{ended:,.0f} in all{failed}"),
        ("came", pace.came, pace.came_an_hour, f"{came:,.0f} in all"),
    ):
        top = max(parts)
        lines.append(
            (
                label(f"  {name}", _LABEL),
                (f"{rate(an_hour):>9}  ", ""),
                (sparkline(parts, 0, top), "bar"),
                (f"  0 to {top:,.0f} each {duration(pace.seconds / len(parts))}, {more}", "muted"),
            )
        )
    return section(f"Throughput in the last {duration(pace.seconds)}", lines)


def _times(pace: Pace, width: int) -> list[Cell]:
    lines: list[Cell] = [((label("", _LABEL)), *((f"{name:>9}", "header") for name in ("p50", "p90", "p99")))]
    for name, times, seconds, what in (
        ("waited", pace.waits, pace.waits_seconds, "started"),
        ("ran", pace.runs, pace.runs_seconds, "ended"),
    ):
        of = f"  {'no job' if times is None else plural(times.count, 'job')} that {what} in the last "
        lines.append((label(f"  {name}", _LABEL), *_percentiles(times), (f"{of}{duration(seconds)}", "muted")))
    lines.append(plain("  Waited: from creation to start, for dependencies too. Arrays are left out.", "muted"))
    return section("Times", lines)


def _percentiles(times: Percentiles | None) -> Cell:
    found = (None, None, None) if times is None else (times.p50, times.p90, times.p99)
    return tuple((f"{'–' if seconds is None else duration(seconds):>9}", "") for seconds in found)


def _trend(trend: Lines | None, *, has_arrays: bool) -> list[Cell]:
    if trend is None or not trend.lines:
        return section("Trend", [plain("  It begins once all jobs were listed.", "muted")])
    counts = [f"{line.now:,}" for line in trend.lines]
    ranges = [f"{line.least:,} to {line.most:,}" for line in trend.lines]
    wide = max(map(len, counts))
    lines: list[Cell] = [
        (
            label(f"  {line.status}", _LABEL + 2),
            (f"{now:>{wide}}  ", "strong"),
            (sparkline(line.values, line.least, line.most), status_style(line.status)),
            (f"  {span}", "muted"),
        )
        for line, now, span in zip(trend.lines, counts, ranges, strict=True)
    ]
    span = f"{_clock(trend.since)} to {_clock(trend.until)}, {duration(trend.until - trend.since)}"
    note = "  Each line from its lowest count to its highest" + (
        "; gaps: paused, or AWS did not answer." if trend.has_gaps else "."
    )
    if has_arrays:
        note += " Here an array is one job, as in the lists."
    return section(f"Trend of the session: {span}", [*lines, plain(note, "muted")])


def trend_columns(width: int) -> int:
    """How many stretches of time there is room for."""
    return max(10, min(_MOST_COLUMNS, width - 36))


def rate(an_hour: float) -> str:
    """``14/h``, ``0.4/h``."""
    return f"{an_hour:,.0f}/h" if an_hour >= 10 else f"{number(round(an_hour, 1))}/h"


def _moment(epoch_seconds: float, now: float) -> str:
    """A time of day, with its date where that is not today's."""
    moment = localtime(epoch_seconds)
    is_today = moment[:3] == localtime(now)[:3]
    return strftime("%H:%M" if is_today else "%m-%d %H:%M", moment)


def _clock(epoch_seconds: float) -> str:
    return strftime("%H:%M", localtime(epoch_seconds))
