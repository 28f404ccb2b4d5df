"""What stands above the groups: which jobs these are, and of how many of them more is known than lists tell."""

from batchtui.format import Cell, Span, plain, plural
from batchtui.insight.group_keys import By
from batchtui.insight.group_samples import CHILDREN_LISTED
from batchtui.insight.groups import Grouping
from batchtui.sync.described_jobs import MOST_DESCRIBED
from batchtui.ui.panes.groups import Wanted


def group_words(
    wanted: Wanted,
    grouping: Grouping | None,
    *,
    doing: str = "",
    is_full: bool = False,
    has_more: bool = False,
    unknown: int = 0,
    cut: int = 0,
    age: str = "",
    dropped: bool = False,
    trouble: str = "",
) -> list[Cell]:
    """What stands above the list: which jobs these are, and of how many of them the hours are counted.

    Args:
        wanted: Which jobs, and how they are put together.
        grouping: What they come to; None while that is not known.
        doing: What AWS is being asked for; empty where it is not.
        is_full: Whether no more can be kept.
        has_more: Whether more can be asked for.
        unknown: How many jobs AWS was asked for and does not know any more.
        cut: Of how many arrays more children are in one status than are looked at.
        age: How old the counts are; empty where they are true.
        dropped: Whether older finished jobs are left out of everything.
        trouble: What AWS refused.
    """
    whose = wanted.queue or "all queues"
    by = f"tag {wanted.tag}" if wanted.by is By.TAG and wanted.tag else wanted.by.value
    title: list[Span] = [
        (" Jobs of ", "muted"),
        (whose, "strong"),
        (" · ", "muted"),
        (wanted.status or "every status", "strong"),
        (" · by ", "muted"),
        (by, "accent"),
    ]
    if age:
        title.append((f" · as of {age} ago", "warning"))
    lines: list[Cell] = [tuple(title)]
    if grouping is not None:
        counts = _counts(wanted, grouping, doing, is_full, has_more, unknown, cut, dropped)
        lines.append(((f" {counts}", "muted"),))
    if trouble:
        lines += [plain(f" ✕ {trouble}", "failed")]
    return lines


def _counts(
    wanted: Wanted,
    grouping: Grouping,
    doing: str,
    is_full: bool,
    has_more: bool,
    unknown: int,
    cut: int,
    dropped: bool,
) -> str:
    jobs = plural(grouping.jobs, "job")
    if grouping.jobs >= 1000:
        jobs = f"{grouping.jobs:,} jobs"
    if wanted.by is By.CAUSE:
        failed = grouping.jobs - grouping.left_out
        words = [f"{failed:,} of {jobs} failed, of {plural(len(grouping.groups), 'cause')}"]
    else:
        words = [f"{jobs} in {plural(len(grouping.groups), 'group')}"]
    if counted := grouping.arrays - grouping.untold:
        words.append(f"{plural(counted, 'array')} as {grouping.children:,} children")
    if grouping.untold:
        words.append(f"{plural(grouping.untold, 'array')} as one job: of the children nothing is told")
    if grouping.ran:
        known = grouping.vcpus_counted == grouping.gpus_counted == grouping.ran
        gpus = f" (GPU: {grouping.gpus_counted:,})" if grouping.gpus_counted != grouping.vcpus_counted else ""
        more = ", ctrl+r: more" if has_more and not (known or doing or is_full) else ""
        words.append(f"hours of {grouping.vcpus_counted:,} of {grouping.ran:,} that ran{gpus}{more}")
    if doing:
        words.append(doing)
    elif is_full:
        words.append(f"no more than {MOST_DESCRIBED:,} are described")
    if unknown:
        words.append(f"AWS no longer knows {unknown:,} of them")
    if cut:
        words.append(f"of {plural(cut, 'array')} only the first {CHILDREN_LISTED:,} children in a status")
    if dropped:
        words.append("older finished jobs are left out")
    return " · ".join(words)
