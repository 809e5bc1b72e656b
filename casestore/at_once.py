"""What the bridge and whoever watches ask for, which is there from the first."""

from typing import Final

from casestore import health, metrics
from casestore.consents import routes as consents
from casestore.contacts import routes as contacts
from casestore.deletions import routes as deletions
from casestore.joins import routes as joins
from casestore.journal import routes as journal
from casestore.links import routes as links
from casestore.registrations import routes as registrations
from casestore.requests import routes as requests
from casestore.stuck import routes as stuck
from casestore.transfers import routes as transfers

AT_ONCE: Final = (
    health.router,
    metrics.router,
    consents.router,
    contacts.router,
    requests.router,
    joins.router,
    registrations.router,
    journal.router,
    transfers.router,
    stuck.router,
    links.router,
    deletions.router,
)
