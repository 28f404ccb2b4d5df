"""What the tables of failures are made of: a row, the signs by which it holds, and pieces of evidence."""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from batchtui.insight.failure_facts import INSTANCE, Ended, Failure, mebibytes, span, told_of
from batchtui.insight.quoting import quoted
from batchtui.insight.verdict import Certainty, Lead
from batchtui.model.secrets import masked_command

Sign = Callable[[Failure], tuple[str, ...] | None]
"""The evidence by which a rule holds, None where it does not: a rule that holds has shown why."""
Piece = Callable[[Failure], str | None]
"""One more piece of evidence, None where AWS tells nothing of it."""
Remedy = str | Callable[[Failure], str | None]
"""What to do; None where it is done already."""

ANY: tuple[str, ...] = ("any",)
"""Said of a rule that any hint in the log may follow."""

CREATING = ("CannotStartContainerError", "CannotCreateContainerError")
REFUSED = ("Error executing request", "ClientException", "InvalidParameterException")

_START = re.compile(
    r"^(task ?failed ?to ?start|essential container in task exited)( due to)?[\s:.-]*", re.IGNORECASE
)
"""What stands before an error's name in some answers."""
_LOOKED_AT = 500
"""Characters of a line of a log: with all rules and a hundred lines some 10 ms."""
_TOLD = 4000
"""Characters of a reason: AWS Batch tells some hundreds."""
SIGNALS = {
    129: "SIGHUP",
    130: "SIGINT",
    132: "SIGILL",
    133: "SIGTRAP",
    134: "SIGABRT",
    135: "SIGBUS",
    136: "SIGFPE",
    137: "SIGKILL",
    139: "SIGSEGV",
    141: "SIGPIPE",
    143: "SIGTERM",
    152: "SIGXCPU",
    153: "SIGXFSZ",
}


def no_leads(_: Failure) -> tuple[Lead, ...]:
    """Nowhere to go."""
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: when it holds, what it says then. Its precedence is its place in the table."""

    key: str
    sign: Sign
    cause: str | Callable[[Failure], str]
    certainty: Certainty
    remedies: tuple[Remedy, ...]
    link: str | None
    also: tuple[Piece, ...] = ()
    leads: Callable[[Failure], tuple[Lead, ...]] = no_leads
    log: tuple[str, ...] = ()
    """Which themes of hints in the log can say more of it without contradicting it."""
    theme: str = ""
    """Of a hint in the log: what it is about."""


# Signs


class Late:
    """A regular expression that is made when it is first needed: all of them together take 30 ms."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def _made(self) -> re.Pattern[str]:
        return re.compile(self._pattern)

    def search(self, text: str) -> re.Match[str] | None:
        return self._made.search(text)


def begins(*starts: str) -> Sign:
    """A statusReason that begins so: AWS Batch's own words, which people do not type."""

    def sign(failure: Failure) -> tuple[str, ...] | None:
        found = next((reason for reason in failure.status_reasons if reason.startswith(starts)), None)
        return None if found is None else (quoted(found),)

    return sign


def error(*names: str, saying: tuple[str, ...] = (), about: tuple[str, ...] = ()) -> Sign:
    """A reason that begins with an error's name, and holds a word of each of both (all in lower case)."""

    def sign(failure: Failure) -> tuple[str, ...] | None:
        for reason in reversed(failure.reasons):
            words = reason[match.end() :] if (match := _START.match(reason)) else reason
            after = words.casefold()
            proofs = [next((w for w in group if w in after), None) for group in (about, saying) if group]
            if None not in proofs and words.startswith(names):
                return (quoted(reason, (proofs or [""])[-1] or "", to_its_end=True),)
        return None

    return sign


def anywhere(*words: str) -> Sign:
    """A reason of a container that holds one of these words as it stands, or a statusReason that begins so."""

    def sign(failure: Failure) -> tuple[str, ...] | None:
        for reason in failure.container_reasons:
            if word := next((word for word in words if word in reason), None):
                return (quoted(reason, word),)
        return begins(*words)(failure)

    return sign


def pod(*words: str) -> Sign:
    """A reason of a pod, or of a container in one, that holds one of Kubernetes' words."""
    either = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words))

    def sign(failure: Failure) -> tuple[str, ...] | None:
        if not failure.is_eks:
            return None
        for reason in reversed(failure.reasons):
            if found := either.search(reason):
                return (quoted(reason, found[0]),)
        return None

    return sign


def exited(*codes: int) -> Sign:
    """The exit code that decides is one of these."""

    def sign(failure: Failure) -> tuple[str, ...] | None:
        return (exit_words(failure.main),) if failure.main and failure.main.code in codes else None

    return sign


def logged(pattern: str) -> Sign:
    """A line at the end of the log, the last of those that match."""
    expression = Late(pattern)

    def sign(failure: Failure) -> tuple[str, ...] | None:
        for line in reversed(failure.log):
            if found := expression.search(line[:_LOOKED_AT]):
                return (f"log: {quoted(line, found[0])}",)
        return None

    return sign


def ended_with(pattern: str, later: str, *wrapped: str) -> Sign:
    """A line at the end of the log after which no other line says more.

    Args:
        pattern: Of the line.
        later: Of lines that say more where they come after it.
        wrapped: Of those among them that say nothing new after all.
    """
    expression, more, less = Late(pattern), Late(later), Late("|".join(wrapped) or "$^")

    def sign(failure: Failure) -> tuple[str, ...] | None:
        for line in reversed(failure.log):
            start = line[:_LOOKED_AT]
            if found := expression.search(start):
                return (f"log: {quoted(line, found[0])}",)
            if more.search(start) and not less.search(start):
                return None
        return None

    return sign


def told(pattern: str) -> Sign:
    """A reason that matches, with the words that do in sight."""
    expression = Late(pattern)

    def sign(failure: Failure) -> tuple[str, ...] | None:
        for reason in reversed(failure.reasons):
            if found := expression.search(reason[:_TOLD]):
                return (quoted(reason, found[0]),)
        return None

    return sign


def both(one: Sign, other: Sign) -> Sign:
    """Two signs together; what proves both is shown once, with the second's words in sight."""

    def sign(failure: Failure) -> tuple[str, ...] | None:
        first = one(failure)
        second = other(failure) if first is not None else None
        if first is None or second is None:
            return None
        starts = {text.partition(":")[0] for text in second}
        return (*(text for text in first if text.partition(":")[0] not in starts), *second)

    return sign


def either(one: Sign, other: Sign) -> Sign:
    """The first of two signs that holds."""
    return lambda failure: one(failure) or other(failure)


# Pieces of evidence


def exit_words(ended: Ended) -> str:
    """An exit code with its signal, and whose it is where there are several containers."""
    signal = SIGNALS.get(ended.code or 0)
    return f"{ended.name + ': ' if ended.name else ''}exit code {ended.code}{f' ({signal})' if signal else ''}"


def exit_code(failure: Failure) -> str | None:
    """The exit code that decides."""
    return exit_words(failure.main) if failure.main else None


def _given(failure: Failure) -> Ended | None:
    """The container that an error is about: one with a reason, else the one that decides, else the only one."""
    with_reason = [each for each in told_of(failure.ended) if each.reason]
    lone = failure.ended[0] if len(failure.ended) == 1 else None
    return with_reason[0] if with_reason else failure.main or lone


def memory_of(failure: Failure) -> str | None:
    """The memory limit of the container that the failure is about."""
    given = _given(failure)
    return mebibytes(given.memory_mib) if given and given.memory_mib else None


def limit(failure: Failure) -> str | None:
    """The same, as evidence."""
    memory = memory_of(failure)
    return f"memory limit {memory}" if memory else None


def ran(failure: Failure) -> str | None:
    """How long the attempt ran."""
    return None if failure.ran_seconds is None else f"ran {span(failure.ran_seconds)}"


def timeout(failure: Failure) -> str | None:
    """The time-out of an attempt."""
    return f"time-out {span(failure.timeout_seconds)}" if failure.timeout_seconds else None


def attempt(failure: Failure) -> str | None:
    """Which attempt it was, of how many that are allowed."""
    if not failure.attempts:
        return None
    allowed = failure.attempts_allowed
    return f"attempt {failure.attempts}" + (f" of {allowed}" if allowed and allowed >= failure.attempts else "")


def instance(failure: Failure) -> str | None:
    """The instance or node that it ran on, where the reason does not name it."""
    named = any(INSTANCE.search(reason) for reason in failure.status_reasons)
    return None if named or not failure.instance else f"on {failure.instance.rpartition('/')[2]}"


def image(failure: Failure) -> str | None:
    """The image of the container that the failure is about."""
    given = _given(failure)
    return f"image {quoted(given.image)[1:-1]}" if given and given.image else None


def command(failure: Failure) -> str | None:
    """Its command as the details show it: masked, and quoted as a shell takes it."""
    given = _given(failure)
    return f"command {quoted(shlex.join(masked_command(given.command)))}" if given and given.command else None
