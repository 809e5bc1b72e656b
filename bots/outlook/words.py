"""
What a mail says, as plain text: its HTML read, what it quotes and its trailers left out.

Nothing that somebody has written may be lost here. What is taken away is what no person wrote
(scripts, what an app adds), what is hidden from whoever reads, and what we have said ourselves.
"""

import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from bots.values import whole

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

UNSEEN: Final = (
    "script, style, head, template, noscript, [hidden], "
    '[style*="display:none" i], [style*="display: none" i]'
)
"""What nobody sees who reads the mail in an app."""

LINES: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "header", "hr", "li", "main", "nav", "ol", "pre", "section",
    "table", "tr", "ul",
})  # fmt: skip
"""Begins and ends a line (HTML, «Rendering»)."""

PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
CELLS: Final = frozenset({"td", "th"})

MANY: Final = 20_000
"""Tags, beyond which a mail is not a person's; nested in each other, they take minutes to read."""

SENT_FROM: Final = re.compile(
    r"(?:sendt fra|sendt frå|sent from|skickat från|hent outlook for|get outlook for|"
    r"last ned outlook for)\b.{0,120}",
    re.IGNORECASE,
)
"""What an app signs with; no person's words stand below it."""

ATTRIBUTION: Final = re.compile(
    r"(?=.*(?:\b20\d\d\b|@))(?:den|on|am|le)\b.*\b(?:skrev|skreiv|wrote|schrieb|écrit)\b.*:",
    re.IGNORECASE,
)
"""«Den man. 23. nov. 2026 kl. 10:04 skrev Utekontakten <…>:», over what is quoted."""

LONGEST: Final = 3
"""Lines that an attribution may be broken into, none longer than `WIDEST`."""
WIDEST: Final = 300

_OPENED: Final = re.compile(r"<([a-zA-Z][a-zA-Z0-9:]*)")
_TAG: Final = re.compile(r"</?[a-zA-Z!][^<>]*>")
_VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr",
})  # fmt: skip
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_LINK: Final = re.compile(r"https?://", re.IGNORECASE)


def plain(text: str) -> str:
    """As it was written, with the newlines of one kind."""
    return whole(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n\ufeff")


def of_html(markup: str) -> str:
    """The words of `markup`, in lines as they would be read. Never raises."""
    markup = whole(markup)
    if _many(markup) > MANY:
        return _tidy(html.unescape(_TAG.sub(" ", markup)))
    from selectolax.lexbor import LexborHTMLParser  # large, and many teams have no mailbox

    tree = LexborHTMLParser(markup)
    for node in tree.css(UNSEEN):
        node.decompose()
    return "" if tree.root is None else _tidy("".join(_told(tree.root)))


def without_trailers(text: str) -> str:
    """`text` without what an app has put below it; unless there is nothing else in it."""
    lines = text.split("\n")
    end = len(lines)
    while (above := _above(lines, end)) < end:
        end = above
    left = "\n".join(lines[:end]).rstrip()
    return left or text


def _above(lines: Sequence[str], end: int) -> int:
    """Where what stands last begins, if an app has put it there; else `end`."""
    last = _filled(lines, end)
    if last and SENT_FROM.fullmatch(lines[last - 1].strip()[: WIDEST + 1]):
        return last - 1
    quoted = last
    while quoted and (lines[quoted - 1].lstrip().startswith(">") or not lines[quoted - 1].strip()):
        quoted -= 1
    for first in range(max(0, quoted - LONGEST), quoted):
        broken = [line.strip() for line in lines[first:quoted]]
        if max(map(len, broken)) <= WIDEST and ATTRIBUTION.fullmatch(" ".join(broken)):
            return first
    return end


def _filled(lines: Sequence[str], end: int) -> int:
    """`end`, or further up, so that the line above it is not empty."""
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _told(root: "LexborNode") -> Iterator[str]:
    """Text and line breaks, from the first node to the last; however deep they are nested."""
    node: LexborNode | None = root
    while node is not None:
        yield _entered(node)
        if node.child is not None:
            node = node.child
            continue
        while node is not None:
            yield _left(node)
            if node.mem_id == root.mem_id:
                return
            if node.next is not None:
                node = node.next
                break
            node = node.parent


def _entered(node: "LexborNode") -> str:
    tag = node.tag or ""
    if tag == "-text":
        text = node.text_content or ""
        in_pre = node.parent is not None and node.parent.tag == "pre"
        return text if in_pre else _BLANKS.sub(" ", text)
    if tag in PARAGRAPHS:
        return "\n\n"
    if tag == "li":
        return "\n• "
    return "\n" if tag in LINES or tag == "br" else ""


def _left(node: "LexborNode") -> str:
    tag = node.tag or ""
    if tag in PARAGRAPHS:
        return "\n\n"
    if tag in CELLS:
        return "  "
    if tag == "a":
        return _target(node)
    return "\n" if tag in LINES else ""


def _target(link: "LexborNode") -> str:
    """Where a link leads, if its words do not say; what is clicked on is not what is read."""
    target = (link.attributes.get("href") or "").strip()
    shown = link.text().strip()
    if not _LINK.match(target) or _LINK.match(shown) or target.endswith(f"//{shown}"):
        return ""
    return f" <{target}>" if shown else target


def _tidy(text: str) -> str:
    """Blanks at the ends of lines, and more than one empty line, say nothing."""
    lines = [line.replace("\xa0", " ").strip(" \t\u200b\ufeff") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _many(markup: str) -> int:
    """How many tags are opened, and so at the most how deep they are nested."""
    return sum(tag.lower() not in _VOID for tag in _OPENED.findall(markup))
