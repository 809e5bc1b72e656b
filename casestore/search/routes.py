"""The search as JSON; the same rule, and the same line in the audit."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from pydantic import Field

from casestore.access.asking import Search
from casestore.answers import Given, JsonRoute
from casestore.edge import StoreNow
from casestore.problems import Problem
from casestore.received import Agreed, Received, received
from casestore.search.answers import FoundCase, FoundPerson, FoundText, FoundTold
from casestore.search.finding import Found, search
from casestore.search.words import LONGEST_QUERY, mistake
from casestore.times import write_time
from casestore.users.sessions import form_is_ours, same_site

router = APIRouter(prefix="/api/search", dependencies=[Depends(same_site)], route_class=JsonRoute)


class Query(Agreed):
    """What is searched for."""

    query: str = Field(max_length=LONGEST_QUERY, repr=False)


@router.post("")
async def post_search(
    who: Search,
    x_form_token: Annotated[str, Header(max_length=200)],
    body: Annotated[Received[Query], Depends(received(Query))],
    store: StoreNow,
) -> Given[FoundTold]:
    """Search; a query without words, or with too many, is a 422."""
    form_is_ours(who, x_form_token)
    if mistake(body.said.query):
        raise Problem(422, "no-query", "One word to twelve, each of two letters or digits or more.")
    return Given(_told(await search(store, who, body.said.query)))


def _told(found: Found) -> FoundTold:
    return FoundTold(
        persons=[FoundPerson(id=p.id, alias=p.alias, name=p.name) for p in found.persons],
        cases=[
            FoundCase(id=c.id, number=c.number, open=c.open, named=list(c.named))
            for c in found.cases
        ],
        texts=[
            FoundText(
                kind=text.kind,
                id=text.id,
                at=write_time(text.at),
                case=text.case,
                finished=text.finished,
                snippets=["".join(piece.text for piece in each) for each in text.snippets],
            )
            for text in found.texts
        ],
        more=found.more,
    )
