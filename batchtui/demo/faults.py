"""The seam through which tests make the account misbehave as AWS and networks do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one request. With nothing but a `delay` it is answered late, and rightly."""

    status: int = 0
    """The HTTP status of a refusal; 0 for none."""
    code: str = ""
    """AWS's code for it, such as TooManyRequestsException; empty for a bare status."""
    message: str = ""
    delay: float = 0.0
    """Seconds to wait first."""
    drop: bool = False
    """Close the connection instead of answering."""
    body: str | None = None
    """Text to answer with instead, such as a proxy's HTML."""
    content_type: str = "text/html"
    """The type of that text."""
    reset: bool = False
    """The same at once, with a reset, as a firewall does."""
    rewrite: Callable[[str], str] | None = None
    """Carry the operation out and answer with what this makes of the right answer's text; refusals stay."""
    after: bool = False
    """Carry the operation out first, and only then let the answer go wrong."""


FaultSource = Callable[[str], Fault | None]
"""Says what goes wrong with an operation (`ListJobs`), or that nothing does."""
