"""The case record's application, put together for every scene without paying for it every time."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from fastapi import FastAPI
from jinja2 import Environment
from starlette.routing import BaseRoute

from casestore.app import create_app
from casestore.settings import Settings

ROUTES: Final[dict[int, BaseRoute]] = {}
"""By router: FastAPI reads the signatures of its routes anew for every app that it is in."""

TEMPLATES: Final[list[Environment]] = []
"""The first that was made, with the templates that have been read."""


def record_app(settings: Settings, clock: Callable[[], datetime]) -> FastAPI:
    """Make the real application; it shares with the others only what remembers nothing.

    Its routes do not look at its `dependency_overrides`.
    """
    app = create_app(settings, clock=clock)
    for place, route in enumerate(app.router.routes):
        if (router := getattr(route, "original_router", None)) is not None:
            app.router.routes[place] = ROUTES.setdefault(id(router), route)
    TEMPLATES.append(app.state.templates)
    del TEMPLATES[1:]
    app.state.templates = TEMPLATES[0]
    return app
