"""What a note is about: how the caseworker met the youth."""

from collections.abc import Mapping
from typing import Final

from casestore.texts.phrases import _

KINDS: Final[Mapping[str, str]] = {
    "talk": _("Samtale"),
    "street": _("Oppsøkende"),
    "call": _("Telefonsamtale"),
    "meeting": _("Møte"),
    "home_visit": _("Hjemmebesøk"),
    "accompaniment": _("Følge"),
    "group": _("Gruppe"),
}
