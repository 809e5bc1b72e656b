"""What is written down on a page lies here until the bridge has it, and then not at all."""

import asyncio
import io
from base64 import b64decode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select, text

from casestore.backup.rows import LEFT_OUT
from casestore.edge import Reading
from casestore.registrations.rules import GRACE, LATE, MENDABLE, MOST_PICTURES, Status, Why
from casestore.registrations.tables import Registration, RegistrationPicture
from casestore.registrations.whose import AT_MOST as CHOICES
from casestore.registrations.words import key_owner
from casestore.threads.tables import DataKey
from casestore.uploads import AT_MOST, EICAR
from casestore.users.rules import Role
from tests.casestore.big_logs import fill
from tests.casestore.big_world import NOW, Filling, Size
from tests.casestore.matrix_world import PICTURE
from tests.casestore.people import audited, ties, youth
from tests.casestore.registering import (
    HI,
    asks,
    form,
    refuses,
    says_taken,
    waiting,
    writes_down,
    written_down,
)
from tests.casestore.stage import Person, Stage, contact_body
from tests.casestore.test_at_rest import found_in
from tests.support.lying import bytes_of
from tests.support.postgres import Server


def photo(size: tuple[int, int] = (300, 500), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind)
    return out.getvalue()


async def row_of(stage: Stage, its_id: str = "reg_1") -> Registration:
    async with stage.reading() as reading:
        return await reading.session.get_one(Registration, its_id)


async def count(reading: Reading, table: Any) -> int:
    return int(await reading.session.scalar(select(func.count()).select_from(table)) or 0)


async def left(stage: Stage, its_id: str = "reg_1") -> tuple[bytes, int, int]:
    """What lies here of it: the sealed words, the pictures, and the keys to either."""
    async with stage.reading() as reading:
        row = await reading.session.get_one(Registration, its_id)
        keys = select(func.count()).where(DataKey.owner == key_owner(its_id))
        found = await reading.session.scalar(keys)
        return row.words, await count(reading, RegistrationPicture), found or 0


NOTHING = (b"", 0, 0)


async def test_what_is_sent_in_is_given_to_the_bridge_word_for_word(stage: Stage) -> None:
    """With her time, and with who vouches for it; and never a name."""
    berit = await stage.person("berit")
    at = stage.clock.now() - timedelta(minutes=7)
    said_at = at.replace(second=0, microsecond=0)

    await written_down(stage, berit, pictures=[PICTURE], alias="Blå rev", whose="")

    assert await waiting(stage) == ["reg_1"]
    told = await asks(stage)
    (picture,) = told.pop("pictures")
    assert told == {
        "id": "reg_1", "channel": "snapchat", "thread": None, "alias": "Blå rev",
        "by": berit.id, "at": stage.at(-GRACE.total_seconds()),
        "said_at": said_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "ours": False, "text": HI,
        "answers": False, "insists": False,
    }  # fmt: skip
    assert (picture["type"], picture["size"]) == ("image/png", len(PICTURE))
    raw = await stage.bridge.get(f"registrations/reg_1/pictures/{picture['id']}")
    assert b64decode(raw.json()["body"]) == PICTURE
    assert [said["by"] for said in await audited(stage, "registration.sent_in")] == [berit.id]


async def test_it_is_shown_as_it_will_be_and_waits_half_a_minute(stage: Stage) -> None:
    """Whoever sees the wrong name there can still stop it."""
    berit = await stage.person("berit")
    answer = await writes_down(berit, form(stage), pictures=[PICTURE])

    page = await berit.sees(answer.headers["location"])

    assert "Slik blir det registrert" in page
    assert HI in page
    assert "Ny ungdom" in page
    assert "/pictures/rp_" in page
    stage.clock.move(GRACE - timedelta(seconds=1))
    assert await waiting(stage) == []
    assert (await stage.bridge.put("registrations/reg_1/asked", {})).status_code == 404
    stage.clock.move(timedelta(seconds=1))
    assert await waiting(stage) == ["reg_1"]


async def test_once_the_bridge_has_it_nothing_is_left_here(stage: Stage) -> None:
    """Promise 6 goes for this copy, too: words, pictures and the key they lay under."""
    berit = await stage.person("berit")
    await written_down(stage, berit, pictures=[PICTURE, photo()])
    assert (await left(stage))[1:] == (2, 1)
    await asks(stage)
    assert (await left(stage))[1:] == (2, 1)

    assert (await says_taken(stage)).status_code == 200

    assert await left(stage) == NOTHING
    assert await waiting(stage) == []
    page = await berit.sees("/registrations/reg_1")
    assert "Ordene og bildene er slettet her" in page
    assert HI not in page
    assert "Tatt inn" in await berit.sees("/registrations")
    assert len(await audited(stage, "registration.taken")) == 1


async def test_nothing_of_it_is_readable_on_disk_and_what_was_sealed_is_gone_too(
    stage: Stage, postgres_server: Server | None, tmp_path: Path
) -> None:
    """A canary in the words, and one in the picture: before, while it waits, and afterwards."""
    berit = await stage.person("berit")
    words, shown = "purpurkanari-i-snappen", photo((600, 900))
    canary = shown[1000:1040]
    await written_down(stage, berit, text=words, pictures=[shown])
    async with stage.reading() as reading:
        sealed = [
            (await reading.session.get_one(Registration, "reg_1")).words,
            *await reading.session.scalars(select(RegistrationPicture.body)),
        ]
    assert all(len(each) > 40 for each in sealed)
    home = await _home(stage, postgres_server, tmp_path)
    if home is None:
        return  # somebody else's server: its files are not ours to read
    assert not found_in(home, words)
    assert not any(canary in bytes_of(path) for path in home)
    postgres = stage.store.database.engine.dialect.name == "postgresql"
    if not postgres:
        assert all(_lies_in(home, each) for each in sealed), "the scan must find what lies there"

    await asks(stage)
    await says_taken(stage)

    home = await _home(stage, postgres_server, tmp_path) or []
    assert not found_in(home, words)
    assert not any(canary in bytes_of(path) for path in home)
    if not postgres:
        assert not any(_lies_in(home, each) for each in sealed)


def _lies_in(files: list[Path], sealed: bytes) -> bool:
    return any(sealed[10:40] in bytes_of(path) for path in files)


async def _home(stage: Stage, server: Server | None, tmp_path: Path) -> list[Path] | None:
    """The files of the database, with nothing left in its own memory or its log."""
    async with stage.store.database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM"))
            await connection.execute(text("CHECKPOINT"))
            home = server.data if server else None
        else:
            await connection.commit()
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).close()
            home = tmp_path / "data"
    return None if home is None else [path for path in home.rglob("*") if path.is_file()]


async def test_a_lost_answer_takes_nothing_twice_and_loses_nothing(stage: Stage) -> None:
    """The bridge says all of it again until it has heard an answer."""
    berit = await stage.person("berit")
    await written_down(stage, berit, pictures=[PICTURE])

    once, again = await asks(stage), await asks(stage)
    assert once == again
    assert await waiting(stage) == ["reg_1"]
    taken = [(await says_taken(stage)).status_code for _ in range(2)]

    assert taken == [200, 200]
    assert len(await audited(stage, "registration.taken")) == 1
    assert (await stage.bridge.put("registrations/reg_1/asked", {})).status_code == 404


async def test_what_the_bridge_was_never_given_cannot_be_called_taken(stage: Stage) -> None:
    """Nor refused: a confusion of ids must not erase a youth's words."""
    berit = await stage.person("berit")
    await written_down(stage, berit)

    for answer in (await says_taken(stage), await refuses(stage, "nobody")):
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:utebru:not-asked")
    for missing in (await says_taken(stage, "reg_9"), await refuses(stage, "nobody", "reg_9")):
        assert missing.status_code == 404

    assert (await row_of(stage)).status == Status.WAITING
    assert HI in await berit.sees("/registrations/reg_1")


async def test_withdrawn_is_gone_and_never_given(stage: Stage) -> None:
    """«Trukket tilbake» is true: it has been nowhere."""
    berit = await stage.person("berit")
    await written_down(stage, berit, pictures=[PICTURE])

    answers = [await berit.sends("/registrations/reg_1/withdraw") for _ in range(2)]

    assert [a.status_code for a in answers] == [303, 303]
    assert await left(stage) == NOTHING
    assert await waiting(stage) == []
    assert (await stage.bridge.put("registrations/reg_1/asked", {})).status_code == 404
    assert "er ikke sendt noe sted" in await berit.sees("/registrations/reg_1")
    assert len(await audited(stage, "registration.withdrawn")) == 1


async def test_what_the_bridge_has_been_given_cannot_be_withdrawn(stage: Stage) -> None:
    """It may be in the room by now; then that must not be called withdrawn."""
    berit = await stage.person("berit")
    await written_down(stage, berit)
    await asks(stage)

    answer = await berit.sends("/registrations/reg_1/withdraw")
    changed = await writes_down(berit, form(stage, text="noe annet"))

    assert answer.status_code == 409
    assert "alt hentet" in answer.text
    assert "kan ikke trekkes tilbake her lenger" in answer.text
    assert changed.status_code == 409
    assert "noe annet" in changed.text
    assert 'value="reg_1"' not in changed.text
    assert (await asks(stage))["text"] == HI


async def test_withdrawing_and_asking_at_once_ends_in_one_of_them(stage: Stage) -> None:
    """Never in words that are both withdrawn and given."""
    berit = await stage.person("berit")
    await written_down(stage, berit)

    asked, withdrawn = await asyncio.gather(
        stage.bridge.put("registrations/reg_1/asked", {}),
        berit.sends("/registrations/reg_1/withdraw"),
    )

    assert (asked.status_code, withdrawn.status_code) in {(200, 409), (404, 303)}


@pytest.mark.parametrize("why", list(Why))
async def test_what_is_not_taken_in_comes_back_with_its_words(stage: Stage, why: Why) -> None:
    """Whoever wrote it is told why, mends it, and sends it in again."""
    berit = await stage.person("berit")
    await written_down(stage, berit, pictures=[PICTURE], whose="", alias="Blå rav")
    (picture,) = (await asks(stage))["pictures"]

    answers = [await refuses(stage, why) for _ in range(2)]

    assert [a.status_code for a in answers] == [200, 200]
    assert await waiting(stage) == []
    assert (await stage.bridge.put("registrations/reg_1/asked", {})).status_code == 404
    page = await berit.sees("/registrations/reg_1")
    assert "Ble ikke tatt inn" in page
    assert HI in page
    edit = await berit.sees("/registrations/reg_1/edit")
    assert "Blå rav" in edit
    assert ("Registrer likevel" in edit) is (why is Why.STANDING)
    mended = form(stage, whose="", alias="Blå rev", insists="yes")
    assert (await writes_down(berit, mended, keep=[picture["id"]])).status_code == 303
    stage.clock.move(GRACE)
    told = await asks(stage)
    assert (told["alias"], told["insists"], told["text"]) == ("Blå rev", True, HI)
    assert [each["id"] for each in told["pictures"]] == [picture["id"]]
    (said,) = await audited(stage, "registration.refused")
    assert said["why"] == why


async def test_a_code_nobody_agreed_on_is_no_answer(stage: Stage) -> None:
    berit = await stage.person("berit")
    await written_down(stage, berit)
    await asks(stage)

    assert (await refuses(stage, "because")).status_code == 422
    assert (await row_of(stage)).status == Status.ASKED


async def test_the_same_form_sent_twice_is_one(stage: Stage) -> None:
    """A telephone with one bar sends it again; and twice at once."""
    berit = await stage.person("berit")
    told = form(stage)
    await berit.form_token()

    answers = await asyncio.gather(
        *(writes_down(berit, told, pictures=[PICTURE]) for _ in range(3))
    )

    assert {a.status_code for a in answers} == {303}
    async with stage.reading() as reading:
        assert await count(reading, Registration) == 1
        assert await count(reading, RegistrationPicture) == 1
    stage.clock.move(GRACE)
    assert await waiting(stage) == ["reg_1"]


async def test_a_form_that_is_mended_says_what_it_is_to_be(stage: Stage) -> None:
    """The words, and which of the pictures."""
    berit = await stage.person("berit")
    other = photo()
    await writes_down(berit, form(stage), pictures=[PICTURE, PICTURE])
    async with stage.reading() as reading:
        one, two = await reading.session.scalars(
            select(RegistrationPicture.id).order_by(RegistrationPicture.n)
        )

    await writes_down(berit, form(stage, text="hei du"), pictures=[other], keep=[two])

    stage.clock.move(GRACE)
    told = await asks(stage)
    assert told["text"] == "hei du"
    assert [(p["type"], p["size"]) for p in told["pictures"]] == [
        ("image/png", len(PICTURE)), ("image/jpeg", len(other)),
    ]  # fmt: skip
    assert one not in str(told)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": " \n "}, "Skriv noe, eller legg ved et skjermbilde."),
        ({"text": "x" * 10_001}, "Teksten er for lang. Del den i to."),
        ({"whose": ""}, "Velg hvem det gjelder, eller skriv aliaset."),
        ({"alias": "Blå rev"}, "Velg enten fra lista eller skriv aliaset, ikke begge."),
        ({"whose": "thread:t_other"}, "Velg hvem det gjelder på nytt."),
        ({"whose": "", "alias": "x" * 81}, "Skriv bare aliaset, slik det står i Slack."),
        ({"by": "her"}, "Velg hvem som skrev det."),
        ({"said_at": "i går"}, "Skriv dag og klokkeslett."),
        ({"said_at": "2026-11-03T14:00"}, "Det er ikke kommet dit ennå. Se på klokka."),
        ({"said_at": "2026-03-29T02:30"}, "Det klokkeslettet finnes ikke"),
        ({"channel": "fax"}, "Velg hvor det ble skrevet."),
    ],
    ids=str,
)
async def test_what_cannot_be_is_said_and_the_words_stay_in_the_form(
    stage: Stage, wrong: dict[str, str], said: str
) -> None:
    """Nothing of what was typed is to be typed again."""
    berit = await stage.person("berit")
    told = form(stage) | {"text": "det hun skrev"} | wrong

    answer = await writes_down(berit, told)

    assert answer.status_code in {409, 422}
    assert said in answer.text
    assert told["text"].strip() in answer.text
    assert told["alias"] in answer.text
    async with stage.reading() as reading:
        assert await count(reading, Registration) == 0


@pytest.mark.parametrize(
    ("pictures", "said"),
    [
        ([b"GIF89a" + bytes(200)], "verken JPEG eller PNG"),
        ([PICTURE, b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"], "verken JPEG eller PNG"),
        ([photo()[:2000]], "lot seg ikke åpne"),
        ([photo() + EICAR], "Viruskontrollen sa nei"),
        ([PICTURE + bytes(AT_MOST)], "er for stort"),
        ([PICTURE + bytes(9 * 1024 * 1024)] * 3, "25 MB til sammen"),
        ([PICTURE] * (MOST_PICTURES + 1), "Høyst fem bilder"),
    ],
    ids=["gif", "pdf", "torn", "virus", "large", "together", "many"],
)
async def test_pictures_that_cannot_be_kept_are_said_so_and_the_words_stay(
    stage: Stage, pictures: list[bytes], said: str
) -> None:
    """Whoever believes that it is kept deletes it from the telephone."""
    berit = await stage.person("berit")

    answer = await writes_down(berit, form(stage), pictures=pictures)

    assert answer.status_code == 422
    assert said in answer.text
    assert "Ingen av bildene er tatt vare på. Velg dem på nytt." in answer.text
    assert HI in answer.text
    async with stage.reading() as reading:
        assert await count(reading, Registration) == 0


async def test_good_pictures_beside_a_mistake_are_not_kept_either_and_it_says_so(
    stage: Stage,
) -> None:
    berit = await stage.person("berit")

    answer = await writes_down(berit, form(stage, whose=""), pictures=[PICTURE])

    assert answer.status_code == 422
    assert "Velg dem på nytt." in answer.text


async def test_a_youth_of_the_record_is_chosen_by_who_may_read_them(stage: Stage) -> None:
    """Only those who have written on Snapchat; the bridge hears a thread, and nobody's name."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    for n, (thread, channel) in enumerate([("t_snap", "snapchat"), ("t_tele", "telegram")]):
        body = contact_body(stage, f"c_{n}", by=berit.id, thread=thread, channel=channel)
        assert (await stage.bridge.put(f"contacts/c_{n}", body)).status_code == 201
        person = await youth(berit, alias=["Blå rev", "Stille elv"][n], name="Maya Lind")
        assert (await ties(berit, person, thread)).status_code in {200, 201}

    page = await berit.sees("/registrations")
    assert "Blå rev (Maya Lind)" in page
    assert "Stille elv" not in page
    assert "Blå rev" not in await arne.sees("/registrations")

    await written_down(stage, berit, whose="thread:t_snap")
    told = await asks(stage)
    assert (told["thread"], told["alias"]) == ("t_snap", None)
    assert "Maya" not in str(told)
    assert (await writes_down(arne, form(stage, "reg_2", whose="thread:t_snap"))).status_code == 422


async def test_who_wrote_long_ago_is_not_in_the_list_and_is_not_lost(stage: Stage) -> None:
    """A list of everybody is no list; what somebody once chose must stand there when they mend."""
    size = Size(persons=2 * CHOICES + 40, transcripts=2 * CHOICES + 40, notes=1, contacts=1,
                deeds=1, mine=6, of_each=3)  # fmt: skip
    stage.clock.set(NOW)
    await fill(Filling(store=stage.store, size=size))
    tove = Person(id="e_tove", login="tove", http=await stage.browser())
    assert (await tove.logs_in()).status_code == 303
    newest, oldest = f"thread:t_{size.persons - 1}", "thread:t_1"

    page = await tove.sees("/registrations")
    assert page.count('<option value="thread:') == CHOICES
    assert f'value="{newest}"' in page
    assert f'value="{oldest}"' not in page

    answer = await writes_down(tove, form(stage, whose=oldest))
    assert answer.status_code == 303
    assert "Alias 1" in await tove.sees(answer.headers["location"])
    assert f'value="{oldest}" selected' in await tove.sees("/registrations/reg_1/edit")


async def test_what_waits_too_long_is_said_where_people_look(stage: Stage) -> None:
    """Nobody may believe that the team has read what lies here."""
    berit, tove = await stage.person("berit"), await stage.leader()
    await written_down(stage, berit)
    late = "Utebru har ikke hentet den ennå"
    assert late not in await berit.sees("/registrations")
    stage.clock.move(LATE)
    assert late not in await berit.sees("/registrations")

    stage.clock.move(timedelta(seconds=1))

    for who in (berit, tove):
        assert late in await who.sees("/registrations")
        assert late in await who.sees("/registrations/reg_1")
        assert "/registrations/reg_1" in await who.sees("/tasks")
    await asks(stage)
    assert late in await berit.sees("/registrations/reg_1")
    await says_taken(stage)
    assert "/registrations/reg_1" not in await berit.sees("/tasks")


async def test_it_is_its_writers_and_who_leads_may_mend_it(stage: Stage) -> None:
    """A colleague finds nothing; and a caseworker may have gone on leave."""
    berit, arne, tove = (
        await stage.person("berit"), await stage.person("arne"), await stage.leader(),
    )  # fmt: skip
    await written_down(stage, berit)
    await asks(stage)
    await refuses(stage, Why.NOBODY)

    assert HI not in await arne.sees("/registrations")
    for path in ("", "/edit"):
        assert (await arne.http.get(f"/registrations/reg_1{path}")).status_code == 404
    assert (await arne.sends("/registrations/reg_1/withdraw")).status_code == 404
    assert (await writes_down(arne, form(stage, text="tøv"))).status_code == 404
    assert HI in await tove.sees("/registrations/reg_1")
    assert (await writes_down(tove, form(stage))).status_code == 303

    stage.clock.move(GRACE)
    told = await asks(stage)
    assert (told["by"], told["text"]) == (berit.id, HI)
    assert {said["by"] for said in await audited(stage, "registration.read")} == {tove.id}
    assert await audited(stage, "registration.read") != []


async def test_the_department_head_writes_down_nothing(stage: Stage) -> None:
    dag = await stage.person("dag", Role.DEPARTMENT_HEAD)

    assert (await dag.http.get("/registrations")).status_code == 403
    assert (await writes_down(dag, form(stage))).status_code == 403


async def test_nobody_but_the_bridge_asks(stage: Stage) -> None:
    """An employee's log-in opens none of it."""
    berit = await stage.person("berit")
    await written_down(stage, berit)

    for path in ("", "/reg_1/pictures/rp_1"):
        assert (await berit.http.get(f"/api/bridge/registrations{path}")).status_code == 401
    for path in ("asked", "taken"):
        url = f"/api/bridge/registrations/reg_1/{path}"
        assert (await berit.http.put(url, json={})).status_code == 401


async def test_what_he_said_himself_is_told_as_the_teams(stage: Stage) -> None:
    """And answers no question, whatever was ticked."""
    berit = await stage.person("berit")
    await written_down(stage, berit, by="me", answers="yes")

    told = await asks(stage)

    assert (told["ours"], told["answers"]) == (True, False)


async def test_a_key_that_is_gone_is_said_and_no_word_is_made_up(stage: Stage) -> None:
    """A damaged row stands until a person withdraws it."""
    berit = await stage.person("berit")
    await written_down(stage, berit)
    async with stage.writing() as writing:
        row = await writing.session.get_one(Registration, "reg_1")
        row.words = row.words[:-1] + bytes([row.words[-1] ^ 1])

    answer = await stage.bridge.put("registrations/reg_1/asked", {})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:utebru:unreadable")
    assert "(kan ikke leses)" in await berit.sees("/registrations/reg_1")
    assert (await berit.sends("/registrations/reg_1/withdraw")).status_code == 303


def test_a_backup_does_not_keep_for_months_what_is_here_for_minutes() -> None:
    assert {"registrations", "registration_pictures"} <= LEFT_OUT
    assert Status.ASKED not in MENDABLE
