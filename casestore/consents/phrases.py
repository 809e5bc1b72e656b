"""Consents in plain bokmål; a code nobody has words for is shown as it is."""

from collections.abc import Mapping
from typing import Final

from casestore.texts.phrases import _

ANSWER: Final[Mapping[str, str]] = {
    "yes": _("Ja"),
    "no": _("Nei"),
    "dont_know": _("Vet ikke"),
    "withdrawn": _("Trukket"),
}
HOW: Final[Mapping[str, str]] = {
    "button": _("trykket på en knapp"),
    "typed": _("skrev svaret"),
    "platform_reply": _("svarte på meldingen"),
    "written_down": _("svarte der bare vi kan lese, og en av oss skrev det av, med skjermbilde"),
    "paper": _("skrev under på papir"),
    "in_person": _("sa det til oss"),
}
LANGUAGE: Final[Mapping[str, str]] = {"nb": _("bokmål"), "nn": _("nynorsk"), "en": _("engelsk")}
WHY_NOT: Final[Mapping[str, str]] = {
    "consent-withdrawn": _("Trukket"),
    "no-consent": _("Ikke gitt"),
}
FILE: Final[Mapping[str, str]] = {
    "empty": _("Velg en skannet fil av papiret som er signert."),
    "too-large": _("Filen er for stor. Den kan være på 10 MB, og bildet som en vanlig side."),
    "wrong-type": _("Filen må være en PDF eller et bilde (JPEG eller PNG)."),
    "damaged": _("Filen er skadet og kan ikke åpnes. Skann papiret på nytt."),
    "active-content": _(
        "PDF-en er låst, eller den har noe i seg som kan kjøre. Skann papiret på nytt."
    ),
    "infected": _("Virussjekken stoppet filen. Si fra til den som drifter systemet."),
}
