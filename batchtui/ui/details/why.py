"""The answer to *why?* as lines to read: the cause first, then what to do, then all the rest."""

from collections.abc import Callable, Sequence

from batchtui.format import Cell, Span, plain, text_of
from batchtui.insight.phrases import short_id
from batchtui.insight.verdict import Answer, Certainty, Lead, Verdict
from batchtui.insight.why_answer import Behind, LogEnd, WhyAnswer
from batchtui.model.job import FAILED, RUNNING, SUCCEEDED, JobSummary
from batchtui.model.text import clean
from batchtui.ui.details.documents import read_on
from batchtui.ui.details.lines import DIGITS

_SURE = {
    Certainty.TOLD: "AWS says so:",
    Certainty.FOLLOWS: "It follows from what AWS tells:",
    Certainty.LIKELY: "Likely, though not certain. It rests on:",
}
_ITEM = "  • "


def why_lines(
    why: WhyAnswer | None,
    first_sight: Answer,
    job: JobSummary,
    *,
    is_asking: bool,
    width: int | None = None,
    name_of: Callable[[str], str | None] = lambda _: None,
) -> list[Cell]:
    """Everything that is known by now.

    Args:
        why: What AWS answered; None before it has.
        first_sight: What the lists know, shown until then.
        job: The job as the lists know it.
        is_asking: Whether AWS is being asked.
        width: Of a line, for addresses; None leaves them whole.
        name_of: A job's name by its id, where it is known.
    """
    lines: list[Cell] = []
    if is_asking:
        words = "Asking AWS again …" if why is not None else "Asking AWS …"
        more = " This is what the lists know:" if why is None and first_sight.verdicts else ""
        lines += [plain(f"{words}{more}", "muted"), plain("")]
    if why is None:
        return [*lines, *(_answer(first_sight, job, []) if first_sight.verdicts else [])]
    lines += _answer(why.answer, why.job, _go_to(why.leads, name_of))
    if why.behind is not None:
        lines += _behind(why.behind)
    lines += _items("What the retry strategy did", why.retries)
    if why.behind is not None:
        lines += _items(f"What the retry strategy did for {clean(why.behind.whom)}", why.behind.retries)
    if why.log is not None:
        lines += _log(why.log)
    lines += _looked_at(why.answer)
    if why.behind is not None:
        lines += _looked_at(why.behind.answer, why.behind.whom or "that attempt", why.answer.unknown)
    return [*lines, *read_on((each.link for each in why.verdicts if each.link), width)]


def why_text(lines: Sequence[Cell]) -> str:
    """The same as one text, to be copied."""
    return "\n".join(text_of(line).rstrip() for line in lines).strip() + "\n"


def _answer(answer: Answer, job: JobSummary, ways: Sequence[Cell]) -> list[Cell]:
    if not answer.verdicts:
        return [*_unknown_cause(job, answer), *ways]
    first, *others = answer.verdicts
    lines = [*_verdict(first, _glyph(job)), *ways]
    if others:
        lines.append(plain("Also", "strong"))
        for verdict in others:
            lines += _other(verdict)
    return lines


def _glyph(job: JobSummary) -> Span:
    if job.status == FAILED:
        return ("✕ ", "failed")
    return ("● ", "running") if job.status in (RUNNING, SUCCEEDED) else ("◌ ", "warning")


def _unknown_cause(job: JobSummary, answer: Answer) -> list[Cell]:
    """That nothing is known is an answer too, and says where one looks next."""
    if job.status == FAILED:
        cause, advice = "Why it failed is not known.", "Read its log (l), and what AWS tells in full (d, then y)."
    elif not answer.unknown and not answer.ruled_out:
        cause, advice = "Nothing is known to hold it up.", "Ask again in a while: ctrl+r."
    else:
        cause, advice = "Why it waits is not known.", "See below what is ruled out and what nobody could look at."
    return [(_glyph(job), (cause, "strong")), plain(""), *_items("What to do", (advice,))]


def _verdict(verdict: Verdict, glyph: Span) -> list[Cell]:
    return [
        (glyph, (clean(verdict.cause), "strong")),
        *([plain(_SURE[verdict.certainty], "muted")] if verdict.evidence else []),
        *(_item(each) for each in verdict.evidence),
        plain(""),
        *_items("What to do", verdict.remedies),
    ]


def _other(verdict: Verdict) -> list[Cell]:
    """One that is not the first, with less room: its cause, how sure it is, what it rests on, what to do."""
    sure = {Certainty.TOLD: "AWS says so", Certainty.FOLLOWS: "it follows", Certainty.LIKELY: "likely"}
    return [
        (("◦ ", "key"), (clean(verdict.cause), ""), (f"  ({sure[verdict.certainty]})", "muted")),
        *(_item(each) for each in verdict.evidence),
        *((("  → ", "key"), (clean(each), "")) for each in verdict.remedies),
        plain(""),
    ]


def _behind(behind: Behind) -> list[Cell]:
    verdicts = behind.answer.verdicts
    lines = [plain(clean(behind.title), "strong")]
    if not verdicts:
        lines.append(plain("  Why is not known."))
    for verdict in verdicts:
        lines += _other(verdict)
    return lines if verdicts else [*lines, plain("")]


def _go_to(leads: Sequence[Lead], name_of: Callable[[str], str | None]) -> list[Cell]:
    if not leads:
        return []
    lines: list[Cell] = [plain("Go to", "strong")]
    for number, lead in enumerate(leads[:DIGITS], 1):
        name = name_of(lead.key) if lead.kind == "job" else None
        thing = f"{name} ({short_id(lead.key)})" if name else lead.key.rpartition("/")[2]
        kind, words = lead.kind.replace("-", " "), lead.words.removeprefix(f"“{name}” ")
        lines.append(((f"  {number} ", "key"), (f"{kind} {clean(thing)}", ""), (f"  {clean(words)}", "muted")))
    return [*lines, plain("")]


def _log(log: LogEnd) -> list[Cell]:
    of = f" ({clean(log.source)})" if log.source else ""
    title = f"The last lines of the log{of}"
    return [
        ((title, "strong"), ("  l opens it", "muted")),
        *(plain(f"  {clean(line)}") for line in log.lines),
        plain(""),
    ]


def _looked_at(answer: Answer, whom: str = "", said: Sequence[str] = ()) -> list[Cell]:
    """What was looked at in vain, and what could not be; of another one under its own title."""
    of = f" for {clean(whom)}" if whom else ""
    unknown = tuple(each for each in dict.fromkeys(answer.unknown) if each not in said)
    return [*_items(f"Ruled out{of}", answer.ruled_out), *_items(f"Could not be looked at{of}", unknown)]


def _items(title: str, texts: Sequence[str]) -> list[Cell]:
    return [plain(title, "strong"), *(_item(text) for text in texts), plain("")] if texts else []


def _item(text: str) -> Cell:
    return ((_ITEM, "label"), (clean(text), ""))
