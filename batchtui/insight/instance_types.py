"""What the common EC2 instance types have: vCPUs, memory and GPUs as AWS lists them.

Only to tell that a job is larger than everything that a compute environment may start. Whatever is not in this
table is unknown, and nothing is claimed of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

_SIZES: Final = {
    "medium": 1,
    "large": 2,
    "xlarge": 4,
    "2xlarge": 8,
    "3xlarge": 12,
    "4xlarge": 16,
    "6xlarge": 24,
    "8xlarge": 32,
    "9xlarge": 36,
    "10xlarge": 40,
    "12xlarge": 48,
    "16xlarge": 64,
    "18xlarge": 72,
    "24xlarge": 96,
    "32xlarge": 128,
    "48xlarge": 192,
}
"""vCPUs by size, for the families that keep to the rule."""
_X5: Final = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge"
_C5: Final = "large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge"
_X6: Final = f"{_X5} 32xlarge"
_ARM: Final = "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"
_X7: Final = f"{_X5} 48xlarge"
_GIB_PER_VCPU: Final = {"c": 2.0, "m": 4.0, "r": 8.0}
_REGULAR: Final = (
    (_C5, "c5 c5d"),
    (_X5, "c5a c5ad m5 m5d m5a m5ad m5n m5dn r5 r5d r5a r5ad r5b r5n r5dn"),
    (_X6, "c6i c6id c6in m6i m6id m6in m6idn r6i r6id r6in r6idn"),
    (f"{_X6} 48xlarge", "c6a m6a r6a"),
    (_ARM, "c6g c6gd c6gn c7g c7gd c7gn m6g m6gd m7g m7gd r6g r6gd r7g r7gd"),
    (_X7, "c7i m7i r7i"),
    (f"medium {_X6} 48xlarge", "c7a m7a r7a"),
    (f"{_ARM} 24xlarge 48xlarge", "c8g m8g r8g"),
)
"""Sizes, and the families that have them: their first letter tells how much memory there is for a vCPU."""
_IRREGULAR: Final = (
    *("c4.large 2 3.75", "c4.xlarge 4 7.5", "c4.2xlarge 8 15", "c4.4xlarge 16 30", "c4.8xlarge 36 60"),
    *("m4.large 2 8", "m4.xlarge 4 16", "m4.2xlarge 8 32", "m4.4xlarge 16 64", "m4.10xlarge 40 160"),
    "m4.16xlarge 64 256",
    *("r4.large 2 15.25", "r4.xlarge 4 30.5", "r4.2xlarge 8 61", "r4.4xlarge 16 122", "r4.8xlarge 32 244"),
    "r4.16xlarge 64 488",
    *("c5n.large 2 5.25", "c5n.xlarge 4 10.5", "c5n.2xlarge 8 21", "c5n.4xlarge 16 42", "c5n.9xlarge 36 96"),
    "c5n.18xlarge 72 192",
    *("t3.nano 2 0.5", "t3.micro 2 1", "t3.small 2 2", "t3.medium 2 4", "t3.large 2 8", "t3.xlarge 4 16"),
    "t3.2xlarge 8 32",
    *("p3.2xlarge 8 61 1", "p3.8xlarge 32 244 4", "p3.16xlarge 64 488 8", "p3dn.24xlarge 96 768 8"),
    *("p4d.24xlarge 96 1152 8", "p4de.24xlarge 96 1152 8"),
    *("g4dn.xlarge 4 16 1", "g4dn.2xlarge 8 32 1", "g4dn.4xlarge 16 64 1", "g4dn.8xlarge 32 128 1"),
    *("g4dn.12xlarge 48 192 4", "g4dn.16xlarge 64 256 1", "g4dn.metal 96 384 8"),
    *("g5.xlarge 4 16 1", "g5.2xlarge 8 32 1", "g5.4xlarge 16 64 1", "g5.8xlarge 32 128 1"),
    *("g5.12xlarge 48 192 4", "g5.16xlarge 64 256 1", "g5.24xlarge 96 384 4", "g5.48xlarge 192 768 8"),
    *("g6.xlarge 4 16 1", "g6.2xlarge 8 32 1", "g6.4xlarge 16 64 1", "g6.8xlarge 32 128 1"),
    *("g6.12xlarge 48 192 4", "g6.16xlarge 64 256 1", "g6.24xlarge 96 384 4", "g6.48xlarge 192 768 8"),
)
_OPEN: Final = {
    "optimal": "m6i c6i r6i c7i",
    "default_x86_64": "m6i c6i r6i c7i",
    "default_arm64": "m6g c6g r6g c7g",
}
"""What AWS chooses itself, and from which families, as its documentation has it today: it may widen them."""
_MIB: Final = 1024


@dataclass(frozen=True, slots=True)
class InstanceType:
    """One type with what it has."""

    name: str
    vcpus: int
    memory_mib: int
    """As AWS lists it; a job gets somewhat less."""
    gpus: int = 0


@dataclass(frozen=True, slots=True)
class AllowedTypes:
    """Everything that some entries of ``instanceTypes`` allow."""

    types: tuple[InstanceType, ...]
    is_open: bool
    """Whether AWS chooses the families, so that there may be others one day."""


@cache
def _table() -> dict[str, dict[str, InstanceType]]:
    families: dict[str, dict[str, InstanceType]] = {}
    for sizes, names in _REGULAR:
        for family in names.split():
            memory = _GIB_PER_VCPU[family[0]]
            families[family] = {
                size: InstanceType(f"{family}.{size}", _SIZES[size], int(_SIZES[size] * memory * _MIB))
                for size in sizes.split()
            }
    for line in _IRREGULAR:
        name, vcpus, memory_gib, *gpus = line.split()
        family, _, size = name.partition(".")
        made = InstanceType(name, int(vcpus), int(float(memory_gib) * _MIB), int(gpus[0]) if gpus else 0)
        families.setdefault(family, {})[size] = made
    return families


def allowed_types(instance_types: Iterable[str]) -> AllowedTypes | None:
    """What entries of ``instanceTypes`` allow: types, families, or what AWS chooses.

    Returns:
        None where one of them is not known here, or there is none: then any size is possible.
    """
    found: dict[str, InstanceType] = {}
    is_open = False
    for entry in instance_types:
        if entry in _OPEN:
            is_open = True
            entries = _OPEN[entry].split()
        else:
            entries = [entry]
        for each in entries:
            family, _, size = each.partition(".")
            sizes = _table().get(family, {})
            chosen = sizes if not size else {size: sizes[size]} if size in sizes else {}
            if not chosen:
                return None
            found |= {one.name: one for one in chosen.values()}
    return AllowedTypes(tuple(found.values()), is_open) if found else None
