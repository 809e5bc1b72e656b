"""The description, for who may use what it describes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import RootModel

from casestore.access.gate import AsksOrIsTheBridge
from casestore.access.rules import Action
from casestore.answers import Given, JsonRoute
from casestore.users.sessions import Visitor

router = APIRouter(prefix="/api", route_class=JsonRoute)


class Description(RootModel[dict[str, Any]]):
    """An OpenAPI document, version 3.1."""


@router.get("/openapi.json")
async def description(
    request: Request,
    _who: Annotated[Visitor | None, Depends(AsksOrIsTheBridge(Action.OWN_ACCOUNT))],
) -> Given[Description]:
    """Describe the JSON API: every address, what it is sent, and all that it can answer."""
    return Given(Description(request.app.state.described()))
