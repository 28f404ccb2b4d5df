"""The port in the hands of strangers: raw bytes, wrong keys, slow senders, too many of them."""

from __future__ import annotations

import asyncio
import gc
import json
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import pytest
from botocore.exceptions import ClientError

from batchtui.demo import gate
from batchtui.demo.clock import ManualClock
from batchtui.demo.scenario import build_account
from batchtui.demo.server import DemoServer, _wind_up, serve_in_thread

from .conftest import Demo
from .signed import signed_headers

PATH = "/v1/describejobqueues"


@contextmanager
def connected(demo: Demo) -> Iterator[socket.socket]:
    address = ("127.0.0.1", int(demo.endpoint.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=10) as opened:
        yield opened


def answer(opened: socket.socket) -> bytes:
    """What comes until the other side closes or has answered."""
    found = b""
    while b"\r\n\r\n" not in found:
        try:
            part = opened.recv(65536)
        except ConnectionResetError:
            break
        if not part:
            break
        found += part
    return found


def request(headers: dict[str, str], body: bytes = b"{}", **more: str) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers | more).items())
    return f"POST {PATH} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


def works(demo: Demo) -> bool:
    return bool(demo.batch.describe_job_queues()["jobQueues"])


def test_it_listens_on_loopback_alone(demo: Demo) -> None:
    port = int(demo.endpoint.url.rpartition(":")[2])
    listening = [
        line.split()[1]
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F:{port:04X}"], "127.0.0.1 and nothing else"


@pytest.mark.parametrize("service", ["batch", "logs", "sts"])
def test_the_right_key_id_with_another_secret_is_refused(demo: Demo, service: str) -> None:
    call = {"batch": "describe_job_queues", "logs": "describe_log_groups", "sts": "get_caller_identity"}[service]
    import boto3

    client = boto3.client(
        service,
        endpoint_url=demo.endpoint.url,
        region_name=demo.endpoint.region,
        aws_access_key_id=demo.endpoint.access_key_id,
        aws_secret_access_key="demo",
    )
    with pytest.raises(ClientError, match="signature we calculated does not match") as caught:
        getattr(client, call)()
    client.close()
    code = "SignatureDoesNotMatch" if service == "sts" else "InvalidSignatureException"
    assert caught.value.response["Error"]["Code"] == code


def test_no_part_of_a_signed_request_can_be_changed(demo: Demo) -> None:
    signed = signed_headers(demo.endpoint, PATH, b"{}")
    host = {"Host": demo.endpoint.url.removeprefix("http://")}
    good = signed | host
    changed = [
        request(good, b'{"a": 1}'),
        request(good | {"Host": "localhost"}),
        request(good | {"X-Amz-Date": "20261121T000000Z"}),
        request(good).replace(PATH.encode(), b"/v1/describecomputeenvironments"),
        request(good).replace(PATH.encode(), PATH.encode() + b"?a=b"),
        request(good | {"Authorization": good["Authorization"].replace("host;", "")}),
        request(host | {"Authorization": good["Authorization"].partition(",")[0]}),
    ]
    with connected(demo) as opened:
        opened.sendall(request(good))
        assert answer(opened).startswith(b"HTTP/1.1 200")
    for each in changed:
        with connected(demo) as opened:
            opened.sendall(each)
            assert answer(opened).startswith(b"HTTP/1.1 403"), each


def test_every_account_has_a_key_of_its_own(demo: Demo) -> None:
    from batchtui.demo.server import DemoServer, serve_in_thread

    with serve_in_thread(DemoServer(demo.account)) as other:
        assert other.secret_access_key != demo.endpoint.secret_access_key
        assert len(other.secret_access_key) == 40


HEAD = b"POST /v1/listjobs HTTP/1.1\r\nHost: x\r\n"
CHUNKS = b"".join(b"10000\r\n" + b"x" * 65536 + b"\r\n" for _ in range(17)) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b"".join(b"X-%d: y\r\n" % number for number in range(5000)) + b"\r\n", b"400"),
        (HEAD + b"X: " + b"y" * 100_000 + b"\r\n\r\n", b"400"),
        (b"POST /" + b"y" * 100_000, b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00" * 50, b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS, b"413"),
        (HEAD + b"Content-Length: 1000000000\r\n\r\n" + b"x" * 1_100_000, b"413"),
    ],
    ids=["headers", "header", "line", "no HTTP", "chunks", "length"],
)
def test_too_much_is_refused_without_a_word_on_the_terminal(
    demo: Demo, capfd: pytest.CaptureFixture[str], sent: bytes, status: bytes
) -> None:
    with connected(demo) as opened:
        with suppress(OSError):  # it was refused before all of it was sent
            opened.sendall(sent)
        assert answer(opened).partition(b" ")[2].startswith(status)
    assert works(demo)
    assert capfd.readouterr() == ("", "")


def test_who_is_slow_is_not_waited_for(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "REQUEST_SECONDS", 0.2)
    monkeypatch.setattr("batchtui.demo.server.REQUEST_SECONDS", 0.2)
    for begun in (b"", b"POST /v1/listjobs HTTP/1.1\r\nHo", HEAD + b"Content-Length: 10\r\n\r\nx"):
        with connected(demo) as opened:
            opened.sendall(begun)
            assert answer(opened) == b"", begun
    assert works(demo)


def test_idle_connections_keep_nobody_out(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST_CONNECTIONS", 3)
    address = ("127.0.0.1", int(demo.endpoint.url.rpartition(":")[2]))
    sockets = [socket.create_connection(address, timeout=10) for _ in range(8)]
    try:
        for first in sockets[:5]:
            assert answer(first) == b"", "the longest idle ones had to go"
        assert select.select(sockets[5:], [], [], 0)[0] == []
        assert works(demo)
    finally:
        for opened in sockets:
            opened.close()


def test_those_that_are_being_answered_are_not_sent_away(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    from batchtui.demo.faults import Fault

    monkeypatch.setattr(gate, "MOST_CONNECTIONS", 2)
    demo.fault.append(lambda op: Fault(delay=1.0))
    signed = signed_headers(demo.endpoint, PATH, b"{}") | {"Host": demo.endpoint.url.removeprefix("http://")}
    with connected(demo) as first, connected(demo) as second:
        first.sendall(request(signed))
        second.sendall(request(signed))
        until = monotonic() + 10
        while demo.server.calls["DescribeJobQueues"] < 2:
            assert monotonic() < until
        with connected(demo) as third:
            assert third.recv(1) == b""
        assert answer(first).startswith(b"HTTP/1.1 200")
        assert answer(second).startswith(b"HTTP/1.1 200")


def test_names_that_are_no_operations_take_no_memory(demo: Demo) -> None:
    for number in range(20):
        with connected(demo) as opened:
            opened.sendall(f"POST /v1/{number} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}".encode())
            assert json.loads(answer(opened).partition(b"\r\n\r\n")[2] or b"{}") is not None
    assert demo.server.calls == {"unknown": 20}


@pytest.mark.parametrize("turns", range(5))
def test_who_comes_while_it_closes_is_turned_out(turns: int) -> None:
    """After any number of turns of the event loop no socket is left behind, which would be a warning."""
    server = DemoServer(build_account(clock=ManualClock(), jobs=10))

    async def come(port: int) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", port), timeout=10)
        for _ in range(turns):
            await asyncio.sleep(0)
        await _wind_up(server)
        return opened

    with serve_in_thread(server) as endpoint:
        port = int(endpoint.url.rpartition(":")[2])
        opened = asyncio.run_coroutine_threadsafe(come(port), server.loop).result(timeout=10)
    with opened, suppress(ConnectionResetError):
        assert opened.recv(1) == b""
    gc.collect()
