"""What is asked of the jobs that are remembered, as far as SQLite can look for it by itself."""

from collections.abc import Iterator

from batchtui.model.job import ACTIVE
from batchtui.past.search import Search
from batchtui.query.filter import Term, terms

_TEXTS = {
    "status": ("status",),
    "queue": ("queue",),
    "name": ("name",),
    "id": ("job_id",),
    "definition": ("definition",),
    "reason": ("status_reason", "container_reason"),
    "share": ("share",),
    "account": ("account",),
    "region": ("region",),
}
_NUMBERS = {"exit": "exit_code", "vcpus": "vcpus", "memory": "memory", "attempts": "attempts"}
_EQUAL = (":", "=", "==")


def search_of(text: str, *, account: str | None = None, region: str | None = None) -> Search:
    """What to look for; each row that is found must still be tested by the expression itself.

    Args:
        text: An expression that ``parse`` understands.
        account: Only jobs of this one; None for all.
        region: The same.
    """
    wanted = [term for term in terms(text) if not term.is_negated and term.value]
    return Search(
        account,
        region,
        words=tuple(term.value for term in wanted if not term.field and _is_plain(term.value)),
        texts=tuple(
            (_TEXTS[term.field], tuple(_alternatives(term)))
            for term in wanted
            if term.field in _TEXTS and term.operator in _EQUAL and all(_alternatives(term))
        ),
        numbers=tuple(_numbers(wanted)),
    )


def _is_plain(text: str) -> bool:
    """Whether it is looked for as it stands: SQLite knows the upper case of ASCII letters only."""
    return text.isascii() and "*" not in text


def _alternatives(term: Term) -> Iterator[str]:
    """Empty ones where SQLite cannot tell."""
    for part in (term.value,) if term.operator == "==" else term.value.split(","):
        is_synonym = term.field == "status" and part.casefold() == ACTIVE
        yield part if _is_plain(part) and not is_synonym else ""


def _numbers(wanted: list[Term]) -> Iterator[tuple[str, str, tuple[float, ...]]]:
    for term in wanted:
        if term.field in _NUMBERS:
            try:
                values = tuple(float(part) for part in term.value.split(",") if part)
            except ValueError:
                continue
            if values:
                yield _NUMBERS[term.field], "IN" if term.operator in _EQUAL else term.operator, values
