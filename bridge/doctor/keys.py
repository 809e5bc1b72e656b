"""How the key ring is. Nothing is made by looking at it."""

from pathlib import Path

from bridge.accounts import TokenSettings
from bridge.doctor.facts import Keys
from bridge.keyring import (
    FileKeyRing,
    KeyRingExposed,
    KeyRingSilent,
    KeyRingUnprepared,
    KeyRingUnreadable,
)
from bridge.keyring.token import TokenKeyRing
from bridge.settings import Settings


def keys(settings: Settings) -> Keys:
    if settings.token is not None:
        return _in_token(settings.token, settings.team)
    return _in_file(settings.keyring, settings.data_dir)


def _in_file(path: Path, data_dir: Path) -> Keys:
    if not path.exists():
        return Keys(there=False)
    try:
        FileKeyRing.open(path, data_dir=data_dir)
    except KeyRingExposed:
        return Keys(exposed=True)
    except (KeyRingUnreadable, OSError):
        return Keys(unreadable=True)
    return Keys()


def _in_token(told: TokenSettings, team: str) -> Keys:
    try:
        TokenKeyRing.open(module=told.module, token=told.token, pin=told.pin, team=team)
    except KeyRingSilent:
        return Keys(token=True, silent=True)
    except KeyRingUnprepared:
        return Keys(token=True, there=False)
    except KeyRingExposed:
        return Keys(token=True, exposed=True)
    return Keys(token=True)
