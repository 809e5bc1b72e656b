"""
The record of processing activities (GDPR art. 30): what is processed, why, and on which basis.

It is configuration with a version, written for the municipality to confirm, and not advice.
`checked_on` is the day a source was read; None says that it has not been.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from casestore.texts.phrases import _

VERSION: Final = "2026-11"
EFFECTIVE: Final = date(2026, 11, 1)
CONFIRM: Final = _("må bekreftes av personvernombudet")

YOUTH: Final = _("Ungdom, også under 18 år")
OTHERS: Final = _("Foresatte, venner, lærere og andre som blir nevnt")
EMPLOYEES: Final = _("Ansatte i Utekontakten")
ENCRYPTED: Final = _("Ordene er kryptert med en egen nøkkel for hver ungdom")
TABLE: Final = _("Tilgang etter én tabell; det som ikke er delt, er usynlig også for kolleger")
NOTED: Final = _("Hver lesing og endring noteres i en kjede som ikke kan endres uten at det synes")
ARCHIVE: Final = _("Kommunens bevarings- og kassasjonsplan; sletting avgjøres av teamlederen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A legal basis as it is written in the record."""

    text: str
    checked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One processing activity."""

    code: str
    title: str
    purpose: str
    people: tuple[str, ...]
    data: tuple[str, ...]
    bases: tuple[Basis, ...]
    recipients: tuple[str, ...]
    retention: str
    measures: tuple[str, ...]


READ: Final = date(2026, 11, 23)
TASK: Final = Basis(
    text=_("Personvernforordningen art. 6 nr. 1 e (oppgave i allmennhetens interesse)")
)
SPECIAL: Final = Basis(
    text=_(
        "Personvernforordningen art. 9 nr. 2 a (uttrykkelig samtykke), g eller h, med nasjonal "
        "hjemmel som kommunen fastsetter"
    )
)
OWN_CONDITION: Final = Basis(
    text=_(
        "Skriftlig samtykke er tjenestens eget vilkår for å føre journal; om det også er "
        "behandlingsgrunnlag etter art. 6 nr. 1 a, avgjør kommunen"
    )
)

ACTIVITIES: Final = (
    Activity(
        code="messages",
        title=_("Meldinger som venter på å bli ført"),
        purpose=_("Å svare ungdommen, og å overføre samtalen til journalen eller glemme den."),
        people=(YOUTH, OTHERS),
        data=(_("Alias"), _("Meldinger og vedlegg"), _("Tidspunkter"), _("Kanal")),
        bases=(TASK, SPECIAL),
        recipients=(
            _("Plattformen ungdommen skriver fra"),
            _("Arbeidsrommet der saksbehandlerne svarer"),
        ),
        retention=_(
            "Til samtalen er lest tilbake fra journalen, eller telt uten ord. Det som er "
            "igjen hos plattformen, står i overføringsloggen."
        ),
        measures=(ENCRYPTED, _("Ingen navn sendes til arbeidsrommet"), _("Ingen ord i varsler")),
    ),
    Activity(
        code="journal",
        title=_("Journal og saker"),
        purpose=_("Å gi ungdommen sammenhengende hjelp, og å dokumentere den."),
        people=(YOUTH, OTHERS),
        data=(
            _("Alias, og navn og fødselsdato når de er kjent"),
            _("Samtaleutskrifter, notater og vedlegg"),
            _("Opplysninger om helse, rus, vold og familie når de er fortalt"),
        ),
        bases=(TASK, SPECIAL, OWN_CONDITION),
        recipients=(_("Ingen utenfor, uten at det står blant utleveringene"),),
        retention=ARCHIVE,
        measures=(ENCRYPTED, TABLE, NOTED, _("Uten gyldig samtykke nekter databasen å ta imot")),
    ),
    Activity(
        code="consents",
        title=_("Samtykker"),
        purpose=_("Å vise hva ungdommen har sagt ja eller nei til, og når det ble trukket."),
        people=(YOUTH,),
        data=(_("Teksten som ble vist"), _("Svaret"), _("Tidspunkter"), _("Kanal")),
        bases=(Basis(text=_("Personvernforordningen art. 7 nr. 1 (å kunne vise samtykket)")), TASK),
        recipients=(_("Ingen"),),
        retention=_("Så lenge det som bygger på samtykket, finnes"),
        measures=(ENCRYPTED, _("Aldri overskrevet: et nytt svar er en ny rad")),
    ),
    Activity(
        code="concerns",
        title=_("Bekymringsmeldinger"),
        purpose=_("Å oppfylle meldeplikten til barnevernet, og å dokumentere det."),
        people=(YOUTH, OTHERS),
        data=(_("Hva som ble meldt, til hvem og når"), _("Om ungdommen fikk vite det")),
        bases=(
            Basis(text=_("Barnevernsloven § 13-2 (meldeplikt)"), checked_on=READ),
            Basis(text=_("Straffeloven § 196 (avvergeplikt)"), checked_on=READ),
            Basis(text=_("Personvernforordningen art. 6 nr. 1 c (rettslig forpliktelse)")),
        ),
        recipients=(_("Barneverntjenesten"), _("Politiet ved avvergeplikt")),
        retention=ARCHIVE,
        measures=(ENCRYPTED, _("Holdt utenfor journalen, og uavhengig av samtykke")),
    ),
    Activity(
        code="disclosures",
        title=_("Utleveringer"),
        purpose=_("Å vise hva som er gitt til noen utenfor, og på hvilket grunnlag."),
        people=(YOUTH,),
        data=(_("Hva, til hvem, hvorfor og når"), _("Hvem som ga det")),
        bases=(Basis(text=_("Personvernforordningen art. 5 nr. 2 og art. 15 nr. 1 c")), TASK),
        recipients=(_("Ungdommen selv"),),
        retention=_("Som journalen"),
        measures=(ENCRYPTED, TABLE, NOTED, _("Kan ikke endres, bare rettes med en ny")),
    ),
    Activity(
        code="contacts",
        title=_("Kontaktregister og statistikk"),
        purpose=_("Å telle kontakter, og å vise hva tjenesten brukes til."),
        people=(EMPLOYEES,),
        data=(_("Time, varighet, kanal, slag og tema"), _("Hvem som registrerte")),
        bases=(TASK,),
        recipients=(_("Kommunen og andre som får statistikken"),),
        retention=_("Beholdes: ingen ungdom kan finnes i registeret"),
        measures=(
            _("Ingen personopplysninger om ungdom lagres"),
            _("Tidspunktet er kuttet til hele timer"),
            _("Små tall i krysstabeller holdes tilbake"),
        ),
    ),
    Activity(
        code="audit",
        title=_("Revisjonslogg"),
        purpose=_("Å vise hvem som har lest, endret, delt og slettet."),
        people=(YOUTH, EMPLOYEES),
        data=(_("Koder, tidspunkter og interne id-er"), _("Aldri ord eller navn")),
        bases=(
            Basis(text=_("Personvernforordningen art. 5 nr. 2 og art. 32")),
            Basis(
                text=_("Personvernforordningen art. 15 (ungdommen kan få vite hvem som har lest)")
            ),
        ),
        recipients=(
            _("Teamleder, stedfortreder og avdelingsleder"),
            _("Ungdommen, om egen journal"),
        ),
        retention=_("Beholdes; kan bare legges til"),
        measures=(_("Hver hendelse er lenket til den forrige"), _("Hodet er signert")),
    ),
    Activity(
        code="incidents",
        title=_("Avvik"),
        purpose=_("Å følge opp brudd på personopplysningssikkerheten."),
        people=(YOUTH, EMPLOYEES),
        data=(_("Hva som skjedde, og hva som ble gjort"), _("Id-en til dem det gjelder")),
        bases=(Basis(text=_("Personvernforordningen art. 33 og 34")),),
        recipients=(_("Datatilsynet"), _("De det gjelder")),
        retention=_("Kommunen fastsetter"),
        measures=(_("Kryptert med teamets nøkkel"), _("Bare teamlederen leser"), NOTED),
    ),
    Activity(
        code="requests",
        title=_("Innsyn og sletting"),
        purpose=_("Å svare på det ungdommen ber om."),
        people=(YOUTH,),
        data=(_("Hva det ble bedt om, og når"), _("Hva svaret ble")),
        bases=(Basis(text=_("Personvernforordningen art. 12 og 15–18")),),
        recipients=(_("Ungdommen selv"),),
        retention=_("Kommunen fastsetter"),
        measures=(
            _("Frist vises for den som skal svare"),
            _("Sletting i to trinn, bare av teamlederen"),
        ),
    ),
    Activity(
        code="accounts",
        title=_("Brukerkontoer"),
        purpose=_("Å gi de ansatte riktig tilgang, så lenge de er ansatt."),
        people=(EMPLOYEES,),
        data=(_("Navn, brukernavn og rolle"), _("Ansettelsestid"), _("Passord, bare som avtrykk")),
        bases=(TASK, Basis(text=_("Personvernforordningen art. 32"))),
        recipients=(_("Ingen"),),
        retention=_("Kontoen stenges og fjernes aldri, slik at loggen kan leses"),
        measures=(_("Personlige kontoer"), "Argon2id", _("Kortvarige innlogginger")),
    ),
)
