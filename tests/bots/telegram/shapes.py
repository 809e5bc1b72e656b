"""Updates in the shapes that the Bot API documents."""

from typing import Any, Final

Json = dict[str, Any]

YOUTH: Final = 7_310_884_201
CHAT: Final = str(YOUTH)
WORDS: Final = "Jeg tør ikke gå hjem"
NAME: Final = "Maya Kanarifugl"
HANDLE: Final = "kanarifugl_2009"
TOKEN: Final = "4839201:AAkanari-hemmelig_Token"
DATE: Final = 1_772_000_000
LATER: Final = 1_772_000_600

USER: Final[Json] = {
    "id": YOUTH, "is_bot": False, "first_name": NAME, "username": HANDLE, "language_code": "nb",
}  # fmt: skip
BOT: Final[Json] = {
    "id": 4839201,
    "is_bot": True,
    "first_name": "Utekontakten",
    "username": "u_bot",
}
PRIVATE: Final[Json] = {"id": YOUTH, "type": "private", "first_name": NAME, "username": HANDLE}
GROUP: Final[Json] = {"id": -1001234567890, "type": "supergroup", "title": "Noe"}

SECRETS: Final = (WORDS, NAME, HANDLE, TOKEN, str(YOUTH))
"""What no log line may hold."""


def update(kind: str, about: Json, *, number: int = 812_550_017) -> Json:
    return {"update_id": number, kind: about}


def message(number: int = 70_311, /, **content: Any) -> Json:
    return {"message_id": number, "from": USER, "chat": PRIVATE, "date": DATE} | content


def said(number: int = 70_311, /, **content: Any) -> Json:
    return update("message", message(number, **content))


def edited(number: int = 70_311, /, **content: Any) -> Json:
    return update("edited_message", message(number, **content) | {"edit_date": LATER})


def stored(number: int, **about: Any) -> Json:
    return {"file_id": f"AgACAgQ-{number}", "file_unique_id": f"AQAD{number}"} | about


def pressed(data: str = "consent:yes:c_1:1", **change: Any) -> Json:
    asked = {"message_id": 70_300, "from": BOT, "chat": PRIVATE, "date": DATE, "text": "Hei"}
    query: Json = {
        "id": "4382bfdwdsb323b2d9", "from": USER, "message": asked, "chat_instance": "-55",
        "data": data,
    }  # fmt: skip
    return update("callback_query", query | change)


def membership(before: str, now: str, chat: Json = PRIVATE) -> Json:
    def member(status: str) -> Json:
        return {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    return update(
        "my_chat_member",
        {
            "chat": chat, "from": USER, "date": DATE,
            "old_chat_member": member(before), "new_chat_member": member(now),
        },
    )  # fmt: skip
