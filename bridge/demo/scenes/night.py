"""The team leader looks over what has been done, and signs."""

import re
import subprocess
import sys
from pathlib import Path

from bridge.demo.cast import Cast

VERIFY = Path(__file__).parents[3] / "docs" / "verify_export.py"


async def is_looked_over(cast: Cast) -> None:
    tell = cast.tell
    tell.scene("Turid ser over loggen")
    async with cast.town.browser("turid") as http:
        page = (await http.get("/transfers")).text
        tell.promise("hun ser hver overføring", page.count("Telegram") >= 3)
        checked = await http.get("/transfers/verify")
        tell.promise(
            "kjeden er hel", checked.status_code == 200 and "henger sammen" in checked.text
        )
        token = re.search(r'name="form_token" value="(\w+)"', (await http.get("/reviews")).text)
        form = {"form_token": token[1] if token else "", "comment": "Sett over uke 48."}
        signed = await http.post("/reviews", data=form)
        tell.promise("hun signerer gjennomgangen", signed.status_code in (200, 303))
    async with cast.town.browser("siri") as http:
        token = re.search(r'name="form_token" value="(\w+)"', (await http.get("/slack")).text)
        form = {"form_token": token[1] if token else "", "comment": "x"}
        refused = await http.post("/reviews", data=form)
        tell.promise("en saksbehandler får ikke signere", refused.status_code == 403)
    export = cast.town.place / "export.ndjson"
    export.write_text((await cast.log()).text)
    tell.promise("eksporten holder uten Utebru", _verified(export))
    broken = export.with_suffix(".broken")
    broken.write_text(export.read_text().replace("contact", "kontakt", 1))
    tell.promise("og et eneste endret ord oppdages", not _verified(broken))


def _verified(export: Path) -> bool:
    done = subprocess.run(  # noqa: S603  (our own script, printed in the docs)
        [sys.executable, "-I", str(VERIFY), str(export)], capture_output=True, check=False
    )
    return done.returncode == 0
