"""
Restricting, disposing, deleting what was a mistake: on which basis, and what stands in the way.

Pure decisions. The bases are versioned: a decision keeps the code and the version it was made
under, also when the list is changed. Sources: domain.md §2.4 and §8 (R53), GDPR art. 17 and 18.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from casestore.deletions.retention import Keeping, Retention, years_over
from casestore.texts.phrases import _

VERSION: Final = "2026-1"
# Longer than any outage that the bridge's own warnings would let pass.
UNPROVED_FOR: Final = timedelta(days=7)


class Kind(StrEnum):
    """What a decision does. Withdrawing a consent is none of these: it is the youth's own."""

    RESTRICT = "restrict"
    UNRESTRICT = "unrestrict"
    DISPOSE = "dispose"
    DELETE_MISTAKE = "delete_mistake"


class Target(StrEnum):
    """What a decision is about."""

    PERSON = "person"
    ENTRY = "entry"
    NOTE = "note"


KIND: Final = {
    Kind.RESTRICT: _("Sperring"),
    Kind.UNRESTRICT: _("Opphevet sperring"),
    Kind.DISPOSE: _("Kassasjon"),
    Kind.DELETE_MISTAKE: _("Sletting av feilregistrering"),
}
TARGET: Final = {
    Target.PERSON: _("En person"),
    Target.ENTRY: _("Én samtale i journalen"),
    Target.NOTE: _("Ett notat"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Why something may be done, in bokmål, and where it is written."""

    said: str
    source: str


BASES: Final[Mapping[Kind, Mapping[str, Basis]]] = {
    Kind.RESTRICT: {
        "accuracy_contested": Basis(
            said=_("Ungdommen mener at noe er feil, og det er ikke avklart"),
            source=_("GDPR art. 18 nr. 1 a"),
        ),
        "unlawful_kept": Basis(
            said=_("Behandlingen er ulovlig, men ungdommen vil ikke ha det slettet"),
            source=_("GDPR art. 18 nr. 1 b"),
        ),
        "legal_claim": Basis(
            said=_("Trengs bare for et rettskrav"),
            source=_("GDPR art. 18 nr. 1 c"),
        ),
        "objection": Basis(
            said=_("Ungdommen har protestert, og det er ikke avgjort"),
            source=_("GDPR art. 18 nr. 1 d og art. 21"),
        ),
        "instead_of_erasure": Basis(
            said=_("Kan ikke slettes på grunn av arkivplikt, og sperres i stedet"),
            source=_("GDPR art. 17 nr. 3 b; PVN-2018-13"),
        ),
    },
    Kind.UNRESTRICT: {
        "reason_gone": Basis(
            said=_("Grunnen til sperringen er borte"),
            source=_("GDPR art. 18 nr. 3"),
        ),
    },
    Kind.DISPOSE: {
        "disposal_decision": Basis(
            said=_("Vedtak om kassasjon i denne saken"),
            source=_("Arkivlova 2025 § 13"),
        ),
        "retention_over": Basis(
            said=_("Oppbevaringstiden i kommunens plan er ute"),
            source=_("Arkivlova 2025 § 13; kommunens bevarings- og kassasjonsplan"),
        ),
        "consent_withdrawn": Basis(
            said=_("Samtykket er trukket, og ingenting annet gir grunn til å beholde"),
            source=_("GDPR art. 17 nr. 1 b; arkivlova 2025 § 13"),
        ),
    },
    Kind.DELETE_MISTAKE: {
        "wrong_person": Basis(
            said=_("Ført på feil person"),
            source=_("GDPR art. 5 nr. 1 d og art. 17 nr. 1 d"),
        ),
        "duplicate": Basis(
            said=_("Ført to ganger"),
            source=_("GDPR art. 5 nr. 1 c og d"),
        ),
        "no_basis": Basis(
            said=_("Ført uten gyldig samtykke eller annet grunnlag"),
            source=_("GDPR art. 17 nr. 1 d; PVN-2012-10"),
        ),
        "never_meant": Basis(
            said=_("Prøveføring, eller ikke ment for journalen"),
            source=_("GDPR art. 5 nr. 1 c"),
        ),
    },
}


class Block(StrEnum):
    """What stands in the way."""

    HOLD = "hold"
    PRESERVED = "preserved"
    NO_REFERENCE = "no_reference"
    NOT_YET = "not_yet"
    UNPROVED = "unproved"
    ENTANGLED = "entangled"
    NOT_CONFIRMED = "not_confirmed"
    CHANGED_SINCE = "changed_since"


BLOCK: Final = {
    Block.HOLD: _(
        "Noe er holdt tilbake på denne personen. Så lenge det gjelder, slettes ingenting."
    ),
    Block.PRESERVED: _(
        "Kommunens plan sier at dette skal bevares. Det kan sperres, ikke kasseres."
    ),
    Block.NO_REFERENCE: _(
        "Det er ført journal, og det er ikke fastsatt når den kan kasseres "
        "(«Vurderes senere»). Da trengs et eget vedtak. Trekk forslaget, og lag et nytt med "
        "referansen til vedtaket."
    ),
    Block.NOT_YET: _("Oppbevaringstiden er ikke ute. Før det trengs et eget vedtak med referanse."),
    Block.UNPROVED: _(
        "Noe er nettopp kommet fra broen, og broen har ikke lest det tilbake ennå. "
        "Vent noen minutter. Står det fast, ser du det i overføringsloggen."
    ),
    Block.ENTANGLED: _(
        "Noe som hører til en annen, ligger under samme nøkkel. Ingenting kan slettes "
        "før det er rettet. Si fra til den som drifter systemet."
    ),
    Block.NOT_CONFIRMED: _(
        "En til må bekrefte: avdelingslederen, en stedfortreder eller en annen teamleder."
    ),
    Block.CHANGED_SINCE: _(
        "Det har kommet noe til eller fra etter at det ble bekreftet. Det må bekreftes på nytt."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that decides whether something may be carried out now."""

    kind: Kind
    on_hold: bool
    has_journal: bool
    last_closed: date | None
    reference: bool
    unproved: bool
    entangled: bool
    confirmed: bool
    confirmed_extent: str | None
    extent: str


def blocks(facts: Facts, retention: Retention, today: date) -> list[Block]:
    """Say what stands in the way, the heaviest first; nothing does when the list is empty."""
    found = [Block.HOLD] if facts.on_hold else []
    if facts.kind is Kind.DISPOSE:
        found += _archive_duty(facts, retention, today)
    found += [Block.UNPROVED] if facts.unproved else []
    found += [Block.ENTANGLED] if facts.entangled else []
    if facts.kind is Kind.DISPOSE and not facts.confirmed:
        found.append(Block.NOT_CONFIRMED)
    elif facts.kind is Kind.DISPOSE and facts.confirmed_extent != facts.extent:
        found.append(Block.CHANGED_SINCE)
    return found


def before_confirming(found: list[Block]) -> list[Block]:
    """Leave out what the second person's own word settles."""
    return [block for block in found if block not in {Block.NOT_CONFIRMED, Block.CHANGED_SINCE}]


def _archive_duty(facts: Facts, retention: Retention, today: date) -> list[Block]:
    """A journal is archive: its disposal needs a plan that says so, or a decision of its own."""
    if not facts.has_journal:
        return []
    if retention.keeping is Keeping.PRESERVE:
        return [Block.PRESERVED]
    if facts.reference or years_over(retention, facts.last_closed, today):
        return []
    return [Block.NOT_YET if retention.keeping is Keeping.YEARS else Block.NO_REFERENCE]


def mistakes(*, kind: str, target: str, basis: str, reason: str, reference: str) -> dict[str, str]:
    """Say what is wrong with a proposal, by field."""
    wrong: dict[str, str] = {}
    if kind not in BASES or (kind != Kind.DELETE_MISTAKE and target != Target.PERSON):
        wrong["kind"] = _("Velg hva som skal skje.")
    elif basis not in BASES[Kind(kind)]:
        wrong["basis"] = _("Velg grunnlaget for det du har valgt over.")
    if not reason.strip():
        wrong["reason"] = _("Skriv hvorfor.")
    if kind == Kind.DISPOSE and basis == "disposal_decision" and not reference.strip():
        wrong["reference"] = _("Skriv referansen til vedtaket.")
    return wrong


def basis_said(kind: str, code: str) -> Basis:
    """Give a basis in words; one from a list that has been changed since stands as its code."""
    return BASES.get(Kind(kind), {}).get(code) or Basis(said=code, source="")
