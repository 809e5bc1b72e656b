"""
The sixty lines that a user would write instead: no disk, one dictionary each way.

python-telegram-bot behind a webhook of its own, as its example "customwebhookbot" has it, with
concurrent updates, which its users are told to turn on; slack_bolt for what comes from Slack.
"""

from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from benchmarks.bodies import (
    SLACK_PATH,
    SLACK_SECRET,
    SLACK_TOKEN,
    TELEGRAM_PATH,
    TELEGRAM_SECRET,
    TELEGRAM_TOKEN,
)
from benchmarks.contestants import SLACK, TELEGRAM, listen, run
from benchmarks.standins import ROOM

root_of: dict[int, str] = {}
chat_of: dict[str, int] = {}


async def main() -> None:
    slack = AsyncApp(token=SLACK_TOKEN, signing_secret=SLACK_SECRET)
    slack.client.base_url = SLACK + "/"
    builder = Application.builder().token(TELEGRAM_TOKEN).updater(None).concurrent_updates(True)
    telegram = builder.base_url(f"{TELEGRAM}/bot").build()

    async def to_slack(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is None:
            return
        chat = update.message.chat_id
        text = update.message.text or ""
        posted = await slack.client.chat_postMessage(
            channel=ROOM, text=text, thread_ts=root_of.get(chat)
        )
        if chat not in root_of:
            root_of[chat] = posted["ts"]
            chat_of[posted["ts"]] = chat

    async def to_telegram(event: dict[str, str]) -> None:
        chat = chat_of.get(event.get("thread_ts", ""))
        if chat is not None:
            await telegram.bot.send_message(chat, event["text"])

    telegram.add_handler(MessageHandler(filters.TEXT, to_slack))
    slack.event("message")(to_telegram)
    web, from_slack = FastAPI(), AsyncSlackRequestHandler(slack)

    @web.post(TELEGRAM_PATH)
    async def update(request: Request) -> Response:
        if request.headers.get("x-telegram-bot-api-secret-token") != TELEGRAM_SECRET:
            return Response(status_code=403)
        found = Update.de_json(await request.json(), telegram.bot)
        await telegram.update_queue.put(found)
        return Response()

    @web.post(SLACK_PATH)
    async def event(request: Request) -> Response:
        answer: Response = await from_slack.handle(request)
        return answer

    @web.get("/health")
    async def health() -> Response:
        return Response()

    async with telegram:
        await telegram.start()
        await listen(web)
        await telegram.stop()


if __name__ == "__main__":
    run(main)
