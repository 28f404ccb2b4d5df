"""AWS documents to read on in, each on one line however long its address is."""

from collections.abc import Iterable
from typing import Final

from batchtui.format import LINK, Cell, link_to, plain

_GUIDES: Final = {
    "https://docs.aws.amazon.com/batch/latest/userguide/": "AWS Batch guide",
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/": "Amazon ECS guide",
}


def read_on(links: Iterable[str], width: int | None = None) -> list[Cell]:
    """The documents under their title; none of both where there are no links.

    An address that is wrapped can be neither read nor copied in one piece: one that does not fit is named by its
    guide and its page. It opens all the same, and the copy of the screen has it whole.

    Args:
        links: Addresses of our own.
        width: Of a line; None for whole addresses.
    """
    found = list(dict.fromkeys(links))
    if not found:
        return []
    lines = [link_to(each) if width is None or len(each) <= width else _named(each) for each in found]
    is_whole = lines == [link_to(each) for each in found]
    title: Cell = (("Read on", "strong"), *(() if is_whole else (("  c copies the addresses", "muted"),)))
    return [title, *lines]


def _named(url: str) -> Cell:
    guide = next((each for each in _GUIDES if url.startswith(each)), None)
    if guide is None:
        return link_to(url)
    page = url.removeprefix(guide).removesuffix(".html")
    return (*plain(f"{_GUIDES[guide]}: ", "muted"), (page, f"{LINK}{url}"))
