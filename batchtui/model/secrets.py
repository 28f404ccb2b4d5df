"""Which values look secret, by their names or by their shapes, and what stands in their place."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

MASK = "••••••"

_NAMES = re.compile(
    r"passw(or)?d|passphrase|(^|[_\W-])pwd($|[_\W-])|secret|token|credential|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|auth(orization)?[_-]?(key|header)?$|[_-]key$|connection[_-]?string|(^|_)dsn$|webhook",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\."  # a JSON web token
    r"|\b(gh[opsu]_|github_pat_|glpat-|xox[abprs]-|sk-|sk_live_|hf_)[\w-]{12,}"
    r"|\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@"  # a URL with a password
    r"|(?<![\w/+=])[\w/+]{40}(?![\w/+=])"  # as long as an AWS secret access key
)
_ASSIGNMENT = re.compile(r"^(-{0,2}[\w.-]+)=(.+)$", re.DOTALL)
_REFERENCES = frozenset(("secretName", "credentialsParameter", "valueFrom", "nextToken"))
"""Members of AWS's shapes that name a secret and do not hold it."""
_COMMANDS = frozenset(("command", "args"))


def is_secret(name: str, value: str) -> bool:
    """Whether a value looks secret: by its name, such as ``DB_PASSWORD``, or by its own shape, such as a key."""
    return bool(value) and (_NAMES.search(name) is not None or _SHAPES.search(value) is not None)


def masked(name: str, value: str) -> str:
    """The value, or the mask where it looks secret."""
    return MASK if is_secret(name, value) else value


def masked_command(words: Sequence[str]) -> list[str]:
    """A command without what follows ``--password`` and the like, be it in the same word or in the next."""
    found: list[str] = []
    hides_next = False
    for word in words:
        if hides_next and not word.startswith("-"):
            found.append(MASK)
            hides_next = False
            continue
        assignment = _ASSIGNMENT.match(word)
        if assignment is not None:
            found.append(f"{assignment[1]}={masked(assignment[1], assignment[2])}")
        else:
            found.append(masked("", word))
        hides_next = assignment is None and word.startswith("-") and _NAMES.search(word) is not None
    return found


def masked_api(value: Any) -> Any:
    """An answer of AWS in its own structure, with what looks secret masked."""
    if isinstance(value, Mapping):
        if isinstance(value.get("name"), str) and isinstance(value.get("value"), str):
            return {**value, "value": masked(value["name"], value["value"])}
        return {key: _masked_member(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked_api(item) for item in value]
    return value


def _masked_member(key: str, value: Any) -> Any:
    if key in _COMMANDS and isinstance(value, list) and all(isinstance(word, str) for word in value):
        return masked_command(value)
    if isinstance(value, str) and key not in _REFERENCES:
        return masked("" if key.endswith(("Arn", "Id")) else key, value)
    return masked_api(value)
