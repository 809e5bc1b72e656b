"""Anything a team may do, in any order, and what must hold after every step of it."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import LargeBinary, func, select

from casestore.audit.chain import AUDIT
from casestore.consents.tables import Consent
from casestore.journal.tables import Entry, Note
from casestore.keys_rotating import rotate
from casestore.tables import ALL
from casestore.threads.tables import DataKey
from casestore.times import day_of
from casestore.transfers.chain import TRANSFERS
from casestore.users.rules import Role
from casestore.users.tables import User
from tests.casestore.deleting import proved
from tests.casestore.opened_by_force import by_force, keys_in
from tests.casestore.people import sends_json, youth_with_case
from tests.casestore.played import Merged, Shared, Text, Youth
from tests.casestore.stage import (
    Person,
    Stage,
    consent_body,
    digest_of,
    message,
    transcript_body,
    withdrawal_body,
)

NAMES: Final = ("arne", "berit", "siri")
MOST: Final = 7
"""So many youths at a time, that what comes together does so often."""


class Team:
    """Three caseworkers, a team leader and her head, and youths who come, agree and go."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage, self.chance = stage, chance
        self.youths: list[Youth] = []
        self.texts: list[Text] = []
        self.merges: list[Merged] = []
        self.gone: set[str] = set()
        self.deputy: tuple[str, str] | None = None
        self.away: str | None = None
        self.number = 0
        self.fired: Counter[str] = Counter()
        self.told: list[str] = []

    async def gathers(self) -> None:
        self.tove = await self.stage.leader()
        self.dag = await self.stage.person("dag", Role.DEPARTMENT_HEAD)
        self.staff = {name: await self.stage.person(name) for name in NAMES}

    @property
    def today(self) -> date:
        return day_of(self.stage.clock.now())

    def fresh(self) -> str:
        self.number += 1
        return f"x_played_{self.number:08d}"

    def anybody(self) -> str:
        return self.chance.choice([name for name in NAMES if name != self.away])

    def living(self) -> list[Youth]:
        return [youth for youth in self.youths if not youth.deleted]

    def youth(self) -> Youth:
        return self.chance.choice(self.living())

    def agreed(self, youth: Youth) -> bool:
        """The last that was said on any of their threads decides for all of them."""
        parts = [each for each in self.living() if each.root is youth.root]
        return max(parts, key=lambda each: each.at).says

    async def sends(self, who: Person, path: str, body: object) -> httpx.Response:
        answer = await sends_json(who, path, body)
        assert answer.status_code < 500, (path, answer.text)
        return answer

    async def a_youth_comes(self) -> bool:
        if len(self.living()) >= MOST:
            return False
        who, thread = self.anybody(), f"t_{self.fresh()}"
        person, case = await youth_with_case(self.stage, self.staff[who], thread=thread)
        await proved(self.stage, f"c_of_{thread}", None)
        self.number += 1
        self.youths.append(
            Youth(
                person=person, case=case, thread=thread, word=f"ordet{len(self.youths):04}kanari",
                responsible=who, consent=f"s_{thread}", at=self.number,
            )
        )  # fmt: skip
        return True

    async def a_youth_answers_the_bot(self) -> bool:
        # Who has said no is asked again before long; else nothing would be written at last.
        refused = [youth for youth in self.living() if not youth.says]
        youth, its_id = self.chance.choice(refused) if refused else self.youth(), self.fresh()
        yes = not youth.says
        self.stage.clock.move(timedelta(minutes=1))
        if yes:
            body = consent_body(self.stage, youth.thread) | {"conversation": self.fresh()}
            answer = await self.stage.bridge.put(f"consents/{its_id}", body)
            youth.consent = its_id
        else:
            body = withdrawal_body(self.stage, youth.thread) | {"conversation": self.fresh()}
            answer = await self.stage.bridge.put(f"withdrawals/{its_id}", body)
        assert answer.status_code == 201, answer.text
        youth.says, youth.at = yes, self.number
        self.stage.clock.move(timedelta(minutes=1))
        return yes

    async def a_transcript_comes(self) -> bool:
        """Filed with a consent that holds, and refused without; proved, and tied to the case."""
        youth, conversation = self.youth(), f"c_{self.fresh()}"
        by = self.staff[youth.responsible]
        said = [message(1, f"Det var {youth.word}."), message(2, "Ja.", author=by.id)]
        body = transcript_body(
            self.stage, conversation, thread=youth.thread, consent=youth.consent, author=by.id,
            messages=said,
        )  # fmt: skip
        answer = await self.stage.bridge.put(f"transcripts/{conversation}", body)
        holds = self.agreed(youth)
        assert (answer.status_code == 201) is holds, answer.text
        if not holds:
            return False
        await proved(self.stage, conversation, digest_of(body))
        text = Text(
            id=conversation, kind="entry", word=youth.word, author=youth.responsible, of=youth,
            case=None,
        )  # fmt: skip
        self.texts.append(text)
        if youth.root.restricted or self.away == youth.responsible:
            return False
        to = {"case": youth.case, "reason": "Hennes."}
        tied = await self.sends(by, f"/api/journal/{conversation}/case", to)
        assert tied.status_code == 200, tied.text
        text.case = youth
        return True

    async def a_note_is_written(self) -> bool:
        youth, who, its_id = self.youth(), self.anybody(), self.fresh()
        body = {
            "id": its_id, "kind": "talk", "at": self.stage.at(-60), "minutes": 10,
            "words": f"Vi snakket om {youth.word}.", "finish": True,
        }  # fmt: skip
        answer = await self.sends(self.staff[who], f"/api/cases/{youth.case}/notes", body)
        assert answer.status_code == self.may_write(youth, who), answer.text
        if answer.status_code != 201:
            return False
        self.texts.append(
            Text(id=its_id, kind="note", word=youth.word, author=who, of=youth, case=youth)
        )
        return True

    def may_write(self, youth: Youth, who: str) -> int:
        everybodys = self.deputy is not None and self.deputy[0] == who
        if who not in youth.readers(self.today):
            return 403 if everybodys and not youth.root.restricted else 404
        if who != youth.responsible:
            return 403
        return 201 if self.agreed(youth) else 409

    async def something_is_added(self) -> bool:
        notes = [text for text in self.texts if text.kind == "note" and not text.of.root.restricted]
        if not notes:
            return False
        text = self.chance.choice(notes)
        body = {"id": self.fresh(), "kind": "statement", "words": f"Nei, {text.word}!", "why": ""}
        answer = await self.sends(self.tove, f"/api/notes/{text.id}/additions", body)
        assert answer.status_code == 201, answer.text
        return True

    async def a_case_is_shared(self) -> bool:
        youth, to, its_id = self.youth(), self.anybody(), self.fresh()
        until = self.today + timedelta(days=self.chance.randrange(4))
        body = {
            "id": its_id, "user": self.staff[to].id, "from_day": self.today.isoformat(),
            "until_day": until.isoformat(), "reason": "Vikarierer.",
        }  # fmt: skip
        answer = await self.sends(self.tove, f"/api/cases/{youth.case}/shares", body)
        if answer.status_code != 201:
            # Shared in these days already, or theirs already.
            assert answer.status_code in {409, 422}, answer.text
            return False
        youth.shares.append(Shared(id=its_id, user=to, until=until))
        return True

    async def a_share_is_ended(self) -> bool:
        running = [(y, s) for y in self.living() for s in y.shares if not s.ended]
        if not running:
            return False
        youth, share = self.chance.choice(running)
        path = f"/api/cases/{youth.case}/shares/{share.id}/end"
        share.ended = (await self.sends(self.tove, path, {})).status_code < 300
        return share.ended

    async def a_case_is_handed_over(self) -> bool:
        youth, to = self.youth(), self.anybody()
        told = await self.tove.http.get(f"/api/cases/{youth.case}")
        assert told.status_code == 200, told.text
        body = {
            "id": self.fresh(), "to": self.staff[to].id, "reason": "Ferie.",
            "version": told.json()["version"],
        }  # fmt: skip
        answer = await self.sends(self.tove, f"/api/cases/{youth.case}/handover", body)
        if answer.status_code >= 300:
            assert to == youth.responsible, answer.text
            return False
        youth.responsible = to
        for share in youth.shares:
            share.ended = share.ended or share.user == to
        return True

    async def a_youth_is_restricted(self) -> bool:
        return await self.restricts("restrict", "objection")

    async def a_restriction_is_lifted(self) -> bool:
        return await self.restricts("unrestrict", "reason_gone")

    async def restricts(self, kind: str, basis: str) -> bool:
        wanted = kind == "restrict"
        some = [y for y in self.living() if y.root.restricted is not wanted]
        if not some or (wanted and sum(y.root.restricted for y in self.living()) > 1):
            return False
        youth = self.chance.choice(some).root
        body = {
            "id": self.fresh(), "person": youth.person, "kind": kind, "basis": basis,
            "reason": "Bestemt.",
        }  # fmt: skip
        answer = await self.sends(self.tove, "/api/deletions/restrictions", body)
        assert answer.status_code < 300, answer.text
        youth.restricted = wanted
        return True

    async def a_text_is_deleted_as_a_mistake(self) -> bool:
        if len(self.texts) < 2:
            return False
        text = self.chance.choice(self.texts)
        await self.deletes(text.kind, text.id, "delete_mistake", "never_meant")
        self.texts.remove(text)
        return True

    async def a_youth_is_deleted_as_a_mistake(self) -> bool:
        return await self.takes_out("delete_mistake", "wrong_person")

    async def a_youth_is_disposed_of(self) -> bool:
        return await self.takes_out("dispose", "disposal_decision")

    async def takes_out(self, kind: str, basis: str) -> bool:
        if len(self.living()) < 4:
            return False
        root = self.youth().root
        await self.deletes("person", root.person, kind, basis)
        parts = [youth for youth in self.living() if youth.root is root]
        for youth in parts:
            youth.deleted = True
        theirs = [text for text in self.texts if text.of in parts]
        self.texts = [text for text in self.texts if text not in theirs]
        self.merges = [m for m in self.merges if m.stays not in parts and m.goes not in parts]
        kept = {text.word for text in self.texts}
        self.gone |= {youth.word for youth in parts} - kept
        return True

    async def deletes(self, of: str, target: str, kind: str, basis: str) -> None:
        """Both steps, and the second person where one is wanted."""
        body = {
            "id": self.fresh(), "kind": kind, "target_kind": of, "target": target, "basis": basis,
            "reason": "Feil.", "reference": "26/1" if kind == "dispose" else "",
        }  # fmt: skip
        proposed = await self.sends(self.tove, "/api/deletions", body)
        assert proposed.status_code == 201, proposed.text
        told: dict[str, Any] = proposed.json()
        path = f"/api/deletions/{told['id']}"
        if kind == "dispose":
            alone = await self.sends(self.tove, f"{path}/confirm", {"seen": told["seen"]})
            assert alone.status_code in {403, 409}, alone.text
            second = await self.sends(self.dag, f"{path}/confirm", {"seen": told["seen"]})
            assert second.status_code == 200, second.text
        done = await self.sends(self.tove, f"{path}/carry-out", {"seen": told["seen"]})
        assert done.status_code == 200, done.text

    async def two_are_merged(self) -> bool:
        roots = [y for y in self.living() if y.into is None and not y.restricted]
        if len(roots) < 3:
            return False
        stays, goes = self.chance.sample(roots, 2)
        versions = [
            (await self.tove.http.get(f"/api/people/{each.person}")).json()["version"]
            for each in (stays, goes)
        ]
        body = {
            "other": goes.person, "version": versions[0], "other_version": versions[1],
            "reason": "Samme telefon.",
        }  # fmt: skip
        answer = await self.sends(self.tove, f"/api/people/{stays.person}/merge", body)
        assert answer.status_code == 201, answer.text
        along = [youth for youth in self.living() if youth.into is goes]
        for youth in (goes, *along):
            youth.into = stays
        self.merges.append(Merged(id=answer.json()["id"], stays=stays, goes=goes, along=along))
        return True

    async def a_merge_is_undone(self) -> bool:
        if not self.merges:
            return False
        last = self.merges.pop()
        path = f"/api/people/{last.stays.person}/merges/{last.id}/undo"
        answer = await self.sends(self.tove, path, {})
        assert answer.status_code == 200, answer.text
        last.goes.into, last.goes.restricted = None, last.stays.restricted
        for youth in last.along:
            youth.into = last.goes
        return True

    async def a_transcript_is_moved(self) -> bool:
        entries = [text for text in self.texts if text.kind == "entry"]
        if not entries:
            return False
        text, to = self.chance.choice(entries), self.youth().root
        if to is text.of.root:
            return False
        body = {"person": to.person, "case": to.case, "reason": "Feil ungdom."}
        answer = await self.sends(self.tove, f"/api/journal/{text.id}/move", body)
        assert answer.status_code == 200, answer.text
        text.of = text.case = to
        return True

    async def the_key_is_changed(self) -> bool:
        await rotate(self.stage.store)
        return True

    async def days_pass(self) -> bool:
        self.stage.clock.move(timedelta(days=self.chance.randrange(1, 4)))
        await self.everybody_logs_in()
        return True

    async def everybody_logs_in(self) -> None:
        for name, person in (("", self.tove), ("", self.dag), *self.staff.items()):
            if name != self.away:
                assert (await person.logs_in()).status_code == 303

    async def somebody_leaves_and_another_comes_back(self) -> bool:
        """Whoever's last day was yesterday is let in to nothing, in the middle of their session."""
        back = self.away
        self.away = None if back else self.anybody()
        name = back or self.away or ""
        async with self.stage.writing() as writing:
            user = await writing.session.get_one(User, self.staff[name].id)
            user.employed_until = None if back else self.today - timedelta(days=1)
        if back:
            await self.everybody_logs_in()
        return True

    async def a_deputy_begins_or_ends(self) -> bool:
        if self.deputy is not None:
            name, grant = self.deputy
            path = f"/api/accounts/{self.staff[name].id}/deputies/{grant}/end"
            answer = await self.sends(self.tove, path, {"reason": "Tilbake."})
            self.deputy = None
        else:
            name, last = self.anybody(), self.today + timedelta(days=300)
            body = {"begins": self.today.isoformat(), "ends": last.isoformat(), "reason": "Ferie."}
            path = f"/api/accounts/{self.staff[name].id}/deputies"
            answer = await self.sends(self.tove, path, body)
            self.deputy = (name, answer.json().get("id", ""))
        assert answer.status_code < 300, answer.text
        return True

    async def somebody_tries_to_remove_the_last_leader(self) -> bool:
        for who in (self.tove, self.dag, self.staff[self.anybody()]):
            path = f"/api/accounts/{self.tove.id}/close"
            answer = await self.sends(who, path, {"reason": "Slutt."})
            assert answer.status_code >= 300, answer.text
        async with self.stage.reading() as reading:
            leaders = select(func.count()).where(User.role == Role.TEAM_LEADER, User.active)
            assert await reading.session.scalar(leaders) == 1
        return True

    async def both_chains_hold(self) -> None:
        async with self.stage.reading() as reading:
            for chain in (TRANSFERS, AUDIT):
                assert (await chain.verify(reading)).holds

    async def what_is_gone_is_gone(self) -> None:
        """Every ciphertext in the database, against every key that is left, right or wrong."""
        blobs: list[bytes] = []
        async with self.stage.reading() as reading:
            for table in ALL.sorted_tables:
                columns = [c for c in table.columns if isinstance(c.type, LargeBinary)]
                if columns and table.name != "search_marks":
                    rows = (await reading.session.execute(select(*columns))).all()
                    blobs += [cell for row in rows for cell in row if cell and len(cell) > 28]
            wrapped = list(await reading.session.scalars(select(DataKey.wrapped)))
        ring = keys_in(self.stage.settings.keyring)
        keys = [by_force(key, blob) for key in ring for blob in wrapped]
        plain = b"\0".join(by_force(key, blob) for key in keys for blob in blobs)
        living = {text.word for text in self.texts}
        assert {word for word in living if word.encode() in plain} == living, "the search finds"
        assert {word for word in self.gone if word.encode() in plain} == set()

    def expected(self, name: str, readers: set[str], root: Youth) -> bool:
        if name == self.away:
            return False
        if self.deputy is not None and self.deputy[0] == name:
            return not root.restricted
        return name in readers

    async def nobody_sees_what_is_not_theirs(self) -> None:
        """Lists, pages, search; for everybody, of the youth that was last on anybody's mind."""
        living, youth = self.living(), self.youth()
        texts = [text for text in self.texts if text.word == youth.word]
        for name in self.chance.sample(NAMES, 2):
            person = self.staff[name]
            if name == self.away:
                assert (await person.http.get("/api/cases")).status_code in {303, 401}
                continue
            listed: set[str] = set()
            leads = self.deputy is not None and self.deputy[0] == name
            for which in ("all",) if leads else ("mine", "shared"):
                answer = await person.http.get(f"/api/cases?which={which}")
                listed |= {line["id"] for line in answer.json().get("cases", ())}
            wanted = {y.case for y in living if self.expected(name, y.readers(self.today), y.root)}
            assert listed - {y.case for y in self.youths if y.deleted} == wanted, name
            page = await person.http.get(f"/cases/{youth.case}")
            assert (page.status_code == 200) is (youth.case in wanted), name
            seen = {t.id for t in texts if self.expected(name, t.readers(self.today), t.of.root)}
            for text in texts[-1:]:
                path = f"/{'journal' if text.kind == 'entry' else 'notes'}/{text.id}"
                opened = (await person.http.get(path)).status_code == 200
                assert opened is (text.id in seen), (name, path)
            found = (await self.sends(person, "/api/search", {"query": youth.word})).json()
            assert {hit["id"] for hit in found["texts"]} == seen, name

    async def the_record_is_what_was_done(self) -> None:
        """Nothing without a consent, nothing lost, and nothing come back."""
        async with self.stage.reading() as reading:
            session = reading.session
            kept = set(await session.scalars(select(Entry.conversation)))
            kept |= set(await session.scalars(select(Note.id)))
            assert kept == {text.id for text in self.texts}
            for table in (Entry, Note):
                answers = select(Consent.answer, Consent.answered_at).join(
                    table, table.consent == Consent.id
                )
                assert {answer for answer, _ in await session.execute(answers)} <= {"yes"}

    @property
    def rules(self) -> list[Callable[[], Awaitable[bool]]]:
        return [
            self.a_youth_comes, self.a_youth_answers_the_bot, self.a_transcript_comes,
            self.a_note_is_written, self.something_is_added, self.a_case_is_shared,
            self.a_share_is_ended, self.a_case_is_handed_over, self.a_youth_is_restricted,
            self.a_restriction_is_lifted, self.a_text_is_deleted_as_a_mistake,
            self.a_youth_is_deleted_as_a_mistake, self.a_youth_is_disposed_of,
            self.two_are_merged, self.a_merge_is_undone, self.a_transcript_is_moved,
            self.the_key_is_changed, self.days_pass, self.somebody_leaves_and_another_comes_back,
            self.a_deputy_begins_or_ends, self.somebody_tries_to_remove_the_last_leader,
        ]  # fmt: skip

    async def steps(self) -> None:
        """Do one thing, more often what has been done seldom; then look at everything."""
        rules = self.rules
        seldom = min(rules, key=lambda rule: (self.fired[rule.__name__], self.chance.random()))
        rule = seldom if self.chance.random() < 0.5 else self.chance.choice(rules)
        if len(self.living()) < 4:
            rule = self.a_youth_comes
        name = rule.__name__
        self.told.append(name)
        self.fired[name] += await rule()
        await self.nobody_sees_what_is_not_theirs()
        await self.the_record_is_what_was_done()
        if len(self.told) % 10 == 0:
            await self.both_chains_hold()


async def played(stage: Stage, seed: int, steps: int) -> Team:
    """A team's days; what was done is told with whatever goes wrong."""
    team = Team(stage, random.Random(seed))
    await team.gathers()
    for _ in range(3):
        await team.a_youth_comes()
    for _ in range(steps):
        try:
            await team.steps()
        except BaseException as wrong:
            wrong.add_note(f"seed {seed}: " + ", ".join(team.told))
            raise
    await team.both_chains_hold()
    await team.what_is_gone_is_gone()
    return team


async def test_a_few_weeks_of_a_team(stage: Stage) -> None:
    """In every suite: few enough to be quick, and everything happens at least once."""
    team = await played(stage, seed=1, steps=60)

    assert [rule.__name__ for rule in team.rules if not team.fired[rule.__name__]] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
async def test_a_year_of_a_team(stage: Stage, seed: int) -> None:
    """Long enough for what seldom comes together."""
    await played(stage, seed=seed, steps=150)
