"""A mail to one of the team is that person's, until they hand it on themselves."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bots.sandbox.faults import Fault
from bots.sandbox.outlook.people import Enclosed
from bridge.domain.consent import Standing
from bridge.domain.lifecycle import Filing
from bridge.domain.lifecycle import Stage as At
from tests.conftest import NoEars
from tests.support.stage_outlook import SECRET
from tests.support.stage_rooms import AMIR, ROOMS, SIRI, Rooms, with_rooms

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei amir, dette sier jeg bare til deg"
MORE = "det har skjedd noe mer siden sist"
CRISIS = "jeg vil ikke leve lenger"
SUBJECT = "det vi snakket om på torsdag"
REPLY = "Takk for at du sa det til meg."


@pytest_asyncio.fixture(loop_scope="module")
async def rooms(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Rooms]:
    async with with_rooms(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        ears.listen_for(SECRET, there.outlook.maya.address)
        yield there


async def test_a_mail_to_one_of_them_is_read_by_that_one_alone(rooms: Rooms) -> None:
    """She chose whom to tell. Nobody else may know that she wrote, by her words or her alias."""
    await rooms.writes(HI, SUBJECT)
    await rooms.answers(rooms.amir, REPLY)

    alias = (await rooms.thread()).alias
    assert HI in rooms.amir.reads()
    assert alias in rooms.amir.roots()[-1].words
    for room in (ROOMS["siri"], ROOMS["turid"], rooms.stage.town.sandbox.room.id):
        seen = rooms.everywhere(room)
        assert not [each for each in (HI, SUBJECT, REPLY, alias) if each in seen]


async def test_the_answer_goes_out_from_the_mailbox_she_wrote_to(rooms: Rooms) -> None:
    """She wrote to Amir; an answer from an address she has never seen is from a stranger."""
    await rooms.writes(HI, SUBJECT)
    await rooms.answers(rooms.amir, REPLY)

    letter = rooms.outlook.maya.received[-1]
    assert (letter.sender, letter.text) == (AMIR, REPLY)
    assert rooms.folder(rooms.amirs, "sentitems")[-1] == REPLY
    assert rooms.outlook.folder("sentitems") == []
    assert rooms.folder(rooms.siris, "sentitems") == []


async def test_who_writes_to_two_of_them_and_to_the_team_is_three_to_us(rooms: Rooms) -> None:
    """Who reads the one may not see the other; only people can know that it is the same girl."""
    await rooms.writes(HI, SUBJECT, to=AMIR)
    await rooms.writes(MORE, SUBJECT, to=SIRI)
    await rooms.outlook.writes("hei til dere alle sammen")

    ids = {(await rooms.thread(to)).id for to in (AMIR, SIRI, None)}
    assert len(ids) == 3
    assert HI in rooms.amir.reads()
    assert MORE in rooms.siri.reads()
    assert "hei til dere alle sammen" in rooms.team.reads()
    assert MORE not in rooms.everywhere(ROOMS["amir"]) + rooms.team_room()
    assert HI not in rooms.everywhere(ROOMS["siri"]) + rooms.team_room()


async def test_registered_it_is_read_by_the_team_and_wiped_where_it_was(rooms: Rooms) -> None:
    """All of it, in order, once; and nothing is left lying where only one can see to it."""
    await rooms.writes(HI, SUBJECT)
    await rooms.answers(rooms.amir, REPLY)
    await rooms.amir.writes("merk: ring skolen")
    alias = (await rooms.thread()).alias

    await rooms.presses(rooms.amir, "to_team")
    await rooms.stage.minutes(5)

    read = rooms.team.reads()
    assert (read.count(HI), read.count(REPLY)) == (1, 1)
    assert read.index(HI) < read.index(REPLY)
    assert "Gitt videre hit av" in read
    assert rooms.amir.roots() == []
    left = rooms.everywhere(ROOMS["amir"])
    assert not [each for each in (HI, SUBJECT, REPLY, alias, "ring skolen") if each in left]
    assert rooms.folder(rooms.amirs, "sentitems")[-1] == REPLY
    talk = await rooms.talk()
    assert (await rooms.stage.log()).kinds(talk.id) == ["handed_on"]


async def test_what_she_says_afterwards_is_read_where_it_is_now(rooms: Rooms) -> None:
    """Handed on is handed on: also the next talk, and still answered from Amir's address."""
    await rooms.writes(HI, SUBJECT)
    await rooms.presses(rooms.amir, "to_team")

    await rooms.writes(MORE)
    assert MORE in rooms.team.reads()
    await rooms.answers(rooms.team, REPLY)
    await rooms.team.ends()
    await rooms.settles()
    await rooms.writes("en ny dag")

    assert "en ny dag" in rooms.team.reads()
    assert rooms.outlook.maya.received[-1].sender == AMIR
    assert MORE not in rooms.everywhere(ROOMS["amir"])
    assert "en ny dag" not in rooms.everywhere(ROOMS["amir"])


async def test_given_to_the_leader_it_is_hers_alone_until_she_registers_it(rooms: Rooms) -> None:
    """Amir is leaving; the team need not know what he knew."""
    await rooms.writes(HI, SUBJECT)

    await rooms.presses(rooms.amir, "to_leader")
    await rooms.stage.minutes(5)

    assert HI in rooms.turid.reads()
    assert HI not in rooms.everywhere(ROOMS["amir"]) + rooms.team_room()
    assert "Gi til teamleder" not in rooms.turid.reads()

    await rooms.presses(rooms.turid, "to_team")
    await rooms.stage.minutes(5)

    assert HI in rooms.team.reads()
    assert HI not in rooms.everywhere(ROOMS["turid"])


async def test_what_comes_to_the_service_lies_on_the_leaders_shelf_where_she_wants_it(
    people_at_work: Path, tmp_path: Path
) -> None:
    """R4: she lays it where it belongs; what comes to Amir is still Amir's."""
    async with with_rooms(tmp_path, template=people_at_work, shelf="leader") as rooms:
        await rooms.outlook.writes(HI)
        await rooms.writes(MORE, to=AMIR)

        assert HI in rooms.turid.reads()
        assert MORE not in rooms.everywhere(ROOMS["turid"])
        assert MORE in rooms.amir.reads()
        assert HI not in rooms.everywhere(ROOMS["amir"]) + rooms.team_room()

        await rooms.presses(rooms.turid, "to_team")
        await rooms.stage.minutes(5)

        assert HI in rooms.team.reads()
        assert HI not in rooms.everywhere(ROOMS["turid"])
        await rooms.answers(rooms.team, REPLY)
        assert rooms.outlook.maya.received[-1].text == REPLY


async def test_a_talk_is_ended_and_filed_from_the_room_of_one(rooms: Rooms) -> None:
    """With her yes it is in the journal; without a trace in the mailbox or in any room."""
    await rooms.writes(HI, SUBJECT)
    rooms.outlook.maya.answers("Ja")
    await rooms.settles()
    assert (await rooms.thread()).standing is Standing.YES
    await rooms.answers(rooms.amir, REPLY)

    await rooms.amir.ends()
    await rooms.settles()
    await rooms.outlook.later(timedelta(hours=30))

    talk = await rooms.talk()
    assert (talk.stage, talk.filing) == (At.FORGOTTEN, Filing.JOURNAL)
    for name in ("inbox", "drafts", "sentitems"):
        assert rooms.folder(rooms.amirs, name) == []
    assert HI in rooms.folder(rooms.amirs, "purges")[0]
    assert HI not in rooms.everywhere(ROOMS["amir"]) + rooms.team_room()


async def test_what_was_moved_is_wiped_to_the_end_and_each_copy_accounted_for(
    rooms: Rooms,
) -> None:
    """The log must tell of the first room, too; or it says «all gone» and has not looked."""
    await rooms.writes(HI, SUBJECT)
    await rooms.answers(rooms.amir, REPLY)
    await rooms.presses(rooms.amir, "to_team")
    await rooms.stage.minutes(5)

    await rooms.team.ends()
    await rooms.settles()
    await rooms.outlook.later(timedelta(hours=30))

    talk = await rooms.talk()
    told = (await rooms.stage.log()).verdicts(talk.id).values()
    in_slack = [str(each["verdict"]) for each in told if each["place"] == "slack"]
    assert len(in_slack) >= 8
    assert set(in_slack) <= {"gone", "recoverable"}
    assert HI not in rooms.everywhere(ROOMS["amir"]) + rooms.team_room()


async def test_a_crisis_calls_for_somebody_and_says_neither_whose_nor_what(rooms: Rooms) -> None:
    """Amir may be asleep or on holiday; she must not wait for that."""
    await rooms.writes(CRISIS, SUBJECT)

    alias = (await rooms.thread()).alias
    assert "kan være krise" in "".join(s.words for s in rooms.amir.room())
    told = "".join(s.words for s in rooms.turid.room())
    assert "Noe haster i" in told
    assert ROOMS["amir"] in rooms.everywhere(ROOMS["turid"])
    for room in (ROOMS["turid"], ROOMS["siri"], rooms.stage.town.sandbox.room.id):
        assert not [e for e in (CRISIS, SUBJECT, alias) if e in rooms.everywhere(room)]
    assert "113" in rooms.outlook.heard()


async def test_who_has_waited_for_a_day_is_told_of_in_that_room_alone(rooms: Rooms) -> None:
    """The list of who waits is the team's; this is not the team's yet."""
    await rooms.writes(HI, SUBJECT)

    await rooms.stage.hours(30)
    await rooms.settles()

    alias = (await rooms.thread()).alias
    assert "har ventet på svar i en arbeidsdag" in rooms.everywhere(ROOMS["amir"])
    assert "Noe haster i" in rooms.everywhere(ROOMS["turid"])
    assert alias not in rooms.everywhere(ROOMS["turid"]) + rooms.team_room()


async def test_what_colleagues_write_to_each_other_is_none_of_ours(rooms: Rooms) -> None:
    """It is an employee's mailbox: who they write to, and what, is not taken or kept."""
    boss = rooms.outlook.outlook.person("rektor@kommunen.example", "Rektor")
    mother = rooms.outlook.outlook.person("mor@post.example", "Mor")
    boss.writes("Lønnssamtale fredag?", "Internt", to=AMIR)
    rooms.outlook.outlook.a_colleague_writes(mother, "Kommer til middag!", mailbox=rooms.amirs)

    await rooms.settles()

    assert rooms.amir.room() == rooms.team.roots() == []
    assert [letter.sender for letter in boss.received] == []
    assert len(rooms.folder(rooms.amirs, "inbox")) == 1
    assert rooms.folder(rooms.amirs, "sentitems") == ["Kommer til middag!"]


async def test_what_is_written_in_the_room_thread_that_was_left_goes_to_nobody(
    rooms: Rooms,
) -> None:
    """A card may still be on the screen; what is typed under it must neither be sent nor lie."""
    await rooms.writes(HI, SUBJECT)
    before = rooms.amir.root()
    await rooms.presses(rooms.amir, "to_team")
    letters = len(rooms.outlook.maya.received)

    await rooms.amir.writes("@utebru er du der?", before)
    await rooms.settles()
    await rooms.stage.minutes(5)

    assert len(rooms.outlook.maya.received) == letters
    assert "er du der?" not in rooms.everywhere(ROOMS["amir"]) + rooms.team_room()


async def test_it_is_not_moved_while_something_is_on_its_way_into_the_room(rooms: Rooms) -> None:
    """What was made for Amir's room would stand alone in the team's, or be lost between them."""
    await rooms.writes(HI, SUBJECT)
    root = rooms.amir.root()
    faults = rooms.stage.town.sandbox.slack.faults
    faults.during(Fault.SERVER_ERROR, lasting=timedelta(minutes=1), method="chat.postMessage")
    await rooms.writes(MORE)

    await rooms.presses(rooms.amir, "to_team")

    assert (await rooms.talk()).room == ROOMS["amir"]
    faults.clear()
    await rooms.stage.minutes(5)
    assert MORE in rooms.amir.reads(root)


async def test_it_stands_where_it_was_until_it_can_be_read_where_it_goes(rooms: Rooms) -> None:
    """A leader's room that nobody let the bot into would be where she was last seen."""
    slack, leaders = rooms.stage.town.sandbox.slack, ROOMS["turid"]
    await rooms.writes(HI, SUBJECT)
    members = slack.workspace.rooms[leaders].members
    slack.workspace.change_room(leaders, members=())

    await rooms.presses(rooms.amir, "to_leader")
    await rooms.stage.minutes(3)
    assert HI in rooms.everywhere(ROOMS["amir"])

    slack.workspace.change_room(leaders, members=members)
    await rooms.stage.minutes(10)
    assert HI in rooms.turid.reads()
    assert HI not in rooms.everywhere(ROOMS["amir"])


async def test_it_is_joined_with_nobody_before_it_is_handed_on(rooms: Rooms) -> None:
    """Joined, what she wrote to Amir would be read by all; or what she wrote to all, by Amir."""
    await rooms.writes(HI, SUBJECT)
    await rooms.outlook.writes("hei til dere alle sammen")
    private, shared = await rooms.thread(), await rooms.thread(None)

    await rooms.team.opens("join")
    await rooms.team.submits({"words": private.alias, "case": "2026/1"})

    assert "kjenner ingen med det dekknavnet" in rooms.team.hints()
    assert "join" not in str(rooms.amir.roots()[-1].buttons)
    assert (await rooms.thread()).joined is (await rooms.thread(None)).joined is None
    assert shared.room is None


async def test_a_picture_sent_to_one_comes_through_whole(rooms: Rooms) -> None:
    """It lies in another mailbox than the team's, and is had from there."""
    picture = b"%PDF-1.7 " + bytes(range(256)) * 40
    enclosed = Enclosed(name="brev.pdf", body=picture, mime="application/pdf")
    rooms.outlook.maya.writes(HI, files=(enclosed,), to=AMIR)
    await rooms.settles()
    await rooms.presses(rooms.amir, "to_team")
    await rooms.stage.minutes(5)

    talk = await rooms.talk()
    async with rooms.stage.town.bridge.vault.begin() as tx:
        entries = await tx.words.upto(talk.id, talk.ledger.last_seq)
    (attachment,) = [a for e in entries for a in e.attachments]
    assert attachment.size == len(picture)
    files = rooms.stage.town.sandbox.slack.workspace.files.values()
    assert [list(f.shares) for f in files if not f.deleted] == [[rooms.stage.town.sandbox.room.id]]


async def test_who_else_can_read_the_room_is_told_there(rooms: Rooms) -> None:
    """Somebody is let in on a busy day, and reads for months what was told to one."""
    slack = rooms.stage.town.sandbox.slack
    stranger = slack.add_user("Vikar")
    room = slack.workspace.rooms[ROOMS["amir"]]
    slack.workspace.change_room(room.id, members=(*room.members, stranger.id))

    await rooms.stage.minutes(3)

    told = "".join(seen.words for seen in rooms.amir.room())
    assert told.count("Dette rommet er for én person, men 2 kan lese her.") == 1
    assert told.count("ikke koblet til en ansatt") == 1
    assert stranger.id not in rooms.team_room()


async def test_a_shut_mailbox_silences_no_other(rooms: Rooms) -> None:
    """Amir's is closed when he leaves; who writes to Siri that day must be heard."""
    del rooms.outlook.outlook.mailboxes[AMIR]

    await rooms.writes(MORE, to=SIRI)
    await rooms.outlook.writes("hei til dere alle sammen")

    assert MORE in rooms.siri.reads()
    assert "hei til dere alle sammen" in rooms.team.reads()
    assert rooms.stage.cast.alarms().count("mistet tilgangen til e-post") == 1


async def test_each_mailbox_wakes_us_itself(rooms: Rooms) -> None:
    """One that only the clock asks for is minutes late, and nobody sees why."""
    await rooms.outlook.asks()
    resources = [each.resource for each in rooms.outlook.outlook.subscriptions.standing.values()]

    rooms.outlook.outlook.subscriptions.happens("subscriptionRemoved")
    while rooms.outlook.outlook.subscriptions.waiting:
        await rooms.outlook.outlook.subscriptions.call()
    await rooms.outlook.asks()

    again = [each.resource for each in rooms.outlook.outlook.subscriptions.standing.values()]
    assert len(resources) == len(set(resources)) == 3
    assert sorted(again) == sorted(resources)


async def test_an_answer_that_bounces_says_so_in_the_room_of_one(rooms: Rooms) -> None:
    """The notice comes to Amir's mailbox, from within the tenant, and is not a colleague's mail."""
    await rooms.writes(HI, SUBJECT)
    rooms.outlook.outlook.closes(rooms.outlook.maya)

    await rooms.answers(rooms.amir, REPLY)

    assert "ikke levert" in rooms.amir.reads()
    assert rooms.team.roots() == []


async def test_who_pretends_to_be_her_to_amir_is_another_there_too(rooms: Rooms) -> None:
    """Amir trusts what comes to his own address the most."""
    await rooms.writes(HI, SUBJECT)
    hers = rooms.amir.root()

    rooms.outlook.maya.is_pretended_to_be("Ja", to=AMIR)
    await rooms.settles()

    assert (await rooms.thread()).standing is Standing.ASKED
    assert rooms.amir.root() != hers
    assert "Avsender ikke bekreftet" in rooms.amir.reads()


async def test_without_a_room_for_the_leader_the_team_is_told_that_something_is_urgent(
    people_at_work: Path, tmp_path: Path, ears: NoEars
) -> None:
    """A small team has no such room; she must be found all the same."""
    async with with_rooms(tmp_path, template=people_at_work, leader=False) as rooms:
        rooms.stage.is_heard_by(ears)
        await rooms.writes(CRISIS, SUBJECT)

        alias = (await rooms.thread()).alias
        assert "Noe haster i et personlig rom." in rooms.stage.cast.alarms()
        assert not [e for e in (CRISIS, SUBJECT, alias, ROOMS["amir"]) if e in rooms.team_room()]
        assert "Gi til teamleder" not in rooms.amir.reads()
