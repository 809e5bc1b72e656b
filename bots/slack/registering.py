"""
«Registrer Snap»: a form for what no program may read, and what was filled in. Pure.

Nothing in it says who the youth is but the alias. The pictures are kept and never posted: they
show a name.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bots.names import neutral
from bots.slack import texts
from bots.slack.blocks import (
    INPUT,
    OPTION,
    OPTION_VALUE,
    TITLE,
    Block,
    context,
    escaped,
    fit,
    plain,
    section,
    words,
)  # fmt: skip
from bots.slack.look import Look
from bots.slack.payload import Json, dig, items_at, moment_of, need, text_at
from bots.slack.plain import visible
from bridge.domain.ids import ThreadId
from bridge.domain.messages import File
from bridge.domain.registering import Registered, Registration, may_have_been
from bridge.ports import Unreadable

SHORTCUT: Final = "register:"
"""Before a channel's name, in the shortcut's id."""
COMMANDS: Final[Mapping[str, str]] = {"snap": "snapchat"}
"""What is written after `/utebru`, and which channel it is."""

REGISTER: Final = "register"
REGISTER_AGAIN: Final = "register_again"
FORMS: Final = frozenset({REGISTER, REGISTER_AGAIN})
WHOSE, WHEN, WORDS, PICTURES, ANSWERS = "whose", "when", "words", "pictures", "answers"
NEW: Final = "new"
MOST_PICTURES: Final = 5
ENDINGS: Final = ("jpg", "jpeg", "png")


def view(form: Registration, look: Look) -> Block:
    if form.moves is not None:
        return _moving(form, form.moves)
    again, filled = bool(form.standing), form.filled
    blocks = _standing(form, look) if again else []
    blocks += [_whose(form), _when(form), _words(filled), _answers(filled)]
    blocks += [_kept(filled)] if filled is not None and filled.pictures else [_pictures()]
    blocks.append(context(texts.REGISTER_HINT))
    about = {"channel": form.channel, "files": _written(filled.pictures) if filled else []}
    return {
        "type": "modal",
        "callback_id": REGISTER_AGAIN if again else REGISTER,
        "private_metadata": json.dumps(about),
        "title": plain(fit(texts.REGISTER_TITLE.format(channel=_name(form.channel)), TITLE)),
        "submit": plain(texts.REGISTER_ANYWAY if again else texts.REGISTER_SUBMIT),
        "close": plain(texts.CANCEL),
        "blocks": blocks,
    }


def _moving(form: Registration, moves: str) -> Block:
    """The words themselves are not sent through the form: they stand where they stand."""
    return {
        "type": "modal",
        "callback_id": REGISTER_AGAIN,
        "private_metadata": json.dumps({"channel": form.channel, "files": [], "moves": moves}),
        "title": plain(fit(texts.MOVE_TITLE, TITLE)),
        "submit": plain(texts.MOVE_SUBMIT),
        "close": plain(texts.CANCEL),
        "blocks": [_whose(form), context(texts.MOVE_HINT)],
    }


def read(payload: Json, at: datetime) -> Registered:
    """Raises `Unreadable`."""
    filled = dig(payload, "view", "state", "values")
    about = _about(payload)
    whose = need(filled, WHOSE, WHOSE, "selected_option", "value")
    chosen = items_at(filled, ANSWERS, ANSWERS, "selected_options")
    moves = text_at(about, "moves")
    when = dig(filled, WHEN, WHEN, "selected_date_time")
    return Registered(
        key=need(payload, "view", "id"),
        channel=need(about, "channel"),
        thread=None if whose == NEW else ThreadId(whose),
        user=need(payload, "user", "id"),
        at=at,
        said_at=at if moves is not None else moment_of(when),
        text=text_at(filled, WORDS, WORDS, "value") or "",
        pictures=tuple(
            _file(each)
            for each in (*items_at(about, "files"), *items_at(filled, PICTURES, PICTURES, "files"))
        ),
        answers=bool(chosen),
        moves=moves,
        insists=text_at(payload, "view", "callback_id") == REGISTER_AGAIN,
    )


def wrong(told: Registered) -> dict[str, str]:
    """What is to be mended in which field before it is taken."""
    if not may_have_been(told.said_at, told.at):
        return {WHEN: texts.NOT_YET}
    if told.moves is None and not visible(told.text) and not told.pictures:
        return {WORDS: texts.NOTHING_TO_SEND}
    return {}


def _about(payload: Json) -> object:
    try:
        return json.loads(need(payload, "view", "private_metadata"))
    except (ValueError, RecursionError):
        raise Unreadable("no channel") from None


def _file(told: object) -> File:
    size = dig(told, "size")
    return File(
        ref=need(told, "id"),
        name=neutral(text_at(told, "name") or "") or "skjermbilde.png",
        type=text_at(told, "mimetype") or "application/octet-stream",
        size=size if isinstance(size, int) and not isinstance(size, bool) else None,
    )


def _written(pictures: tuple[File, ...]) -> list[dict[str, object]]:
    """What `_file` reads; a picture that was chosen does not stand in the next form."""
    return [
        {"id": each.ref, "name": each.name[:60], "mimetype": each.type, "size": each.size}
        for each in pictures
    ]


def _name(channel: str) -> str:
    return texts.SHORT.get(channel, texts.CHANNEL.get(channel, channel))


def _standing(form: Registration, look: Look) -> list[Block]:
    shown: list[Block] = [section(texts.REGISTERED_ALREADY)]
    for each in form.standing:
        shown.append(context(f"*{escaped(each.alias)}* · {look.clock(each.at)}"))
        shown += words(each.text[:INPUT])
    return [*shown, section(texts.IS_IT_THE_SAME)]


def _whose(form: Registration) -> Block:
    named = [*form.youths, (NEW, texts.NEW_YOUTH)]
    options: dict[str, Block] = {
        whose: {"text": plain(fit(alias, OPTION)), "value": whose[:OPTION_VALUE]}
        for whose, alias in named
    }
    element: Block = {
        "type": "static_select", "action_id": WHOSE, "options": list(options.values()),
    }  # fmt: skip
    if form.filled is not None:
        element["initial_option"] = options.get(form.filled.thread or NEW, options[NEW])
    return _input(WHOSE, texts.REGISTER_WHOSE, element)


def _when(form: Registration) -> Block:
    element: Block = {
        "type": "datetimepicker",
        "action_id": WHEN,
        "initial_date_time": int(form.when.timestamp()),
    }
    return _input(WHEN, texts.REGISTER_WHEN, element)


def _words(filled: Registered | None) -> Block:
    element: Block = {
        "type": "plain_text_input", "action_id": WORDS, "multiline": True, "max_length": INPUT,
    }  # fmt: skip
    if filled is not None and filled.text:
        element["initial_value"] = filled.text[:INPUT]
    return _input(WORDS, texts.REGISTER_WORDS, element, optional=True)


def _answers(filled: Registered | None) -> Block:
    option: Block = {"text": plain(texts.REGISTER_ANSWERS), "value": "yes"}
    element: Block = {"type": "checkboxes", "action_id": ANSWERS, "options": [option]}
    if filled is not None and filled.answers:
        element["initial_options"] = [option]
    return _input(ANSWERS, texts.REGISTER_CONSENT, element, optional=True)


def _pictures() -> Block:
    element: Block = {
        "type": "file_input",
        "action_id": PICTURES,
        "filetypes": list(ENDINGS),
        "max_files": MOST_PICTURES,
    }
    return _input(PICTURES, texts.REGISTER_PICTURES, element, optional=True)


def _kept(filled: Registered) -> Block:
    return context(texts.PICTURES_FOLLOW.format(count=len(filled.pictures)))


def _input(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    return {
        "type": "input", "block_id": name, "optional": optional, "label": plain(label),
        "element": element,
    }  # fmt: skip
