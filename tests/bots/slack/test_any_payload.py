"""Whatever comes, it is read or set aside; nothing stops the rest."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from bots.slack.convert import read
from bots.slack.identity import identity
from bots.slack.plain import plain, spoken, visible
from bots.slack.posts import Me
from bridge.domain.speech import Mention
from bridge.ports import Unreadable
from tests.bots.slack.payloads import (
    AT_BOT,
    BOT,
    ME,
    Json,
    body,
    click,
    command,
    deleted,
    edited,
    event,
    submission,
    words_in_form,
    written,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
WHOLE = [
    event(written(f"{AT_BOT} hei", files=[{"id": "F1"}], attachments=[{}], blocks=[{}])),
    event(edited(written("a"), written("b"))),
    event(deleted()),
    click("take"),
    submission("end", "c", words_in_form("hei")),
    command("koble X"),
]


def paths(of: object, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(of, dict):
        return [at]
    return [at, *(path for name, value in of.items() for path in paths(value, (*at, name)))]


def replaced(of: object, path: tuple[str, ...], value: object) -> object:
    if not path or not isinstance(of, dict):
        return value
    return of | {path[0]: replaced(of.get(path[0]), path[1:], value)}


@st.composite
def damaged(draw: st.DrawFn) -> Json:
    payload: object = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(1, 3))):
        where = draw(st.sampled_from([path for path in paths(payload) if path]))
        payload = replaced(payload, where, draw(ANYTHING))
    assert isinstance(payload, dict)
    return payload


@given(payload=damaged(), known=st.booleans())
def test_a_payload_of_any_shape_is_read_or_set_aside(payload: Json, known: bool) -> None:
    """One odd message must never keep a youth's next one from arriving."""
    with suppress(Unreadable):
        read(body(payload), ME if known else Me())

    assert identity(payload)


@given(raw=st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_set_aside(raw: bytes) -> None:
    """What is not even JSON is somebody's too."""
    with suppress(Unreadable):
        read(raw, ME)


@given(text=st.text(alphabet="ab 1<>&;|@!#^\n*_`~\u202e"))
def test_no_id_of_a_colleague_ever_reaches_a_youth(text: str) -> None:
    """A youth must not be able to find the caseworkers in Slack."""
    said = plain(f"{text}<@U7KARI> {text} <@U7KARI|kari>, <#C7ROM|rom> <!subteam^S7|@team>", BOT)

    assert not [name for name in ("U7KARI", "kari", "C7ROM", "rom|", "S7") if name in said]
    assert "en kollega" in said


@given(text=st.text())
def test_a_reply_is_never_empty(text: str) -> None:
    """An empty message says something too, and nobody meant it."""
    mention, words = spoken(f"{AT_BOT}{text}", BOT, None)

    assert mention is not Mention.BEGINS or visible(words)
