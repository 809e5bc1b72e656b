"""What a caseworker does in the workspace. One event, one transaction."""

from dataclasses import replace
from datetime import datetime

from bridge.domain.cards import Note
from bridge.domain.copies import Copy, Place, Verdict, Whose, room_of, stands_in
from bridge.domain.errands import Errands
from bridge.domain.ids import EmployeeId, Ref
from bridge.domain.late import TREATMENT, Fact, Treatment
from bridge.domain.lifecycle import Stage
from bridge.domain.registering import Registered
from bridge.domain.speech import (
    Changed,
    Clicked,
    Command,
    Deleted,
    Event,
    Intent,
    Irrelevant,
    Manner,
    Mention,
    Post,
    Submitted,
    intent,
)
from bridge.domain.threads import Conversation
from bridge.ports import Surroundings, Transaction
from bridge.relay.clicks import Clicks
from bridge.relay.desk import Desk
from bridge.relay.replies import Replies

LOOKED_FOR = frozenset({Verdict.GONE, Verdict.RECOVERABLE})
"""Seen to be gone already: that our own wiping is told back to us proves nothing more."""


OPENS_FORM = frozenset({"snap"})
"""What is written after the command only to have a form, which is open already."""


class FromTeam:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._clicks = Clicks(around)

    async def take(self, tx: Transaction, event: Event) -> None:
        match event:
            case Post() as post:
                await self._posted(tx, post)
            case Changed(post=post):
                await self._changed(tx, post)
            case Deleted() as deleted:
                await self._deleted(tx, deleted)
            case Clicked() as clicked:
                await self._clicks.clicked(tx, clicked)
            case Submitted() as submitted:
                await self._clicks.submitted(tx, submitted)
            case Registered() as told:
                await self._clicks.registered(tx, told)
            case Command() as command:
                await self._commanded(tx, command)
            case Irrelevant():
                return

    async def _posted(self, tx: Transaction, post: Post) -> None:
        conversation = await self._read_in(tx, post.root) if post.root else None
        if conversation is None:
            return await self._elsewhere(tx, post)
        if post.root is not None and room_of(post.root) != conversation.room:
            return await self._left_behind(tx, post, conversation)
        desk = await self._desk(tx, conversation)
        here = TREATMENT[Fact.POST, conversation.stage] is Treatment.HERE
        if await tx.copies.by_ref(post.ref):
            return None  # read in a gap and told as well
        seq = None
        employee = await tx.staff.by_user(post.user)
        linked = employee is not None and employee.active
        meant = intent(post, live=here, linked=linked)
        if meant is Intent.SPEAK and employee is not None and self._around.practice.wipes_people:
            replies = Replies(desk, self._around)
            seq = await replies.speak(post, conversation, EmployeeId(employee.id))
            if post.files:
                await self._whisper(tx, desk.errands, post, Note.FILES_STAY)
        elif meant is not Intent.NOTE or not here:
            await self._whisper(tx, desk.errands, post, self._hint(here=here, linked=linked))
        await self._their_copies(desk, post, conversation, seq)
        await desk.close()
        return None

    async def _read_in(self, tx: Transaction, root: Ref) -> Conversation | None:
        """The talk of a room thread; also of one that it has been moved from."""
        found = await tx.threads.by_root(root)
        for copy in () if found else await tx.copies.by_ref(root):
            talk = await tx.threads.conversation(copy.conversation)
            if talk.room is not None and room_of(root) != talk.room:
                return talk
        return found

    async def _left_behind(self, tx: Transaction, post: Post, conversation: Conversation) -> None:
        """It goes to nobody, and is wiped with what stood there."""
        if await tx.copies.by_ref(post.ref):
            return
        desk = await self._desk(tx, conversation)
        await self._whisper(tx, desk.errands, post, Note.MOVED_ON)
        await self._their_copies(desk, post, conversation, None, due=desk.now)
        await desk.close()

    def _hint(self, *, here: bool, linked: bool) -> Note:
        if not here:
            return Note.NOT_LIVE
        if not linked:
            return Note.NOT_LINKED
        return Note.HOW_TO_REPLY if self._around.practice.wipes_people else Note.MODAL_ONLY

    async def _their_copies(
        self,
        desk: Desk,
        post: Post,
        conversation: Conversation,
        seq: int | None,
        *,
        due: datetime | None = None,
    ) -> None:
        """What people write beside the youth's words is a copy too, from the start."""
        if conversation.stage is Stage.FORGOTTEN:
            due = desk.now
        await desk.note_copy(
            conversation.id, Place.WORKSPACE, Whose.CASEWORKER, post.ref,
            seq=seq, author=post.user, due_at=due,
        )  # fmt: skip
        for file in post.files:
            await desk.note_copy(
                conversation.id, Place.WORKSPACE_FILE, Whose.CASEWORKER,
                Ref(f"{post.room}/{file}"), author=post.user, due_at=due,
            )  # fmt: skip

    async def _elsewhere(self, tx: Transaction, post: Post) -> None:
        if intent(post, live=False, linked=False) is Intent.HINT:
            await self._whisper(tx, self._errands(), post, Note.HOW_TO_REPLY)

    async def _changed(self, tx: Transaction, post: Post) -> None:
        known = [c for c in await tx.copies.by_ref(post.ref) if c.whose is Whose.CASEWORKER]
        if not known:
            # Deleted or edited before it was told: taken as new, and then never as a reply.
            return await self._posted(tx, replace(post, manner=Manner.ADDED))
        copy = known[0]
        conversation = await tx.threads.conversation(copy.conversation)
        desk = await self._desk(tx, conversation)
        here = TREATMENT[Fact.REPLY_EDIT, conversation.stage] is Treatment.HERE
        if copy.seq is None:
            if post.mention is not Mention.NONE:
                await self._whisper(tx, desk.errands, post, Note.EDIT_NOT_SENT)
        elif not here:
            await self._whisper(tx, desk.errands, post, Note.NOT_LIVE)
        elif not await Replies(desk, self._around).reword(post, conversation, copy):
            await self._whisper(tx, desk.errands, post, Note.EDIT_NOT_SENT)
        await desk.close()
        return None

    async def _deleted(self, tx: Transaction, deleted: Deleted) -> None:
        for copy in await tx.copies.by_ref(deleted.ref):
            conversation = await tx.threads.conversation(copy.conversation)
            desk = await self._desk(tx, conversation)
            here = TREATMENT[Fact.REPLY_DELETED, conversation.stage] is Treatment.HERE
            # Where the talk has been moved from, it is we who delete.
            here = here and stands_in(copy, conversation.room)
            if here and copy.seq is not None and copy.whose is Whose.CASEWORKER:
                await Replies(desk, self._around).unsay(conversation, copy.seq, deleted.at)
            if copy.verdict not in LOOKED_FOR:
                gone = self._seen_gone(copy, desk)
                await tx.copies.save(gone)
                if conversation.stage is Stage.FORGOTTEN:
                    await desk.report_copy(gone)
            await desk.close()

    def _seen_gone(self, copy: Copy, desk: Desk) -> Copy:
        kept = self._around.practice.revisions_kept
        return replace(
            copy,
            verdict=Verdict.RECOVERABLE if kept else Verdict.GONE,
            evidence="told",
            due_at=desk.now if copy.due_at else None,
        )

    async def _commanded(self, tx: Transaction, command: Command) -> None:
        errands = self._errands()
        word, _, code = command.words.strip().partition(" ")
        if word.casefold() in {"koble", "link"} and code.strip():
            await tx.outbox.add(
                errands.link(code.strip().upper(), user=command.user, room=command.room)
            )
        elif word.casefold() not in OPENS_FORM:
            await tx.outbox.add(
                errands.whisper(Note.COMMAND_HELP, user=command.user, room=command.room)
            )

    async def _whisper(self, tx: Transaction, errands: Errands, post: Post, note: Note) -> None:
        await tx.outbox.add(errands.whisper(note, user=post.user, room=post.room, root=post.root))

    async def _desk(self, tx: Transaction, conversation: Conversation) -> Desk:
        return await Desk.at(self._around, tx, conversation.id)

    def _errands(self) -> Errands:
        return Errands(
            new=self._around.mint.new,
            now=self._around.clock.now(),
            team=self._around.practice.team,
        )
