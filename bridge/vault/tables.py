"""
What is on disk, and in what form.

Columns of bytes are ciphertext, and the owner of the key they are written under is named
beside each. Columns ending in `_mark` are keyed hashes, by which something can be found
again without saying what it is. Everything else may be read by whoever steals the disk.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bridge.vault.columns import Moment, Number, metadata


def _some(name: str, *columns: str, which: str, unique: bool = False) -> Index:
    """
    An index of some rows only.

    PostgreSQL is told which by the migrations alone, which make it: to say so here brings in its
    dialect, two megabytes that SQLite has no use for.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(which))


key_periods: Final = Table(
    "key_periods",
    metadata,
    Column("team", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("closing_at", Moment),
    Column("destroyed_at", Moment),
    Index(None, "team", "state"),
    _some("uq_key_periods_current", "team", unique=True, which="state = 'current'"),
)

data_keys: Final = Table(
    "data_keys",
    metadata,
    Column("team", Text, primary_key=True),
    Column("owner", Text, primary_key=True),
    Column("period", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    ForeignKeyConstraint(["team", "period"], ["key_periods.team", "key_periods.id"]),
    Index(None, "team", "period", "owner"),
)

inbox: Final = Table(
    "inbox",
    metadata,
    Column("number", Number, primary_key=True),
    Column("team", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("event_mark", Text, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("done_at", Moment),
    Column("body", LargeBinary),  # its own key
    UniqueConstraint("team", "id"),
    UniqueConstraint("team", "source", "event_mark"),
    Index(None, "team", "state", "number"),
    Index(None, "team", "done_at"),
)

threads: Final = Table(
    "threads",
    metadata,
    Column("team", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("alias", Text, nullable=False),
    Column("address_mark", Text),
    Column("address", LargeBinary),  # the thread
    Column("language", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("consent", Text),
    Column("question", LargeBinary),  # the thread
    Column("last_out", Text),
    Column("cooling_until", Moment),
    Column("crisis_until", Moment),
    Column("left", Boolean, nullable=False),
    Column("last_youth_at", Moment),
    Column("made_at", Moment, nullable=False),
    Column("joined", Text),
    Column("joined_at", Moment),
    Column("speaks", Text),
    Column("room", Text),
    Index(None, "team", "joined", "id"),
    _some("ix_threads_team_speaks", "team", "speaks", which="speaks IS NOT NULL"),
    UniqueConstraint("team", "alias"),
    UniqueConstraint("team", "channel", "address_mark"),
)

conversations: Final = Table(
    "conversations",
    metadata,
    Column("team", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", Number, nullable=False),
    Column("thread", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("filing", Text),
    Column("digest", Text),
    Column("opened_at", Moment, nullable=False),
    Column("room", Text),
    Column("root_mark", Text),
    Column("root", LargeBinary),  # the thread
    Column("owner", Text),
    Column("ending_by", Text),
    Column("ending_at", Moment),
    Column("ending_seen", Integer),
    Column("ending_about", LargeBinary),  # the conversation
    Column("sealed_at", Moment),
    Column("sealed_by", Text),
    Column("last_youth", Integer, nullable=False),
    Column("last_youth_at", Moment),
    Column("handled", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("postponed_until", Moment),
    Column("warned", JSON, nullable=False),
    Column("chat", Text, nullable=False),
    Column("chat_asked_at", Moment),
    Column("erased_under", Text),  # the period that its key was last wrapped under
    ForeignKeyConstraint(["team", "thread"], ["threads.team", "threads.id"]),
    Index("ix_conversations_thread", "team", "thread", "number", unique=True),
    Index(None, "team", "stage"),
    Index(None, "team", "root_mark"),
    _some("uq_conversations_open", "team", "thread", unique=True, which="stage = 'open'"),
    _some(
        "ix_conversations_ending",
        "team",
        "ending_at",
        which="stage = 'open' AND ending_at IS NOT NULL",
    ),
    _some(
        "ix_conversations_settling", "team", "chat", which="stage != 'open' AND chat != 'settled'"
    ),
)

entries: Final = Table(
    "entries",
    metadata,
    Column("team", Text, primary_key=True),
    Column("conversation", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("by", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("author", Text),
    Column("of", Integer),
    Column("phrase", Text),
    Column("text", LargeBinary, nullable=False),  # the conversation
    ForeignKeyConstraint(["team", "conversation"], ["conversations.team", "conversations.id"]),
    _some("ix_entries_team_conversation_of", "team", "conversation", "of", which="of IS NOT NULL"),
)

attachments: Final = Table(
    "attachments",
    metadata,
    Column("number", Number, primary_key=True),
    Column("team", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("about", LargeBinary, nullable=False),  # the conversation
    Column("body", LargeBinary, nullable=False),  # the conversation
    ForeignKeyConstraint(
        ["team", "conversation", "seq"], ["entries.team", "entries.conversation", "entries.seq"]
    ),
    UniqueConstraint("team", "id"),
    Index(None, "team", "conversation", "seq"),
)

documents: Final = Table(
    "documents",
    metadata,
    Column("team", Text, primary_key=True),
    Column("conversation", Text, primary_key=True),
    Column("document", LargeBinary, nullable=False),  # the conversation
    ForeignKeyConstraint(["team", "conversation"], ["conversations.team", "conversations.id"]),
)

deliveries: Final = Table(
    "deliveries",
    metadata,
    Column("number", Number, primary_key=True),
    Column("team", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("thread", Text),
    Column("conversation", Text),
    Column("seq", Integer),
    Column("params_key", Text),
    Column("params", LargeBinary),  # the owner in `params_key`
    Column("words_key", Text),
    Column("words", LargeBinary),  # the owner in `words_key`
    Column("state", Text, nullable=False),
    Column("not_before", Moment),
    Column("leased_until", Moment),
    Column("made_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("reason", Text),
    UniqueConstraint("team", "id"),
    Index(None, "team", "state", "number"),
    Index(None, "team", "lane", "state", "number"),
    Index(None, "team", "conversation", "seq"),
    Index(None, "team", "params_key"),
    Index(None, "team", "words_key"),
    Index(None, "team", "made_at"),
)

copies: Final = Table(
    "copies",
    metadata,
    Column("number", Number, primary_key=True),
    Column("team", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("seq", Integer),
    Column("place", Text, nullable=False),
    Column("whose", Text, nullable=False),
    Column("author", Text),
    Column("ref_mark", Text),
    Column("ref", LargeBinary),  # the thread
    Column("keep", Boolean, nullable=False),
    Column("erasable_until", Moment),
    Column("verdict", Text, nullable=False),
    Column("evidence", Text),
    Column("until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("due_at", Moment),
    Column("held_until", Moment),
    ForeignKeyConstraint(["team", "thread"], ["threads.team", "threads.id"]),
    UniqueConstraint("team", "id"),
    Index(None, "team", "ref_mark"),
    Index(None, "team", "conversation", "seq"),
    Index(None, "team", "due_at"),
    Index(None, "team", "verdict", "place"),
    Index(None, "team", "thread"),
)

staff: Final = Table(
    "staff",
    metadata,
    Column("team", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("user", Text),
    Index(None, "team", "user"),
)

signs_of_life: Final = Table(
    "signs_of_life",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)
