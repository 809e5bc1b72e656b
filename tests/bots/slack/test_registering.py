"""«Registrer Snap» as Slack takes it, and as it comes back."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.models.views import View

from bots.sandbox.slack.blocks import faults_in_view
from bots.sandbox.slack.inputs import state_of
from bots.slack.look import Look
from bots.slack.registering import read, view, wrong
from bridge.domain.ids import ThreadId
from bridge.domain.messages import File
from bridge.domain.registering import MOST_YOUTHS, Registered, Registration, Standing
from bridge.ports import Unreadable

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LOOK = Look(zone=ZoneInfo("Europe/Oslo"))
PICTURE = File(ref="F1", name="skjerm.png", type="image/png", size=4711)
TOLD = Registered(
    key="V1", channel="snapchat", thread=ThreadId("t_7"), user="U1KARI", at=AT, said_at=AT,
    text="<!channel> *hei* & takk", pictures=(PICTURE,), answers=True,
)  # fmt: skip


def form(youths: int = 1, *, filled: Registered | None = None, standing: int = 0) -> Registration:
    return Registration(
        channel="snapchat",
        when=AT,
        youths=tuple((ThreadId(f"t_{n + 7}"), f"Blå rev {n}") for n in range(youths)),
        filled=filled,
        standing=tuple(
            Standing(alias="Blå <rev>", at=AT, text="x" * 9000) for _ in range(standing)
        ),
    )


def sent_in(made: dict[str, object], **values: str | list[str] | None) -> dict[str, object]:
    blocks = json.loads(json.dumps(made["blocks"]))
    for number, block in enumerate(blocks):
        block.setdefault("block_id", f"b{number}")
    picture = {"id": "F1", "name": "../skjerm.png", "mimetype": "image/png", "size": 4711}
    state, missing = state_of(blocks, values, files={"F1": picture})
    assert missing == {}
    return {"view": {**made, "id": "V1", "state": {"values": state}}, "user": {"id": "U1KARI"}}


def test_every_form_is_one_that_slack_takes() -> None:
    """A form that does not open is a message that is not written down."""
    long = TOLD
    for youths, filled, standing in product((0, 1, MOST_YOUTHS), (None, long), (0, 1, 4)):
        made = json.loads(json.dumps(view(form(youths, filled=filled, standing=standing), LOOK)))

        View(**made).validate_json()
        assert list(faults_in_view(made)) == []
        assert len(made["private_metadata"]) <= 3000
        assert len(json.dumps(made)) < 250_000


def test_five_pictures_with_long_names_fit_in_what_a_form_remembers() -> None:
    """Slack refuses a form that remembers too much, and the words would be gone."""
    pictures = tuple(
        File(ref=f"F{'0' * 10}{n}", name="æ" * 200 + ".png", type="image/png", size=10**9)
        for n in range(5)
    )
    made = view(form(filled=replace(TOLD, pictures=pictures), standing=1), LOOK)

    assert list(faults_in_view(json.loads(json.dumps(made)))) == []
    assert read(sent_in(made), AT).pictures[4].ref == pictures[4].ref


def test_what_was_filled_in_comes_back_as_it_was() -> None:
    """Every field, and the file under a name that leads nowhere."""
    made = view(form(2), LOOK)
    when = AT - timedelta(minutes=3)
    told = read(
        sent_in(made, whose="t_8", when=str(int(when.timestamp())), words="hei",
                pictures=["F1"], answers=["yes"]),
        AT,
    )  # fmt: skip

    assert told == Registered(
        key="V1", channel="snapchat", thread=ThreadId("t_8"), user="U1KARI", at=AT, said_at=when,
        text="hei", pictures=(PICTURE,), answers=True,
    )  # fmt: skip


def test_somebody_new_has_no_thread_yet() -> None:
    """An alias is given when the words are taken, not before."""
    told = read(sent_in(view(form(1), LOOK), whose="new", words="hei"), AT)

    assert (told.thread, told.said_at, told.answers, told.insists) == (None, AT, False, False)


def test_whoever_is_asked_loses_nothing_of_what_was_filled_in() -> None:
    """The pictures, too, which no form can show as chosen."""
    made = view(form(2, filled=TOLD, standing=1), LOOK)

    again = read(sent_in(made), AT)

    assert again.insists
    assert (again.thread, again.text, again.pictures, again.answers, again.said_at) == (
        TOLD.thread, TOLD.text, TOLD.pictures, True, TOLD.said_at,
    )  # fmt: skip
    assert "Blå &lt;rev&gt;" in json.dumps(made, ensure_ascii=False)


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"said_at": AT + timedelta(minutes=6)}, "when"),
        ({"text": " \u200b\n", "pictures": ()}, "words"),
        ({"text": "", "pictures": ()}, "words"),
        ({"said_at": AT + timedelta(minutes=5)}, None),
        ({"text": ""}, None),
        ({}, None),
    ],
)
def test_what_cannot_be_is_said_at_its_field(told: dict[str, object], where: str | None) -> None:
    """Anything else is taken; a caseworker must not be quizzed by a form."""
    assert list(wrong(replace(TOLD, **told))) == ([where] if where else [])  # type: ignore[arg-type]


@pytest.mark.parametrize("about", ["", "{", "[]", "{}", '{"channel": 7}'])
def test_a_form_that_is_not_ours_is_not_read(about: str) -> None:
    """It is set aside with its words, for a person."""
    payload = sent_in(view(form(), LOOK), whose="new", words="hei")
    payload["view"] = {**payload["view"], "private_metadata": about}  # type: ignore[dict-item]

    with pytest.raises(Unreadable):
        read(payload, AT)
