"""Whether an endpoint is AWS's own."""

from typing import Final
from urllib.parse import urlsplit

_OF_AWS: Final = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn")


def is_of_aws(endpoint_url: str) -> bool:
    """Whether an endpoint is AWS's own: only of what is there the console has pages."""
    host = urlsplit(endpoint_url).hostname or ""
    return host.endswith(_OF_AWS)
