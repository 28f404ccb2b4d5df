"""Readers of what is typed into the form of a new job; each raises a FieldError that says what is wrong."""

import json
import re
import shlex
from typing import Any

from batchtui.model.fields import arn_name
from batchtui.query.durations import seconds_of

LONGEST_COMMAND = 8192
"""Characters, of all overrides together."""
MOST_DEPENDENCIES = 20
LEAST_SECONDS = 60
_RESERVED = "AWS_BATCH"
_MOST_TAGS, _LONGEST_KEY, _LONGEST_TAG, _LONGEST_SHARE = 50, 128, 256, 255
_MOST_SECONDS = 2**31 - 1
_WHOLE = re.compile(r"[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_SEPARATORS = re.compile(r"[\s,]+")
_JOB_ID = re.compile(r"[A-Za-z0-9-]{1,64}(:[0-9]{1,5})?")
_N_TO_N, _SEQUENTIAL = "N_TO_N", "SEQUENTIAL"


class FieldError(ValueError):
    """What a field holds cannot be understood; the text says why, in a few words."""


def words_of(text: str) -> list[str]:
    """A command as a shell takes it apart, or a JSON list of words."""
    if len(text) > LONGEST_COMMAND:
        raise FieldError(f"{len(text):,} characters: AWS Batch takes no more than {LONGEST_COMMAND:,}")
    if text.lstrip().startswith("["):
        return _json_words(text)
    try:
        found = shlex.split(text)
    except ValueError as error:  # an open quotation
        raise FieldError(f"{str(error).lower()}; a shell would wait for the rest") from None
    if not found:
        raise FieldError("there is no word in it")
    return found


def name_values(text: str) -> dict[str, str]:
    """``NAME=value``, one a line; blank lines do not count, and a value is taken as it stands."""
    found: dict[str, str] = {}
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if not line.strip():
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not name:
            raise FieldError(f"line {number} is not NAME=value")
        if name in found:
            raise FieldError(f"{name} is there twice")
        found[name] = value
    return found


def number_between(text: str, least: int, most: int) -> int:
    """A whole number."""
    if not _WHOLE.fullmatch(text.strip()) or not least <= int(text) <= most:
        raise FieldError(f"a whole number from {least:,} to {most:,} is needed")
    return int(text)


def quantity(text: str, least: float, most: float, *, is_whole: bool = True) -> str:
    """An amount of a resource as AWS takes it: the text of a number."""
    text = text.strip()
    if not (_WHOLE if is_whole else _DECIMAL).fullmatch(text) or not least <= float(text) <= most:
        raise FieldError(f"a {'whole ' if is_whole else ''}number from {least:g} to {most:,.0f} is needed")
    return f"{float(text):.4f}".rstrip("0").rstrip(".")


def timeout_seconds(text: str) -> int:
    """The length of an attempt: ``90``, ``30m``, ``2h30m``."""
    span = seconds_of(text.strip())
    if span is None:
        raise FieldError("a length of time is needed: 90 (seconds), 30m, 2h")
    seconds = span[0]
    if seconds < LEAST_SECONDS:
        raise FieldError(f"AWS Batch takes no less than {LEAST_SECONDS} seconds")
    if seconds > _MOST_SECONDS:
        raise FieldError("that is too long")
    return round(seconds)


def dependencies(text: str, *, is_array: bool) -> list[dict[str, str]]:
    """``dependsOn``: ids or ARNs of jobs, ``id:N_TO_N``, and ``SEQUENTIAL``.

    Args:
        text: Separated by blanks or commas.
        is_array: Whether the new job is an array, without which the two types make no sense.
    """
    found: list[dict[str, str]] = []
    for token in _SEPARATORS.split(text.strip()):
        if token:
            entry = _dependency(token)
            if entry in found:
                raise FieldError(f"{token} is there twice")
            if "type" in entry and not is_array:
                raise FieldError(f"{entry['type']} is for arrays: give an array size, or leave it out")
            found.append(entry)
    if len(found) > MOST_DEPENDENCIES:
        raise FieldError(f"{len(found)} jobs: a job depends on at most {MOST_DEPENDENCIES}")
    return found


def variables(text: str) -> dict[str, str]:
    """The environment: what AWS Batch sets itself it refuses."""
    found = name_values(text)
    for name in found:
        if name.startswith(_RESERVED):
            raise FieldError(f"{name}: AWS Batch sets the variables that begin with {_RESERVED} itself")
        if re.search(r"\s", name):
            raise FieldError(f"{name}: the name of a variable has no blanks")
    return found


def tag_values(text: str) -> dict[str, str]:
    """Tags, within the limits that all of AWS has for them."""
    found = name_values(text)
    for name, value in found.items():
        if name.lower().startswith("aws:"):
            raise FieldError(f"{name}: tags that begin with aws: are AWS's own")
        if len(name) > _LONGEST_KEY or len(value) > _LONGEST_TAG:
            raise FieldError(f"{name[:40]}: a tag has at most {_LONGEST_KEY} characters, its value {_LONGEST_TAG}")
    if len(found) > _MOST_TAGS:
        raise FieldError(f"{len(found)} tags: a job has at most {_MOST_TAGS}")
    return found


def share(text: str) -> str:
    """A share identifier."""
    found = text.strip()
    if len(found) > _LONGEST_SHARE or re.search(r"\s", found):
        raise FieldError(f"a share identifier is one word of at most {_LONGEST_SHARE} characters")
    return found


def _dependency(token: str) -> dict[str, str]:
    if token.upper() == _SEQUENTIAL:
        return {"type": _SEQUENTIAL}
    job_id, kind = token, {}
    if token.upper().endswith(f":{_N_TO_N}"):
        job_id, kind = token[: -len(_N_TO_N) - 1], {"type": _N_TO_N}
    job_id = arn_name(job_id)
    if not _JOB_ID.fullmatch(job_id):
        raise FieldError(f"{token[:60]} is no job's id")
    return {"jobId": job_id, **kind}


def _json_words(text: str) -> list[str]:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise FieldError('what begins with [ is a JSON list: ["bash", "-c", "…"]') from None
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise FieldError("a JSON list of texts is needed")
    if not found:
        raise FieldError("an empty list leaves the definition's own command: leave the field empty for that")
    return found
