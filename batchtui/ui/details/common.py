"""What jobs and job definitions tell in the same words."""

from collections.abc import Sequence

from batchtui.format import Cell, duration
from batchtui.model.job_detail import EvaluateOnExit
from batchtui.model.secrets import masked
from batchtui.ui.details.lines import field, fields


def timeout_line(seconds: int | None) -> list[Cell]:
    """The time-out of one attempt."""
    return field("Time-out", None if seconds is None else f"{seconds} s an attempt ({duration(seconds)})")


def exit_rules(rules: Sequence[EvaluateOnExit]) -> list[Cell]:
    """What happens after which end of an attempt, the first rule that fits."""
    lines: list[str] = []
    for rule in rules:
        patterns = (
            ("exit code", rule.on_exit_code),
            ("reason", rule.on_reason),
            ("status reason", rule.on_status_reason),
        )
        when = ", ".join(f"{name} {pattern}" for name, pattern in patterns if pattern)
        lines.append(f"{when or 'anything'}: {(rule.action or '?').lower()}")
    return fields("On", lines)


def masked_pairs(pairs: Sequence[tuple[str, str]], *, is_revealed: bool) -> list[tuple[str, str]]:
    """Names and values, without what looks secret."""
    return [(name, value if is_revealed else masked(name, value)) for name, value in pairs]
