"""Prints the day as it is played, and keeps count of the promises."""

from dataclasses import dataclass, field


class Broken(AssertionError):
    """A promise was not kept; the message says which."""


@dataclass(slots=True)
class Telling:
    kept: int = 0
    quiet: bool = False
    lines: list[str] = field(default_factory=list, repr=False)

    def scene(self, title: str) -> None:
        self._say(f"\n{title}")

    def step(self, text: str) -> None:
        self._say(f"   · {text}")

    def promise(self, text: str, holds: object) -> None:
        """Raises `Broken` where it does not hold."""
        if not holds:
            self._say(f"   ✗ {text}")
            raise Broken(text)
        self.kept += 1
        self._say(f"   ✓ {text}")

    def _say(self, line: str) -> None:
        self.lines.append(line)
        if not self.quiet:
            print(line, flush=True)
