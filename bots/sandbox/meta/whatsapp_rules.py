"""What the Cloud API takes as a message, and refuses («Text messages», «Interactive …»)."""

from bots.sandbox.meta import refusals
from bots.sandbox.meta.people import Json
from bots.sandbox.meta.refusals import Refused

Buttons = tuple[tuple[str, str], ...]


def said_in(asked: Json) -> tuple[str, Buttons]:
    """The words and the choices (title, id). Raises `Refused`."""
    if asked.get("messaging_product") != "whatsapp":
        raise Refused(refusals.MALFORMED)
    if asked.get("type") == "text":
        return _within(asked["text"]["body"], 4096), ()
    if asked.get("type") != "interactive":
        raise Refused(refusals.BAD_PARAMETER)
    about = asked["interactive"]
    text, choices = _within(about["body"]["text"], 1024), _choices(about)
    titles = {title for title, _ in choices}
    if len(titles) != len(choices) or not all(title and data for title, data in choices):
        raise Refused(refusals.BAD_PARAMETER)
    return text, choices


def _choices(about: Json) -> Buttons:
    action = about["action"]
    if about["type"] == "button":
        found = tuple((b["reply"]["title"], b["reply"]["id"]) for b in action["buttons"])
        most, title, data = 3, 20, 256
    else:
        rows = [row for section in action["sections"] for row in section["rows"]]
        found = tuple((row["title"], row["id"]) for row in rows)
        most, title, data = 10, 24, 200
    long = any(len(each[0]) > title or len(each[1]) > data for each in found)
    if not 1 <= len(found) <= most or long:
        raise Refused(refusals.BAD_PARAMETER)
    return found


def _within(text: str, most: int) -> str:
    if not text.strip() or len(text.encode("utf-16-le")) // 2 > most:
        raise Refused(refusals.BAD_PARAMETER)
    return text
