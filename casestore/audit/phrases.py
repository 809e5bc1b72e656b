"""
The audit in plain bokmål: what was done, and what more is told of it.

A code nobody has words for is shown as it is, never hidden; a test sees to it that none is left.
"""

from collections.abc import Mapping
from typing import Final

from casestore.hashchain import Why
from casestore.texts.phrases import _
from casestore.times import in_oslo, read_time

PHRASES: Final[Mapping[str, str]] = {
    "account.closed": _("lukket en konto"),
    "account.employment": _("endret når en konto gjelder"),
    "account.locked": _("skrev feil passord så mange ganger at kontoen ble låst"),
    "account.log_in": _("logget inn"),
    "account.log_out": _("logget ut"),
    "account.made": _("laget en konto"),
    "account.password_changed": _("byttet passordet sitt"),
    "account.password_reset": _("ga en konto nytt passord"),
    "account.read": _("så hvem som har tilgang"),
    "account.role": _("endret rollen til en konto"),
    "account.second_factor_on": _("tok i bruk engangskode ved innlogging"),
    "account.second_factor_reset": _("nullstilte engangskoden til en konto"),
    "account.tied": _("knyttet kontoen sin til kommunens pålogging"),
    "account.unlocked": _("låste opp en konto"),
    "account.untied": _("løste en konto fra kommunens pålogging"),
    "additions.read": _("leste det som er lagt til i journalen"),
    "attachment.read": _("åpnet et vedlegg"),
    "case.closed": _("avsluttet saken"),
    "case.handed_over": _("overførte saken til en annen"),
    "case.listed": _("så en liste over saker"),
    "case.opened": _("åpnet sak"),
    "case.read": _("leste saken"),
    "case.renamed": _("ga saken ny tittel"),
    "case.reopened": _("gjenåpnet saken"),
    "case.shared": _("delte saken"),
    "case.unshared": _("sluttet å dele saken"),
    "concern.read": _("leste en bekymringsmelding"),
    "concern.written": _("skrev en bekymringsmelding"),
    "consent.registered": _("registrerte et samtykke"),
    "consents.read": _("leste samtykkene til personen"),
    "contact.corrected": _("rettet en registrert kontakt"),
    "contact.registered": _("registrerte en kontakt"),
    "correction.added": _("la til en rettelse i journalen"),
    "deletion.cancelled": _("trakk tilbake et forslag om sletting"),
    "deletion.carried_out": _("slettet"),
    "deletion.confirmed": _("bekreftet en sletting"),
    "deletion.proposed": _("foreslo sletting"),
    "deletion.shown": _("så hva en sletting ville ta med seg"),
    "deputy.ended": _("avsluttet en stedfortredelse"),
    "deputy.granted": _("ga stedfortredelse"),
    "disclosure.read": _("leste hva som er utlevert om personen"),
    "disclosure.written": _("førte en utlevering"),
    "entry.moved": _("flyttet en samtale til en annen person"),
    "entry.read": _("leste en samtale"),
    "entry.tied": _("knyttet en samtale til sak"),
    "file.read": _("åpnet et papir på personen"),
    "hold.lifted": _("opphevet et vern mot sletting"),
    "hold.set": _("satte vern mot sletting"),
    "incident.affected": _("endret hvem et avvik gjelder"),
    "incident.affected_told": _("førte at de berørte har fått beskjed om et avvik"),
    "incident.authority_told": _("førte at Datatilsynet har fått melding om et avvik"),
    "incident.closed": _("avsluttet et avvik"),
    "incident.exported": _("hentet ut et avvik"),
    "incident.read": _("leste et avvik"),
    "incident.reported": _("meldte et avvik"),
    "incident.severity": _("vurderte et avvik på nytt"),
    "join.proposed": _("foreslo at to samtaletråder er samme ungdom"),
    "join.joined": _("samlet to samtaletråder til én"),
    "join.refused": _("samlet ikke to samtaletråder"),
    "join.lapsed": _("fikk ikke samlet to samtaletråder som skulle leses sammen"),
    "join.undone": _("skilte to samtaletråder igjen"),
    "keys.rotated": _("byttet hovednøkkelen"),
    "backup.taken": _("tok sikkerhetskopi"),
    "backup.restored": _("la tilbake en sikkerhetskopi"),
    "note.changed": _("endret et utkast til notat"),
    "note.draft_deleted": _("slettet et utkast til notat"),
    "note.finished": _("gjorde et notat ferdig"),
    "note.read": _("leste et notat"),
    "note.written": _("skrev et notat"),
    "own_journal.attachment": _("åpnet et vedlegg i journalen sin"),
    "own_journal.closed": _("lukket journalen sin"),
    "own_journal.code": _("ga ungdommen en kode til egen journal"),
    "own_journal.left_out": _("utelot noe fra journalen ungdommen får se"),
    "own_journal.made_here": _("prøvde koden sin i nettleseren der den ble laget"),
    "own_journal.opened": _("åpnet journalen sin"),
    "own_journal.pack": _("laget journalen som fil til ungdommen"),
    "own_journal.preview": _("så journalen slik ungdommen får se den"),
    "own_journal.read": _("leste journalen sin"),
    "own_journal.shown_again": _("tok med igjen noe som var utelatt fra journalen"),
    "own_journal.taken_back": _("trakk tilbake koden til egen journal"),
    "page.printed": _("skrev ut en side om"),
    "party.added": _("la til en part i saken"),
    "party.changed": _("endret en part i saken"),
    "party.removed": _("fjernet en part fra saken"),
    "person.changed": _("endret opplysninger om personen"),
    "person.created": _("registrerte en person"),
    "person.listed": _("så en liste over personer"),
    "person.merged": _("slo sammen to personer"),
    "person.read": _("så opplysningene om personen"),
    "person.restricted": _("sperret journalen til personen"),
    "person.unmerged": _("skilte to personer igjen"),
    "person.unrestricted": _("opphevet sperringen av journalen"),
    "registration.deleted": _("slettet det som var registrert for hånd om ungdommen"),
    "registration.read": _("så det en annen hadde registrert for hånd"),
    "registration.refused": _("tok ikke inn det som var registrert for hånd"),
    "registration.sent_in": _("registrerte en melding for hånd"),
    "registration.taken": _("tok inn det som var registrert for hånd"),
    "registration.withdrawn": _("trakk tilbake en registrering"),
    "search": _("søkte"),
    "search.read": _("fikk se litt av det i et søk"),
    "statement.added": _("la til ungdommens egne ord i journalen"),
    "thread.tied": _("knyttet en samtaletråd til personen"),
    "thread.untied": _("løste en samtaletråd fra personen"),
    "withdrawal.registered": _("registrerte at et samtykke er trukket"),
}

TOLD: Final[Mapping[str, str]] = {
    "addition": _("tillegg"),
    "affected": _("antall berørte"),
    "at": _("tidspunkt"),
    "basis": _("grunnlag"),
    "before": _("før"),
    "case": _("sak"),
    "closed": _("stengt igjen"),
    "closing": _("avslutning"),
    "deletions": _("slettinger gjort om igjen"),
    "corrects": _("retter"),
    "count": _("antall"),
    "decision": _("vedtak"),
    "disclosure": _("utlevering"),
    "entries": _("samtaler"),
    "fields": _("felter"),
    "from_day": _("fra og med"),
    "from_user": _("fra"),
    "form": _("form"),
    "grant": _("tilgang"),
    "handover": _("overføring"),
    "hits": _("treff"),
    "hold": _("vern"),
    "identity": _("identitet kontrollert"),
    "keys": _("nøkler ødelagt"),
    "kind": _("slag"),
    "made_by": _("laget av"),
    "merge": _("sammenslåing"),
    "number": _("saksnummer"),
    "omission": _("utelatelse"),
    "other": _("den andre"),
    "part": _("del"),
    "party": _("part"),
    "person": _("person"),
    "position": _("plass"),
    "purpose": _("formål"),
    "reason": _("grunn"),
    "receiver": _("mottaker"),
    "role": _("rolle"),
    "rows": _("rader"),
    "second_factor": _("engangskode"),
    "severity": _("alvor"),
    "share": _("deling"),
    "shown": _("vist"),
    "thread": _("tråd"),
    "to": _("til"),
    "unlogged": _("uten slettingsloggen"),
    "until_day": _("til og med"),
    "version": _("versjon"),
    "was": _("tidligere"),
    "way": _("måte"),
    "which": _("utvalg"),
    "why": _("grunn"),
}

VALUES: Final[Mapping[str, str]] = {
    "password": _("med passord"),
    "provider": _("med kommunens pålogging"),
    "provider_strong": _("med kommunens pålogging, som selv krevde to faktorer"),
    "caseworker": _("saksbehandler"),
    "page": _("på skjermen"),
    "pdf": _("som PDF"),
    "json": _("som JSON"),
    "known": _("ansikt til ansikt, ungdommen er kjent"),
    "id_shown": _("legitimasjon vist"),
    "strong_login": _("sterk innlogging et annet sted"),
    "deputy": _("stedfortreder"),
    "department_head": _("avdelingsleder"),
    "team_leader": _("teamleder"),
}

CHAIN: Final[Mapping[str, str]] = {
    "audit": _("Hendelsesloggen"),
    "transfers": _("Overføringsloggen"),
}

WHY: Final[Mapping[Why, str]] = {
    Why.LINK: _(
        "Hendelse nr. {n} er endret, eller en før den er fjernet, lagt til eller byttet om."
    ),
    Why.ANCHOR: _(
        "Ankeret ved hendelse nr. {n} stemmer ikke med loggen: enten er noe fram til dit "
        "regnet om, eller ankeret selv er endret, fjernet eller lagt til."
    ),
    Why.END: _(
        "Loggen slutter ikke der den skal. Fra og med nr. {n} mangler hendelser, eller noe "
        "er lagt til uten å høre hjemme der."
    ),
    Why.SEAL: _(
        "Slutten av loggen er ikke merket av Utebru. Noen andre har flyttet den eller "
        "skrevet på den; sammenlign med et anker på papir for å se hvor langt loggen er ekte."
    ),
}

NOBODY: Final = "Utebru"
YOUTH: Final = _("Ungdommen")


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
            return _("ja") if value else _("nei")
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
