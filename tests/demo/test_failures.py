"""The failures of the demo account: many kinds, each with the verdict that it was made for, over HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from batchtui.demo.endings import (
    DOCKER,
    ERROR,
    INITIALIZATION,
    INSPECT,
    OUT_OF_MEMORY,
    POD_ERROR,
    POD_IMAGE,
    POD_MEMORY,
    PULL,
    START,
    Ending,
    forms_of,
)
from batchtui.demo.log_lines import Script
from batchtui.insight.failure import why_failed, why_service_job_failed
from batchtui.insight.failure_rules import RULES
from batchtui.insight.verdict import Answer
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail

from .conftest import Demo

FAMILIES = (DOCKER, ERROR, INITIALIZATION, INSPECT, OUT_OF_MEMORY, POD_ERROR, POD_IMAGE, POD_MEMORY, PULL, START)

VERDICTS = {
    "abort": "aborted",
    "agent": "agent-lost",
    "cpu": "illegal-instruction",
    "create": "container-not-created",
    "create-full": "host-disk-full",
    "cpu-time": "other-signal",
    "efs-denied": "efs-denied",
    "efs-other": "efs-failed",
    "efs-path": "efs-path-missing",
    "init-other": "initialization-failed",
    "interrupt": "interrupted",
    "library": "shell-not-found",
    "log-denied": "log-denied",
    "log-network": "log-unreachable-at-start",
    "log-other": "log-driver-failed",
    "mapped": "bus-error",
    "pod-command": "pod-command-not-found",
    "pod-deadline": "pod-deadline",
    "pod-name": "pod-image-name-invalid",
    "pod-node": "pod-node-lost",
    "pod-start": "pod-not-started",
    "pod-unknown": "pod-failed",
    "pod-user": "pod-config-wrong",
    "pull-other": "image-pull-failed",
    "registry-denied": "registry-auth-denied",
    "role": "role-not-assumable",
    "secret-missing": "secret-not-found",
    "secret-network": "secret-unreachable",
    "start-device": "device-missing",
    "start-directory": "directory-wrong",
    "start-host": "host-memory-full",
    "start-other": "container-not-started",
    "start-user": "user-missing",
    "denied": "shell-not-executable",
    "division": "arithmetic-error",
    "docker": "docker-timeout",
    "efs": "efs-unreachable",
    "exec": "shell-not-found",
    "fargate-capacity": "fargate-no-capacity",
    "host": "host-lost",
    "init": "secrets-or-registry",
    "inspect": "container-not-inspected",
    "interface": "network-interface-late",
    "killed": "killed",
    "log-group": "log-group-missing",
    "memory": "out-of-memory",
    "own-code": "other-exit-code",
    "pipe": "broken-pipe",
    "pod-config": "pod-config-missing",
    "pod-evicted": "pod-evicted",
    "pod-memory": "pod-out-of-memory",
    "pod-pull": "pod-image-pull-failed",
    "pull": "image-not-found",
    "pull-cancelled": "image-pull-cancelled",
    "pull-denied": "image-unauthorized",
    "pull-disk": "image-disk-full",
    "pull-limit": "image-rate-limited",
    "pull-network": "image-unreachable",
    "pull-platform": "image-wrong-platform",
    "registry-network": "registry-auth-unreachable",
    "remote": "exit-255",
    "secret-denied": "secret-denied",
    "secret-key": "secret-key-missing",
    "segfault": "segmentation-fault",
    "signal": "asked-to-end",
    "spot": "spot-task-interrupted",
    "start": "command-not-found",
    "start-denied": "command-not-executable",
    "start-mount": "mount-failed",
    "start-platform": "start-wrong-platform",
    "timeout": "timed-out",
    "unstarted": "not-started",
    "usage": "wrong-usage",
}
"""By the kind of the last attempt's ending; of those that are not named, the log makes the difference."""

READ_TOGETHER = {
    "denied": "shell-not-executed",
    "exec": "shell-command-missing",
    "library": "shell-library-missing",
}
"""What the exit code and the end of the log say together."""

HINTS = {
    "allocation": "log-memory",
    "disk-full": "log-disk-full",
    "endpoint": "log-unreachable",
    "error": "log-input-broken",
    "exception": "log-exception",
    "exec-format": "log-wrong-platform",
    "file-missing": "log-file-missing",
    "gpu-driver": "log-gpu-driver",
    "gpu-memory": "log-gpu-memory",
    "java-heap": "log-java-heap",
    "interpreter": "log-interpreter-missing",
    "killed": "log-killed",
    "mapped": "log-crash",
    "no-credentials": "log-no-credentials",
    "package": "log-module-missing",
    "peer": "log-peer-lost",
    "step-missing": "log-output-missing",
    "write-denied": "log-permission-denied",
    "module": "log-module-missing",
    "pod-error": "log-input-broken",
    "pod-module": "log-module-missing",
    "remote": "log-unreachable",
    "s3-denied": "log-access-denied",
    "s3-missing": "log-object-missing",
    "segfault": "log-crash",
    "throttled": "log-throttled",
    "usage": "log-usage",
}
"""What the end of their logs says."""


def failed(demo: Demo) -> Iterator[tuple[dict[str, Any], Answer, str]]:
    """Every failed job as it is described, its verdicts, and the kind of its last attempt's ending."""
    ids = [
        job["jobId"] for queue in demo.account.queues for job in demo.listed(jobQueue=queue, jobStatus="FAILED")
    ]
    for start in range(0, len(ids), 100):
        for data in demo.batch.describe_jobs(jobs=ids[start : start + 100])["jobs"]:
            job = demo.account.index.find(data["jobId"])
            assert job is not None
            ending = job.attempts[-1].ending if job.attempts else None
            yield data, why_failed(JobDetail.from_api(data)), ending.kind if ending is not None else ""


def expected(data: dict[str, Any], kind: str) -> str:
    if data["statusReason"].startswith("Canceled by JobStateTimeLimit"):
        kinds = {"CAPACITY": "state-limit-capacity", "MISCONFIGURATION": "state-limit-misconfigured"}
        return kinds.get(data["statusReason"].partition("reason: ")[2].partition(":")[0], "state-limit")
    if data.get("isTerminated"):
        return "killed-by-nextflow" if data["statusReason"] == "Job killed by NF" else "terminated"
    if data.get("isCancelled"):
        return "cancelled"
    if not kind:
        return {"Dependent Job failed": "dependency-failed", "Array Child Job failed": "array-child-failed"}[
            data["statusReason"]
        ]
    if "nodeProperties" in data and kind != "timeout" and kind not in ("host", "spot"):
        return "main-node-failed"
    if kind == "host" and len({attempt["statusReason"][:8] for attempt in data["attempts"]}) == 1:
        return "host-lost-every-attempt" if len(data["attempts"]) > 1 else "host-lost"
    return VERDICTS.get(kind, "general-error")


@pytest.mark.slow
def test_each_failure_has_the_verdict_that_it_was_made_for(make_demo: Callable[..., Demo]) -> None:
    found: Counter[str] = Counter()
    for data, answer, kind in failed(make_demo(jobs=5000)):
        assert [verdict.rule for verdict in answer.verdicts] == [expected(data, kind)], (
            kind,
            data["statusReason"],
        )
        found[answer.verdicts[0].rule] += 1
    assert len(found) >= 40
    usual = {rule for rule, _ in found.most_common(4)}
    assert usual <= {
        "array-child-failed",
        "host-lost",
        "host-lost-every-attempt",
        "general-error",
        "out-of-memory",
        "cancelled",
        "dependency-failed",
        "main-node-failed",
    }


def test_the_usual_account_shows_many_kinds(make_demo: Callable[..., Demo]) -> None:
    assert len({answer.verdicts[0].rule for _, answer, _ in failed(make_demo(jobs=2000))}) >= 25


def tail(demo: Demo, data: dict[str, Any]) -> list[str]:
    stream = data["container"]["logStreamName"]
    options = data["container"].get("logConfiguration", {}).get("options", {})
    group = options.get("awslogs-group", "/aws/batch/job")
    events = demo.logs.get_log_events(logGroupName=group, logStreamName=stream, limit=20)["events"]
    return [event["message"] for event in events]


def test_the_end_of_a_log_fits_the_failure(make_demo: Callable[..., Demo]) -> None:
    demo, seen = make_demo(jobs=2000), set()
    for data, _, kind in failed(demo):
        if kind in seen or "logStreamName" not in data.get("container", {}) or data.get("isTerminated"):
            continue
        seen.add(kind)
        answer = why_failed(JobDetail.from_api(data), log_tail=tail(demo, data))
        rules = [verdict.rule for verdict in answer.verdicts]
        if kind in READ_TOGETHER:
            assert rules == [READ_TOGETHER[kind]]
            continue
        hint = "log-usage" if kind == "error" and "gatk" in data["jobDefinition"] else HINTS.get(kind)
        assert rules[1:] in ([hint], [HINTS.get(kind)]) or (hint is None and len(rules) == 1), (kind, rules)
    assert len(seen & set(HINTS)) >= 10
    assert seen & set(READ_TOGETHER)


def test_service_jobs_have_their_verdicts_too(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=2000, service_jobs=True)
    expected = {
        "training-code-gpu-memory",
        "training-disk-full",
        "training-exception",
        "training-input-missing",
        "training-killed",
    }
    found: set[str] = set()
    for _ in range(24):  # hours: a few fail in each
        listed = demo.batch.list_service_jobs(jobQueue="sagemaker-training", jobStatus="FAILED")["jobSummaryList"]
        for job in listed:
            data = demo.batch.describe_service_job(jobId=job["jobId"])
            data.pop("ResponseMetadata")
            found |= {verdict.rule for verdict in why_service_job_failed(ServiceJobDetail.from_api(data)).verdicts}
        if found >= expected:
            break
        demo.clock.advance(3600)
        demo.account.advance()
    assert found == expected


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.kind)
def test_a_form_lasts_as_long_as_its_family(family: Ending) -> None:
    for form in forms_of(family, gpus=True, java=True):
        assert (form.ran, form.succeeded) == (family.ran, False)
        assert form.exit_code is not None or not form.ran
        assert len(form.reason or "") <= 255, "AWS tells no longer reasons"


def test_every_form_has_a_verdict_of_its_own_or_a_hint() -> None:
    kinds = {form.kind for family in FAMILIES for form in forms_of(family, gpus=True, java=True)}
    assert kinds <= set(VERDICTS) | set(HINTS) | set(READ_TOGETHER)


def described(form: Ending) -> JobDetail:
    """A job that ended so, whether or not one did in this account."""
    container = {"exitCode": form.exit_code, "reason": form.reason, "command": ["x"], "image": "y", "name": "main"}
    told = {name: value for name, value in container.items() if value is not None}
    where: dict[str, Any] = (
        {"eksAttempts": [{"containers": [told]}], "eksProperties": {"podProperties": {"containers": [told]}}}
        if form.kind.startswith("pod")
        else {"attempts": [{"container": told}], "container": told}
    )
    for attempt in where.get("attempts", where.get("eksAttempts", [])):
        attempt["statusReason"] = form.status_reason
    return JobDetail.from_api({"jobId": "a", "status": "FAILED", "statusReason": form.status_reason, **where})


FORMS = {form.kind: form for family in FAMILIES for form in forms_of(family, gpus=True, java=True)}


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.kind)
def test_each_form_has_its_verdict_however_seldom_it_is_drawn(form: Ending) -> None:
    kind = form.kind
    assert [verdict.rule for verdict in why_failed(described(form)).verdicts] == [
        VERDICTS.get(kind, "general-error")
    ]
    tail = Script(seed=1, voice="tool", name="x", began=0, planned=9, line_ms=1, ended=9, ending=kind).tail
    found = why_failed(described(form), log_tail=tail).verdicts
    if kind in READ_TOGETHER:
        assert [verdict.rule for verdict in found] == [READ_TOGETHER[kind]]
    elif kind in HINTS and kind not in ("killed",):
        assert found[1].rule == HINTS[kind]


ONLY_PAYLOADS = {
    "attempts-used-up",
    "awaited-container-failed",
    "command-missing",
    "ended-well",
    "exited-without-code",
    "image-name-invalid",
    "image-registry-failed",
    "image-registry-untrusted",
    "init-container-failed",
    "instance-deregistered",
    "log-command-missing",
    "log-install-failed",
    "log-library-missing",
    "log-user-error",
    "memory-too-small-to-start",
    "no-room-on-instance",
    "overrides-too-long",
    "pod-no-room",
    "pod-refused",
    "queue-deleted",
    "ran-into-time-out",
    "request-refused",
    "stopped-with-a-reason",
    "subnet-addresses-used-up",
    "task-retired",
    "task-stopped",
}
"""Rules for which the account has no scenario: AWS says these seldom, or only of what the account has not."""


def test_what_the_account_cannot_show_is_known() -> None:
    shown = {*VERDICTS.values(), *HINTS.values(), *READ_TOGETHER.values(), "general-error"}
    shown |= {"array-child-failed", "dependency-failed", "main-node-failed", "node-stopped-with-main"}
    shown |= {"cancelled", "terminated", "killed-by-nextflow", "host-lost-every-attempt"}
    shown |= {"state-limit", "state-limit-capacity", "state-limit-misconfigured"}
    rules = {rule.key for rule in RULES if not rule.key.startswith("training-")}
    assert rules - shown == ONLY_PAYLOADS
