"""What a note is about: how the caseworker met the youth."""

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "talk": "Samtale",
    "street": "Oppsøkende",
    "call": "Telefonsamtale",
    "meeting": "Møte",
    "home_visit": "Hjemmebesøk",
    "accompaniment": "Følge",
    "group": "Gruppe",
}
