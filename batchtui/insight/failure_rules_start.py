"""Failures between the image and the program's first line: secrets, roles, network, volumes, the command."""

from batchtui.insight import failure_links as links
from batchtui.insight.failure_rule import Rule, Sign, attempt, begins, command, error, image, instance, limit, pod
from batchtui.insight.verdict import Certainty

TOLD = Certainty.TOLD
_INITIALIZATION = "ResourceInitializationError"
_CREATING = ("CannotStartContainerError", "CannotCreateContainerError")
_REFUSED = ("Error executing request", "ClientException", "InvalidParameterException")
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
_MOUNTING = ("error mounting", "source path", "invalid mount", "failed to mount", "mount callback", "volume")
_DENIED = ("accessdenied", "access denied", "not authorized", "kms:decrypt")


def _prepare(about: tuple[str, ...], saying: tuple[str, ...] = ()) -> Sign:
    """A failed initialization about something; with Docker's logging drivers it is a container not started."""
    return error(_INITIALIZATION, *_CREATING, about=about, saying=saying)


START_RULES = (
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
        "The execution role may not read a secret.",
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
        "The execution role may not log in to ECR.",
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
        "The role may not write to its log group.",
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
        error("ECS was unable", *_REFUSED, saying=("unable to assume the role",)),
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
            'Retry it: onStatusReason "Timeout waiting for network interface*" and action RETRY.',
            "If it comes often, see whether the subnets have free addresses.",
        ),
        links.STOPPED_TASKS,
        (attempt,),
    ),
    Rule(
        "fargate-no-capacity",
        error("Capacity is unavailable at this time"),
        "Fargate had no capacity for it.",
        TOLD,
        ("Retry it: attempts above 1.", "Add subnets in other zones to the compute environment."),
        links.STOPPED_TASKS,
        (attempt,),
    ),
    Rule(
        "initialization-failed",
        error(_INITIALIZATION),
        "What the container needs could not be set up.",
        TOLD,
        ("Read AWS's words: they name the step.", "Retry it: attempts above 1, if other jobs start."),
        links.INITIALIZATION,
        (attempt,),
    ),
    Rule(
        "start-wrong-platform",
        error(*_CREATING, saying=("exec format error",)),
        "The image is not built for the host's processor architecture.",
        TOLD,
        ("Build the image for the host: docker buildx build --platform linux/amd64 (or linux/arm64).",),
        links.CANNOT_START,
        (image, instance),
    ),
    Rule(
        "device-missing",
        error(*_CREATING, saying=("nvidia", "device driver", "device information", "libcuda")),
        "The host has no such device or driver as the container asks for.",
        TOLD,
        (
            "A GPU needs a GPU instance type and an AMI with its drivers; ask for it by GPU in the requirements.",
            "Take devices out of linuxParameters that the instance type lacks.",
        ),
        links.GPU_JOBS,
        (instance, image),
    ),
    Rule(
        "mount-failed",
        error(*_CREATING, "CannotCreateVolumeError", saying=_MOUNTING),
        "One of its volumes could not be mounted.",
        TOLD,
        ("Check volumes and mountPoints: the host path must exist and be of the right kind.",),
        links.JOB_PARAMETERS,
        (instance,),
    ),
    Rule(
        "memory-too-small-to-start",
        error(*_CREATING, saying=("minimum memory limit", "memory limit too low", "cannot allocate memory")),
        "It was given too little memory even to start.",
        TOLD,
        ("Raise MEMORY in the resource requirements.",),
        links.MEMORY,
        (limit,),
    ),
    Rule(
        "command-not-found",
        error(*_CREATING, saying=("executable file not found", "no such file or directory")),
        "Its command is not in the image.",
        TOLD,
        (
            "Check the command's first word, and the image's PATH and ENTRYPOINT.",
            'A command line in one text needs a shell: ["sh", "-c", "..."].',
        ),
        links.CANNOT_START,
        (command, image),
    ),
    Rule(
        "command-not-executable",
        error(*_CREATING, saying=("permission denied",)),
        "Its command may not be executed.",
        TOLD,
        ("Make it executable in the image: chmod +x.", "Check the user that the container runs as."),
        links.CANNOT_START,
        (command, image),
    ),
    Rule(
        "container-not-created",
        error("CannotCreateContainerError", "CannotCreateVolumeError"),
        "Docker could not create the container.",
        TOLD,
        ("Read Docker's words: a wrong option in the definition, or a host in trouble.", "Retry it."),
        links.STOPPED_TASKS,
        (instance, attempt),
    ),
    Rule(
        "container-not-started",
        error("CannotStartContainerError"),
        "Docker could not start the container.",
        TOLD,
        ("Check the command, the user and the mounts.", "Retry it: attempts above 1, if other jobs start."),
        links.CANNOT_START,
        (command, instance, attempt),
    ),
    Rule(
        "docker-timeout",
        error("DockerTimeoutError"),
        "Docker on its instance did not answer in time.",
        TOLD,
        (
            "Retry it: attempts above 1; it is the host, not the job.",
            "Many large images or much writing on one disk: a larger gp3 root volume, fewer jobs on an instance.",
        ),
        links.STOPPED_TASKS,
        (instance, attempt),
    ),
    Rule(
        "container-not-inspected",
        error("CannotInspectContainerError"),
        "Docker did not tell how the container ended; it may have done its work.",
        TOLD,
        (
            "Look at the end of its log, and at its output, before running it again.",
            "Its instance's disk was probably too busy: a faster root volume, fewer jobs on an instance.",
        ),
        links.STOPPED_TASKS,
        (instance, attempt),
    ),
    Rule(
        "pod-config-missing",
        pod("CreateContainerConfigError"),
        "Its pod names a secret or config map that does not exist.",
        TOLD,
        ("Make it in the pod's namespace, or correct the job definition.",),
        links.EKS_JOBS,
        (instance,),
    ),
    Rule(
        "pod-not-started",
        pod("StartError", "RunContainerError", "CreateContainerError", "ContainerCannotRun"),
        "Kubernetes could not start the container: often a wrong command.",
        TOLD,
        ("Check command and args, and the mounts.",),
        links.EKS_JOBS,
        (command, image, instance),
    ),
    Rule(
        "overrides-too-long",
        begins("Container Overrides length must be at most"),
        "Its overrides (command and environment) are too long.",
        TOLD,
        ("Put long values into a file in S3, or into the job definition.",),
        links.TROUBLESHOOTING,
    ),
)

LATE_START_RULES = (
    Rule(
        "request-refused",
        error(*_REFUSED),
        "ECS refused the task as the job definition describes it.",
        TOLD,
        ("Read ECS's words, and correct the job definition in a new revision.",),
        links.JOB_PARAMETERS,
        (image,),
    ),
    Rule(
        "not-started",
        begins("Task failed to start"),
        "The task failed to start, and AWS tells no more.",
        TOLD,
        ("Retry it: attempts above 1.", "Look at the stopped task in ECS: it is kept for about an hour."),
        links.STOPPED_TASKS,
        (instance, attempt, image),
    ),
)
"""Told, but without its reason: any other told reason says more."""
