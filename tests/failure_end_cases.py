"""The cases of memory, exit codes and the end of the log."""

from tests.failures import ESSENTIAL, JOB_ID, Case, job, pod, task

_SAYS = ("statusReason",)
_REASON = ("reason",)
_CODE = ("exitCode",)
_BOTH = ("statusReason", "reason")
_KILLED = "OutOfMemoryError: Container killed due to memory usage"

MEMORY = (
    Case(
        "out-of-memory",
        job(code=137, reason=_KILLED, allowed=2, timeout=3600),
        _REASON,
        (_KILLED, "memory limit 2,048 MiB", "exit code 137 (SIGKILL)", "attempt 1 of 2", "ran 12m 34s"),
    ),
    Case(
        "pod-out-of-memory",
        pod("Pod failed", code=137, reason="OOMKilled"),
        _REASON,
        ("OOMKilled", "memory limit 4,096 MiB", "main: exit code 137"),
    ),
)


ENDS = (
    Case("init-container-failed", pod("Pod failed", init=3), _CODE, ("wait-db: exit code 3",)),
    Case(
        "awaited-container-failed",
        task({}, {"exitCode": 9}),
        _CODE,
        ("fetch-cache: exit code 9", "annotate waits for fetch-cache"),
    ),
    Case("ran-into-time-out", job(code=143, ran=900, timeout=900), ("timeout",), ("ran 15m", "time-out 15m")),
    Case(
        "node-stopped-with-main",
        job(code=143, jobId=f"{JOB_ID}#2", nodeDetails={"nodeIndex": 2, "isMainNode": False}),
        ("nodeDetails",),
        ("node 2", "exit code 143"),
        leads=(JOB_ID,),
    ),
    Case(
        "main-node-failed",
        job(nodeProperties={"numNodes": 4, "mainNode": 0}),
        ("nodeProperties",),
        ("4 nodes", "main node 0"),
        leads=(f"{JOB_ID}#0",),
    ),
    Case("stopped-with-a-reason", job("Superseded by a rerun", code=143), _SAYS, ("Superseded", "exit code 143")),
    Case("killed", job(code=137, timeout=3600), _CODE, ("exit code 137 (SIGKILL)", "2,048 MiB", "time-out 1h")),
    Case("asked-to-end", job(code=143), _CODE, ("exit code 143 (SIGTERM)",)),
    Case("segmentation-fault", job(code=139), _CODE, ("exit code 139 (SIGSEGV)", "command “run-align.sh")),
    Case("aborted", job(code=134), _CODE, ("exit code 134 (SIGABRT)",)),
    Case("bus-error", job(code=135), _CODE, ("exit code 135 (SIGBUS)",)),
    Case("arithmetic-error", job(code=136), _CODE, ("exit code 136 (SIGFPE)",)),
    Case("illegal-instruction", job(code=132), _CODE, ("exit code 132 (SIGILL)",)),
    Case("interrupted", job(code=130), _CODE, ("exit code 130 (SIGINT)",)),
    Case("broken-pipe", job(code=141), _CODE, ("exit code 141 (SIGPIPE)",)),
    Case(
        "shell-library-missing",
        job(code=127),
        _CODE,
        ("exit code 127", "libhts.so.3"),
        log=("samtools: error while loading shared libraries: libhts.so.3: cannot open shared object file",),
    ),
    Case(
        "shell-command-missing",
        job(code=127),
        _CODE,
        ("exit code 127", "samtools: command not found", "command “run-align.sh"),
        log=("step 1 done", "/opt/run.sh: line 12: samtools: command not found", "cleaning up"),
    ),
    Case(
        "shell-not-executed",
        job(code=126),
        _CODE,
        ("exit code 126", "Permission denied"),
        log=("/usr/local/bin/entrypoint.sh: line 12: ./run.sh: Permission denied",),
    ),
    Case("shell-not-found", job(code=127), _CODE, ("exit code 127", "command “run-align.sh", "image 1234")),
    Case("shell-not-executable", job(code=126), _CODE, ("exit code 126",)),
    Case("wrong-usage", job(code=2), _CODE, ("exit code 2",)),
    Case("general-error", job(code=1, allowed=3, tries=(ESSENTIAL,)), _CODE, ("exit code 1", "attempt 2 of 3")),
    Case("exit-255", job(code=255), _CODE, ("exit code 255",)),
    Case("other-signal", job(code=152), _CODE, ("exit code 152 (SIGXCPU)",)),
    Case("other-exit-code", job(code=42), _CODE, ("exit code 42",)),
    Case("pod-failed", pod("Pod failed", reason="Error"), _BOTH, ("Error", "ip-10-0-1-17")),
    Case("ended-well", job(code=0), _CODE, ("exit code 0",)),
    Case("exited-without-code", job(), _SAYS, (ESSENTIAL,)),
    Case("attempts-used-up", job(None, tries=("",), allowed=2), ("retryStrategy",), ("2 of 2 attempts",)),
)

LOG_LINES = (
    ("log-gpu-memory", "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB"),
    ("log-gpu-driver", "RuntimeError: CUDA error: no CUDA-capable device is detected"),
    ("log-java-heap", 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'),
    ("log-memory", "MemoryError: Unable to allocate 18.6 GiB for an array with shape (50000, 50000)"),
    ("log-disk-full", "[E::bgzf_flush] File write failed: No space left on device"),
    ("log-no-credentials", "botocore.exceptions.NoCredentialsError: Unable to locate credentials"),
    (
        "log-access-denied",
        "botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the PutObject operation",
    ),
    (
        "log-object-missing",
        "fatal error: An error occurred (404) when calling the HeadObject operation: Not Found",
    ),
    (
        "log-throttled",
        "An error occurred (SlowDown) when calling the GetObject operation: Please reduce your rate",
    ),
    ("log-unreachable", 'Could not connect to the endpoint URL: "https://s3.us-east-9.amazonaws.com/"'),
    ("log-peer-lost", "node-3: NCCL WARN Net : Connection closed by remote peer"),
    ("log-wrong-platform", "exec /usr/bin/python3: exec format error"),
    ("log-interpreter-missing", "standard_init_linux.go:228: exec user process caused: no such file or directory"),
    ("log-install-failed", "ERROR: No matching distribution found for pysam==99"),
    ("log-module-missing", "ModuleNotFoundError: No module named 'pysam'"),
    ("log-library-missing", "STAR: error while loading shared libraries: libhts.so.3: cannot open"),
    ("log-command-missing", "/opt/run.sh: line 12: pigz: command not found"),
    ("log-crash", "/opt/run.sh: line 41: 17 Segmentation fault      (core dumped) bwa-mem2 mem"),
    ("log-output-missing", "MissingOutputException in rule sort in file Snakefile, line 22:"),
    ("log-file-missing", "FileNotFoundError: [Errno 2] No such file or directory: '/ref/GRCh38.fa'"),
    ("log-permission-denied", "mkdir: cannot create directory '/results': Permission denied"),
    ("log-input-broken", "[W::bam_hdr_read] EOF marker is absent. The input is probably truncated"),
    ("log-usage", "usage: sweep [-h] [--trial TRIAL]"),
    ("log-user-error", "A USER ERROR has occurred: Argument emit-ref-confidence has a bad value"),
    ("log-exception", "ValueError: invalid literal for int() with base 10: 'chrX'"),
)

LOG_CASES = (
    *(
        Case(
            key,
            job(code=1),
            ("log",),
            (line[:30],),
            log=("step 1 done", line, "cleaning up"),
            first="general-error",
        )
        for key, line in LOG_LINES
    ),
    Case(
        "log-killed",
        job(code=137),
        ("log",),
        ("Killed", "2,048 MiB"),
        log=(".command.sh: line 4:    31 Killed                  samtools sort",),
        first="killed",
    ),
)
