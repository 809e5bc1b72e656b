"""Consents in plain bokmål; a code nobody has words for is shown as it is."""

from collections.abc import Mapping
from typing import Final

ANSWER: Final[Mapping[str, str]] = {
    "yes": "Ja",
    "no": "Nei",
    "dont_know": "Vet ikke",
    "withdrawn": "Trukket",
}
HOW: Final[Mapping[str, str]] = {
    "button": "trykket på en knapp",
    "typed": "skrev svaret",
    "platform_reply": "svarte på meldingen",
    "paper": "skrev under på papir",
    "in_person": "sa det til oss",
}
LANGUAGE: Final[Mapping[str, str]] = {"nb": "bokmål", "nn": "nynorsk", "en": "engelsk"}
WHY_NOT: Final[Mapping[str, str]] = {
    "consent-withdrawn": "Trukket",
    "no-consent": "Ikke gitt",
}
FILE: Final[Mapping[str, str]] = {
    "empty": "Velg en skannet fil av papiret som er signert.",
    "too-large": "Filen er for stor. Den kan være på 10 MB, og bildet som en vanlig side.",
    "wrong-type": "Filen må være en PDF eller et bilde (JPEG eller PNG).",
    "damaged": "Filen er skadet og kan ikke åpnes. Skann papiret på nytt.",
    "active-content": "PDF-en er låst, eller den har noe i seg som kan kjøre. Skann papiret på "
    "nytt.",
    "infected": "Virussjekken stoppet filen. Si fra til den som drifter systemet.",
}
