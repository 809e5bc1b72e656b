"""An order from the page: a JSON object, and only that, so that no other site's form gives any."""

import json
from typing import Any

from starlette.requests import Request

Json = dict[str, Any]


async def order_of(request: Request) -> Json | None:
    """The object that was sent; None for anything else."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return None
    try:
        order = json.loads(await request.body())
    except (ValueError, RecursionError):
        return None
    return order if isinstance(order, dict) else None
