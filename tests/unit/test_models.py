"""The models of AWS's services: the same as botocore's own, read once and without a walk through all services."""

import botocore.loaders
import botocore.session
import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader

from batchtui.aws import models
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.models import loader_for

SETTINGS = ConnectionSettings(None, "x", "http://127.0.0.1:9", access_key_id="a", secret_access_key="b")


@pytest.fixture(autouse=True)
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_LOADERS", {})


@pytest.mark.parametrize("service", ["batch", "logs", "sts", "ecs"])
def test_a_model_is_botocores_own(service: str) -> None:
    own = Loader()
    for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
        assert loader_for(own).load_service_model(service, kind) == own.load_service_model(service, kind)


def test_what_there_is_is_what_botocore_finds() -> None:
    own = Loader()
    for kind in ("service-2", "waiters-2"):
        found, whole = loader_for(own).list_available_services(kind), own.list_available_services(kind)
        assert list(found) == whole
        assert [name in found for name in ("batch", "sts", "sso-oidc", "nothing", "")] == [
            name in whole for name in ("batch", "sts", "sso-oidc", "nothing", "")
        ]
    with pytest.raises(UnknownServiceError, match="nothing"):
        loader_for(own).load_service_model("nothing", "service-2")
    with pytest.raises(DataNotFoundError):
        loader_for(own).load_data("nothing")


def test_other_folders_have_another_loader() -> None:
    assert loader_for(Loader()) is loader_for(Loader())
    assert loader_for(Loader()) is not loader_for(Loader(["/elsewhere"]))


async def test_connecting_walks_through_no_services_and_reads_a_model_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[str] = []
    read: list[str] = []
    exists, load = botocore.loaders.JSONFileLoader.exists, botocore.loaders.JSONFileLoader.load_file

    def noted_exists(self: object, path: str) -> object:
        looked_at.append(path)
        return exists(self, path)

    def noted_load(self: object, path: str) -> object:
        read.append(path)
        return load(self, path)

    monkeypatch.setattr(botocore.loaders.JSONFileLoader, "exists", noted_exists)
    monkeypatch.setattr(botocore.loaders.JSONFileLoader, "load_file", noted_load)
    connection = Connection(SETTINGS)
    first = await connection.client("batch")
    assert any("/batch/" in path for path in read)
    assert not any("/s3" in path for path in looked_at)
    assert len(looked_at) < 60, "the walk looked at thousands"
    read.clear()
    await connection.renew(first)
    await connection.client("batch")
    assert not read, "what was read stays"
    await connection.close()
