"""What lies in a file, where a running server makes and removes files while we look."""

from pathlib import Path


def bytes_of(path: Path) -> bytes:
    """Nothing where it is no file, or none any longer."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:
        return b""
