"""Failures before the container: secrets, roles, logs, network and file systems that it needs."""

from batchtui.insight import failure_links as links
from batchtui.insight.failure_retry import try_again
from batchtui.insight.failure_rule import CREATING, REFUSED, Rule, Sign, attempt, error, instance, told
from batchtui.insight.verdict import Certainty

TOLD = Certainty.TOLD
_INITIALIZATION = "ResourceInitializationError"
_NETWORK_WORDS = (
    "i/o timeout",
    "request canceled",
    "client.timeout",
    "context deadline exceeded",
    "send request failed",
    "connection issue",
    "network connection",
    "dial tcp",
)
_NETWORK = (
    "Give the subnet a way out: a NAT gateway, a public IP address, or VPC endpoints for the service.",
    "See that the security group lets port 443 out.",
)
_SECRETS = (
    "from asm",
    "from ssm",
    "retrieve secret",
    "retrieve the secret",
    "secret value",
    "secretsmanager",
    "secrets manager",
    "ssm:getparameter",
    "parameter store",
)
"""Not "secret" alone: AWS writes "unable to pull secrets or registry auth" before everything."""
_REGISTRY = ("ecr registry auth", "api.ecr", "amazon ecr", "ecr:")
_LOGGING = ("logging driver", "log driver", "logger args", "log group", "log stream", "logs:create")
_DENIED = ("accessdenied", "access denied", "not authorized", "kms:decrypt")


def _prepare(about: tuple[str, ...], saying: tuple[str, ...] = ()) -> Sign:
    """A failed initialization about something; with Docker's logging drivers it is a container not started."""
    return error(_INITIALIZATION, *CREATING, about=about, saying=saying)


PREPARE_RULES = (
    Rule(
        "secret-key-missing",
        _prepare(_SECRETS, ("did not contain json key", "unable to extract secret value")),
        "A secret has no such key as the job definition names.",
        TOLD,
        ("Compare the keys in the secret with valueFrom in the job definition: arn:key:stage:version.",),
        links.SECRETS,
    ),
    Rule(
        "secret-denied",
        _prepare(_SECRETS, _DENIED),
        "The execution role is not allowed to read a secret.",
        TOLD,
        (
            "Allow the execution role secretsmanager:GetSecretValue, or ssm:GetParameters, on it.",
            "With a key of your own, allow kms:Decrypt on the key too.",
        ),
        links.SECRETS,
    ),
    Rule(
        "secret-not-found",
        _prepare(
            _SECRETS, ("resourcenotfound", "can't find", "cannot find", "invalid parameters", "check that the")
        ),
        "A secret or parameter that it names does not exist.",
        TOLD,
        ("Correct valueFrom in the job definition; the region counts too.", "Or make the secret."),
        links.SECRETS,
    ),
    Rule(
        "secret-unreachable",
        _prepare(_SECRETS, _NETWORK_WORDS),
        "The service that keeps its secrets could not be reached.",
        TOLD,
        _NETWORK,
        links.INITIALIZATION,
    ),
    Rule(
        "registry-auth-denied",
        _prepare(_REGISTRY, _DENIED),
        "The execution role is not allowed to log in to ECR.",
        TOLD,
        ("Give the execution role AmazonECSTaskExecutionRolePolicy.",),
        links.EXECUTION_ROLE,
    ),
    Rule(
        "registry-auth-unreachable",
        _prepare(_REGISTRY, _NETWORK_WORDS),
        "ECR could not be reached to log in to it.",
        TOLD,
        _NETWORK,
        links.INITIALIZATION,
    ),
    Rule(
        "secrets-or-registry",
        _prepare(("unable to pull secrets or registry auth", "unable to retrieve")),
        "Its secrets, or the login to the registry, could not be got.",
        TOLD,
        (
            "See what the execution role may do, and whether valueFrom names what exists.",
            *_NETWORK,
        ),
        links.INITIALIZATION,
        (attempt,),
    ),
    Rule(
        "log-unreachable-at-start",
        _prepare(_LOGGING, _NETWORK_WORDS),
        "CloudWatch Logs could not be reached to open its log.",
        TOLD,
        _NETWORK,
        links.AWSLOGS,
        (instance,),
    ),
    Rule(
        "log-group-missing",
        _prepare(_LOGGING, ("does not exist", "resourcenotfound", "cannot find")),
        "The log group that it writes to does not exist.",
        TOLD,
        ("Make the log group, or set awslogs-create-group to true and allow logs:CreateLogGroup.",),
        links.AWSLOGS,
    ),
    Rule(
        "log-denied",
        _prepare(_LOGGING, _DENIED),
        "The role is not allowed to write to its log group.",
        TOLD,
        ("Allow the execution role (on EC2 the instance role) logs:CreateLogStream and logs:PutLogEvents.",),
        links.AWSLOGS,
    ),
    Rule(
        "log-driver-failed",
        _prepare(_LOGGING),
        "Its log driver could not be started.",
        TOLD,
        ("Check logConfiguration in the job definition; awslogs needs a way to CloudWatch Logs.",),
        links.AWSLOGS,
    ),
    Rule(
        "efs-path-missing",
        _prepare(("efs",), ("no such file or directory",)),
        "The directory that it mounts from EFS does not exist.",
        TOLD,
        ("Make the directory in the file system, or correct rootDirectory.",),
        links.EFS_VOLUMES,
    ),
    Rule(
        "efs-denied",
        _prepare(("efs",), (*_DENIED, "permission denied")),
        "EFS refused the mount.",
        TOLD,
        (
            "Allow the job role elasticfilesystem:ClientMount, and the file system's policy to let it.",
            "With an access point or IAM, transitEncryption must be ENABLED.",
        ),
        links.EFS_VOLUMES,
    ),
    Rule(
        "efs-unreachable",
        _prepare(("efs",), ("timeout", "timed out", "failed to resolve", "connection reset")),
        "The EFS file system could not be reached.",
        TOLD,
        (
            "There must be a mount target in the job's zone, and port 2049 open to it.",
            "In a VPC, DNS names and DNS resolution must be on.",
        ),
        links.EFS_VOLUMES,
    ),
    Rule(
        "efs-failed",
        _prepare(("efs",)),
        "A volume on EFS could not be mounted.",
        TOLD,
        ("Check file system, access point and role in the job definition's volumes.",),
        links.EFS_VOLUMES,
    ),
    Rule(
        "role-not-assumable",
        error("ECS was unable", *REFUSED, saying=("unable to assume the role",)),
        "ECS could not take on a role of the job.",
        TOLD,
        ("The role must exist and trust ecs-tasks.amazonaws.com.",),
        links.TASK_ROLES,
    ),
    Rule(
        "network-interface-late",
        error("Timeout waiting for network interface provisioning", "Network interface provision"),
        "AWS did not get its network interface ready in time.",
        TOLD,
        (
            try_again('onStatusReason "Timeout waiting for network interface*"'),
            "If it comes often, see whether the subnets have free addresses.",
        ),
        links.STOPPED_TASKS,
        (attempt,),
    ),
    Rule(
        "subnet-addresses-used-up",
        told(r"InsufficientFreeAddresses|(?i:insufficient (free )?(ip )?addresses|no free addresses)"),
        "Its subnet has no free addresses left.",
        TOLD,
        (
            "Give the compute environment larger subnets, or more of them.",
            try_again(),
        ),
        links.STOPPED_TASKS,
        (attempt,),
    ),
    Rule(
        "fargate-no-capacity",
        error("Capacity is unavailable at this time"),
        "Fargate had no capacity for it.",
        TOLD,
        (
            try_again('onStatusReason "Capacity is unavailable*"'),
            "Add subnets in other zones to the compute environment.",
        ),
        links.STOPPED_TASKS,
        (attempt,),
    ),
    Rule(
        "initialization-failed",
        error(_INITIALIZATION),
        "What the container needs could not be set up.",
        TOLD,
        ("Read AWS's words: they name the step.", try_again('onStatusReason "ResourceInitializationError*"')),
        links.INITIALIZATION,
        (attempt,),
    ),
)
