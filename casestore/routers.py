"""Every route there is, in the order they are tried."""

from typing import Final

from casestore.access import forms as access_forms
from casestore.access import pages as access_pages
from casestore.access import routes as access
from casestore.at_once import AT_ONCE
from casestore.audit import pages as audit_pages
from casestore.audit import routes as audit
from casestore.cases import forms as cases_forms
from casestore.cases import pages as cases_pages
from casestore.cases import parties_routes as cases_parties
from casestore.cases import routes as cases
from casestore.concerns import pages as concerns_pages
from casestore.concerns import routes as concerns
from casestore.consents import api as consents_api
from casestore.consents import pages as consents_pages
from casestore.consents import paper_pages
from casestore.contacts import api as contacts_api
from casestore.contacts import pages as contacts_pages
from casestore.contacts import statistics_pages
from casestore.deletions import api as deletions_api
from casestore.deletions import forms as deletions_forms
from casestore.deletions import pages as deletions_pages
from casestore.disclosures import pages as disclosures_pages
from casestore.disclosures import routes as disclosures
from casestore.incidents import follow_up_pages as incident_pages
from casestore.incidents import pages as incidents_pages
from casestore.incidents import routes as incidents
from casestore.joins import api as joins_api
from casestore.joins import pages as joins_pages
from casestore.journal import notes_pages, notes_routes, statements_pages
from casestore.journal import pages as journal_pages
from casestore.journal import placing as journal_placing
from casestore.journal import placing_routes as journal_placing_routes
from casestore.links import pages as links_pages
from casestore.oidc import own as oidc_own
from casestore.oidc import pages as oidc_pages
from casestore.oidc import routes as oidc
from casestore.openapi import routes as openapi
from casestore.own_journal import codes_listed, handing_pages
from casestore.own_journal import pages as own_journal
from casestore.people import merge_pages as people_merge_pages
from casestore.people import pages as people_pages
from casestore.people import routes as people
from casestore.printing import routes as printing
from casestore.processing import pages as processing
from casestore.registrations import pages as registrations_pages
from casestore.reviews import pages as reviews_pages
from casestore.reviews import routes as reviews
from casestore.search import pages as search_pages
from casestore.search import routes as search
from casestore.tasks import pages as tasks_pages
from casestore.tasks import routes as tasks
from casestore.transfers import export, verifying
from casestore.transfers import pages as transfers_pages
from casestore.users import own
from casestore.users import pages as users_pages

ROUTERS: Final = (
    *AT_ONCE,
    reviews.router,
    people.seeking,
    people.router,
    journal_placing_routes.router,
    cases.reading,
    cases.router,
    cases_parties.router,
    cases_pages.router,
    cases_forms.router,
    users_pages.router,
    own.router,
    oidc_pages.router,
    oidc_own.router,
    oidc.router,
    access.router,
    access_pages.router,
    access_forms.router,
    # Before the log's own pages, whose last address takes any conversation id.
    export.router,
    verifying.router,
    transfers_pages.router,
    journal_pages.router,
    journal_placing.router,
    # Before the page of a person, whose address takes any id.
    people_merge_pages.router,
    people_pages.router,
    joins_pages.router,
    joins_api.router,
    tasks_pages.router,
    tasks.router,
    reviews_pages.router,
    links_pages.router,
    notes_pages.router,
    notes_routes.router,
    statements_pages.router,
    consents_pages.router,
    paper_pages.router,
    consents_api.router,
    concerns_pages.router,
    concerns.router,
    audit.router,
    audit_pages.router,
    search.router,
    search_pages.router,
    contacts_pages.router,
    registrations_pages.router,
    contacts_api.router,
    statistics_pages.router,
    disclosures_pages.router,
    disclosures.router,
    deletions_api.router,
    deletions_pages.router,
    deletions_forms.router,
    # Before one incident's own page, whose address takes any id.
    incidents_pages.router,
    incident_pages.router,
    incidents.router,
    processing.router,
    printing.router,
    processing.api,
    handing_pages.router,
    codes_listed.router,
    own_journal.router,
    openapi.router,
)
