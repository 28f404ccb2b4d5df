"""Every method of every gateway, and everything that can go wrong with it."""

import asyncio
import inspect
import socket
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic
from typing import Any

import pytest

from batchtui.aws import errors
from batchtui.aws.caller import DONE_ONCE
from tests.asked import (
    ROWS,
    Asked,
    Gateways,
    Known,
    answers_nothing,
    changes,
    gateways_to,
    known_of,
    operations_in_code,
    shell_at,
)
from tests.faults import DEPTHS, FAULTS, OTHER_TYPES, PATIENCE, FaultCase, case
from tests.matrix import slow_after
from tests.worlds import DemoWorld, demo_world


@pytest.fixture(scope="module")
def account() -> Iterator[DemoWorld]:
    with demo_world(jobs=700, service_jobs=True) as world:
        yield world


@pytest.fixture(scope="module")
def known_at_first(account: DemoWorld) -> Known:
    return known_of(account)


@pytest.fixture
def known(account: DemoWorld, known_at_first: Known) -> Iterator[Known]:
    account.advance(20)  # what is being changed cannot be changed again
    yield replace(known_at_first, shell_at=shell_at(account))
    account.heal()


def test_every_operation_in_the_code_has_a_row() -> None:
    assert {row.operation for row in ROWS} == operations_in_code()


async def test_every_method_of_every_gateway_has_a_row() -> None:
    async with gateways_to("http://127.0.0.1:1", "a", "b") as gateways:
        parts = {
            "reads": gateways.reads,
            "control": gateways.control,
            "resources": gateways.resources,
            "shell": gateways.shell,
            **{f"reads.{name}": part for name, part in vars(gateways.reads).items() if "Gateway" in repr(part)},
        }
        methods = {
            f"{where}.{name}"
            for where, part in parts.items()
            for name, found in inspect.getmembers(type(part), inspect.isfunction)
            if not name.startswith("_") and name != "forbid"
        }
        assert {row.path for row in ROWS} == methods


@pytest.mark.parametrize("fault", slow_after(4, FAULTS), ids=lambda fault: fault.name)
async def test_what_comes_of_it(account: DemoWorld, known: Known, fault: FaultCase) -> None:
    """All methods at once; nothing is asked twice, every error is heard, and afterwards it works again."""
    assert account.server is not None
    key, secret = account.access_key_id, account.secret_access_key
    wrong: list[str] = []
    url = account.url if fault.make is not None else closed_port()
    async with gateways_to(url, key, secret, patience=fault.patience) as gateways:
        for variant in range(fault.variants):
            account.server.calls.clear()
            gateways.heard.clear()
            if fault.make is not None:
                account.faults[:] = [fault.make(variant)]
            begun = monotonic()
            outcomes = await asyncio.gather(
                *(row.outcome(gateways, known) for row in ROWS), return_exceptions=True
            )
            assert monotonic() - begun < len(ROWS) * PATIENCE / 2, "they wait side by side"
            wrong += [
                f"{row.operation} ({row.path}, variant {variant}): {why}"
                for row, outcome in zip(ROWS, outcomes, strict=True)
                if (why := what_is_wrong(fault, row, outcome, gateways))
            ]
            if fault.make is not None:
                asked = {name: account.server.calls[name] for name in changes()}
                wrong += [f"{name} was sent {calls} times" for name, calls in asked.items() if calls != 1]
        account.heal()
        if fault.make is not None:
            assert await gateways.reads.describe_job_queues(), "it goes on by itself"
    assert not wrong, "\n".join(wrong[:30])


@pytest.mark.slow
async def test_values_of_every_other_type(account: DemoWorld, known: Known) -> None:
    """Of each depth of each answer every member was once of each type."""
    every = replace(case("values of another type"), variants=DEPTHS * len(OTHER_TYPES))
    await test_what_comes_of_it(account, known, every)


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def is_refused_anew(fault: FaultCase, row: Asked, outcome: Any) -> bool:
    """Whether the account was right to refuse it: what is asked in every variant was done in the first."""
    return fault.variants > 1 and row.operation in changes() and type(outcome) is errors.InvalidRequestError


def what_is_wrong(fault: FaultCase, row: Asked, outcome: Any, gateways: Gateways) -> str:
    expected = fault.once if row.operation in DONE_ONCE else fault.error
    if fault.name == "an empty answer" and answers_nothing(row.operation):
        expected = None
    if is_refused_anew(fault, row, outcome):
        return ""
    if not isinstance(outcome, BaseException):
        return "" if expected is None or fault.can_pass else f"no error, but {str(outcome)[:80]}"
    if expected is None or type(outcome) is not expected:
        return f"{type(outcome).__name__}: {outcome}"
    assert isinstance(outcome, errors.AwsError)
    if outcome.operation not in (row.operation, row.then):
        return f"is about {outcome.operation}"
    if row.path.startswith(("reads.ecs.", "reads.ec2.")) and isinstance(outcome, errors.AccessDeniedError):
        return ""  # a monitor need not be allowed to know: where it is asked stands that it is denied
    told = [(error.operation, error.code) for error in gateways.heard]
    return "" if (outcome.operation, outcome.code) in told else f"is not in the list: {told}"
