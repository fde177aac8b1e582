"""Twenty sessions that open the map at once: how long until each has its map, and what the server takes.

`python -m benchmarks.sessions [--scale 1000] [--sessions 20] [--no-browser]` measures it twice, the data being in the
server's cache. *By wire*, the server alone: clients that speak Streamlit's protocol open the heat page in one moment;
each is done when the run has ended and the map's values, geometry and weeks have arrived. *In a browser*: pages of one
Chromium that has opened the dashboard before do the same, until their maps are painted. There the twenty renderers
share the processors with the server, which readers' own machines would not.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import websockets
from playwright.async_api import async_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.screen import WINDOW, chromium
from benchmarks.servers import OURS, Server, county_url, served
from tests.serving import launch

WANTED_S, WANTED_MB = 5, 400
PAGE = "heat"
_PATIENCE_S = 180


def main() -> None:
    """Prints the medians, what the server took, and what was wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args()
    url = county_url(options.scale)
    with tempfile.TemporaryDirectory() as name, served(OURS, url, Path(name)) as server:
        empty = server.memory_mb()[0]
        print(f"{options.sessions} sessions open the {PAGE} page at once, {os.cpu_count()} cores")
        asyncio.run(_by_wire(server, options.sessions))
        if not options.no_browser:
            asyncio.run(_in_browser(server, Path(name), options.sessions))
        now, peak = server.memory_mb()
    print(f"server's memory  {now:.0f} MB (wanted: under {WANTED_MB} MB); {empty:.0f} MB before the first session,")
    print(f"                 at most {peak:.0f} MB, while it read the data")


async def _by_wire(server: Server, sessions: int) -> None:
    await _session(server.address)
    alone = await _session(server.address)
    before = server.cpu_s()
    took = await asyncio.gather(*(_session(server.address) for _ in range(sessions)))
    _print("by wire", took, alone, (server.cpu_s() - before) / sessions)


async def _in_browser(server: Server, folder: Path, sessions: int) -> None:
    async with async_playwright() as playwright:
        browser = await launch(playwright, chromium(), folder)
        context = await browser.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")
        for _ in range(3):
            page = await context.new_page()
            alone = await _painted(page, server.address)
            await page.close()
        pages = [await context.new_page() for _ in range(sessions)]
        before = server.cpu_s()
        took = await asyncio.gather(*(_painted(page, server.address) for page in pages))
        cpu_s = server.cpu_s() - before
        await browser.close()
    _print("in a browser", took, alone, cpu_s / sessions)


def _print(how: str, took: list[float], alone: float, cpu_s: float) -> None:
    spread = f"{min(took):.2f}–{max(took):.2f}"
    print(f"{how:16} median {statistics.median(took):.2f} s ({spread}) (wanted: under {WANTED_S} s); ", end="")
    print(f"one alone {alone:.2f} s; server's processor time {cpu_s * 1000:.0f} ms each", flush=True)


async def _session(address: str) -> float:
    """Seconds of one session by wire, from connecting to the last byte its map needs."""
    started = time.perf_counter()
    hello = BackMsg()
    hello.rerun_script.page_name = PAGE
    hello.rerun_script.context_info.locale = "zh-CN"
    hello.rerun_script.context_info.timezone = "Asia/Shanghai"
    hello.rerun_script.context_info.url = f"{address}/{PAGE}"
    wire = address.replace("http", "ws") + "/_stcore/stream"
    fetched: list[asyncio.Task[bytes]] = []
    async with (
        asyncio.timeout(_PATIENCE_S),
        websockets.connect(wire, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None) as connection,
    ):
        await connection.send(hello.SerializeToString())
        async for data in connection:
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.new_element.HasField("bidi_component"):
                content = json.loads(message.delta.new_element.bidi_component.json or "{}")
                blobs = [content[name] for name in ("geometry",) if name in content]
                blobs += [content["frames"]["address"]] if content.get("frames") else []
                fetched += [asyncio.create_task(asyncio.to_thread(_fetch, address, blob)) for blob in blobs]
            elif kind == "script_finished":
                break
        if not all(await asyncio.gather(*fetched)) or not fetched:
            raise SystemExit("a session ended without a map")
        return time.perf_counter() - started


def _fetch(address: str, blob: dict[str, str]) -> bytes:
    headers = {"x-grid-token": blob["token"], "accept-encoding": "gzip"}
    with urllib.request.urlopen(urllib.request.Request(address + blob["path"], headers=headers)) as answer:
        content: bytes = answer.read()
    return content


async def _painted(page: Any, address: str) -> float:
    """Seconds from going to the page to its painted map."""
    started = time.perf_counter()
    await page.goto(f"{address}/{PAGE}", wait_until="commit", timeout=_PATIENCE_S * 1000)
    await page.wait_for_selector(".gm[data-drawn]", timeout=_PATIENCE_S * 1000)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
