"""Whoever takes the disk finds ciphertext, and names of nobody."""

from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from bridge.domain.consent import Question
from bridge.domain.delivery import Move, What
from bridge.domain.ids import Address, ConsentId, CopyId, DeliveryId, EmployeeId, Ref
from bridge.domain.messages import Attachment
from bridge.domain.threads import Ending
from bridge.vault.ciphertext import AesGcm, Cipher, Tampered
from bridge.vault.keys import DataKey
from bridge.vault.sql import SqlVault
from tests.support.lying import bytes_of
from tests.support.postgres import Server
from tests.vault.rig import (
    NOON,
    TALK,
    Home,
    copy_of,
    errand,
    home_in_file,
    home_on,
    maya,
    said,
    talk,
)

CANARIES = {
    name: f"kanari-{name}-5f1c9"
    for name in ("words", "address", "update", "poison", "file", "filename", "question", "root",
                 "copyref", "document", "evidence", "params", "case")
}  # fmt: skip


class Plain:
    """No cipher at all, to show that the search would find what it looks for."""

    def encrypt(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        return plain

    def decrypt(self, key: bytes, hidden: bytes, about: bytes) -> bytes:
        return hidden


class PlainVault(SqlVault):
    @override
    def _cipher(self) -> Cipher:
        return Plain()


async def fill(vault: SqlVault) -> None:
    """Put one canary in every kind of place."""
    c = CANARIES
    await vault.accept("telegram", c["update"], c["update"].encode())
    await vault.accept("telegram", "2", c["poison"].encode())
    question = Question(
        id=ConsentId("cns_1"),
        text_id="consent",
        version="1",
        language="nb",
        asked_at=NOON,
        ref=Ref(c["question"]),
    )
    file = Attachment(id="att_1", name=c["filename"], type="text/plain", size=1, sha256="ab")
    ending = Ending(by=EmployeeId("emp_1"), at=NOON, seen=1, case=c["case"])
    async with vault.begin() as tx:
        await tx.threads.add(maya(address=Address(c["address"]), question=question))
        await tx.words.begin(talk())
        entry = await tx.words.append(TALK, said(c["words"]))
        await tx.words.attach(entry, file, c["file"].encode())
        await tx.threads.amend(replace(talk(), root=Ref(c["root"]), ending=ending))
        await tx.copies.expect(copy_of("cpy_1"))
        await tx.copies.found(CopyId("cpy_1"), Ref(c["copyref"]), erasable_until=None)
        evidence = replace(errand("dlv_1", what=What.RECORD), words=c["evidence"])
        await tx.outbox.add(replace(evidence, params={"ref": c["params"]}))
        await tx.outbox.move(DeliveryId("dlv_1"), Move.TAKEN)
        (poison,) = await tx.inbox.next(NOON)
        await tx.inbox.set_aside(poison.id, "unreadable")
        await tx.words._file(TALK, {"text": c["document"]})


def found_in(folder: Path) -> set[str]:
    seen: set[str] = set()
    for path in folder.rglob("*"):
        held = bytes_of(path)
        seen |= {
            name for name, canary in CANARIES.items() if any(way in held for way in ways(canary))
        }
    return seen


def ways(canary: str) -> list[bytes]:
    raw = canary.encode()
    return [raw, canary.encode("utf-16-le"), raw.hex().encode()]


@pytest.mark.parametrize(("kind", "finds"), [(SqlVault, set()), (PlainVault, set(CANARIES))])
async def test_nothing_can_be_read_in_the_database_file(
    tmp_path: Path, kind: type[SqlVault], finds: set[str]
) -> None:
    """A stolen laptop is a stolen laptop, and no youth's secret. Without encryption it were."""
    home = home_in_file(tmp_path)
    async with home.open(kind) as vault:
        await fill(vault)
        assert found_in(tmp_path / "data") == finds


@pytest.mark.parametrize(("kind", "finds"), [(SqlVault, set()), (PlainVault, set(CANARIES))])
async def test_nothing_can_be_read_in_postgresqls_own_files(
    server: Server, tmp_path: Path, kind: type[SqlVault], finds: set[str]
) -> None:
    """Heap and write-ahead log are what a backup, a replica or a thief gets."""
    if server.data is None:
        pytest.skip("the server is somebody else's; its files cannot be read")
    before = found_in(server.data)
    async with home_on(server, tmp_path) as home, home.open(kind) as vault:
        await fill(vault)
        assert found_in(server.data) - before == finds


def test_ciphertext_moved_to_another_place_is_refused() -> None:
    """Nobody with access to the database can put one youth's words in another's mouth."""
    key = DataKey(owner="con_1", key=bytes(32), cipher=AesGcm())
    hidden = key.write("hei", number=1, column="text")

    assert key.read(hidden, number=1, column="text") == "hei"
    for number, column in ((2, "text"), (1, "about")):
        with pytest.raises(Tampered):
            key.read(hidden, number=number, column=column)
    with pytest.raises(Tampered):
        replace(key, owner="con_2").read(hidden, number=1, column="text")
    assert "hei" not in repr(key)
    assert key.write("hei", number=1, column="text") != hidden


async def test_a_database_error_says_nothing_of_what_was_written(home: Home) -> None:
    """An error report is read by people who never met the youth."""
    async with home.open() as vault:
        async with vault.begin() as tx:
            await tx.threads.add(maya())
        with pytest.raises(Exception, match=r".") as caught:
            async with vault.begin() as tx:
                await tx.threads.add(maya(address=Address(CANARIES["address"])))
    assert CANARIES["address"] not in f"{caught.value!r} {caught.value}"
