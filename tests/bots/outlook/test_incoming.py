"""What a mailbox may bring, kind by kind, and what the bridge makes of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.outlook.boxes import UNPROVED
from bots.outlook.convert import SENT, read
from bots.outlook.words import MANY, of_html, without_trailers
from bridge.domain.delivery import Reason
from bridge.domain.ids import DeliveryId, Ref
from bridge.domain.messages import Bounced, Echoed, Fact, File, Nothing, Said
from tests.bots.incoming import ANYTHING, is_set_aside, read_or_set_aside
from tests.bots.outlook import shapes
from tests.bots.outlook.shapes import (
    FILE,
    ID,
    MAILBOX,
    MAYA,
    OURS,
    PASSED,
    SUBJECT,
    WORDS,
    Json,
    attachment,
    body,
    headers,
    kept,
    mail,
    person,
    sent,
)

REF = Ref(ID)
WHEN = datetime(2026, 11, 23, 9, tzinfo=UTC)
HTML = f"<html><head><style>p {{}}</style></head><body><p>{WORDS}</p></body></html>"
GMAIL = "Den man. 23. nov. 2026 kl. 10:04 skrev Utekontakten <ute@kommunen.example>:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One documented mail, and what is to be understood."""

    label: str
    mail: Json = field(repr=False)
    fact: Fact = field(repr=False)
    address: str = field(default=MAYA, repr=False)
    folder: str = "inbox"
    answers: str | None = None


def words(text: str = WORDS, **more: Any) -> Said:
    return Said(ref=REF, text=text, **more)


def file(name: str, mime: str, size: int | None = 4) -> File:
    return File(ref=f"{ID}/{FILE}", name=name, type=mime, size=size)


def unproved(results: str | None, label: str, **more: str) -> Incoming:
    return Incoming(
        label=label, mail=mail(internetMessageHeaders=headers(results, **more)),
        fact=words(placeholder="unproved"), address=f"{MAYA}{UNPROVED}",
    )  # fmt: skip


def proved(results: str, label: str, **more: str) -> Incoming:
    told = headers(results, **more)
    return Incoming(label=label, mail=mail(internetMessageHeaders=told), fact=words())


def nobodys(label: str, **header: str) -> Incoming:
    told = headers(**header)
    return Incoming(label=label, mail=mail(internetMessageHeaders=told), fact=Nothing())


TABLE = [
    Incoming(label="words", mail=mail(), fact=words()),
    Incoming(label="blanks and marks stay", mail=mail("a  <b>&amp;</b>\r\n\r\n*b*"),
             fact=words("a  <b>&amp;</b>\n\n*b*")),
    Incoming(label="half a character", mail=mail("a\ud83db"), fact=words("a\ufffdb")),
    Incoming(label="HTML", mail=mail(HTML, kind="html"), fact=words()),
    Incoming(label="HTML with what nobody sees",
             mail=mail(f"<script>1</script><div style='display:none'>Ja</div>{HTML}", kind="html"),
             fact=words()),
    Incoming(label="a subject is words", mail=mail(subject=SUBJECT),
             fact=words(f"{SUBJECT}\n\n{WORDS}")),
    Incoming(label="nothing but a subject", mail=mail("", subject=WORDS), fact=words()),
    Incoming(label="a subject that is ours, answered",
             mail=mail("Ja", subject="SV: Hei", internetMessageHeaders=headers(In_Reply_To="<1>")),
             fact=words("Ja", answers=Ref(OURS)), answers=OURS),
    Incoming(label="a subject like an answer's, where nothing is answered",
             mail=mail(subject="Re: hjelp"), fact=words(f"Re: hjelp\n\n{WORDS}")),
    Incoming(label="passed on", mail=mail(subject="VS: brev"),
             fact=words(f"VS: brev\n\n{WORDS}", forwarded=True)),
    Incoming(label="only what is new",
             mail=mail(uniqueBody=body(WORDS), body=body(f"{WORDS}\n> gammelt")), fact=words()),
    Incoming(label="nothing new, as Graph sees it",
             mail=mail(uniqueBody=body(" "), body=body(WORDS)), fact=words()),
    Incoming(label="sent from a phone", mail=mail("Ja\n\nSendt fra min iPhone"), fact=words("Ja")),
    Incoming(label="an answer over what it answers",
             mail=mail(f"Ja\n\n{GMAIL}\n\n> Er det greit?\n>\n"), fact=words("Ja")),
    Incoming(label="an answer between the lines", mail=mail("> Er det greit?\nJa\n> Hilsen\nMaya"),
             fact=words("> Er det greit?\nJa\n> Hilsen\nMaya")),
    Incoming(label="a body too large to take",
             mail={k: v for k, v in mail().items() if k not in {"body", "uniqueBody"}},
             fact=words(placeholder="too_long")),
    Incoming(label="nothing in it", mail=mail(""), fact=words("", placeholder="empty")),
    Incoming(label="a picture", mail=mail(attachments=[attachment("IMG.jpg", "image/jpeg")]),
             fact=words(files=(file("IMG.jpg", "image/jpeg"),))),
    Incoming(label="a picture in the text",
             mail=mail(attachments=[attachment("i.png", "image/png", isInline=True)]),
             fact=words(files=(file("i.png", "image/png"),))),
    Incoming(label="a name that would go elsewhere",
             mail=mail(attachments=[attachment("../../etc/passwd", "Text/Plain; x=1")]),
             fact=words(files=(file("passwd", "text/plain"),))),
    Incoming(label="a file without a kind", mail=mail(attachments=[attachment("a", None)]),
             fact=words(files=(file("a", "application/octet-stream"),))),
    Incoming(label="a mail in the mail",
             mail=mail(attachments=[attachment("Trusler", None, kind="item")]),
             fact=words(files=(file("Trusler.eml", "message/rfc822", None),))),
    Incoming(label="a file that lies elsewhere",
             mail=mail(attachments=[attachment("brev.docx", None, kind="reference")]),
             fact=words(f"{WORDS}\n\nbrev.docx", placeholder="reference")),
    Incoming(label="sealed", mail=mail("", attachments=[
                 attachment("smime.p7m", "application/pkcs7-mime")]),
             fact=words("", placeholder="sealed")),
    Incoming(label="signed, and readable", mail=mail(attachments=[
                 attachment("smime.p7s", "application/pkcs7-signature")]), fact=words()),
    Incoming(label="winmail.dat", mail=mail(attachments=[
                 attachment("winmail.dat", "application/ms-tnef")]),
             fact=words(placeholder="winmail")),
    Incoming(label="an invitation", fact=words(placeholder="calendar"),
             mail=mail() | {"@odata.type": "#microsoft.graph.eventMessageRequest"}),
    Incoming(label="an invitation from elsewhere", mail=mail(attachments=[
                 attachment("invite.ics", "text/calendar")]),
             fact=words(placeholder="calendar")),
    Incoming(label="copied to others", mail=mail(ccRecipients=[person("mor@post.example")]),
             fact=words()),
    Incoming(label="letters of another size", fact=words(),
             mail=mail() | {"from": person(MAYA.upper())}),
    Incoming(label="a name that is another's address", fact=words(),
             mail=mail() | {"from": person(MAYA, "ola@post.example")}),
    nobodys("away on holiday", Auto_Submitted="auto-replied"),
    nobodys("could not be delivered", Return_Path="<>"),
    nobodys("a list", Precedence="list"),
    nobodys("a list that names itself", List_Id="<nyheter.example>"),
    nobodys("an Exchange that answers by itself", X_Auto_Response_Suppress="All"),
    Incoming(label="written by a person, it says", fact=words(),
             mail=mail(internetMessageHeaders=headers(Auto_Submitted="no"))),
    Incoming(label="from ourselves", mail=mail() | {"from": person(MAILBOX)}, fact=Nothing(),
             address=f"{MAILBOX}{UNPROVED}"),
    unproved(None, "nobody vouches for it"),
    unproved(PASSED.replace("dmarc=pass", "dmarc=fail"), "the domain disowns it"),
    unproved(PASSED.replace("header.from=post.example", "header.from=ond.example"),
             "passed for another domain"),
    unproved("spf=pass smtp.mailfrom=ond.example; dkim=pass header.d=ond.example; dmarc=none",
             "two that passed for another"),
    unproved("spf=softfail smtp.mailfrom=post.example; dkim=none; dmarc=none", "neither passed"),
    unproved("compauth=fail reason=001; spf=pass smtp.mailfrom=post.example; dmarc=none",
             "Exchange thinks otherwise"),
    unproved("dmarc=fail; spf=fail", "its own good word below the host's", X_Next=PASSED,
             Authentication_Results=PASSED),
    unproved(f"ond.example; {PASSED}", "a host that is not Microsoft's"),
    unproved("spf=fail; (dmarc=pass header.from=post.example)", "a good word in a comment"),
    unproved(
        "spf=fail (helo; dmarc=pass header.from=post.example ) smtp.mailfrom=post.example",
        "a good word in what the sender called itself",
    ),
    unproved("", "a header without a word"),
    proved(f"mx.protection.outlook.com; {PASSED}", "the host names itself"),
    proved("spf=pass smtp.mailfrom=maya@post.example; dkim=none; dmarc=none", "SPF alone"),
    proved("spf=none; dkim=pass header.d=post.example; dmarc=bestguesspass", "DKIM alone"),
    proved("dkim=fail header.d=post.example; dkim=pass header.d=post.example; dmarc=none",
           "one of two signatures"),
    proved("dmarc=none; spf=none", "from within",
           X_MS_Exchange_Organization_AuthAs="Internal"),
    Incoming(label="a yes from nobody known", mail=mail("Ja", internetMessageHeaders=None),
             fact=words("Ja", placeholder="unproved"), answers=OURS, address=f"{MAYA}{UNPROVED}"),
    Incoming(label="sealed, from nobody known",
             mail=mail("", internetMessageHeaders=None, attachments=[attachment("a.p7m", "x/y")]),
             fact=words("[sealed]", placeholder="unproved"), address=f"{MAYA}{UNPROVED}"),
    Incoming(label="ours, sent", mail=sent(mark="d_17"), folder=SENT,
             fact=Echoed(ref=REF, text=WORDS, delivery=DeliveryId("d_17"))),
    Incoming(label="a colleague's, sent from Outlook", mail=sent(), folder=SENT,
             fact=Echoed(ref=REF, text=WORDS)),
    Incoming(label="a colleague's picture", folder=SENT,
             mail=sent("", attachments=[attachment("kart.png", "image/png")]),
             fact=Echoed(ref=REF, text="", files=(file("kart.png", "image/png"),))),
    Incoming(label="a colleague's nothing", mail=sent(""), folder=SENT,
             fact=Echoed(ref=REF, text="[empty]")),
    Incoming(label="a colleague's, to several", mail=sent(WORDS, MAYA, "rektor@skolen.example"),
             folder=SENT, fact=Nothing()),
]  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=[case.label for case in TABLE])
def test_every_documented_mail_is_understood(case: Incoming) -> None:
    """What she meant must not be lost because it came in a form we had not thought of."""
    inbound = read(kept(case.mail, folder=case.folder, answers=case.answers))

    assert inbound.fact == case.fact
    assert inbound.address == case.address
    assert inbound.at == WHEN
    assert WORDS not in repr(inbound)
    assert MAYA not in repr(inbound)


NDR = {"X_MS_Exchange_Message_Is_Ndr": "", "Auto_Submitted": "auto-replied"}
GMAIL_SAYS = {"X_Failed_Recipients": MAYA, "Auto_Submitted": "auto-replied"}


def notice(about: Json | None, **header: str) -> Fact:
    """What is understood of a notice about a mail of ours."""
    told = mail("Ikke levert", internetMessageHeaders=headers(None, **header))
    body = {"mailbox": MAILBOX, "folder": "inbox", "message": told, "answers": about}
    return read(json.dumps(body).encode()).fact


@pytest.mark.parametrize("header", [NDR, GMAIL_SAYS])
def test_a_reply_that_did_not_get_there_is_known_by_our_own_mark(header: dict[str, str]) -> None:
    """The caseworker would wait for an answer to what nobody has got."""
    about = sent(mark="d_17") | {"id": OURS}

    assert notice(about, **header) == Bounced(
        ref=Ref(OURS), reason=Reason.REJECTED, delivery=DeliveryId("d_17")
    )


@pytest.mark.parametrize(
    ("about", "header"),
    [
        (None, NDR),
        ({}, NDR),
        (sent() | {"id": OURS}, {"Auto_Submitted": "auto-replied"}),
        (mail() | {"id": OURS}, NDR),
        (sent(WORDS, MAYA, "mor@post.example") | {"id": OURS}, NDR),
    ],
)
def test_a_notice_about_no_mail_of_ours_to_one_is_nobodys(
    about: Json | None, header: dict[str, str]
) -> None:
    """Anybody may write that something did not get there; only its receiver knows its name."""
    assert notice(about, **header) == Nothing()


def test_the_table_is_as_long_as_the_documentation_asks() -> None:
    assert len(TABLE) >= 25


UNREADABLE: list[tuple[str, bytes]] = [
    ("no message", json.dumps({"mailbox": MAILBOX}).encode()),
    ("no mailbox", json.dumps({"message": mail()}).encode()),
    ("no id", kept(mail(id=""))),
    ("from nobody", kept(mail() | {"from": None})),
    ("from no address", kept(mail() | {"from": person("/O=EXCHANGELABS/CN=RECIPIENTS/CN=MAYA")})),
    ("an address that pretends", kept(mail() | {"from": person(f"{MAYA}{UNPROVED}")})),
    ("to nobody", kept(sent() | {"toRecipients": []}, folder=SENT)),
    ("no time", kept(mail(receivedDateTime="i går"))),
    ("before the beginning of time", kept(mail(receivedDateTime="0001-01-01T00:00:00+23:59"))),
    ("a list", b"[]"),
    ("deep", b'{"mailbox": "a", "message": ' + b"[" * 100_000),
]


@pytest.mark.parametrize(("label", "told"), UNREADABLE, ids=[label for label, _ in UNREADABLE])
def test_what_cannot_be_understood_is_set_aside_without_its_words(label: str, told: bytes) -> None:
    """The reason ends in a log; the words must not."""
    is_set_aside(read, told, secrets=shapes.SECRETS)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<div>en</div>to<div>tre<div>fire</div></div>", "en\nto\ntre\nfire"),
        ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ("<ul><li>en<li>to</ul>", "• en\n\n• to"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a  b\n\nc"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<a href='https://ond.example'>nav.no</a>", "nav.no <https://ond.example>"),
        ("<a href='https://nav.no'>nav.no</a>", "nav.no"),
        ("<a href='javascript:x'>her</a>", "her"),
        ("bare tekst &amp; &lt;3", "bare tekst & <3"),
        ("<o:p>&nbsp;</o:p>hei", "hei"),
        ("", ""),
    ],
)
def test_a_page_is_read_as_it_looks(markup: str, text: str) -> None:
    assert of_html(markup) == text


@pytest.mark.parametrize("many", [MANY // 2, MANY * 20])
def test_words_are_found_however_deep_they_lie(many: int) -> None:
    """A mail that takes minutes to read keeps every youth waiting; one left unread is lost."""
    assert of_html("<div>" * many + WORDS + "</div>" * many) == WORDS


@pytest.mark.parametrize(
    "text",
    [
        "> bare sitat\n> ja",
        "Jeg er så sint\n>:(",
        "Den kvelden skrev han til meg:",
        "Sendt fra min mor",
        f"{GMAIL}\n> Ja",
        "",
    ],
)
def test_what_a_person_has_written_last_is_never_taken_for_an_apps(text: str) -> None:
    assert without_trailers(text) == text


odd_mails = st.builds(
    lambda about: mail() | about,
    st.dictionaries(st.sampled_from(sorted(mail())), ANYTHING, max_size=5),
)


@given(ANYTHING | odd_mails, st.sampled_from(["inbox", SENT]))
def test_any_json_is_understood_or_set_aside(value: object, folder: str) -> None:
    """What is understood can also be stored: no half characters."""
    read_or_set_aside(read, kept(value, folder=folder))


@given(st.text(st.characters(exclude_categories=())))
def test_any_markup_is_read(markup: str) -> None:
    of_html(markup).encode()
    without_trailers(markup)
