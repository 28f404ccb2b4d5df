"""The one operation of IAM (query protocol) that there is: ListAccountAliases."""

from __future__ import annotations

from .errors import ApiError

VERSION = "2010-05-08"
ALIAS = "genomics"
_XMLNS = f"https://iam.amazonaws.com/doc/{VERSION}/"


def answer(action: str, request_id: str) -> str:
    """The XML answer to an action (ListAccountAliases)."""
    if action != "ListAccountAliases":
        raise ApiError("InvalidAction", f"Could not find operation {action} for version {VERSION}", 404)
    return (
        f'<ListAccountAliasesResponse xmlns="{_XMLNS}"><ListAccountAliasesResult>'
        f"<AccountAliases><member>{ALIAS}</member></AccountAliases><IsTruncated>false</IsTruncated>"
        "</ListAccountAliasesResult>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></ListAccountAliasesResponse>"
    )
