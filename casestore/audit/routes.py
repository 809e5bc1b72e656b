"""How the chains stand, as JSON: for whoever watches the store from outside."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from pydantic import Field

from casestore.access.asking import AuditRead
from casestore.answers import Given, JsonRoute
from casestore.audit.answers import Chains, ChainTold, Compared
from casestore.audit.checking import Standing, agrees, check_chains, typed
from casestore.edge import ReadingNow
from casestore.problems import Problem
from casestore.received import Agreed, Code, Received, received
from casestore.users.sessions import form_is_ours, same_site

router = APIRouter(prefix="/api/audit", route_class=JsonRoute)


@router.get("/chains")
async def chains(_who: AuditRead, reading: ReadingNow) -> Given[Chains]:
    """Check both chains."""
    return Given(Chains([_told(each) for each in await check_chains(reading)]))


class Printed(Agreed):
    """An anchor as it was typed from paper; its digits may be grouped."""

    chain: Code
    n: int = Field(ge=0)
    digits: str = Field(max_length=200)


@router.post("/anchors", dependencies=[Depends(same_site)])
async def compare(
    who: AuditRead,
    x_form_token: Annotated[str, Header(max_length=200)],
    body: Annotated[Received[Printed], Depends(received(Printed))],
    reading: ReadingNow,
) -> Given[Compared]:
    """Compare an anchor on paper with the chain as it lies."""
    form_is_ours(who, x_form_token)
    printed = typed(body.said.chain, str(body.said.n), body.said.digits)
    if printed is None:
        raise Problem(422, "malformed", "Not as agreed: chain, n or digits")
    return Given(Compared(agrees=await agrees(reading, printed)))


def _told(each: Standing) -> ChainTold:
    verdict = each.verdict
    return ChainTold(
        chain=each.name,
        holds=verdict.holds,
        count=verdict.count,
        head=verdict.head,
        broken_at=verdict.broken_at,
        why=verdict.why,
        anchors=len(each.anchors),
    )
