"""The case record's application, put together for every scene without paying for it every time."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from fastapi import FastAPI
from jinja2 import Environment

from casestore.settings import Settings
from casestore.web import create_app

TEMPLATES: Final[list[Callable[[], Environment]]] = []
"""What gives the first that was made, with the templates that have been read."""


def record_app(settings: Settings, clock: Callable[[], datetime]) -> FastAPI:
    """
    Make the real application; it shares with the others only what remembers nothing.

    Nobody is compared while a scene is played: a scene that wants it does it itself.
    """
    app = create_app(settings, clock=clock, compares=False)
    TEMPLATES.append(app.state.templates)
    del TEMPLATES[1:]
    app.state.templates = TEMPLATES[0]
    return app
