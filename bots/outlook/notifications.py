"""
Graph calls us: whether it is Graph, and what we are to do. Nothing here knows a web framework.

A call holds no words, so there is nothing to keep: we are woken, and ask. It is answered at once,
for whoever is slow is called less («Receive change notifications through webhooks», throttling).
"""

import hmac
import logging
from collections.abc import Callable
from typing import Final

from bots.values import from_outside, listed, said
from bridge.ports import Call, Reply

MAX_DEPTH: Final = 16
LONGEST: Final = 2048
"""Characters of a token that is sent back."""

Told = Callable[[str], None]
"""What is told of: `""` that something has come, or the name of a lifecycle event."""

log = logging.getLogger(__name__)


def state(secret: str, mailbox: str) -> str:
    """
    What Graph is to say with each call (`clientState`): ours alone, and the same after a restart.
    """
    return hmac.new(secret.encode(), f"outlook {mailbox}".encode(), "sha256").hexdigest()


def receive(call: Call, *, state: str, told: Told) -> Reply:
    token = call.query.get("validationToken")
    if token is not None:
        return _proved(token)
    asked = from_outside(call.body, deepest=MAX_DEPTH)
    if asked is None:
        return _refused(400, "form")
    known = [each for each in listed(asked, "value") if _is_graph(each, state)]
    if not known:
        return _refused(401, "state")
    for event in {said(each, "lifecycleEvent") for each in known}:
        told(event)
    return Reply(status=202)


def _proved(token: str) -> Reply:
    """Graph asks whether the address is ours; it is told the same, as nothing but text."""
    if not (0 < len(token) <= LONGEST and token.isprintable()):
        return Reply(status=400)
    return Reply(status=200, body=token.encode("utf-8", "replace"), type="text/plain")


def _is_graph(each: object, state: str) -> bool:
    told = said(each, "clientState").encode("utf-8", "replace")
    return bool(state) and hmac.compare_digest(told, state.encode())


def _refused(status: int, why: str) -> Reply:
    log.warning("refused status=%d why=%s", status, why)
    return Reply(status=status)
