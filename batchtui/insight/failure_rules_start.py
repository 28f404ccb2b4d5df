"""Failures between the image and the program's first line: devices, volumes, users, the command."""

from batchtui.insight import failure_links as links
from batchtui.insight.failure_facts import Failure
from batchtui.insight.failure_retry import try_again
from batchtui.insight.failure_rule import (
    CREATING,
    REFUSED,
    Rule,
    attempt,
    begins,
    both,
    command,
    either,
    error,
    image,
    instance,
    limit,
    pod,
    told,
)
from batchtui.insight.verdict import Certainty

TOLD = Certainty.TOLD
_MOUNTING = (
    *("error mounting", "mount source path", "bind source path", "invalid mount", "failed to mount"),
    *("mount callback", "volume driver", "volumedriver", "volume plugin", "create volume", "mount volume"),
)
_FULL = ("thin pool has", "no space left on device", "disk quota exceeded")
_EXECUTING = ("exec: ", "exec user process", "fork/exec")
"""What stands before the name of a command that could not be run; a path elsewhere is of something else."""
_GPU = (
    *("could not select device driver", "gathering device information", "nvidia-container", "nvidia driver"),
    *("libcuda", "libnvidia", "nvml error", "unknown runtime specified nvidia", "adding device"),
)


def _not_started(failure: Failure) -> str:
    tells_more = any(":" in reason for reason in failure.status_reasons)
    return f"The task failed to start{'' if tells_more else ', and AWS tells no more'}."


START_RULES = (
    Rule(
        "start-wrong-platform",
        error(*CREATING, saying=("exec format error",)),
        "The image is not built for the host's processor architecture.",
        TOLD,
        ("Build the image for the host: docker buildx build --platform linux/amd64 (or linux/arm64).",),
        links.CANNOT_START,
        (image, instance),
    ),
    Rule(
        "host-disk-full",
        error(*CREATING, "CannotCreateVolumeError", "DockerTimeoutError", saying=_FULL),
        "The host's disk for images and containers is full.",
        TOLD,
        (
            "Give the instances a larger root volume by the compute environment's launch template.",
            "Make the image smaller, or let fewer jobs share an instance.",
            try_again('onReason "CannotCreateContainer*"'),
        ),
        links.STOPPED_TASKS,
        (image, instance, attempt),
    ),
    Rule(
        "device-missing",
        error(*CREATING, saying=_GPU),
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
        either(error(*CREATING, saying=_MOUNTING), error("CannotCreateVolumeError")),
        "One of its volumes could not be made or mounted.",
        TOLD,
        ("Check volumes and mountPoints: the host path must exist and be of the right kind.",),
        links.JOB_PARAMETERS,
        (instance,),
    ),
    Rule(
        "memory-too-small-to-start",
        error(*CREATING, saying=("minimum memory limit", "memory limit too low")),
        "It was given too little memory even to start.",
        TOLD,
        ("Raise MEMORY in the resource requirements.",),
        links.MEMORY,
        (limit,),
    ),
    Rule(
        "host-memory-full",
        error(*CREATING, saying=("cannot allocate memory", "resource temporarily unavailable")),
        "The host had no memory or processes left to start it.",
        TOLD,
        (try_again('onReason "CannotStartContainer*"'), "Let fewer jobs share an instance."),
        links.STOPPED_TASKS,
        (instance, attempt),
    ),
    Rule(
        "directory-wrong",
        error(*CREATING, saying=("chdir to cwd", "mkdir to cwd", "mkdir cwd")),
        "The directory that its command begins in cannot be entered.",
        TOLD,
        ("Check WORKDIR in the image: that it is a directory, and that the container's user can enter it.",),
        links.CANNOT_START,
        (image, command),
    ),
    Rule(
        "user-missing",
        error(*CREATING, saying=("unable to find user", "unable to find group", "no matching entries in")),
        "The user that it runs as is not in the image.",
        TOLD,
        ("Correct user in the job definition, or make the user in the image; a number needs no entry.",),
        links.JOB_PARAMETERS,
        (image,),
    ),
    Rule(
        "command-missing",
        error(*CREATING, saying=("no command specified",)),
        "Neither the job nor its image names a command.",
        TOLD,
        ("Give the job definition a command, or the image a CMD or an ENTRYPOINT.",),
        links.JOB_PARAMETERS,
        (image,),
    ),
    Rule(
        "command-not-found",
        error(*CREATING, about=_EXECUTING, saying=("executable file not found", "no such file or directory")),
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
        error(*CREATING, about=_EXECUTING, saying=("permission denied",)),
        "Its command is not allowed to be executed.",
        TOLD,
        (
            "Make it executable in the image: chmod +x.",
            "See that it is a file, readable for the container's user.",
        ),
        links.CANNOT_START,
        (command, image),
    ),
    Rule(
        "docker-timeout",
        either(error("DockerTimeoutError"), error(*CREATING, saying=("could not transition to",))),
        "Docker on its instance did not answer in time.",
        TOLD,
        (
            try_again('onReason "DockerTimeoutError*"'),
            "Many large images or much writing on one disk: a larger gp3 root volume, fewer jobs on an instance.",
        ),
        links.STOPPED_TASKS,
        (instance, attempt),
    ),
    Rule(
        "container-not-created",
        error("CannotCreateContainerError"),
        "Docker could not create the container.",
        TOLD,
        ("Read Docker's words: a wrong option in the definition, or a host in trouble.", try_again()),
        links.STOPPED_TASKS,
        (instance, attempt),
    ),
    Rule(
        "container-not-started",
        error("CannotStartContainerError"),
        "Docker could not start the container.",
        TOLD,
        ("Read Docker's words; check the command, the user and the mounts.", try_again()),
        links.CANNOT_START,
        (command, instance, attempt),
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
        both(
            pod("CreateContainerConfigError"),
            told(r'(?i)\b(secret|config ?map) "?[^ ]+ not found|couldn.t find key|references non-existent .* key'),
        ),
        "Its pod names a secret or config map that does not exist.",
        TOLD,
        ("Make it in the pod's namespace, or correct the job definition.",),
        links.EKS_JOBS,
        (instance,),
    ),
    Rule(
        "pod-config-wrong",
        pod("CreateContainerConfigError"),
        "Kubernetes could not make its container as the pod describes it.",
        TOLD,
        ("Read Kubernetes' words: a secret, a config map, or a user that the pod rules out.",),
        links.EKS_JOBS,
        (instance, image),
    ),
    Rule(
        "pod-command-not-found",
        both(
            pod("StartError", "RunContainerError", "CreateContainerError", "ContainerCannotRun"),
            told("executable file not found|exec: .*no such file or directory"),
        ),
        "Its command is not in the pod's image.",
        TOLD,
        ("Check the first word of command and args, and the image's PATH.",),
        links.EKS_JOBS,
        (command, image, instance),
    ),
    Rule(
        "pod-refused",
        pod("is forbidden", "admission webhook", "exceeded quota"),
        "Kubernetes refused its pod.",
        TOLD,
        ("Read Kubernetes' words: a service account, a quota, or a policy of the cluster.",),
        links.EKS_JOBS,
    ),
    Rule(
        "pod-no-room",
        pod("unschedulable", "Unschedulable", "OutOfcpu", "OutOfmemory", "nodes are available"),
        "Kubernetes had no node with room for its pod.",
        TOLD,
        ("Compare what the pod requests with the nodes of the compute environment.", try_again()),
        links.EKS_JOBS,
        (limit, instance, attempt),
    ),
    Rule(
        "pod-not-started",
        pod("StartError", "RunContainerError", "CreateContainerError", "ContainerCannotRun"),
        "Kubernetes could not start its container.",
        TOLD,
        ("Read Kubernetes' words; check command, args and the mounts.",),
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
        error(*REFUSED),
        "ECS refused the task as the job definition describes it.",
        TOLD,
        ("Read ECS's words, and correct the job definition in a new revision.",),
        links.JOB_PARAMETERS,
        (image,),
    ),
    Rule(
        "not-started",
        begins("Task failed to start", "TaskFailedToStart"),
        _not_started,
        TOLD,
        (
            try_again('onStatusReason "Task failed to start*"'),
            "Look at the stopped task in ECS: it is kept for about an hour.",
        ),
        links.STOPPED_TASKS,
        (instance, attempt, image),
    ),
)
"""Told, but without its reason: any other told reason says more."""
