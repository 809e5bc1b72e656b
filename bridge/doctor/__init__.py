"""What is configured, what works, and which of the promises hold with it."""

from bridge.doctor.asking import asked
from bridge.doctor.report import described

__all__ = ["asked", "described"]
