"""What the pages about deletion say, in bokmål."""

from collections.abc import Mapping
from typing import Final

from casestore.deletions.extent import COUNT
from casestore.deletions.retention import KEEPING
from casestore.deletions.rules import BASES, BLOCK, KIND, TARGET, basis_said
from casestore.texts.phrases import _

STATUS: Final[Mapping[str, tuple[str, str]]] = {
    "waits": (_("Venter på en til"), "warn"),
    "blocked": (_("Noe står i veien"), "warn"),
    "ready": (_("Klar til å gjennomføres"), "warn"),
    "carried_out": (_("Gjennomført"), "good"),
    "cancelled": (_("Trukket"), "calm"),
}

UNDERSTOOD_WANTED: Final = _(
    "Kryss av for at du har sett hva som blir borte. Ingenting er slettet."
)
NOT_CARRIED_OUT: Final[Mapping[str, str]] = {
    "changed": _(
        "Det har kommet noe til eller fra siden du åpnet siden. Ingenting er slettet. Se "
        "over på nytt."
    ),
    "blocked": _("Noe står i veien. Ingenting er slettet. Se under."),
}
PROPOSED_ALREADY: Final = _(
    "Det finnes et forslag fra før. Trekk det først hvis du vil lage et nytt."
)
RESTRICTED_ALREADY: Final = _("Det er gjort allerede.")

WHO: Final[Mapping[str, str]] = {
    "person": _("personen"),
    "entry": _("samtalen"),
    "note": _("notatet"),
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
