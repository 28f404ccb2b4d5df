"""The cases of the rules over what AWS tells, in the order of the table."""

from batchtui.model.job import JobSummary
from tests.failure_end_cases import ENDS, LOG_CASES, MEMORY
from tests.failure_image_cases import IMAGES
from tests.failure_service_cases import SERVICE
from tests.failures import ESSENTIAL, JOB_ID, Case, fargate, job, never_ran, not_started, pod

_SAYS = ("statusReason",)
_REASON = ("reason",)
_CODE = ("exitCode",)
_BOTH = ("statusReason", "reason")
_HOST = "Host EC2 (instance i-0a1b2c3d4e5f60718) terminated."
_INIT = "ResourceInitializationError: "
_PULL_SECRETS = _INIT + "unable to pull secrets or registry auth: execution resource retrieval failed: "
_DAEMON = "Error response from daemon: "
_OCI = "CannotStartContainerError: " + _DAEMON + "failed to create task for container: "
_RUNC = _OCI + "OCI runtime create failed: runc create failed: unable to start container process: "

_CHILD = {
    "jobId": f"{JOB_ID}:3",
    "status": "FAILED",
    "container": {"exitCode": 139},
    "arrayProperties": {"index": 3},
}
_BEFORE = {"jobId": "b2c7-1", "jobName": "s-0147-fetch", "status": "FAILED", "statusReason": _HOST}

STOPPED = (
    Case(
        "array-child-failed",
        never_ran(
            "Array Child Job failed",
            arrayProperties={"size": 10, "statusSummary": {"SUCCEEDED": 8, "FAILED": 2}},
        ),
        _SAYS,
        ("8 SUCCEEDED, 2 FAILED", "child 3: It crashed: a segmentation fault"),
        child=JobSummary.from_api(_CHILD),
        leads=(f"{JOB_ID}:3",),
        others=_CHILD,
    ),
    Case(
        "dependency-failed",
        never_ran("Dependent Job failed", dependsOn=[{"jobId": "b2c7-1"}]),
        _SAYS,
        ("s-0147-fetch", "(b2c7-1)", "instance was terminated under it"),
        dependencies=(JobSummary.from_api(_BEFORE),),
        leads=("b2c7-1",),
        others=_BEFORE,
    ),
    Case("queue-deleted", never_ran("JobQueue deleted"), _SAYS, ("JobQueue deleted",)),
    Case(
        "state-limit-capacity",
        never_ran("Canceled by JobStateTimeLimit action due to reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"),
        _SAYS,
        ("INSUFFICIENT_INSTANCE_CAPACITY",),
        leads=("align-high",),
    ),
    Case(
        "state-limit-misconfigured",
        never_ran(
            "Canceled by JobStateTimeLimit action due to reason: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
            memory=786_432,
        ),
        _SAYS,
        ("JOB_RESOURCE_REQUIREMENT", "786,432 MiB"),
        leads=("align-high",),
    ),
    Case(
        "state-limit",
        never_ran("Terminated by JobStateTimeLimit action due to reason: UNDETERMINED"),
        _SAYS,
        ("UNDETERMINED",),
        leads=("align-high",),
    ),
    Case(
        "timed-out",
        job("Job attempt duration exceeded timeout", code=137, ran=903, timeout=900, allowed=3),
        _SAYS,
        ("time-out 15m", "ran 15m 3s", "exit code 137 (SIGKILL)", "attempt 1 of 3"),
    ),
    Case("pod-deadline", pod("DeadlineExceeded", ran=1800), _SAYS, ("time-out 30m", "ran 30m")),
    Case("killed-by-nextflow", job("Job killed by NF", code=143, isTerminated=True), _SAYS, ("exit code 143",)),
    Case(
        "terminated",
        job("budget used up", code=137, isTerminated=True),
        ("isTerminated",),
        ("isTerminated", "budget used up", "exit code 137"),
    ),
    Case(
        "cancelled",
        never_ran("wrong sample sheet", isCancelled=True),
        ("isCancelled",),
        ("isCancelled", "wrong sample sheet"),
    ),
    Case(
        "host-lost-every-attempt",
        job(_HOST, tries=("Host EC2 (instance i-0ffeeddccbbaa9988) terminated.", _HOST)),
        _SAYS,
        ("i-0ffeeddccbbaa9988", "i-0a1b2c3d4e5f60718", "attempt 3 of 3"),
    ),
    Case("host-lost", job(_HOST, allowed=1), _SAYS, ("i-0a1b2c3d4e5f60718", "attempt 1 of 1", "ran 12m 34s")),
    Case("spot-task-interrupted", job("Your Spot Task was interrupted.", code=137), _SAYS, ("Spot Task", "137")),
    Case(
        "task-retired",
        job("ECS is performing maintenance on the underlying infrastructure hosting the task.", code=143),
        _SAYS,
        ("performing maintenance", "exit code 143"),
    ),
    Case("task-stopped", job("Task stopped by user", code=137), _SAYS, ("Task stopped by user", "exit code 137")),
    Case(
        "instance-deregistered",
        job("Container instance deregistration forced by user"),
        _SAYS,
        ("deregistration forced", "attempt 1 of 1"),
    ),
    Case(
        "pod-evicted",
        pod("Pod failed", code=137, reason="Evicted: The node was low on resource: memory."),
        _REASON,
        ("Evicted", "4,096 MiB", "ip-10-0-1-17"),
    ),
    Case(
        "pod-node-lost",
        pod("Pod was terminated in response to imminent node shutdown."),
        _SAYS,
        ("imminent node shutdown", "ip-10-0-1-17"),
    ),
    Case("agent-lost", job(ESSENTIAL, reason="AGENT"), _REASON, ("AGENT", "0f3a9c5be1d24788a1c0e6d2b7f94513")),
    Case("no-room-on-instance", job("RESOURCE:MEMORY", ran=None), _SAYS, ("RESOURCE:MEMORY", "2,048 MiB")),
)

_PREPARED = (
    (
        "secret-key-missing",
        _PULL_SECRETS + "unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved "
        "secret from Secrets Manager did not contain json key LIMS_TOKEN",
    ),
    (
        "secret-denied",
        _PULL_SECRETS + "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to "
        "fetch secret arn:aws:secretsmanager:us-east-1:123456789012:secret:lims-Ab12Cd: AccessDeniedException",
    ),
    (
        "secret-not-found",
        _INIT
        + "The task can't retrieve the secret with ARN 'arn:aws:secretsmanager:us-east-1:123456789012:secret:"
        "lims' from AWS Secrets Manager. Check that the secret ARN is correct. ResourceNotFoundException",
    ),
    (
        "secret-unreachable",
        _PULL_SECRETS
        + "unable to retrieve secret from asm: service call has been retried 5 time(s): RequestError: "
        "send request failed caused by: Post https://secretsmanager.us-east-1.amazonaws.com/: i/o timeout",
    ),
    (
        "registry-auth-denied",
        _PULL_SECRETS + "unable to retrieve ecr registry auth: service call has been retried 3 time(s): "
        "AccessDeniedException: not authorized to perform: ecr:GetAuthorizationToken",
    ),
    (
        "registry-auth-unreachable",
        _PULL_SECRETS + "unable to retrieve ecr registry auth: service call has been retried 3 time(s): "
        "RequestError: send request failed caused by: Post https://api.ecr.us-east-1.amazonaws.com/",
    ),
    ("secrets-or-registry", _PULL_SECRETS + "unable to retrieve ecr registry auth: service call has been retried"),
    (
        "log-group-missing",
        _INIT + "failed to validate logger args: create stream has been retried 1 times: failed to create "
        "Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
    ),
    (
        "log-denied",
        "CannotStartContainerError: "
        + _DAEMON
        + "failed to initialize logging driver: failed to create Cloudwatch "
        "log stream: AccessDeniedException: not authorized to perform: logs:CreateLogStream",
    ),
    (
        "log-unreachable-at-start",
        "CannotStartContainerError: "
        + _DAEMON
        + "failed to initialize logging driver: failed to create Cloudwatch "
        "log stream: RequestError: Post https://logs.us-east-2.amazonaws.com/: dial tcp 10.20.10.16:443: i/o time",
    ),
    (
        "log-driver-failed",
        "CannotStartContainerError: "
        + _DAEMON
        + "failed to initialize logging driver: must specify awslogs-region",
    ),
    (
        "efs-path-missing",
        _INIT + "failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: mounting "
        "fs-e5645f66.efs.us-east-1.amazonaws.com:/opt failed, reason given by server: No such file or directory",
    ),
    (
        "efs-denied",
        _INIT
        + "failed to invoke EFS utils commands to set up EFS volumes: stderr: b'mount.nfs4: access denied by "
        "server while mounting 127.0.0.1:/'",
    ),
    (
        "efs-unreachable",
        _INIT + "failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve "
        '"fs-e5645f66.efs.us-east-1.amazonaws.com"',
    ),
    (
        "efs-failed",
        _INIT + "failed to invoke EFS utils commands to set up EFS volumes: stderr: unknown option tlsport",
    ),
    (
        "role-not-assumable",
        "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/genomics-job' that was provided for "
        "this task. Please verify that the role being passed has the proper trust relationship",
    ),
    ("network-interface-late", "Timeout waiting for network interface provisioning to complete."),
    (
        "fargate-no-capacity",
        "Capacity is unavailable at this time. Please try again later or in a different availability zone",
    ),
    ("initialization-failed", _INIT + "failed to configure ENI: failed to setup regular ENI: netplugin failed"),
    ("start-wrong-platform", _RUNC + 'exec: "/opt/run": exec format error: unknown'),
    (
        "device-missing",
        "CannotStartContainerError: " + _DAEMON + 'could not select device driver "nvidia" with capabilities',
    ),
    (
        "mount-failed",
        _RUNC + 'error mounting "/home/ec2-user/miniconda" to rootfs at "/opt/conda": not a directory: unknown',
    ),
    (
        "memory-too-small-to-start",
        "CannotCreateContainerError: " + _DAEMON + "Minimum memory limit allowed is 6MB",
    ),
    ("command-not-found", _RUNC + 'exec: "run-align.sh": executable file not found in $PATH: unknown'),
    ("command-not-executable", _RUNC + 'exec: "/opt/run-align.sh": permission denied: unknown'),
    (
        "host-disk-full",
        "CannotCreateContainerError: "
        + _DAEMON
        + "devmapper: Thin Pool has 2862 free data blocks which is less than "
        "minimum required 4454 free data blocks. Create more free space in thin pool or use dm.min_free_space "
        "option to change behavior",
    ),
    (
        "host-memory-full",
        _OCI + "fork/exec /usr/bin/containerd-shim: cannot allocate memory: unknown",
    ),
    (
        "directory-wrong",
        _RUNC + 'chdir to cwd ("/opt/app/work") set in config.json failed: no such file or directory: unknown',
    ),
    (
        "user-missing",
        "CannotStartContainerError: "
        + _DAEMON
        + "unable to find user aligner: no matching entries in passwd file",
    ),
    ("command-missing", "CannotCreateContainerError: " + _DAEMON + "No command specified"),
    (
        "container-not-created",
        "CannotCreateContainerError: " + _DAEMON + "Range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs",
    ),
    ("container-not-started", _RUNC + "error during container init: unable to apply cgroup configuration"),
    ("docker-timeout", "DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s"),
    (
        "container-not-inspected",
        "CannotInspectContainerError: Could not transition to inspecting; timed out after waiting 30s",
    ),
)

STARTS = (
    *(
        Case(
            key,
            fargate(words) if words.startswith((_INIT, "Timeout", "Capacity", "ECS")) else not_started(words),
            _BOTH,
            (words[:20],),
        )
        for key, words in _PREPARED
    ),
    Case(
        "pod-config-missing",
        pod("Pod failed", reason='CreateContainerConfigError: secret "lims" not found'),
        _REASON,
        ("secret", "ip-10-0-1-17"),
    ),
    Case(
        "pod-not-started",
        pod("Pod failed", code=128, reason="StartError: failed to create containerd task: cgroups: not mounted"),
        _REASON,
        ("StartError", "command “python -m portal.export”"),
    ),
    Case(
        "pod-command-not-found",
        pod("Pod failed", code=128, reason='StartError: exec: "portal": executable file not found in $PATH'),
        _REASON,
        ("StartError", "executable file not found", "command “python -m portal.export”"),
    ),
    Case(
        "pod-refused",
        pod('pods "aws-batch.1" is forbidden: error looking up service account lab/batch: not found'),
        _SAYS,
        ("service account lab/batch",),
    ),
    Case(
        "pod-no-room",
        pod("Pod unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu."),
        _SAYS,
        ("3 Insufficient nvidia.com/gpu",),
    ),
    Case(
        "pod-config-wrong",
        pod(
            "Pod failed",
            reason="CreateContainerConfigError: container has runAsNonRoot and image will run as root",
        ),
        _REASON,
        ("runAsNonRoot", "ip-10-0-1-17"),
    ),
    Case(
        "subnet-addresses-used-up",
        job(
            "TaskFailedToStart: Unexpected EC2 error while attempting to Create Network Interface in subnet "
            "'subnet-0a1b2c3d': InsufficientFreeAddressesInSubnet",
            ran=None,
        ),
        _SAYS,
        ("InsufficientFreeAddressesInSubnet",),
    ),
    Case(
        "overrides-too-long",
        never_ran("Container Overrides length must be at most 8192"),
        _SAYS,
        ("8192",),
    ),
    Case(
        "request-refused",
        job(
            "Error executing request, Exception : Container.image should not be null or blank., RequestId: 1f",
            ran=None,
        ),
        _SAYS,
        ("should not be null",),
    ),
    Case("not-started", job("Task failed to start", ran=None), _SAYS, ("Task failed to start", "0f3a9c5be1d2")),
)

FIELD_CASES = (*STOPPED, *SERVICE, *IMAGES, *STARTS, *MEMORY, *ENDS)
CASES = (*FIELD_CASES, *LOG_CASES)
