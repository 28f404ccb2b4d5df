"""YAML as plain nodes with their lines; whatever is wrong with it is a problem with its line, never an exception.

Only what JSON can say, written as YAML: no tags, no anchors, one document. Values stay the texts that
were written; what they mean is for the reader who knows what should stand there.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

_DEEPEST = 40
_NO_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STRAY_BYTE = range(0xDC80, 0xDD00)
"""How a byte that is not UTF-8 comes out of a reading with ``surrogateescape``."""


@dataclass(slots=True)
class Node:
    """A text, a list or a structure as it was written."""

    line: int
    text: str | None = None
    """Of a text; None for a list or a structure."""
    is_plain: bool = False
    """Whether the text stands without quotes, so that it may mean a number."""
    items: "list[Node] | None" = None
    members: "list[tuple[Node, Node]] | None" = None


@dataclass(slots=True)
class Document:
    """What was found in a text.

    Attributes:
        root: None where there is nothing but comments, or nothing could be read.
        problems: Lines, counted from 1, with what is wrong there.
    """

    root: Node | None = None
    problems: list[tuple[int, str]] = field(default_factory=list)


def read_yaml(text: str) -> Document:
    """The nodes of a text."""
    breaks = [match.start() for match in re.finditer("\n", text)]

    def line_of(index: int) -> int:
        # Counted as editors do: to YAML some other characters end a line as well.
        return bisect_right(breaks, index - 1) + 1

    document = Document()
    document.problems += [(line_of(match.start()), _unreadable(match[0])) for match in _NO_TEXT.finditer(text)]
    if document.problems:
        return document
    import yaml

    loader = yaml.SafeLoader(text)
    try:
        _compose(document, _events(loader), line_of)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        about = f" ({error.context})" if error.context else ""
        line = line_of(mark.index if mark else loader.index)
        document = Document(problems=[*document.problems, (line, f"this is not YAML: {error.problem}{about}")])
    except (yaml.YAMLError, ValueError, OverflowError):
        what = "this is not YAML: an escape names a character that there is not"
        document = Document(problems=[*document.problems, (line_of(loader.index), what)])
    finally:
        loader.dispose()
    return document


def _events(loader: "yaml.SafeLoader") -> Iterator[Any]:
    while loader.check_event():
        yield loader.get_event()  # type: ignore[no-untyped-call]  # its stubs leave this one out


def _compose(document: Document, events: Iterator[Any], line_of: Any) -> None:
    """Builds the nodes without recursion, so that no depth of brackets can exhaust the stack."""
    import yaml

    open_nodes: list[Node] = []
    documents = 0
    for event in events:
        line = line_of(event.start_mark.index)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                document.problems.append((line, "a second document begins here; one request is one document"))
                return
        if getattr(event, "anchor", None) is not None:
            document.problems.append((line, "anchors and aliases (& and *) are not read: write the value out"))
        if getattr(event, "tag", None) is not None:
            document.problems.append((line, "tags (!) are not read: write the value alone"))
        if isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop()
            continue
        node = _node(event, line)
        if node is None:
            continue
        if open_nodes:
            _attach(node, open_nodes[-1])
        else:
            document.root = node
        if node.text is None:
            open_nodes.append(node)
            if len(open_nodes) > _DEEPEST:
                document.problems.append((line, "this is nested too deeply"))
                return


def _node(event: Any, line: int) -> Node | None:
    import yaml

    if isinstance(event, yaml.AliasEvent):
        return Node(line, "")
    if isinstance(event, yaml.ScalarEvent):
        return Node(line, event.value, is_plain=event.style is None)
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(line, items=[])
    return Node(line, members=[]) if isinstance(event, yaml.MappingStartEvent) else None


_AWAITED = Node(0)
"""Stands in the place of a value whose key is read already."""


def _attach(node: Node, parent: Node) -> None:
    if parent.items is not None:
        parent.items.append(node)
    elif parent.members is not None:
        if parent.members and parent.members[-1][1] is _AWAITED:
            parent.members[-1] = (parent.members[-1][0], node)
        else:
            parent.members.append((node, _AWAITED))


def _unreadable(character: str) -> str:
    number = ord(character)
    if number in _STRAY_BYTE:
        return f"the byte {number - 0xDC00:02X} is not UTF-8"
    escape = f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}"
    return f"a control character (U+{number:04X}): write it as {escape} between double quotes"
