"""At rest: no words, aliases, file names or platform ids in the files of either database."""

import base64
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.casestore.stage import (
    Stage,
    consent_body,
    copy_event,
    digest_of,
    message,
    sha256,
    transcript_body,
    withdrawal_body,
)
from tests.casestore.test_links import code_of, tie
from tests.support.lying import bytes_of
from tests.support.postgres import Server

CANARIES = {
    "alias": "Purpurkanari",
    "words": "jeg-vil-ikke-hjem-kanari",
    "file": "filinnhold-kanari",
    "name": "hunden-kanari.png",
    "reply": "JA-kanari",
    "ref": "platform-99112233-kanari",
    "slack": "U0KANARI99",
    "link": "https://slack.test/p-kanari",
    "comment": "kommentar-kanari",
    "note": "notat-kanari",
}
CONTROL = "kontrollnavn"


def forms(word: str) -> set[bytes]:
    """The ways a word may lie in a file: as it is, in UTF-16, in hex, in base64 at any offset."""
    raw = word.encode()
    base64s = {base64.b64encode(b"x" * n + raw)[4:-4] for n in range(3)}
    return {raw, word.encode("utf-16-le"), raw.hex().encode(), *base64s}


def found_in(files: list[Path], word: str) -> bool:
    return any(form in bytes_of(path) for path in files for form in forms(word))


async def test_nothing_a_youth_said_or_is_called_lies_readable_on_disk(
    stage: Stage, request: pytest.FixtureRequest, postgres_server: Server | None, tmp_path: Path
) -> None:
    """Whoever carries off the disk, or an old copy of it, must find nobody in it."""
    tove = await stage.leader()
    await everything_happens(stage)
    await tie(stage, await code_of(tove), CANARIES["slack"])
    await tove.sends("/reviews", comment=CANARIES["comment"])
    number = (await tove.sees("/tasks")).split('action="/tasks/')[1].split("/")[0]
    await tove.sends(f"/tasks/{number}/done", note=CANARIES["note"])
    await tove.sees("/journal/c_1")
    await stage.person(CONTROL)

    async with stage.store.database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("CHECKPOINT"))
            home = postgres_server.data if postgres_server else None
        else:
            home = tmp_path / "data"
    if home is None:
        return  # somebody else's server: its files are not ours to read
    files = [path for path in home.rglob("*") if path.is_file()]

    assert found_in(files, CONTROL), "the scan must find what does lie there"
    assert {kind for kind, word in CANARIES.items() if found_in(files, word)} == set()


async def everything_happens(stage: Stage) -> None:
    alias, file = CANARIES["alias"], CANARIES["file"].encode()
    asked = consent_body(stage) | {
        "alias": alias,
        "reply": CANARIES["reply"],
        "reply_sha256": sha256(CANARIES["reply"].encode()),
        "question_ref": CANARIES["ref"],
    }
    line = {
        "id": "a_1",
        "name": CANARIES["name"],
        "type": "image/png",
        "size": len(file),
        "sha256": sha256(file),
    }
    said = [message(1, CANARIES["words"], attachments=[line])]
    document = transcript_body(stage, messages=said, alias=alias)
    told = copy_event(stage, "k_1", "by_hand", link=CANARIES["link"])
    stuck = {
        "kind": "uncertain_reply",
        "conversation": None,
        "alias": alias,
        "since": stage.at(),
        "resolved_at": None,
        "reason": "timeout",
    }
    proof = {"kind": "read_back", "at": stage.at(), "digest": digest_of(document)}
    answers = [
        await stage.bridge.put("consents/s_1", asked),
        await stage.bridge.put_file("c_1", "a_1", file),
        await stage.bridge.put("transcripts/c_1", document),
        await stage.bridge.tells("c_1", "ev_1", told),
        await stage.bridge.tells("c_1", "ev_2", proof),
        await stage.bridge.put("stuck/x_1", stuck),
        await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage) | {"alias": alias}),
    ]
    assert {answer.status_code for answer in answers} == {201}


async def test_a_copy_of_the_database_without_the_key_file_reads_nothing(stage: Stage) -> None:
    """A backup that is mislaid must be a list of when, and not of who and what."""
    await everything_happens(stage)
    ring = stage.settings.keyring

    assert ring.stat().st_mode & 0o777 == 0o600
    async with stage.store.database.reading() as session:
        wrapped = list((await session.execute(text("SELECT wrapped FROM data_keys"))).scalars())
    assert len(wrapped) >= 3
    assert all(len(key) == 12 + 32 + 16 for key in wrapped)
