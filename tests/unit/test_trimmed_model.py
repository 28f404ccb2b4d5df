"""A model without what is not used is the same as the whole one for what is."""

import gc
import tracemalloc
from typing import Any

import botocore.session
import pytest

from batchtui.aws import models
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.trimmed_model import USED, trim_model


def described(shape: Any, seen: tuple[str, ...] = ()) -> Any:
    """A shape with everything below it."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    below = (*seen, shape.name)
    if shape.type_name == "structure":
        return {name: described(member, below) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [described(shape.member, below), shape.serialization]
    return (shape.type_name, shape.name, shape.serialization)


@pytest.mark.parametrize("service", USED)
def test_what_is_used_is_all_there_and_nothing_else(service: str) -> None:
    whole, trimmed = botocore.session.get_session(), botocore.session.get_session()
    trim_model(trimmed, service)
    trim_model(trimmed, service)
    full, small = (session.get_service_model(service) for session in (whole, trimmed))
    assert set(small.operation_names) == set(USED[service])
    assert len(full.operation_names) > 100
    for name in USED[service]:
        one, other = full.operation_model(name), small.operation_model(name)
        assert described(one.input_shape) == described(other.input_shape)
        assert described(one.output_shape) == described(other.output_shape)
        assert [shape.name for shape in one.error_shapes] == [shape.name for shape in other.error_shapes]


async def test_the_client_has_what_its_gateway_asks_for_and_takes_little_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(models, "_LOADERS", {})  # another test may have read it
    settings = ConnectionSettings(None, "x", "http://127.0.0.1:9", access_key_id="a", secret_access_key="b")
    connection = Connection(settings)
    await connection.client("batch")
    tracemalloc.start()
    try:
        client = await connection.client("ec2")
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert set(client.meta.service_model.operation_names) == set(USED["ec2"])
    assert taken < 5_000_000, taken
    await connection.close()
