"""How a queue is shared, as lines: fair shares or quota shares with what each uses, as bars."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from batchtui.format import Cell, Span, bar, number, plain, plural
from batchtui.insight.phrases import duration, short
from batchtui.insight.queue_shares import FairShare, QuotaUse
from batchtui.insight.queue_standing import Standing
from batchtui.model.text import clean
from batchtui.ui.details.lines import label, section

_STRATEGIES: Final = {
    "RESERVE": "reserves its own",
    "LEND": "lends",
    "LEND_AND_BORROW": "lends and borrows",
}
_STANDING: Final = {"above": "over its part", "below": "under its part", "fair": "", "": ""}
_LONGEST_NAME: Final = 24
_WORTH_SAYING: Final = 0.005


def share_lines(found: Standing, width: int, now: float, troubles: Sequence[str]) -> list[Cell]:
    """Nothing for a queue that is not shared."""
    lines: list[Cell] = [plain(f"  {clean(text)}", "failed") for text in troubles]
    policy = found.policy
    name = f" · policy {clean(policy.name)}" if policy is not None and policy.name else ""
    if found.fair_shares:
        return section(f"Fair shares{name}", [*lines, *_fair(found, width)])
    if found.quota_uses:
        return section(f"Quota shares{name}", [*lines, *_quota(found, width, now)])
    return section("Shares", lines)


def _fair(found: Standing, width: int) -> list[Cell]:
    shares = found.fair_shares
    names = [short(each.name, _LONGEST_NAME) for each in shares]
    wide = max(8, *(cell_len(name) + 3 for name in names))
    lines: list[Cell] = [
        (label("", wide), ("WEIGHT ", "header"), (" FAIR ", "header"), (" USED OF ALL THAT IS IN USE", "header"))
    ]
    for share, name in zip(shares, names, strict=True):
        lines.append(_fair_line(share, name, wide, width))
    if found.untold_shares:
        lines.append(plain(f"  AWS names no more: {plural(found.untold_shares, 'more share')} in use.", "muted"))
    policy = found.policy.fairshare_policy if found.policy is not None else None
    notes = []
    if policy is not None and policy.share_decay_seconds is not None:
        decay = policy.share_decay_seconds or 600
        notes.append(f"AWS counts what was used in the last {duration(decay)} too")
    if found.reserved is not None and found.reserved >= _WORTH_SAYING:
        notes.append(f"{found.reserved:.0%} is kept for shares without jobs")
    return [*lines, plain(f"  {'; '.join(notes)}.", "muted")] if notes else lines


def _fair_line(share: FairShare, name: str, wide: int, width: int) -> Cell:
    fair = "–" if share.fair is None else f"{share.fair:.0%}"
    head: list[Span] = [label(f"  {name}", wide), (f"{number(share.weight):>6} ", ""), (f"{fair:>5}  ", "")]
    waiting = "1 waits" if share.waiting == 1 else f"{share.waiting:,} wait"
    words = [word for word in (waiting if share.waiting else "", _STANDING[share.standing]) if word]
    after = f"  {', '.join(words)}" if words else ""
    if share.used is None or share.part is None:
        told = "not told" if share.used is None else f"{number(share.used)}"
        return (*head, (told, "muted"), (after, "muted"))
    figures = f" {number(share.used)} ({share.part:.0%})"
    room = width - sum(cell_len(text) for text, _ in head) - cell_len(figures) - cell_len(after)
    return (*head, *bar(share.part, max(4, min(30, room))), (figures, ""), (after, "muted"))


def _quota(found: Standing, width: int, now: float) -> list[Cell]:
    uses, lines = found.quota_uses, list[Cell]()
    fronts = dict(found.quota_fronts)
    units = [short(each.unit, _LONGEST_NAME) for each in uses]
    wide = max(cell_len(unit) for unit in units) + 5
    shown = ""
    for each, unit in zip(uses, units, strict=True):
        if each.name != shown:
            shown = each.name
            lines.append(_quota_title(each, fronts, now))
        lines.append(_quota_line(each, unit, wide, width))
    return lines


def _quota_title(each: QuotaUse, fronts: dict[str, int | None], now: float) -> Cell:
    words = [_STRATEGIES.get(each.strategy or "", clean(each.strategy or ""))]
    if each.strategy == "LEND_AND_BORROW" and each.borrow_limit is not None:
        words[0] += " without limit" if each.borrow_limit < 0 else f" up to {each.borrow_limit} %"
    if each.is_off:
        words.append("disabled")
    if each.name in fronts:
        since = fronts[each.name]
        words.append("a job waits" + (f" for {duration(now - since / 1000)}" if since is not None else ""))
    return ((f"  {clean(each.name)}", "strong"), (f"  {', '.join(filter(None, words))}", "muted"))


def _quota_line(each: QuotaUse, unit: str, wide: int, width: int) -> Cell:
    name = label(f"    {unit}", wide)
    if not each.own:
        own = "" if each.own is None else " of 0"
        return (name, (f"{number(each.used)}{own} in use", ""))
    figures = f" {number(each.used)} of {number(each.own)}"
    borrowed = f"  {number(each.borrowed)} borrowed" if each.borrowed else ""
    room = width - wide - cell_len(figures) - cell_len(borrowed)
    return (name, *bar(each.used / each.own, max(4, min(30, room))), (figures, ""), (borrowed, "warning"))
