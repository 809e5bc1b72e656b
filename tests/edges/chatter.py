"""
A process in which everything talks: run as `python -m tests.edges.chatter quiet|plain`.

It holds what a real one holds, tokens, addresses and a youth's words, and lets each library
and each way of failing speak at DEBUG. What it prints is judged by test_logs.py.
"""

import asyncio
import gc
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Final

import aiohttp
import httpx
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import create_engine, text
from telegram import Bot
from telegram.request import HTTPXRequest

from bridge import logs

TELEGRAM: Final = "4711:canary-telegram-token"
SLACK: Final = "xoxb-canary-slack-token"
WORDS: Final = "canary-words-of-a-youth"
ADDRESS: Final = "canary-address"
USER: Final = {"id": 1, "first_name": WORDS, "is_bot": True}
MESSAGE: Final = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "x"}, "text": WORDS}
BODY: Final = json.dumps({"ok": True, "result": USER | MESSAGE, "url": f"wss://x/{SLACK}"})


class Refused(Exception):
    """What a library raises: it quotes what it was given."""


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    await reader.readexactly(int(length[0].split(b":")[1]) if length else 0)
    said = BODY.encode()
    writer.write(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
        b"content-length: %d\r\n\r\n%b" % (len(said), said)
    )
    await writer.drain()
    writer.close()


async def libraries(url: str) -> None:
    async with httpx.AsyncClient(timeout=60) as http:
        await http.post(f"{url}/{ADDRESS}", json={"text": WORDS})
    request = HTTPXRequest()
    bot = Bot(TELEGRAM, base_url=f"{url}/bot", request=request, get_updates_request=HTTPXRequest())
    async with bot:
        await bot.send_message(chat_id=ADDRESS, text=WORDS)
    slack = AsyncWebClient(SLACK, base_url=f"{url}/", logger=logging.getLogger("bots.slack"))
    await slack.chat_postMessage(channel=ADDRESS, text=WORDS)
    await asyncio.to_thread(
        WebClient(SLACK, base_url=f"{url}/").chat_postMessage, channel=ADDRESS, text=WORDS
    )
    app = AsyncApp(client=slack, signing_secret=ADDRESS, request_verification_enabled=False)
    await app.async_dispatch(AsyncBoltRequest(body=f'{{"type":"x","event":{{"text":"{WORDS}"}}}}'))
    async with aiohttp.ClientSession() as session, session.get(f"{url}/{ADDRESS}") as response:
        await response.read()


def database() -> None:
    engine = create_engine("sqlite://", echo=True)
    with engine.connect() as connection:
        connection.execute(text("SELECT :words"), {"words": WORDS})
    engine.dispose()


async def failures() -> None:
    """Let fail what nobody catches: a task, a callback, a destructor, a thread, a warning."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(broken_task(), name=WORDS)
    await asyncio.wait([task])
    del task
    loop.call_soon(broken)
    await asyncio.sleep(0)
    Broken()
    thread = threading.Thread(target=broken, name=WORDS)
    thread.start()
    thread.join()
    warnings.warn(f"a warning about {WORDS}", RuntimeWarning, stacklevel=1)
    gc.collect()


def ours() -> None:
    """Say what our own code says, with an error that quotes on its way through."""
    log = logs.log
    log.debug("relayed conversation=%s chars=%d", "c_1", 23)
    try:
        try:
            broken()
        except Refused as cause:
            cause.add_note(WORDS)
            raise ValueError(WORDS) from cause
    except ValueError as error:
        log.exception("could not relay conversation=%s: %s", "c_2", error)
        log.error(error)
        group = ExceptionGroup(WORDS, [error])
        log.warning("several at once", exc_info=group)


def broken() -> None:
    raise Refused(WORDS)


async def broken_task() -> None:
    broken()


class Broken:
    def __del__(self) -> None:
        broken()


async def everything() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        await libraries("http://{}:{}".format(*server.sockets[0].getsockname()))
    await asyncio.to_thread(database)
    await failures()


def main(start: Callable[[], None]) -> None:
    start()
    logging.getLogger("chatty.library").addHandler(logging.StreamHandler())
    logging.getLogger("chatty.library").error("late handler: %s", WORDS)
    ours()
    asyncio.run(everything(), debug=True)
    broken()


def quiet() -> None:
    logs.configure("DEBUG", sys.stderr)


def plain() -> None:
    logging.basicConfig(level=logging.DEBUG)


if __name__ == "__main__":
    main({"quiet": quiet, "plain": plain}[sys.argv[1]])
