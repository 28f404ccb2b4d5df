"""Children of arrays and nodes of multi-node jobs, as far as their ids and their parents tell of them."""

from batchtui.model.job import JobSummary


def parent_of(job_id: str) -> str:
    """The id before ``:3`` or ``#0``; of any other job its own."""
    return job_id.partition("#")[0].partition(":")[0] if index_of(job_id) is not None else job_id


def index_of(job_id: str) -> int | None:
    """The index of a child (``id:3``) or of a node (``id#0``); None of any other job."""
    if job_id.startswith("arn:"):
        return None
    parent, mark, index = job_id.replace("#", ":").rpartition(":")
    return int(index) if mark and parent and index.isdecimal() and index.isascii() else None


def size_of(job: JobSummary) -> int:
    """How many children or nodes a job has; none where it is a child or a node itself."""
    if index_of(job.job_id) is not None:
        return 0
    array, nodes = job.array_properties, job.node_properties
    return (array.size if array else 0) or (nodes.num_nodes if nodes else 0) or 0
