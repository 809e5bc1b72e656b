"""
The least that keeps what it is told before it says so, and passes it on in order.

No secret, no keys, nothing understood but the words, and no way back; a row in, a post, the row
out again. What relaying costs here is what it costs before anything is promised to anybody.
"""

import asyncio
import json
from collections import defaultdict
from functools import partial
from typing import Any

import aiohttp
from fastapi import FastAPI, Request, Response

from benchmarks.bodies import SLACK_TOKEN, TELEGRAM_PATH
from benchmarks.contestants import SLACK, listen, run
from benchmarks.contestants.plain import Gathering, opened
from benchmarks.standins import ROOM

POST = f"{SLACK}/chat.postMessage"
HEADERS = {"Authorization": f"Bearer {SLACK_TOKEN}"}

root_of: dict[int, str] = {}
turn_of: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
"""One post at a time for each youth; a lock lets them through in the order they came."""


async def passed_on(http: aiohttp.ClientSession, message: dict[str, Any]) -> None:
    chat = message["chat"]["id"]
    told = {"channel": ROOM, "text": message["text"], "thread_ts": root_of.get(chat)}
    async with http.post(POST, json=told, headers=HEADERS) as answer:
        posted = await answer.json()
    root_of.setdefault(chat, posted["ts"])


async def main() -> None:
    store = await opened()
    turn = asyncio.Lock()
    kept = Gathering(partial(store.write, store.insert), turn)
    done = Gathering(partial(store.write, store.remove), turn)
    web, going = FastAPI(), set[asyncio.Task[None]]()
    async with aiohttp.ClientSession() as http:

        async def carry(update: dict[str, Any]) -> None:
            async with turn_of[update["message"]["chat"]["id"]]:
                await passed_on(http, update["message"])
            await done.accept((update["update_id"],))

        @web.post(TELEGRAM_PATH)
        async def accept(request: Request) -> Response:
            body = await request.body()
            update = json.loads(body)
            await kept.accept((update["update_id"], body))
            task = asyncio.create_task(carry(update))
            going.add(task)
            task.add_done_callback(going.discard)
            return Response()

        @web.get("/health")
        async def health() -> Response:
            return Response()

        await listen(web)


if __name__ == "__main__":
    run(main)
