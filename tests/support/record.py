"""A case record in memory: it takes a document once, and only what it may."""

from collections.abc import Sequence
from hashlib import sha256

from bridge.domain.canonical import Document, canonical, digest
from bridge.domain.ids import ConversationId, ThreadId
from bridge.domain.messages import Attachment
from bridge.ports import (
    Deletion,
    Employee,
    Join,
    Lapse,
    NotTaken,
    Picture,
    RecordRefused,
    RecordUnreachable,
    Refusal,
    Waiting,
    WrittenDown,
)


class MemoryRecord:
    """`down`: it does not answer."""

    def __init__(self, employees: Sequence[Employee]) -> None:
        self._employees = tuple(employees)
        self.held: dict[str, Document] = {}
        self.files: dict[str, bytes] = {}
        self.refusals: list[tuple[str, Refusal]] = []
        self.deleted: list[Deletion] = []
        self.decided: list[Join] = []
        self.confirmed: list[str] = []
        self.lapsed: dict[str, Lapse] = {}
        self.registered: dict[str, WrittenDown] = {}
        self.ended: dict[str, str] = {}
        """How what was written down ended, by its id."""
        self.damaged: set[str] = set()
        """Pictures that the record cannot read any longer."""
        self.down = False

    def under(self, kind: str) -> dict[str, Document]:
        """What is filed as `kind`, by its id, in the order it came."""
        found = (path.split("/", 1) for path in self.held)
        return {rest: self.held[f"{head}/{rest}"] for head, rest in found if head == kind}

    async def put(self, path: str, document: Document) -> None:
        self._must_be_up()
        kind, _, about = path.partition("/")
        known = self.held.get(path)
        if known is not None and canonical(known) != canonical(document) and kind != "stuck":
            self._refuse(path, Refusal.DIFFERENT)
        if kind == "transcripts" and known is None:
            self._may_be_filed(path, document)
        if kind == "contacts" and about in self.under("transcripts"):
            self._refuse(path, Refusal.DIFFERENT)
        self.held[path] = document

    async def put_attachments(
        self, conversation: ConversationId, those: Sequence[tuple[Attachment, bytes]]
    ) -> None:
        self._must_be_up()
        whole = [(a, body) for a, body in those if sha256(body).hexdigest() == a.sha256]
        self.files |= {attachment.id: body for attachment, body in whole}
        for attachment, _ in (each for each in those if each not in whole):
            self._refuse(attachment.id, Refusal.MALFORMED)

    async def digest(self, kind: str, conversation: ConversationId) -> str:
        self._must_be_up()
        document = self.held.get(f"{kind}/{conversation}")
        if document is None:
            self._refuse(f"{kind}/{conversation}", Refusal.NOT_THERE)
        return digest(document or {})

    async def employees(self) -> Sequence[Employee]:
        self._must_be_up()
        return self._employees

    async def link(self, code: str, user: str) -> Employee:
        self._must_be_up()
        raise RecordRefused(Refusal.UNKNOWN_CODE)

    async def cases(self, thread: ThreadId) -> Sequence[str]:
        self._must_be_up()
        return ()

    async def topics(self) -> Sequence[tuple[str, str]]:
        self._must_be_up()
        return ()

    async def deletions(self) -> Sequence[Deletion]:
        self._must_be_up()
        return [told for told in self.deleted if told.id not in self.confirmed]

    async def confirm_deletion(self, its_id: str) -> None:
        self._must_be_up()
        self.confirmed.append(its_id)

    async def joins(self) -> Sequence[Join]:
        self._must_be_up()
        return [told for told in self.decided if told.id not in self.confirmed]

    async def confirm_join(self, its_id: str) -> None:
        self._must_be_up()
        self.confirmed.append(its_id)

    async def lapse_join(self, its_id: str, why: Lapse) -> None:
        self._must_be_up()
        self.lapsed[its_id] = why
        self.confirmed.append(its_id)

    async def written_down(self) -> Sequence[Waiting]:
        self._must_be_up()
        return [
            Waiting(id=its_id, since=told.at)
            for its_id, told in self.registered.items()
            if its_id not in self.ended
        ]

    async def ask_for(self, its_id: str) -> WrittenDown:
        self._must_be_up()
        if its_id not in self.registered or its_id in self.ended:
            self._refuse(its_id, Refusal.NOT_THERE)
        return self.registered[its_id]

    async def picture(self, its_id: str, picture: Picture) -> bytes:
        self._must_be_up()
        if its_id in self.ended:
            self._refuse(its_id, Refusal.NOT_THERE)
        if picture.id in self.damaged:
            self._refuse(picture.id, Refusal.UNREADABLE)
        return self.files[picture.id]

    async def confirm_taken(self, its_id: str) -> None:
        self._must_be_up()
        self.ended.setdefault(its_id, "taken")

    async def not_taken(self, its_id: str, why: NotTaken) -> None:
        self._must_be_up()
        self.ended.setdefault(its_id, why.value)

    def _may_be_filed(self, path: str, document: Document) -> None:
        thread = document["thread"]
        if any(told["thread"] == thread for told in self.under("withdrawals").values()):
            self._refuse(path, Refusal.WITHDRAWN)
        consent = self.held.get(f"consents/{document['consent']}")
        if consent is None or consent["thread"] != thread:
            self._refuse(path, Refusal.NO_CONSENT)

    def _must_be_up(self) -> None:
        if self.down:
            raise RecordUnreachable("no-answer")

    def _refuse(self, path: str, why: Refusal) -> None:
        self.refusals.append((path, why))
        raise RecordRefused(why)
