"""Addresses of the console's pages, by partition, and quoted."""

import pytest

from batchtui.aws.endpoints import is_of_aws
from batchtui.model.console import batch_page, cluster_page, log_page, partition_of, task_page
from batchtui.ui.details.below import pages_below
from batchtui.ui.open_console import has_browser_here

QUEUE = "arn:aws:batch:eu-west-1:111122223333:job-queue/high"


@pytest.mark.parametrize(
    ("region", "partition", "host"),
    [
        ("eu-west-1", "aws", "eu-west-1.console.aws.amazon.com"),
        ("cn-north-1", "aws-cn", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "aws-us-gov", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_each_partition_has_a_console_of_its_own(region: str, partition: str, host: str) -> None:
    assert partition_of(region) == partition
    job = batch_page("job", region, "1a2b:7")
    assert job == f"https://{host}/batch/home?region={region}#jobs/detail/1a2b:7"
    assert task_page(region, f"arn:{partition}:ecs:{region}:1:task/genomics/abc") == (
        f"https://{host}/ecs/v2/clusters/genomics/tasks/abc?region={region}"
    )


def test_what_is_known_by_its_arn_is_asked_for_by_it() -> None:
    home = "https://eu-west-1.console.aws.amazon.com/batch/home?region=eu-west-1#"
    assert batch_page("queue", "eu-west-1", QUEUE) == f"{home}queues/detail/{QUEUE}"
    environment = QUEUE.replace("job-queue/high", "compute-environment/spot")
    assert (
        batch_page("environment", "eu-west-1", environment) == f"{home}compute-environments/detail/{environment}"
    )
    definition = QUEUE.replace("job-queue/high", "job-definition/align:3")
    assert batch_page("definition", "eu-west-1", definition) == f"{home}job-definition/detail/{definition}"
    assert batch_page("queue", "eu-west-1", "high") is None
    assert batch_page("scheduling-policy", "eu-west-1", QUEUE) is None


def test_a_log_is_quoted_twice_as_cloudwatch_wants_it() -> None:
    assert log_page("us-east-1", "/aws/batch/job", "align/default/0a1b é") == (
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
        "#logsV2:log-groups/log-group/$252Faws$252Fbatch$252Fjob"
        "/log-events/align$252Fdefault$252F0a1b$2520$25C3$25A9"
    )
    whole_group = log_page("us-east-1", "/aws/batch/job", None)
    assert whole_group is not None
    assert whole_group.endswith("log-group/$252Faws$252Fbatch$252Fjob")
    assert log_page("us-east-1", "", "stream") is None


def test_nothing_that_a_name_holds_becomes_part_of_the_address() -> None:
    assert batch_page("job", "us-east-1", "a b?x=1#y&<") == (
        "https://us-east-1.console.aws.amazon.com/batch/home?region=us-east-1#jobs/detail/a%20b%3Fx%3D1%23y%26%3C"
    )
    evil = cluster_page("evil.example/x?", "c")
    assert evil is not None
    assert evil.startswith("https://evil.example%2Fx%3F.console.aws.amazon.com/")


def test_isolated_regions_and_no_region_have_no_page() -> None:
    for region in ("us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", ""):
        assert batch_page("job", region, "1") is None
        assert cluster_page(region, "c") is None
        assert log_page(region, "g", "s") is None


def test_tasks_of_old_arns_are_in_the_cluster_that_is_named_else_in_the_default_one() -> None:
    old = "arn:aws:ecs:us-east-1:1:task/abc"
    assert task_page("us-east-1", old, "arn:aws:ecs:us-east-1:1:cluster/big") == (
        "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/big/tasks/abc?region=us-east-1"
    )
    assert "/clusters/default/tasks/abc" in (task_page("us-east-1", old) or "")


def test_what_a_job_and_an_environment_run_on() -> None:
    task = "arn:aws:ecs:us-east-1:1:task/big/abc"
    below = pages_below("job", {"jobId": "1", "jobName": "n", "status": "RUNNING", "container": {"taskArn": task}})
    assert below is not None
    assert below[1]("us-east-1") == task_page("us-east-1", task)
    cluster = "arn:aws:ecs:us-east-1:1:cluster/big"
    below = pages_below("environment", {"ecsClusterArn": cluster})
    assert below is not None
    assert below[1]("us-east-1") == cluster_page("us-east-1", cluster)
    assert pages_below("job", {}) is None
    assert pages_below("queue", {"ecsClusterArn": cluster}) is None


def test_only_what_is_at_aws_has_a_console() -> None:
    assert is_of_aws("https://batch.eu-west-1.amazonaws.com")
    assert is_of_aws("https://batch.cn-north-1.amazonaws.com.cn")
    assert is_of_aws("https://vpce-1.batch.eu-west-1.vpce.amazonaws.com")
    for url in ("http://127.0.0.1:5000", "http://localhost", "https://amazonaws.com.evil.example", "x"):
        assert not is_of_aws(url)


def test_a_browser_is_opened_only_where_it_is_seen() -> None:
    assert has_browser_here({"DISPLAY": ":0"}, "linux")
    assert has_browser_here({"WAYLAND_DISPLAY": "w"}, "linux")
    assert has_browser_here({}, "darwin")
    assert not has_browser_here({}, "linux")
    assert not has_browser_here({"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, "linux")
    assert not has_browser_here({"SSH_TTY": "/dev/pts/1"}, "darwin")
