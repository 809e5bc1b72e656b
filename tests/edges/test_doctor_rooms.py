"""The doctor looks into each room that one person reads, and never says whose it is."""

from datetime import UTC, datetime

from bots.sandbox.outlook import OutlookStandIn
from bots.sandbox.server import serve
from bridge.doctor import described
from bridge.doctor.facts import Aside
from bridge.domain.delivery import Reason
from tests.edges.ward import Ward, ward

__all__ = ["ward"]  # pytest finds the fixtures here


async def test_each_mailbox_of_one_person_is_asked_about_with_its_room(ward: Ward) -> None:
    """A colleague who was let into the room on a busy day reads what was told to one."""
    outlook = OutlookStandIn(mailbox="ute@kommunen.example", clock=lambda: datetime.now(UTC))
    outlook.opens("kari@kommunen.example")
    per = ward.slack.add_user("Per")
    ward.slack.add_room("post-kari", ward.kari, per, room_id="C0KARI")
    ward.slack.add_room("leder", ward.kari, room_id="C0LEDER")
    async with serve(outlook.app) as url:
        facts = await ward.look(
            PUBLIC_URL="https://bro.example",
            OUTLOOK__TENANT_ID=outlook.entra.tenant,
            OUTLOOK__CLIENT_ID=outlook.entra.client,
            OUTLOOK__CLIENT_SECRET=outlook.entra.secret,
            OUTLOOK__MAILBOX="ute@kommunen.example",
            OUTLOOK__MAILBOXES="kari@kommunen.example=C0KARI,berit@kommunen.example=C0INGEN",
            OUTLOOK__SINCE="2026-11-01",
            OUTLOOK__GRAPH_URL=f"{url}/v1.0",
            OUTLOOK__AUTHORITY=url,
            SLACK__LEADER_ROOM="C0LEDER",
        )

    assert facts.asides == (
        Aside(mailbox=1, readers=2, strangers=2),
        Aside(mailbox=2, trouble=Reason.REVOKED, in_room=False, cleaned=False, readers=None),
        Aside(mailbox=None, readers=1, strangers=1),
    )
    assert "kari@" not in described(facts)[0]
