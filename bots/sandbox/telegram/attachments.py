"""What a youth can send besides text, in the Bot API's shapes."""

from collections.abc import Callable
from typing import Final

from bots.sandbox.telegram.chats import Chats, Json

Stored = Callable[..., Json]

STORED_AS: Final[dict[str, tuple[str, str, Json]]] = {
    "voice": ("voice", ".oga", {"duration": 4, "mime_type": "audio/ogg"}),
    "audio": ("music", ".mp3", {"duration": 30, "mime_type": "audio/mpeg"}),
    "document": ("documents", ".bin", {}),
    "video": (
        "videos", ".mp4",
        {"width": 640, "height": 360, "duration": 5, "mime_type": "video/mp4"},
    ),
    "video_note": ("video_notes", ".mp4", {"length": 240, "duration": 5}),
    "animation": (
        "animations", ".mp4",
        {"width": 320, "height": 240, "duration": 2, "mime_type": "video/mp4"},
    ),
    "sticker": (
        "stickers", ".webp",
        {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False,
         "emoji": "🙂"},
    ),
}  # fmt: skip

WITHOUT_FILE: Final[dict[str, Json]] = {
    "location": {"latitude": 59.9139, "longitude": 10.7522},
    "live_location": {"latitude": 59.9139, "longitude": 10.7522, "live_period": 900, "heading": 90},
    "contact": {"phone_number": "+4700000000", "first_name": "Noen"},
    "dice": {"emoji": "🎲", "value": 4},
    "story": {"chat": {"id": -1001234567890, "title": "Noe", "type": "channel"}, "id": 7},
    "venue": {
        "location": {"latitude": 59.9139, "longitude": 10.7522},
        "title": "Torget",
        "address": "Torget 1",
    },
    "poll": {
        "id": "5404311010018230272",
        "question": "Når?",
        "options": [
            {"persistent_id": "0", "text": "I dag", "voter_count": 0},
            {"persistent_id": "1", "text": "I morgen", "voter_count": 0},
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    },
}

MIME: Final = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def attachment(
    chats: Chats, kind: str, data: bytes, name: str | None, announced_size: int | None
) -> Json:
    """The message's fields for a thing of this kind; a kind nobody knows is sent as it is named."""
    if kind == "photo":
        return {"photo": _sizes(chats, data, announced_size)}
    if kind == "live_location":
        return {"location": dict(WITHOUT_FILE[kind])}
    if kind == "venue":
        return {"venue": WITHOUT_FILE[kind], "location": WITHOUT_FILE["location"]}
    if kind in WITHOUT_FILE:
        return {kind: dict(WITHOUT_FILE[kind])}
    if kind not in STORED_AS:
        return {kind: {}}
    folder, suffix, about = STORED_AS[kind]
    ending = name.rpartition(".")[2].lower() if name and "." in name else ""
    suffix = f".{ending}" if kind == "document" and ending.isalnum() else suffix
    stored = chats.store(data, folder=folder, suffix=suffix, size=announced_size) | about
    if name is not None and kind in {"document", "audio", "video", "animation"}:
        stored["file_name"] = name
    if kind == "document":
        stored["mime_type"] = MIME.get(ending, "application/octet-stream")
    if kind == "animation":  # documented: `document` is set, too
        return {"animation": stored, "document": {**stored}}
    return {kind: stored}


def _sizes(chats: Chats, data: bytes, announced_size: int | None) -> list[Json]:
    """Telegram serves a photo in several sizes, the largest last; here they share their bytes."""
    small = chats.store(data, folder="photos", suffix=".jpg") | {"width": 90, "height": 67}
    large = chats.store(data, folder="photos", suffix=".jpg", size=announced_size)
    return [small, large | {"width": 1280, "height": 960}]
