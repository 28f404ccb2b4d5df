"""What the end of a log hints at. A line of a log is no proof: each of these is only likely, and comes second."""

import re
from dataclasses import dataclass

from batchtui.insight import failure_links as links
from batchtui.insight.failure_facts import Failure
from batchtui.insight.failure_rule import Piece, Rule, attempt, ended_with, limit, logged
from batchtui.insight.phrases import short
from batchtui.insight.verdict import Certainty

EXCEPTION = r"^(Exception in thread .*|Caused by: .*|[\w.]+(Error|Exception)(: .*)?)$"
_NAMED = re.compile(r"\b([A-Za-z_][\w.]*(?:Error|Exception))\b")
_WRAPPED = r"CalledProcessError|ChildFailedError|WorkflowError|SystemExit|KeyboardInterrupt"
"""Exceptions that only tell that something else failed."""


@dataclass(frozen=True, slots=True)
class Clue:
    """Words of programs, and what they mean."""

    key: str
    theme: str
    pattern: str
    what: str
    """Fits behind "The log says that"."""
    remedies: tuple[str, ...]
    link: str | None = None
    also: tuple[Piece, ...] = ()
    is_weak: bool = False
    """Whether programs write it in passing too: then an exception after it says more."""
    in_training: str = ""
    """What to do instead where SageMaker runs the program; empty where it is the same."""


def _clue(
    key: str,
    theme: str,
    pattern: str,
    what: str,
    *remedies: str,
    link: str | None = None,
    also: tuple[Piece, ...] = (),
    is_weak: bool = False,
    in_training: str = "",
) -> Clue:
    return Clue(key, theme, pattern, what, remedies, link, also, is_weak, in_training)


CLUES = (
    _clue(
        "log-gpu-memory",
        "gpu",
        r"CUDA out of memory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED",
        "the GPU's memory was full",
        "Make the batch smaller, or use instances with larger GPUs.",
        "MEMORY in the requirements is the host's memory: raising it does not help.",
        link=links.GPU_JOBS,
        in_training="Make the batch smaller, or use an instance type with larger GPUs.",
    ),
    _clue(
        "log-gpu-driver",
        "gpu",
        r"no CUDA-capable device|CUDA driver version is insufficient|nvidia-smi: command not found"
        r"|NVIDIA-SMI has failed|(no|NO|your) NVIDIA (driver|GPU)|NVIDIA driver on your system is too old",
        "the program found no usable GPU",
        "Ask for a GPU in the resource requirements, and use a GPU AMI.",
        "Compare the image's CUDA version with the AMI's driver.",
        link=links.GPU_JOBS,
        in_training="Use an instance type with GPUs, and an image whose CUDA version fits SageMaker's driver.",
    ),
    _clue(
        "log-java-heap",
        "memory",
        r"java\.lang\.OutOfMemoryError|GC overhead limit exceeded",
        "Java's own heap was full",
        "Raise -Xmx, and MEMORY with it: the heap must stay well below the limit.",
        also=(limit,),
        in_training="Raise -Xmx, and use an instance type with more memory where that is not enough.",
    ),
    _clue(
        "log-memory",
        "memory",
        r"\bMemoryError\b|std::bad_alloc|Cannot allocate memory|cannot allocate vector|Unable to allocate .* array"
        r"|oom-kill|[Oo]ut of memory",
        "the program got no more memory",
        "Raise MEMORY in the resource requirements, or let the program take less at a time.",
        link=links.MEMORY,
        also=(limit,),
        in_training="Use an instance type with more memory, or let the program take less at a time.",
    ),
    _clue(
        "log-disk-full",
        "disk",
        r"No space left on device|Disk quota exceeded|\bENOSPC\b",
        "a disk was full",
        "Raise the volume's size in the launch template; on Fargate raise ephemeralStorage.",
        "Delete what is no longer needed while the job runs.",
        link=links.JOB_PARAMETERS,
        in_training="Raise VolumeSizeInGB in the request's ResourceConfig.",
    ),
    _clue(
        "log-no-credentials",
        "access",
        r"Unable to locate credentials|NoCredentialsError|ExpiredToken|InvalidClientTokenId|SignatureDoesNotMatch"
        r"|Unable to load (AWS )?credentials",
        "it had no valid AWS credentials",
        "Give the job a job role (jobRoleArn), and pass no keys of your own.",
        link=links.TASK_ROLES,
        in_training="Let it use the role of the request (RoleArn), and pass no keys of your own.",
    ),
    _clue(
        "log-access-denied",
        "access",
        r"AccessDenied|Access Denied|not authorized to perform|\(403\)|403 Forbidden|UnauthorizedOperation",
        "it was refused access to something",
        "Where AWS refused it: allow it to the job role (jobRoleArn); the line often names the action.",
        "Buckets and keys have policies of their own.",
        link=links.TASK_ROLES,
        in_training="Where AWS refused it: allow it to the request's role (RoleArn).",
    ),
    _clue(
        "log-object-missing",
        "input",
        r"NoSuchKey|NoSuchBucket|\(404\).*HeadObject|HeadObject.*(\(404\)|Not Found)|specified key does not exist",
        "an object in S3 does not exist",
        "Check the place of its input, and that the job before it wrote it.",
    ),
    _clue(
        "log-throttled",
        "network",
        r"ThrottlingException|\bSlowDown\b|TooManyRequests|Rate exceeded|RequestLimitExceeded",
        "a service throttled it",
        "Run fewer at once, and let its client retry with backoff.",
    ),
    _clue(
        "log-unreachable",
        "network",
        r"Could not connect to the endpoint URL|EndpointConnectionError|ConnectTimeout|Connection timed out"
        r"|Temporary failure in name resolution|Could not resolve host|Name or service not known"
        r"|Connection refused|Network is unreachable|Connection reset by peer",
        "it could not reach something over the network",
        "Give the subnet a way out (NAT gateway or endpoints), and check security groups and the region.",
        link=links.TROUBLESHOOTING,
        in_training="Look at VpcConfig and EnableNetworkIsolation in the request: it needs a way out.",
    ),
    _clue(
        "log-peer-lost",
        "network",
        r"NCCL (WARN|error)|ncclSystemError|ncclRemoteError|MPI_ABORT|ORTE has lost",
        "it lost another process or node",
        "Look at the other nodes' logs: the first one to fail is the cause.",
        "Let the security group allow all traffic within itself.",
        link=links.MULTI_NODE,
    ),
    _clue(
        "log-wrong-platform",
        "program",
        r"exec format error|cannot execute binary file",
        "the program is for another processor architecture",
        "Build the image for the host: docker buildx build --platform linux/amd64 (or linux/arm64).",
        link=links.CANNOT_START,
        in_training="Build the image for the instance type: docker buildx build --platform linux/amd64.",
    ),
    _clue(
        "log-interpreter-missing",
        "program",
        r"exec user process caused.*no such file or directory|bad interpreter",
        "the script's interpreter is not in the image",
        "Check the script's first line; Windows line ends (CRLF) there do this too.",
        link=links.CANNOT_START,
    ),
    _clue(
        "log-install-failed",
        "program",
        r"No matching distribution found|Could not find a version that satisfies|Failed building wheel"
        r"|PackagesNotFoundError|E: Unable to locate package|InstallRequirementsError",
        "a package could not be installed",
        "Correct its name and version, and see that the job can reach the index; or put it into the image.",
    ),
    _clue(
        "log-module-missing",
        "program",
        r"ModuleNotFoundError|ImportError:|No module named|there is no package called|ClassNotFoundException",
        "a module or package is missing in the image",
        "Add it to the image, or take the image that has it.",
    ),
    _clue(
        "log-library-missing",
        "program",
        r"error while loading shared libraries|cannot open shared object file|GLIBC_[\d.]+' not found",
        "a shared library is missing in the image",
        "Add it to the image, or build against what the image has.",
    ),
    _clue(
        "log-command-missing",
        "program",
        r"command not found|sh: ((line )?\d+: )?[^\s:]+: not found$|executable file not found",
        "a command is missing in the image",
        "Add the tool to the image, or correct PATH.",
    ),
    _clue(
        "log-crash",
        "program",
        r"Segmentation fault|core dumped|SIGSEGV|A fatal error has been detected by the Java Runtime",
        "a program crashed",
        "Run it with the same input and core dumps; native libraries are a frequent cause.",
        also=(attempt,),
    ),
    _clue(
        "log-killed",
        "kill",
        r"(^|\s)Killed\b",
        "a process in it was killed, mostly for want of memory",
        "Raise MEMORY in the resource requirements to see whether it goes away.",
        link=links.OUT_OF_MEMORY,
        also=(limit,),
        in_training="Use an instance type with more memory, to see whether it goes away.",
    ),
    _clue(
        "log-output-missing",
        "input",
        r"MissingOutputException|Missing output file|MissingInputException|Missing input files",
        "a step's file was not there",
        "Look at the step that should have written it; slow file systems need a longer wait.",
        is_weak=True,
    ),
    _clue(
        "log-file-missing",
        "input",
        r"FileNotFoundError|No such file or directory|java\.io\.FileNotFoundException|NoSuchFileException",
        "a file was not there",
        "Check paths, mounts and the download of its input.",
        is_weak=True,
    ),
    _clue(
        "log-permission-denied",
        "program",
        r"[Pp]ermission denied|PermissionError|EACCES|Read-only file system",
        "it is not allowed to write or execute a file",
        "Check the user that the container runs as, the mounts' readOnly, and chmod +x.",
        link=links.JOB_PARAMETERS,
        is_weak=True,
        in_training="Write only below /opt/ml and /tmp, and make executable what is executed.",
    ),
    _clue(
        "log-input-broken",
        "input",
        r"(is|was|file|be|probably|appears) truncated|truncated (file|record|input|BAM|block|gzip|data|header)"
        r"|EOF marker is absent|[Uu]nexpected end of file|unexpected EOF|[Cc]hecksum mismatch|not in gzip format"
        r"|CRC error|(is|was|file|be|probably|appears) corrupt|[Cc]orrupt(ed)? (file|record|input|block|data)",
        "an input was cut short or damaged",
        "Compare the input's size and checksum with its source, and fetch it again.",
        is_weak=True,
    ),
    _clue(
        "log-usage",
        "program",
        r"^[Uu]sage: |unrecognized arguments|[Uu]n(known|recognized) option|invalid option|No such option",
        "its arguments are wrong",
        "Check the command and its parameters.",
        link=links.JOB_PARAMETERS,
        is_weak=True,
    ),
    _clue(
        "log-user-error",
        "program",
        r"A USER ERROR has occurred",
        "GATK takes it for an error of arguments or input",
        "Read the line: it names the argument or the file.",
    ),
    _clue(
        "log-exception",
        "program",
        EXCEPTION,
        "it ended with an exception",
        "Read the lines above it: they say where in the program.",
    ),
)


def exception_in(text: str) -> str:
    """The name of the exception that a line tells of, fit for a sentence; empty where it tells of none."""
    found = _NAMED.search(text)
    return short(found[1].rpartition(".")[2], 40) if found else ""


def _exception(failure: Failure) -> str:
    lines = (line for line in reversed(failure.log) if re.search(EXCEPTION, line[:500]))
    name = exception_in(next(lines, ""))
    return f"The log ends with an exception: {name}." if name else "The log ends with an exception."


def _hint(clue: Clue) -> Rule:
    sign = ended_with(clue.pattern, EXCEPTION, _WRAPPED) if clue.is_weak else logged(clue.pattern)
    return Rule(
        clue.key,
        sign,
        _exception if clue.key == "log-exception" else f"The log says that {clue.what}.",
        Certainty.LIKELY,
        clue.remedies,
        clue.link,
        clue.also,
        theme=clue.theme,
    )


LOG_RULES = tuple(map(_hint, CLUES))
IN_TRAINING = {clue.key: clue.in_training for clue in CLUES if clue.in_training}
"""What to do instead where SageMaker runs the program, by the rule's key."""
