"""One scheduling policy: who gets how much of the queues that use it."""

from collections.abc import Sequence

from batchtui.format import Cell, bar, duration, number, plain
from batchtui.model.scheduling_policy import (
    USUAL_WEIGHT,
    FairsharePolicy,
    QuotaShareDetail,
    SchedulingPolicyDetail,
)
from batchtui.ui.details.common import masked_pairs
from batchtui.ui.details.lines import Relation, field, label, pair_lines, relation_lines, rest, section
from batchtui.ui.details.views import View, json_lines

FAIR_SHARE, QUOTA = "fair share", "quota shares"
_BAR = 24
_MOST_SHARES = 500
_LEAST_WEIGHT = 0.0001  # AWS takes none below
_LEAST_DECAY_SECONDS = 600  # what AWS takes for none
_SHOWN = frozenset(("name", "arn", "fairsharePolicy", "quotaSharePolicy", "tags"))


def kind_of(policy: SchedulingPolicyDetail) -> str:
    """In a word or two by what it shares."""
    return QUOTA if policy.is_by_quota else FAIR_SHARE


def portions(policy: FairsharePolicy) -> list[tuple[str, float, float]]:
    """Every share with its weight and the part that it gets while all of them have jobs, the largest first.

    The lower a weight, the more a share gets: half the weight is twice as much.
    """
    weights = [
        (each.share_identifier, USUAL_WEIGHT if each.weight_factor is None else each.weight_factor)
        for each in policy.share_distribution
    ]
    parts = [1 / max(weight, _LEAST_WEIGHT) if weight > 0 else 0.0 for _, weight in weights]
    total = sum(parts) or 1.0
    found = [(name, weight, part / total) for (name, weight), part in zip(weights, parts, strict=True)]
    return sorted(found, key=lambda entry: (-entry[2], entry[0]))


def policy_view(
    policy: SchedulingPolicyDetail,
    queues: Sequence[Relation],
    quota_shares: Sequence[QuotaShareDetail] = (),
    trouble: str = "",
) -> View:
    """A policy with the queues that use it.

    Args:
        policy: The policy.
        queues: Where one can go from it.
        quota_shares: Those of its queues, where it is one by quota shares.
        trouble: Why they are not known.
    """
    return View(
        title=((policy.name, "strong"), ("  scheduling policy", "muted")),
        tabs={
            "Overview": lambda width, now, revealed: _overview(
                policy, queues, quota_shares, width, is_revealed=revealed
            ),
            "JSON": lambda width, now, revealed: json_lines(policy.raw, is_revealed=revealed),
        },
        name=policy.name,
        arn=policy.arn,
        raw=policy.raw,
        relations=tuple(queues),
        trouble=trouble,
    )


def _overview(
    policy: SchedulingPolicyDetail,
    queues: Sequence[Relation],
    quota_shares: Sequence[QuotaShareDetail],
    width: int,
    *,
    is_revealed: bool,
) -> list[Cell]:
    fair = policy.fairshare_policy
    own = [
        *field("Name", policy.name),
        *field("Shares by", kind_of(policy)),
        *(_terms(fair) if fair is not None else ()),
        *field("Idle resources go", _idle(policy.idle_resource_assignment_strategy)),
        *field("ARN", policy.arn),
    ]
    return [
        *section("Scheduling policy", own),
        *(_weights(fair, width) if fair is not None else ()),
        *section("Quota shares", [line for share in quota_shares for line in _quota_share(share)]),
        *relation_lines(queues),
        *([] if queues else section("Go to", [plain("No queue that is known uses it.", "muted")])),
        *section("Tags", pair_lines(masked_pairs(policy.tags, is_revealed=is_revealed))),
        *section("Everything else", pair_lines(rest(policy.raw, _SHOWN, is_revealed=is_revealed))),
    ]


def _terms(policy: FairsharePolicy) -> list[Cell]:
    decay, kept = policy.share_decay_seconds, policy.compute_reservation
    counts = f"{decay} s ({duration(decay)}): so far back use counts, the less the longer ago" if decay else None
    if decay == 0:
        counts = f"0 s: AWS takes {_LEAST_DECAY_SECONDS} s then"
    reserved = "none: shares without jobs have nothing kept for them"
    if kept:
        with_two = number(round(kept * kept / 100, 2))
        reserved = f"{kept} % of the vCPUs stay free for other shares with one active, {with_two} % with two"
    return [*field("Share decay", counts), *field("Compute reservation", None if kept is None else reserved)]


def _weights(policy: FairsharePolicy, width: int) -> list[Cell]:
    every = portions(policy)
    lines: list[Cell] = []
    for name, weight, part in every[:_MOST_SHARES]:
        cells = bar(part, max(6, min(_BAR, width - 50)))
        lines.append(
            (label(name), *cells, (f" {part:4.0%}", ""), (f"  weight {number(round(weight, 4))}", "muted"))
        )
    if len(every) > _MOST_SHARES:
        lines.append(plain(f"… and {len(every) - _MOST_SHARES} more: see the tab JSON", "muted"))
    lines.append(plain("Half the weight gets twice as much. A share that is not named here weighs 1.", "muted"))
    return section("What each share gets while all of them have jobs", lines)


def _idle(strategy: str | None) -> str | None:
    return f"{strategy}: to whoever has waited longest" if strategy == "FIFO" else strategy


def _quota_share(share: QuotaShareDetail) -> list[Cell]:
    limits = ", ".join(
        f"{'?' if each.max_capacity is None else each.max_capacity} {each.capacity_unit}"
        for each in share.capacity_limits
    )
    borrows = ""
    if share.borrow_limit is not None:
        borrows = "borrows without limit" if share.borrow_limit < 0 else f"borrows up to {share.borrow_limit} %"
    is_well = share.state in ("ENABLED", None) and share.status in ("VALID", "UPDATING", None)
    health = "" if is_well else f"{share.state} {share.status}"
    words = " · ".join(part for part in (limits, share.strategy, borrows, health) if part)
    return field(share.quota_share_name, words or "no capacity of its own", "" if is_well else "warning")
