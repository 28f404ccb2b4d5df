"""Which amounts of memory AWS Batch takes with which vCPUs on Fargate."""

_GIB = 1024
_MEMORY = {
    0.25: (512, 1024, 2048),
    0.5: range(1 * _GIB, 4 * _GIB + 1, _GIB),
    1.0: range(2 * _GIB, 8 * _GIB + 1, _GIB),
    2.0: range(4 * _GIB, 16 * _GIB + 1, _GIB),
    4.0: range(8 * _GIB, 30 * _GIB + 1, _GIB),
    8.0: range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB),
    16.0: range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB),
    32.0: (60 * _GIB, 120 * _GIB, 244 * _GIB),
}
"""MiB by vCPUs, as the user guide tells them; AWS adds sizes from time to time."""


def misfit(vcpus: float, memory: float) -> str | None:
    """What is wrong with a pair of vCPUs and MiB; None where it is a known one."""
    sizes = _MEMORY.get(vcpus)
    if sizes is None:
        known = ", ".join(f"{size:g}" for size in _MEMORY)
        return f"Fargate is not known to have {vcpus:g} vCPUs, only {known}"
    if memory in sizes:
        return None
    nearest = sorted(sorted(sizes, key=lambda size: abs(size - memory))[:2])
    advice = " or ".join(str(size) for size in nearest)
    return f"Fargate is not known to have {memory:g} MiB with {vcpus:g} vCPUs; near it are {advice}"
