"""Routes that are first understood when somebody asks for them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, compile_path


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


def laid_out(routers: Iterable[APIRouter]) -> list[BaseRoute]:
    """
    Every route of them, in their order.

    A router that is included has its routes read once more, signatures and all.
    """
    return [route for router in routers for route in router.routes]
