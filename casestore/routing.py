"""Routes that wait until somebody asks for them."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match, Router, compile_path
from starlette.types import Receive, Scope, Send
from typing_extensions import override


class Late(APIRoute):
    """
    A route that knows its address from the first, and the rest when it is needed.

    FastAPI makes models of all that a handler and its dependencies say they take: a millisecond
    and 30 kB for each of hundreds of routes, of which most processes are asked for few.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:
        self.path, self.endpoint = path, endpoint
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods = {method.upper() for method in told.get("methods") or ("GET",)}
        self._understand = partial(super().__init__, path, endpoint, **told)

    def __getattr__(self, name: str) -> Any:
        """Give what is missing because it was not yet understood."""
        if (understand := self.__dict__.pop("_understand", None)) is None:
            raise AttributeError(name)
        understand()
        return getattr(self, name)


class Rest(BaseRoute):
    """The last of a router's routes: all others, brought in when something is asked of them."""

    def __init__(self, router: Router, bring: Callable[[], Sequence[BaseRoute]]) -> None:
        self._router, self._bring = router, bring
        self._one_at_a_time = asyncio.Lock()

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say yes to whatever none of the first ones took."""
        return Match.FULL, {}

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make room for the others, and ask once more."""
        async with self._one_at_a_time:
            if self in self._router.routes:
                # In a thread: what else this process has to do goes on meanwhile.
                others = await asyncio.to_thread(self._bring)
                self._router.routes[-1:] = others
        await self._router(scope, receive, send)


def laid_out(routers: Iterable[APIRouter]) -> list[BaseRoute]:
    """
    Every route of them, in their order.

    A router that is included has its routes read once more, signatures and all.
    """
    return [route for router in routers for route in router.routes]
