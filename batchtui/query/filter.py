"""The filter language.

::

    align s-01              both words occur somewhere in the row
    "two words"             as they stand
    status:failed           a field holds the text; name:align*  with * for anything
    queue:high,low          any of several values
    step=="s-*-align"       the whole text, as it is written
    exit:1,137  age>2h30m  ran<10m  vcpus>=8     numbers and lengths of time (s, m, h, d, w)
    age:2h                  what a list shows as 2h: from 2h to 3h
    /s-0[1-4]/              a regular expression
    !status:succeeded       not
    @slow                   what was saved by that name

All terms must hold. Case does not matter. A last term that is not yet written to its end (``exit:``,
``/s-0``) does not count yet.
"""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Generic

from batchtui.query.durations import seconds_of
from batchtui.query.fields import Fields, NumberField, Row, TextField
from batchtui.query.steps import Steps, chosen

Test = Callable[[Row, float], bool]

_TERM = re.compile(
    r"""\s*(?P<not>!?)
    (?: /(?P<regex>(?:\\.|[^/\\])*)(?P<closed>/?)
      | (?P<field>[A-Za-z_]+)(?P<op>:|>=|<=|==|>|<|=)(?P<value>"[^"]*"?|\S*)
      | "(?P<quoted>[^"]*)"?
      | (?P<word>\S+) )""",
    re.VERBOSE,
)
_EQUAL = (":", "=", "==")
_COMPARE = {":": ge, "==": ge, "=": ge, ">": gt, "<": lt, ">=": ge, "<=": le}
_LONGEST_REGEX = 500
_REGEX_SECONDS = 0.01  # for one text; an honest expression takes microseconds


class FilterError(ValueError):
    """The expression cannot be understood; the text says what is wrong with it, in a few words."""


class _UnfinishedError(FilterError):
    """What is there may become a term: a person is still typing."""


@dataclass(frozen=True)
class Filter(Generic[Row]):
    """An expression that was understood."""

    text: str
    _tests: tuple[Test[Row], ...]
    hint: str = ""
    """What the last term still wants, where it is not written to its end and so does not count yet."""

    def matches(self, row: Row, now: float) -> bool:
        """Whether every term holds for a row at ``now`` (epoch seconds)."""
        return all(test(row, now) for test in self._tests)

    def select(self, rows: Sequence[Row], now: float) -> Steps[Sequence[Row]]:
        """The rows for which every term holds, in their order.

        Raises:
            FilterError: A regular expression takes too long.
        """
        if not self._tests:
            return rows
        return (yield from chosen(rows, lambda row: self.matches(row, now)))

    def __bool__(self) -> bool:
        return bool(self._tests)


def parse(text: str, fields: Fields[Row], saved: Mapping[str, str] | None = None) -> Filter[Row]:
    """Understands an expression.

    Args:
        text: What a person typed; an empty one matches everything.
        fields: What can be asked for by name.
        saved: Expressions by name, for ``@name``; None where nothing is saved.

    Raises:
        FilterError: An unknown field, a number that is none, a regular expression that is none.
    """
    tests: list[Test[Row]] = []
    rest = text.rstrip()
    position = 0
    while position < len(rest):
        term = _TERM.match(rest, position)
        if term is None:
            raise FilterError("this cannot be understood")
        position = term.end()
        try:
            test = _saved_test(term, fields, saved) or _test(term, fields)
        except _UnfinishedError as unfinished:
            if position < len(rest):
                raise
            return Filter(text.strip(), tuple(tests), str(unfinished))
        tests.append(_negated(test) if term["not"] else test)
    return Filter(text.strip(), tuple(tests))


def _saved_test(term: re.Match[str], fields: Fields[Row], saved: Mapping[str, str] | None) -> Test[Row] | None:
    """What ``@name`` stands for; None for what is no such word, or where nothing is saved."""
    word = term["word"] or ""
    if saved is None or not word.startswith("@"):
        return None
    name = word[1:]
    if name not in saved:
        begun = [each for each in saved if each.startswith(name)]
        if begun:
            raise _UnfinishedError(f"saved: {', '.join(f'@{each}' for each in begun)}")
        hint = f"; there are: {', '.join(saved)}" if saved else ""
        raise FilterError(f"no saved filter '{name}' here{hint}")
    # Without this name: one that leads back to itself is not known there.
    within = {each: text for each, text in saved.items() if each != name}
    found = parse(saved[name], fields, within)
    return lambda row, now: found.matches(row, now)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an expression as it stands, for whoever can look for some of them in another way."""

    field: str
    """In lower case; empty where the text may stand anywhere."""
    operator: str
    value: str
    is_negated: bool


def terms(text: str) -> list[Term]:
    """The terms of an expression, without regular expressions; of one that ``parse`` understands."""
    found = []
    for term in _TERM.finditer(text.rstrip()):
        negated = bool(term["not"])
        if term["field"] is not None:
            found.append(Term(term["field"].lower(), term["op"], term["value"].strip('"'), negated))
        elif term["regex"] is None:
            found.append(Term("", "", term["quoted"] or term["word"] or "", negated))
    return found


def _test(term: re.Match[str], fields: Fields[Row]) -> Test[Row]:
    if term["word"] == "!":
        raise _UnfinishedError("a term is missing after !")
    if term["not"] and (term["word"] or "").startswith("!"):
        raise FilterError("one ! is enough")
    if term["regex"] is not None:
        return _regex_test(term["regex"], bool(term["closed"]), fields)
    if term["field"] is not None:
        return _field_test(term["field"].lower(), term["op"], term["value"].strip('"'), fields)
    if term["quoted"] is not None:
        quoted = term["quoted"].casefold()
        return _anywhere(lambda text: quoted in text, fields)
    return _anywhere(_matcher(term["word"].casefold()), fields)


def _field_test(name: str, operator: str, value: str, fields: Fields[Row]) -> Test[Row]:
    field = fields.get(name)
    if field is None:
        import difflib

        near = difflib.get_close_matches(name, fields, n=1, cutoff=0.5)
        hint = f"; {near[0]}?" if near else " (? lists them)"
        raise FilterError(f"no field '{name}'{hint}")
    if isinstance(field, NumberField):
        return _number_test(name, field, operator, value)
    if operator not in _EQUAL:
        raise FilterError(f"'{name}' is text: write {name}:{value or '…'}")
    if operator == "==":
        return _whole_text_test(name, field, value.casefold())
    return _text_test(field, value.casefold())


def _text_test(field: TextField[Row], value: str) -> Test[Row]:
    matchers = [_matcher(part) for part in value.split(",") if part] or [_matcher("")]
    wanted = [(field.synonyms or {}).get(part) for part in value.split(",")]
    exact = frozenset(text for group in wanted if group for text in group)

    def test(row: Row, now: float) -> bool:
        texts = [text.casefold() for text in field.read(row) if text]
        return any(text in exact or any(matches(text) for matches in matchers) for text in texts)

    return test


def _whole_text_test(name: str, field: TextField[Row], value: str) -> Test[Row]:
    if not value:
        raise _UnfinishedError(f"'{name}' wants the whole text, such as {name}==\"…\"")
    return lambda row, now: any(text and text.casefold() == value for text in field.read(row))


def _number_test(name: str, field: NumberField[Row], operator: str, value: str) -> Test[Row]:
    is_equality = operator in _EQUAL
    if not value:
        wanted = "a length of time" if field.is_duration else "a number"
        raise _UnfinishedError(f"'{name}' wants {wanted}, such as {name}{_example(field, operator)}")
    ranges = [_range(name, field, part) for part in value.split(",") if part]
    if not is_equality and len(ranges) != 1:
        raise FilterError(f"'{name}{operator}' wants one value")
    compare = _COMPARE[operator]

    def test(row: Row, now: float) -> bool:
        told = field.read(row, now)
        if told is None:
            return False
        if is_equality:
            return any(least <= told <= most if most == least else least <= told < most for least, most in ranges)
        return bool(compare(told, ranges[0][0]))

    return test


def _range(name: str, field: NumberField[Row], value: str) -> tuple[float, float]:
    """The numbers that a value stands for: one, or for a length of time all that read like it."""
    if field.is_duration:
        return _seconds(name, value)
    number = _number(name, value)
    return number, number


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise FilterError(f"'{name}' wants a number, such as {name}:1") from None


def _seconds(name: str, value: str) -> tuple[float, float]:
    found = seconds_of(value)
    if found is None:
        raise FilterError(f"'{name}' wants a length of time, such as {name}>2h30m")
    return found


def _example(field: NumberField[Row], operator: str) -> str:
    return f"{operator}2h30m" if field.is_duration else f"{operator}1"


def _regex_test(source: str, is_closed: bool, fields: Fields[Row]) -> Test[Row]:
    if not is_closed:
        raise _UnfinishedError("the regular expression wants a / at its end")
    import regex  # only who types one needs it

    if len(source) > _LONGEST_REGEX:
        raise FilterError("the regular expression is too long")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a set that a later version may read otherwise is the typist's affair
            search = regex.compile(source, regex.IGNORECASE).search
    except regex.error as error:
        raise FilterError(f"regular expression: {error.msg}") from None
    except (OverflowError, RecursionError, MemoryError, ValueError):
        raise FilterError("the regular expression is too large") from None

    def matches(text: str) -> bool:
        try:
            return search(text, timeout=_REGEX_SECONDS) is not None
        except TimeoutError:
            raise FilterError("the regular expression takes too long: it tries too many ways") from None

    return _anywhere(matches, fields)


def _anywhere(matches: Callable[[str], bool], fields: Fields[Row]) -> Test[Row]:
    readers = [field.read for field in fields.values() if isinstance(field, TextField) and field.is_searched]

    def test(row: Row, now: float) -> bool:
        return any(text and matches(text.casefold()) for read in readers for text in read(row))

    return test


def _matcher(value: str) -> Callable[[str], bool]:
    """A text contains the value; with ``*`` in it, the whole text has that form."""
    if "*" not in value:
        return lambda text: value in text
    first, *middle, last = value.split("*")

    def has_form(text: str) -> bool:
        """Part by part from the left, which takes time only in proportion to the text."""
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return False
        place, end = len(first), len(text) - len(last)
        for part in middle:
            found = text.find(part, place, end)
            if found < 0:
                return False
            place = found + len(part)
        return True

    return has_form


def _negated(test: Test[Row]) -> Test[Row]:
    return lambda row, now: not test(row, now)
