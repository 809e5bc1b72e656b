"""
What the team reads, in bokmål: one table for each of the domain's lists.

Every member has a text (a test holds it to that). What comes in `{}` is put in escaped,
and is an alias, a number, a time or a workspace user; never words.
"""

from collections.abc import Mapping
from typing import Final

from bridge.domain.cards import Alarm, FormKind, Note, Notice
from bridge.domain.consent import Standing
from bridge.domain.copies import Whose
from bridge.domain.delivery import Reason, State
from bridge.domain.lifecycle import Stage
from bridge.domain.windows import Window

NEW_WORDS: Final = "Ny melding fra {alias}"
NEWS: Final = "Nytt om {alias}"
ALARM: Final = "Utebru varsler teamet"

CHANNEL: Final[Mapping[str, str]] = {
    "telegram": "Telegram",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp",
    "outlook": "e-post",
    "snapchat": "Snapchat",
    "post": "papirpost",
}

STANDING: Final[Mapping[Standing, str]] = {
    Standing.UNASKED: "ikke spurt",
    Standing.ASKED: "ikke svart",
    Standing.YES: "ja",
    Standing.REFUSED: "nei",
    Standing.WITHDRAWN: "trukket tilbake",
}

STAGE: Final[Mapping[Stage, str]] = {
    Stage.OPEN: "Ingen har tatt saken ennå.",
    Stage.SEALED_JOURNAL: "Avsluttet. Overføres til journalen.",
    Stage.SEALED_CONTACT: "Avsluttet. Telles som kontakt; ingen ord føres.",
    Stage.TRANSFERRED: "Overført og kontrollert. Ordene slettes nå.",
    Stage.FORGOTTEN: "Ferdig. Ordene er slettet hos Utebru.",
}

OWNED: Final = "Tatt av {owner}."
ENDING: Final = "Avsluttes så snart alt som er på vei, er sendt."
WAITS: Final = "Venter på journalsystemet siden {since}"
LEFT: Final = "Ungdommen har blokkert oss eller slettet kontoen. Svar når ikke fram nå."

ANSWER_BY: Final[Mapping[Window, str]] = {
    Window.OPEN: "Svar innen {at} ({channel}).",
    Window.LATE: "Svar innen {at} ({channel}). Bare dere kan skrive nå; "
    "automatiske meldinger går ikke ut.",
    Window.SHUT: "Fristen for å svare på {channel} er ute. Ungdommen må skrive først. "
    "Prøv en annen vei om du har en.",
}

BUTTON: Final[Mapping[str, str]] = {
    "take": "Ta saken",
    "reply": "Svar",
    "ask_consent": "Be om samtykke",
    "end": "Avslutt",
    "postpone": "Utsett",
    "dismiss": "Ikke svar nødvendig",
    "undo": "Angre",
    "again": "Send igjen",
    "leave": "La være",
    "keep": "La stå hos ungdommen",
    "join": "Samme ungdom …",
    "carried": "Sendt",
    "not_carried": "Ikke sendt",
    "misplaced": "Feil ungdom",
    "tick": "Slettet",
    "tick_all": "Alle er slettet",
    "to_team": "Registrer",
    "to_leader": "Gi til teamleder",
}
PRIVATE: Final = (
    "🔒 Ikke registrert. Bare dette rommet ser det, til noen her trykker *Registrer*{or_gives}."
)
OR_GIVES: Final = " eller *Gi til teamleder*"
SURE: Final[Mapping[str, tuple[str, str]]] = {
    "to_team": ("Registrer hos teamet?", "Hele samtalen flyttes til teamets rom og slettes her. "
                "Det kan ikke angres. Notater dere har skrevet imellom, blir ikke med."),
    "to_leader": ("Gi til teamleder?", "Hele samtalen flyttes til teamlederens rom og slettes her. "
                  "Det kan ikke angres. Notater dere har skrevet imellom, blir ikke med."),
}  # fmt: skip
"""Asked before a button does what cannot be undone: a title, and what happens."""
GO_ON: Final = "Flytt den"
STAY: Final = "Avbryt"
SWITCH: Final = "Svar på {channel}"
ANSWERS_GO: Final = "Svar går på {channel}."
ON: Final = "{line} · på {channel}"
SEND_NOW: Final = "Send nå"
KEPT: Final = "Ikke la stå hos ungdommen"

CRISIS: Final = "🔴 *Kan være krise.* Les og svar nå."
EDITED: Final = "Redigert – ny ordlyd av {original}. Den første står fortsatt."
UNSENT: Final = "Ungdommen trakk tilbake en melding fra kl. {at}."
UNSENT_EARLIER: Final = "Ungdommen trakk tilbake en tidligere melding."
THERE: Final = "Skrevet i {channel} av noen i teamet"
REACTED: Final = "{alias} {text} · {original} · {at}"
ORIGINAL: Final = "meldingen fra kl. {at}"
EARLIER: Final = "en tidligere melding"
EMPTY: Final = "(ingen synlige tegn)"
SHORTENED: Final = "✂ Forkortet her. Hele teksten er tatt vare på i Utebru."

CANNOT_BE_SHOWN: Final[Mapping[str, str]] = {
    "location": "Posisjon",
    "live_location": "Posisjon som oppdateres",
    "venue": "Sted",
    "contact": "Kontaktkort",
    "sticker": "Klistremerke",
    "animation": "Animasjon",
    "photo": "Bilde",
    "video": "Video",
    "video_note": "Videomelding",
    "voice": "Talemelding",
    "audio": "Lydfil",
    "document": "Dokument",
    "dice": "Terning",
    "poll": "Avstemning",
    "checklist": "Sjekkliste",
    "game": "Spill",
    "story": "Story",
    "story_reply": "Svar på en story",
    "story_mention": "Omtale i en story",
    "share": "Delt innlegg",
    "reel": "Reel",
    "ig_reel": "Reel",
    "ephemeral": "Bilde som forsvinner",
    "fallback": "Delt lenke",
    "template": "Kort fra en annen tjeneste",
    "poll_creation": "Avstemning",
    "edit": "Endring av en melding",
    "order": "Bestilling",
    "interactive": "Svar på et skjema",
    "unsupported": "Noe plattformen ikke lar oss se",
    "invoice": "Betalingskrav",
    "paid_media": "Betalt innhold",
    "giveaway": "Premietrekning",
    "gift": "Gave",
    "passport_data": "Identitetspapirer",
    "web_app_data": "Noe fra en app i chatten",
    "unique_gift": "Gave",
    "forward": "Videresendt melding",
    "calendar": "Kalenderinvitasjon",
    "reference": "Lenke til en fil som ligger et annet sted",
    "sealed": "Kryptert e-post",
    "winmail": "Vedlegg som bare Outlook kan åpne",
    "empty": "Tom e-post",
    "too_long": "Resten av en e-post som er for lang",
    "file_too_large": "Fil som er for stor",
    "file_lost": "Fil som ikke lot seg hente",
    "unreadable": "Melding som ikke lot seg lese",
    "unknown": "Noe av en ukjent type",
}
NOT_SHOWN: Final = "{what} – kan ikke vises her"

MARKED: Final[Mapping[str, str]] = {
    "unproved": "⚠ *Avsender ikke bekreftet.* Noen andre kan ha skrevet dette i adressens navn. "
    "Boten svarer ikke, og et «ja» her teller ikke som samtykke.",
}
"""What is said over words that are shown, and are not to be taken as they stand."""

STATE: Final[Mapping[State, str]] = {
    State.HELD: "Sendes om {wait} s",
    State.QUEUED: "Sendes kl. {at}",
    State.ASKED: "Svaret har ventet lenge. Skal det fortsatt sendes?",
    State.SENDING: "Sender …",
    State.HANDED: "*Kopier til {channel}.* Trykk *Sendt* når du har sendt det der.",
    State.UNCERTAIN: "⚠ Usikkert om dette kom fram",
    State.SENT: "✓ sendt",
    State.DELIVERED: "✓✓ levert",
    State.READ: "✓✓ lest",
    State.FAILED: "⚠ ikke levert: {reason}",
    State.WITHDRAWN: "Ikke sendt – angret",
    State.LEFT: "⚠ Usikkert om dette kom fram – latt være",
}
QUEUED: Final = "Sendes nå"
READIED: Final = "Gjøres klart til å kopieres til {channel} …"
CARRIED_BY: Final = "✓ sendt i {channel} av {user}"
UNDONE_BY_HAND: Final = "Ikke sendt – angret. Ikke kopier det."
CARRY_AGAIN: Final = "Prøv igjen"
CARRIED_AFTER_ALL: Final = "Ble sendt likevel"
LATE: Final = "Skrevet mens Utebru var nede. Ikke sendt."
LATE_LEFT: Final = "Skrevet mens Utebru var nede – latt være"

REASON: Final[Mapping[Reason, str]] = {
    Reason.BLOCKED: "ungdommen har blokkert oss. Prøv en annen vei om du har en.",
    Reason.GONE: "kontoen eller chatten finnes ikke lenger. Prøv en annen vei om du har en.",
    Reason.TOO_LONG: "teksten er for lang. Del den i flere svar.",
    Reason.TOO_LARGE: "filen er for stor. Del den opp eller beskriv den.",
    Reason.TOO_LATE: "det er for sent hos plattformen. Skriv et nytt svar.",
    Reason.NOT_ALLOWED: "plattformen tillater det ikke. Si fra til den som drifter Utebru.",
    Reason.REVOKED: "Utebru har mistet tilgangen. Den som drifter, er varslet; svaret venter.",
    Reason.NOT_CARRIED: "noen sa fra om at det ikke ble sendt.",
    Reason.CLOSED: "fristen for å skrive er ute. Ordene står her: trykk *Send igjen* når "
    "ungdommen har skrevet, eller prøv en annen vei om du har en.",
    Reason.REJECTED: "plattformen avviste det. Skriv det om, eller si fra til den som drifter.",
    Reason.BUSY: "plattformen har det travelt. Utebru prøver igjen.",
    Reason.UNREACHABLE: "plattformen svarer ikke. Utebru prøver igjen.",
    Reason.NO_ANSWER: "vi fikk ikke svar. Det kan ha kommet fram likevel.",
}
NO_REASON: Final = "vi vet ikke hvorfor. Si fra til den som drifter Utebru."

NOTICE: Final[Mapping[Notice, str]] = {
    Notice.HANDED_ON: "Gitt videre hit av {user}. Det som er sagt til nå, står under.",
    Notice.SAID_BY_SERVICE: "Automatisk melding til ungdommen: {phrase}.",
    Notice.CONSENT_GIVEN: "Samtykke: ja. Samtalen kan føres i journalen.",
    Notice.CONSENT_REFUSED: "Samtykke: nei. Ingenting føres; samtalen går videre som før.",
    Notice.CONSENT_UNSURE: "Samtykke: vet ikke. Ingenting føres; samtalen går videre som før.",
    Notice.CONSENT_WITHDRAWN: "Samtykket er trukket tilbake. Ingenting nytt føres i journalen.",
    Notice.TAKEN: "{user} har tatt saken.",
    Notice.NEW_WORDS: "Ungdommen skrev mer. Samtalen er ikke avsluttet.",
    Notice.ENDING: "Samtalen avsluttes.",
    Notice.WAITING: "{count} venter på journalsystemet siden {since}. Ingenting er tapt.",
    Notice.TRANSFERRED: "Samtalen er ført i journalen og kontrollert.",
    Notice.COUNTED: "Kontakten er talt. Ingen ord er ført.",
    Notice.YOUTH_LEFT: "Ungdommen har blokkert oss eller slettet kontoen.",
    Notice.YOUTH_RETURNED: "Ungdommen har åpnet for oss igjen.",
    Notice.FILE_TOO_LARGE: "Ungdommen sendte en fil som er for stor til å hentes, og vet det.",
    Notice.FILE_LOST: "En fil fra ungdommen lot seg ikke hente. Be dem gjerne sende den igjen.",
    Notice.FILE_OURS_LOST: "En fil som noen i teamet sendte på plattformen, lot seg ikke hente.",
    Notice.PICTURE_LOST: "Et skjermbilde lot seg ikke hente fra Slack. Registrer det på nytt.",
    Notice.YES_NEEDS_PICTURE: "Ungdommen har skrevet ja, men det teller ikke ennå. Send først "
    "spørsmålet om journal, trykk *Sendt* på kortet, og registrer svaret med skjermbilde.",
    Notice.FILE_NOT_SHOWN: (
        "En fil fra ungdommen kan ikke vises her. Den er tatt vare på, og følger med hvis "
        "samtalen føres."
    ),
    Notice.WANTS_ACCESS: "Ungdommen ber om innsyn i journalen. Svar dem om hvordan det skjer.",
    Notice.WANTS_DELETION: "Ungdommen ber om sletting. Teamleder avgjør; svar hva som skjer.",
    Notice.LANGUAGE_MISSING: "En tekst manglet på ungdommens språk og ble sendt på bokmål.",
    Notice.CLOSING: "Samtalen lukkes {at}.",
    Notice.UNANSWERED: "{user} Ungdommen har ventet på svar i {hours} timer av åpningstiden.",
    Notice.UNTRANSFERRED: "Samtalen begynte for over et døgn siden, og er ikke ført ennå.",
    Notice.SHUTS_SOON: "{user} Ungdommen venter på svar, og fristen for å skrive på {channel} "
    "går ut {at}.",
    Notice.TAKEN_BACK_FILED: "Meldingen som ble trukket tilbake, hører til en samtale som føres i "
    "journalen. Der står den til teamlederen har avgjort det. Si til ungdommen hva som skjer.",
    Notice.JOIN_PROPOSED: "Foreslått: samme ungdom som {other}. Det avgjøres i journalsystemet. "
    "Til da er alt som før.",
    Notice.JOINED: "{other} ({channel}) er samme ungdom. Det de skriver på {channel}, kommer i "
    "denne tråden fra nå av. Står samtykket til «ikke spurt», blir de spurt på nytt.",
    Notice.JOINED_ELSEWHERE: "Dette er samme ungdom som {other}. Det de skriver nå, kommer i "
    "tråden til {other}. Gjør ferdig det som står her, og avslutt.",
    Notice.JOIN_FORGOTTEN: "Journalsystemet sier at dette er samme ungdom som i en annen tråd, men "
    "den ene var alt glemt her. De er ikke samlet: det falt bort. Skriver ungdommen der igjen, "
    "kan dere foreslå det på nytt.",
    Notice.JOIN_NOT_POSSIBLE: "Journalsystemet sier at dette er samme ungdom som i en annen tråd, "
    "men den ene er samlet med noe annet her. De er ikke samlet: det falt bort.",
    Notice.PARTED: "{other} ({channel}) er skilt ut igjen, og får en egen tråd. Denne samtalen "
    "føres ikke i journalen, hvis noe i den er skrevet på {channel}.",
    Notice.SPEAKS: "Svar går nå på {channel}, til ungdommen skriver et annet sted.",
    Notice.NOT_TAKEN: "Utebru fikk ikke sendt {phrase} til ungdommen: plattformen tok det ikke "
    "imot. Si det selv om det trengs.",
    Notice.NOT_SAID: "Utebru fikk ikke sendt {phrase} til ungdommen: fristen for automatiske "
    "meldinger er ute.",
}

ALARMS: Final[Mapping[Alarm, str]] = {
    Alarm.CRISIS: "🔴 *{alias}* har skrevet noe som kan være krise. Les og svar nå.",
    Alarm.DIGEST_MISMATCH: "🔴 Journalen stemmer ikke med det som ble sendt for *{alias}*. "
    "Ingenting er slettet. Teamleder må se på det.",
    Alarm.WORDS_MISSING: "🔴 Antall meldinger stemmer ikke for *{alias}*. "
    "Ingenting er slettet. Teamleder må se på det.",
    Alarm.POISON: "⚠ Noe kom inn som ikke lot seg lese. Det er lagt til side; ingenting er tapt. "
    "Den som drifter, må se på det.",
    Alarm.RECORD_DOWN: "⚠ Journalsystemet svarer ikke. {count} venter, siden {since}. "
    "Svar som før; alt føres av seg selv etterpå.",
    Alarm.RECORD_UP: "✓ Journalsystemet svarer igjen. Det som ventet, føres nå.",
    Alarm.RECORD_REFUSED: "⚠ Journalsystemet ville ikke ta imot samtalen med *{alias}*. "
    "Ingenting er slettet. Teamleder må se på det.",
    Alarm.CHANNEL_SILENT: "⚠ Det har vært uvanlig stille på {channel}. "
    "Den som drifter, må se om den virker.",
    Alarm.CHANNEL_REVOKED: "⚠ Utebru har mistet tilgangen til {channel}. Svar venter her. "
    "Det ungdommene skriver, venter der, men ikke lenge. Den som drifter, må gi ny tilgang i dag.",
    Alarm.UNLINKED_READER: "⚠ {user} kan lese dette rommet, men er ikke koblet til en ansatt. "
    "Teamleder må koble eller fjerne vedkommende.",
    Alarm.UNANSWERED_DAY: "⚠ *{alias}* har ventet på svar i en arbeidsdag.",
    Alarm.UNTRANSFERRED_LONG: (
        "⚠ Samtalen med *{alias}* begynte for tre døgn siden, og er ikke ført ennå."
    ),
    Alarm.BY_HAND: "{user}: Slett selv denne meldingen: {link}",
    Alarm.NOT_CLEARED: "⚠ Samtalen med *{alias}* ligger fortsatt i {channel} på telefonen: {count} "
    "meldinger, ferdig {since}. Slett dem der, og kryss av på listen.",
    Alarm.UNCARRIED: "{user} ⚠ Et svar til *{alias}* venter på å bli kopiert til {channel}. "
    "Ungdommen har ikke fått det.",
    Alarm.DELETED_STILL_TALKING: "⚠ *{alias}* er slettet i journalen, men skriver fortsatt her. "
    "Samtalen går videre, og ungdommen blir spurt om samtykke på nytt. Teamleder må se på det.",
    Alarm.DELETION_ASKED: "⚠ Noen har bedt Meta om at vi sletter det vi har om dem. Meta sier ikke "
    "hvem, så Utebru kan ikke finne dem. De har fått koden {code}. Skriver noen til dere med den, "
    "må teamleder avgjøre slettingen, og den som skrev, få svar.",
    Alarm.NOT_CAME: "⚠ Et svar til *{alias}* kom ikke fram på {channel}. Samtalen er avsluttet, og "
    "ungdommen vet det kanskje ikke. Prøv å nå ungdommen på en annen måte om det haster, og si det "
    "på nytt når ungdommen skriver.",
    Alarm.NOT_TOLD: "Samtalen med *{alias}* er avsluttet, men ungdommen fikk ikke vite det: "
    "fristen for å skrive på {channel} var ute. Si det når ungdommen skriver igjen.",
    Alarm.NOT_ALONE: "⚠ Dette rommet er for én person, men {count} kan lese her. "
    "Det som kommer hit, er skrevet til den ene. Fjern de andre fra rommet.",
    Alarm.ELSEWHERE: "🔴 Noe haster i {place}. Er den som har rommet, ikke på jobb, "
    "må noen andre få tak i vedkommende nå.",
    Alarm.MISSED: "🔴 {channel} nådde ikke Utebru på over {keeps}, og tar ikke vare på "
    "meldinger lenger enn det. Noe ungdom skrev fra {after} til {until}, kan være borte, og de "
    "tror kanskje at dere har lest det. Spør i samtalene som er åpne om de skrev da, og si der "
    "dere ellers når ungdom at de må skrive på nytt.",
    Alarm.NOT_INVITED: "⚠ Noen som kommenterte på siden, fikk ikke meldingen vår på {channel} om "
    "at de kan skrive til oss der. Se på siden om dere bør svare. Det sies høyst én gang i timen.",
}
SOME_ROOM: Final = "et personlig rom"
SEE_THREAD: Final = "Se tråden"

NOTE: Final[Mapping[Note, str]] = {
    Note.HOW_TO_REPLY: "Dette ble *ikke* sendt til ungdommen. Begynn meldingen i tråden med "
    "@utebru, eller trykk *Svar*. Deling, sitat og omtale midt i teksten sendes aldri.",
    Note.NOT_LINKED: "Dette ble *ikke* gjort: du er ikke koblet til en ansatt. Hent en kode på "
    "journalsystemets side og skriv `/utebru koble KODE`.",
    Note.NOT_LIVE: "Dette ble *ikke* sendt: samtalen er avsluttet. Trykk *Svar* i en åpen samtale, "
    "eller vent til ungdommen skriver igjen.",
    Note.EDIT_NOT_SENT: "Redigeringen ble *ikke* sendt til ungdommen. Skriv en ny melding som "
    "begynner med @utebru.",
    Note.TOO_LATE_TO_UNDO: "For sent å angre: svaret er sendt. Slett eller rediger meldingen, "
    "så endres den hos ungdommen der det går.",
    Note.ALREADY_CARRIED: "Det er allerede sagt fra om dette svaret. Se hva kortet sier nå.",
    Note.PICTURE_UNDERWAY: "Et skjermbilde hentes fortsatt. Prøv igjen om litt.",
    Note.NOT_A_YES: "Dette er tatt som et ja til journal, og kan ikke flyttes. Registrer STOPP her "
    "først, og flytt det etterpå.",
    Note.ALREADY_REGISTERED: "Akkurat det samme er alt registrert i det minuttet. Det står i "
    "tråden bare én gang.",
    Note.NOT_TAKEN_IN: "Noe du registrerte i saksarkivet, ble ikke tatt inn. Åpne «Registrer Snap» "
    "der, og se hvorfor.",
    Note.CHANNEL_OFF: "Denne kanalen er ikke slått på her. Spør den som drifter Utebru.",
    Note.STILL_PRIVATE: "Dette ble *ikke* gjort: samtalen er bare din. Trykk *Registrer* først.",
    Note.MOVE_LATER: "Samtalen er *ikke* flyttet: noe er på vei inn i tråden. Prøv igjen om litt.",
    Note.MOVED_ON: "Dette ble *ikke* sendt: samtalen er flyttet til et annet rom.",
    Note.NOT_EMPTY: "Det var ingen ord å sende.",
    Note.MODAL_ONLY: "Dette ble *ikke* sendt til ungdommen. Her svarer vi bare med knappen *Svar*.",
    Note.FILES_STAY: "Filen ble *ikke* sendt til ungdommen; bare ordene.",
    Note.LINKED: "Du er koblet. Nå kan du svare ungdom herfra.",
    Note.UNKNOWN_CODE: "Koden finnes ikke eller er brukt. Hent en ny på journalsystemets side.",
    Note.ALREADY_LINKED: "Denne Slack-brukeren er allerede koblet til en ansatt.",
    Note.RECORD_DOWN: "Journalsystemet svarer ikke akkurat nå. Prøv igjen om litt.",
    Note.COMMAND_HELP: "Skriv `/utebru koble KODE` for å koble deg. Koden henter du på "
    "journalsystemets side.",
    Note.STILL_UNDERWAY: "Samtalen kan ikke avsluttes ennå: noe er fortsatt på vei.",
    Note.ALREADY_TAKEN: "Saken er allerede tatt av en annen.",
    Note.UNKNOWN_ALIAS: "Ingenting er foreslått: vi kjenner ingen med det dekknavnet. Skriv det "
    "som det står øverst i tråden.",
    Note.FORGOTTEN: "Ingenting er foreslått: den tråden er glemt her, fordi det har vært stille "
    "så lenge. Svar i denne tråden, og knytt samtalen til ungdommen i journalsystemet.",
    Note.CANNOT_JOIN: "Ingenting er foreslått: denne tråden er allerede samlet med en annen. "
    "Foreslå det fra tråden som skal inn i den andre.",
}

PHRASE: Final[Mapping[str, str]] = {
    "greeting": "hilsen",
    "hours.line": "åpningstid",
    "consent.journal": "spørsmål om samtykke",
    "consent.changed": "spørsmål om samtykke, med ny tekst",
    "consent.meant": "«Mente du ja til journal?»",
    "consent.yes": "kvittering for ja",
    "consent.no": "kvittering for nei",
    "consent.unsure": "kvittering for vet ikke",
    "consent.withdrawn": "kvittering for at samtykket er trukket",
    "closed": "at det er stengt nå",
    "crisis": "nødnumre",
    "help": "hjelp",
    "access": "svar om innsyn",
    "deletion": "svar om sletting",
    "language": "spørsmål om språk",
    "language.set": "kvittering for språk",
    "waiting": "at journalen må vente",
    "receipt.journal": "kvittering: ført i journalen",
    "receipt.contact": "kvittering: ingenting ført",
    "chat.ask": "spørsmål om å slette chatten",
    "chat.ask_contact": "spørsmål om å slette chatten",
    "chat.theirs": "at chatten bare kan slettes av ungdommen",
    "chat.yes": "kvittering: chatten slettes",
    "chat.no": "kvittering: chatten blir stående",
    "invitation": "invitasjonen til å skrive til oss",
    "file.too_large": "at filen er for stor",
    "file.lost": "at filen ikke lot seg hente",
}
SOME_PHRASE: Final = "en tjenestemelding"

TITLE: Final[Mapping[FormKind, str]] = {
    FormKind.REPLY: "Svar",
    FormKind.END: "Avslutt samtalen",
    FormKind.ENDED: "Samtalen er avsluttet",
    FormKind.JOIN: "Samme ungdom",
}
SUBMIT: Final[Mapping[FormKind, str]] = {
    FormKind.REPLY: "Svar",
    FormKind.END: "Avslutt",
    FormKind.ENDED: "Start ny samtale",
    FormKind.JOIN: "Foreslå",
}
JOIN_HINT: Final = (
    "Er {alias} samme ungdom som en annen dere kjenner? Journalsystemet avgjør det etter "
    "saksnummeret, og det kan gjøres om. Skriv ikke navn her."
)
OTHER_ALIAS: Final = "Dekknavnet på den andre tråden"
CASE_NUMBER: Final = "Saksnummer"
CANCEL: Final = "Avbryt"
CLOSE: Final = "Lukk"
YOUR_WORDS: Final = "Til {alias}"
REPLY_HINT: Final = "Sendes til ungdommen etter noen sekunder. Du kan angre fram til da."
ENDED_HINT: Final = "Samtalen er avsluttet. Teksten din er her:"
NOTES_STAY: Final = "{notes} interne notater følger ikke med"
ONE_NOTE_STAYS: Final = "1 internt notat følger ikke med"
SAY_IT_YOURSELF: Final = (
    "Utebru sier ingenting til ungdommen her. Fortell selv hva som skjer med samtalen, før du "
    "avslutter."
)
WILL_BE_FILED: Final = "Samtalen med {alias} føres i journalen."
WILL_BE_COUNTED: Final = (
    "Samtalen med {alias} telles som kontakt. Uten samtykke føres ingen ord, og de slettes."
)
CASE: Final = "Sak"
TOPICS: Final = "Tema"
SKIP: Final = "Hopp over"
WAIT: Final = "Vent litt …"
CHECKLIST: Final = (
    "*Slett i {channel}:* samtalen med *{alias}* er ferdig, men ligger fortsatt på telefonen. "
    "Slett hver melding der, og kryss av."
)
CHECKLIST_LINE: Final = "{whose}, {when}"
CHECKLIST_REST: Final = "Flere som venter: {more}. Krysset av: {done}."
CHECKLIST_DONE: Final = "✓ Alt er krysset av som slettet i {channel} for *{alias}* ({done})."
SOME_TIME: Final = "ukjent tid"
WHOSE: Final[Mapping[Whose, str]] = {
    Whose.YOUTH: "Fra ungdommen",
    Whose.BOT: "Fra oss",
    Whose.CASEWORKER: "Fra oss",
}
MOVED: Final = "Det som ble registrert fra kl. {at}, hørte til en annen. {user} har flyttet det."
MOVE_TITLE: Final = "Flytt til rett ungdom"
MOVE_SUBMIT: Final = "Flytt"
MOVE_HINT: Final = (
    "Ordene og skjermbildene flyttes, og blir borte herfra. Ingenting sies til noen av dem."
)
REGISTER_TITLE: Final = "Registrer {channel}"
SHORT: Final[Mapping[str, str]] = {"snapchat": "Snap"}
"""What one message of a channel is called."""
REGISTER_SUBMIT: Final = "Registrer"
REGISTER_ANYWAY: Final = "Registrer likevel"
REGISTER_WHOSE: Final = "Hvem skrev?"
NEW_YOUTH: Final = "Ny ungdom"
REGISTER_WHEN: Final = "Når kom den?"
REGISTER_WORDS: Final = "Ordene, slik ungdommen skrev dem"
REGISTER_CONSENT: Final = "Spørsmålet om journal"
REGISTER_ANSWERS: Final = "Dette er svaret på spørsmålet om journal"
REGISTER_PICTURES: Final = "Skjermbilder"
REGISTER_HINT: Final = (
    "Klipp bort navn og bilde av ungdommen. Skjermbildene legges ikke i rommet; de tas vare på, "
    "og følger med hvis samtalen føres. Et ja til journal må ha et skjermbilde."
)
REGISTERED_ALREADY: Final = "*Dette er alt registrert i det minuttet:*"
IS_IT_THE_SAME: Final = (
    "Er det den samme meldingen, trykk *Avbryt*. Er det en annen, registrer den."
)
PICTURES_FOLLOW: Final = "📎 Skjermbilder som følger med: {count}"
NOT_YET: Final = "Det er ikke kommet dit ennå. Se på klokka."
REGISTERED_BY: Final = "Registrert for hånd av {user}"
UNLINKED: Final = "en ansatt som ikke er koblet til Slack ({id})"
NOTHING_TO_SEND: Final = "Skriv noe først."
CANNOT_OPEN: Final = "Dette gikk ikke akkurat nå. Lukk og prøv igjen."
