"""What waits in the case store is seen by number and age, by nothing else, and at no great cost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Text, cast, insert, literal, select, text

from casestore.database import Moment
from casestore.deletions.tables import Deletion
from casestore.edge import Writing
from casestore.joins.tables import JoinOrder
from casestore.registrations.tables import Registration
from casestore.stuck.tables import Stuck
from casestore.transfers.tables import Transfer
from tests.casestore.registering import asks, refuses, says_taken, written_down
from tests.casestore.stage import Stage, client, copy_event, digest_of, transcript_body
from tests.support.cost import is_cheap, questions
from tests.support.metrics import ours

WAITING = "utebru_record_waiting "


async def told(stage: Stage) -> str:
    """What somebody is told who has no credential of any kind."""
    async with client(stage.app, {}) as stranger:
        answer = await stranger.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.text


async def waits(stage: Stage) -> dict[str, float]:
    """Only what there is any of."""
    found = ours(await told(stage))
    return {
        name.removeprefix(WAITING): value
        for name, value in found.items()
        if name.startswith(WAITING) and value
    }


async def test_a_transfer_is_seen_at_each_step_until_it_is_wiped(stage: Stage) -> None:
    """Words that the bridge cannot let go of are seen from this side too."""
    await stage.agreed()
    document = transcript_body(stage)
    back = {"kind": "read_back", "at": stage.at(), "digest": digest_of(document)}
    gone = {"kind": "forgotten", "at": stage.at(), "count": 2}
    seen = [await waits(stage)]

    for its_id, event in (
        ("ev_1", copy_event(stage, "k_1", "pending")),
        (None, document),
        ("ev_2", back),
        ("ev_3", gone),
        ("ev_4", copy_event(stage, "k_1", "gone")),
    ):
        answer = (
            await stage.bridge.put("transcripts/c_1", event)
            if its_id is None
            else await stage.bridge.tells("c_1", its_id, event)
        )
        assert answer.status_code == 201, answer.text
        seen.append(await waits(stage))

    steps = ("under_way", "stored", "read_back", "forgotten")
    assert seen == [{}, *({f"transfer_{step}": 1} for step in steps), {}]
    text_ = await told(stage)
    assert [it for it in ("c_1", "t_rev", "Blå rev") if it in text_] == []


async def test_how_long_it_has_waited_is_told(stage: Stage) -> None:
    """One that came this minute is a day at work; one from Friday is an alarm."""
    await stage.agreed()
    await stage.bridge.put("transcripts/c_1", transcript_body(stage))
    stage.clock.move(timedelta(hours=3))

    found = ours(await told(stage))

    assert found["utebru_record_waiting_oldest_seconds transfer_stored"] == 3 * 3600
    assert found["utebru_record_waiting_oldest_seconds transfer_read_back"] == 0
    assert found["utebru_record_chain_links transfers"] > 0


async def test_what_is_written_down_by_hand_is_seen_until_the_bridge_has_it(stage: Stage) -> None:
    """It lies here only for minutes; longer is a bridge that does not come."""
    amir = await stage.person("amir")
    await written_down(stage, amir)
    seen = [await waits(stage)]
    await asks(stage)
    seen.append(await waits(stage))
    await says_taken(stage)
    seen.append(await waits(stage))
    await written_down(stage, amir, its_id="reg_2")
    await asks(stage, "reg_2")
    await refuses(stage, "nobody", "reg_2")

    waiting, asked, refused = (
        {f"registration_{it}": 1.0} for it in ("waiting", "asked", "refused")
    )
    assert [*seen, await waits(stage)] == [waiting, asked, {}, refused]


async def test_what_the_bridge_must_do_and_has_not_done_is_seen(stage: Stage) -> None:
    """A deletion that is not confirmed is a youth whose words may still lie somewhere."""
    at = stage.clock.now()
    async with stage.writing() as writing:
        made = {"team": writing.team, "at": at}
        writing.session.add(Deletion(id="del_1", thread="t_rev", **made))
        writing.session.add(JoinOrder(id="j_1", thread="t_a", into="t_b", joined=True, **made))
    stuck = {"kind": "poison_update", "conversation": None, "alias": None, "since": stage.at(),
             "resolved_at": None, "reason": "unreadable"}  # fmt: skip
    await stage.bridge.put("stuck/x_1", stuck)
    assert await waits(stage) == {"deletion": 1, "join": 1, "stuck": 1}

    await stage.bridge.put("deletions/del_1/confirmed", {})
    await stage.bridge.put("joins/j_1/confirmed", {})
    await stage.bridge.put("stuck/x_1", stuck | {"resolved_at": stage.at()})
    assert await waits(stage) == {}


@pytest.mark.parametrize("many", [10_000, pytest.param(100_000, marks=pytest.mark.slow)])
async def test_it_costs_the_same_however_much_is_kept(stage: Stage, many: int) -> None:
    """After ten years of journals it is asked as often as on the first day."""
    amir = await stage.person("amir")
    async with stage.writing() as writing:
        await _filled(writing, many, amir.id)
    with questions() as asked:
        assert await waits(stage) == {}

    assert len(asked) > 10
    for statement, parameters in asked:
        await is_cheap(stage.settings.database_url, statement, parameters)


async def _filled(writing: Writing, many: int, by: str) -> None:
    """So much that is over and done with."""
    n = select(literal(1).label("i")).cte("n", recursive=True)
    n = n.union_all(select(n.c.i + 1).where(n.c.i < many))

    def id_(prefix: str) -> Any:
        return literal(prefix, Text) + cast(n.c.i, Text)

    at, team = literal(writing.now, Moment), literal(writing.team)
    code, blob = literal("x"), literal(b"x")
    rows: dict[Any, dict[str, Any]] = {
        Transfer: {"conversation": id_("c_"), "status": literal("wiped"), "first_at": at},
        Deletion: {"id": id_("del_"), "at": at, "confirmed_at": at},
        JoinOrder: {"id": id_("j_"), "thread": code, "into": code, "joined": literal(True),
                    "at": at, "confirmed_at": at},
        Stuck: {"id": id_("x_"), "kind": code, "since": at, "resolved_at": at, "reason": code,
                "fingerprint": blob},
        Registration: {"id": id_("reg_"), "channel": code, "written_by": literal(by),
                       "written_at": at, "due_at": at, "status": literal("taken"), "words": blob},
    }  # fmt: skip
    for table, values in rows.items():
        known = {"team": team, **values}
        chosen = select(*(value.label(name) for name, value in known.items()))
        await writing.session.execute(insert(table).from_select(list(known), chosen))
    if writing.session.get_bind().dialect.name == "postgresql":
        await writing.session.execute(text("ANALYZE"))
