"""The case store as a web application: put together here, and nothing happens at import."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from casestore.at_once import AT_ONCE
from casestore.backup.serving import serving
from casestore.keys_rotating import kept
from casestore.opening import opened_store
from casestore.people.meanwhile import compared
from casestore.problems import answer_problems, problem_response
from casestore.repeats.keeping import swept
from casestore.routing import Rest, laid_out
from casestore.settings import Settings
from casestore.templating import HERE, GuardedPages
from casestore.times import Clock, utc_now
from casestore.users.sessions import LogInFirst

if TYPE_CHECKING:
    from jinja2 import Environment

# On by default (FastAPI, "telemetry"): it would tell errors with their texts.
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


def create_app(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, compares: bool = True
) -> FastAPI:
    """
    Make the application; its database and keys are opened when it starts to serve.

    `compares`: whether it goes through the persons meanwhile, to find those who may be one.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with serving(settings.keyring):
            async with (
                opened_store(settings, clock) as store,
                kept(store),
                swept(store),
                compared(store) if compares else nullcontext(),
            ):
                app.state.store = store
                yield

    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry=NO_TELEMETRY,
    )
    app.state.provider = _provider(settings, clock)
    # Made when somebody first asks for it.
    app.state.templates = cache(_templates)
    app.state.described = cache(_described)
    app.add_middleware(GuardedPages)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    app.router.routes += [*laid_out(AT_ONCE), Rest(app.router, _rest)]
    answer_problems(app)
    app.add_exception_handler(LogInFirst, _log_in_first)
    return app


async def _log_in_first(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/") or "x-live" in request.headers:
        return problem_response(401, "log-in-first")
    return RedirectResponse(error.where if isinstance(error, LogInFirst) else "/login", 303)


def _rest() -> Sequence[BaseRoute]:
    """The pages of employees and youths, and the API: a third of all that there is to bring in."""
    from casestore.routers import ROUTERS

    return laid_out(ROUTERS[len(AT_ONCE) :])


def _templates() -> "Environment":
    from casestore.rendering import environment

    return environment()


def _described() -> dict[str, Any]:
    from casestore.openapi.describing import describe
    from casestore.routers import ROUTERS

    return describe(ROUTERS)


def _provider(settings: Settings, clock: Clock) -> Any:
    if settings.oidc is None:
        return None
    from casestore.oidc.provider import Provider

    return Provider(settings.oidc, clock)
