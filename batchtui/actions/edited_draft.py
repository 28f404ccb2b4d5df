"""A draft after a person has edited its request."""

from batchtui.actions.draft import Draft
from batchtui.actions.request_notes import Note, Request, Severity
from batchtui.actions.resubmission import name_notes, size_notes

_DECIDING = ("jobQueue", "jobDefinition", "shareIdentifier")
"""What a blocker that is not about name or size is about."""


def edited_draft(draft: Draft, request: Request) -> Draft:
    """The draft with another request.

    Name and sizes are judged anew. What else spoke against the old request may be mended where queue,
    definition or share changed: AWS Batch judges that then. Of another definition nothing is known here.
    """
    judged = [*_judged(draft.request)]
    kept = [note for note in draft.notes if note not in judged]
    if any(request.get(member) != draft.request.get(member) for member in _DECIDING):
        kept = [note for note in kept if note.severity is not Severity.BLOCKER]
    is_same = request.get("jobDefinition") == draft.request.get("jobDefinition")
    return Draft(request, (*kept, *_judged(request)), draft.definition if is_same else None, draft.original)


def _judged(request: Request) -> list[Note]:
    return [*name_notes(str(request.get("jobName", ""))), *size_notes(request)]
