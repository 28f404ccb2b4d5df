"""An endpoint on loopback in a process of its own, so that what it costs is not counted with what is measured."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from aiohttp import web

from benchmarks.environment import ROOT


@asynccontextmanager
async def process_of(module: str, *arguments: object) -> AsyncIterator[str]:
    """Starts a module that ends with ``serve_until_closed``; gives the URL."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *map(str, arguments)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


async def serve_until_closed(serving: AbstractAsyncContextManager[str]) -> None:
    """Prints the URL of what is served, and serves it until the input ends."""
    async with serving as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def listening(handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Listens on a free port of loopback; gives the URL."""
    server = web.Server(handler, access_log=None)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        await server.shutdown(timeout=0.05)
        listener.close()
