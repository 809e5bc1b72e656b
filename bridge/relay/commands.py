"""Words and buttons meant for the bot: what they ask for is seen to at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bridge.domain.canonical import Document
from bridge.domain.cards import Notice
from bridge.domain.catalogue.words import Word
from bridge.domain.consent import Act, Heard
from bridge.domain.ids import ConversationId, Ref
from bridge.domain.messages import Pressed, Said
from bridge.domain.phrases import LANGUAGES
from bridge.domain.threads import Chat
from bridge.domain.transcript import moment
from bridge.relay.answers import Reply, answer, stands
from bridge.relay.desk import CHAT_QUESTIONS, CONSENT, Desk
from bridge.relay.unasked import ask_if_due

LANGUAGE_OF: Final[Mapping[Word, str]] = {Word.NORWEGIAN: "nb", Word.ENGLISH: "en"}
"""What each of the words that name a language chooses."""


async def command(desk: Desk, word: Word, said: Said) -> bool:
    """Whether the word was to the bot, and has been seen to."""
    match word:
        case Word.START:
            await desk.say("greeting")
            await ask_if_due(desk)
        case Word.HELP:
            await desk.say("help")
        case Word.ACCESS | Word.DELETE:
            await _request(desk, word)
        case Word.LANGUAGE:
            await desk.say("language")
        case Word.NORWEGIAN | Word.ENGLISH:
            return await _in_words(desk, word, said)
        case Word.STOP:
            await answer(desk, Heard.STOP, _typed(said))
        case Word.YES | Word.NO | Word.UNSURE:
            return await _yes_or_no(desk, word, said)
    return True


async def _in_words(desk: Desk, word: Word, said: Said) -> bool:
    """Said to a person, «engelsk» may be a subject at school; with a slash it is always to us."""
    slash = said.text.strip().startswith("/")
    if desk.by_hand or (desk.line.last_out == "reply" and not slash):
        return False
    unmet = desk.line.last_out is None
    await _speak(desk, LANGUAGE_OF[word])
    if unmet:
        await desk.say("greeting")
        await ask_if_due(desk)
    return True


async def _speak(desk: Desk, language: str) -> None:
    desk.line = replace(desk.line, language=language)
    await desk.say("language.set")


async def _request(desk: Desk, word: Word) -> None:
    access = word is Word.ACCESS
    document: Document = {
        "thread": desk.thread.id, "alias": desk.thread.alias, "channel": desk.line.channel,
        "kind": "access" if access else "deletion", "asked_at": moment(desk.now),
    }  # fmt: skip
    await desk.record(f"requests/{desk.errands.new('r')}", document)
    await desk.say("access" if access else "deletion")
    await desk.tell(Notice.WANTS_ACCESS if access else Notice.WANTS_DELETION)


def answers_us(desk: Desk, said: Said) -> bool:
    """It answers the last thing sent, or the platform says which question it replies to."""
    question, last = desk.thread.question, desk.line.last_out
    if last in CHAT_QUESTIONS:
        return True
    if question is not None and question.on not in (None, desk.line.id):
        return False  # it stands on another of the youth's channels
    replied = question is not None and said.answers is not None and said.answers == question.ref
    return replied or last in {CONSENT, "consent.meant"}


async def _yes_or_no(desk: Desk, word: Word, said: Said) -> bool:
    if desk.line.last_out in CHAT_QUESTIONS and word is not Word.UNSURE:
        return await _chat_wish(desk, None, yes=word is Word.YES)
    answering = answers_us(desk, said)
    how = {
        Word.YES: Heard.YES_ANSWER,
        Word.NO: Heard.NO_ANSWER,
        Word.UNSURE: Heard.UNSURE_ANSWER,
    }
    if answering:
        meant = how[word]
        question = desk.thread.question
        if meant is Heard.YES_ANSWER and question is not None and not stands(question):
            meant = Heard.YES_OLD_TEXT
        return await answer(desk, meant, _typed(said)) is not Act.JUST_WORDS
    if word is Word.YES:
        return await answer(desk, Heard.YES_LOOSE, _typed(said)) is not Act.JUST_WORDS
    return False


async def button(desk: Desk, pressed: Pressed) -> None:
    topic, choice, about, _ = (*pressed.data.split(":"), "", "", "", "")[:4]
    match topic:
        case "consent":
            await _consent_button(desk, choice, about, pressed.ref)
        case "chat":
            await _chat_wish(desk, ConversationId(about), yes=choice == "yes")
        case "language" if choice in LANGUAGES:
            await _speak(desk, choice)
        case _:
            return


async def _consent_button(desk: Desk, choice: str, about: str, ref: Ref) -> None:
    """Bound to the very question it stands under."""
    question = desk.thread.question
    current = question is not None and question.id == about
    meant = {"yes": Heard.YES_BUTTON, "no": Heard.NO_ANSWER, "unsure": Heard.UNSURE_ANSWER}.get(
        choice
    )
    if meant is None or (not current and meant is not Heard.YES_BUTTON):
        return
    if meant is Heard.YES_BUTTON and not (current and question and stands(question)):
        meant = Heard.YES_OLD_TEXT
    await answer(desk, meant, Reply(text=choice, how="button", ref=ref))


async def _chat_wish(desk: Desk, conversation: ConversationId | None, *, yes: bool) -> bool:
    for current in reversed(await desk.tx.threads.conversations(desk.thread.id)):
        asked = current.chat in (Chat.ASKED, Chat.YES, Chat.NO)
        if asked and conversation in (None, current.id):
            wish = Chat.YES if yes else Chat.NO
            await desk.tx.threads.amend(replace(current, chat=wish))
            await desk.say("chat.yes" if yes else "chat.no")
            return True
    return False


def _typed(said: Said) -> Reply:
    how = "platform_reply" if said.answers else "typed"
    return Reply(
        text=said.text, how=how if said.by is None else "written_down", ref=said.ref, by=said.by
    )
