"""
What is well, what is to be known, and what must be mended: one table.

Rule 1: a finding follows from the facts alone.
Rule 2: what is red breaks a promise, or keeps words from somebody; each says what to do.
Rule 3: nothing here says a token, a path of anybody's words, or who anybody is.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from bridge.doctor import asides
from bridge.doctor.facts import (
    Account,
    AtMeta,
    Facts,
    Hook,
    Keys,
    MunicipalLogIn,
    Outlook,
    Slack,
    Telegram,
)
from bridge.doctor.findings import Finding, note, red, well
from bridge.domain.delivery import Reason

When = Callable[[Facts], bool]

SKEW: Final = timedelta(seconds=5)
FAR: Final = timedelta(minutes=2)
"""By then the order of a consent and a transcript can no longer be trusted."""
SOON: Final = timedelta(days=30)
"""So long before a certificate runs out somebody is told."""


def findings(facts: Facts) -> Sequence[Finding]:
    return [*(finding for when, finding in RULES if when(facts)), *asides.findings(facts)]


def _in_file(check: Callable[[Keys], bool]) -> When:
    return lambda f: not f.keys.token and check(f.keys)


def _in_token(check: Callable[[Keys], bool]) -> When:
    return lambda f: f.keys.token and check(f.keys)


def _telegram(check: Callable[[Telegram], bool]) -> When:
    return lambda f: f.telegram is not None and check(f.telegram)


def _reached(check: Callable[[Telegram], bool]) -> When:
    return _telegram(lambda t: t.trouble is None and check(t))


def _messenger(check: Callable[[AtMeta], bool]) -> When:
    return lambda f: f.messenger is not None and check(f.messenger)


def _instagram(check: Callable[[AtMeta], bool]) -> When:
    return lambda f: f.instagram is not None and check(f.instagram)


def _whatsapp(check: Callable[[AtMeta], bool]) -> When:
    return lambda f: f.whatsapp is not None and check(f.whatsapp)


def _outlook(check: Callable[[Outlook], bool]) -> When:
    return lambda f: f.outlook is not None and check(f.outlook)


def _slack(check: Callable[[Slack], bool]) -> When:
    return lambda f: f.slack is not None and check(f.slack)


def _bot(check: Callable[[Account], bool]) -> When:
    return _slack(lambda s: s.bot.trouble is None and check(s.bot))


def _cleaner(check: Callable[[Account], bool]) -> When:
    return _slack(lambda s: s.cleaner is not None and check(s.cleaner))


def _known_cleaner(check: Callable[[Account], bool]) -> When:
    return _cleaner(lambda c: c.trouble is None and check(c))


def _skewed(facts: Facts, by: timedelta) -> bool:
    return facts.store.skew is not None and abs(facts.store.skew) > by


DB: Final = "Databasen"
KEYS: Final = "Nøklene"
STORE: Final = "Journalsystemet"
TG: Final = "Telegram"
FB: Final = "Messenger"
IG: Final = "Instagram"
WA: Final = "WhatsApp"
MAIL: Final = "E-post"
SNAP: Final = "Snapchat"
SLACK: Final = "Slack"
ROOM: Final = "Rommet"

SET_UP_TG: Final = "Kjør: utebru setup telegram"
SET_UP_SLACK: Final = "Se: utebru setup slack"

RULES: Final[Sequence[tuple[When, Finding]]] = (
    (lambda f: not f.database.closed and f.database.weak is None,
     well(DB, "Tar vare på det den sier den har tatt vare på.")),
    (lambda f: f.database.closed,
     red(DB, "Svarer ikke, eller lar seg ikke åpne.", "Sjekk UTEBRU_DATABASE_URL.")),
    (lambda f: f.database.weak is not None,
     red(DB, "Er satt opp så den kan miste ord ved strømbrudd.",
          "Skru på fsync, full_page_writes og synchronous_commit.")),

    (_in_file(lambda k: k.there and not k.exposed and not k.unreadable),
     well(KEYS, "Nøkkelfila kan bare leses av den som kjører Utebru.")),
    (_in_file(lambda k: not k.there),
     note(KEYS, "Nøkkelfila finnes ikke ennå. Den lages ved første start.")),
    (_in_file(lambda k: k.exposed),
     red(KEYS, "Nøkkelfila kan leses av andre, eller ligger sammen med det den verner.",
          "Sett rettighetene til 0600, og legg den utenfor datamappa (UTEBRU_KEYRING).")),
    (_in_file(lambda k: k.unreadable),
     red(KEYS, "Nøkkelfila lar seg ikke lese som en nøkkelfil.",
          "Sjekk UTEBRU_KEYRING. Ikke lag en ny: det som er skrevet, kan da aldri leses.")),
    (_in_file(lambda _: True),
     note(KEYS, "Nøkkelen ligger i en fil: «destruert» betyr at den ikke lenger kan leses "
                 "gjennom filsystemet.",
           "Bruk et lager som ikke tar øyeblikksbilder, eller kryptert disk.")),
    (_in_token(lambda k: k.there and not k.exposed and not k.silent),
     well(KEYS, "PKCS#11-tokenet svarer, og ingen nøkkel kan tas ut av det.")),
    (_in_token(lambda k: k.silent),
     red(KEYS, "PKCS#11-tokenet svarer ikke, eller slipper oss ikke inn. Ingenting kan leses "
                "eller tas imot, og ingenting er tapt.",
          "Sjekk UTEBRU_HSM__MODULE, navnet på tokenet, PIN-en, og at HSM-en er oppe.")),
    (_in_token(lambda k: not k.there),
     red(KEYS, "PKCS#11-tokenet er ikke gjort klart, eller er ikke det dere bruker.",
          "Er det nytt: utebru setup hsm. Ellers: sjekk UTEBRU_HSM__TOKEN.")),
    (_in_token(lambda k: k.exposed),
     red(KEYS, "En nøkkel i PKCS#11-tokenet kan tas ut av det.",
          "Finn ut hvem som har lagt den inn. Nøklene våre lages i tokenet, og går ikke ut.")),
    (_in_token(lambda _: True),
     note(KEYS, "Nøklene ligger i et PKCS#11-token: «destruert» betyr at tokenet ikke har dem "
                 "lenger. Om en kopi av det har dem, vet ikke vi.",
           "Kast kopier av tokenet hver gang det er tatt en ny: docs/operations.md")),

    (lambda f: f.store.trouble is None,
     well(STORE, "Svarer, og kjenner oss igjen.")),
    (lambda f: f.store.here,
     note(STORE, "Kjører i samme prosess som broen.",
           "I drift: la det stå i sikker sone (UTEBRU_CASESTORE__URL).")),
    (lambda f: f.store.trouble is None and not f.store.two_factors,
     note(STORE, "Teamlederen kan logge inn med bare passord.",
           "Utenom prøvekjøring: fjern UTEBRU_CASESTORE__SECOND_FACTOR=optional.")),
    (lambda f: f.store.log_in is MunicipalLogIn.ANSWERS,
     well(STORE, "Kommunens pålogging svarer.")),
    (lambda f: f.store.log_in is MunicipalLogIn.SILENT,
     note(STORE, "Kommunens pålogging svarer ikke slik den skal. Ansatte logger inn med passord.",
           "Sjekk UTEBRU_CASESTORE__OIDC_ISSUER, og nettet ut derfra.")),
    (lambda f: f.store.trouble == "credential",
     red(STORE, "Svarer, men godtar ikke nøkkelen vår.",
          "Samme UTEBRU_CASESTORE__TOKEN må stå på begge sider.")),
    (lambda f: f.store.trouble not in {None, "credential"},
     red(STORE, "Svarer ikke slik det skal. Samtaler venter kryptert til det gjør det.",
          "Sjekk UTEBRU_CASESTORE__URL, brannmuren og at journalsystemet kjører.")),
    (lambda f: _skewed(f, SKEW) and not _skewed(f, FAR),
     note(STORE, "Klokka der går noen sekunder feil i forhold til vår.", "Slå på NTP.")),
    (lambda f: _skewed(f, FAR),
     red(STORE, "Klokka der går minutter feil i forhold til vår.", "Slå på NTP begge steder.")),
    (lambda f: f.store.trouble is None and f.store.leaders == 0,
     red(STORE, "Ingen teamleder har konto.", "Kjør: utebru admin first-leader")),
    (lambda f: f.store.trouble is None and f.store.leaders > 0 and f.store.linked == 0,
     red(STORE, "Ingen ansatte er koblet til Slack, så ingen kan svare.",
          "Logg inn i journalsystemet, hent en kode, og skriv «/utebru koble KODE» i Slack.")),

    (lambda f: not any(
        (f.telegram, f.messenger, f.instagram, f.whatsapp, f.outlook, f.by_hand)
     ),
     red(TG, "Er ikke satt opp.", "Sett UTEBRU_TELEGRAM__TOKEN (fra @BotFather).")),
    (_telegram(lambda t: t.trouble is Reason.REVOKED),
     red(TG, "Godtar ikke nøkkelen vår.", "Hent en ny hos @BotFather.")),
    (_telegram(lambda t: t.trouble not in {None, Reason.REVOKED}),
     red(TG, "Svarer ikke.", "Sjekk nettet ut, og UTEBRU_TELEGRAM__API_URL.")),
    (_reached(lambda t: t.polls and t.hook is Hook.NOWHERE),
     well(TG, "Svarer, og blir spurt (polling).")),
    (_reached(lambda t: t.polls and t.hook is not Hook.NOWHERE),
     red(TG, "Det står en webhook der, og da kommer ingenting når vi spør.",
          "Start utebru serve, som fjerner den, eller kjør: utebru setup telegram")),
    (_reached(lambda t: not t.polls and t.hook is Hook.HERE),
     well(TG, "Svarer, og sender til adressen vår.")),
    (_reached(lambda t: not t.polls and t.hook is not Hook.HERE),
     red(TG, "Sender ikke til adressen vår.", SET_UP_TG)),
    (_reached(lambda t: not t.polls and t.hook is Hook.HERE and t.hook_fails),
     red(TG, "Når oss ikke på adressen.", "Sjekk UTEBRU_PUBLIC_URL, sertifikat og brannmur.")),

    (lambda f: bool(f.by_hand),
     note(SNAP, "Meldinger bæres for hånd, og det som ligger der, slettes for hånd.",
           "Gå gjennom docs/caseworkers.md med teamet.")),
    (_messenger(lambda m: m.trouble is Reason.REVOKED),
     red(FB, "Godtar ikke nøkkelen vår, eller har tatt fra oss en tillatelse.",
          "Lag en ny nøkkel for siden, og sjekk tillatelsene: docs/meta.md")),
    (_messenger(lambda m: m.trouble not in {None, Reason.REVOKED}),
     red(FB, "Svarer ikke.", "Sjekk nettet ut, og UTEBRU_META__GRAPH_URL.")),
    (_messenger(lambda m: m.trouble is None and not m.subscribed),
     red(FB, "Sender oss ikke alt det vi lytter etter.", "Kjør: utebru setup meta")),
    (_messenger(lambda m: m.trouble is None and m.subscribed),
     well(FB, "Svarer, og sender oss det som skrives til siden.")),
    (_messenger(lambda m: not m.late),
     note(FB, "Vi kan bare svare i et døgn etter ungdommens siste ord.",
           "Søk Meta om Human Agent: docs/meta.md")),

    (_instagram(lambda i: i.trouble is Reason.REVOKED),
     red(IG, "Godtar ikke nøkkelen vår, eller kjenner ikke kontoen.",
          "Sjekk UTEBRU_META__INSTAGRAM_ID og tillatelsene: docs/meta.md")),
    (_instagram(lambda i: i.trouble not in {None, Reason.REVOKED}),
     red(IG, "Svarer ikke.", "Sjekk nettet ut, og UTEBRU_META__GRAPH_URL.")),
    (_instagram(lambda i: i.trouble is None and not i.subscribed),
     red(IG, "Sender oss ikke det som skrives til kontoen.", "Kjør: utebru setup meta")),
    (_instagram(lambda i: i.trouble is None and i.subscribed),
     well(IG, "Svarer, og sender oss det som skrives til kontoen.")),

    (_whatsapp(lambda w: w.trouble is Reason.REVOKED),
     red(WA, "Godtar ikke nøkkelen vår, eller kjenner ikke nummeret.",
          "Sjekk UTEBRU_META__WHATSAPP_NUMBER_ID og nøkkelen: docs/meta.md")),
    (_whatsapp(lambda w: w.trouble not in {None, Reason.REVOKED}),
     red(WA, "Svarer ikke.", "Sjekk nettet ut, og UTEBRU_META__GRAPH_URL.")),
    (_whatsapp(lambda w: w.trouble is None and not w.subscribed),
     red(WA, "Sender oss ikke det som skrives til nummeret.", "Kjør: utebru setup meta")),
    (_whatsapp(lambda w: w.trouble is None and w.subscribed),
     well(WA, "Svarer, og sender oss det som skrives til nummeret.")),
    (_whatsapp(lambda _: True),
     note(WA, "Vi kan bare svare i et døgn etter ungdommens siste ord.",
           "Gi ungdommen en annen vei til dere også.")),

    (_outlook(lambda m: m.trouble is Reason.REVOKED),
     red(MAIL, "Microsoft slipper oss ikke inn i postkassen.",
          "Sjekk sertifikatet eller hemmeligheten, og tilgangen: docs/outlook.md")),
    (_outlook(lambda m: m.trouble not in {None, Reason.REVOKED}),
     red(MAIL, "Microsoft svarer ikke.",
          "Sjekk nettet ut, UTEBRU_OUTLOOK__GRAPH_URL og UTEBRU_OUTLOOK__AUTHORITY.")),
    (_outlook(lambda m: m.trouble is None), well(MAIL, "Vi kommer inn i postkassen.")),
    (_outlook(lambda m: m.opens_all),
     red(MAIL, "Appen har tilgang til alle postkasser i kommunen.",
          "Fjern tillatelsen i Entra, og gi den for denne postkassen alene: docs/outlook.md")),
    (_outlook(lambda m: not m.called),
     note(MAIL, "Microsoft sier ikke fra når noe kommer; vi spør hvert minutt.",
           "Sett UTEBRU_PUBLIC_URL.")),
    (_outlook(lambda m: m.expires is not None and timedelta() < m.expires < SOON),
     note(MAIL, "Sertifikatet går ut om under en måned. Da kommer ingen e-post inn.",
           "Lag et nytt, last det opp i Entra, og bytt fila: docs/outlook.md")),
    (_outlook(lambda m: m.expires is not None and m.expires <= timedelta()),
     red(MAIL, "Sertifikatet har gått ut.",
          "Lag et nytt, last det opp i Entra, og bytt fila: docs/outlook.md")),
    (_outlook(lambda m: not m.certified),
     note(MAIL, "Vi viser fram en hemmelighet, som kan kopieres.",
           "Bytt til et sertifikat: docs/outlook.md")),

    (lambda f: f.slack is None,
     red(SLACK, "Er ikke satt opp.", SET_UP_SLACK)),
    (_bot(lambda b: not b.missing),
     well(SLACK, "Boten er kjent, og har de rettighetene den trenger.")),
    (_bot(lambda b: bool(b.missing)),
     red(SLACK, "Boten mangler rettigheter.",
          "Oppdater appen med manifestet (utebru setup slack), og installer den på nytt.")),
    (_slack(lambda s: s.bot.trouble is Reason.REVOKED),
     red(SLACK, "Godtar ikke botens nøkkel.", "Installer appen på nytt, og bytt nøkkelen.")),
    (_slack(lambda s: s.bot.trouble not in {None, Reason.REVOKED}),
     red(SLACK, "Svarer ikke.", "Sjekk nettet ut, og UTEBRU_SLACK__API_URL.")),
    (_slack(lambda s: s.socket and s.deaf is None),
     well(SLACK, "Kan åpne forbindelsen som hendelser kommer på (Socket Mode).")),
    (_slack(lambda s: s.socket and s.deaf is not None),
     red(SLACK, "Kan ikke åpne forbindelsen som hendelser kommer på (Socket Mode).",
          "Sjekk UTEBRU_SLACK__APP_TOKEN: den må ha connections:write.")),
    (_slack(lambda s: not s.socket and s.signed),
     well(SLACK, "Hendelser kommer signert over HTTP.")),
    (_slack(lambda s: not s.socket and not s.signed),
     red(SLACK, "Hører ingenting derfra.",
          "Sett UTEBRU_SLACK__APP_TOKEN eller UTEBRU_SLACK__SIGNING_SECRET.")),
    (_slack(lambda s: s.cleaner is None),
     note(SLACK, "Uten administratorkonto svares det bare med Svar-knappen, og det ansatte "
                  "skriver, slettes for hånd.", "Sett UTEBRU_SLACK__ADMIN_TOKEN.")),
    (_known_cleaner(lambda c: c.admin and not c.missing),
     well(SLACK, "Administratorkontoen kan slette det ansatte skriver.")),
    (_known_cleaner(lambda c: not c.admin or bool(c.missing)),
     red(SLACK, "Kontoen som skal slette det ansatte skriver, får ikke lov til det.",
          "Gjør den til administrator, og installer appen fra den på nytt.")),
    (_cleaner(lambda c: c.trouble is not None),
     red(SLACK, "Godtar ikke administratorkontoens nøkkel, eller svarer ikke for den.",
          "Installer appen på nytt fra administratorkontoen.")),
    (_slack(lambda s: s.retention is not None),
     well(SLACK, "Det er bekreftet at arbeidsområdet ikke tar vare på det som slettes.")),
    (_slack(lambda s: s.retention is None),
     note(SLACK, "Det er ikke bekreftet at arbeidsområdet ikke tar vare på det som slettes. "
                  "Kopier der regnes som mulige å hente tilbake.",
           "Sjekk «Retention» i Slack, og sett UTEBRU_SLACK__RETENTION_CONFIRMED_ON.")),

    (_bot(lambda b: b.in_room), well(ROOM, "Boten er med.")),
    (_bot(lambda b: not b.in_room),
     red(ROOM, "Boten er ikke med.", "Skriv «/invite @utebru» i rommet (UTEBRU_SLACK__ROOM).")),
    (_known_cleaner(lambda c: not c.in_room),
     red(ROOM, "Administratorkontoen er ikke med, og kan ikke slette noe der.",
          "Inviter den til rommet.")),
    (_slack(lambda s: s.strangers == 0),
     well(ROOM, "Bare ansatte som er koblet til journalsystemet, kan lese der.")),
    (_slack(lambda s: (s.strangers or 0) > 0),
     red(ROOM, "Noen som ikke er koblet til som ansatt, kan lese alt der.",
          "Alarmen i rommet sier hvem. Koble dem til, eller fjern dem.")),
    (_slack(lambda s: s.strangers is None),
     red(ROOM, "Det lot seg ikke se hvem som kan lese der.",
          "Rett det over; kjør så utebru doctor igjen.")),
)  # fmt: skip
