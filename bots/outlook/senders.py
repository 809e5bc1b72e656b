"""
Who has sent a mail, as far as the receiving host vouches for it; and whether anybody has.

Pure. Headers are told top first, and whoever receives puts its own on top: what stands further
down was written by whoever sent it (RFC 8601, 5; message resource, `internetMessageHeaders`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bots.values import Json, held, listed, said

AUTOMATIC: Final[Mapping[str, Callable[[str], bool]]] = {
    "auto-submitted": lambda v: not v.startswith("no"),  # RFC 3834, 5
    "precedence": lambda v: v in {"bulk", "junk", "list", "auto_reply"},
    "x-auto-response-suppress": lambda v: v not in {"", "none"},  # [MS-OXCMAIL], 2.2.3.2.14
    "x-autoreply": lambda v: v not in {"", "no"},
    "x-autorespond": bool,
    "list-id": bool,  # RFC 2919
    "return-path": lambda v: v == "<>",  # RFC 5321, 4.5.5: a notice of what could not be sent
}
"""Headers that no person's mail has with such a value: nobody has written, or not to us."""

OURS: Final = (".outlook.com", ".office365.com", ".microsoft.com")
"""Hosts of Exchange Online, where it names itself; mostly it does not."""

_ADDRESS: Final = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[^\s@<>\"(),:;\\]{1,253}")
_COMMENT: Final = re.compile(r"\([^()]*\)")
_RESULT: Final = re.compile(r"\s*(spf|dkim|dmarc|compauth)\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"\b(header\.from|header\.d|smtp\.mailfrom)\s*=\s*([^\s;]+)", re.I)


def address(message: Json, who: str) -> str:
    """The mail address of `from`, in small letters; "" if it is none."""
    return _mail_address(held(message, who))


def recipients(message: Json) -> Sequence[str]:
    """Whoever it was sent to, openly or not."""
    kinds = ("toRecipients", "ccRecipients", "bccRecipients")
    return [found for kind in kinds for each in listed(message, kind)
            if (found := _mail_address(each))]  # fmt: skip


def headers(message: Json, name: str) -> Sequence[str]:
    """All of that name, top first."""
    return [
        said(each, "value")
        for each in listed(message, "internetMessageHeaders")
        if said(each, "name").lower() == name
    ]


def automatic(message: Json) -> str | None:
    """The header by which it is known that no person has written this to us; None: one may have."""
    for name, tells in AUTOMATIC.items():
        if any(tells(value.strip().lower()) for value in headers(message, name)):
            return name
    return None


def undelivered(message: Json) -> bool:
    """
    Whether a host says that a mail of ours did not get there.

    Exchange Online marks its own with an empty header; others name who they could not reach.
    """
    return any(
        headers(message, name) for name in ("x-ms-exchange-message-is-ndr", "x-failed-recipients")
    )


def vouched_for(message: Json) -> bool:
    """
    Whether whoever may write in that domain's name has sent it.

    Exchange strips X-MS-Exchange-Organization headers from what comes from outside («header
    firewall»), so AuthAs says truly that it came from within.
    """
    internal = headers(message, "x-ms-exchange-organization-authas")
    if internal and internal[0].strip().lower() == "internal":
        return True
    told, domain = _results(message), address(message, "from").rpartition("@")[2]
    dmarc, compauth = told.get("dmarc", ("none", {})), told.get("compauth", ("", {}))
    if not domain or compauth[0] in {"fail", "softpass"}:
        return False
    if dmarc[0] == "pass":
        return _same(dmarc[1].get("header.from", domain), domain)
    if dmarc[0] not in {"none", "bestguesspass"}:
        return False
    # The domain has no rule of its own: then one of the two must be of it, and have passed.
    return any(
        result == "pass" and _same(_domain(properties.get(key, "")), domain)
        for method, key in (("dkim", "header.d"), ("spf", "smtp.mailfrom"))
        for result, properties in [told.get(method, ("none", {}))]
    )


Told = Mapping[str, tuple[str, Mapping[str, str]]]


def _results(message: Json) -> Told:
    """Each method's result, with what it is about, from the topmost header alone."""
    found = headers(message, "authentication-results")
    if not found:
        return {}
    parts = _COMMENT.sub(" ", found[0]).split(";")
    if not _RESULT.match(parts[0]):
        host = parts.pop(0).strip().split(" ")[0].lower()
        if not f".{host}".endswith(OURS):
            return {}
    told: dict[str, tuple[str, Mapping[str, str]]] = {}
    for part in parts:
        result = _RESULT.match(part)
        if result is None:
            continue
        properties = {name.lower(): value.lower() for name, value in _PROPERTY.findall(part)}
        # Of several signatures one that passes is enough; the first such is kept.
        method, verdict = result[1].lower(), result[2].lower()
        if method not in told or (verdict == "pass" and told[method][0] != "pass"):
            told[method] = verdict, properties
    return told


def _domain(told: str) -> str:
    return told.strip("<>").rpartition("@")[2]


def _same(one: str, other: str) -> bool:
    """The same domain, or one under the other (RFC 7489, relaxed alignment)."""
    return bool(one and other) and (
        one == other or one.endswith(f".{other}") or (other.endswith(f".{one}") and "." in one)
    )


def _mail_address(recipient: object) -> str:
    found = said(held(recipient, "emailAddress"), "address").strip().lower()
    return found if _ADDRESS.fullmatch(found) else ""
