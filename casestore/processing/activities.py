"""
The record of processing activities (GDPR art. 30): what is processed, why, and on which basis.

It is configuration with a version, written for the municipality to confirm, and not advice.
`checked_on` is the day a source was read; None says that it has not been.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

VERSION: Final = "2026-11"
EFFECTIVE: Final = date(2026, 11, 1)
CONFIRM: Final = "må bekreftes av personvernombudet"

YOUTH: Final = "Ungdom, også under 18 år"
OTHERS: Final = "Foresatte, venner, lærere og andre som blir nevnt"
EMPLOYEES: Final = "Ansatte i Utekontakten"
ENCRYPTED: Final = "Ordene er kryptert med en egen nøkkel for hver ungdom"
TABLE: Final = "Tilgang etter én tabell; det som ikke er delt, er usynlig også for kolleger"
NOTED: Final = "Hver lesing og endring noteres i en kjede som ikke kan endres uten at det synes"
ARCHIVE: Final = "Kommunens bevarings- og kassasjonsplan; sletting avgjøres av teamlederen"


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
    text="Personvernforordningen art. 6 nr. 1 e (oppgave i allmennhetens interesse)"
)
SPECIAL: Final = Basis(
    text="Personvernforordningen art. 9 nr. 2 a (uttrykkelig samtykke), g eller h, med nasjonal "
    "hjemmel som kommunen fastsetter"
)
OWN_CONDITION: Final = Basis(
    text="Skriftlig samtykke er tjenestens eget vilkår for å føre journal; om det også er "
    "behandlingsgrunnlag etter art. 6 nr. 1 a, avgjør kommunen"
)

ACTIVITIES: Final = (
    Activity(
        code="messages",
        title="Meldinger som venter på å bli ført",
        purpose="Å svare ungdommen, og å overføre samtalen til journalen eller glemme den.",
        people=(YOUTH, OTHERS),
        data=("Alias", "Meldinger og vedlegg", "Tidspunkter", "Kanal"),
        bases=(TASK, SPECIAL),
        recipients=(
            "Plattformen ungdommen skriver fra",
            "Arbeidsrommet der saksbehandlerne svarer",
        ),
        retention="Til samtalen er lest tilbake fra journalen, eller telt uten ord. Det som er "
        "igjen hos plattformen, står i overføringsloggen.",
        measures=(ENCRYPTED, "Ingen navn sendes til arbeidsrommet", "Ingen ord i varsler"),
    ),
    Activity(
        code="journal",
        title="Journal og saker",
        purpose="Å gi ungdommen sammenhengende hjelp, og å dokumentere den.",
        people=(YOUTH, OTHERS),
        data=(
            "Alias, og navn og fødselsdato når de er kjent",
            "Samtaleutskrifter, notater og vedlegg",
            "Opplysninger om helse, rus, vold og familie når de er fortalt",
        ),
        bases=(TASK, SPECIAL, OWN_CONDITION),
        recipients=("Ingen utenfor, uten at det står blant utleveringene",),
        retention=ARCHIVE,
        measures=(ENCRYPTED, TABLE, NOTED, "Uten gyldig samtykke nekter databasen å ta imot"),
    ),
    Activity(
        code="consents",
        title="Samtykker",
        purpose="Å vise hva ungdommen har sagt ja eller nei til, og når det ble trukket.",
        people=(YOUTH,),
        data=("Teksten som ble vist", "Svaret", "Tidspunkter", "Kanal"),
        bases=(Basis(text="Personvernforordningen art. 7 nr. 1 (å kunne vise samtykket)"), TASK),
        recipients=("Ingen",),
        retention="Så lenge det som bygger på samtykket, finnes",
        measures=(ENCRYPTED, "Aldri overskrevet: et nytt svar er en ny rad"),
    ),
    Activity(
        code="concerns",
        title="Bekymringsmeldinger",
        purpose="Å oppfylle meldeplikten til barnevernet, og å dokumentere det.",
        people=(YOUTH, OTHERS),
        data=("Hva som ble meldt, til hvem og når", "Om ungdommen fikk vite det"),
        bases=(
            Basis(text="Barnevernsloven § 13-2 (meldeplikt)", checked_on=READ),
            Basis(text="Straffeloven § 196 (avvergeplikt)", checked_on=READ),
            Basis(text="Personvernforordningen art. 6 nr. 1 c (rettslig forpliktelse)"),
        ),
        recipients=("Barneverntjenesten", "Politiet ved avvergeplikt"),
        retention=ARCHIVE,
        measures=(ENCRYPTED, "Holdt utenfor journalen, og uavhengig av samtykke"),
    ),
    Activity(
        code="disclosures",
        title="Utleveringer",
        purpose="Å vise hva som er gitt til noen utenfor, og på hvilket grunnlag.",
        people=(YOUTH,),
        data=("Hva, til hvem, hvorfor og når", "Hvem som ga det"),
        bases=(Basis(text="Personvernforordningen art. 5 nr. 2 og art. 15 nr. 1 c"), TASK),
        recipients=("Ungdommen selv",),
        retention="Som journalen",
        measures=(ENCRYPTED, TABLE, NOTED, "Kan ikke endres, bare rettes med en ny"),
    ),
    Activity(
        code="contacts",
        title="Kontaktregister og statistikk",
        purpose="Å telle kontakter, og å vise hva tjenesten brukes til.",
        people=(EMPLOYEES,),
        data=("Time, varighet, kanal, slag og tema", "Hvem som registrerte"),
        bases=(TASK,),
        recipients=("Kommunen og andre som får statistikken",),
        retention="Beholdes: ingen ungdom kan finnes i registeret",
        measures=(
            "Ingen personopplysninger om ungdom lagres",
            "Tidspunktet er kuttet til hele timer",
            "Små tall i krysstabeller holdes tilbake",
        ),
    ),
    Activity(
        code="audit",
        title="Revisjonslogg",
        purpose="Å vise hvem som har lest, endret, delt og slettet.",
        people=(YOUTH, EMPLOYEES),
        data=("Koder, tidspunkter og interne id-er", "Aldri ord eller navn"),
        bases=(
            Basis(text="Personvernforordningen art. 5 nr. 2 og art. 32"),
            Basis(text="Personvernforordningen art. 15 (ungdommen kan få vite hvem som har lest)"),
        ),
        recipients=("Teamleder, stedfortreder og avdelingsleder", "Ungdommen, om egen journal"),
        retention="Beholdes; kan bare legges til",
        measures=("Hver hendelse er lenket til den forrige", "Hodet er signert"),
    ),
    Activity(
        code="incidents",
        title="Avvik",
        purpose="Å følge opp brudd på personopplysningssikkerheten.",
        people=(YOUTH, EMPLOYEES),
        data=("Hva som skjedde, og hva som ble gjort", "Id-en til dem det gjelder"),
        bases=(Basis(text="Personvernforordningen art. 33 og 34"),),
        recipients=("Datatilsynet", "De det gjelder"),
        retention="Kommunen fastsetter",
        measures=("Kryptert med teamets nøkkel", "Bare teamlederen leser", NOTED),
    ),
    Activity(
        code="requests",
        title="Innsyn og sletting",
        purpose="Å svare på det ungdommen ber om.",
        people=(YOUTH,),
        data=("Hva det ble bedt om, og når", "Hva svaret ble"),
        bases=(Basis(text="Personvernforordningen art. 12 og 15–18"),),
        recipients=("Ungdommen selv",),
        retention="Kommunen fastsetter",
        measures=("Frist vises for den som skal svare", "Sletting i to trinn, bare av teamlederen"),
    ),
    Activity(
        code="accounts",
        title="Brukerkontoer",
        purpose="Å gi de ansatte riktig tilgang, så lenge de er ansatt.",
        people=(EMPLOYEES,),
        data=("Navn, brukernavn og rolle", "Ansettelsestid", "Passord, bare som avtrykk"),
        bases=(TASK, Basis(text="Personvernforordningen art. 32")),
        recipients=("Ingen",),
        retention="Kontoen stenges og fjernes aldri, slik at loggen kan leses",
        measures=("Personlige kontoer", "Argon2id", "Kortvarige innlogginger"),
    ),
)
