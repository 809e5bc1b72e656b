"""What was written down, and what became of it, in plain bokmål."""

from collections.abc import Mapping
from typing import Final

from casestore.registrations.rules import YOUTH_DELETED, Status, Why
from casestore.texts.phrases import _
from casestore.uploads import Wrong

STATUS: Final[Mapping[str, tuple[str, str]]] = {
    Status.WAITING: (_("Venter"), "warn"),
    Status.ASKED: (_("Hentes"), "warn"),
    Status.REFUSED: (_("Ble ikke tatt inn"), "bad"),
    Status.TAKEN: (_("Tatt inn"), "good"),
    Status.WITHDRAWN: (_("Trukket tilbake"), "calm"),
}

WHY: Final[Mapping[str, str]] = {
    Why.CHANNEL_OFF: _("Snapchat er ikke satt opp i Utebru. Si fra til den som drifter."),
    Why.NOBODY: _("Ingen ungdom på Snapchat har det aliaset. Se i Slack hvordan det skrives."),
    Why.OUT_OF_REACH: _(
        "Utebru husker ikke lenger denne ungdommen på Snapchat. Registrer det som en ny ungdom."
    ),
    Why.STANDING: _(
        "Det står alt noe registrert i det minuttet. Se i Slack. Er det noe annet, registrer "
        "likevel."
    ),
    YOUTH_DELETED: _("Ungdommen er slettet i journalen, og dette ble slettet med resten."),
}

FILE: Final[Mapping[Wrong, str]] = {
    Wrong.EMPTY: _("Et av bildene var tomt."),
    Wrong.TOO_LARGE: _("Et av bildene er for stort. Høyst 10 MB hver, og 25 MB til sammen."),
    Wrong.WRONG_TYPE: _("Et av bildene er verken JPEG eller PNG."),
    Wrong.DAMAGED: _("Et av bildene lot seg ikke åpne."),
    Wrong.ACTIVE: _("Et av bildene er verken JPEG eller PNG."),
    Wrong.INFECTED: _("Viruskontrollen sa nei til et av bildene."),
}

TOO_MANY: Final = _("Høyst fem bilder om gangen.")
CHOOSE_AGAIN: Final = _("Ingen av bildene er tatt vare på. Velg dem på nytt.")
TAKEN_ALREADY: Final = _(
    "Utebru har alt hentet dette skjemaet, eller det er trukket tilbake. Ingenting er endret."
)


def why_said(why: str | None) -> str:
    """Say why it was not taken in, or is no longer here; an unknown code as itself."""
    return "" if why is None else WHY.get(why, why.replace("-", " "))
