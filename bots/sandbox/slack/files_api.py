"""files.*: three steps up, shared a little later, and away again."""

import asyncio
import mimetypes
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bots.sandbox.slack.asked import Asked, refuse
from bots.sandbox.slack.chat_api import app_message
from bots.sandbox.slack.rooms_api import room_of, writable
from bots.sandbox.slack.typed import rich_text
from bots.sandbox.slack.values import File, Post
from bots.sandbox.slack.workspace import Workspace, client_msg_id

Json = dict[str, Any]


class Filing:
    def __init__(self, workspace: Workspace, *, shared_after: float) -> None:
        self._workspace, self._shared_after = workspace, shared_after
        self._tasks: set[asyncio.Task[None]] = set()

    async def upload_url(self, asked: Asked) -> Json:
        name, length = asked.needed("filename"), asked.number("length", 0)
        if length <= 0:
            refuse("invalid_arguments", messages=["[ERROR] missing required field: length"])
        file = new_file(self._workspace, name, owner=asked.actor, announced=length)
        return {"upload_url": f"{asked.base}/upload/v1/{file.id}", "file_id": file.id}

    async def receive(self, request: Request) -> Response:
        """The bytes: raw, or as the part of a form."""
        file = self._workspace.files.get(request.path_params["file_id"])
        if file is None or file.complete:
            return PlainTextResponse("not found", status_code=404)
        if "multipart/form-data" in request.headers.get("content-type", ""):
            async with request.form(max_part_size=60_000_000) as form:
                parts = [part for part in form.values() if not isinstance(part, str)]
                data = await parts[0].read() if parts else b""
        else:
            data = await request.body()
        if len(data) != file.announced:
            return PlainTextResponse("length does not match", status_code=400)
        file.data = data
        return PlainTextResponse(f"OK - {len(data)}")

    async def complete(self, asked: Asked) -> Json:
        """Says yes at once; the message that shares the files comes later, by itself."""
        wanted = asked.nested("files")
        if not isinstance(wanted, list) or not wanted:
            refuse("invalid_arguments")
        files = [self._uploaded(asked, str(each.get("id"))) for each in wanted]
        for file, each in zip(files, wanted, strict=True):
            file.complete = True
            file.title = str(each.get("title") or file.name)
        channel = asked.text("channel_id") or (asked.text("channels") or "").partition(",")[0]
        if channel:
            thread_ts = asked.text("thread_ts")
            room = room_of(self._workspace, _in_room(asked, channel))
            writable(room, asked, thread_ts)
            comment = asked.text("initial_comment") or ""
            task = asyncio.create_task(self._share(files, asked.actor, room.id, thread_ts, comment))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return {"files": [self._workspace.file_json(file, shares=True) for file in files]}

    async def info(self, asked: Asked) -> Json:
        file = self._known(asked)
        if file.deleted:
            refuse("file_deleted")
        return {"file": self._workspace.file_json(file, shares=True), "comments": []}

    async def delete(self, asked: Asked) -> Json:
        file = self._known(asked)
        if file.deleted:
            refuse("file_deleted")
        admin = self._workspace.users[asked.actor].is_admin and not asked.as_bot
        if file.owner != asked.actor and not admin:
            refuse("cant_delete_file")
        self._workspace.delete_file(file)
        return {}

    def download(self, file_id: str, *, allowed: bool) -> Response:
        """With a token the bytes; without one, a page to log in on, as Slack answers."""
        file = self._workspace.files.get(file_id)
        if file is None or file.data is None:
            return PlainTextResponse("file not found", status_code=404)
        if not allowed:
            return RedirectResponse(f"{self._workspace.home}/signin", status_code=302)
        return Response(file.data, media_type=file.type)

    async def settled(self) -> None:
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        for task in set(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _share(
        self, files: list[File], owner: str, room: str, thread_ts: str | None, comment: str
    ) -> None:
        await asyncio.sleep(self._shared_after)
        share(self._workspace, files, room=room, thread_ts=thread_ts, text=comment, owner=owner)

    def _uploaded(self, asked: Asked, file_id: str) -> File:
        file = self._workspace.files.get(file_id)
        if file is None or file.owner != asked.actor:
            refuse("file_not_found")
        if file.data is None:
            refuse("file_upload_size_mismatch" if not file.deleted else "file_deleted")
        return file

    def _known(self, asked: Asked) -> File:
        file = self._workspace.files.get(asked.text("file") or "")
        if file is None:
            refuse("file_not_found")
        return file


def new_file(
    workspace: Workspace, name: str, *, owner: str, announced: int = 0, data: bytes | None = None
) -> File:
    file = File(
        id=workspace.new_id("F"),
        name=name,
        title=name,
        owner=owner,
        created=int(workspace.clock().timestamp()),
        type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        data=data,
        announced=announced,
        complete=data is not None,
    )
    workspace.files[file.id] = file
    return file


def share(
    workspace: Workspace,
    files: list[File],
    *,
    room: str,
    thread_ts: str | None,
    text: str,
    owner: str,
) -> Post:
    """The message with the files, and the events that go with it."""
    by_app = workspace.users[owner].is_bot
    if by_app:
        json = app_message(workspace, owner, text, None)
    else:
        json = {"type": "message", "user": owner, "ts": workspace.ts(), "text": text}
        json |= {"client_msg_id": client_msg_id(), "blocks": [rich_text(text)]}
    if not text:
        json.pop("blocks", None)
    json |= {"upload": True, "display_as_bot": False}
    if thread_ts is not None:
        json["thread_ts"] = thread_ts
    post = Post(
        room=room, json=json, author=owner, by_app=by_app, file_ids=[file.id for file in files]
    )
    workspace.put(post, extra={"subtype": "file_share"})
    for file in files:
        event: Json = {"type": "file_shared", "file_id": file.id, "user_id": owner}
        event |= {"file": {"id": file.id}, "channel_id": room, "event_ts": workspace.ts()}
        workspace.emit(event)
    return post


def _in_room(asked: Asked, channel: str) -> Asked:
    return Asked(
        values={"channel": channel}, actor=asked.actor, as_bot=asked.as_bot, base=asked.base
    )
