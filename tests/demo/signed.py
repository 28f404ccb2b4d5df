"""Requests that are signed by botocore, which we did not write."""

from collections.abc import Mapping

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from batchtui.demo.endpoint import DemoEndpoint


def signed_headers(
    endpoint: DemoEndpoint, path: str, body: bytes, headers: Mapping[str, str] | None = None, *, secret: str = ""
) -> dict[str, str]:
    """The headers of a signed POST; another secret key than the account's own where one is given."""
    request = AWSRequest("POST", endpoint.url + path, data=body, headers=dict(headers or {}))
    credentials = Credentials(endpoint.access_key_id, secret or endpoint.secret_access_key)
    SigV4Auth(credentials, "batch", endpoint.region).add_auth(request)
    return {name: str(value) for name, value in request.headers.items()}
