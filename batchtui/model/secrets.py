"""Which values look secret, by their names or by their shapes, and what stands in their place."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

MASK = "••••••"

_NAMES = re.compile(
    r"passw(or)?d|passphrase|(^|[_\W-])pwd($|[_\W-])|(^|[_\W])(pg)?pass$|secret|token|credential|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|auth(orization)?[_-]?(key|header)?$|[_-]key$|connection[_-]?string|(^|_)dsn$|webhook",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\."  # a JSON web token
    r"|\b(gh[opsu]_|github_pat_|glpat-|xox[abprs]-|sk-|sk_live_|hf_)[\w-]{12,}"
    r"|\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@"  # a URL with a password
    r"|\bhooks\.slack\.com/\S+"
    r"|(?<![\w/+=])[\w/+]{40}(?![\w/+=])"  # as long as an AWS secret access key
)
_ASSIGNMENT = re.compile(r"^(-{0,2}[\w.-]+)=(.+)$", re.DOTALL)
_IN_SCRIPT = re.compile(
    r"""(?P<before>(?P<name>-{0,2}[\w.-]+)=|(?P<option>-{1,2}[\w.-]+)\s+(?!-))(?P<value>"[^"]*"|'[^']*'|[^\s;&|"')]+)"""
)
"""In a word that is itself a script: ``export TOKEN=abc``, ``mysql --password abc``."""
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
        if assignment is not None and (not _is_script(word) or _NAMES.search(assignment[1])):
            found.append(f"{assignment[1]}={masked(assignment[1], assignment[2])}")
        else:
            found.append(_masked_word(word))
        hides_next = assignment is None and word.startswith("-") and _NAMES.search(word) is not None
    return found


def script_secrets(script: str) -> list[tuple[str, str]]:
    """What looks secret within a script: each value with the name or option right before it."""
    return [
        (match["before"], match["value"])
        for match in _IN_SCRIPT.finditer(script)
        if is_secret(match["name"] or match["option"], match["value"])
    ]


def _is_script(word: str) -> bool:
    return any(character.isspace() for character in word)


def _masked_word(word: str) -> str:
    if not _is_script(word):
        return masked("", word)

    def mask(match: re.Match[str]) -> str:
        hides = is_secret(match["name"] or match["option"], match["value"])
        return f"{match['before']}{MASK}" if hides else match[0]

    return masked("", _IN_SCRIPT.sub(mask, word))


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
