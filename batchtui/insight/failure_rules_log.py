"""What the end of a log hints at. A line of a log is no proof: each of these is only likely, and comes second."""

from batchtui.insight import failure_links as links
from batchtui.insight.failure_rule import Piece, Rule, attempt, limit, logged
from batchtui.insight.verdict import Certainty


def _hint(
    key: str,
    theme: str,
    pattern: str,
    cause: str,
    *remedies: str,
    link: str | None = None,
    also: tuple[Piece, ...] = (),
) -> Rule:
    return Rule(key, logged(pattern), cause, Certainty.LIKELY, remedies, link, also, theme=theme)


LOG_RULES = (
    _hint(
        "log-gpu-memory",
        "gpu",
        r"CUDA out of memory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED",
        "The log says that the GPU's memory was full.",
        "Make the batch smaller, or use instances with larger GPUs.",
        "MEMORY in the requirements is the host's memory: raising it does not help.",
        link=links.GPU_JOBS,
    ),
    _hint(
        "log-gpu-driver",
        "gpu",
        r"no CUDA-capable device|CUDA driver version is insufficient|nvidia-smi: command not found|NVIDIA driver",
        "The log says that the program found no usable GPU.",
        "Ask for a GPU in the resource requirements, and use a GPU AMI.",
        "Compare the image's CUDA version with the AMI's driver.",
        link=links.GPU_JOBS,
    ),
    _hint(
        "log-java-heap",
        "memory",
        r"java\.lang\.OutOfMemoryError|GC overhead limit exceeded",
        "The log says that Java's own heap was full.",
        "Raise -Xmx, and MEMORY with it: the heap must stay well below the limit.",
        also=(limit,),
    ),
    _hint(
        "log-memory",
        "memory",
        r"\bMemoryError\b|std::bad_alloc|Cannot allocate memory|cannot allocate vector|Unable to allocate .* array"
        r"|oom-kill|[Oo]ut of memory",
        "The log says that the program got no more memory.",
        "Raise MEMORY in the resource requirements, or let the program take less at a time.",
        link=links.MEMORY,
        also=(limit,),
    ),
    _hint(
        "log-disk-full",
        "disk",
        r"No space left on device|Disk quota exceeded|\bENOSPC\b",
        "The log says that a disk was full.",
        "Raise the volume's size in the launch template; on Fargate raise ephemeralStorage.",
        "Delete what is no longer needed while the job runs.",
        link=links.JOB_PARAMETERS,
    ),
    _hint(
        "log-no-credentials",
        "access",
        r"Unable to locate credentials|NoCredentialsError|ExpiredToken|InvalidClientTokenId|SignatureDoesNotMatch"
        r"|Unable to load (AWS )?credentials",
        "The log says that it had no valid AWS credentials.",
        "Give the job a job role (jobRoleArn), and pass no keys of your own.",
        link=links.TASK_ROLES,
    ),
    _hint(
        "log-access-denied",
        "access",
        r"AccessDenied|Access Denied|not authorized to perform|\(403\)|403 Forbidden|UnauthorizedOperation",
        "The log says that AWS refused it something.",
        "Allow it to the job role (jobRoleArn): the line names the action.",
        "Buckets and keys have policies of their own.",
        link=links.TASK_ROLES,
    ),
    _hint(
        "log-object-missing",
        "input",
        r"NoSuchKey|NoSuchBucket|\(404\).*HeadObject|HeadObject.*(\(404\)|Not Found)|specified key does not exist",
        "The log says that an object in S3 does not exist.",
        "Check the place of its input, and that the job before it wrote it.",
    ),
    _hint(
        "log-throttled",
        "network",
        r"ThrottlingException|\bSlowDown\b|TooManyRequests|Rate exceeded|RequestLimitExceeded",
        "The log says that an AWS service throttled it.",
        "Run fewer at once, and let its client retry with backoff.",
    ),
    _hint(
        "log-unreachable",
        "network",
        r"Could not connect to the endpoint URL|EndpointConnectionError|ConnectTimeout|Connection timed out"
        r"|Temporary failure in name resolution|Could not resolve host|Name or service not known"
        r"|Connection refused|Network is unreachable",
        "The log says that it could not reach something over the network.",
        "Give the subnet a way out (NAT gateway or endpoints), and check security groups and the region.",
        link=links.TROUBLESHOOTING,
    ),
    _hint(
        "log-peer-lost",
        "network",
        r"NCCL (WARN|error)|ncclSystemError|ncclRemoteError|Connection reset by peer|MPI_ABORT|ORTE has lost",
        "The log says that it lost another process or node.",
        "Look at the other nodes' logs: the first one to fail is the cause.",
        "Let the security group allow all traffic within itself.",
        link=links.MULTI_NODE,
    ),
    _hint(
        "log-wrong-platform",
        "program",
        r"exec format error|cannot execute binary file",
        "The log says that the program is for another processor architecture.",
        "Build the image for the host: docker buildx build --platform linux/amd64 (or linux/arm64).",
        link=links.CANNOT_START,
    ),
    _hint(
        "log-interpreter-missing",
        "program",
        r"exec user process caused.*no such file or directory|bad interpreter",
        "The log says that the script's interpreter is not in the image.",
        "Check the script's first line; Windows line ends (CRLF) there do this too.",
        link=links.CANNOT_START,
    ),
    _hint(
        "log-module-missing",
        "program",
        r"ModuleNotFoundError|ImportError:|No module named|there is no package called|ClassNotFoundException",
        "The log says that a module or package is missing in the image.",
        "Add it to the image, or take the image that has it.",
    ),
    _hint(
        "log-library-missing",
        "program",
        r"error while loading shared libraries|cannot open shared object file|GLIBC_[\d.]+' not found",
        "The log says that a shared library is missing in the image.",
        "Add it to the image, or build against what the image has.",
    ),
    _hint(
        "log-command-missing",
        "program",
        r"command not found|: not found$|executable file not found",
        "The log says that a command is missing in the image.",
        "Add the tool to the image, or correct PATH.",
    ),
    _hint(
        "log-crash",
        "program",
        r"Segmentation fault|core dumped|SIGSEGV|A fatal error has been detected by the Java Runtime",
        "The log says that a program crashed.",
        "Run it with the same input and core dumps; native libraries are a frequent cause.",
        also=(attempt,),
    ),
    _hint(
        "log-killed",
        "kill",
        r"(^|\s)Killed\b",
        "The log says that a process in it was killed: most often for want of memory.",
        "Raise MEMORY in the resource requirements to see whether it goes away.",
        link=links.OUT_OF_MEMORY,
        also=(limit,),
    ),
    _hint(
        "log-output-missing",
        "input",
        r"MissingOutputException|Missing output file|MissingInputException|Missing input files",
        "The log says that a step's file was not there.",
        "Look at the step that should have written it; slow file systems need a longer wait.",
    ),
    _hint(
        "log-file-missing",
        "input",
        r"FileNotFoundError|No such file or directory|java\.io\.FileNotFoundException|NoSuchFileException",
        "The log says that a file was not there.",
        "Check paths, mounts and the download of its input.",
    ),
    _hint(
        "log-permission-denied",
        "program",
        r"[Pp]ermission denied|PermissionError|EACCES|Read-only file system",
        "The log says that it may not write or execute a file.",
        "Check the user that the container runs as, the mounts' readOnly, and chmod +x.",
        link=links.JOB_PARAMETERS,
    ),
    _hint(
        "log-input-broken",
        "input",
        r"truncated|[Uu]nexpected end of file|unexpected EOF|[Cc]hecksum mismatch|not in gzip format|CRC error"
        r"|corrupt",
        "The log says that an input was cut short or damaged.",
        "Compare the input's size and checksum with its source, and fetch it again.",
    ),
    _hint(
        "log-usage",
        "program",
        r"^usage: |A USER ERROR has occurred|unrecognized arguments|[Uu]nknown option|invalid option",
        "The log says that its arguments are wrong.",
        "Check the command and its parameters.",
        link=links.JOB_PARAMETERS,
    ),
    _hint(
        "log-exception",
        "program",
        r"^(Exception in thread .*|Caused by: .*|[\w.]+(Error|Exception)(: .*)?)$",
        "The log ends with an exception.",
        "Read the lines above it: they say where in the program.",
    ),
)
