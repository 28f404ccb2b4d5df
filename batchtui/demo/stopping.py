"""What requests to stop jobs have in common, for jobs of every kind."""

from __future__ import annotations

import re
from collections.abc import Callable

from .definitions import JSON
from .errors import client_error

MOST_STOPPED = 50
LONGEST_REASON = 1024
_JOB_ID = re.compile(r"[A-Za-z0-9-]{1,64}([:#][0-9]+)?")


def stop_many(request: JSON, stop: Callable[[str, str], None]) -> JSON:
    """HTTP 200 even when some fail; jobs that cannot be found count as done."""
    ids, reason = ids_of(request, MOST_STOPPED), reason_of(request)
    successful: list[str] = []
    errors: list[JSON] = []
    for job_id in ids:
        if _JOB_ID.fullmatch(job_id):
            stop(job_id, reason)
            successful.append(job_id)
        else:
            message = f"Job id {job_id} is not valid"
            errors.append({"job": job_id, "code": "ClientException", "message": message})
    return {"successful": successful, "errors": errors}


def job_id_of(request: JSON) -> str:
    """The one job that a request is for."""
    job_id = request.get("jobId")
    if not isinstance(job_id, str) or not _JOB_ID.fullmatch(job_id):
        raise client_error(f"Job id {job_id} is not valid")
    return job_id


def ids_of(request: JSON, most: int) -> list[str]:
    """The jobs that a request is for."""
    ids = request.get("jobs")
    if not isinstance(ids, list) or not ids or not all(isinstance(job_id, str) for job_id in ids):
        raise client_error("jobs must be a list of job ids")
    if len(ids) > most:
        raise client_error(f"At most {most} jobs can be given, not {len(ids)}")
    return ids


def reason_of(request: JSON) -> str:
    """Why they are to stop."""
    reason = request.get("reason")
    if not isinstance(reason, str) or not reason:
        raise client_error("reason must be specified")
    if len(reason) > LONGEST_REASON:
        raise client_error(f"reason must be at most {LONGEST_REASON} characters")
    return reason
