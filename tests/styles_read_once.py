"""A text of styles that one app has read is not read again by the next one: a tenth of a test of the screen."""

from typing import Any

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_kept: LRUCache[Any, list[RuleSet]] = LRUCache(4096)


def read_once() -> None:
    """For all apps of this process. It depends on the text, on its place and on the theme's variables."""
    read = Stylesheet._parse_rules

    def kept(self: Stylesheet, css: str, **place: Any) -> list[RuleSet]:
        key = (css, frozenset(place.items()), frozenset(self._variables.items()))
        if (rules := _kept.get(key)) is None:
            rules = _kept[key] = read(self, css, **place)
        return rules

    Stylesheet._parse_rules = kept  # type: ignore[method-assign, assignment]
