"""The cases of images that could not be had."""

from tests.failures import Case, not_started, pod

_DAEMON = "Error response from daemon: "

_PULLS = (
    (
        "image-wrong-platform",
        "pull image manifest has been retried 5 time(s): image Manifest does not contain descriptor matching "
        "platform 'linux/amd64'",
    ),
    (
        "image-rate-limited",
        _DAEMON + "toomanyrequests: You have reached your pull rate limit. You may increase the limit by "
        "authenticating and upgrading: https://www.docker.com/increase-rate-limit",
    ),
    ("image-disk-full", "write /var/lib/docker/tmp/GetImageBlob887491687: no space left on device"),
    (
        "image-unauthorized",
        "Check if image exists and role has permissions to pull images from Amazon ECR. "
        + _DAEMON
        + "pull access "
        "denied for 123456789012.dkr.ecr.us-east-1.amazonaws.com/align, repository does not exist or may require",
    ),
    ("image-name-invalid", "invalid reference format: repository name must be lowercase"),
    (
        "image-unreachable",
        "pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/library/busybox:1 failed "
        'to do request: Head "https://registry-1.docker.io/v2/": dial tcp 34.205.13.154:443: i/o timeout',
    ),
    (
        "image-not-found",
        _DAEMON + "manifest for 123456789012.dkr.ecr.us-east-1.amazonaws.com/align:2.7.1 not found: manifest "
        "unknown: Requested image not found",
    ),
    ("image-pull-cancelled", "context canceled"),
    ("image-registry-untrusted", 'Get "https://registry.corp/v2/": x509: certificate signed by unknown authority'),
    ("image-registry-failed", _DAEMON + "received unexpected HTTP status: 503 Service Unavailable"),
    (
        "image-pull-failed",
        "failed to register layer: ApplyLayer exit status 1 stdout: stderr: lchown /etc/gshadow",
    ),
)

_PROOFS = {
    "image-unauthorized": "pull access denied for 123456789012",
    "image-unreachable": "dial tcp 34.205.13.154:443: i/o timeout",
    "image-not-found": "manifest unknown",
}
"""Of long reasons what must be in sight, wherever it stands."""

IMAGES = (
    *(
        Case(key, not_started(f"CannotPullContainerError: {words}"), ("reason",), (_PROOFS.get(key, words[:30]),))
        for key, words in _PULLS
    ),
    Case(
        "pod-image-name-invalid",
        pod("Pod failed: InvalidImageName", reason="InvalidImageName"),
        ("statusReason", "reason"),
        ("InvalidImageName", "image portal:81"),
    ),
    Case(
        "pod-image-pull-failed",
        pod("Pod failed: ImagePullBackOff", reason='ImagePullBackOff: Back-off pulling image "portal:81"'),
        ("statusReason", "reason"),
        ("ImagePullBackOff", "image portal:81"),
    ),
)
