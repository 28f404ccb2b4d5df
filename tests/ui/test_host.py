"""The tab Host: from a job to its task, its container instance and its EC2 instance, and what is not told."""

from typing import Any

import pytest

from batchtui.settings import Settings
from tests.matrix import slow_after
from tests.ui.driver import Driver, running
from tests.ui.kinds import KINDS, PATIENT, find, open_job
from tests.worlds import DemoWorld

PROMPT = Settings(max_calls_per_second=50.0, refresh=1.0)
TALL = (140, 120)
READS = ("DescribeTasks", "DescribeContainerInstances", "DescribeInstances")


def calls(demo: DemoWorld) -> list[int]:
    assert demo.server is not None
    return [demo.server.calls[name] for name in READS]


def jobs_described(demo: DemoWorld) -> int:
    assert demo.server is not None
    return demo.server.calls["DescribeJobs"]


def runs_on_ec2(job: dict[str, Any]) -> bool:
    return job["status"] == "RUNNING" and "containerInstanceArn" in job.get("container", {})


def runs_on_fargate(job: dict[str, Any]) -> bool:
    return job["status"] == "RUNNING" and "FARGATE" in job.get("platformCapabilities", [])


async def open_host(driver: Driver, job_id: str) -> None:
    await open_job(driver, job_id)
    await driver.press("left", "left")
    await driver.until(lambda: "▐Host▌" in driver.text and "Asking AWS" not in driver.text, "the tab Host")


def described(demo: DemoWorld, job_id: str) -> dict[str, Any]:
    (job,) = demo.batch.describe_jobs(jobs=[job_id])["jobs"]
    return dict(job)


def machine_below(demo: DemoWorld, job: dict[str, Any]) -> dict[str, Any]:
    """The EC2 instance below a job, as boto3 finds it."""
    container = job["container"]
    (instance,) = demo.client("ecs").describe_container_instances(
        cluster=container["taskArn"].split("/")[1], containerInstances=[container["containerInstanceArn"]]
    )["containerInstances"]
    answer = demo.client("ec2").describe_instances(InstanceIds=[instance["ec2InstanceId"]])
    return dict(answer["Reservations"][0]["Instances"][0])


async def test_from_a_job_to_its_instance(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        job = described(demo, find(demo, driver, runs_on_ec2))
        machine = machine_below(demo, job)
        assert demo.server is not None
        demo.server.calls.clear()
        await open_job(driver, job["jobId"])
        assert calls(demo) == [0, 0, 0], "nobody looks at it"
        await driver.press("left", "left")
        lifecycle = machine.get("InstanceLifecycle", "on-demand")
        zone = machine["Placement"]["AvailabilityZone"]
        await driver.until_text(
            "▐Host▌",
            f"{machine['InstanceType']} · {lifecycle} · {zone} · {machine['InstanceId']}",
            job["container"]["taskArn"],
            "Last status           RUNNING",
            "Container default",
            "Runtime id",
            "Agent                 1.97.1  connected",
            "Docker                25.0.13",
            "ami-0c8f6b1d7a2e94305",
            machine["PrivateDnsName"],
            f"aws ssm start-session --region us-east-1 --target {machine['InstanceId']}",
            "ecs/v2/clusters/",
        )
        assert calls(demo) == [1, 1, 1]
        await driver.press("right", "left")
        assert calls(demo) == [1, 1, 1], "it is known already"
        await driver.press("Y")
        assert job["container"]["taskArn"] in driver.app.clipboard
        assert "\n" in driver.app.clipboard


@pytest.mark.slow
async def test_it_follows_while_it_is_looked_at_and_no_longer(demo: DemoWorld) -> None:
    async with running(demo, settings=PROMPT, size=TALL) as driver:
        await driver.until_live()
        job_id = find(demo, driver, runs_on_ec2)
        await open_host(driver, job_id)
        await driver.until(lambda: calls(demo)[0] >= 3, "the task is asked for again")
        assert calls(demo)[1:] == [1, 1], "a machine hardly changes"
        demo.terminate(job_id)
        demo.advance(10)
        await driver.until_text("Last status           STOPPED", "UserInitiated")
        await driver.press("right")
        assert "▐JSON▌" in driver.text


@pytest.mark.slow
async def test_on_fargate_the_machine_is_nobodys_business(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        job = described(demo, find(demo, driver, runs_on_fargate))
        await open_host(driver, job["jobId"])
        (interface,) = job["container"]["networkInterfaces"]
        await driver.until_text(
            "FARGATE",
            "platform 1.4.0",
            interface["privateIpv4Address"],
            "eni-0",
            "On Fargate the machine is AWS's own",
        )
        assert calls(demo) == [1, 0, 0]


@pytest.mark.parametrize(
    ("operation", "permission", "code"),
    [
        ("DescribeTasks", "ecs:DescribeTasks", "AccessDeniedException"),
        ("DescribeContainerInstances", "ecs:DescribeContainerInstances", "AccessDeniedException"),
        ("DescribeInstances", "ec2:DescribeInstances", "UnauthorizedOperation"),
    ],
)
async def test_what_is_denied_is_said_in_its_place_and_is_no_error(
    demo: DemoWorld, operation: str, permission: str, code: str
) -> None:
    me = "arn:aws:sts::123456789012:assumed-role/viewer/me"
    words = f"User: {me} is not authorized to perform: {permission} because no policy allows it"
    demo.fault(operation, status=403, code=code, message=words)
    async with running(demo, settings=PROMPT, size=TALL) as driver:
        await driver.until_live()
        job = described(demo, find(demo, driver, runs_on_ec2))
        await open_host(driver, job["jobId"])
        await driver.until_text(f"denied: {permission} is not allowed to you ({me})")
        shown = driver.text
        assert ("Container default" in shown) == (operation != "DescribeTasks")
        assert ("Docker" in shown) == (operation != "DescribeContainerInstances")
        assert ("Private DNS name" in shown) == (operation == "DescribeTasks")
        assert not driver.app.screen.query("Toast")
        asked = calls(demo)[READS.index(operation)]
        asked_before = jobs_described(demo)
        await driver.until(lambda: jobs_described(demo) > asked_before + 1, "the job is asked for again")
        assert calls(demo)[READS.index(operation)] == asked == 1, "what is denied is not asked for at once again"
        await driver.press("exclamation_mark")
        await driver.until_text("Errors of this session")
        assert permission not in driver.text
        assert operation not in driver.text
        await driver.press("escape")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: "denied" not in driver.text, "who has just been allowed to asks at once")
        await driver.until_text("Container default", "Docker", "Private DNS name")


async def test_a_permission_that_was_given_is_seen_from_another_tab_too_and_of_a_job_that_is_over(
    demo: DemoWorld,
) -> None:
    demo.fault("DescribeTasks", status=400, code="AccessDeniedException", message="no")
    async with running(demo, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        over = find(
            demo,
            driver,
            lambda job: (
                job["status"] in ("SUCCEEDED", "FAILED")
                and "taskArn" in job.get("container", {})
                and job["stoppedAt"] > (demo.clock.now() - 600) * 1000
            ),
        )
        await open_host(driver, over)
        await driver.until_text("denied: ecs:DescribeTasks")
        demo.heal()
        await driver.press("right", "left")
        assert "denied: ecs:DescribeTasks" in driver.text, "nothing of it changes by itself"
        await driver.press("right", "ctrl+r", "left")
        await driver.until_text("Last status           STOPPED")


async def test_nothing_is_asked_while_polling_is_paused(demo: DemoWorld) -> None:
    async with running(demo, settings=PROMPT, size=TALL) as driver:
        await driver.until_live()
        over = find(demo, driver, lambda job: job["status"] == "SUCCEEDED" and "taskArn" in job["container"])
        await open_job(driver, over)
        await driver.press("p")
        await driver.until(lambda: driver.app.snapshot.is_paused, "paused")
        await driver.press("left", "left")
        await driver.until_text("▐Host▌", "Polling is paused, so AWS was not asked: ctrl+r asks once.")
        assert calls(demo) == [0, 0, 0]
        await driver.press("ctrl+r")
        await driver.until_text("Where", "ECS task")
        await driver.press("escape")
        await open_job(driver, over)
        await driver.press("left", "left")
        await driver.until_text("▐Host▌", "Polling is paused")
        await driver.press("p")
        await driver.until_text("Where", "ECS task")


async def test_everything_denied_still_tells_what_batch_told(demo: DemoWorld) -> None:
    demo.fault(*READS, status=400, code="AccessDeniedException", message="no")
    async with running(demo, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        job = described(demo, find(demo, driver, runs_on_ec2))
        await open_host(driver, job["jobId"])
        await driver.until_text(
            job["container"]["taskArn"],
            job["container"]["containerInstanceArn"][:100],
            "denied: ecs:DescribeTasks is not allowed to you",
            "denied: ecs:DescribeContainerInstances is not allowed to you",
            "Only the container instance tells which one it is.",
            "Environment",
        )


async def test_trouble_is_told_from_a_denial_and_heals(demo: DemoWorld) -> None:
    async with running(demo, settings=PROMPT, size=TALL) as driver:
        await driver.until_live()
        job_id = find(demo, driver, runs_on_ec2)
        demo.fault("DescribeTasks", status=503, code="ServiceUnavailable", message="nobody is here")
        await open_host(driver, job_id)
        await driver.until_text("DescribeTasks: nobody is here", "Docker")
        demo.heal()
        await driver.until_text("Container default", "Last status           RUNNING")


async def test_a_task_that_ecs_forgot_and_an_instance_that_is_gone(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        old = find(
            demo,
            driver,
            lambda job: (
                job["status"] == "SUCCEEDED"
                and "containerInstanceArn" in job.get("container", {})
                and job["stoppedAt"] < (demo.clock.now() - 7200) * 1000
            ),
        )
        await open_host(driver, old)
        await driver.until_text(
            "ECS has forgotten this task", "ECS does not know it any more", "Only the container instance tells"
        )


async def test_a_lost_host_is_known_by_the_reason(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        lost = find(
            demo,
            driver,
            lambda job: (
                "container" in job
                and job["status"] == "FAILED"
                and job["attempts"]
                and job["attempts"][-1].get("statusReason", "").startswith("Host EC2")
            ),
        )
        reason = described(demo, lost)["attempts"][-1]["statusReason"]
        await open_host(driver, lost)
        await driver.until_text("InstanceDetails:instanceId=" + reason.split("instance ")[1].split(")")[0])


async def test_pods_are_told_with_what_looks_at_them(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        job = described(
            demo, find(demo, driver, lambda job: "eksProperties" in job and job["status"] == "RUNNING")
        )
        pod = job["eksProperties"]["podProperties"]
        await open_host(driver, job["jobId"])
        await driver.until_text(
            pod["podName"],
            pod["nodeName"],
            f"kubectl describe pod {pod['podName']} --namespace portal-batch",
            f"kubectl exec -it {pod['podName']} --namespace portal-batch --container main -- /bin/sh",
            "aws eks update-kubeconfig --region us-east-1 --name portal",
        )
        assert calls(demo) == [0, 0, 0]


async def test_parents_and_jobs_that_wait_have_no_host(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        for kind, words in (
            ("array parent", "An array parent has no host itself"),
            ("multi-node", "each node tells of its own"),
            ("runnable", "Nowhere yet"),
        ):
            await open_host(driver, find(demo, driver, KINDS[kind]))
            await driver.until_text(words)
        assert calls(demo) == [0, 0, 0]


async def test_a_node_and_a_child_have_hosts_of_their_own(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=TALL) as driver:
        await driver.until_live()
        nodes = find(demo, driver, lambda job: "nodeProperties" in job and job.get("attempts"))
        parent = find(demo, driver, lambda job: job.get("arrayProperties", {}).get("size"))
        for job_id in (f"{nodes}#1", f"{parent}:0"):
            place = described(demo, job_id)
            arn = place["container"].get("taskArn") or place["attempts"][-1]["container"]["taskArn"]
            await open_host(driver, job_id)
            await driver.until_text(arn)


async def test_names_that_would_steer_the_terminal_or_a_shell_do_neither(demo: DemoWorld) -> None:
    hostile = '{"tasks": [{"taskArn": "arn:aws:ecs:us-east-1:1:task/c/t", "lastStatus": "RUNNING", ' + (
        '"stoppedReason": "\\u001b[2J[red]x[/red]", "enableExecuteCommand": true, '
        '"containers": [{"name": "a; rm -rf \\u001b]0;x\\u0007", "lastStatus": "RUNNING"}]}], "failures": []}'
    )
    demo.fault("DescribeTasks", status=200, body=hostile, content_type="application/x-amz-json-1.1")
    async with running(demo, settings=PATIENT, size=(200, 120)) as driver:
        await driver.until_live()
        await open_host(driver, find(demo, driver, runs_on_ec2))
        await driver.until_text("�[2J[red]x[/red]", "--container 'a; rm -rf �]0;x�'")
        assert "\x1b" not in driver.text


@pytest.mark.parametrize("size", slow_after(1, [(80, 24), (120, 35), (200, 50)]))
@pytest.mark.parametrize("theme", ["batchtui-dark", "batchtui-light"])
async def test_every_size_and_theme(demo: DemoWorld, size: tuple[int, int], theme: str) -> None:
    settings = Settings(max_calls_per_second=50.0, refresh=3600.0, theme=theme)
    async with running(demo, settings=settings, size=size) as driver:
        await driver.until_live()
        await open_host(driver, find(demo, driver, runs_on_ec2))
        await driver.until_text("Overview", "JSON", "▐Host▌", "Runs on")
        await driver.press("G")
        await driver.until_text("Details:instanceId=")
