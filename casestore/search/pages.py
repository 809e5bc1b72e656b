"""«Søk»: the words are sent in the form's body, so that no address or log ever holds them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse

from casestore.access.asking import Search
from casestore.edge import StoreNow
from casestore.routing import Late
from casestore.search.finding import Found, search
from casestore.search.words import LONGEST_QUERY, mistake
from casestore.templating import page
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)


@router.get("/search")
async def search_page(request: Request, who: Search) -> HTMLResponse:
    """Show the form."""
    return _page(request, who)


@router.post("/search", dependencies=[Depends(same_site)])
async def search_form(
    request: Request,
    who: Search,
    form_token: Annotated[str, Form(max_length=200)],
    store: StoreNow,
    query: Annotated[str, Form(max_length=5000)] = "",
) -> HTMLResponse:
    """Search, and show what is found."""
    form_is_ours(who, form_token)
    if wrong := mistake(query):
        return _page(request, who, query, wrong=wrong)
    return _page(request, who, query, found=await search(store, who, query))


def _page(
    request: Request,
    who: Visitor,
    query: str = "",
    *,
    found: Found | None = None,
    wrong: str | None = None,
) -> HTMLResponse:
    return page(
        request,
        "search.html",
        status=422 if wrong else 200,
        who=who,
        query=query,
        longest=LONGEST_QUERY,
        found=found,
        wrong=wrong,
    )
