"""«Kontakter»: registering a contact by hand, and one's own from the last 30 days."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import ContactRegister
from casestore.audit.chain import AUDIT
from casestore.contacts.counting import CHANNEL_SAID, KIND_SAID, TOPIC_SAID
from casestore.contacts.registering import (
    OwnContact,
    correct,
    own_contact,
    own_contacts,
    register,
)
from casestore.contacts.rules import CHANNELS, IN_PERSON, KINDS, TOPICS, ByHand
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.ids import ID_PATTERN, PathId, new_id
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.times import OSLO, day_of
from casestore.transfers import phrases
from casestore.typed import day_typed
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

ALREADY: Final = _(
    "Denne kontakten er alt registrert, med andre svar enn dem som står her nå. "
    "Lagre bare hvis dette er en ny kontakt."
)
CHANGED: Final = {
    "changed-since": _("Kontakten er rettet siden du åpnet siden. Se over og lagre på nytt."),
    "too-late": _("En kontakt kan bare rettes samme dag som den ble registrert."),
}


class ContactForm(BaseModel):
    """The form as it was sent; what is wrong in it is said beside the field."""

    form_token: str = Field(max_length=200, repr=False)
    id: str = Field(default="none", pattern=ID_PATTERN)
    seen: str = Field(default="", max_length=2000)
    kind: str = Field(default="", max_length=64)
    channel: str = Field(default="", max_length=64)
    day: str = Field(default="", max_length=20)
    hour: str = Field(default="", max_length=4)
    minutes: str = Field(default="", max_length=8)
    topics: list[Annotated[str, Field(max_length=64)]] = Field(default_factory=list, max_length=50)

    def told(self) -> ByHand:
        """Give what was told, as far as it was understood."""
        return ByHand(
            kind=self.kind,
            channel=self.channel,
            day=day_typed(self.day),
            hour=_whole(self.hour),
            minutes=_whole(self.minutes),
            topics=tuple(self.topics),
        )


Sent = Annotated[ContactForm, Form()]


@router.get("/contacts")
async def contacts_page(
    request: Request, who: ContactRegister, reading: ReadingNow
) -> HTMLResponse:
    """Show the form, and one's own contacts of the last 30 days."""
    return await _page(request, who, reading, saved="saved" in request.query_params)


@router.post("/contacts", dependencies=[Depends(same_site)])
async def register_form(
    request: Request, who: ContactRegister, writing: WritingNow, sent: Sent
) -> Response:
    """Register a contact."""
    form_is_ours(who, sent.form_token)
    await AUDIT.hold(writing)
    status = 422
    try:
        mistakes = await register(writing, who, sent.id, sent.told())
    except Problem as problem:
        if problem.code != "different-body":
            raise
        mistakes, status = {"form": ALREADY}, problem.status
    if not mistakes:
        return RedirectResponse("/contacts?saved", 303)
    its_id = sent.id if status == 422 else None
    return await _page(
        request, who, writing, sent=sent, mistakes=mistakes, status=status, its_id=its_id
    )


@router.get("/contacts/{contact_id}")
async def contact_page(
    request: Request, contact_id: PathId, who: ContactRegister, reading: ReadingNow
) -> HTMLResponse:
    """Show a contact of one's own, to be put right."""
    own = await own_contact(reading, who, contact_id)
    if not own.correctable:
        raise Problem(409, "too-late")
    return await _page(request, who, reading, own=own)


@router.post("/contacts/{contact_id}", dependencies=[Depends(same_site)])
async def correct_form(
    request: Request, contact_id: PathId, who: ContactRegister, writing: WritingNow, sent: Sent
) -> Response:
    """Put right a contact of one's own."""
    form_is_ours(who, sent.form_token)
    await AUDIT.hold(writing)
    own = await own_contact(writing, who, contact_id)
    status = 422
    try:
        mistakes = await correct(writing, who, contact_id, sent.told(), seen=sent.seen)
    except Problem as problem:
        if problem.code not in CHANGED:
            raise
        mistakes, status = {"form": CHANGED[problem.code]}, problem.status
    if not mistakes:
        return RedirectResponse("/contacts?saved", 303)
    return await _page(request, who, writing, own=own, sent=sent, mistakes=mistakes, status=status)


async def _page(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    *,
    own: OwnContact | None = None,
    sent: ContactForm | None = None,
    mistakes: Mapping[str, str] | None = None,
    status: int = 200,
    its_id: str | None = None,
    saved: bool = False,
) -> HTMLResponse:
    now = asking.now.astimezone(OSLO)
    if sent is None:
        sent = _as_sent(own) if own is not None else ContactForm(
            form_token="", channel=IN_PERSON, day=f"{now:%Y-%m-%d}", hour=str(now.hour)
        )  # fmt: skip
    return page(
        request,
        "contacts.html",
        status=status,
        who=who,
        own=own,
        sent=sent,
        its_id=its_id or new_id("contact"),
        mistakes=mistakes or {},
        saved=saved,
        today=day_of(asking.now),
        contacts=[] if own is not None else await own_contacts(asking, who),
        kinds=KINDS,
        channels=CHANNELS,
        topics=TOPICS,
        said=(KIND_SAID, CHANNEL_SAID, TOPIC_SAID),
        phrases=phrases,
    )


def _as_sent(own: OwnContact) -> ContactForm:
    hour = own.hour.astimezone(OSLO)
    return ContactForm(
        form_token="",
        kind=own.kind,
        channel=own.channel,
        day=f"{hour:%Y-%m-%d}",
        hour=str(hour.hour),
        minutes=str(own.minutes),
        topics=list(own.topics),
    )


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() else None
