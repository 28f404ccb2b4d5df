"""More failures as AWS words them, each with the rule that must speak: what was once read wrongly among them."""

from typing import Any

import pytest

from batchtui.insight.failure import why_failed, why_service_job_failed
from batchtui.insight.verdict import Answer
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail
from tests.failures import JOB_ID, fargate, job, not_started, pod, training

PULL = "CannotPullContainerError: "
DAEMON = "Error response from daemon: "
START = f"CannotStartContainerError: {DAEMON}"
CREATE = f"CannotCreateContainerError: {DAEMON}"
RUNC = (
    f"{START}failed to create task for container: failed to create shim task: OCI runtime create failed: runc "
    "create failed: unable to start container process: "
)
INIT = "ResourceInitializationError: "
SECRETS = f"{INIT}unable to pull secrets or registry auth: execution resource retrieval failed: "
EFS = f"{INIT}failed to invoke EFS utils commands to set up EFS volumes: stderr: "
SAGEMAKER = "Received status from SageMaker: "
SCRIPT = f"{SAGEMAKER}AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "


def answer(data: dict[str, Any], *log: str) -> Answer:
    if "serviceJobType" in data:
        return why_service_job_failed(ServiceJobDetail.from_api(data), log_tail=log)
    return why_failed(JobDetail.from_api(data), log_tail=log)


@pytest.mark.parametrize(
    ("reason", "rule", "proof"),
    [
        (
            f"{PULL}The task cannot pull 1.dkr.ecr.us-east-1.amazonaws.com/app:latest. There is a "
            "connection issue "
            "between the task and the registry. : failed to copy: httpReadSeeker: failed open: "
            "failed to do request: "
            "Get dial tcp 52.216.1.1:443: i/o timeout",
            "image-unreachable",
            "i/o timeout",
        ),
        (
            f"{PULL}pull image manifest has been retried 1 time(s): failed to resolve ref "
            "docker.io/acme/app:9: not "
            "found",
            "image-not-found",
            "not found",
        ),
        (
            f"{PULL}ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: unexpected "
            "status code https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/x: 403 Forbidden",
            "image-unauthorized",
            "403 Forbidden",
        ),
        (
            f"{PULL}ref pull has been retried 1 time(s): failed to extract layer sha256:abc: mount "
            "callback failed on "
            "/tmp/containerd-mount1: failed to mount: write /usr/lib/x: no space left on device: unknown",
            "image-disk-full",
            "no space left on device",
        ),
        (f"{PULL}{DAEMON}denied: Your authorization token has expired.", "image-unauthorized", "has expired"),
        (
            f"{PULL}{DAEMON}received unexpected HTTP status: 503 Service Unavailable",
            "image-registry-failed",
            "503",
        ),
        (f'{PULL}{DAEMON}Get "https://reg/v2/": x509: unknown authority', "image-registry-untrusted", "x509"),
        (
            f"{PULL}ref pull has been retried 5 time(s): failed commit on ref: unexpected EOF",
            "image-pull-failed",
            "",
        ),
        (
            f'{RUNC}exec: "nvidia-smi": executable file not found in $PATH: unknown',
            "command-not-found",
            "nvidia-smi",
        ),
        (
            f'{RUNC}exec: "/mnt/volume/run.sh": permission denied: unknown',
            "command-not-executable",
            '"/mnt/volume/run.sh": permission denied',
        ),
        (
            f"{START}OCI runtime create failed: error running hook #0: nvidia-container-cli: "
            "initialization error: "
            "nvml error: driver not loaded: unknown",
            "device-missing",
            "nvidia-container-cli",
        ),
        (
            f"{START}OCI runtime create failed: container_linux.go:370: starting container process caused: exec: "
            '"/bin/bash": stat /bin/bash: no such file or directory: unknown',
            "command-not-found",
            "stat /bin/bash: no such file or directory",
        ),
        (
            f"{START}error while creating mount source path '/scratch': mkdir /scratch: read-only file system",
            "mount-failed",
            "mount source path",
        ),
        (
            f"{CREATE}devmapper: Thin Pool has 4454 free data blocks which is less than minimum "
            "required 4449 free "
            "data blocks. Create more free space in thin pool or use dm.min_free_space option to change behavior",
            "host-disk-full",
            "Thin Pool has 4454 free data blocks",
        ),
        (
            f"{RUNC}container init was OOM-killed (memory limit too low?): unknown",
            "memory-too-small-to-start",
            "OOM",
        ),
        (
            f"{RUNC}fork/exec /proc/self/exe: cannot allocate memory: unknown",
            "host-memory-full",
            "allocate memory",
        ),
        (f'{RUNC}chdir to cwd ("/app") set in config.json failed: permission denied', "directory-wrong", "/app"),
        (f'{CREATE}Conflict. The container name "/ecs-x" is already in use', "container-not-created", "in use"),
        ("CannotCreateContainerError: Could not transition to created; timed out", "docker-timeout", "timed out"),
        (
            "CannotCreateVolumeError: Could not create volume: VolumeDriver.Create: mounting volume failed",
            "mount-failed",
            "VolumeDriver",
        ),
        ("RESOURCE:GPU", "no-room-on-instance", "RESOURCE:GPU"),
    ],
)
def test_containers_that_never_started(reason: str, rule: str, proof: str) -> None:
    verdict = answer(not_started(reason)).verdicts[0]
    assert verdict.rule == rule
    assert proof in verdict.evidence[0], "what proves it is in sight"
    assert len(verdict.evidence[0]) <= 170


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        (
            f"{INIT}failed to validate logger args: The task cannot find the Amazon CloudWatch log "
            "group defined in "
            "the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your "
            "network configuration.",
            "log-unreachable-at-start",
        ),
        (
            f"{SECRETS}unable to retrieve secret from asm: failed to fetch secret: "
            "AccessDeniedException: Access to "
            "KMS is not allowed",
            "secret-denied",
        ),
        (f"{SECRETS}unable to retrieve secrets from ssm: invalid parameters: /app/db", "secret-not-found"),
        (
            f"{SECRETS}unable to retrieve secret from asm: There is a connection issue between the task and AWS "
            "Secrets Manager. Check your task network configuration. context deadline exceeded",
            "secret-unreachable",
        ),
        (
            f"{SECRETS}unable to get registry auth from Amazon ECR: There is a connection issue "
            "between the task and "
            "Amazon ECR. RequestError: dial tcp: lookup api.ecr.us-east-1.amazonaws.com: no such host",
            "registry-auth-unreachable",
        ),
        (f"{EFS}Mount attempt 1/3 failed due to timeout after 15 sec", "efs-unreachable"),
        (f"{EFS}b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'", "efs-denied"),
        ("TaskFailedToStart: MISSING_ATTRIBUTE", "not-started"),
        ("TaskFailedToStart: InsufficientFreeAddressesInSubnet", "subnet-addresses-used-up"),
        ("ECS is performing maintenance on the underlying infrastructure hosting the task.", "task-retired"),
        ("Task stopped by user", "task-stopped"),
    ],
)
def test_tasks_that_ecs_could_not_keep(reason: str, rule: str) -> None:
    assert answer(fargate(reason)).verdicts[0].rule == rule


@pytest.mark.parametrize(
    ("code", "log", "cause"),
    [
        (127, ("/usr/bin/env: 'python': No such file or directory",), "A command was not found: python "),
        (127, ("sh: 1: aws: not found",), "A command was not found: aws "),
        (127, ("bash: ./run.sh: No such file or directory",), "A command was not found: ./run.sh "),
        (127, ("zsh: command not found: samtools", "bye"), "A command was not found: samtools "),
        (
            127,
            ("cat: x: No such file or directory", "a.sh: line 3: bwa: command not found"),
            "A command was not found: bwa ",
        ),
        (
            127,
            ("x: error while loading shared libraries: libz.so.1: cannot open",),
            "A shared library is missing: l",
        ),
        (127, (), "By its exit code 127, a command was not found."),
        (126, ("/bin/bash: /work/run.sh: Is a directory",), "Not executed: /work/run.sh, Is a directory "),
        (
            1,
            ("java.lang.OutOfMemoryError: Java heap space",),
            "Exit code 1; by its log, Java's own heap was full.",
        ),
        (
            1,
            ("Error: cannot allocate vector of size 3.2 Gb", "Execution halted"),
            "Exit code 1; by its log, the prog",
        ),
        (
            1,
            ("rm: x: No such file or directory", "ValueError: bad"),
            "Exit code 1; the log ends with an exception: V",
        ),
        (
            1,
            (
                "sh: samtools: Permission denied",
                "subprocess.CalledProcessError: Command returned exit status 126.",
            ),
            "Exit code 1; by its log, it is not allowed",
        ),
        (
            1,
            ("NVIDIA driver version 535.161.08 found", "epoch 1", "KeyError: 'x'"),
            "Exit code 1; the log ends with",
        ),
        (1, ("WARN output truncated at 80 columns",), "The program ended with exit code 1, a general error."),
        (
            1,
            ("requests.HTTPError: 403 Forbidden",),
            "Exit code 1; by its log, it was refused access to something.",
        ),
        (
            1,
            ("Connection reset by peer",),
            "Exit code 1; by its log, it could not reach something over the network.",
        ),
        (
            255,
            ("exec /usr/bin/python: exec format error",),
            "Exit code 255; by its log, the program is for another ",
        ),
        (
            134,
            ("terminate called after throwing an instance of 'std::bad_alloc'",),
            "It aborted itself (SIGABRT), as",
        ),
    ],
)
def test_exit_codes_and_the_log_read_together(code: int, log: tuple[str, ...], cause: str) -> None:
    assert answer(job(code=code), *log).verdicts[0].cause.startswith(cause)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (
            pod("BackoffLimitExceeded: Job has reached the specified limit", code=1, reason="Error"),
            "general-error",
        ),
        (pod("OOMKilled", code=137, reason="OOMKilled"), "pod-out-of-memory"),
        (pod("Pod failed", reason="ErrImagePull: rpc error: code = NotFound"), "pod-image-pull-failed"),
        (
            pod(
                "Pod failed",
                code=128,
                reason='StartError: exec: "py": executable file not found in $PATH: unknown',
            ),
            "pod-command-not-found",
        ),
        (pod("Pod failed", reason="CreateContainerConfigError: image will run as root"), "pod-config-wrong"),
        (pod("Evicted", reason="Evicted: The node was low on resource: ephemeral-storage."), "pod-evicted"),
        (pod('pods "aws-batch.x" is forbidden: exceeded quota: lab'), "pod-refused"),
        (pod("Pod unschedulable: 0/3 nodes are available: 3 Insufficient cpu."), "pod-no-room"),
        (
            job(code=137, jobId=f"{JOB_ID}#1", nodeDetails={"nodeIndex": 1, "isMainNode": False}),
            "node-stopped-with-main",
        ),
        (
            job(
                "Host EC2 (instance i-0a1b2c3d4e5f60718) terminated.",
                nodeProperties={"numNodes": 2, "mainNode": 0},
            ),
            "host-lost",
        ),
    ],
)
def test_pods_and_nodes(data: dict[str, Any], rule: str) -> None:
    assert answer(data).verdicts[0].rule == rule


def test_why_a_pod_was_evicted_is_as_much_as_is_told() -> None:
    def cause(reason: str) -> str:
        return answer(pod("Pod failed", code=137, reason=reason)).verdicts[0].cause

    assert cause("Evicted: The node was low on resource: memory. Threshold").endswith("ran short of memory.")
    assert "more ephemeral storage" in cause("Evicted: Pod ephemeral local storage usage exceeds the total limit.")
    assert "as it does where" in cause("Evicted")


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        (
            f'{SCRIPT}"torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB" '
            'Command "python"',
            "training-code-gpu-memory",
        ),
        (f'{SCRIPT}"ModuleNotFoundError: No module named \'peft\'" Command "x"', "training-code-module-missing"),
        (
            f'{SAGEMAKER}AlgorithmError: InstallRequirementsError: ExitCode 1 ErrorMessage "ERROR: No matching '
            'distribution found for torch==9" Command "pip install"',
            "training-code-install-failed",
        ),
        (f'{SCRIPT}"DistBackendError: NCCL error in: x.cpp:1970, ncclSystemError"', "training-code-peer-lost"),
        (f'{SCRIPT}"KeyError: input_ids" Command "python"', "training-exception"),
        (f"{SAGEMAKER}AlgorithmError: , exit code: 1", "training-code-failed"),
        (f"{SAGEMAKER}AlgorithmError: Exit Code: 139", "training-crashed"),
        (f"{SAGEMAKER}Training job stopped: MaxRuntimeExceeded", "training-time-over"),
        (
            f"{SAGEMAKER}ValidationException: Could not assume role arn:aws:iam::1:role/x.",
            "training-role-not-assumable",
        ),
        (f"{SAGEMAKER}ClientError: Artifact upload failed:Insufficient disk space", "training-disk-full"),
        (
            f"{SAGEMAKER}ClientError: Data download failed:No S3 objects found under S3 URL",
            "training-input-missing",
        ),
        (f"{SAGEMAKER}ThrottlingException: Rate exceeded", "training-throttled"),
        (f"{SAGEMAKER}AccessDeniedException: User is not authorized", "training-not-allowed"),
        ("Job attempt duration exceeded timeout", "timed-out"),
    ],
)
def test_what_sagemaker_says(reason: str, rule: str) -> None:
    assert answer(training(reason)).verdicts[0].rule == rule


def test_the_error_of_a_training_is_read_as_its_log_would_be() -> None:
    data = training(f'{SCRIPT}"torch.cuda.OutOfMemoryError: CUDA out of memory. Tried" Command "python train.py"')
    found = answer(data, "ValueError: truncated record at offset 1")
    assert [verdict.rule for verdict in found.verdicts] == ["training-code-gpu-memory"], "no hint contradicts it"
    assert found.verdicts[0].cause == "The training failed: the GPU's memory was full."
    assert not any("MEMORY" in remedy for remedy in found.verdicts[0].remedies), "a training job asks for none"
    found = answer(data, "torch.cuda.OutOfMemoryError: CUDA out of memory.")
    assert [verdict.rule for verdict in found.verdicts] == ["training-code-gpu-memory", "log-gpu-memory"]
    assert not found.verdicts[1].remedies, "what to do stands there already"


def test_a_job_that_is_no_training_job_has_no_word_of_sagemaker() -> None:
    assert not answer(job(f"{SAGEMAKER}AlgorithmError: , exit code: 137")).verdicts


def test_no_text_says_may_where_it_means_is_allowed() -> None:
    denied = answer(not_started(f'{RUNC}exec: "/opt/run.sh": permission denied: unknown')).verdicts[0]
    assert denied.cause == "Its command is not allowed to be executed."
    assert "command “run-align.sh --sample s-0147”" in denied.evidence
