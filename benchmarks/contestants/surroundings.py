"""What Utebru is told by its environment, between the stand-ins."""

import secrets
from pathlib import Path

from benchmarks.bodies import (
    SLACK_ADMIN,
    SLACK_SECRET,
    SLACK_TOKEN,
    TELEGRAM_SECRET,
    TELEGRAM_TOKEN,
)
from benchmarks.contestants import DATABASE, PORT, SLACK, TELEGRAM
from benchmarks.process import free_port
from benchmarks.standins import ROOM


def environment(place: Path) -> dict[str, str]:
    for part in ("data", "keys"):
        (place / part).mkdir(parents=True, exist_ok=True)
    return {
        "UTEBRU_DATA_DIR": str(place / "data"),
        "UTEBRU_KEYRING": str(place / "keys" / "keyring.json"),
        "UTEBRU_DATABASE_URL": DATABASE,
        "UTEBRU_PORT": str(PORT),
        "UTEBRU_HOURS": "mon-sun 00:00-23:59",
        "UTEBRU_UNDO_SECONDS": "0",
        "UTEBRU_CASESTORE__PORT": str(free_port()),
        "UTEBRU_CASESTORE__SECOND_FACTOR": "optional",
        "UTEBRU_CASESTORE__TOKEN": secrets.token_urlsafe(32),
        "UTEBRU_CASESTORE__KEYRING": str(place / "keys" / "casestore.keys"),
        "UTEBRU_CASESTORE__DATABASE_URL": f"sqlite+aiosqlite:///{place}/data/casestore.db",
        "UTEBRU_TELEGRAM__TOKEN": TELEGRAM_TOKEN,
        "UTEBRU_TELEGRAM__API_URL": TELEGRAM,
        "UTEBRU_TELEGRAM__MODE": "webhook",
        "UTEBRU_TELEGRAM__WEBHOOK_SECRET": TELEGRAM_SECRET,
        "UTEBRU_PUBLIC_URL": "https://utebru.example",
        "UTEBRU_SLACK__BOT_TOKEN": SLACK_TOKEN,
        "UTEBRU_SLACK__SIGNING_SECRET": SLACK_SECRET,
        # Only where what people post can be deleted may they answer by a mention.
        "UTEBRU_SLACK__ADMIN_TOKEN": SLACK_ADMIN,
        "UTEBRU_SLACK__ROOM": ROOM,
        "UTEBRU_SLACK__API_URL": f"{SLACK}/",
    }
