"""What the pages about deletion say, in bokmål."""

from collections.abc import Mapping
from typing import Final

from casestore.deletions.extent import COUNT
from casestore.deletions.retention import KEEPING
from casestore.deletions.rules import BASES, BLOCK, KIND, TARGET, basis_said

STATUS: Final[Mapping[str, tuple[str, str]]] = {
    "waits": ("Venter på en til", "warn"),
    "blocked": ("Noe står i veien", "warn"),
    "ready": ("Klar til å gjennomføres", "warn"),
    "carried_out": ("Gjennomført", "good"),
    "cancelled": ("Trukket", "calm"),
}

UNDERSTOOD_WANTED: Final = "Kryss av for at du har sett hva som blir borte. Ingenting er slettet."
NOT_CARRIED_OUT: Final[Mapping[str, str]] = {
    "changed": "Det har kommet noe til eller fra siden du åpnet siden. Ingenting er slettet. Se "
    "over på nytt.",
    "blocked": "Noe står i veien. Ingenting er slettet. Se under.",
}
PROPOSED_ALREADY: Final = "Det finnes et forslag fra før. Trekk det først hvis du vil lage et nytt."
RESTRICTED_ALREADY: Final = "Det er gjort allerede."

WHO: Final[Mapping[str, str]] = {
    "person": "personen",
    "entry": "samtalen",
    "note": "notatet",
}


def counted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give what there is some of, in words, with how many."""
    return [(said, counts[code]) for code, said in COUNT.items() if counts.get(code)]


__all__ = [
    "BASES",
    "BLOCK",
    "COUNT",
    "KEEPING",
    "KIND",
    "NOT_CARRIED_OUT",
    "STATUS",
    "TARGET",
    "basis_said",
    "counted",
]
