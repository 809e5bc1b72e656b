"""A modal's fields: what is filled in from before, and what is sent when it is submitted."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
Value = str | list[str] | None


def state_of(
    blocks: list[Json], given: Mapping[str, Value], *, files: Mapping[str, Json] | None = None
) -> tuple[Json, dict[str, str]]:
    """
    `state.values`, and what the app on the phone itself would not let through.

    `files`: what has been put in a field for files, by id.
    """
    values: Json = {}
    missing: dict[str, str] = {}
    for block in blocks:
        for element in _elements(block):
            name = element.get("action_id", "")
            value = given.get(name, given.get(block["block_id"], initial(element)))
            values.setdefault(block["block_id"], {})[name] = field_json(element, value, files)
            if block["type"] == "input" and (fault := _fault(block, element, value)):
                missing[block["block_id"]] = fault
    return values, missing


def initial(element: Json) -> Value:
    """What stands in the field when it is shown."""
    named = ("value", "date", "time", "user", "date_time")
    for name in (f"initial_{each}" for each in named):
        if name in element:
            return str(element[name])
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    if "initial_options" in element:
        return [str(option["value"]) for option in element["initial_options"]]
    return None


def field_json(element: Json, value: Value, files: Mapping[str, Json] | None = None) -> Json:
    """One field as Slack sends it."""
    kind = element["type"]
    json: Json = {"type": kind}
    many = [value] if isinstance(value, str) else list(value or [])
    match kind:
        case "static_select" | "radio_buttons" | "external_select":
            json["selected_option"] = _option(element, many[0]) if many else None
        case "checkboxes" | "multi_static_select":
            json["selected_options"] = [_option(element, each) for each in many]
        case "users_select":
            json["selected_user"] = many[0] if many else None
        case "datepicker":
            json["selected_date"] = many[0] if many else None
        case "datetimepicker":
            json["selected_date_time"] = int(many[0]) if many else None
        case "file_input":
            json["files"] = [(files or {})[each] for each in many]
        case "timepicker":
            json["selected_time"] = many[0] if many else None
        case _:
            json["value"] = many[0] if many and many[0] else None
    return json


def _elements(block: Json) -> list[Json]:
    if block["type"] == "input":
        return [block["element"]]
    found = list(block.get("elements", [])) if block["type"] == "actions" else []
    found += [block["accessory"]] if "accessory" in block else []
    return [each for each in found if each.get("type") not in {"button", "image", "overflow"}]


def _option(element: Json, value: str) -> Json:
    groups = element.get("option_groups", [])
    options = element.get("options") or [each for group in groups for each in group["options"]]
    for option in options:
        if value in (option["value"], option["text"]["text"]):
            return {name: option[name] for name in ("text", "value")}
    raise LookupError("no such option in the field")


def _fault(block: Json, element: Json, value: Value) -> str | None:
    if not value:
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] == "file_input" and len(value) > int(element.get("max_files", 10)):
        return "You've chosen too many files."
    if element["type"] == "plain_text_input" and isinstance(value, str):
        if len(value) > int(element.get("max_length") or 3000):
            return "Your text is too long."
        if len(value) < int(element.get("min_length") or 0):
            return "Your text is too short."
    return None
