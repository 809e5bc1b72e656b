"""
Block Kit, checked as Slack checks it.

What is wrong comes back in Slack's own form: a sentence and a JSON pointer. Limits are
those of the Block Kit reference.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
MESSAGE_TEXT: Final = 13_200
"""All text of a message's blocks together; observed, not documented (`msg_blocks_too_long`)."""

IN_MESSAGE: Final = frozenset(
    {"section", "context", "actions", "header", "divider", "image", "rich_text", "file", "video",
     "input", "markdown"}
)  # fmt: skip
IN_VIEW: Final = IN_MESSAGE - {"file", "markdown"}
INPUT_ELEMENTS: Final = frozenset(
    {"plain_text_input", "static_select", "multi_static_select", "checkboxes", "radio_buttons",
     "datepicker", "timepicker", "users_select", "multi_users_select", "external_select",
     "number_input", "email_text_input", "url_text_input", "datetimepicker", "rich_text_input",
     "file_input", "conversations_select", "channels_select"}
)  # fmt: skip
OPTIONED: Final = {
    "static_select": 100,
    "multi_static_select": 100,
    "checkboxes": 10,
    "radio_buttons": 10,
    "overflow": 5,
}

Found = Iterator[str]


def faults_in_message(blocks: Any) -> list[str]:
    return list(_blocks(blocks, allowed=IN_MESSAGE, most=MESSAGE_BLOCKS))


def faults_in_view(view: Any) -> list[str]:
    if not isinstance(view, Mapping):
        return ["[ERROR] must be an object [json-pointer:/view]"]
    return list(_view(view))


def text_in(blocks: Any) -> int:
    """Characters of all text anywhere in the blocks."""
    if isinstance(blocks, list):
        return sum(text_in(each) for each in blocks)
    if isinstance(blocks, Mapping):
        return sum(
            len(value) if name == "text" and isinstance(value, str) else text_in(value)
            for name, value in blocks.items()
        )
    return 0


def _view(view: Mapping[str, Any]) -> Found:
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        yield "[ERROR] must be one of: modal, home [json-pointer:/view/type]"
    if kind == "modal":
        yield from _text(view.get("title"), "/view/title", 24, plain=True)
        for name in ("submit", "close"):
            if name in view and view[name] is not None:
                yield from _text(view[name], f"/view/{name}", 24, plain=True)
        inputs = [each for each in view.get("blocks") or [] if each.get("type") == "input"]
        if inputs and not view.get("submit"):
            yield "[ERROR] missing required field: submit [json-pointer:/view]"
    yield from _length(view.get("callback_id", ""), "/view/callback_id", 255)
    yield from _length(view.get("private_metadata", ""), "/view/private_metadata", 3000)
    yield from _blocks(view.get("blocks"), allowed=IN_VIEW, most=VIEW_BLOCKS, at="/view/blocks")


def _blocks(blocks: Any, *, allowed: frozenset[str], most: int, at: str = "/blocks") -> Found:
    if not isinstance(blocks, list):
        yield f"[ERROR] must be an array [json-pointer:{at}]"
        return
    if len(blocks) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:{at}]"
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        place = f"{at}/{number}"
        if not isinstance(block, Mapping) or block.get("type") not in allowed:
            yield f"[ERROR] unsupported type [json-pointer:{place}/type]"
            continue
        name = block.get("block_id")
        if name is not None:
            yield from _length(name, f"{place}/block_id", 255)
            if name in seen:
                yield f"[ERROR] `block_id` must be unique [json-pointer:{place}/block_id]"
            seen.add(str(name))
        yield from _block(block, place)


def _block(block: Mapping[str, Any], at: str) -> Found:
    match block["type"]:
        case "section":
            yield from _section(block, at)
        case "header":
            yield from _text(block.get("text"), f"{at}/text", 150, plain=True)
        case "context":
            yield from _elements(block, at, most=10, kinds={"mrkdwn", "plain_text", "image"})
        case "actions":
            yield from _elements(block, at, most=25, kinds=_interactive())
        case "image":
            yield from _image(block, at)
        case "input":
            yield from _input(block, at)
        case "rich_text" if not isinstance(block.get("elements"), list):
            yield f"[ERROR] missing required field: elements [json-pointer:{at}]"
        case _:
            return


def _interactive() -> set[str]:
    return {"button", "overflow", *INPUT_ELEMENTS}


def _section(block: Mapping[str, Any], at: str) -> Found:
    fields = block.get("fields")
    if "text" not in block and not fields:
        yield f"[ERROR] missing required field: text or fields [json-pointer:{at}]"
    if "text" in block:
        yield from _text(block["text"], f"{at}/text", 3000)
    if fields and len(fields) > 10:
        yield f"[ERROR] no more than 10 items allowed [json-pointer:{at}/fields]"
    for number, each in enumerate(fields or []):
        yield from _text(each, f"{at}/fields/{number}", 2000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{at}/accessory", {"image", *_interactive()})


def _image(block: Mapping[str, Any], at: str) -> Found:
    if not block.get("image_url") and not block.get("slack_file"):
        yield f"[ERROR] missing required field: image_url [json-pointer:{at}]"
    yield from _length(block.get("image_url", ""), f"{at}/image_url", 3000)
    if "alt_text" not in block:
        yield f"[ERROR] missing required field: alt_text [json-pointer:{at}]"
    yield from _length(block.get("alt_text", ""), f"{at}/alt_text", 2000)


def _input(block: Mapping[str, Any], at: str) -> Found:
    yield from _text(block.get("label"), f"{at}/label", 2000, plain=True)
    if "hint" in block:
        yield from _text(block["hint"], f"{at}/hint", 2000, plain=True)
    yield from _element(block.get("element"), f"{at}/element", set(INPUT_ELEMENTS))


def _elements(block: Mapping[str, Any], at: str, *, most: int, kinds: set[str]) -> Found:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield f"[ERROR] must provide at least 1 item [json-pointer:{at}/elements]"
        return
    if len(elements) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:{at}/elements]"
    names = [each.get("action_id") for each in elements if isinstance(each, Mapping)]
    given = [name for name in names if name]
    if len(given) != len(set(given)):
        yield f"[ERROR] `action_id` must be unique [json-pointer:{at}/elements]"
    for number, each in enumerate(elements):
        yield from _element(each, f"{at}/elements/{number}", kinds)


def _element(element: Any, at: str, kinds: set[str]) -> Found:
    if not isinstance(element, Mapping) or element.get("type") not in kinds:
        yield f"[ERROR] unsupported type [json-pointer:{at}/type]"
        return
    yield from _length(element.get("action_id", ""), f"{at}/action_id", 255)
    kind = element["type"]
    match kind:
        case "button":
            yield from _button(element, at)
        case "mrkdwn" | "plain_text":
            yield from _text(element, at, 3000)
        case "image":
            yield from _image(element, at)
        case "plain_text_input":
            yield from _plain_input(element, at)
    if kind in OPTIONED:
        yield from _options(element, at, OPTIONED[kind])
    if "placeholder" in element:
        yield from _text(element["placeholder"], f"{at}/placeholder", 150, plain=True)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{at}/confirm")


def _plain_input(element: Mapping[str, Any], at: str) -> Found:
    for name in ("min_length", "max_length"):
        if int(element.get(name, 1) or 0) > 3000:
            yield f"[ERROR] must be at most 3000 [json-pointer:{at}/{name}]"


def _button(button: Mapping[str, Any], at: str) -> Found:
    yield from _text(button.get("text"), f"{at}/text", 75, plain=True)
    yield from _length(button.get("value", ""), f"{at}/value", 2000)
    yield from _length(button.get("url", ""), f"{at}/url", 3000)
    if button.get("style", "primary") not in {"primary", "danger"}:
        yield f"[ERROR] must be one of: primary, danger [json-pointer:{at}/style]"


def _options(element: Mapping[str, Any], at: str, most: int) -> Found:
    groups = element.get("option_groups")
    options = element.get("options")
    if groups:
        options = [option for group in groups for option in group.get("options", [])]
    if not isinstance(options, list) or not options:
        yield f"[ERROR] must provide at least 1 item [json-pointer:{at}/options]"
        return
    if len(options) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:{at}/options]"
    for number, option in enumerate(options):
        yield from _text(option.get("text"), f"{at}/options/{number}/text", 75)
        yield from _length(option.get("value", ""), f"{at}/options/{number}/value", 150)
        if "description" in option:
            yield from _text(option["description"], f"{at}/options/{number}/description", 75)


def _confirm(confirm: Any, at: str) -> Found:
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if isinstance(confirm, Mapping) and name in confirm:
            yield from _text(confirm[name], f"{at}/{name}", most)


def _text(text: Any, at: str, most: int, *, plain: bool = False) -> Found:
    if not isinstance(text, Mapping) or not isinstance(text.get("text"), str):
        yield f"[ERROR] missing required field: text [json-pointer:{at}]"
        return
    if plain and text.get("type") != "plain_text":
        yield f"[ERROR] must be plain_text [json-pointer:{at}/type]"
    elif text.get("type") not in {"plain_text", "mrkdwn"}:
        yield f"[ERROR] must be one of: plain_text, mrkdwn [json-pointer:{at}/type]"
    if not text["text"]:
        yield f"[ERROR] must be more than 0 characters [json-pointer:{at}/text]"
    yield from _length(text["text"], f"{at}/text", most)


def _length(value: Any, at: str, most: int) -> Found:
    if not isinstance(value, str):
        yield f"[ERROR] must be a string [json-pointer:{at}]"
    elif len(value) > most:
        yield f"[ERROR] must be less than {most + 1} characters [json-pointer:{at}]"
