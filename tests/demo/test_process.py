"""The account in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from batchtui.demo.process import DemoStartError, demo_process

ROOT = Path(__file__).resolve().parents[2]


def _queues(url: str, region: str, key: str, secret: str) -> int:
    client = boto3.client(
        "batch", endpoint_url=url, region_name=region, aws_access_key_id=key, aws_secret_access_key=secret
    )
    try:
        return len(client.describe_job_queues()["jobQueues"])
    finally:
        client.close()


async def test_it_serves_and_ends_with_its_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # nothing may depend on the working directory
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')")
    async with demo_process(jobs=50, seed=3, queues=4) as endpoint:
        assert endpoint.url.startswith("http://127.0.0.1:")
        found = await asyncio.to_thread(
            _queues, endpoint.url, endpoint.region, endpoint.access_key_id, endpoint.secret_access_key
        )
        assert found == 4
        port = int(endpoint.url.rpartition(":")[2])
    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_it_ends_when_the_block_fails() -> None:
    with pytest.raises(KeyError):
        async with demo_process(jobs=10) as endpoint:
            raise KeyError(endpoint.url)


async def test_why_it_does_not_start_is_one_sentence() -> None:
    with pytest.raises(DemoStartError, match="10 to 200,000 jobs, not 3"):
        async with demo_process(jobs=3):
            pass


def test_it_ends_when_its_standard_input_does() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "batchtui.demo", "--jobs", "10"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        assert set(line) == {"url", "region", "access_key_id", "secret_access_key"}
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_in_the_foreground_it_outlives_its_standard_input() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "batchtui.demo", "--jobs", "10", "--foreground"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        assert _queues(line["url"], line["region"], line["access_key_id"], line["secret_access_key"]) == 6
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_a_port_that_is_taken_is_one_sentence() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [sys.executable, "-m", "batchtui.demo", "--jobs", "10", "--port", str(taken.getsockname()[1])],
            stdin=subprocess.PIPE,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "address already in use" in done.stderr
