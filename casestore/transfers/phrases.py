"""The log in plain bokmål: statuses, verdicts, places, reasons. A code nobody has words for
is shown as it is, never hidden."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from casestore.times import in_oslo

STATUS: Final[Mapping[str, str]] = {
    "under_way": "Under arbeid",
    "refused": "Ikke lagret – samtykket gjelder ikke",
    "stored": "Lagret – venter på kontroll",
    "mismatch": "Avvik – må undersøkes",
    "read_back": "Lagret og kontrollert",
    "forgotten": "Glemt – kopier gjenstår",
    "wiped": "Glemt – alle kopier har svar",
}

VERDICT: Final[Mapping[str, str]] = {
    "pending": "Venter på sletting",
    "gone": "Borte",
    "recoverable": "Slettet, men kan gjenopprettes",
    "refused": "Plattformen nektet å slette",
    "too_late": "For sent å slette",
    "unknown": "Vet ikke om den er borte",
    "by_hand": "Må slettes for hånd",
    "left_with_youth": "Beholdt hos ungdommen",
    "held": "Tatt vare på etter vedtak",
}

EVIDENCE: Final[Mapping[str, str]] = {
    "reread": "lest på nytt, ikke funnet",
    "confirmed": "plattformen har bekreftet",
    "key_rotation": "nøkkelen er ødelagt",
    "until_rotation": "til nøkkelen byttes",
    "still_there": "var der fremdeles da vi så etter",
    "never_told": "plattformen sa aldri hvor den ble av",
    "told": "plattformen sa fra da den ble slettet",
    "not_found": "plattformen finner den ikke",
    "too_late": "eldre enn plattformen lar oss slette",
    "refused": "plattformen sa nei",
    "not_ours": "bare den som skrev den, kan slette den",
}

PLACE: Final[Mapping[str, str]] = {
    "bridge": "Utebrus egen kopi",
    "slack": "Slack-melding",
    "slack_file": "Slack-fil",
    "telegram": "Telegram-melding",
    "messenger": "Messenger-melding",
    "instagram": "Instagram-melding",
    "whatsapp": "WhatsApp-melding",
    "outlook": "E-post",
    "snapchat": "Snap",
    "post": "Brev",
}

WHOSE: Final[Mapping[str, str]] = {
    "bot": "fra boten",
    "caseworker": "fra saksbehandler",
    "youth": "fra ungdommen",
}

CHANNEL: Final[Mapping[str, str]] = {
    "telegram": "Telegram",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp",
    "outlook": "E-post",
    "snapchat": "Snapchat",
    "post": "Brev",
    "paper": "Papir",
    "in_person": "Ansikt til ansikt",
}

FILING: Final[Mapping[str, str]] = {"journal": "Journal", "contact": "Bare kontakt"}

STUCK: Final[Mapping[str, str]] = {
    "uncertain_reply": "Usikkert om et svar kom fram",
    "poison_update": "En melding kunne ikke leses",
    "digest_mismatch": "Det som er lagret, stemmer ikke med det som ble sendt",
    "not_transferred": "Ikke overført ennå",
    "unlinked_reader": "Noen som ikke er koblet til en ansatt, kan lese et rom i Slack",
    "crisis": "Kriseord – krever et menneske",
    "channel_silent": "Kanalen har vært uvanlig stille",
    "unanswered": "Venter på svar",
    "wipe_failed": "En kopi lar seg ikke slette",
}

REASON: Final[Mapping[str, str]] = {
    "casestore_down": "journalsystemet svarte ikke",
    "slack_down": "Slack svarte ikke",
    "unreadable": "lagret innhold lot seg ikke dekryptere",
    "digest_mismatch": "fingeravtrykkene er ulike",
    "no-consent": "samtykket gjelder ikke",
    "consent-withdrawn": "samtykket er trukket",
    "timeout": "fikk ikke svar i tide",
}

EVENT: Final[Mapping[str, str]] = {
    "sealed": "Samtalen er forseglet",
    "transcript_stored": "Samtaleutskriften er lagret i journalen",
    "contact_stored": "Kontakten er registrert uten ord",
    "read_back": "Lest tilbake og sammenlignet",
    "forgotten": "Ordene er glemt av broen",
    "copy": "Kopi",
    "refused": "Lagring avvist",
    "discarded": "Tatt ut igjen: samtykket ble trukket før det var bekreftet",
    "consent": "Svar på spørsmål om samtykke",
    "withdrawal": "Samtykket er trukket",
    "stuck": "Noe står fast eller er usikkert",
    "tied": "Knyttet til sak",
    "reviewed": "Loggen er gjennomgått",
    "exported": "Loggen er eksportert",
    "request": "Ungdommen har bedt om noe",
    "task_done": "Oppgave fulgt opp",
    "deleted": "Slettet her, etter en avgjørelse",
}

ANSWER: Final[Mapping[str, str]] = {"yes": "ja", "no": "nei", "dont_know": "vet ikke"}


def said(words: Mapping[str, str], code: str | None) -> str:
    """Give the words for a code; an unknown code as itself, none as a dash."""
    return "–" if code is None else words.get(code, code.replace("_", " "))


def verdict_said(verdict: str, evidence: str | None, until: datetime | None) -> str:
    """Say a verdict with its evidence and its limit, in one line."""
    parts = [said(VERDICT, verdict)]
    if evidence is not None:
        parts.append(said(EVIDENCE, evidence))
    if until is not None:
        parts.append(f"til {in_oslo(until)}")
    return parts[0] if len(parts) == 1 else f"{parts[0]} – {', '.join(parts[1:])}"


def event_said(event: Mapping[str, object]) -> str:
    """Say one event of the chain in a line."""
    kind = str(event.get("kind", ""))
    told = said(EVENT, kind)
    match kind:
        case "copy":
            place = said(PLACE, str(event.get("place")))
            return f"{place}: {said(VERDICT, str(event.get('verdict'))).lower()}"
        case "consent":
            return f"{told}: {said(ANSWER, str(event.get('answer')))}"
        case "refused":
            return f"{told}: {said(REASON, str(event.get('reason')))}"
        case "stuck":
            solved = " – løst" if event.get("resolved_at") else ""
            return f"{said(STUCK, str(event.get('what')))}{solved}"
        case _:
            return told
