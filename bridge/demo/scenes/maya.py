"""Maya writes, is answered, says yes, and is forgotten by everything but the record."""

from datetime import timedelta

from bridge.demo.cast import Cast

FIRST = "hei, er det noen der?"
EDITED = "hei, er det noen voksne der?"
SPOKEN = "Hei! Jeg heter Amir. Vil du treffes ved biblioteket klokka 14?"
CHANGED = "Hei! Jeg heter Amir. Vil du treffes ved biblioteket klokka 15?"
BY_FORM = "Jeg har rød jakke, så du kjenner meg igjen."
NOTE = "Jeg tar henne, hun virker alene. Ringer skolen etterpå."
SLIP = "hva synes dere @utebru skal svare?"
REGRETTED = "Er du på skolen nå?"


async def writes(cast: Cast) -> None:
    tell, maya = cast.tell, cast.youth("Maya")
    tell.scene("Maya skriver til Utekontakten på Telegram")

    await maya.says(FIRST)

    tell.promise("hun får vite hvem som leser, og at det er frivillig", "frivillig" in maya.heard())
    tell.promise("hun blir spurt om journal, med knapper", _buttons(maya.sees()[-1].buttons))
    root = cast.amir.root()
    tell.promise(
        "det kommer en tråd under et alias",
        "Telegram · samtykke: ikke svart" in cast.amir.reads(root),
    )
    tell.promise("ordene hennes står i tråden", FIRST in cast.amir.reads(root))
    alerts = cast.town.sandbox.slack.notifications(cast.amir.user)
    words = [alert.text for alert in alerts]
    tell.promise("varselet sier bare at det kom noe", f"Ny melding fra {cast.alias(root)}" in words)
    tell.promise("ingen varsler har ordene hennes", not any(FIRST in text for text in words))
    tell.promise("Slack får ikke vite hvem hun er", "maya" not in cast.amir.reads(root).casefold())
    tell.promise("ordene ligger kryptert på disken", FIRST.encode() not in cast.at_rest())


def _buttons(rows: object) -> bool:
    return all(word in str(rows) for word in ("Ja", "Nei", "Vet ikke"))


async def is_answered(cast: Cast) -> None:
    tell, maya, amir = cast.tell, cast.youth("Maya"), cast.amir
    tell.scene("Amir tar saken og svarer")
    root = amir.root()

    await amir.presses("Ta saken")
    await amir.writes(NOTE, root)
    await amir.writes(SLIP, root)
    tell.promise("det teamet sier seg imellom, når henne aldri", NOTE not in maya.heard())
    tell.promise("en omtale midt i en setning sender ingenting", "hva synes" not in maya.heard())

    ts = await amir.writes(f"@utebru {REGRETTED}", root, settle=False)
    await cast.director.settle(timedelta(seconds=8))
    tell.promise("svaret venter bak Angre", REGRETTED not in maya.heard())
    await amir.presses("Angre", _card_under(cast, root), settle=True)
    tell.promise("et svar som er angret, blir aldri sendt", REGRETTED not in maya.heard())

    ts = await amir.writes(f"@utebru {SPOKEN}", root)
    tell.promise("svaret kommer fram", SPOKEN in maya.heard())
    tell.promise("Amir ser at det er sendt", "✓ sendt" in amir.reads(root))
    await amir.edits(ts, f"@utebru {CHANGED}")
    tell.promise(
        "rettes svaret, rettes det hos henne",
        CHANGED in maya.heard() and SPOKEN not in maya.heard(),
    )
    await amir.replies_by_form(BY_FORM, root)
    tell.promise("Svar-skjemaet gjør det samme", BY_FORM in maya.heard())
    gone = await amir.writes("@utebru Dette var til en annen.", root)
    await amir.deletes(gone)
    tell.promise("slettes svaret, slettes det hos henne", "til en annen" not in maya.heard())

    first = maya.sees()[0].message_id
    await maya.edits(first, EDITED)
    shown = amir.reads(root)
    tell.promise("hennes egen rettelse vises som rettelse", EDITED in shown and FIRST in shown)


def _card_under(cast: Cast, root: str) -> str:
    """The newest of our cards that can still be undone."""
    return [s.ts for s in cast.amir.thread(root) if any(a == "undo" for a, _ in s.buttons)][-1]


async def says_yes(cast: Cast) -> None:
    tell, maya, amir = cast.tell, cast.youth("Maya"), cast.amir
    tell.scene("Maya sier ja")

    await maya.presses("Ja")

    tell.promise("hun får vite hva et ja betyr", "STOPP" in maya.sees()[-1].text)
    tell.promise("kortet viser det", "samtykke: ja" in amir.reads())
    events = (await cast.log()).events()
    given = [e for e in events if e["kind"] == "consent"]
    tell.promise("samtykket er i journalsystemet med én gang", len(given) == 1)


async def is_taken_care_of(cast: Cast) -> None:
    tell, maya, amir = cast.tell, cast.youth("Maya"), cast.amir
    tell.scene("Amir avslutter")
    root = amir.root()
    conversation = (await cast.conversations())[0]

    form = await amir.ends(root, topics=["school"])

    tell.promise(
        "skjemaet sier hva som ikke følger med", "interne notater følger ikke med" in str(form)
    )
    log = await cast.log()
    kinds = log.kinds(conversation)
    order = [kinds.index(k) for k in ("sealed", "transcript_stored", "read_back", "forgotten")]
    tell.promise(
        "forseglet, overført, lest tilbake og glemt, i den rekkefølgen", order == sorted(order)
    )
    tell.promise("hun får en kvittering", "skrevet i journalen din" in maya.heard())
    tell.promise("hun blir spurt om chatten", "slette denne chatten" in maya.heard())
    await maya.presses("Ja, slett")
    await cast.hours(1)
    left = {shown.text for shown in maya.sees()}
    tell.promise("det hun ville ha slettet, er slettet", not left & {EDITED, CHANGED, BY_FORM})
    tell.promise("samtykket og kvitteringen står igjen", any("journalen din" in t for t in left))
    tell.promise("tråden i Slack er borte", not amir.roots())
    await cast.town.bridge.rotate()
    await cast.director.settle()
    verdicts = (await cast.log()).verdicts(conversation)
    tell.promise(
        "hver kopi har fått sin dom", all(v["verdict"] != "pending" for v in verdicts.values())
    )
    ours = [v for v in verdicts.values() if v["place"] == "bridge"]
    tell.promise("vår egen kopi er borte, for nøkkelen er byttet", ours[0]["verdict"] == "gone")
    rest = [v for v in verdicts.values() if v["place"] == "slack"]
    tell.promise(
        "Slacks kopier kalles ikke slettet før det er bekreftet",
        all(v["verdict"] == "recoverable" for v in rest),
    )
