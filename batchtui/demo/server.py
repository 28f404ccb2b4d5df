"""The account's one port: Batch by rest-json, Logs and ECS by json 1.1, STS and EC2 by the query protocol."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import struct
import sys
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from aiohttp import web

from . import ec2_api, iam_api, sts_api
from .account import Account
from .batch_api import BatchApi
from .definitions import JSON
from .ec2_api import Ec2Api
from .ecs_api import TARGET, EcsApi
from .endpoint import DemoEndpoint
from .errors import ApiError, client_error, json_error, query_error, rest_json_error
from .faults import Fault, FaultSource
from .gate import MOST_CONNECTIONS, QUIET, REQUEST_SECONDS, Gate
from .identity import ACCESS_KEY_ID, REGION
from .logs_api import LogsApi
from .signing import authorization_of, is_signed

UNKNOWN = "unknown"
"""As which everything is counted that is no operation."""
_LOGGED = 10_000
_TURNS_TO_GATE = 4
"""Of the event loop, from a connection that is accepted to one that was turned out."""
_OK = 200
_WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
    "Key and signing method. Consult the service documentation for details."
)
_TARGETS = {"Logs_20140328.": "logs", TARGET: "ecs"}
_BY_VERSION = {ec2_api.VERSION: "ec2", iam_api.VERSION: "iam"}
_REST, _JSON, _QUERY = "application/json", "application/x-amz-json-1.1", "text/xml"


class Call(NamedTuple):
    """One request, in the terms of its protocol."""

    protocol: str
    operation: str
    """The operation's own name, such as ListJobs; empty when there is no such operation."""
    argument: str
    """What names it on the wire."""
    body: bytes
    service: str = ""
    """Where one protocol is that of several services."""


class DemoServer:
    """Serves one account on 127.0.0.1, to whoever has its key: others on this machine have not.

    Attributes:
        calls: how often each operation was asked for, by its own name.
        recent: the last requests, as the monotonic time and the operation.
    """

    def __init__(self, account: Account, *, port: int = 0, fault: FaultSource | None = None) -> None:
        self._account = account
        self._port = port
        self._fault = fault
        self._batch = BatchApi(account)
        self._logs = LogsApi(account)
        self._ec2 = Ec2Api(account)
        self._ecs = EcsApi(account, on_instance=self._ec2.remember)
        self._secret = secrets.token_urlsafe(30)
        self._gate = Gate()
        self._http: web.Server | None = None
        self._listener: asyncio.Server | None = None
        self._requests = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self.calls: Counter[str] = Counter()
        self.recent: deque[tuple[float, str]] = deque(maxlen=_LOGGED)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Where it was started."""
        assert self._loop is not None
        return self._loop

    async def start(self) -> DemoEndpoint:
        """Listen, on a free port unless one was given.

        Raises:
            OSError: when the port is taken.
        """
        self._loop = asyncio.get_running_loop()
        self._http = self._gate.http = web.Server(self._handle, access_log=None, logger=QUIET)
        self._listener = await self._loop.create_server(
            self._gate.protocol, "127.0.0.1", self._port, backlog=MOST_CONNECTIONS
        )
        self._port = self._listener.sockets[0].getsockname()[1]  # where it listens again when it was stopped
        return DemoEndpoint(f"http://127.0.0.1:{self._port}", REGION, ACCESS_KEY_ID, self._secret)

    async def stop(self) -> None:
        """Stop listening and close what is open, requests that hang included."""
        self._gate.close()
        if self._listener is not None:
            # Who was accepted is turned out at the gate. Where asyncio's listener closes before, it drops the
            # socket without closing it.
            for listening in self._listener.sockets:
                self.loop.remove_reader(listening.fileno())
            for _ in range(_TURNS_TO_GATE):
                await asyncio.sleep(0)
            self._listener.close()
        if self._http is not None:
            self._http.pre_shutdown()  # idle connections first: they would be waited for
            await self._http.shutdown(timeout=0.05)
        if self._listener is not None:
            await self._listener.wait_closed()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        transport = request.transport
        self._gate.has_request(transport)
        try:
            return await self._respond(request)
        finally:
            self._gate.await_request(transport)

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        self._requests += 1
        request_id = f"00000000-0000-4000-8000-{self._requests:012x}"
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                call = await self._parse(request)
        except web.HTTPRequestEntityTooLarge:
            error = ApiError("RequestEntityTooLargeException", "Request body exceeds 1 MB", 413)
            return _refused(_REST, error, request_id)
        except (TimeoutError, ConnectionError, web.RequestPayloadError):
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        name = call.operation or call.argument
        counted = call.operation or UNKNOWN
        self.calls[counted] += 1
        self.recent.append((time.monotonic(), counted))
        fault = self._fault(name) if self._fault is not None else None
        if fault is None:
            return self._answer(request, call, request_id)
        done = self._answer(request, call, request_id) if fault.after or fault.rewrite else None
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop or fault.reset:
            _cut_off(request.transport, is_reset=fault.reset)
            return web.Response()
        if fault.rewrite is not None and done is not None and done.status == _OK:
            done.text = fault.rewrite(done.text or "")
        if fault.body is None and not fault.status:
            return done or self._answer(request, call, request_id)
        return _faulty(call, fault, request_id)

    async def _parse(self, request: web.BaseRequest) -> Call:
        body = await request.read()
        path = request.rel_url.raw_path
        target = request.headers.get("X-Amz-Target", "")
        if target:
            operation = target.rpartition(".")[2]
            service = _TARGETS.get(target.removesuffix(operation), "")
            known = service and operation in self._by_target(service)
            return Call(_JSON, operation if known else "", operation, body, service)
        if path.startswith("/v1/tags/") and request.method == "GET":
            return Call(_REST, "ListTagsForResource", unquote(path.removeprefix("/v1/tags/")), body)
        if path.startswith("/v1/") and request.method == "POST":
            wire = path.removeprefix("/v1/")
            operation, _ = self._batch.operations.get(wire, ("", None))
            return Call(_REST, operation, wire, body)
        if path == "/" and b"Action=" in body:
            query = parse_qs(body.decode(errors="replace"))
            action = query.get("Action", [""])[0]
            version = query.get("Version", [""])[0]
            return Call(_QUERY, action, action, body, _BY_VERSION.get(version, "sts"))
        return Call(_REST, "", f"{request.method} {path}", body)

    def _by_target(self, service: str) -> dict[str, Callable[[JSON], JSON]]:
        return self._ecs.operations if service == "ecs" else self._logs.operations

    def _answer(self, request: web.BaseRequest, call: Call, request_id: str) -> web.Response:
        try:
            self._check_key(request, call)
            if not call.operation:
                raise ApiError("UnknownOperationException", f"Unknown operation {call.argument}", 404)
            self._account.advance()
            text = self._carry_out(call, request_id)
        except ApiError as error:
            return _refused(call.protocol, error, request_id, call.service)
        except Exception:
            # A fault of ours, not of the caller's: it must be seen, and the next request still served.
            traceback.print_exc(file=sys.stderr)
            mistake = ApiError("ServerException", "The simulated account made a mistake", 500)
            return _refused(call.protocol, mistake, request_id, call.service)
        return web.Response(text=text, content_type=call.protocol, headers={"x-amzn-RequestId": request_id})

    def _check_key(self, request: web.BaseRequest, call: Call) -> None:
        """The account has one key pair, and no other one is let in."""
        told = authorization_of(request.headers.get("Authorization", ""))
        if told is None:
            raise ApiError("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
        if told.key != ACCESS_KEY_ID:
            message = "The security token included in the request is invalid."
            raise ApiError("UnrecognizedClientException", message, 403)
        method, path = request.method, request.rel_url.raw_path_qs
        if not is_signed(told, self._secret, method=method, path=path, headers=request.headers, body=call.body):
            code = "SignatureDoesNotMatch" if call.protocol == _QUERY else "InvalidSignatureException"
            raise ApiError(code, _WRONG_SIGNATURE, 403)

    def _carry_out(self, call: Call, request_id: str) -> str:
        if call.service == "ec2":
            return self._ec2.answer(call.operation, call.body.decode(errors="replace"), request_id)
        if call.service == "iam":
            return iam_api.answer(call.operation, request_id)
        if call.protocol == _QUERY:
            return sts_api.answer(call.operation, request_id)
        if call.operation == "ListTagsForResource":
            return json.dumps(self._batch.list_tags(call.argument))
        parameters = _parameters(call.body)
        if call.protocol == _JSON:
            return json.dumps(self._by_target(call.service)[call.operation](parameters))
        return json.dumps(self._batch.operations[call.argument][1](parameters))


def _parameters(body: bytes) -> JSON:
    try:
        parameters = json.loads(body or b"{}")
    except ValueError:
        raise ApiError("SerializationException", "The request is not JSON") from None
    if not isinstance(parameters, dict):
        raise client_error("The request is not a JSON object")
    return parameters


def _refused(protocol: str, error: ApiError, request_id: str, service: str = "") -> web.Response:
    headers = {"x-amzn-RequestId": request_id}
    if service == "ec2":
        text = ec2_api.error(error, request_id)
    elif protocol == _QUERY:
        text = query_error(error, request_id)
    elif protocol == _JSON:
        text = json_error(error)
    else:
        text = rest_json_error(error)
        if error.code:
            headers["x-amzn-ErrorType"] = error.code
    return web.Response(text=text, status=error.status, content_type=protocol, headers=headers)


def _cut_off(transport: asyncio.BaseTransport | None, *, is_reset: bool) -> None:
    if isinstance(transport, asyncio.Transport):
        if is_reset:
            raw = transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def _faulty(call: Call, fault: Fault, request_id: str) -> web.Response:
    if fault.body is not None:
        headers = {"x-amzn-RequestId": request_id}
        return web.Response(
            text=fault.body, status=fault.status or 200, content_type=fault.content_type, headers=headers
        )
    return _refused(call.protocol, ApiError(fault.code, fault.message, fault.status), request_id, call.service)


@contextmanager
def serve_in_thread(server: DemoServer) -> Iterator[DemoEndpoint]:
    """Serve an account from an event loop in a thread of its own, for callers that are synchronous."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="demo-account", daemon=True)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(server.start(), loop).result(timeout=10)
    finally:
        asyncio.run_coroutine_threadsafe(_wind_up(server), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _wind_up(server: DemoServer) -> None:
    """Stop, and wait for the requests that were cut short, so that the loop is left with nothing pending."""
    await server.stop()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
