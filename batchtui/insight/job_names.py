"""What a job's name says of the step that it is one of: pure, of names and of definitions' names.

What tools make of names, within AWS's ``[A-Za-z0-9_-]{1,128}``:

==============  ================================================================================================
Nextflow        ``WORKFLOW:PROCESS (tag)`` without what AWS does not allow, blanks as ``_``:
                ``NFCORE_SAREKSAREKBWAMEM_NA12878``, ``fastqc_12``. Under Seqera ``tw-WORKFLOWID-`` stands before
                it, in some set-ups ``nf-``. Definitions are named after the image: ``nf-quay-io-…``.
Snakemake       ``snakejob-RULE-UUID``, with a suffix of one's own ``snakejob-RULE-SUFFIX-UUID``.
Cromwell        ``WORKFLOW_CALL``, for every shard and attempt the same; definitions are named ``cromwell_…``.
Metaflow        ``USER-FLOW-RUN-STEP-TASK-RETRY``; from Step Functions ``SFN-FLOW--STEP--``. Definitions are named
                ``metaflow_…``.
Step Functions  What the state machine says; where it takes the execution's name, that is a UUID, or two:
                ``UUID-STATE``, ``STATE-UUID``. A name alone does not tell; the container's environment does.
==============  ================================================================================================

In all other names what differs from job to job is folded into ``*``: numbers, UUIDs and hashes.
"""

import re
from dataclasses import dataclass
from typing import Final

NEXTFLOW, SNAKEMAKE, CROMWELL, METAFLOW = "Nextflow", "Snakemake", "Cromwell", "Metaflow"
STEP_FUNCTIONS: Final = "Step Functions"
FOLDED: Final = "*"

_UUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_HEX = r"(?<![^\W_])(?=[a-f]*[0-9])[0-9a-f]{7,}(?![^\W_])"
"""A whole word of seven digits of a hash or more, one of them 0 to 9: no word of a language."""
_CODE = r"(?<![^\W_])(?=[A-Z]*[0-9]+[A-Z])[A-Z0-9]{8,}(?![^\W_])"
"""A whole word of capitals with digits among them, such as a flow cell's."""
_MIXED = r"(?<![^\W_])(?=[^\W_]*[a-z][A-Z])(?=[^\W_]*[0-9][^\W_]*[A-Za-z][^\W_]*[0-9])[A-Za-z0-9]{12,}(?![^\W_])"
"""A whole word of base 62."""
_ONE = rf"(?:{_UUID}|{_MIXED}|{_CODE}|{_HEX}|[0-9]+)"
_VARIABLE = re.compile(rf"((?<![^\W_]){_ONE}(?:[-_.:T]{_ONE})*|{_ONE})")
"""Several that follow each other are one, but not the ``2`` of ``mem2-0148``, which may be part of the word."""

_TOWER = re.compile(r"tw-[A-Za-z0-9]{8,}-(?=.)")
_PROCESS_WORD = re.compile(r"[A-Z][A-Z0-9]*\Z")
_SAMPLE_WORD = re.compile(r"[A-Z]{1,2}[0-9]+\Z|.*[0-9]{2}")
"""A word that is rather a sample's than a process's: ``S1``, ``NA12878``; ``BWAMEM2`` is none."""
_RULE = re.compile(r"snakejob-(?:def-)?(?P<rule>[A-Za-z_][A-Za-z0-9_]*)(?:-.*)?\Z")
_BEGINS_WITH_UUID = re.compile(rf"snakejob-{_UUID}")
_METAFLOW = re.compile(
    r".+?-(?P<flow>[A-Za-z_][A-Za-z0-9_]*)-"
    r"(?P<run>[0-9]*|(?:sfn|argo|airflow)-[A-Za-z0-9-]+)-"
    r"(?P<step>[A-Za-z_][A-Za-z0-9_]*)-(?P<task>[A-Za-z0-9]*(?:-[A-Za-z0-9]+)*?)-(?P<retry>[0-9]*)\Z"
)
_SHARD = re.compile(r"(?:-(?:None|Some\w*|[0-9]+)){1,2}\Z")


@dataclass(frozen=True, slots=True)
class Step:
    """What a job is one of.

    Attributes:
        key: The process, rule, call or step, else the name with what differs folded into ``*``: the same for all
            that belong together.
        tool: What made the name, empty where nothing tells.
        folded: What stood where ``key`` has a ``*``, as often as it has one.
    """

    key: str
    tool: str = ""
    folded: tuple[str, ...] = ()


def step_of(name: str, definition: str = "") -> Step:
    """The step of a job.

    Args:
        name: The job's.
        definition: Its definition's name or ARN, which tells more of who made it.
    """
    maker = definition[definition.rfind("/") + 1 :]
    if name.startswith("snakejob-"):
        return _snakemake(name)
    if maker.startswith("nf-") or name.startswith(("nf-", "tw-", "NFCORE_")):
        found = _nextflow(name, is_certain=maker.startswith("nf-"))
        if found is not None:
            return found
    if maker.startswith("cromwell_"):
        return Step(_SHARD.sub("", name) or name, CROMWELL)
    if name.count("-") >= 5:
        match = _METAFLOW.match(name)
        if match is not None and _is_metaflow(match, maker):
            return Step(f"{match['flow']}/{match['step']}", METAFLOW)
    return folded(name)


def folded(name: str) -> Step:
    """A name with numbers, UUIDs and hashes folded into ``*``."""
    parts = _VARIABLE.split(name)
    if len(parts) == 1:
        return Step(name)
    return Step(FOLDED.join(parts[::2]), "", () if FOLDED in name else tuple(parts[1::2]))


def unfolded(key: str, alike: tuple[str | None, ...]) -> str:
    """A key to read: where all its jobs have the same text in place of a ``*``, that text.

    Args:
        key: Of a step.
        alike: For each ``*`` the text, None where it differs.
    """
    parts = key.split(FOLDED)
    if len(alike) != len(parts) - 1:
        return key
    return "".join(
        part + (FOLDED if text is None else text) for part, text in zip(parts, (*alike, ""), strict=True)
    )


def _nextflow(name: str, *, is_certain: bool) -> Step | None:
    """The process: the words in capitals at the beginning; None where it is not certain to be Nextflow's."""
    tower = _TOWER.match(name)
    rest = name[tower.end() :] if tower is not None else name.removeprefix("nf-")
    words = rest.split("_")
    process: list[str] = []
    for word in words:
        if not _PROCESS_WORD.match(word) or _SAMPLE_WORD.match(word):
            break
        process.append(word)
    if process and (len(process) > 1 or len(process[0]) > 2):
        return Step("_".join(process), NEXTFLOW)
    if not is_certain and tower is None:
        return None  # people name their own jobs ``nf-…`` as well
    return Step(folded(rest if tower is not None else name).key, NEXTFLOW)


def _snakemake(name: str) -> Step:
    match = None if _BEGINS_WITH_UUID.match(name) else _RULE.match(name)
    return Step(match["rule"], SNAKEMAKE) if match is not None else Step(folded(name).key, SNAKEMAKE)


def _is_metaflow(match: re.Match[str], maker: str) -> bool:
    if maker.startswith("metaflow_"):
        return True
    from_step_functions = match.string.startswith("SFN-")
    is_class = any(character.isupper() for character in match["flow"])
    return is_class and (from_step_functions or bool(match["run"] and match["task"] and match["retry"]))
