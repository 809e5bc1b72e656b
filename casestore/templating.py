"""Pages: rendered on the server, with no script but our own small file, and kept by nobody."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from casestore.texts.phrases import _
from casestore.texts.speaking import Language, asked_for, known, speaking

if TYPE_CHECKING:
    from jinja2 import Environment

HERE: Final = Path(__file__).parent

# What a youth has chosen on a page that nobody logs in to.
LANGUAGE_COOKIE: Final = "utebru_language"

HEADERS: Final = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # Not "no-referrer": browsers would then send forms with the Origin "null".
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"cache-control", b"no-store"),
)

SAYS: Final = {
    401: (_("Logg inn først"), _("Du er ikke logget inn, eller du har vært borte en stund.")),
    403: (
        _("Ikke tilgang"),
        _(
            "Dette er det bare teamlederen som kan gjøre, eller skjemaet er for "
            "gammelt. Gå tilbake, last siden på nytt og prøv igjen."
        ),
    ),
    404: (_("Finnes ikke"), _("Siden finnes ikke, eller den er ikke din å se.")),
    409: (
        _("Gikk ikke"),
        _("Noe har endret seg siden du åpnet siden. Gå tilbake og last den på nytt."),
    ),
    413: (_("For stort"), _("Det du sendte, er for stort.")),
    422: (_("Ikke forstått"), _("Noe i adressen eller skjemaet stemmer ikke.")),
    503: (
        _("Ikke tilgjengelig nå"),
        _("Systemet svarer ikke akkurat nå. Prøv igjen om litt."),
    ),
}
OTHERWISE: Final = (
    _("Noe gikk galt"),
    _("Feilen er notert. Prøv igjen, eller si fra til den som drifter systemet."),
)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **told: Any,
) -> HTMLResponse:
    """Render a page, in the language of who asked for it."""
    templates: Environment = request.app.state.templates()
    language, at = language_of(request), request.app.state.store.clock()
    with speaking(language):
        html = templates.get_template(template).render(
            path=request.url.path, language=language.value, shown_at=at, **told
        )
    return HTMLResponse(html, status, headers)


def language_of(request: Request) -> Language:
    """Give the account's own language, or the one chosen on the page, or the browser's."""
    return (
        known(getattr(request.state, "language", None))
        or known(request.cookies.get(LANGUAGE_COOKIE))
        or asked_for(request.headers.get("accept-language", ""))
    )


def error_page(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Say in plain words that something did not go."""
    title, text = SAYS.get(status, OTHERWISE)
    kept = {k: v for k, v in (headers or {}).items() if k.lower() in {"allow", "retry-after"}}
    return page(
        request, "error.html", status=status, headers=kept, title=title, text=text, who=None
    )


class GuardedPages:
    """Gives every answer the headers that keep pages from being framed, cached or scripted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the headers to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_not_yet(message["headers"])]
            await send(message)

        await self._app(scope, receive, guarded)


def guarded(answer: Response) -> Response:
    """Give an answer the same headers: one that is made outside of everything else."""
    answer.raw_headers.extend(_not_yet(answer.raw_headers))
    return answer


def _not_yet(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    told = {name.lower() for name, _ in headers}
    return [pair for pair in HEADERS if pair[0] not in told]
