"""The post around the mailboxes: who writes to them, and who gets what is sent from them."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from bots.sandbox.outlook.mailbox import INBOX, SENT, Mailbox
from bots.sandbox.outlook.people import Letter, Person
from bots.sandbox.outlook.subscriptions import Subscriptions


class Post:
    def __init__(
        self, address: str, clock: Callable[[], datetime], *, tenant: str, first_pause: float
    ) -> None:
        self.clock = clock
        self.mailbox = Mailbox(address, self._now)
        self.mailboxes = {address: self.mailbox}
        """By address; the shared one, and whichever others are opened."""
        self.subscriptions = Subscriptions(tenant, self._now, first_pause=first_pause)
        self._tenant = tenant
        self._people: dict[str, Person] = {}
        self._letters = 0

    def opens(self, address: str) -> Mailbox:
        """Another mailbox in the tenant, that we are let into as well."""
        return self.mailboxes.setdefault(address, Mailbox(address, self._now))

    def person(self, address: str, name: str) -> Person:
        person = Person(
            address, name, to=self.mailbox.address, clock=self._now, deliver=self.receives,
            mint=self._message_id,
        )  # fmt: skip
        self._people[address.lower()] = person
        return person

    def closes(self, person: Person) -> None:
        """Her mail account is no more: what is sent there comes back as a notice."""
        del self._people[person.address.lower()]

    def receives(self, letter: Letter, folder: str = INBOX) -> str:
        """A mail has come over the wire; its id."""
        mailbox = next(self.mailboxes[to] for to in letter.to if to in self.mailboxes)
        item = mailbox.add(letter, folder)
        self.subscriptions.changed(folder, item.id, mailbox=mailbox.address)
        return item.id

    def a_colleague_writes(
        self, to: Person, text: str, subject: str = "SV: Hei", *, mailbox: Mailbox | None = None
    ) -> str:
        """In Outlook, from the shared mailbox or their own, past us."""
        mailbox = mailbox or self.mailbox
        letter = Letter(
            id=self._message_id(), sender=mailbox.address, at=self._now(), subject=subject,
            text=text, to=(to.address,),
        )  # fmt: skip
        self._carry(letter)
        return mailbox.add(letter, SENT).id

    def _carry(self, letter: Letter) -> None:
        """To whoever is known; what nobody takes comes back as a notice."""
        for address in (*letter.to, *letter.copied):
            person = self._people.get(address.lower())
            if person is not None:
                person.gets(letter)
            elif address.lower() not in self.mailboxes:
                self.receives(self._undelivered(letter, address))

    def _undelivered(self, letter: Letter, address: str) -> Letter:
        headers = (("Return-Path", "<>"), ("Auto-Submitted", "auto-replied"),
                   ("X-MS-Exchange-Message-Is-Ndr", ""),
                   ("X-MS-Exchange-Organization-AuthAs", "Internal"))  # fmt: skip
        return Letter(
            id=self._message_id(), sender="postmaster@kommunen.example", at=self._now(),
            subject=f"Ikke levert: {letter.subject}", text=f"Adressen finnes ikke: {address}",
            to=(letter.sender,), answers=letter.id, headers=headers,
        )  # fmt: skip

    def _now(self) -> datetime:
        """By the clock that stands in the wall now; a test may hang up another."""
        return self.clock()

    def _message_id(self) -> str:
        self._letters += 1
        seal = hashlib.sha256(f"{self._tenant} {self._letters}".encode()).hexdigest()[:24]
        return f"<{seal}@mail.example>"
