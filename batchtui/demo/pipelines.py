"""Jobs as workflow tools make them, each with its own kind of names, and one night on which a pipeline failed.

They are part of the past of accounts that are large enough for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .chance import between, fraction, hex_digits, pick
from .containers import container, env, needs
from .definitions import Catalogue, Definition, Form
from .endings import HOST_LOST, OUT_OF_MEMORY, Ending, forms_of
from .endings import PULL as PULL_FAMILY
from .outcomes import instance_digits

LEAST_JOBS = 1_000
"""Smaller accounts have none of them."""
QUEUE = "align-low"
_PART = 0.05  # of all jobs of the past
_NIGHT = (0.78, 0.86)  # which part of the past it was
_OF_THE_NIGHT = 0.25
_NO_ACCESS = next(ending for ending in forms_of(PULL_FAMILY) if ending.kind == "pull-denied")
_RULES = ("bwa_map", "sort_bam", "call_variants", "multiqc")
_CALLS = ("SamToFastqAndBwaMem", "MarkDuplicates", "BaseRecalibrator", "HaplotypeCaller_GATK4_VCF")
_STEPS = ("start", "featurize", "train", "join", "end")
_STATES = ("Extract", "Transform", "Load")
_PROCESSES = (
    "NFCORE_RNASEQRNASEQFASTQ_FASTQC_UMITOOLS_TRIMGALOREFASTQC",
    "NFCORE_RNASEQRNASEQALIGN_STARSTAR_ALIGN",
    "NFCORE_RNASEQRNASEQQUANTIFY_SALMONSALMON_QUANT",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A job that a tool made: its definition's name, its own, and how it ends where that is settled."""

    definition: str
    name: str
    ending: Ending | None = None


def _uuid(seed: int, salt: int) -> str:
    digits = hex_digits(seed, salt, 32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _definition(name: str, image: str, command: list[str], *, gpus: int = 0, states: bool = False) -> Definition:
    properties = container(image, command, needs("4", 7680, gpus))
    if states:
        properties["environment"] = env(MANAGED_BY_AWS="STARTED_BY_STEP_FUNCTIONS")
    return Definition(name, 1, Form.CONTAINER, properties, tags={"team": "pipelines"}, mean_seconds=260)


class Pipelines:
    """The definitions that the tools registered, and the jobs that they made.

    Args:
        catalogue: Takes the definitions.
        seed: The account's.
    """

    __slots__ = ("_rules",)

    def __init__(self, catalogue: Catalogue, seed: int) -> None:
        self._rules = {rule: f"snakejob-def-{rule}-{_uuid(seed, 900 + at)}" for at, rule in enumerate(_RULES)}
        for rule, name in self._rules.items():
            catalogue.add(_definition(name, "snakemake:8.20", ["snakemake", "--allowed-rules", rule]))
        catalogue.add(
            _definition("nf-quay-io-biocontainers-star-2-7-11b", "star:2.7.11b", ["bash", ".command.run"])
        )
        catalogue.add(_definition("cromwell_broadinstitute_gatk_4_6_1_0", "gatk:4.6.1.0", ["/bin/bash", "script"]))
        catalogue.add(_definition("metaflow_2f1d6a0c9e", "train:2026.10", ["/bin/sh", "-c", "mflog"]))
        catalogue.add(_definition("nightly-etl", "etl:12", ["python", "-m", "etl"], states=True))
        requal = _definition("requalify", "requal:3", ["requalify", "--sample", "Ref::sample"])
        catalogue.add(replace(requal, retry={"attempts": 1, "evaluateOnExit": []}, parameters={"sample": "unset"}))

    def job(self, seed: int, number: int, count: int) -> Made | None:
        """What a tool made in place of a job of the past, if any.

        Args:
            seed: The job's.
            number: Its place in the past.
            count: How many there are.
        """
        if _NIGHT[0] <= number / count < _NIGHT[1] and fraction(seed, 60) < _OF_THE_NIGHT:
            return Made("requalify", f"requal-2026-1120-{number:05d}", self._of_the_night(seed))
        if fraction(seed, 61) >= _PART:
            return None
        small, made = between(seed, 62, 0, 240), between(seed, 63, 0, 4)
        if made == 0:
            rule = pick(seed, 64, _RULES)
            return Made(self._rules[rule], f"snakejob-{rule}-{_uuid(seed, 65)}")
        if made == 1:
            name = f"PairedEndSingleSampleWf_{pick(seed, 64, _CALLS)}"
            return Made("cromwell_broadinstitute_gatk_4_6_1_0", name)
        if made == 2:
            step, run = pick(seed, 64, _STEPS), 1_763_650_000_000_000 + small
            return Made("metaflow_2f1d6a0c9e", f"mira-EmbedFlow-{run}-{step}-{small + 1}-0")
        if made == 3:
            return Made("nightly-etl", f"{_uuid(seed, 66)}-{pick(seed, 64, _STATES)}")
        name = f"{pick(seed, 64, _PROCESSES)}_patient{small:03d}-T1"
        return Made("nf-quay-io-biocontainers-star-2-7-11b", name)

    def _of_the_night(self, seed: int) -> Ending:
        """Most for want of memory, many for want of access to the image, some with their Spot instance."""
        luck = fraction(seed, 67)
        if luck < 0.6:
            return OUT_OF_MEMORY
        if luck < 0.9:
            return _NO_ACCESS
        return Ending("host", HOST_LOST.format(host=instance_digits(seed, 1)))


def pipelines_of(catalogue: Catalogue, seed: int, jobs: int) -> Pipelines | None:
    """Those of an account of so many jobs, None where it is too small."""
    return Pipelines(catalogue, seed) if jobs >= LEAST_JOBS else None
