"""Proposals to join two threads, in plain bokmål."""

from collections.abc import Mapping
from typing import Final

from casestore.joins.rules import LAPSED, Status, Why
from casestore.texts.phrases import _

STATUS: Final[Mapping[str, tuple[str, str]]] = {
    Status.WAITING: (_("Venter på svar"), "warn"),
    Status.JOINED: (_("Samlet"), "good"),
    Status.REFUSED: (_("Ikke samlet"), "calm"),
    Status.UNDONE: (_("Skilt igjen"), "calm"),
}

WHY: Final[Mapping[tuple[str, str], str]] = {
    (Status.WAITING, Why.NOT_TIED): _("Begge må være knyttet til samme ungdom først."),
    (Status.WAITING, Why.NO_SUCH_CASE): _(
        "Saksnummeret som ble skrevet, er ikke en av sakene til ungdommen."
    ),
    (Status.WAITING, Why.NOT_THEIRS): _("Den som foreslo det, har ikke tilgang til saken."),
    (Status.REFUSED, Why.JOINED_ALREADY): _("De var samlet fra før."),
    (Status.REFUSED, Why.JOINED_ELSEWHERE): _(
        "Den ene er alt samlet med en annen tråd. De må skilles først."
    ),
    (Status.REFUSED, Why.INTO_IS_JOINED): _(
        "Tråden den skulle samles i, er selv samlet i en annen. Foreslå å samle i den i stedet."
    ),
    (Status.REFUSED, Why.HAS_JOINED): _(
        "En annen tråd er samlet i denne. Foreslå det den andre veien."
    ),
    (Status.REFUSED, Why.ANOTHER_PERSON): _("De er knyttet til to forskjellige ungdommer."),
    (Status.REFUSED, Why.SAID_NO): _("Svaret var nei."),
    (Status.REFUSED, Why.DELETED): _("Det som gjaldt en av dem, er slettet."),
    (Status.UNDONE, Why.NOT_TIED): _("En av trådene ble løst fra ungdommen."),
    (Status.UNDONE, Why.ANOTHER_PERSON): _("De er ikke lenger knyttet til samme ungdom."),
    (Status.UNDONE, Why.BY_HAND): _("Noen skilte dem igjen."),
    (Status.UNDONE, Why.DELETED): _("Det som gjaldt ungdommen, er slettet."),
    (Status.UNDONE, Why.RESTORED): _("En sikkerhetskopi fra før det ble lagt tilbake."),
    (Status.UNDONE, Why.FORGOTTEN_THERE): _(
        "Den ene tråden var alt glemt i Utebru da det ble avgjort, så de ble aldri samlet."
    ),
    (Status.UNDONE, Why.NOT_POSSIBLE): _(
        "Den ene tråden var samlet med en annen i Utebru, så disse to ble aldri samlet."
    ),
}
FELL_AWAY: Final = (_("Falt bort"), "warn")


def status_said(status: str, why: str | None) -> tuple[str, str]:
    """Say what has become of it, and how it is to look."""
    return FELL_AWAY if why in LAPSED else STATUS[status]


def why_said(status: str, why: str | None) -> str:
    """Say what it waits for, or why it was refused or undone; an unknown code as itself."""
    return "" if why is None else WHY.get((status, why), why.replace("_", " "))
