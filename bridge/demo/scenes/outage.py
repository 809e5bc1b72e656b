"""An hour without the case store, and an hour without the bridge."""

from datetime import timedelta

from bridge.demo.cast import Cast


async def case_store(cast: Cast) -> None:
    tell, maya, amir = cast.tell, cast.youth("Maya"), cast.amir
    tell.scene("Journalsystemet er nede en time")
    await cast.town.store.down()

    await maya.says("hei igjen! det gikk bra i dag")
    root = amir.root()
    await amir.writes("@utebru Så bra! Jeg er stolt av deg.", root)
    tell.promise("samtalen går som før", "stolt av deg" in maya.heard())
    await amir.ends(root)
    conversation = (await cast.conversations())[-1]
    await cast.hours(1)
    tell.promise(
        "Slack viser at den venter", "enter på journalsystemet" in amir.reads(root) + cast.alarms()
    )
    tell.promise("hun får vite det, ærlig", "Journalsystemet vårt er nede" in maya.heard())
    tell.promise("ordene er ikke glemt", conversation in await cast.conversations())
    tell.promise("og de ligger kryptert", b"stolt av deg" not in cast.at_rest())

    await cast.town.store.up()
    await cast.director.later(timedelta(minutes=10))
    kinds = (await cast.log()).kinds(conversation)
    tell.promise(
        "alt fullfører av seg selv etterpå, én gang", kinds.count("transcript_stored") == 1
    )
    tell.promise("og så glemmes det", "forgotten" in kinds)


async def bridge(cast: Cast) -> None:
    tell, ola, siri = cast.tell, cast.youth("Ola"), cast.siri
    tell.scene("Broen er nede en time mens begge sider skriver")
    await ola.says("er dere ute i kveld?")
    root = siri.root()
    events = cast.town.sandbox.slack.delivery
    await cast.town.bridge_down()
    events.hold()

    await ola.says("jeg kan komme klokka sju")
    late = await siri.writes("@utebru Ja, ved kiosken fra klokka seks.", root)
    cast.clock.move(timedelta(hours=1))
    # Slack has long given up telling; only the room thread itself still knows.
    events.release(lambda _: [])
    await cast.town.bridge_up()
    await cast.director.settle()
    await cast.town.bridge.gaps.read()
    await cast.director.settle()

    tell.promise("det Ola skrev, kommer fram", "klokka sju" in siri.reads(root))
    tell.promise("det sene svaret sendes ikke av seg selv", "ved kiosken" not in ola.heard())
    offered = [s.ts for s in siri.thread(root) if any(a == "again" for a, _ in s.buttons)]
    tell.promise("det tilbys i stedet", offered and late)
    await siri.presses("again", offered[-1])
    tell.promise("og sendes når Siri vil", "ved kiosken" in ola.heard())
    await siri.ends(root)
    await cast.director.settle()
