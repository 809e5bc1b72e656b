"""Forms that Slack takes, and that come back as they were filled in."""

import json
from itertools import product

import pytest
from slack_sdk.models.views import View

from bots.slack.forms import message, view
from bridge.domain.cards import Form, FormKind
from bridge.domain.consent import Standing

TOPICS = tuple((f"tema-{n}", f"Tema {n}") for n in range(130))


def shown(form: Form) -> str:
    return json.dumps(view(form), ensure_ascii=False)


def test_every_form_is_one_that_slack_takes() -> None:
    """A form that does not open is a reply that is not written."""
    for kind, notes, topics, text in product(FormKind, (0, 1, 3), (0, 7, 130), ("", "x" * 9000)):
        form = Form(
            kind=kind,
            about="c_1|7",
            alias="Vennlig pinnsvin",
            text=text,
            notes=notes,
            cases=tuple(f"2026-{n}" for n in range(120)) if notes else (),
            topics=TOPICS[:topics],
        )
        made = json.loads(json.dumps(view(form)))
        parsed = View(**made)

        parsed.validate_json()
        assert len(made["title"]["text"]) <= 24
        assert len(json.dumps(made)) < 250_000
        for block in made["blocks"]:
            element = block.get("element", {})
            most = 10 if element.get("type") == "checkboxes" else 100
            assert len(element.get("options", [])) <= most
            assert len(element.get("initial_value", "")) <= 3000


@pytest.mark.parametrize(
    ("notes", "told"),
    [(0, None), (1, "1 internt notat følger ikke med"), (3, "3 interne notater følger ikke med")],
)
def test_ending_says_what_does_not_follow(notes: int, told: str | None) -> None:
    """What colleagues wrote to each other goes; they must know before they press."""
    form = shown(Form(kind=FormKind.END, about="c", alias="Blå rev", notes=notes))

    assert (told or "Blå rev") in form
    assert told is not None or "notat" not in form


def test_ending_says_what_becomes_of_the_words() -> None:
    """A caseworker who thinks it is filed when it is not loses what a youth told."""
    yes = Form(kind=FormKind.END, about="c", alias="Blå rev", standing=Standing.YES)
    no = Form(kind=FormKind.END, about="c", alias="Blå rev", standing=Standing.ASKED)

    assert "føres i journalen" in shown(yes)
    assert "føres ingen ord" in shown(no)


def test_a_case_is_proposed_and_can_be_skipped() -> None:
    """Filing never waits for a case."""
    form = view(Form(kind=FormKind.END, about="c", alias="Blå rev", cases=("2026-17",)))

    assert "2026-17" in json.dumps(form)
    assert "Hopp over" in json.dumps(form)


def test_a_reply_that_came_too_late_keeps_its_words() -> None:
    """Ten minutes' careful writing must not vanish because the clock closed the talk."""
    form = view(Form(kind=FormKind.ENDED, about="c", alias="Blå rev", text="ti minutters arbeid"))
    inside = json.dumps(form, ensure_ascii=False)

    assert "ti minutters arbeid" in inside
    assert "Start ny samtale" in inside
    assert "Samtalen er avsluttet. Teksten din er her:" in inside


def test_a_form_that_only_says_something_is_taken_too() -> None:
    """«Vent litt …» is what keeps the trigger alive."""
    View(**json.loads(json.dumps(message("Vent litt …")))).validate_json()
