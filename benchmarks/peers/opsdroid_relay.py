"""
opsdroid as it is installed, with its own connectors for Telegram and Slack and one skill.

It is run by a Python of its own, which knows nothing of ours. What is changed is where the two
platforms are, which it has no setting for, and the path of Telegram's webhook, which is secret.
"""

import asyncio
import gettext
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from opsdroid.connector.slack import connector as slack  # type: ignore[import-not-found]
from opsdroid.core import OpsDroid  # type: ignore[import-not-found]

from benchmarks.bodies import SLACK_TOKEN, TELEGRAM_PATH, TELEGRAM_TOKEN

SKILL = "benchmarks.peers.opsdroid_skill"
PORT = int(os.environ.get("BENCH_PORT", "0"))


def config() -> dict[str, Any]:
    return {
        "logging": {"level": "error"},
        "module-path": os.environ["BENCH_PLACE"],
        "web": {"host": "127.0.0.1", "port": PORT},
        "connectors": {
            "telegram": {"token": TELEGRAM_TOKEN},
            "slack": {"bot-token": SLACK_TOKEN, "socket-mode": False},
        },
        "skills": {"relay": {"module": SKILL}},
    }


class Relay(OpsDroid):  # type: ignore[misc]
    async def start_connectors(self) -> None:
        telegram, place = self.get_connector("telegram"), os.environ["BENCH_TELEGRAM"]
        telegram.build_url = lambda method: f"{place}/bot{telegram.token}/{method}"
        await super().start_connectors()
        routes = self.web_server.web_app.router
        routes.add_post(TELEGRAM_PATH, telegram.telegram_webhook_handler)
        self.create_task(_tell_when_it_listens())


async def _tell_when_it_listens() -> None:
    while True:
        try:
            _, line = await asyncio.open_connection("127.0.0.1", PORT)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            break
    line.close()
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main() -> None:
    gettext.install("opsdroid")
    os.chdir(Path(os.environ["BENCH_PLACE"]))
    place = os.environ["BENCH_SLACK"]
    slack.AsyncWebClient = partial(slack.AsyncWebClient, base_url=f"{place}/")
    with Relay(config=config()) as bot:
        bot.run()


if __name__ == "__main__":
    main()
