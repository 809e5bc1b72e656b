"""Forms as Slack modals. Pure; what was filled in comes back through `convert`."""

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
)
from bots.slack.convert import CASE, SKIP, TOPICS, WORDS
from bridge.domain.cards import Form, FormKind
from bridge.domain.consent import Standing

CHECKBOXES, SELECT = 10, 100
"""The most options Slack shows as boxes, and the most a list takes."""


def view(form: Form) -> Block:
    match form.kind:
        case FormKind.REPLY:
            blocks = [_typed(form), context(texts.REPLY_HINT)]
        case FormKind.END:
            blocks = _end(form)
        case FormKind.JOIN:
            blocks = _join(form)
        case FormKind.ENDED:
            blocks = [section(texts.ENDED_HINT), _typed(form)]
    return {
        "type": "modal",
        "callback_id": form.kind.value,
        "private_metadata": form.about,
        "title": plain(fit(texts.TITLE[form.kind], TITLE)),
        "submit": plain(fit(texts.SUBMIT[form.kind], TITLE)),
        "close": plain(texts.CANCEL),
        "blocks": blocks,
    }


def message(text: str) -> Block:
    """A modal that only says something."""
    return {
        "type": "modal",
        "title": plain("Utebru"),
        "close": plain(texts.CLOSE),
        "blocks": [section(text)],
    }


def _typed(form: Form) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": WORDS,
        "multiline": True,
        "max_length": INPUT,
    }
    if form.text:
        element["initial_value"] = form.text[:INPUT]
    label = texts.YOUR_WORDS.format(alias=form.alias)
    return {"type": "input", "block_id": WORDS, "label": plain(label), "element": element}


def _join(form: Form) -> list[Block]:
    return [
        section(texts.JOIN_HINT.format(alias=escaped(form.alias))),
        _line(WORDS, texts.OTHER_ALIAS, most=80),
        _line(CASE, texts.CASE_NUMBER, most=40),
    ]


def _line(name: str, label: str, *, most: int) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": name, "max_length": most}
    return {"type": "input", "block_id": name, "label": plain(label), "element": element}


def _end(form: Form) -> list[Block]:
    filed = form.standing is Standing.YES
    what = texts.WILL_BE_FILED if filed else texts.WILL_BE_COUNTED
    blocks = [section(what.format(alias=escaped(form.alias)))]
    if form.by_hand:
        blocks.append(section(texts.SAY_IT_YOURSELF))
    if form.notes:
        one = form.notes == 1
        told = texts.ONE_NOTE_STAYS if one else texts.NOTES_STAY.format(notes=form.notes)
        blocks.append(section(told))
    if form.cases:
        blocks.append(_case(form.cases))
    if form.topics:
        blocks.append(_topics(form.topics))
    return blocks


def _case(cases: tuple[str, ...]) -> Block:
    skip = _option(SKIP, texts.SKIP)
    options = [*(_option(case, case) for case in cases[: SELECT - 1]), skip]
    element: Block = {
        "type": "static_select",
        "action_id": CASE,
        "options": options,
        "initial_option": skip,
    }
    return _optional(CASE, texts.CASE, element)


def _topics(topics: tuple[tuple[str, str], ...]) -> Block:
    boxes = len(topics) <= CHECKBOXES
    element: Block = {
        "type": "checkboxes" if boxes else "multi_static_select",
        "action_id": TOPICS,
        "options": [_option(code, name) for code, name in topics[:SELECT]],
    }
    return _optional(TOPICS, texts.TOPICS, element)


def _option(value: str, label: str) -> Block:
    return {"text": plain(fit(label, OPTION)), "value": value[:OPTION_VALUE]}


def _optional(name: str, label: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "optional": True,
        "label": plain(label),
        "element": element,
    }
