"""What can become of an attempt: AWS's words, exit codes and reasons as they are seen in the wild.

A failure is drawn in two steps: first its family, which decides how long the attempt lasts, then one of the
family's forms. So more forms change nothing of what happens when.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

ESSENTIAL = "Essential container in task exited"
TASK_FAILED = "Task failed to start"
TIMED_OUT = "Job attempt duration exceeded timeout"
HOST_LOST = "Host EC2 (instance i-{host}) terminated."
COMMAND = "{command}"
"""Stands in a reason for the first word of the job's own command."""
IMAGE = "{image}"
"""The same of its image."""
_DAEMON = "Error response from daemon: "
_RUNC = (
    f"CannotStartContainerError: {_DAEMON}failed to create task for container: OCI runtime create failed: "
    "unable to start container process: "
)
_SECRETS = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
)
_ASM = "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: "
_TRIES = "service call has been retried 1 time(s)"


@dataclass(frozen=True, slots=True)
class Ending:
    """What an attempt leaves behind: the job's statusReason, its container's exit code and reason."""

    kind: str
    status_reason: str
    exit_code: int | None = None
    reason: str | None = None
    ran: bool = True
    """Whether the container ever ran: only then it has a log."""

    @property
    def succeeded(self) -> bool:
        """Whether the job is a success with this."""
        return self.kind == "success"


def _exit(kind: str, code: int, reason: str | None = None) -> Ending:
    return Ending(kind, ESSENTIAL, code, reason)


def _unstarted(kind: str, reason: str | None, code: int | None = None) -> Ending:
    return Ending(kind, TASK_FAILED, code, reason, ran=False)


def _unprepared(kind: str, status_reason: str) -> Ending:
    return Ending(kind, status_reason, ran=False)


def _pod(kind: str, words: str, code: int | None = None, reason: str | None = None, *, ran: bool = True) -> Ending:
    return Ending(kind, f"Pod failed: {words}", code, reason, ran=ran)


SUCCESS = Ending("success", ESSENTIAL, 0)
ERROR = _exit("error", 1)
OUT_OF_MEMORY = _exit("memory", 137, "OutOfMemoryError: Container killed due to memory usage")
SEGFAULT = _exit("segfault", 139)
NOT_EXECUTABLE = _exit("denied", 126)
NOT_FOUND = _exit("exec", 127)
TERMINATED = _exit("signal", 143)
PULL = _unstarted(
    "pull",
    f"CannotPullContainerError: {_DAEMON}manifest for {IMAGE} not found: manifest unknown: "
    "Requested image not found",
)
START = _unstarted(
    "start",
    f'{_RUNC}exec: "{COMMAND}": executable file not found in $PATH: unknown',
    127,
)
DOCKER = _unstarted("docker", "DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s")
INSPECT = _unstarted(
    "inspect", "CannotInspectContainerError: Could not transition to stopped; timed out after waiting 30s"
)
INITIALIZATION = _unprepared("init", f"{_SECRETS}unable to retrieve secret from asm: {_TRIES}")
SPOT_TASK = Ending("spot", "Your Spot Task was interrupted.", 143)
POD_ERROR = _pod("pod-error", "container [main] exited with code 1", 1, "Error")
POD_MEMORY = _pod("pod-memory", "container [main] was killed", 137, "OOMKilled")
POD_IMAGE = _pod("pod-pull", "ImagePullBackOff", None, "ImagePullBackOff: Back-off pulling image", ran=False)

_FORMS: dict[Ending, tuple[Ending, ...]] = {
    ERROR: (
        *(ERROR,) * 5,
        *(
            _exit(kind, 1)
            for kind in (
                *("s3-denied", "s3-denied", "s3-missing", "disk-full", "disk-full", "module", "allocation"),
                *("endpoint", "throttled", "file-missing", "exec-format"),
            )
        ),
        *(_exit("usage", 2), _exit("usage", 2), _exit("abort", 134), _exit("remote", 255), _exit("pipe", 141)),
        *(_exit("cpu", 132), _exit("division", 136), _exit("own-code", 42)),
        *(_exit("library", 127), _exit("mapped", 135), _exit("interrupt", 130), _exit("cpu-time", 152)),
        *(
            _exit(kind, 1)
            for kind in (
                "write-denied",
                "interpreter",
                "no-credentials",
                "step-missing",
                "package",
                "exception",
                "exception",
            )
        ),
    ),
    OUT_OF_MEMORY: (*(OUT_OF_MEMORY,) * 4, _exit("killed", 137)),
    PULL: (
        *(PULL,) * 4,
        *(
            replace(PULL, kind=kind, reason=f"CannotPullContainerError: {words}")
            for kind, words in (
                (
                    "pull-denied",
                    f"{_DAEMON}pull access denied for {IMAGE}, "
                    "repository does not exist or may require 'docker login'",
                ),
                (
                    "pull-denied",
                    f"{_DAEMON}Head https://{IMAGE}: no basic auth credentials",
                ),
                ("pull-limit", f"{_DAEMON}toomanyrequests: Rate exceeded"),
                ("pull-disk", "write /var/lib/docker/tmp/GetImageBlob887491687: no space left on device"),
                (
                    "pull-network",
                    "pull image manifest has been retried 5 time(s): failed to do request: Head "
                    '"https://123456789012.dkr.ecr.us-east-1.amazonaws.com/": dial tcp 10.0.3.4:443: i/o timeout',
                ),
                ("pull-platform", "image Manifest does not contain descriptor matching platform 'linux/amd64'"),
                ("pull-cancelled", "context canceled"),
                (
                    "pull-other",
                    "failed to register layer: ApplyLayer exit status 1 stdout: stderr: lchown /etc/gshadow",
                ),
            )
        ),
    ),
    START: (
        START,
        START,
        _unstarted("start-denied", f'{_RUNC}exec: "{COMMAND}": permission denied: unknown', 126),
        _unstarted("start-platform", f'{_RUNC}exec: "{COMMAND}": exec format error: unknown', 1),
        _unstarted("start-mount", f'{_RUNC}error mounting "/home/ec2-user/miniconda" to rootfs at "/opt/conda"'),
        _unstarted(
            "log-group",
            f"CannotStartContainerError: {_DAEMON}failed to initialize logging driver: failed to create "
            "Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
        ),
        _unstarted(
            "start-directory",
            f'{_RUNC}chdir to cwd ("/opt/work") set in config.json failed: no such file or directory: unknown',
        ),
        _unstarted(
            "start-user",
            f"CannotStartContainerError: {_DAEMON}unable to find user aligner: no matching entries in passwd file",
        ),
        _unstarted("start-host", f"{_RUNC}fork/exec /proc/self/exe: cannot allocate memory: unknown"),
        _unstarted("start-other", f"{_RUNC}error during container init: unable to apply cgroup configuration"),
    ),
    DOCKER: (
        DOCKER,
        DOCKER,
        _unstarted(
            "create-full",
            f"CannotCreateContainerError: {_DAEMON}devmapper: Thin Pool has 2862 free data blocks which is less "
            "than minimum required 4454 free data blocks. Create more free space in thin pool or use dm."
            "min_free_space option to change behavior",
        ),
        _unstarted(
            "create",
            f"CannotCreateContainerError: {_DAEMON}Range of CPUs is from 0.01 to 4.00, as there are only 4",
        ),
        _unstarted("unstarted", None),
    ),
    INSPECT: (INSPECT, INSPECT, INSPECT, _unstarted("agent", "AGENT")),
    INITIALIZATION: (
        INITIALIZATION,
        _unprepared(
            "secret-denied",
            f"{_SECRETS}unable to retrieve secret from asm: {_TRIES}: failed to fetch secret: "
            "AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue",
        ),
        _unprepared(
            "secret-key",
            f"{_SECRETS}unable to retrieve secret from asm: {_TRIES}: retrieved secret from Secrets Manager did "
            "not contain json key LIMS_TOKEN",
        ),
        _unprepared(
            "registry-network",
            f"{_SECRETS}unable to retrieve ecr registry auth: {_TRIES}: RequestError: send request failed caused "
            "by: Post https://api.ecr.us-east-1.amazonaws.com/: i/o timeout",
        ),
        _unprepared(
            "efs",
            "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "
            'Failed to resolve "fs-0a1b2c3d4e5f67890.efs.us-east-1.amazonaws.com"',
        ),
        _unprepared(
            "secret-missing",
            f"{_ASM}The task can't retrieve the secret with ARN 'arn:aws:secretsmanager:us-east-1:123456789012:"
            "secret:lims' from AWS Secrets Manager. Check that the secret ARN is correct. "
            "ResourceNotFoundException",
        ),
        _unprepared(
            "secret-network",
            f"{_ASM}There is a connection issue between the task and AWS Secrets Manager. Check your task network "
            "configuration. RequestCanceled: request context canceled caused by: context deadline exceeded",
        ),
        _unprepared(
            "registry-denied",
            f"{_SECRETS}unable to retrieve ecr registry auth: {_TRIES}: AccessDeniedException: not authorized to "
            "perform: ecr:GetAuthorizationToken",
        ),
        _unprepared(
            "log-network",
            "ResourceInitializationError: failed to validate logger args: The task cannot find the Amazon "
            "CloudWatch log group defined in the task definition. There is a connection issue between the "
            "task and Amazon CloudWatch. Check your network configuration.",
        ),
        _unprepared(
            "log-denied",
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
            "failed to create Cloudwatch log stream: AccessDeniedException: not authorized to perform: "
            "logs:CreateLogStream",
        ),
        _unprepared(
            "log-other", "ResourceInitializationError: failed to validate logger args: unknown log driver"
        ),
        *(
            _unprepared(
                kind,
                "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "
                f"{words}",
            )
            for kind, words in (
                (
                    "efs-path",
                    "mount.nfs4: mounting fs-0a1b2c3d:/ref failed, reason given by server: "
                    "No such file or directory",
                ),
                ("efs-denied", "b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'"),
                ("efs-other", "unknown option tlsport"),
            )
        ),
        _unprepared(
            "role",
            "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/genomics-job' that was provided "
            "for this task. Please verify that the role being passed has the proper trust relationship",
        ),
        _unprepared("init-other", "ResourceInitializationError: failed to configure ENI: netplugin failed"),
        _unprepared("interface", "Timeout waiting for network interface provisioning to complete."),
        _unprepared(
            "fargate-capacity",
            "Capacity is unavailable at this time. Please try again later or in a different availability zone",
        ),
    ),
    POD_MEMORY: (
        *(POD_MEMORY,) * 3,
        _pod("pod-evicted", "container [main] was killed", 137, "Evicted: The node was low on resource: memory."),
        _pod("pod-node", "Pod was terminated in response to imminent node shutdown.", 143),
        _pod("pod-deadline", "DeadlineExceeded", 143),
    ),
    POD_IMAGE: (
        POD_IMAGE,
        POD_IMAGE,
        _pod(
            "pod-config",
            "CreateContainerConfigError",
            None,
            'CreateContainerConfigError: secret "portal" not found',
            ran=False,
        ),
        *(
            _pod(kind, reason.partition(":")[0], None, reason, ran=False)
            for kind, reason in (
                ("pod-name", 'InvalidImageName: Failed to apply default image tag "Portal:81"'),
                ("pod-user", "CreateContainerConfigError: container has runAsNonRoot and image will run as root"),
                (
                    "pod-command",
                    f'StartError: failed to create containerd task: exec: "{COMMAND}": executable file not found '
                    "in $PATH: unknown",
                ),
                ("pod-start", "StartError: failed to create containerd task: cgroups: not mounted: unknown"),
                ("pod-unknown", "Error"),
            )
        ),
    ),
}
_OF_JAVA = (_exit("java-heap", 1),) * 6
_OF_GPUS = (*(_exit("gpu-memory", 1),) * 8, _exit("gpu-driver", 1), _exit("peer", 1), _exit("peer", 1))
_DEVICE = _unstarted(
    "start-device",
    f'CannotStartContainerError: {_DAEMON}could not select device driver "nvidia" with capabilities',
)
_OF_POD_ERRORS = tuple(replace(POD_ERROR, kind=kind) for kind in ("pod-error", "pod-error", "pod-module"))


def forms_of(family: Ending, *, gpus: bool = False, java: bool = False) -> tuple[Ending, ...]:
    """The forms that a family of failures takes, the usual ones several times."""
    if family == POD_ERROR:
        return _OF_POD_ERRORS
    if family == START and gpus:
        return (*_FORMS[START], _DEVICE)
    more = (_OF_GPUS if gpus else ()) + (_OF_JAVA if java else ()) if family == ERROR else ()
    return _FORMS.get(family, (family,)) + more
