"""botocore's models of AWS's services, read once however often one connects, and without a look at all of them."""

from collections.abc import Container, Iterator
from threading import Lock
from typing import Any

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader

from batchtui.aws.iam_model import IAM_MODEL

_LOADERS: dict[tuple[str, ...], "ModelLoader"] = {}
_LOCK = Lock()


class _Available(Container[str]):
    """The services that there are, of which one is looked for alone."""

    def __init__(self, loader: "ModelLoader", type_name: str) -> None:
        self._loader = loader
        self._type_name = type_name

    def __contains__(self, service: object) -> bool:
        try:
            return bool(self._loader.list_api_versions(service, self._type_name))
        except DataNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(self._loader.walk(self._type_name))


class ModelLoader(Loader):  # type: ignore[misc]  # botocore has no types
    """botocore's loader, without its walk.

    To know that one service is there it goes through the folders of all four hundred, anew for each of the five
    kinds of their files: that took longer than reading what was looked for.
    """

    def list_available_services(self, type_name: str) -> _Available:
        return _Available(self, type_name)

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        if (service_name, type_name) == ("iam", "service-2"):
            return IAM_MODEL
        if service_name not in self.list_available_services(type_name):  # botocore would name all others
            raise UnknownServiceError(service_name=service_name, known_service_names="")
        return super().load_service_model(service_name, type_name, api_version)

    def walk(self, type_name: str) -> list[str]:
        """The names of all services."""
        found: list[str] = super().list_available_services(type_name)
        return found


def loader_for(own: Loader) -> ModelLoader:
    """What takes the place of a session's own loader: the same for all that look in the same folders.

    What it has read stays, also across sessions: a model is the same before and after credentials are renewed.
    """
    key = tuple(own.search_paths)
    with _LOCK:
        if key not in _LOADERS:
            _LOADERS[key] = ModelLoader(list(key), include_default_search_paths=False)
        return _LOADERS[key]
