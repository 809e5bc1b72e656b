"""The words of an incident, under the team's key: what happened, and what was done with it."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Self

from casestore.edge import Reading, Writing
from casestore.incidents.tables import Incident
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import UNREADABLE
from casestore.threads.keys import TEAM, known_key, owned_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One step: when it was noted (`YYYY-MM-DDTHH:MM:SS.mmmZ`), by whom, and what was said."""

    at: str
    by: str
    step: str
    said: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What happened, what was done at once, and the steps after."""

    happened: str = field(repr=False)
    at_once: str = field(repr=False)
    steps: tuple[Done, ...] = field(default=(), repr=False)

    def and_then(self, done: Done) -> Self:
        """Give the same with one more step."""
        return replace(self, steps=(*self.steps, done))


async def put_words(writing: Writing, incident: Incident, words: Words) -> None:
    """Encrypt and keep the words."""
    key = await owned_key(writing, TEAM)
    told = json.dumps(asdict(words), ensure_ascii=False).encode()
    incident.words = seal(key, told, bound_to=_place(incident))


async def words_of(asking: Reading | Writing, incident: Incident) -> Words:
    """Decrypt the words, or give a stand-in that says so."""
    try:
        return await readable_words(asking, incident)
    except Unreadable:
        return Words(happened=UNREADABLE, at_once="")


async def readable_words(asking: Reading | Writing, incident: Incident) -> Words:
    """Decrypt the words, or raise `Unreadable`."""
    key = await known_key(asking, TEAM)
    told = json.loads(unseal(key, incident.words, bound_to=_place(incident)))
    steps = tuple(Done(**done) for done in told["steps"])
    return Words(happened=told["happened"], at_once=told["at_once"], steps=steps)


def _place(incident: Incident) -> str:
    return f"incidents/{incident.id}/words"
