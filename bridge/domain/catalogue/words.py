"""Which whole messages are words to the bot; any case, any of the catalogue's languages."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Word(StrEnum):
    START = "start"
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    STOP = "stop"
    ACCESS = "access"
    DELETE = "delete"
    LANGUAGE = "language"
    NORWEGIAN = "norwegian"
    ENGLISH = "english"
    HELP = "help"


WORDS: Final[Mapping[str, Word]] = {
    "/start": Word.START,
    "ja": Word.YES,
    "yes": Word.YES,
    "nei": Word.NO,
    "no": Word.NO,
    "vet ikke": Word.UNSURE,
    "veit ikke": Word.UNSURE,
    "veit ikkje": Word.UNSURE,
    "don't know": Word.UNSURE,
    "dont know": Word.UNSURE,
    "stopp": Word.STOP,
    "stop": Word.STOP,
    "trekk samtykke": Word.STOP,
    "innsyn": Word.ACCESS,
    "access": Word.ACCESS,
    "slett": Word.DELETE,
    "delete": Word.DELETE,
    "språk": Word.LANGUAGE,
    "sprak": Word.LANGUAGE,
    "language": Word.LANGUAGE,
    "hjelp": Word.HELP,
    "help": Word.HELP,
    "/help": Word.HELP,
    "/hjelp": Word.HELP,
    "i don't know": Word.UNSURE,
    "/stopp": Word.STOP,
    "/stop": Word.STOP,
    "/access": Word.ACCESS,
    "/delete": Word.DELETE,
    "/language": Word.LANGUAGE,
    "/innsyn": Word.ACCESS,
    "/slett": Word.DELETE,
    "/sprak": Word.LANGUAGE,
    "norsk": Word.NORWEGIAN,
    "norwegian": Word.NORWEGIAN,
    "english": Word.ENGLISH,
    "engelsk": Word.ENGLISH,
    "/norsk": Word.NORWEGIAN,
    "/english": Word.ENGLISH,
}


def heard(text: str) -> Word | None:
    """The word the whole message is, or None. «Ja! ❤️» is a yes; «ja kanskje» is not."""
    whole = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    word = WORDS.get(" ".join(re.sub(r"[^\w'/ ]+", " ", whole).split()))
    # «Ja?» asks something; only an explicit yes counts.
    return None if word is Word.YES and "?" in whole else word
