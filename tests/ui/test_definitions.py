"""The detail view of job definitions: every orchestration in the words of the jobs' own tabs."""

from typing import Any

import pytest

from batchtui.model.job_definition import JobDefinition
from tests.matrix import slow_after
from tests.ui.driver import running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld

FORMS = {
    "EC2": ("bwa-mem2-align:6", ("Image", "Job role", "Environment"), ("vCPUs", "Memory")),
    "multi-container": (None, ("Task ", "Image"), ("vCPUs", "Memory")),
    "EKS": ("portal-export:8", ("Pod main", "Init wait-db", "emptyDir"), ("cpu", "memory", "serviceAccountName")),
    "multi-node": ("train-variant-ddp:3", ("Nodes 0:0", "Nodes 1:", "--worker"), ("GPUs", "sharedMemorySize")),
}


def described(demo: DemoWorld, name: str | None) -> dict[str, Any]:
    every = demo.batch.describe_job_definitions()["jobDefinitions"]
    if name is None:
        return next(each for each in every if "ecsProperties" in each)
    return next(each for each in every if f"{each['jobDefinitionName']}:{each['revision']}" == name)


@pytest.mark.parametrize("form", slow_after(1, FORMS))
async def test_every_tab_of_every_form(demo: DemoWorld, form: str) -> None:
    name, of_container, of_resources = FORMS[form]
    raw = described(demo, name)
    async with running(demo, settings=PATIENT, size=(140, 200)) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", raw["jobDefinitionArn"], "a definition")
        await driver.until_text("▐Overview▌", "Container", "Resources", "JSON", "Job definition", raw["status"])
        for value in (raw["jobDefinitionName"], raw["jobDefinitionArn"], *raw["tags"].values()):
            assert value in driver.text
        for label in ("Revision", "Orchestration", "Runs"):
            assert label in driver.text
        if "timeout" in raw:
            assert f"{raw['timeout']['attemptDurationSeconds']} s an attempt" in driver.text
        images = {container.image for container in JobDefinition.from_api(raw).containers}
        assert images
        assert all(f" {image}" in driver.text for image in images)
        assert "{" not in driver.text, "no raw JSON where there are words for it"
        await driver.press("right")
        for text in (*of_container, *images):
            assert str(text) in driver.text
        await driver.press("right")
        for text in of_resources:
            assert text in driver.text
        await driver.press("right")
        assert f'"jobDefinitionName": "{raw["jobDefinitionName"]}"' in driver.text


async def test_an_inactive_definition_says_what_that_means(demo: DemoWorld) -> None:
    raw = described(demo, "bwa-mem2-align:5")
    assert raw["status"] == "INACTIVE"
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", raw["jobDefinitionArn"], "a definition")
        await driver.until_text("INACTIVE: no job can be submitted with it")


async def test_secrets_of_a_definition_are_masked_until_asked_for(demo: DemoWorld) -> None:
    every = demo.batch.describe_job_definitions()["jobDefinitions"]
    raw = next(each for each in every if "DB_PASSWORD" in str(each))
    async with running(demo, settings=PATIENT, size=(140, 120)) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", raw["jobDefinitionArn"], "a definition")
        await driver.until_text("▐Overview▌")
        for key in ("right", "y"):  # the tab Container, and JSON
            await driver.press(key)
            assert "DB_PASSWORD" in driver.text
            assert "hunter2" not in driver.text
            await driver.press("v")
            assert "hunter2" in driver.text
            await driver.press("v")


async def test_retry_rules_stay_in_their_column(demo: DemoWorld) -> None:
    every = demo.batch.describe_job_definitions()["jobDefinitions"]
    raw = next(
        each for each in every if "onStatusReason" in str(each.get("retryStrategy")) and each["status"] == "ACTIVE"
    )
    async with running(demo, settings=PATIENT, size=(100, 60)) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", raw["jobDefinitionArn"], "a definition")
        await driver.until_text("Retry and time-out")
        lines = [line.strip("│ ") for line in driver.text.splitlines()]
        assert any(line.startswith("On" + " " * 20 + "status reason Host EC2*: retry") for line in lines)
