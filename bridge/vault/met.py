"""
What one transaction has read of threads and conversations, and holds, as it stands now.

Whoever reads a thread holds it until the transaction ends, so that nobody else can change it
meanwhile: it need not be read twice. What the transaction itself changes is changed here too, or
forgotten here, and then read anew.
"""

from dataclasses import dataclass, field, replace

from bridge.domain.ids import ConversationId, ThreadId
from bridge.domain.threads import Conversation, Thread


@dataclass(slots=True)
class Met:
    threads: dict[ThreadId, Thread] = field(default_factory=dict)
    lines: dict[str, ThreadId] = field(default_factory=dict)
    """The thread at an address, by the mark of it."""
    joined: dict[ThreadId, list[ThreadId]] = field(default_factory=dict)
    """The threads that are joined into one, where that has been looked for."""
    talks: dict[ConversationId, Conversation] = field(default_factory=dict)
    roots: dict[str, ConversationId] = field(default_factory=dict)
    """The talk whose head it is, by the mark of it; which may have got another since."""
    kept: set[ConversationId] = field(default_factory=set)
    """Talks whose own rows are held, so that nobody numbers or seals anything in them."""
    latest: dict[ThreadId, ConversationId] = field(default_factory=dict)
    """The newest conversation of a thread, which is the open one if any is."""

    def said(self, conversation: ConversationId, seq: int) -> None:
        """One more entry of it has been numbered."""
        talk = self.talks.get(conversation)
        if talk is not None:
            self.talks[conversation] = replace(talk, ledger=replace(talk.ledger, last_seq=seq))

    def lost_sight_of(self, conversation: ConversationId) -> None:
        self.talks.pop(conversation, None)

    def begun(self, conversation: Conversation) -> None:
        self.latest[conversation.thread] = conversation.id

    def forget(self) -> None:
        """Something has been changed in many places."""
        self.threads.clear()
        self.lines.clear()
        self.joined.clear()
        self.talks.clear()
        self.roots.clear()
        self.latest.clear()
