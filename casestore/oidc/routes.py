"""For the doctor: whether the provider answers, seen from where the case store is."""

from typing import Literal

from fastapi import APIRouter, Depends

from casestore.answers import Given, JsonRoute, Told
from casestore.edge import bridge_only
from casestore.oidc.pages import ProviderNow
from casestore.oidc.rules import NotLetIn

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)


class ProviderTold(Told):
    """Whether there is a municipal log-in, and whether it answers as agreed."""

    provider: Literal["off", "answers", "silent"]


@router.get("/provider")
async def get_provider(provider: ProviderNow) -> Given[ProviderTold]:
    """Say whether the municipality's log-in answers; it is asked now."""
    if provider is None:
        return Given(ProviderTold(provider="off"))
    try:
        await provider.standing()
    except NotLetIn:
        return Given(ProviderTold(provider="silent"))
    return Given(ProviderTold(provider="answers"))
