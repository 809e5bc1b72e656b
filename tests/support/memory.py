"""
Where tests keep their files: in memory where there is room, so that nobody waits for a disk.

Everything is synced as it is in production; there is only less to wait for.
"""

import os
import shutil
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")  # noqa: S108  (whoever uses it makes a directory of their own)
ROOM: Final = 6 << 30


def roomy() -> Path | None:
    """Memory that is written to as a disk is; `None` where the usual place will have to do."""
    if not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free > ROOM else None
