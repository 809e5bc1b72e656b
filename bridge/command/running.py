"""How a command ends: done, or with what was wrong told all at once."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import typer
from sqlalchemy.exc import SQLAlchemyError

from bridge.environment import BadSettings
from bridge.keyring import (
    KeyRingExposed,
    KeyRingSilent,
    KeyRingUnprepared,
    KeyRingUnreadable,
)
from bridge.ports import KeyGone
from bridge.serving import NotListening
from bridge.vault.database import NotDurable
from bridge.wiring import NotConfigured
from casestore.settings import BadSettings as BadStoreSettings
from casestore.users.rules import AccountRefused

KEYS: Final[Mapping[type[Exception], str]] = {
    KeyGone: "Nøklene hører ikke til denne databasen.",
    KeyRingSilent: "PKCS#11-tokenet svarer ikke, eller slipper oss ikke inn ({}).",
    KeyRingUnprepared: "PKCS#11-tokenet er ikke gjort klart ({}). Kjør: utebru setup hsm",
}


class Failed(Exception):
    """It could not be done; the message says why, in bokmål."""


def run(what: Callable[[], Awaitable[None]]) -> None:
    """Mistakes in the settings are told all at once, and nothing is started."""

    async def begun() -> None:
        await what()

    try:
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(begun())
    except (BadSettings, BadStoreSettings) as mistakes:
        _end("\n".join(mistakes.mistakes))
    except (AccountRefused, Failed, KeyRingExposed, KeyRingUnreadable) as refused:
        _end(str(refused))
    except NotDurable as weak:
        _end(f"Databasen er satt opp så ord kan gå tapt: {weak}")
    except (SQLAlchemyError, OSError) as closed:
        _end(f"Databasen eller en fil lot seg ikke åpne ({type(closed).__name__}).")
    except (KeyGone, KeyRingSilent, KeyRingUnprepared) as shut:
        _end(KEYS[type(shut)].format(shut))
    except NotConfigured as missing:
        _end(f"{missing} mangler.")
    except NotListening as taken:
        _end(f"Adressen {taken} er i bruk, eller hører ikke til her.")
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _loop() -> asyncio.AbstractEventLoop:
    """uvloop where there is one (not on Windows): half the cost of every call that comes in."""
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


def _end(said: str) -> None:
    typer.echo(said, err=True)
    raise typer.Exit(2) from None
