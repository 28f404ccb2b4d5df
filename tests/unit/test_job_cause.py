"""Ten thousand failures are a handful of causes, whatever ids, hosts and times their reasons name."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from batchtui.insight.job_cause import NO_REASON, alike, cause_of
from batchtui.model.job import ArrayProperties, JobSummary, NodeProperties

ESSENTIAL = "Essential container in task exited"
FAILED = JobSummary("j", "n", "q", "FAILED", status_reason=ESSENTIAL)


def test_ten_thousand_are_three() -> None:
    forms = (
        lambda n: replace(FAILED, status_reason=f"Host EC2 (instance i-{n:017x}) terminated."),
        lambda n: replace(
            FAILED, exit_code=137, container_reason="OutOfMemoryError: Container killed due to memory usage"
        ),
        lambda n: replace(
            FAILED,
            status_reason="Task failed to start",
            container_reason=f"CannotPullContainerError: pull access denied for {n:012d}.dkr.ecr.us-east-1.x/a",
        ),
    )
    found = {cause_of(replace(forms[n % 3](n), job_id=f"j{n}")) for n in range(10_000)}
    assert len(found) == 3
    assert "exit 137 · Out of memory: the kernel killed it" in found
    assert "Its EC2 instance was terminated under it, as Spot reclaims do" in found


def test_what_they_read_like() -> None:
    assert cause_of(replace(FAILED, exit_code=1)) == "exit 1"
    assert cause_of(replace(FAILED, exit_code=137)) == "exit 137 (SIGKILL)"
    assert cause_of(replace(FAILED, exit_code=139)).startswith("exit 139 · It crashed")
    assert cause_of(replace(FAILED, status_reason=None)) == NO_REASON
    assert cause_of(replace(FAILED, status_reason="")) == NO_REASON
    assert cause_of(FAILED) == "Essential container in task exited", "a list does not know that there is no code"
    assert cause_of(replace(FAILED, status_reason="ran out of luck at 2026-11-20T10:00:00Z on 10.0.3.7:443")) == (
        "ran out of luck at * on *"
    )
    assert cause_of(replace(FAILED, status="RUNNING")) == ""
    array = replace(FAILED, status_reason="Array Child Job failed", array_properties=ArrayProperties(size=3))
    assert cause_of(array) == "Children of the array failed"


def test_pods_service_jobs_and_nodes_are_told_by_the_words_that_only_these_have() -> None:
    pod = replace(FAILED, exit_code=143, status_reason="Pod failed: DeadlineExceeded")
    assert cause_of(pod) == "exit 143 · Its pod ran past its deadline"
    killed = replace(pod, exit_code=137, status_reason="x", container_reason="OOMKilled")
    assert cause_of(killed) == "exit 137 · Out of memory: the kernel killed it", "as on EC2"
    typed = replace(FAILED, exit_code=143, status_reason="Evicted by the budget: Pod failed")
    assert "Kubernetes" not in cause_of(typed), "a person may write anything there"
    reason = "Received status from SageMaker: ClientError: Data download failed: NoSuchKey s3://a/b"
    training = replace(FAILED, status_reason=reason, service_job_type="SAGEMAKER_TRAINING")
    assert cause_of(training) == "What the request names as its input does not exist"
    nodes = replace(FAILED, node_properties=NodeProperties(num_nodes=4))
    assert cause_of(replace(nodes, status_reason="Dependent Job failed")) == cause_of(
        replace(FAILED, status_reason="Dependent Job failed")
    )
    crashed = replace(nodes, exit_code=139)
    assert "crashed" not in cause_of(crashed), "which node decided is not told"


def test_codes_and_flags_are_not_mixed_up() -> None:
    assert cause_of(replace(FAILED, exit_code=2)) != cause_of(replace(FAILED, exit_code=3))
    cancelled = replace(FAILED, status_reason="wrong sheet", is_cancelled=True)
    terminated = replace(FAILED, status_reason="wrong sheet", is_terminated=True)
    assert (
        len({cause_of(replace(FAILED, status_reason="wrong sheet")), cause_of(cancelled), cause_of(terminated)})
        == 3
    )


def test_nothing_secret_and_nothing_endless_is_shown() -> None:
    assert "hunter2" not in cause_of(replace(FAILED, status_reason="gave up: --password hunter2 was refused"))
    assert len(alike("word " * 5000)) <= 200
    assert "\x1b" not in alike("\x1b[31mred")


@given(
    st.one_of(st.none(), st.text(max_size=300)),
    st.one_of(st.none(), st.text(max_size=300)),
    st.one_of(st.none(), st.integers()),
)
def test_every_failure_has_one_cause(status_reason: str | None, reason: str | None, code: int | None) -> None:
    job = replace(FAILED, status_reason=status_reason, container_reason=reason, exit_code=code)
    cause = cause_of(job)
    assert cause
    assert cause == cause_of(replace(job, job_id="another"))
    assert "\n" not in cause
