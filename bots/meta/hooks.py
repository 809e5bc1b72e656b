"""What Meta calls us with, and what it is answered: events, and wishes to be deleted."""

import json
import logging
from typing import Final

from bots.meta import deletion, deletion_page, webhook
from bots.meta.webhook import Ours
from bridge.ports import Accept, Call, Hooks, Reply

EVENTS: Final = "/meta/webhook"
DELETION: Final = "/meta/data-deletion"

log = logging.getLogger(__name__)


def hooks(
    *, app_secret: str, verify_token: str, public: str, ours: Ours, source: str, accept: Accept
) -> Hooks:
    """`source` is the channel in whose name a wish to be deleted is put on disk."""

    async def challenge(call: Call) -> Reply:
        return webhook.challenged(call.query, verify_token)

    async def events(call: Call) -> Reply:
        status = await webhook.receive(
            call.body, call.headers, secret=app_secret, ours=ours, accept=accept
        )
        return Reply(status=status)

    async def wish(call: Call) -> Reply:
        wished = deletion.wished(call.body, app_secret)
        if wished is None:
            log.warning("refused a wish to be deleted")
            return Reply(status=400)
        await accept(source, wished.event, wished.body)
        told = {
            "url": f"{public}{DELETION}?code={wished.code}", "confirmation_code": wished.code,
        }  # fmt: skip
        return Reply(status=200, body=json.dumps(told).encode())

    async def status(call: Call) -> Reply:
        code = call.query.get("code", "")
        page = deletion_page.shown(code, deletion.made_on(code, app_secret))
        return Reply(status=200, body=page, type="text/html; charset=utf-8")

    return {
        ("GET", EVENTS): challenge, ("POST", EVENTS): events,
        ("GET", DELETION): status, ("POST", DELETION): wish,
    }  # fmt: skip
