"""An edited request, from the text that a person wrote back to what SubmitJob takes."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from batchtui.actions.draft import Draft
from batchtui.actions.request_masks import put_back
from batchtui.actions.request_notes import Request
from batchtui.actions.yaml_reading import Document, Node, read_yaml
from batchtui.aws.submit_shape import (
    Kind,
    Path,
    Shape,
    place_of,
    submit_problems,
    submit_shape,
    value_problems,
)
from batchtui.model.text import clean

LARGEST_TEXT = 256 * 1024
"""Bytes; AWS Batch itself takes requests of 30 KiB at most."""
MOST_PROBLEMS = 50
"""More are not told at once."""
PROBLEM_MARK = "#! "
"""Begins a line that says what is wrong with the next one."""

_NUMBER = re.compile(r"[-+]?(0|[1-9]\d{0,18})", re.ASCII)
_BLANK = frozenset(("", "~", "null"))


@dataclass(frozen=True, slots=True, order=True)
class TextProblem:
    """One thing that is wrong with a text."""

    line: int
    """Counted from 1."""
    message: str
    place: str = ""
    """The member, as ``containerOverrides.environment[0].value``; empty where it is no member that is wrong."""

    @property
    def sentence(self) -> str:
        """Place and message, on one line."""
        return clean(f"{self.place}: {self.message}" if self.place else self.message)


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of an edited text."""

    request: Request | None = None
    """None where there are problems, and for a text without anything but comments: nothing shall be sent."""
    problems: tuple[TextProblem, ...] = ()


def read_request(text: str, draft: Draft) -> Edited:
    """The request in a text; takes a second for the largest text, so that it belongs into a thread.

    Args:
        text: YAML, or JSON; lines of an earlier ``with_problems`` do not count.
        draft: What the text was made of: its values stand behind the masks.
    """
    if len(text.encode(errors="replace")) > LARGEST_TEXT:
        return Edited(problems=(TextProblem(1, f"the text has more than {LARGEST_TEXT // 1024} KiB"),))
    kept = [(number, line) for number, line in _numbered(text) if not line.startswith(PROBLEM_MARK)]
    document, is_json = _document("\n".join(line for _, line in kept).removeprefix("\ufeff"))
    if document.root is not None and not document.problems:
        root = document.root
        if root.is_plain and root.text in _BLANK:
            return Edited()
        found, problems = _request(root, draft, is_json=is_json)
    else:
        found, problems = None, [TextProblem(line, message) for line, message in document.problems]
    if problems:
        told = (TextProblem(kept[each.line - 1][0], each.message, each.place) for each in set(problems))
        return Edited(problems=tuple(sorted(told)[:MOST_PROBLEMS]))
    return Edited(found)


def with_problems(text: str, problems: Iterable[TextProblem]) -> str:
    """The text with each problem in a comment above its line, and without those of the last time."""
    numbered = _numbered(text)
    above: dict[int, list[str]] = {}
    for problem in problems:
        at = max(1, min(problem.line, len(numbered)))
        above.setdefault(at, []).append(f"{PROBLEM_MARK}{problem.sentence}")
    lines: list[str] = []
    for number, line in numbered:
        lines += above.get(number, ())
        if not line.startswith(PROBLEM_MARK):
            lines.append(line)
    return "\n".join(lines)


def _numbered(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.split("\n"), 1))


def _document(text: str) -> tuple[Document, bool]:
    """The nodes of a text, and whether it is JSON, in which a tab may indent and null is no text."""
    if not text.lstrip().startswith("{"):
        return read_yaml(text), False
    try:
        json.loads(text, parse_int=str)
    except json.JSONDecodeError as error:
        document = read_yaml(text)
        if document.problems and "\t" in text:  # YAML only stumbles over the first tab
            return Document(problems=[(error.lineno, f"this is not JSON: {error.msg}")]), True
        return document, False
    except RecursionError:
        return read_yaml(text), False
    # A tab within a text of JSON is an escape: any other is indentation.
    return read_yaml(text.replace("\t", " ")), True


def _request(root: Node, draft: Draft, *, is_json: bool) -> tuple[Request, list[TextProblem]]:
    reading = _Reading(is_json)
    value = reading.value(root, submit_shape(), ())
    if not isinstance(value, dict):
        return {}, [TextProblem(root.line, "this is no request: write its members, as jobName: …")]
    request, unknown_masks = put_back(value, draft.request)
    for path, message in unknown_masks:
        reading.complain(path, message)
    for each in (*submit_problems(request), *value_problems(request, beside=draft.request)):
        reading.complain(each.path, each.message)
    return request, reading.problems


class _Reading:
    """From nodes to values, led by what should stand at each place: a text stays as it was written.

    What does not fit is left as it is, for the check of the shape to tell.
    """

    def __init__(self, is_json: bool) -> None:
        self.problems: list[TextProblem] = []
        self._lines: dict[Path, int] = {}
        self._is_json = is_json

    def complain(self, path: Path, message: str, line: int | None = None) -> None:
        """Adds a problem, in the line of the member if no other one is told."""
        if line is None:
            known = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in self._lines), ())
            line = self._lines.get(known, 1)
        self.problems.append(TextProblem(line, message, clean(place_of(path))))

    def value(self, node: Node, shape: Shape | None, path: Path) -> Any:
        """What a node means where this shape is expected."""
        self._lines.setdefault(path, node.line)
        if node.items is not None:
            inner = shape.inner if shape is not None else None
            return [self.value(item, inner, (*path, at)) for at, item in enumerate(node.items)]
        if node.members is not None:
            return self._members(node.members, shape, path)
        return self._scalar(node, shape)

    def _members(self, members: list[tuple[Node, Node]], shape: Shape | None, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, node in members:
            if key.text is None:
                self.complain(path, "the name of a member must be a text", key.line)
                continue
            name = self._text(key)
            where = (*path, name)
            if name in found:
                self.complain(where, f"stands twice: in line {self._lines[where]} already", key.line)
                continue
            self._lines[where] = key.line
            found[name] = self.value(node, shape.within(name) if shape is not None else None, where)
        return found

    def _scalar(self, node: Node, shape: Shape | None) -> Any:
        text = self._text(node)
        if not node.is_plain or shape is None:
            return text
        if self._is_json and text == "null":
            return None
        lowered = text.lower()
        if shape.kind is Kind.FLAG and lowered in ("true", "false"):
            return lowered == "true"
        if shape.kind is Kind.NUMBER and _NUMBER.fullmatch(text):
            return int(text)
        return text

    def _text(self, node: Node) -> str:
        text = node.text or ""
        if self._is_json:  # JSON writes a character beyond U+FFFF as two
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        return text
