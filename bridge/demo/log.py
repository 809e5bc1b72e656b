"""The transfer log as the team leader exports it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.demo.town import Town


@dataclass(frozen=True, slots=True)
class Log:
    text: str = field(repr=False)

    @classmethod
    async def exported(cls, town: Town, login: str = "turid") -> "Log":
        async with town.browser(login) as http:
            answer = await http.get("/transfers/export")
            answer.raise_for_status()
            return cls(answer.text)

    def events(self) -> Sequence[Mapping[str, Any]]:
        return [json.loads(line)["event"] for line in self.text.splitlines()[1:]]

    def of(self, conversation: str) -> Sequence[Mapping[str, Any]]:
        return [e for e in self.events() if e.get("conversation") == conversation]

    def kinds(self, conversation: str) -> Sequence[str]:
        return [str(e.get("kind")) for e in self.of(conversation)]

    def verdicts(self, conversation: str) -> Mapping[str, Mapping[str, Any]]:
        """The latest verdict of each copy."""
        told = [each for event in self.of(conversation) for each in event.get("copies", [event])]
        return {str(each["copy"]): each for each in told if "copy" in each}
