"""What the dialog says before drafts are sent, while they are, and afterwards: pure."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from time import localtime, strftime
from typing import Final

from batchtui.actions.draft import Draft
from batchtui.actions.originals import Originals
from batchtui.actions.outcomes import Standing
from batchtui.actions.request_diff import Change, DiffLine, diff_lines
from batchtui.actions.request_merge import merged
from batchtui.actions.request_notes import Note, Severity, listed
from batchtui.actions.resubmission import ArrayChoice
from batchtui.actions.submitting import SubmitOutcome, SubmitProgress
from batchtui.format import Cell, bar, plain, plural
from batchtui.model.fields import arn_name
from batchtui.model.job_detail import JobDetail
from batchtui.model.text import clean

_SHOWN: Final = 8
_BAR: Final = 30
_STYLES: Final = {Severity.INFO: "muted", Severity.WARNING: "warning", Severity.BLOCKER: "failed"}
_SIGNS: Final = {Severity.INFO: "·", Severity.WARNING: "!", Severity.BLOCKER: "✕"}


def name_of(draft: Draft) -> str:
    """The new job's name, fit for the screen."""
    return clean(str(draft.request.get("jobName", "")))


def queue_of(draft: Draft) -> str:
    """The new job's queue, by name."""
    return clean(arn_name(str(draft.request.get("jobQueue", ""))))


def question(drafts: Sequence[Draft], hidden: int) -> list[Cell]:
    """How many jobs, their first names, and where they go.

    Args:
        drafts: Those that can be sent.
        hidden: How many of the chosen jobs the list does not show, because of a filter.
    """
    if not drafts:
        return [plain("There is nothing that could be submitted.", "strong")]
    where = Counter(map(queue_of, drafts))
    queues = listed([queue for queue, _ in where.most_common()], 3)
    lines: list[Cell] = []
    if len(drafts) == 1:
        draft = drafts[0]
        definition = arn_name(str(draft.request.get("jobDefinition", "")))
        once_more = " once more" if draft.original is not None else ""
        size = draft.request.get("arrayProperties", {}).get("size")
        array = f", an array of {plural(size, 'job')}" if isinstance(size, int) else ""
        lines.append(plain(f"Submit {name_of(draft)}{once_more} to {queues}{array}?", "strong"))
        lines.append(plain(f"It runs {clean(definition)}.", "muted"))
    else:
        lines.append(plain(f"Submit {plural(len(drafts), 'job')} to {queues}?", "strong"))
        names = list(dict.fromkeys(map(name_of, drafts)))
        lines.append(plain(listed(names), "muted"))
    if hidden:
        is_are = "is" if hidden == 1 else "are"
        lines.append(
            plain(f"{plural(hidden, 'marked job')} that the filter hides {is_are} among them.", "warning")
        )
    return lines


def draft_lines(draft: Draft, *, number: int = 0, total: int = 1) -> list[Cell]:
    """One draft as a difference, and what one should know of it.

    Args:
        draft: Which one.
        number: Its place among all, counted from 0.
        total: How many there are.
    """
    lines: list[Cell] = []
    if total > 1:
        title = f"{number + 1} of {total} · {name_of(draft) or 'cannot be submitted'}"
        lines += [plain(""), ((title, "strong"), ("  [ ] others", "key"))]
    if draft.request:
        lines += difference(draft)
    if draft.notes:
        lines += [plain(""), plain("To know", "label"), *map(_note, draft.notes)]
    return lines


def difference(draft: Draft) -> list[Cell]:
    """What the new job has otherwise than the old one, or, where there is none, than its definition says."""
    original = draft.original
    if original is None:
        base = merged({}, draft.definition) if draft.definition else {}
        base = {key: value for key, value in base.items() if key != "tags"}  # they are not passed on to jobs
        changes = diff_lines(JobDetail.from_api(base), draft.request, draft.definition)
        changes = [each for each in changes if each.path not in ("jobQueue", "jobDefinition", "jobName")]
        title, same = "Other than the job definition has it", "Everything is as the job definition has it."
    else:
        changes = diff_lines(original, draft.request, draft.definition)
        title, same = "Other than the old job", "Everything that can be the same is as in the old job."
    if not changes:
        return [plain(same, "succeeded")]
    return [plain(title, "label"), *chain.from_iterable(map(_change, changes))]


def summary_of_notes(drafts: Sequence[Draft]) -> list[Cell]:
    """The notes of many drafts, each once with how many jobs it is about; the gravest first."""
    found = Counter(note for draft in drafts for note in draft.notes if note.severity is not Severity.INFO)
    order = list(Severity)
    ranked = sorted(found.items(), key=lambda item: (-order.index(item[0].severity), -item[1]))
    lines = [_note(note, f"{plural(count, 'job')}: ") for note, count in ranked[:_SHOWN]]
    if len(ranked) > _SHOWN:
        lines.append(plain(f"  and {len(ranked) - _SHOWN:,} more kinds of remarks", "muted"))
    return lines


def left_out_lines(left_out: Sequence[tuple[str, str]]) -> list[Cell]:
    """Which jobs cannot be submitted once more, by reason."""
    reasons: dict[str, list[str]] = {}
    for job_id, why in left_out:
        reasons.setdefault(why, []).append(job_id)
    return [plain(f"Left out: {listed(ids, 2)}, which {why}.", "warning") for why, ids in reasons.items()]


def array_lines(originals: Originals) -> list[Cell]:
    """Why the failed children of an array can, or cannot, be a new array."""
    choices = originals.array_choices
    if not choices:
        return []
    if ArrayChoice.FAILED_AS_ARRAY in choices:
        return [plain("AWS numbers a new array from 0: each failed child would have its old index.", "muted")]
    text = "AWS numbers a new array from 0: the failed children would get other indexes, so it is not offered."
    return [plain(text, "muted")]


def progress_lines(progress: SubmitProgress) -> list[Cell]:
    """How far it is."""
    done = progress.accepted + progress.failed + progress.in_doubt
    lines: list[Cell] = [
        (*bar(done / max(1, progress.total), _BAR), (f" {done:,} of {progress.total:,}", "strong"))
    ]
    if progress.failed:
        lines.append(plain(f"{progress.failed:,} refused", "failed"))
    if progress.is_looking:
        lines.append(plain("The answer was lost. Looking whether the job is there …", "warning"))
    if progress.pause:
        lines.append(plain(f"AWS throttles: waiting {progress.pause:.0f} s …", "warning"))
    return [*lines, plain("What was submitted stays submitted when you stop.", "muted")]


def outcome_lines(outcomes: Sequence[SubmitOutcome]) -> list[Cell]:
    """What did not go well: what is in doubt in full, the rest by kind with a few names."""
    accepted = sum(outcome.standing is Standing.ACCEPTED for outcome in outcomes)
    lines: list[Cell] = [plain(f"{accepted:,} of {plural(len(outcomes), 'job')} submitted.", "strong"), plain("")]
    doubtful = [outcome for outcome in outcomes if outcome.standing is Standing.IN_DOUBT]
    for outcome in doubtful[:_SHOWN]:
        lines += _doubt(outcome)
    if len(doubtful) > _SHOWN:
        lines.append(plain(f"and {len(doubtful) - _SHOWN:,} more in doubt", "warning"))
    kinds: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        if outcome.standing in (Standing.FAILED, Standing.NOT_ASKED):
            why = str(outcome.error) if outcome.error else ""
            kinds.setdefault((outcome.standing.value, why), []).append(clean(outcome.job_name))
    for (standing, why), names in list(kinds.items())[:_SHOWN]:
        lines.append(plain(f"{standing.capitalize()}: {listed(names, 3)}", "failed"))
        lines += [plain(f"  {why}", "muted")] if why else []
    return lines


def _doubt(outcome: SubmitOutcome) -> list[Cell]:
    why = outcome.error.detail if outcome.error else "it was broken off"
    name = clean(outcome.job_name)
    lines = [
        plain(f"In doubt: {name}, sent at {_moment(outcome.sent_at)}. No answer came: {clean(why)}.", "warning")
    ]
    if not outcome.is_looked_for:
        return [*lines, plain("  Whether it is there could not be found out: AWS does not answer.", "failed")]
    if not outcome.found:
        text = "  No new job of that name is there so far. One that was only just taken in may still appear."
        return [*lines, plain(text, "warning")]
    if outcome.likely is not None:
        lines.append(plain("  A new job of that name is there. It is most likely this one:", "strong"))
    else:
        lines.append(plain("  Jobs of that name that were not known before; others may have sent them:", "strong"))
    for job in outcome.found[:3]:
        created = _moment(job.created_at / 1000) if job.created_at else "?"
        earlier = ", before this one was sent by this machine's clock" if outcome.is_earlier(job) else ""
        lines.append(plain(f"    {job.job_id}  {job.status}, created at {created}{earlier}"))
    return lines


def _moment(seconds: float) -> str:
    return strftime("%H:%M:%S", localtime(seconds))


def _change(line: DiffLine) -> list[Cell]:
    lines: list[Cell] = [plain(f"  {line.path}", "")]
    if line.kind is not Change.ADDED:
        lines.append(plain(f"    - {line.old}", "muted"))
    if line.kind is not Change.REMOVED:
        lines.append(plain(f"    + {line.new}", "running"))
    return lines


def _note(note: Note, before: str = "") -> Cell:
    return plain(f"{_SIGNS[note.severity]} {before}{note.text}", _STYLES[note.severity])
