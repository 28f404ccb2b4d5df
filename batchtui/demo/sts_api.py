"""AWS STS, as far as asking who one is."""

from __future__ import annotations

from .errors import ApiError
from .identity import ACCOUNT_ID

_IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn:aws:sts::{account}:assumed-role/demo/batchtui</Arn>"
    "<UserId>AROADEMOBATCHTUI0000:batchtui</UserId><Account>{account}</Account>"
    "</GetCallerIdentityResult><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    "</GetCallerIdentityResponse>"
)


def answer(action: str, request_id: str) -> str:
    """The XML answer to an action (GetCallerIdentity)."""
    if action != "GetCallerIdentity":
        raise ApiError("InvalidAction", f"Could not find operation {action} for version 2011-06-15", 404)
    return _IDENTITY.format(account=ACCOUNT_ID, request_id=request_id)
