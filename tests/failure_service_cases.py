"""The cases of service jobs: what SageMaker says of a training job."""

from tests.failure_end_cases import LOG_LINES
from tests.failures import Case, training

_TRAINED = "AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "

SERVICE = tuple(
    Case(
        f"training-code-{key.removeprefix('log-')}",
        training(f'Received status from SageMaker: {_TRAINED}"{line}" Command "torchrun train.py"'),
        ("statusReason",),
        (line[:30],),
    )
    for key, line in (*LOG_LINES, ("log-killed", "train.sh: line 4: 31 Killed python train.py"))
    if key != "log-exception"
) + tuple(
    Case(key, training(f"Received status from SageMaker: {words}"), ("statusReason",), (words[:20],))
    for key, words in (
        ("training-killed", "AlgorithmError: , exit code: 137"),
        (
            "training-exception",
            'AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "ValueError: batch must be even"',
        ),
        ("training-code-failed", "AlgorithmError: ExecuteUserScriptError: ExitCode 1"),
        ("training-crashed", "AlgorithmError: Exit Code: 139"),
        ("training-throttled", "ThrottlingException: Rate exceeded"),
        (
            "training-not-allowed",
            "AccessDeniedException: User is not authorized to perform: sagemaker:CreateTrainingJob",
        ),
        (
            "training-role-not-assumable",
            "ValidationException: Could not assume role arn:aws:iam::123456789012:role/x",
        ),
        ("training-capacity", "CapacityError: Unable to provision requested ML compute capacity."),
        ("training-quota", "ResourceLimitExceeded: the account-level service limit is 10 Instances"),
        ("training-internal-error", "InternalServerError: We encountered an internal error. Please try again."),
        (
            "training-memory",
            "ClientError: Please use an instance type with more memory, or reduce the size of data",
        ),
        ("training-disk-full", "ClientError: Data download failed: No space left on device"),
        (
            "training-image-refused",
            "ClientError: Cannot pull algorithm container. Either the image does not exist",
        ),
        ("training-input-refused", "ClientError: Data download failed: AccessDenied (403): Access Denied"),
        ("training-input-missing", "ClientError: Data download failed: NoSuchKey s3://ml-data/train.parquet"),
        ("training-request-wrong", "ClientError: Unable to parse the hyperparameters of the request"),
        ("training-time-over", "MaxRuntimeExceeded: The training job ran past its limit."),
    )
)
