"""
A PKCS#11 token made of software (SoftHSM), in a directory of its own.

The library reads where its tokens are when it is first used in a process, so there is one place
for a whole run; whoever wants to be alone takes a team of their own.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.keyring.token import TokenKeyRing
from tests.support.memory import roomy

CONF: Final = "SOFTHSM2_CONF"
LIBRARY: Final = "libsofthsm2.so"
HOMES: Final = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hsm:
    """Where a token is, and how it is opened."""

    module: Path
    token: str
    pin: str
    home: Path

    def prepare(self, team: str) -> bool:
        return TokenKeyRing.prepare(module=self.module, token=self.token, pin=self.pin, team=team)

    def open(self, team: str) -> TokenKeyRing:
        return TokenKeyRing.open(module=self.module, token=self.token, pin=self.pin, team=team)

    @property
    def settings(self) -> Mapping[str, str]:
        """As an operator writes them."""
        return {
            "UTEBRU_HSM__MODULE": str(self.module),
            "UTEBRU_HSM__TOKEN": self.token,
            "UTEBRU_HSM__PIN": self.pin,
        }

    @property
    def environment(self) -> Mapping[str, str]:
        """With where SoftHSM looks, for a process that is told nothing else."""
        return {**self.settings, CONF: str(self.home / "conf")}


@contextmanager
def softhsm() -> Iterator[Hsm | None]:
    """A new token for as long as the block lasts; `None` where there is no SoftHSM."""
    module, tool = _library(), shutil.which("softhsm2-util")
    if module is None or tool is None:
        yield None
        return
    home, before = Path(tempfile.mkdtemp(prefix="utebru-hsm-", dir=roomy())), os.environ.get(CONF)
    (home / "tokens").mkdir()
    (home / "conf").write_text(
        f"directories.tokendir = {home / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ[CONF] = str(home / "conf")
    try:
        yield _made(tool, Hsm(module=module, token="utebru", pin=secrets.token_hex(8), home=home))
    finally:
        os.environ.pop(CONF)
        if before is not None:
            os.environ[CONF] = before
        shutil.rmtree(home, ignore_errors=True)


def _made(tool: str, hsm: Hsm) -> Hsm:
    officer = secrets.token_hex(8)
    subprocess.run(
        [tool, "--init-token", "--free", "--label", hsm.token, "--pin", hsm.pin,
         "--so-pin", officer],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=30,
    )  # fmt: skip
    return hsm


def _library() -> Path | None:
    ways = [f"softhsm/{LIBRARY}", f"*/softhsm/{LIBRARY}"]
    return next((path for home in HOMES for way in ways for path in Path(home).glob(way)), None)
