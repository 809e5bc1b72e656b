"""Ola says no. He gets help all the same, and nothing of what he said is kept."""

from datetime import timedelta

from bridge.demo.cast import Cast

WORDS = "kan jeg låne lader av dere? mobilen er tom"


async def says_no(cast: Cast) -> None:
    tell, ola, siri = cast.tell, cast.youth("Ola"), cast.siri
    tell.scene("Ola sier nei")

    await ola.says(WORDS)
    await ola.says("nei")
    tell.promise("et nei er helt greit", "Det er helt greit" in ola.heard())
    root = siri.root()
    tell.promise("kortet viser det", "samtykke: nei" in siri.reads(root))
    await siri.writes("@utebru Klart det! Kom innom før fire.", root)
    tell.promise("han får hjelp likevel", "Klart det" in ola.heard())
    conversation = (await cast.conversations())[0]

    await siri.ends(root)

    kinds = (await cast.log()).kinds(conversation)
    tell.promise(
        "bare en anonym kontakt er ført",
        "contact_stored" in kinds and "transcript_stored" not in kinds,
    )
    tell.promise("ordene er glemt", "forgotten" in kinds)
    tell.promise("han får vite at ingenting er lagret", "blir ikke lagret" in ola.heard())
    await cast.director.later(timedelta(hours=13), step=timedelta(hours=2))
    tell.promise(
        "stillhet sletter ikke chatten hans", WORDS in [shown.text for shown in ola.sees()]
    )
    verdicts = (await cast.log()).verdicts(conversation)
    his = [v for v in verdicts.values() if v["place"] == "telegram"]
    tell.promise(
        "loggen sier at den står hos ham", all(v["verdict"] == "left_with_youth" for v in his)
    )
