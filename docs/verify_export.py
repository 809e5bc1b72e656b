"""Verify an export of Utebru's transfer log, with nothing but Python: verify_export.py FILE."""

import hashlib
import json
import sys
from pathlib import Path


def canonical(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def verify(export: bytes) -> str:
    """Say what was found, or raise ValueError at the first thing that does not fit."""
    lines = export.removesuffix(b"\n").split(b"\n")
    events = [json.loads(line) for line in lines[1:]]
    head, last = "0" * 64, {}
    for n, (line, event) in enumerate(zip(lines[1:], events, strict=True), start=1):
        own = event.pop("hash")
        if event["n"] != n or event["prev"] != head:
            raise ValueError(f"line {n + 1}: not the event that follows")
        if hashlib.sha256(canonical(event)).hexdigest() != own:
            raise ValueError(f"line {n + 1}: changed")
        if canonical({**event, "hash": own}) != line:
            raise ValueError(f"line {n + 1}: not written as it was")
        head, last = own, event["event"]
    told = {"format": "utebru-transfer-log", "v": 1, "count": len(events), "head": head}
    told["exported_at"] = last.get("exported_at")
    if canonical(told) != lines[0] or not export.endswith(b"\n"):
        raise ValueError("line 1: the header does not fit the events")
    return f"whole: {len(events)} events, exported {told['exported_at']}, head {head}"


if __name__ == "__main__":
    try:
        sys.stdout.write(verify(Path(sys.argv[1]).read_bytes()) + "\n")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(f"NOT WHOLE: {error}")
