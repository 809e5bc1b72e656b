"""Roles, and what is changed of somebody's access, in bokmål."""

from collections.abc import Mapping
from typing import Final

from casestore.texts.phrases import _
from casestore.users.rules import Role

ROLE: Final[Mapping[str, str]] = {
    Role.CASEWORKER: _("Saksbehandler"),
    Role.TEAM_LEADER: _("Teamleder"),
    Role.DEPUTY: _("Stedfortreder"),
    Role.DEPARTMENT_HEAD: _("Avdelingsleder"),
}

CHANGE: Final[Mapping[str, str]] = {
    "account.made": _("Konto laget"),
    "account.role": _("Rolle endret"),
    "account.employment": _("Ansettelse endret"),
    "account.closed": _("Konto lukket"),
    "account.unlocked": _("Lås åpnet"),
    "account.second_factor_reset": _("Tofaktor nullstilt"),
    "account.password_reset": _("Nytt engangspassord"),
    "account.tied": _("Knyttet til kommunens pålogging"),
    "account.untied": _("Løst fra kommunens pålogging"),
    "deputy.granted": _("Gjort til stedfortreder"),
    "deputy.ended": _("Tid som stedfortreder avsluttet"),
}
