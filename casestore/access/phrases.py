"""Roles, and what is changed of somebody's access, in bokmål."""

from collections.abc import Mapping
from typing import Final

from casestore.users.rules import Role

ROLE: Final[Mapping[str, str]] = {
    Role.CASEWORKER: "Saksbehandler",
    Role.TEAM_LEADER: "Teamleder",
    Role.DEPUTY: "Stedfortreder",
    Role.DEPARTMENT_HEAD: "Avdelingsleder",
}

CHANGE: Final[Mapping[str, str]] = {
    "account.made": "Konto laget",
    "account.role": "Rolle endret",
    "account.employment": "Ansettelse endret",
    "account.closed": "Konto lukket",
    "account.unlocked": "Lås åpnet",
    "account.second_factor_reset": "Tofaktor nullstilt",
    "account.password_reset": "Nytt engangspassord",
    "deputy.granted": "Gjort til stedfortreder",
    "deputy.ended": "Tid som stedfortreder avsluttet",
}
