"""Keys in a PKCS#11 token: they never leave it, and only what is really gone is called gone."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pkcs11
import pytest
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass, Session

from bridge.keyring import KeyRingExposed, KeyRingSilent, KeyRingUnprepared
from bridge.keyring.token import TokenKeyRing
from bridge.ports import KeyGone
from tests.contract.keyring_contract import KEY, KeyRingContract, Opened
from tests.support.softhsm import Hsm

Inside = Callable[[], Session]


@pytest.fixture
def team(hsm: Hsm) -> str:
    """Nobody else's, and ready."""
    name = f"team_{secrets.token_hex(4)}"
    assert hsm.prepare(name)
    return name


@pytest.fixture
def ring(hsm: Hsm, team: str) -> TokenKeyRing:
    return hsm.open(team)


@pytest.fixture
def inside(hsm: Hsm) -> Iterator[Inside]:
    """What somebody sees who has the PIN; in a session of its own, over which no ring speaks."""
    opened = []

    def session() -> Session:
        token = pkcs11.lib(str(hsm.module)).get_token(token_label=hsm.token)
        try:
            opened.append(token.open(rw=True, user_pin=hsm.pin))
        except pkcs11.UserAlreadyLoggedIn:
            opened.append(token.open(rw=True))
        return opened[-1]

    yield session
    pkcs11.lib(str(hsm.module)).reinitialize()


def keys(session: Session, team: str) -> list[Any]:
    found = list(session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY}))
    return [key for key in found if key[Attribute.LABEL].startswith(f"utebru/{team}/")]


def under(key: Any, period: str) -> bytes:
    """As a process wraps that has found this one of several."""
    nonce = secrets.token_bytes(12)
    told = GCMParams(nonce, period.encode(), 128)
    hidden = key.encrypt(KEY, mechanism=Mechanism.AES_GCM, mechanism_param=told)
    return bytes(key[Attribute.ID] + nonce + hidden)


class TestToken(KeyRingContract):
    @pytest.fixture
    def opened(self, hsm: Hsm, team: str) -> Opened:
        return lambda: hsm.open(team)


def test_no_key_leaves_the_token(ring: TokenKeyRing, team: str, inside: Inside) -> None:
    """Whoever runs the bridge cannot take a copy with them when they quit."""
    ring.add("p1")
    session = inside()
    ours = keys(session, team)
    carrier = session.generate_key(KeyType.AES, 256)

    assert len(ours) == 2
    for key in ours:
        with pytest.raises(pkcs11.AttributeSensitive):
            key[Attribute.VALUE]
        with pytest.raises(pkcs11.KeyUnextractable):
            carrier.wrap_key(key)  # type: ignore[attr-defined]  # it is a key that wraps
        with pytest.raises(pkcs11.AttributeReadOnly):
            key[Attribute.EXTRACTABLE] = True


def test_a_dropped_key_is_in_the_token_no_longer(
    ring: TokenKeyRing, team: str, inside: Inside
) -> None:
    """«Destroyed» is said of the token, not of what we remember of it."""
    ring.add("p1")
    ring.add("p1")
    assert len(keys(inside(), team)) == 2
    ring.drop("p1")
    assert [key[Attribute.LABEL] for key in keys(inside(), team)] == [f"utebru/{team}/finding"]


def test_two_who_add_a_period_at_once_lose_nothing_and_leave_nothing(
    ring: TokenKeyRing, team: str, inside: Inside
) -> None:
    """A token lets two keys bear one name; what lies under either is somebody's words."""
    ring.add("p1")
    session = inside()
    for _ in range(3):
        session.generate_key(
            KeyType.AES, 256, id=secrets.token_bytes(8), label=f"utebru/{team}/p1", store=True
        )
    lying = [under(key, "p1") for key in keys(session, team) if key[Attribute.LABEL].endswith("p1")]
    lying += ring.wrap("p1", [KEY])

    assert len(lying) == 5
    assert all(ring.unwrap("p1", wrapped) == KEY for wrapped in lying)
    ring.drop("p1")
    for wrapped in lying:
        with pytest.raises(KeyGone):
            ring.unwrap("p1", wrapped)


def test_a_token_that_nobody_has_prepared_is_not_begun_in(hsm: Hsm) -> None:
    """In the wrong token every youth would be a stranger, and what is written unreadable."""
    with pytest.raises(KeyRingUnprepared):
        hsm.open("nobody's")
    assert hsm.prepare("somebody's")
    assert not hsm.prepare("somebody's")
    hsm.open("somebody's")


def test_two_keys_to_find_again_by_are_one_too_many(
    hsm: Hsm, ring: TokenKeyRing, team: str, inside: Inside
) -> None:
    """Half of the youths would be strangers, depending on the hour."""
    inside().generate_key(
        KeyType.GENERIC_SECRET, 256, id=b"another", label=f"utebru/{team}/finding", store=True
    )
    with pytest.raises(KeyRingUnprepared, match="has 2"):
        hsm.open(team)


def test_a_key_that_may_leave_the_token_is_refused(hsm: Hsm, team: str, inside: Inside) -> None:
    """Somebody who meant well has put a key there that they have a copy of."""
    inside().create_object(
        {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KeyType.AES,
            Attribute.VALUE: KEY,
            Attribute.LABEL: f"utebru/{team}/p1",
            Attribute.TOKEN: True,
            Attribute.PRIVATE: True,
        }
    )
    with pytest.raises(KeyRingExposed):
        hsm.open(team)


def test_a_team_does_not_touch_another_teams_keys(hsm: Hsm, team: str, ring: TokenKeyRing) -> None:
    """Also one whose name begins as ours does."""
    hsm.prepare(f"{team}/nord")
    theirs = hsm.open(f"{team}/nord")
    theirs.add("p1")
    [wrapped] = theirs.wrap("p1", [KEY])

    assert ring.periods() == frozenset()
    assert ring.fingerprints(["tg-1"]) != theirs.fingerprints(["tg-1"])
    with pytest.raises(KeyGone):
        ring.unwrap("p1", wrapped)
    ring.drop("p1")
    assert theirs.unwrap("p1", wrapped) == KEY


def test_a_session_that_has_ended_is_opened_again(hsm: Hsm, ring: TokenKeyRing) -> None:
    """An HSM that was restarted at night must not need somebody who restarts the bridge."""
    ring.add("p1")
    [wrapped] = ring.wrap("p1", [KEY])
    pkcs11.lib(str(hsm.module)).reinitialize()

    assert ring.unwrap("p1", wrapped) == KEY


@pytest.mark.parametrize("asked", ["unwrap", "periods", "drop"])
def test_whoever_is_logged_out_does_not_take_what_is_hidden_for_gone(
    hsm: Hsm, team: str, inside: Inside, asked: str
) -> None:
    """A token answers those outside as if it were empty. «Gone» would be a lie, and told."""
    pkcs11.lib(str(hsm.module)).reinitialize()
    first = inside()
    ring = hsm.open(team)
    ring.add("p1")
    [wrapped] = ring.wrap("p1", [KEY])
    first.close()  # and with it everybody in this process is logged out

    match asked:
        case "unwrap":
            assert ring.unwrap("p1", wrapped) == KEY
        case "periods":
            assert ring.periods() == {"p1"}
        case _:
            ring.drop("p1")
            assert len(keys(inside(), team)) == 1


def test_a_token_that_is_away_is_silent_and_nothing_is_gone(hsm: Hsm, ring: TokenKeyRing) -> None:
    """What is only out of reach must never be reported to a youth as destroyed."""
    ring.add("p1")
    [wrapped] = ring.wrap("p1", [KEY])
    away = (hsm.home / "tokens").rename(hsm.home / "away")
    (hsm.home / "tokens").mkdir()
    try:
        for ask in (
            lambda: ring.unwrap("p1", wrapped),
            lambda: ring.wrap("p1", [KEY]),
            lambda: ring.fingerprints(["tg-1"]),
            ring.periods,
            lambda: ring.drop("p1"),
        ):
            with pytest.raises(KeyRingSilent):
                ask()
    finally:
        (hsm.home / "tokens").rmdir()
        away.rename(hsm.home / "tokens")

    assert ring.unwrap("p1", wrapped) == KEY


def test_a_pin_that_was_refused_is_not_tried_again(
    hsm: Hsm, ring: TokenKeyRing, inside: Inside
) -> None:
    """A bridge that goes on trying locks the token for everybody."""
    other = f"{hsm.pin}x"
    inside().set_pin(hsm.pin, other)
    pkcs11.lib(str(hsm.module)).reinitialize()
    try:
        with pytest.raises(KeyRingSilent, match="PinIncorrect"):
            ring.periods()
    finally:
        token = pkcs11.lib(str(hsm.module)).get_token(token_label=hsm.token)
        token.open(rw=True, user_pin=other).set_pin(other, hsm.pin)

    with pytest.raises(KeyRingSilent, match="PinIncorrect"):
        ring.periods()


def test_a_ring_in_a_token_shows_no_pin(hsm: Hsm, ring: TokenKeyRing) -> None:
    """A crash report holds the repr of everything nearby."""
    ring.add("p1")
    assert hsm.pin not in repr(ring) + repr(vars(ring))
