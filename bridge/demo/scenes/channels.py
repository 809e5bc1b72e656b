"""
The same story wherever a youth writes: met, asked, answered, filed, and wiped as far as it goes.

What a platform will not let us delete is not called deleted; what only people can read, people
carry.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bots.sandbox.slack.screen import Seen
from bridge.demo.cast import Cast

WORDS: Final = "hei, kan jeg få snakke med noen her?"
ANSWER: Final = "Hei! Det kan du. Hvor er du nå?"

APPS: Final[Mapping[str, frozenset[str]]] = {
    "messenger": frozenset({"out_of_reach", "left_with_youth"}),
    "instagram": frozenset({"out_of_reach", "left_with_youth"}),
    "whatsapp": frozenset({"out_of_reach", "left_with_youth"}),
    "outlook": frozenset({"recoverable"}),
}
"""By app: all that may be said there of a copy when everything is over."""


async def the_same_story(cast: Cast) -> None:
    for app, verdicts in APPS.items():
        await _told_on(cast, app, verdicts)


async def _told_on(cast: Cast, app: str, verdicts: frozenset[str]) -> None:
    tell, amir, phone = cast.tell, cast.amir, cast.phone(app)
    tell.scene(f"Samme historie på {phone.title}")
    await phone.says(WORDS)
    root = amir.root()
    tell.promise("hun blir møtt", "Det er frivillig å snakke med oss" in phone.heard())
    tell.promise(
        "kortet sier hvor hun skriver",
        f"{phone.title} · samtykke: ikke svart".casefold() in amir.reads(root).casefold(),
    )
    await phone.answers("Ja")
    tell.promise("hun har sagt ja", "samtykke: ja" in amir.reads(root))
    await amir.writes(f"@utebru {ANSWER}", root)
    tell.promise("svaret kommer fram", ANSWER in phone.heard())
    conversation = (await cast.conversations())[-1]

    await amir.ends(root)
    await cast.director.later(timedelta(hours=30), step=timedelta(hours=2))

    log = await cast.log()
    kinds = log.kinds(conversation)
    tell.promise("samtalen er ført og lest tilbake", {"transcript_stored", "read_back"} <= {*kinds})
    tell.promise("ordene er glemt", "forgotten" in kinds)
    there = {str(v["verdict"]) for v in log.verdicts(conversation).values() if v["place"] == app}
    tell.promise("loggen lover ikke mer enn den vet", bool(there) and there <= verdicts)


async def carried_by_hand(cast: Cast) -> None:
    tell, amir = cast.tell, cast.amir
    tell.scene("Snapchat, båret for hånd")
    form = await amir.opens_register()
    tell.promise("skjemaet ber ikke om navn", "Navn" not in str(form))
    when = str(int(cast.clock.now().timestamp()))
    await amir.submits({"whose": "Ny ungdom", "words": WORDS, "when": when})
    root = amir.root()
    tell.promise("ordene er registrert én gang", amir.reads(root).count(WORDS) == 1)
    await amir.writes(f"@utebru {ANSWER}", root)
    tell.promise("svaret skal kopieres", "Kopier til Snapchat" in amir.reads(root))
    await amir.presses("Sendt", _with_button(cast, root, "Sendt"))
    tell.promise("det er sendt når noen sier det", "✓ sendt" in amir.reads(root))
    conversation = (await cast.conversations())[-1]

    await amir.ends(root)
    await cast.director.later(timedelta(minutes=5), step=timedelta(minutes=1))

    lists = [s for s in amir.room() if "Slett i Snapchat" in s.words and not s.tombstone]
    tell.promise("en liste sier hva som skal slettes", len(lists) == 1 and WORDS not in str(lists))
    while any(action == "tick" for action, _ in _list(cast).buttons):
        await amir.presses("tick", _list(cast).ts)
    log = await cast.log()
    there = [v for v in log.verdicts(conversation).values() if v["place"] == "snapchat"]
    tell.promise(
        "loggen sier at noen krysset av, og ikke mer",
        {str(v["verdict"]) for v in there} == {"ticked"},
    )


def _with_button(cast: Cast, root: str, label: str) -> str:
    """The newest card in the room thread with that button."""
    return [s.ts for s in cast.amir.thread(root) if any(said == label for _, said in s.buttons)][-1]


def _list(cast: Cast) -> Seen:
    """What is to be erased by hand, as it stands now."""
    listed = ("Slett i Snapchat", "Alt er krysset av")
    return [s for s in cast.amir.room() if any(w in s.words for w in listed)][-1]
