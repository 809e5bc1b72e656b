"""
Keys apart from the data, in a PKCS#11 token: an HSM, which several machines share.

They are made in the token and never leave it: what is to be wrapped goes in, and comes out
encrypted. PKCS#11 lets several keys bear one label, so two processes that add the same period
at once make two of them. Nobody chooses between them: a wrapped key says which it lies under,
and when the period is dropped all of them are destroyed.

To whoever is no longer logged in a token shows no keys, as if there were none. So "gone" is
said only while the key for finding again, which never goes, is in sight.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, Final, Protocol, Self, TypeVar, cast

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, MechanismFlag, ObjectClass, Session

from bridge.keyring.file import KeyRingExposed
from bridge.keyring.refusals import KeyRingSilent, KeyRingUnprepared
from bridge.ports import KeyGone

NONCE: Final = 12
TAG: Final = 128
"""Bits."""
MARK: Final = 8
"""Bytes of a key's id, by which a wrapped key says what it lies under."""
FINDING: Final = "finding"
TRIES: Final = 4
PAUSE: Final = 0.1
"""Seconds; twice, then three times as long."""

REFUSED: Final = (
    pkcs11.PinIncorrect,
    pkcs11.PinInvalid,
    pkcs11.PinLenRange,
    pkcs11.PinExpired,
    pkcs11.PinLocked,
)
"""Asking again with the same PIN would soon lock it."""
KEPT_IN: Final = {Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True, Attribute.PRIVATE: True}

T = TypeVar("T")


class _Key(Protocol):
    """What a key in the token does; the library says it less narrowly."""

    def encrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes:
        """Inside the token."""
        ...

    def decrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes:
        """Inside the token."""
        ...

    def sign(self, data: bytes, *, mechanism: Mechanism) -> bytes: ...
    def destroy(self) -> None: ...
    def __getitem__(self, attribute: Attribute) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    module: Path
    token: str
    pin: str = field(repr=False)

    def opened(self, *, again: bool = False) -> Session:
        """`again`: what the module believes to know of its device is forgotten first."""
        module = pkcs11.lib(str(self.module))
        if again:
            module.reinitialize()
        token = module.get_token(token_label=self.token)
        try:
            return token.open(rw=True, user_pin=self.pin)
        except pkcs11.UserAlreadyLoggedIn:  # this process has another session there
            return token.open(rw=True)


class TokenKeyRing:
    """A `KeyRing` in a token, for any number of processes on any number of machines."""

    @classmethod
    def open(cls, *, module: Path, token: str, pin: str, team: str) -> Self:
        """
        The ring of `team` in `token`, as the PKCS#11 library at `module` reaches it.

        Raises `KeyRingSilent`, `KeyRingUnprepared`, or `KeyRingExposed` when a key may leave it.
        """
        ring = cls(_Door(module=module, token=token, pin=pin), team)
        ring.examine()
        return ring

    @classmethod
    def prepare(cls, *, module: Path, token: str, pin: str, team: str) -> bool:
        """Make the key for finding again; False where there is one. Raises `KeyRingSilent`."""
        ring = cls(_Door(module=module, token=token, pin=pin), team)
        return ring._ask(ring._make_finding)

    def __init__(self, door: _Door, team: str) -> None:
        self._door, self._ours = door, f"utebru/{team}/"
        self._open: Session | None = None
        self._refused = ""
        self._alone = RLock()

    def wrap(self, period: str, keys: Sequence[bytes]) -> list[bytes]:
        def wrapped(session: Session) -> list[bytes]:
            under = self._some(session, period)
            mark = bytes(under[Attribute.ID])
            return [mark + _hidden(under, period, key) for key in keys]

        return self._ask(wrapped)

    def unwrap(self, period: str, wrapped: bytes) -> bytes:
        mark, hidden = wrapped[:MARK], wrapped[MARK:]

        def unwrapped(session: Session) -> bytes:
            under = self._some(session, period, mark)
            try:
                return _shown(under, period, hidden)
            except pkcs11.PKCS11Error:
                # Tokens differ in what they say then. If this key still works, it is not the key.
                _shown(under, period, _hidden(under, period, mark))
                raise KeyGone(period) from None

        return self._ask(unwrapped)

    def fingerprints(self, texts: Sequence[str]) -> list[str]:
        words = [text.encode("utf-8", "surrogatepass") for text in texts]

        def found(session: Session) -> list[str]:
            under = self._finding(session)
            return [under.sign(each, mechanism=Mechanism.SHA256_HMAC).hex() for each in words]

        return self._ask(found)

    def periods(self) -> frozenset[str]:
        def named(session: Session) -> frozenset[str]:
            found = [str(key[Attribute.LABEL]) for key in _secrets(session)]
            if self._ours + FINDING not in found:
                raise pkcs11.UserNotLoggedIn
            ours = {label.removeprefix(self._ours) for label in found if self._is_ours(label)}
            return frozenset(ours - {FINDING})

        return self._ask(named)

    def add(self, period: str) -> None:
        """A key that is already there is kept, so that a rotation may be done again."""

        def added(session: Session) -> None:
            if not list(self._labelled(session, period)):
                does = MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT
                self._make(session, period, KeyType.AES, does)

        self._ask(added)

    def drop(self, period: str) -> None:
        """When this returns the token has been asked again, and has no such key."""

        def dropped(session: Session) -> None:
            for key in list(self._labelled(session, period)):
                key.destroy()
            self._finding(session)
            if list(self._labelled(session, period)):
                raise pkcs11.FunctionFailed

        self._ask(dropped)

    def examine(self) -> None:
        """Raises `KeyRingSilent`, `KeyRingUnprepared` or `KeyRingExposed`."""

        def examined(session: Session) -> tuple[int, bool]:
            ours = [key for key in _secrets(session) if self._is_ours(str(key[Attribute.LABEL]))]
            labels = [str(key[Attribute.LABEL]) for key in ours]
            kept = (Attribute.SENSITIVE, Attribute.NEVER_EXTRACTABLE)
            return labels.count(self._ours + FINDING), all(key[a] for key in ours for a in kept)

        finding, safe = self._ask(examined)
        if finding != 1:
            raise KeyRingUnprepared(
                f"{self._door.token} must have one key «{self._ours}{FINDING}», and has {finding}"
            )
        if not safe:
            raise KeyRingExposed(f"a key in {self._door.token} may be taken out of it")

    def _ask(self, question: Callable[[Session], T]) -> T:
        """
        Again in a new session, should the old one have ended. Raises `KeyRingSilent`.

        A token that keeps its keys in files is not to be seen while another process writes there,
        so it is looked for a few times more.
        """
        with self._alone:
            for again in range(TRIES):
                if self._refused:
                    break
                if again > 1:
                    time.sleep(PAUSE * again)
                try:
                    if self._open is None or again > 0:
                        self._open = self._door.opened(again=again > 0)
                    # A search in a session that has ended leaves a trace on stderr; this does not.
                    self._open.generate_random(NONCE * 8)
                    return question(self._open)
                except pkcs11.PKCS11Error as trouble:
                    said = type(trouble).__name__
                    if isinstance(trouble, REFUSED):
                        self._refused = said
            raise KeyRingSilent(f"{self._door.token}: {self._refused or said}")

    def _some(self, session: Session, period: str, mark: bytes | None = None) -> _Key:
        """One of the period's keys, or that very one. Raises `KeyGone`."""
        found = next(iter(list(self._labelled(session, period, mark))), None)
        if found is None:
            self._finding(session)  # or we are not seen in, and nothing is gone
            raise KeyGone(period)
        return found

    def _finding(self, session: Session) -> _Key:
        found = list(self._labelled(session, FINDING))
        if not found:
            raise pkcs11.UserNotLoggedIn
        return found[0]

    def _labelled(self, session: Session, name: str, mark: bytes | None = None) -> Iterator[_Key]:
        about: dict[Attribute, Any] = {Attribute.LABEL: self._ours + name}
        return _secrets(session, about if mark is None else {**about, Attribute.ID: mark})

    def _is_ours(self, label: str) -> bool:
        """Also beside a team whose name begins as ours does."""
        return label.startswith(self._ours) and "/" not in label.removeprefix(self._ours)

    def _make_finding(self, session: Session) -> bool:
        if list(self._labelled(session, FINDING)):
            return False
        does = MechanismFlag.SIGN | MechanismFlag.VERIFY
        self._make(session, FINDING, KeyType.GENERIC_SECRET, does)
        return True

    def _make(self, session: Session, name: str, kind: KeyType, does: MechanismFlag) -> None:
        session.generate_key(
            kind,
            256,
            id=os.urandom(MARK),
            label=self._ours + name,
            store=True,
            capabilities=does,
            template=KEPT_IN,
        )


def _secrets(session: Session, about: dict[Attribute, Any] | None = None) -> Iterator[_Key]:
    wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, **(about or {})}
    return cast("Iterator[_Key]", session.get_objects(wanted))


def _hidden(under: _Key, period: str, plain: bytes) -> bytes:
    """Bound to its period: what was wrapped for one is nothing in another."""
    nonce = os.urandom(NONCE)
    told = GCMParams(nonce, period.encode(), TAG)
    return nonce + under.encrypt(plain, mechanism=Mechanism.AES_GCM, mechanism_param=told)


def _shown(under: _Key, period: str, hidden: bytes) -> bytes:
    told = GCMParams(hidden[:NONCE], period.encode(), TAG)
    return under.decrypt(hidden[NONCE:], mechanism=Mechanism.AES_GCM, mechanism_param=told)
