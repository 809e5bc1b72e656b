"""
The names things go by.

Every id here is minted by the bridge, except `Address` and `Ref`, which a platform mints
and nobody else may look inside. They are stored, so their form is a promise.
"""

from typing import NewType

ThreadId = NewType("ThreadId", str)
ConversationId = NewType("ConversationId", str)
DeliveryId = NewType("DeliveryId", str)
CopyId = NewType("CopyId", str)
ConsentId = NewType("ConsentId", str)
EmployeeId = NewType("EmployeeId", str)

Address = NewType("Address", str)
"""Where a channel reaches one youth, in the platform's own form: personal data, never logged."""

Ref = NewType("Ref", str)
"""One message at one platform, in the platform's own form (Slack: `room/ts`)."""

Room = NewType("Room", str)
"""A room in the workspace (Slack says channel)."""
