"""What somebody is told whose log-in with the provider came to nothing, and with which status."""

from collections.abc import Mapping
from typing import Final

from casestore.oidc.rules import Refusal
from casestore.texts.phrases import _

SAYS: Final[Mapping[Refusal, tuple[int, str]]] = {
    Refusal.NOT_BEGUN: (
        400,
        _(
            "Denne innloggingen er for gammel, er brukt, eller ble begynt i en annen nettleser. "
            "Begynn på nytt."
        ),
    ),
    Refusal.DECLINED: (401, _("Innloggingen hos kommunen ble avbrutt. Du kan prøve igjen.")),
    Refusal.SILENT: (
        503,
        _(
            "Kommunens pålogging svarer ikke slik den skal akkurat nå. Logg inn med brukernavn og "
            "passord, eller prøv igjen om litt."
        ),
    ),
    Refusal.NOT_PROVED: (
        401,
        _(
            "Svaret fra kommunens pålogging viste ikke sikkert nok at det er deg. Prøv igjen. "
            "Skjer det flere ganger, si fra til den som drifter systemet."
        ),
    ),
    Refusal.UNKNOWN: (
        403,
        _(
            "Ingen konto her er knyttet til deg hos kommunens pålogging. Har du en konto, logg "
            "inn med passord og knytt den på Min konto. Ellers må du spørre teamlederen."
        ),
    ),
    Refusal.SHUT: (
        403,
        _(
            "Kontoen din slipper ingen inn akkurat nå. Den kan være låst en stund, eller "
            "ansettelsen kan være over. Spør teamlederen."
        ),
    ),
    Refusal.LEFT: (
        401,
        _(
            "Du er ikke logget inn her lenger, så kontoen ble ikke knyttet. Logg inn og begynn "
            "igjen."
        ),
    ),
    Refusal.TAKEN: (
        409,
        _(
            "Kontoen ble ikke knyttet. Enten er den knyttet fra før, eller så er du hos kommunens "
            "pålogging knyttet til en annen konto her. Spør teamlederen."
        ),
    ),
}
