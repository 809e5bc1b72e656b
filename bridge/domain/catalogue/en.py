"""English, the same promises in the same order as bokmål."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "greeting": (
        "2026-11-1",
        "Hi! You are writing to Utekontakten, the youth outreach team. Real people read and "
        "answer, not a robot. {hours}\n\nTalking to us is voluntary, and you don't have to "
        "say your name. We keep what you say to ourselves. But if you or someone else is in "
        "danger, we sometimes have to tell people who can help. We try to talk to you "
        "first.\n\nIf it is urgent, call 113 (health) or 112 (police). Write HELP at any time.",
    ),
    "hours.line": ("2026-11-1", "We read messages {opening}."),
    "consent.journal": (
        "2026-11-1",
        "Is it OK that we write down what we talk about in a journal? That includes what you "
        "have written just now. Only those of us who work here and need it can read it. You "
        "can read everything about yourself, and you can change your mind at any time: write "
        "STOP. You get help even if you say no.\n\nAnswer YES, NO or DON'T KNOW.",
    ),
    "consent.changed": (
        "2026-11-1",
        "The text has changed since last time, so we have to ask again. Nothing is written down yet.",
    ),
    "consent.meant": ("2026-11-1", "Did you mean yes to a journal?"),
    "consent.yes": (
        "2026-11-1",
        "Thank you. Then we write down what we talk about. If you change your mind, write "
        "STOP. If you want to read what it says about you, write ACCESS.",
    ),
    "consent.no": (
        "2026-11-1",
        "That is quite all right. We write nothing in a journal, and you get help all the same.",
    ),
    "consent.unsure": (
        "2026-11-1",
        "That is quite all right. We write nothing in a journal now. Ask us if you wonder about something.",
    ),
    "consent.withdrawn": (
        "2026-11-1",
        "OK. We write nothing more in a journal about you. If something is already written, we "
        "may have a duty to keep it. One of us will explain what happens.",
    ),
    "closed": (
        "2026-11-1",
        "We are not at work right now. Your message has arrived safely, and we will answer "
        "{next_open}. If you need someone to talk to now: {numbers}.",
    ),
    "crisis": (
        "2026-11-1",
        "What you are writing matters. You should not be alone with it.\n\nCall now:\n{crisis}\n\n"
        "We are telling the people who work here, and a person will read what you wrote. "
        "Messages are not read around the clock, so call if it is urgent.",
    ),
    "help": (
        "2026-11-1",
        "{hours}\n\nThe staff of Utekontakten read what you write.\n\nIf you need help right "
        "away:\n{crisis}\n\nYou can write STOP (no journal), ACCESS (read what it says about "
        "you), DELETE (ask for deletion) or LANGUAGE.",
    ),
    "access": (
        "2026-11-1",
        "We have noted that you want to see what is written about you. One of us will get in "
        "touch and agree on how you can read it safely.",
    ),
    "deletion": (
        "2026-11-1",
        "We have noted that you want something deleted. Our leader will look at it, and you "
        "will get an answer.",
    ),
    "language": (
        "2026-11-2",
        "Hvilket språk vil du ha? / Which language would you like?\n\nSvar NORSK / Answer ENGLISH.",
    ),
    "language.set": (
        "2026-11-1",
        "Then I will write English. The staff answer in their own words.",
    ),
    "waiting": (
        "2026-11-1",
        "Our journal system is down right now. The conversation is kept encrypted and safe "
        "with us, and will be written down as soon as it works again. You don't have to do "
        "anything.",
    ),
    "receipt.journal": (
        "2026-11-1",
        "The conversation is now in your journal, and we are deleting our copies. Write ACCESS "
        "if you want to read it. You are welcome to write again.",
    ),
    "receipt.contact": (
        "2026-11-1",
        "The conversation has ended. We have only counted that somebody got in touch. What "
        "you wrote is not kept by us. You are welcome to write again.",
    ),
    "chat.ask": (
        "2026-11-1",
        "Do you want us to delete this chat on your side too? If you don't answer, we delete "
        "it. You can read the conversation in the journal.",
    ),
    "chat.ask_contact": (
        "2026-11-1",
        "Do you want us to delete this chat on your side too? If you don't answer, it stays "
        "with you.",
    ),
    "chat.theirs": (
        "2026-11-1",
        "We can't delete this chat for you. If you want it gone, you have to delete it yourself "
        "in the app.",
    ),
    "chat.yes": ("2026-11-1", "Then we delete what we are able to delete."),
    "chat.no": ("2026-11-1", "Then we leave the chat as it is."),
    "invitation": (
        "2026-11-1",
        "Hi! We saw that you commented on our page. If you wonder about something, or want to talk "
        "to somebody, you can write to us here, and only we at Utekontakten read it. {hours}\n\n"
        "This is an automatic message, and you get it only this once. In an emergency, call 113 "
        "(health) or 112 (police).",
    ),
    "file.too_large": (
        "2026-11-1",
        "That file was too large for us to receive. Can you send a smaller one, or tell us in words?",
    ),
    "file.lost": (
        "2026-11-1",
        "We couldn't get hold of that file. Can you send it again, or tell us in words?",
    ),
}

BUTTONS: Final[Mapping[str, str]] = {
    "yes": "Yes",
    "no": "No",
    "unsure": "Don't know",
    "chat.yes": "Yes, delete",
    "chat.no": "No, leave it",
    "language.nb": "Norsk",
    "language.en": "English",
}

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Monday first."""

AT: Final = "{day} at {time}"
SPAN: Final = "{days} {start}–{end}"
ASIDE: Final = "when we are back"
"""When there are no opening hours to promise."""
