"""
A stand-in for a platform that does not exist: pigeons carry notes between a youth and the team.

    dovecote = Dovecote(token=…, secret=…, clock=clock)
    async with serve(dovecote.app) as url: …

Its documentation is this: `POST /notes {"to", "text"}` with a bearer token gives `{"note"}`;
`DELETE /notes/{note}` takes a note out of the youth's hands; `GET /boxes/{box}` is what a pigeon
carried besides. 401: another token. 403: the youth has shut the window. 404: never heard of it.
429 with `Retry-After`. Whatever a youth writes is sent to us, signed with HMAC-SHA256 over the
raw bytes in `X-Feather`. Notes are at most 640 UTF-16 units.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bots.sandbox.faults import Faults, Faulty

MOST: Final = 640
Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Note:
    id: str
    youth: str
    ours: bool
    text: str = field(repr=False)


class Dovecote:
    def __init__(self, *, token: str, secret: str, clock: Callable[[], datetime]) -> None:
        self.token, self.secret, self.clock = token, secret, clock
        self.notes: dict[str, Note] = {}
        self.boxes: dict[str, bytes] = {}
        self.shut: set[str] = set()
        self.faults = Faults(clock)
        self._last = 0
        self.app: ASGIApp = Faulty(
            Starlette(
                routes=[
                    Route("/notes", self._write, methods=["POST"]),
                    Route("/notes/{note}", self._take, methods=["DELETE"]),
                    Route("/boxes/{box}", self._open),
                ]
            ),
            self.faults,
            method_of=lambda path: path.split("/")[1],
            too_many=_too_many,
        )

    def says(self, youth: str, text: str, *, answers: str | None = None) -> bytes:
        """What the team is sent."""
        note = self._put(youth, text, ours=False)
        return self._letter(note, kind="note", text=text, answers=answers)

    def rewords(self, note: str, text: str) -> bytes:
        self.notes[note].text = text
        return self._letter(self.notes[note], kind="reworded", text=text)

    def sends_box(self, youth: str, body: bytes) -> bytes:
        note = self._put(youth, "", ours=False)
        self.boxes[note.id] = body
        return self._letter(note, kind="note", text="", box=note.id)

    def sees(self, youth: str) -> list[str]:
        return [note.text for note in self.notes.values() if note.youth == youth]

    def feather(self, body: bytes) -> str:
        return hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()

    def _put(self, youth: str, text: str, *, ours: bool) -> Note:
        self._last += 1
        note = Note(id=f"n{self._last}", youth=youth, ours=ours, text=text)
        self.notes[note.id] = note
        return note

    def _letter(self, note: Note, **more: Any) -> bytes:
        at = int(self.clock().timestamp())
        return json.dumps({"note": note.id, "from": note.youth, "at": at, **more}).encode()

    async def _write(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        refused = self._refused(request, asked["to"])
        if refused is not None:
            return refused
        if len(asked["text"].encode("utf-16-le")) // 2 > MOST:
            return Response(status_code=413)
        return JSONResponse({"note": self._put(asked["to"], asked["text"], ours=True).id})

    async def _take(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused is not None:
            return refused
        taken = self.notes.pop(request.path_params["note"], None)
        return Response(status_code=204 if taken else 404)

    async def _open(self, request: Request) -> Response:
        body = self.boxes.get(request.path_params["box"])
        return Response(status_code=404) if body is None else Response(body)

    def _refused(self, request: Request, youth: str | None = None) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return Response(status_code=401)
        return Response(status_code=403) if youth in self.shut else None


def _too_many(seconds: int | None) -> Response:
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    return Response(status_code=429, headers=headers)
