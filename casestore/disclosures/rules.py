"""
On which basis something may be handed to somebody outside: a versioned list, with sources.

It is configuration, not advice: the municipality's data protection officer confirms it. A basis
that has been used is never taken out of the list, only marked as no longer chosen.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from casestore.consents.rules import Given, TakenBack, refusal
from casestore.texts.phrases import _

VERSION: Final = "2026-11"
EFFECTIVE: Final = date(2026, 11, 1)
GUIDE: Final = _(
    "regjeringen.no, «Taushetsplikt, opplysningsrett og opplysningsplikt i forvaltningen», kap. 2"
)
CONSENT: Final = "consent"
SHARE_EXTERNAL: Final = "share_external"
"""The purpose of a consent to tell somebody outside; one body each: `share_external.school`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """`checked_on` is the day the source was read; None: not checked yet."""

    code: str
    label: str
    law: str
    source: str
    checked_on: date | None
    why_needed: bool = False


BASES: Final = (
    Basis(
        code=CONSENT,
        label=_("Samtykke fra ungdommen"),
        law=_("forvaltningsloven § 13 a nr. 1, personvernforordningen art. 6 nr. 1 a og 9 nr. 2 a"),
        source=_("forvaltningsloven av 1967; en ny lov er vedtatt, og paragrafene får nye numre"),
        checked_on=None,
    ),
    Basis(
        code="duty_to_report",
        label=_("Meldeplikt til barnevernet"),
        law=_("barnevernsloven § 13-2"),
        source=GUIDE,
        checked_on=date(2026, 11, 23),
    ),
    Basis(
        code="duty_to_avert",
        label=_("Avvergeplikt"),
        law=_("straffeloven § 196"),
        source=GUIDE,
        checked_on=date(2026, 11, 23),
    ),
    Basis(
        code="emergency",
        label=_("Nødrett eller hjelpeplikt: fare for liv og helse"),
        law=_("straffeloven §§ 17 og 287"),
        source="straffeloven",
        checked_on=None,
        why_needed=True,
    ),
    Basis(
        code="order",
        label=_("Pålegg fra domstol eller tilsyn"),
        law=_("loven som pålegget bygger på"),
        source=_("skrives inn for hver utlevering"),
        checked_on=None,
        why_needed=True,
    ),
    Basis(
        code="law",
        label=_("Annen bestemmelse i lov"),
        law=_("for eksempel forvaltningsloven § 13 b"),
        source=_("skrives inn for hver utlevering"),
        checked_on=None,
        why_needed=True,
    ),
)
BY_CODE: Final = {basis.code: basis for basis in BASES}


def said(code: str) -> str:
    """Say a basis in words; an unknown code as itself."""
    return BY_CODE[code].label if code in BY_CODE else code


def to_outside(purpose: str) -> bool:
    """Say whether a consent to this purpose is one to tell somebody outside."""
    return purpose == SHARE_EXTERNAL or purpose.startswith(f"{SHARE_EXTERNAL}.")


def held(
    consent: Given,
    *,
    answers: Iterable[Given],
    withdrawals: Iterable[TakenBack],
    youth: Collection[str],
    at: datetime,
) -> bool:
    """
    Say whether a consent to tell somebody outside held at a moment.

    `answers` and `withdrawals` are the youth's on all of their threads, which are `youth`: a no
    or a withdrawal on any of them counts for all.
    """
    if not to_outside(consent.purpose) or consent.answered_at > at:
        return False
    refused = refusal(
        thread=consent.thread,
        consent=consent,
        answers=[answer for answer in answers if answer.answered_at <= at],
        withdrawals=[back for back in withdrawals if back.answered_at <= at],
        youth=youth,
        purpose=consent.purpose,
    )
    return refused is None
