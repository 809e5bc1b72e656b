"""Where the API's writes pass: `Once` is the class of every route that an employee's JSON takes."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from starlette.responses import Response
from typing_extensions import override

from casestore.answers import JsonRoute
from casestore.edge import FIRST, Writing
from casestore.problems import Problem
from casestore.repeats.keeping import Claim, claim, keep
from casestore.repeats.rules import WRITES, key_told, needs_key
from casestore.users.sessions import form_is_ours
from casestore.versions import precondition


class Repeated(Exception):
    """It has been done before; `response` is what was answered then."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Once(JsonRoute):
    """A write on such a route is done once for one Idempotency-Key of one employee's."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if not WRITES & set(self.methods or ()):
            return handle

        async def once(request: Request) -> Response:
            attempt = Attempt(request)
            request.scope[FIRST] = attempt.begin
            try:
                response = await handle(request)
            except Repeated as again:
                return again.response
            except Problem as refused:
                raise precondition(request, refused) from None
            await attempt.end(response)
            return response

        return once


class Attempt:
    """One request for a write: `begin` before anything is done, `end` before it is committed."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._claimed: tuple[Writing, Claim] | None = None

    async def begin(self, writing: Writing) -> None:
        """Claim the key. Whoever asks has been let in at the door; the body has been read."""
        request, who = self._request, self._request.state.who
        form_is_ours(who, request.headers.get("x-form-token", ""))
        received = getattr(request.state, "received", None)
        key = key_told(request.headers.getlist("idempotency-key"))
        if key is None:
            if needs_key(request.method, received and received.document):
                raise Problem(400, "idempotency-key-missing", "Send an Idempotency-Key.")
            return
        said = received.canonical if received else b""
        match = request.headers.get("if-match", "")
        content = "\n".join((request.method, request.url.path, match, "")).encode() + said
        asked = Claim(who=who, key=key, content=content)
        if (answer := await claim(writing, asked)) is not None:
            raise Repeated(answer)
        self._claimed = writing, asked

    async def end(self, response: Response) -> None:
        """Keep what is answered, in the transaction of the deed."""
        if self._claimed is not None:
            await keep(*self._claimed, response)
