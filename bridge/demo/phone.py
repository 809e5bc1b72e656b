"""One of the other apps on Maya's phone, and what she does in it."""

from bots.sandbox.handsets import Handset
from bots.sandbox.telegram.phone import Phone
from bridge.demo.director import Director


class App:
    def __init__(self, handset: Handset, youth: Phone, director: Director) -> None:
        self._handset, self._youth, self._director = handset, youth, director

    @property
    def title(self) -> str:
        return self._handset.title

    async def says(self, text: str) -> None:
        self._handset.does(self._youth, {"do": "says", "text": text})
        await self._director.settle()

    async def answers(self, label: str) -> None:
        """By the button, where there is one; else in the same word."""
        shown = [each for each in self._chat() if each["buttons"]]
        if shown:
            order = {"do": "presses", "button": label, "message_id": shown[-1]["id"]}
            self._handset.does(self._youth, order)
            await self._director.settle()
        else:
            await self.says(label.lower())

    def heard(self) -> str:
        return "\n".join(str(each["text"]) for each in self._chat() if each["by"] == "bot")

    def _chat(self) -> list[dict[str, object]]:
        return list(self._handset.screen(self._youth)["chat"])
