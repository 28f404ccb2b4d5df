"""Failures to get the image. The order matters: one text often holds the words of several."""

from batchtui.insight import failure_links as links
from batchtui.insight.failure_retry import try_again
from batchtui.insight.failure_rule import Rule, Sign, attempt, error, image, instance, pod
from batchtui.insight.verdict import Certainty

_PULLING = (
    "CannotPullContainerError",
    "CannotPullECRContainerError",
    "CannotPullImageManifestError",
    "CannotPullContainer",
)
_EXECUTION_ROLE = (
    "Give the execution role ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer "
    "(AmazonECSTaskExecutionRolePolicy has them); on EC2 without one, the instance role."
)


def _pull(*words: str) -> Sign:
    """A failed pull whose text holds one of these, in lower case."""
    return error(*_PULLING, saying=words)


IMAGE_RULES = (
    Rule(
        "image-wrong-platform",
        _pull("descriptor matching platform", "no matching manifest for", "no match for platform"),
        "The image is not built for the host's processor architecture.",
        Certainty.TOLD,
        (
            "Build the image for the host, or for both: docker buildx build --platform linux/amd64,linux/arm64.",
            "Or give the job instance types (on Fargate: a runtimePlatform) of the image's architecture.",
        ),
        links.PULL,
        (image,),
    ),
    Rule(
        "image-rate-limited",
        _pull("toomanyrequests", "pull rate limit", "rate exceeded"),
        "The registry limits pulls, and the limit is used up.",
        Certainty.TOLD,
        (
            "Keep the image in ECR, for example by a pull-through cache.",
            "Give the job credentials for the registry.",
            try_again('onReason "CannotPull*"'),
        ),
        links.PULL,
        (image, attempt),
    ),
    Rule(
        "image-disk-full",
        _pull("no space left on device", "thin pool has"),
        "The host's disk for images is too full for this one.",
        Certainty.TOLD,
        (
            "Give the instances a larger root volume by the compute environment's launch template.",
            "Make the image smaller; on Fargate raise ephemeralStorage.",
        ),
        links.PULL,
        (image, instance, attempt),
    ),
    Rule(
        "image-unauthorized",
        _pull(
            "no basic auth credentials",
            "pull access denied",
            "not authorized to perform",
            "403 forbidden",
            "401 unauthorized",
            "unauthorized:",
            "access denied",
            "authorization token has expired",
        ),
        "The registry refused the image: no access, or no such repository.",
        Certainty.TOLD,
        (
            _EXECUTION_ROLE,
            "In another account's ECR, the repository's policy must allow the role too.",
            "For another registry set repositoryCredentials, and check the repository's name.",
        ),
        links.EXECUTION_ROLE,
        (image,),
    ),
    Rule(
        "image-name-invalid",
        _pull("invalid reference format", "invalid repository name", "repository name must be lowercase"),
        "The image's name is not well-formed.",
        Certainty.TOLD,
        ("Correct the image in the job definition: registry/repository:tag, in lower case.",),
        links.PULL,
        (image,),
    ),
    Rule(
        "image-unreachable",
        _pull(
            "i/o timeout",
            "request canceled",
            "client.timeout",
            "no such host",
            "connection refused",
            "connection reset",
            "tls handshake timeout",
            "context deadline exceeded",
            "dial tcp",
        ),
        "The registry could not be reached from the job's network.",
        Certainty.TOLD,
        (
            "Give the subnet a way out: a NAT gateway, a public IP address, or endpoints for ECR and S3.",
            "See that the security group lets port 443 out.",
        ),
        links.PULL,
        (image, instance, attempt),
    ),
    Rule(
        "image-not-found",
        _pull("manifest unknown", "not found", "does not exist", "name unknown", "repository not found", "(404)"),
        "There is no such image or tag in the registry.",
        Certainty.TOLD,
        (
            "Check repository and tag; a lifecycle policy may have deleted the tag.",
            "Push the image, or name an existing one in a new revision of the definition.",
        ),
        links.PULL,
        (image,),
    ),
    Rule(
        "image-pull-cancelled",
        _pull("context canceled", "context cancelled"),
        "The pull was broken off before it was done.",
        Certainty.TOLD,
        (
            try_again('onReason "CannotPull*"'),
            "A large image on a slow or small disk: a larger gp3 root volume helps.",
        ),
        links.PULL,
        (image, instance, attempt),
    ),
    Rule(
        "image-registry-untrusted",
        _pull("x509:", "server gave http response"),
        "The host does not trust the registry's certificate, or it has none.",
        Certainty.TOLD,
        ("Give the registry a certificate that hosts trust, or keep the image in ECR.",),
        links.PULL,
        (image,),
    ),
    Rule(
        "image-registry-failed",
        _pull(
            "unexpected http status: 5", "503 service unavailable", "500 internal server error", "502 bad gateway"
        ),
        "The registry answered with an error of its own.",
        Certainty.TOLD,
        (try_again('onReason "CannotPull*"'), "See whether the registry is well."),
        links.PULL,
        (image, attempt),
    ),
    Rule(
        "image-pull-failed",
        error(*_PULLING),
        "The image could not be pulled.",
        Certainty.TOLD,
        ("Read AWS's words: they say at which step.", try_again('onReason "CannotPull*"')),
        links.PULL,
        (image, instance, attempt),
    ),
    Rule(
        "pod-image-name-invalid",
        pod("InvalidImageName"),
        "The pod's image name is not well-formed.",
        Certainty.TOLD,
        ("Correct the image in the job definition: registry/repository:tag, in lower case.",),
        links.EKS_JOBS,
        (image,),
    ),
    Rule(
        "pod-image-pull-failed",
        pod("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "RegistryUnavailable"),
        "Kubernetes could not pull the pod's image.",
        Certainty.TOLD,
        (
            "Check repository and tag.",
            "Give the node role AmazonEC2ContainerRegistryReadOnly, or the pod an imagePullSecret.",
        ),
        links.EKS_JOBS,
        (image, instance, attempt),
    ),
)
