"""Who is asking, and for what: the type of `who` in every route, one for each action."""

from typing import Annotated

from fastapi import Depends

from casestore.access.gate import Asks, AsksAtTheDoor
from casestore.access.rules import Action
from casestore.users.sessions import Visitor

AtTheDoor = Annotated[Visitor, Depends(AsksAtTheDoor(Action.OWN_ACCOUNT))]
OwnAccount = Annotated[Visitor, Depends(Asks(Action.OWN_ACCOUNT))]
PersonCreate = Annotated[Visitor, Depends(Asks(Action.PERSON_CREATE))]
PersonRead = Annotated[Visitor, Depends(Asks(Action.PERSON_READ))]
PersonEdit = Annotated[Visitor, Depends(Asks(Action.PERSON_EDIT))]
PersonMerge = Annotated[Visitor, Depends(Asks(Action.PERSON_MERGE))]
ThreadTie = Annotated[Visitor, Depends(Asks(Action.THREAD_TIE))]
JoinRead = Annotated[Visitor, Depends(Asks(Action.JOIN_READ))]
JoinDecide = Annotated[Visitor, Depends(Asks(Action.JOIN_DECIDE))]
CaseOpen = Annotated[Visitor, Depends(Asks(Action.CASE_OPEN))]
CaseRead = Annotated[Visitor, Depends(Asks(Action.CASE_READ))]
CaseWrite = Annotated[Visitor, Depends(Asks(Action.CASE_WRITE))]
CaseHandOver = Annotated[Visitor, Depends(Asks(Action.CASE_HAND_OVER))]
CaseShare = Annotated[Visitor, Depends(Asks(Action.CASE_SHARE))]
EntryRead = Annotated[Visitor, Depends(Asks(Action.ENTRY_READ))]
EntryTie = Annotated[Visitor, Depends(Asks(Action.ENTRY_TIE))]
EntryMove = Annotated[Visitor, Depends(Asks(Action.ENTRY_MOVE))]
StatementAdd = Annotated[Visitor, Depends(Asks(Action.STATEMENT_ADD))]
ConsentRegister = Annotated[Visitor, Depends(Asks(Action.CONSENT_REGISTER))]
ConcernWrite = Annotated[Visitor, Depends(Asks(Action.CONCERN_WRITE))]
ConcernRead = Annotated[Visitor, Depends(Asks(Action.CONCERN_READ))]
RegistrationWrite = Annotated[Visitor, Depends(Asks(Action.REGISTRATION_WRITE))]
RegistrationRead = Annotated[Visitor, Depends(Asks(Action.REGISTRATION_READ))]
ContactRegister = Annotated[Visitor, Depends(Asks(Action.CONTACT_REGISTER))]
StatisticsRead = Annotated[Visitor, Depends(Asks(Action.STATISTICS_READ))]
DisclosureRead = Annotated[Visitor, Depends(Asks(Action.DISCLOSURE_READ))]
DisclosureWrite = Annotated[Visitor, Depends(Asks(Action.DISCLOSURE_WRITE))]
IncidentWrite = Annotated[Visitor, Depends(Asks(Action.INCIDENT_WRITE))]
IncidentRead = Annotated[Visitor, Depends(Asks(Action.INCIDENT_READ))]
ProcessingRead = Annotated[Visitor, Depends(Asks(Action.PROCESSING_READ))]
JournalHandOut = Annotated[Visitor, Depends(Asks(Action.JOURNAL_HAND_OUT))]
PersonDelete = Annotated[Visitor, Depends(Asks(Action.PERSON_DELETE))]
DeletionList = Annotated[Visitor, Depends(Asks(Action.DELETION_LIST))]
DeletionConfirm = Annotated[Visitor, Depends(Asks(Action.DELETION_CONFIRM))]
Search = Annotated[Visitor, Depends(Asks(Action.SEARCH))]
TaskRead = Annotated[Visitor, Depends(Asks(Action.TASK_READ))]
TaskDone = Annotated[Visitor, Depends(Asks(Action.TASK_DONE))]
TransferList = Annotated[Visitor, Depends(Asks(Action.TRANSFER_LIST))]
TransferRead = Annotated[Visitor, Depends(Asks(Action.TRANSFER_READ))]
TransferCheck = Annotated[Visitor, Depends(Asks(Action.TRANSFER_CHECK))]
AccessList = Annotated[Visitor, Depends(Asks(Action.ACCESS_LIST))]
AccessGrant = Annotated[Visitor, Depends(Asks(Action.ACCESS_GRANT))]
AuditRead = Annotated[Visitor, Depends(Asks(Action.AUDIT_READ))]
