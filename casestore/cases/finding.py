"""Finding a case, as far as the access table lets somebody see it."""

from casestore.access.gate import permit
from casestore.access.relations import case_relation
from casestore.access.rules import Action
from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.problems import Problem
from casestore.users.sessions import Visitor


async def get_case(asking: Reading | Writing, who: Visitor, its_id: str, action: Action) -> Case:
    """Give the case, or the refusal of the access table."""
    case = await asking.session.get(Case, its_id)
    if case is None:
        raise Problem(404, "not-found")
    permit(who, action, await case_relation(asking, who, case))
    return case
