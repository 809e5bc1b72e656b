"""
What the team is shown, before anybody has decided how it looks.

Only `WordsCard`, `SeveralCard`, `ReplyCard` and `Form` can hold words, and they never reach
`repr`. The alias is all that is ever said about who the youth is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bridge.domain.consent import Standing
from bridge.domain.copies import Whose
from bridge.domain.delivery import Reason, State
from bridge.domain.ids import ConversationId, CopyId, DeliveryId, EmployeeId, Ref, ThreadId
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import By, Kind
from bridge.domain.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCard:
    """The head of a room thread: «Blå rev · Telegram · samtykke: ikke svart»."""

    conversation: ConversationId
    alias: str
    channel: str
    standing: Standing
    stage: Stage
    owner: str | None
    """The workspace user who has taken it."""
    ending: bool = False
    waits_since: datetime | None = None
    """Sealed, and the case store has not been reachable since then."""
    left: bool = False
    window: Window = Window.OPEN
    answer_by: datetime | None = None
    """When that window ends; None where the platform sets no limit, or it is shut."""
    others: tuple[tuple[ThreadId, str], ...] = ()
    """The youth's other threads, each with its channel; answers go to `channel`."""
    private: bool = False
    """It came to one person, and is read in their own room until they hand it on."""
    to_leader: bool = False
    """The team leader has a room that it can be handed on to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsCard:
    """What the youth said; the notification says only that something came."""

    alias: str
    kind: Kind
    at: datetime
    text: str = field(repr=False)
    of: Ref | None = None
    of_at: datetime | None = None
    """When that was said, where it is known."""
    placeholder: str | None = None
    crisis: bool = False
    seq: int = 0
    conversation: ConversationId | None = None
    written_by: str | None = None
    """The workspace user who wrote it down by hand; None: nobody did."""
    unlinked: EmployeeId | None = None
    """Who wrote it down by hand, where they are no workspace user."""
    there: str | None = None
    """The channel it was written on by somebody in the team; None: the youth said it."""
    on: str | None = None
    """The channel it came on, where the youth is known on several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralCard:
    """What the youth said in several messages, in order: the room has fallen behind."""

    said: tuple[WordsCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCard:
    """How a reply is doing, with what can be done about it."""

    delivery: DeliveryId
    alias: str
    state: State
    reason: Reason | None = None
    wait: int = 10
    """Seconds it will wait behind Angre, counted from when the card is up."""
    until: datetime | None = None
    """Angre works until then; None until the card is up."""
    author: str | None = None
    on: str | None = None
    """The channel it goes to, where the youth is known on several."""
    text: str | None = field(default=None, repr=False)
    """The words, where the bot posts them itself (Svar); None where they stand above."""
    late: bool = False
    """Written while the bridge was away; offered, not sent."""
    kept: bool = False
    """Marked «La stå hos ungdommen»."""
    carry: str | None = None
    """The channel a person is to carry it to, or has; None: we send it ourselves."""
    carried_by: str | None = None
    """The workspace user who says that it is sent."""


class Notice(StrEnum):
    """Something the whole team may see in the room thread. No words."""

    SAID_BY_SERVICE = "said_by_service"  # params: phrase
    CONSENT_GIVEN = "consent_given"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_UNSURE = "consent_unsure"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    TAKEN = "taken"  # params: user
    NEW_WORDS = "new_words"  # the end was called off: the youth said more
    ENDING = "ending"
    WAITING = "waiting"  # params: count, since
    TRANSFERRED = "transferred"
    COUNTED = "counted"
    YOUTH_LEFT = "youth_left"
    YOUTH_RETURNED = "youth_returned"
    FILE_TOO_LARGE = "file_too_large"
    FILE_LOST = "file_lost"
    FILE_OURS_LOST = "file_ours_lost"  # one that somebody in the team sent at the platform itself
    PICTURE_LOST = "picture_lost"  # one that was taken of what somebody wrote down
    YES_NEEDS_PICTURE = "yes_needs_picture"  # a yes that somebody wrote down does not count so
    FILE_NOT_SHOWN = "file_not_shown"  # it is kept and will be filed, but not seen here
    WANTS_ACCESS = "wants_access"
    WANTS_DELETION = "wants_deletion"
    LANGUAGE_MISSING = "language_missing"
    CLOSING = "closing"  # params: at; with «Utsett»
    UNANSWERED = "unanswered"  # params: user, hours
    UNTRANSFERRED = "untransferred"
    SHUTS_SOON = "shuts_soon"  # params: user, channel, at
    TAKEN_BACK_FILED = "taken_back_filed"  # from a talk that is, or will be, in the journal
    NOT_SAID = "not_said"  # params: phrase; the bot may not write any longer
    NOT_TAKEN = "not_taken"  # params: phrase; the platform would not have it
    JOIN_PROPOSED = "join_proposed"  # params: other
    JOINED = "joined"  # params: other, channel; what is written there is read here from now on
    JOINED_ELSEWHERE = "joined_elsewhere"  # params: other; and no longer here
    JOIN_FORGOTTEN = "join_forgotten"  # decided, and one of them was forgotten meanwhile
    JOIN_NOT_POSSIBLE = "join_not_possible"  # decided, and one of them is joined with another
    PARTED = "parted"  # params: other, channel
    SPEAKS = "speaks"  # params: channel; answers go there from now on
    HANDED_ON = "handed_on"  # params: user; what was said is shown again below


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCard:
    notice: Notice
    alias: str
    conversation: ConversationId | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)


class Alarm(StrEnum):
    """What must be seen in the room itself, by everyone."""

    CRISIS = "crisis"
    DIGEST_MISMATCH = "digest_mismatch"
    WORDS_MISSING = "words_missing"
    POISON = "poison"
    RECORD_DOWN = "record_down"  # params: count, since
    RECORD_UP = "record_up"
    RECORD_REFUSED = "record_refused"
    CHANNEL_SILENT = "channel_silent"
    CHANNEL_REVOKED = "channel_revoked"
    UNLINKED_READER = "unlinked_reader"  # params: user
    UNANSWERED_DAY = "unanswered_day"
    UNTRANSFERRED_LONG = "untransferred_long"
    BY_HAND = "by_hand"  # params: link, user
    NOT_CLEARED = "not_cleared"  # params: channel, count, since; said again until it is
    UNCARRIED = "uncarried"  # params: user, channel; a card that nobody has carried
    DELETED_STILL_TALKING = "deleted_still_talking"
    DELETION_ASKED = "deletion_asked"  # params: code; by whom the platform does not say
    NOT_TOLD = "not_told"  # params: channel; that the talk has ended: the window had shut
    NOT_CAME = "not_came"  # params: channel; a reply of a talk that has ended
    NOT_ALONE = "not_alone"  # params: count; who can read a room that is one person's
    ELSEWHERE = "elsewhere"  # params: place; something urgent stands in a room of one person's
    MISSED = "missed"  # params: channel, keeps, after, until; what was written then may be gone
    NOT_INVITED = "not_invited"  # params: channel; whoever commented there was not answered


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCard:
    alarm: Alarm
    alias: str | None = None
    root: Ref | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One copy that a person is to erase; when it was said is how they find it."""

    copy: CopyId
    whose: Whose
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistCard:
    """What is to be erased by hand on the team's own telephone: no words, a line for each."""

    conversation: ConversationId
    alias: str
    channel: str
    left: tuple[Errand, ...]
    """Those to be shown now, oldest first."""
    more: int = 0
    """How many are left besides those."""
    done: int = 0
    """How many have been ticked."""


Card = RootCard | WordsCard | SeveralCard | ReplyCard | NoticeCard | AlarmCard | ChecklistCard


class Note(StrEnum):
    """What one person is told privately."""

    HOW_TO_REPLY = "how_to_reply"  # a mention that was not a reply
    NOT_LINKED = "not_linked"
    NOT_LIVE = "not_live"  # this conversation has ended
    EDIT_NOT_SENT = "edit_not_sent"  # a mention added by an edit, or too late to change
    TOO_LATE_TO_UNDO = "too_late_to_undo"
    ALREADY_CARRIED = "already_carried"  # somebody has said so of it before
    PICTURE_UNDERWAY = "picture_underway"
    NOT_A_YES = "not_a_yes"  # what was taken as a yes is not moved to somebody else
    ALREADY_REGISTERED = "already_registered"  # the very same words in the same minute
    NOT_TAKEN_IN = "not_taken_in"  # what they wrote down on the case store's page
    CHANNEL_OFF = "channel_off"
    NOT_EMPTY = "not_empty"
    MODAL_ONLY = "modal_only"  # without an administrator's token replies go by Svar
    FILES_STAY = "files_stay"  # a file uploaded with a reply is not sent
    LINKED = "linked"
    UNKNOWN_CODE = "unknown_code"
    ALREADY_LINKED = "already_linked"
    RECORD_DOWN = "record_down"
    COMMAND_HELP = "command_help"
    STILL_UNDERWAY = "still_underway"  # it cannot end while words are on their way
    ALREADY_TAKEN = "already_taken"
    UNKNOWN_ALIAS = "unknown_alias"
    FORGOTTEN = "forgotten"  # the other thread: nothing can be read in it any longer
    STILL_PRIVATE = "still_private"  # it is joined with nothing before it is handed on
    MOVE_LATER = "move_later"  # something is on its way into the room thread
    MOVED_ON = "moved_on"  # the talk is read in another room now
    CANNOT_JOIN = "cannot_join"  # something is joined into it, or it is joined already


class FormKind(StrEnum):
    REPLY = "reply"
    END = "end"
    ENDED = "ended"  # a reply sent in after sealing: the text is kept, «Start ny samtale»
    JOIN = "join"  # the same youth as somebody the team knows already


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A modal; `about` names what it is for and comes back with what was filled in."""

    kind: FormKind
    about: str
    alias: str
    thread: ThreadId | None = None
    text: str = field(default="", repr=False)
    notes: int = 0
    """Internal messages in the room thread that will not follow."""
    by: By = By.CASEWORKER
    by_hand: bool = False
    """People carry what is said, so the bot tells the youth nothing of the end."""
    standing: Standing = Standing.UNASKED
    cases: tuple[str, ...] = ()
    topics: tuple[tuple[str, str], ...] = ()
