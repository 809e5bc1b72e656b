"""The case store as a web application: put together here, and nothing happens at import."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from casestore import health
from casestore.consents import routes as consents
from casestore.contacts import routes as contacts
from casestore.deletions import routes as deletions
from casestore.journal import pages as journal_pages
from casestore.journal import routes as journal
from casestore.links import pages as links_pages
from casestore.links import routes as links
from casestore.opening import opened_store
from casestore.problems import answer_problems, problem_response
from casestore.requests import routes as requests
from casestore.reviews import pages as reviews_pages
from casestore.reviews import routes as reviews
from casestore.settings import Settings
from casestore.stuck import routes as stuck
from casestore.tasks import pages as tasks_pages
from casestore.templating import HERE, GuardedPages, environment
from casestore.times import utc_now
from casestore.transfers import export, verifying
from casestore.transfers import pages as transfers_pages
from casestore.transfers import routes as transfers
from casestore.users import pages as users_pages
from casestore.users.sessions import LogInFirst

# On by default (FastAPI, "telemetry"): it would tell errors with their texts.
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}

ROUTERS = (
    health.router,
    consents.router,
    contacts.router,
    requests.router,
    journal.router,
    transfers.router,
    stuck.router,
    links.router,
    deletions.router,
    reviews.router,
    users_pages.router,
    # Before the log's own pages, whose last address takes any conversation id.
    export.router,
    verifying.router,
    transfers_pages.router,
    journal_pages.router,
    tasks_pages.router,
    reviews_pages.router,
    links_pages.router,
)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """Make the application; its database and keys are opened when it starts to serve."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened_store(settings, clock) as store:
            app.state.store = store
            yield

    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry=NO_TELEMETRY,
    )
    app.state.templates = environment()
    app.add_middleware(GuardedPages)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    for router in ROUTERS:
        app.include_router(router)
    answer_problems(app)
    app.add_exception_handler(LogInFirst, _log_in_first)
    return app


async def _log_in_first(request: Request, _error: Exception) -> Response:
    if request.url.path.startswith("/api/") or "x-live" in request.headers:
        return problem_response(401, "log-in-first")
    return RedirectResponse("/login", 303)
