"""Mina writes at 23:40 that she does not want to live any more."""

from datetime import datetime, timedelta

from bots.sandbox.faults import Fault
from bridge.demo.cast import Cast

WORDS = "jeg vil ikke leve lenger"


async def writes_at_night(cast: Cast) -> None:
    tell, mina = cast.tell, cast.youth("Mina")
    tell.scene("23:40: Mina skriver, mens både Slack og journalsystemet er nede")
    await cast.director.until(_at(cast, 23, 40))
    await cast.town.store.down()
    cast.town.sandbox.slack.faults.during(Fault.BAD_GATEWAY, lasting=timedelta(hours=1))

    await mina.says(WORDS)

    tell.promise("hun får numrene med én gang", "116 111" in mina.heard() and "113" in mina.heard())
    tell.promise("ingen spør henne om samtykke", "journal?" not in mina.heard())
    tell.promise("ordene hennes er trygt lagret", len(await cast.conversations()) >= 1)

    cast.town.sandbox.slack.faults.clear()
    await cast.director.later(timedelta(minutes=10), step=timedelta(minutes=1))
    tell.promise(
        "teamet er varslet så snart Slack svarer",
        "🔴" in cast.alarms() or "krise" in cast.alarms().casefold(),
    )
    tell.promise("ordene venter på et menneske", WORDS in cast.turid.reads())

    await cast.director.later(timedelta(hours=80), step=timedelta(hours=4))
    tell.promise("og venter så lenge det trengs", WORDS in cast.turid.reads())
    await cast.town.store.up()
    await cast.director.later(timedelta(minutes=10), step=timedelta(minutes=1))
    await cast.turid.presses("Ta saken")
    await cast.turid.writes("@utebru Hei, jeg heter Turid. Jeg er her nå.", cast.turid.root())
    tell.promise("et menneske svarer henne", "Turid" in mina.heard())


def _at(cast: Cast, hour: int, minute: int) -> datetime:
    zone = cast.town.settings.hours.zone
    local = cast.clock.now().astimezone(zone)
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (at if at > local else at + timedelta(days=1)).astimezone(cast.clock.now().tzinfo)
