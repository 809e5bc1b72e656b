"""Somebody asks Meta that we delete: only what Meta signs, told once, and nothing of whom."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.meta import convert, deletion_page, whatsapp_convert
from bots.meta.deletion import Wish, made_on, wished
from bridge.domain.messages import DeletionAsked
from tests.bots.meta.shapes import SECRET, Json

USER = "10218883710299"
AT = 1_795_700_000  # 26 November 2026
TOLD: Json = {"algorithm": "HMAC-SHA256", "issued_at": AT, "user_id": USER}


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def asked(*, secret: str = SECRET, pad: str = "", **change: Any) -> bytes:
    payload = b64(json.dumps(TOLD | change).encode())
    seal = b64(hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest())
    return urlencode({"signed_request": f"{seal}{pad}.{payload}"}).encode()


def wish(**change: Any) -> Wish:
    found = wished(asked(**change), SECRET)
    assert found is not None
    return found


def test_a_wish_gets_a_code_that_says_when_and_not_who() -> None:
    """The code is told on, by whoever asked and by us; it must mean nothing to others."""
    made = wish()

    assert made_on(made.code, SECRET) == date(2026, 11, 26)
    assert made.code.startswith("261126-")
    assert USER not in f"{made.code} {made.event} {made.body.decode()}"


def test_the_same_wish_is_the_same_code_and_another_is_another() -> None:
    """Meta tells again until it has heard us; and what she asks next year is a new wish."""
    assert wish() == wish() == wish(pad="=")
    assert len({wish().code, wish(user_id="1").code, wish(issued_at=AT + 60).code}) == 3
    assert wish().event == wish().event != wish(user_id="1").event


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"signed_request=",
        b"signed_request=x.y",
        b"signed_request=.",
        "signed_request=æ.ø".encode(),
        b"signed_request=%ff.%ff",
        asked(secret="feil"),
        asked(algorithm="none"),
        asked(algorithm=""),
        asked(issued_at=None),
        asked(issued_at=10**18),
        asked(issued_at=-1),
        asked(user_id=None),
        asked().replace(b".", b""),
        asked() + b"x",
        b"a=1&" * 20 + asked(),
        b"x" * 10_000,
    ],
)
def test_what_meta_has_not_signed_is_no_wish(body: bytes) -> None:
    """Anybody could have the team look for somebody who has asked for nothing."""
    assert wished(body, SECRET) is None


def test_without_a_secret_nothing_is_signed() -> None:
    assert wished(asked(secret=""), "") is None


@given(st.binary(max_size=300))
def test_any_bytes_are_no_wish_and_no_accident(body: bytes) -> None:
    assert wished(b"signed_request=" + body, SECRET) is None


def test_a_code_that_we_did_not_give_is_not_known() -> None:
    """A page that says «vi fikk ønsket ditt» to whoever makes up a code would be a lie."""
    code = wish().code
    changed = [code[:-1] + ("A" if code[-1] != "A" else "B"), "270101" + code[6:], code.lower()]

    for other in ["", "<script>", code + "x", f" {code}", *changed]:
        assert made_on(other, SECRET) is None
    assert made_on(code, "en annen hemmelighet") is None


@pytest.mark.parametrize("read", [convert.read, whatsapp_convert.read])
def test_what_is_on_disk_is_understood(read: Any) -> None:
    made = wish()

    inbound = read(made.body)

    assert inbound.fact == DeletionAsked(code=made.code)
    assert (inbound.address, inbound.at.timestamp()) == ("", AT)


def test_the_page_claims_nothing_that_we_do_not_know() -> None:
    """Whoever reads it may think that it is all gone; it is not, and only they can have it so."""
    made = wish()
    page = deletion_page.shown(made.code, made_on(made.code, SECRET)).decode()

    assert made.code in page
    assert "26. november 2026" in page
    assert "Ingenting er slettet av dette alene" in page
    assert "er slettet hos oss" not in page


def test_a_code_of_nobodys_is_said_to_be_so_and_not_repeated() -> None:
    page = deletion_page.shown("<script>x", made_on("<script>x", SECRET)).decode()

    assert "Vi kjenner ikke igjen denne koden" in page
    assert "<script>" not in page
