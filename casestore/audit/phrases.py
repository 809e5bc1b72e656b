"""
The audit in plain bokmål: what was done, and what more is told of it.

A code nobody has words for is shown as it is, never hidden; a test sees to it that none is left.
"""

from collections.abc import Mapping
from typing import Final

from casestore.hashchain import Why
from casestore.times import in_oslo, read_time

PHRASES: Final[Mapping[str, str]] = {
    "account.closed": "lukket en konto",
    "account.employment": "endret når en konto gjelder",
    "account.locked": "skrev feil passord så mange ganger at kontoen ble låst",
    "account.log_in": "logget inn",
    "account.log_out": "logget ut",
    "account.made": "laget en konto",
    "account.password_changed": "byttet passordet sitt",
    "account.password_reset": "ga en konto nytt passord",
    "account.read": "så hvem som har tilgang",
    "account.role": "endret rollen til en konto",
    "account.second_factor_on": "tok i bruk engangskode ved innlogging",
    "account.second_factor_reset": "nullstilte engangskoden til en konto",
    "account.unlocked": "låste opp en konto",
    "additions.read": "leste det som er lagt til i journalen",
    "attachment.read": "åpnet et vedlegg",
    "case.closed": "avsluttet saken",
    "case.handed_over": "overførte saken til en annen",
    "case.listed": "så en liste over saker",
    "case.opened": "åpnet sak",
    "case.read": "leste saken",
    "case.renamed": "ga saken ny tittel",
    "case.reopened": "gjenåpnet saken",
    "case.shared": "delte saken",
    "case.unshared": "sluttet å dele saken",
    "concern.read": "leste en bekymringsmelding",
    "concern.written": "skrev en bekymringsmelding",
    "consent.registered": "registrerte et samtykke",
    "consents.read": "leste samtykkene til personen",
    "contact.corrected": "rettet en registrert kontakt",
    "contact.registered": "registrerte en kontakt",
    "correction.added": "la til en rettelse i journalen",
    "deletion.cancelled": "trakk tilbake et forslag om sletting",
    "deletion.carried_out": "slettet",
    "deletion.confirmed": "bekreftet en sletting",
    "deletion.proposed": "foreslo sletting",
    "deletion.shown": "så hva en sletting ville ta med seg",
    "deputy.ended": "avsluttet en stedfortredelse",
    "deputy.granted": "ga stedfortredelse",
    "disclosure.read": "leste hva som er utlevert om personen",
    "disclosure.written": "førte en utlevering",
    "entry.moved": "flyttet en samtale til en annen person",
    "entry.read": "leste en samtale",
    "entry.tied": "knyttet en samtale til sak",
    "file.read": "åpnet et papir på personen",
    "hold.lifted": "opphevet et vern mot sletting",
    "hold.set": "satte vern mot sletting",
    "incident.affected": "endret hvem et avvik gjelder",
    "incident.affected_told": "førte at de berørte har fått beskjed om et avvik",
    "incident.authority_told": "førte at Datatilsynet har fått melding om et avvik",
    "incident.closed": "avsluttet et avvik",
    "incident.exported": "hentet ut et avvik",
    "incident.read": "leste et avvik",
    "incident.reported": "meldte et avvik",
    "incident.severity": "vurderte et avvik på nytt",
    "keys.rotated": "byttet hovednøkkelen",
    "backup.taken": "tok sikkerhetskopi",
    "backup.restored": "la tilbake en sikkerhetskopi",
    "note.changed": "endret et utkast til notat",
    "note.draft_deleted": "slettet et utkast til notat",
    "note.finished": "gjorde et notat ferdig",
    "note.read": "leste et notat",
    "note.written": "skrev et notat",
    "own_journal.attachment": "åpnet et vedlegg i journalen sin",
    "own_journal.closed": "lukket journalen sin",
    "own_journal.code": "ga ungdommen en kode til egen journal",
    "own_journal.left_out": "utelot noe fra journalen ungdommen får se",
    "own_journal.made_here": "prøvde koden sin i nettleseren der den ble laget",
    "own_journal.opened": "åpnet journalen sin",
    "own_journal.pack": "laget journalen som fil til ungdommen",
    "own_journal.preview": "så journalen slik ungdommen får se den",
    "own_journal.read": "leste journalen sin",
    "own_journal.shown_again": "tok med igjen noe som var utelatt fra journalen",
    "own_journal.taken_back": "trakk tilbake koden til egen journal",
    "page.printed": "skrev ut en side om",
    "party.added": "la til en part i saken",
    "party.changed": "endret en part i saken",
    "party.removed": "fjernet en part fra saken",
    "person.changed": "endret opplysninger om personen",
    "person.created": "registrerte en person",
    "person.listed": "så en liste over personer",
    "person.merged": "slo sammen to personer",
    "person.read": "så opplysningene om personen",
    "person.restricted": "sperret journalen til personen",
    "person.unmerged": "skilte to personer igjen",
    "person.unrestricted": "opphevet sperringen av journalen",
    "search": "søkte",
    "search.read": "fikk se litt av det i et søk",
    "statement.added": "la til ungdommens egne ord i journalen",
    "thread.tied": "knyttet en samtaletråd til personen",
    "thread.untied": "løste en samtaletråd fra personen",
    "withdrawal.registered": "registrerte at et samtykke er trukket",
}

TOLD: Final[Mapping[str, str]] = {
    "addition": "tillegg",
    "affected": "antall berørte",
    "at": "tidspunkt",
    "basis": "grunnlag",
    "before": "før",
    "case": "sak",
    "closing": "avslutning",
    "corrects": "retter",
    "count": "antall",
    "decision": "vedtak",
    "disclosure": "utlevering",
    "entries": "samtaler",
    "fields": "felter",
    "from_day": "fra og med",
    "from_user": "fra",
    "form": "form",
    "grant": "tilgang",
    "handover": "overføring",
    "hits": "treff",
    "hold": "vern",
    "identity": "identitet kontrollert",
    "keys": "nøkler ødelagt",
    "kind": "slag",
    "merge": "sammenslåing",
    "number": "saksnummer",
    "omission": "utelatelse",
    "other": "den andre",
    "part": "del",
    "party": "part",
    "person": "person",
    "position": "plass",
    "purpose": "formål",
    "reason": "grunn",
    "receiver": "mottaker",
    "role": "rolle",
    "second_factor": "engangskode",
    "severity": "alvor",
    "share": "deling",
    "shown": "vist",
    "thread": "tråd",
    "to": "til",
    "until_day": "til og med",
    "version": "versjon",
    "was": "tidligere",
    "which": "utvalg",
}

VALUES: Final[Mapping[str, str]] = {
    "caseworker": "saksbehandler",
    "page": "på skjermen",
    "pdf": "som PDF",
    "json": "som JSON",
    "known": "ansikt til ansikt, ungdommen er kjent",
    "id_shown": "legitimasjon vist",
    "strong_login": "sterk innlogging et annet sted",
    "deputy": "stedfortreder",
    "department_head": "avdelingsleder",
    "team_leader": "teamleder",
}

CHAIN: Final[Mapping[str, str]] = {"audit": "Hendelsesloggen", "transfers": "Overføringsloggen"}

WHY: Final[Mapping[Why, str]] = {
    Why.LINK: "Hendelse nr. {n} er endret, eller en før den er fjernet, lagt til eller byttet om.",
    Why.ANCHOR: "Ankeret ved hendelse nr. {n} stemmer ikke med loggen: enten er noe fram til dit "
    "regnet om, eller ankeret selv er endret, fjernet eller lagt til.",
    Why.END: "Loggen slutter ikke der den skal. Fra og med nr. {n} mangler hendelser, eller noe "
    "er lagt til uten å høre hjemme der.",
    Why.SEAL: "Slutten av loggen er ikke merket av Utebru. Noen andre har flyttet den eller "
    "skrevet på den; sammenlign med et anker på papir for å se hvor langt loggen er ekte.",
}

NOBODY: Final = "Utebru"
YOUTH: Final = "Ungdommen"


def who(by: str | None, what: str, people: Mapping[str, str]) -> str:
    """Name who did it: an employee, the youth in their own journal, or the system by itself."""
    if by is None:
        return YOUTH if what.startswith("own_journal.") else NOBODY
    return people.get(by, by)


def said(what: str) -> str:
    """Give the words for a deed; an unknown code as itself."""
    return PHRASES.get(what, what)


def told(name: str) -> str:
    """Give the words for what more is told; an unknown name as itself."""
    return TOLD.get(name, name.replace("_", " "))


def written(value: object, people: Mapping[str, str]) -> str:
    """Write one told value: an employee by name, a list by its length, others as they are."""
    match value:
        case bool():
            return "ja" if value else "nei"
        case list():
            return str(len(value))
        case str():
            return people.get(value, VALUES.get(value, value))
        case _:
            return str(value)


def when(at: str) -> str:
    """Write the time of a line as in Oslo; one that is no time, as it lies."""
    try:
        return in_oslo(read_time(at))
    except ValueError:
        return at
