"""The demo account as the soak needs it: in the same event loop, its time to be stopped, its changes noted."""

import json
import time
from typing import Any, NamedTuple

from aiohttp import web

from batchtui.demo.server import Call, DemoServer

CHANGES = frozenset(
    {"SubmitJob", "TerminateJob", "TerminateJobs", "CancelJob", "CancelJobs"}
    | {"UpdateJobQueue", "UpdateComputeEnvironment", "DeregisterJobDefinition", "UpdateServiceJob"}
    | {"TerminateServiceJob", "SubmitServiceJob", "UpdateConsumableResource", "ExecuteCommand"}
)


class StoppableClock:
    """The swift time, until it is stopped."""

    def __init__(self) -> None:
        self._stopped: float | None = None

    def now(self) -> float:
        return time.time() if self._stopped is None else self._stopped

    def stop(self) -> None:
        self._stopped = time.time()


class Done(NamedTuple):
    """A change that the account carried out."""

    operation: str
    asked: dict[str, Any]
    answer: dict[str, Any]


class NotingServer(DemoServer):
    """Notes what it carries out, whether the answer arrives or not."""

    done: list[Done]

    def _answer(self, request: web.BaseRequest, call: Call, request_id: str) -> web.Response:
        answer = super()._answer(request, call, request_id)
        if call.operation in CHANGES and answer.status == 200:
            self.done.append(Done(call.operation, json.loads(call.body), json.loads(answer.text or "{}")))
        return answer
