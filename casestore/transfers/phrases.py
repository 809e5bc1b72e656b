"""The log in plain bokmål: statuses, verdicts, places, reasons. A code nobody has words for
is shown as it is, never hidden."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from casestore.texts.phrases import _, joined
from casestore.times import in_oslo

STATUS: Final[Mapping[str, str]] = {
    "under_way": _("Under arbeid"),
    "refused": _("Ikke lagret – samtykket gjelder ikke"),
    "stored": _("Lagret – venter på kontroll"),
    "mismatch": _("Avvik – må undersøkes"),
    "read_back": _("Lagret og kontrollert"),
    "forgotten": _("Glemt – kopier gjenstår"),
    "wiped": _("Glemt – alle kopier har svar"),
}

VERDICT: Final[Mapping[str, str]] = {
    "pending": _("Venter på sletting"),
    "gone": _("Borte"),
    "recoverable": _("Slettet, men kan gjenopprettes"),
    "refused": _("Plattformen nektet å slette"),
    "out_of_reach": _("Kan ikke slettes av oss, bare av ungdommen"),
    "too_late": _("For sent å slette"),
    "unknown": _("Vet ikke om den er borte"),
    "by_hand": _("Må slettes for hånd"),
    "ticked": _("Krysset av som slettet"),
    "left_with_youth": _("Beholdt hos ungdommen"),
    "held": _("Tatt vare på etter vedtak"),
}

EVIDENCE: Final[Mapping[str, str]] = {
    "reread": _("lest på nytt, ikke funnet"),
    "confirmed": _("plattformen har bekreftet"),
    "restorable": _("ute av postkassen; borte når oppbevaringstiden er ute"),
    "key_rotation": _("nøkkelen er ødelagt"),
    "until_rotation": _("til nøkkelen byttes"),
    "still_there": _("var der fremdeles da vi så etter"),
    "never_told": _("plattformen sa aldri hvor den ble av"),
    "unsent": _("ungdommen har trukket den tilbake"),
    "told": _("plattformen sa fra da den ble slettet"),
    "not_found": _("plattformen finner den ikke"),
    "too_late": _("eldre enn plattformen lar oss slette"),
    "refused": _("plattformen sa nei"),
    "no_call": _("plattformen lar ingen andre slette den"),
    "not_ours": _("bare den som skrev den, kan slette den"),
    "by_hand": _("ingen maskin slipper til der"),
    "ticked": _("en av oss har slettet den for hånd"),
}

PLACE: Final[Mapping[str, str]] = {
    "bridge": _("Utebrus egen kopi"),
    "slack": _("Slack-melding"),
    "slack_file": _("Slack-fil"),
    "telegram": _("Telegram-melding"),
    "messenger": _("Messenger-melding"),
    "instagram": _("Instagram-melding"),
    "whatsapp": _("WhatsApp-melding"),
    "outlook": _("E-post"),
    "snapchat": "Snap",
    "post": _("Brev"),
}

WHOSE: Final[Mapping[str, str]] = {
    "bot": _("fra boten"),
    "caseworker": _("fra saksbehandler"),
    "youth": _("fra ungdommen"),
}

CHANNEL: Final[Mapping[str, str]] = {
    "telegram": "Telegram",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp",
    "outlook": _("E-post"),
    "snapchat": "Snapchat",
    "post": _("Brev"),
    "paper": _("Papir"),
    "in_person": _("Ansikt til ansikt"),
}

FILING: Final[Mapping[str, str]] = {"journal": _("Journal"), "contact": _("Bare kontakt")}

STUCK: Final[Mapping[str, str]] = {
    "uncertain_reply": _("Usikkert om et svar kom fram"),
    "poison_update": _("En melding kunne ikke leses"),
    "digest_mismatch": _("Det som er lagret, stemmer ikke med det som ble sendt"),
    "not_transferred": _("Ikke overført ennå"),
    "unlinked_reader": _("Noen som ikke er koblet til en ansatt, kan lese et rom i Slack"),
    "crisis": _("Kriseord – krever et menneske"),
    "channel_silent": _("Kanalen har vært uvanlig stille"),
    "unanswered": _("Venter på svar"),
    "wipe_failed": _("En kopi lar seg ikke slette"),
    "not_cleared": _("Kopier venter på å bli slettet for hånd"),
}

REASON: Final[Mapping[str, str]] = {
    "casestore_down": _("journalsystemet svarte ikke"),
    "slack_down": _("Slack svarte ikke"),
    "unreadable": _("lagret innhold lot seg ikke dekryptere"),
    "digest_mismatch": _("fingeravtrykkene er ulike"),
    "no-consent": _("samtykket gjelder ikke"),
    "consent-withdrawn": _("samtykket er trukket"),
    "timeout": _("fikk ikke svar i tide"),
}

EVENT: Final[Mapping[str, str]] = {
    "sealed": _("Samtalen er forseglet"),
    "handed_on": _("Gitt videre av den ansatte som fikk den"),
    "transcript_stored": _("Samtaleutskriften er lagret i journalen"),
    "contact_stored": _("Kontakten er registrert uten ord"),
    "read_back": _("Lest tilbake og sammenlignet"),
    "forgotten": _("Ordene er glemt av broen"),
    "copy": _("Kopi"),
    "copies": _("Kopier som er kjent"),
    "refused": _("Lagring avvist"),
    "not_delivered": _("Et svar som er ført som sendt, kom ikke fram til ungdommen"),
    "discarded": _("Tatt ut igjen: samtykket ble trukket før det var bekreftet"),
    "consent": _("Svar på spørsmål om samtykke"),
    "withdrawal": _("Samtykket er trukket"),
    "stuck": _("Noe står fast eller er usikkert"),
    "tied": _("Knyttet til sak"),
    "reviewed": _("Loggen er gjennomgått"),
    "exported": _("Loggen er eksportert"),
    "request": _("Ungdommen har bedt om noe"),
    "task_done": _("Oppgave fulgt opp"),
    "deleted": _("Slettet her, etter en avgjørelse"),
}

ANSWER: Final[Mapping[str, str]] = {"yes": _("ja"), "no": _("nei"), "dont_know": _("vet ikke")}


def said(words: Mapping[str, str], code: str | None) -> str:
    """Give the words for a code; an unknown code as itself, none as a dash."""
    return "–" if code is None else words.get(code, code.replace("_", " "))


def verdict_said(verdict: str, evidence: str | None, until: datetime | None) -> str:
    """Say a verdict with its evidence and its limit, in one line."""
    parts = [said(VERDICT, verdict)]
    if evidence is not None:
        parts.append(said(EVIDENCE, evidence))
    if until is not None:
        parts.append(_("til {at}").format(at=in_oslo(until)))
    return joined(" – ", [parts[0], joined(", ", parts[1:])] if len(parts) > 1 else parts)


def event_said(event: Mapping[str, object]) -> str:
    """Say one event of the chain in a line."""
    kind = str(event.get("kind", ""))
    told = said(EVENT, kind)
    match kind:
        case "copy":
            place = said(PLACE, str(event.get("place")))
            return joined(": ", (place, said(VERDICT, str(event.get("verdict"))).lower()))
        case "copies":
            listed = event.get("copies")
            return joined(": ", (told, str(len(listed) if isinstance(listed, list) else 0)))
        case "consent":
            return joined(": ", (told, said(ANSWER, str(event.get("answer")))))
        case "refused":
            return joined(": ", (told, said(REASON, str(event.get("reason")))))
        case "stuck":
            what = said(STUCK, str(event.get("what")))
            return joined(" – ", (what, _("løst"))) if event.get("resolved_at") else what
        case _:
            return told
