"""What a platform no longer keeps for us, when we have been away."""

from datetime import datetime

from bridge.domain.capabilities import Capabilities


def missed(
    can: Capabilities, *, last: datetime, back: datetime
) -> tuple[datetime, datetime] | None:
    """From when to when what was written may be gone; None where all of it has been kept."""
    if can.keeps_for is None or back - last <= can.keeps_for:
        return None
    return last, back - can.keeps_for
