"""What a caseworker typed in Slack, as the youth reads it."""

import pytest

from bots.slack.plain import plain
from tests.bots.slack.payloads import BOT

SAID = [
    ("hei", "hei"),
    ("<@U123> ringer deg", "en kollega ringer deg"),
    ("<@W123|kari.nordmann> ringer", "en kollega ringer"),
    ("spør <@U0BOT> igjen", "spør oss igjen"),
    ("<!channel> <!here> <!everyone>", "alle alle alle"),
    ("<!subteam^S12|@natteravnene>", "teamet"),
    ("<!date^1392734382^{date}|18. februar>", "18. februar"),
    ("<!date^1392734382^{date}>", "…"),
    ("<!noe^nytt|hemmelig>", "…"),
    ("se <#C024BE7LR|internt-rom>", "se et internt rom"),
    ("<https://nav.no>", "https://nav.no"),
    ("<https://nav.no|nav.no>", "https://nav.no"),
    ("<https://nav.no|her>", "her (https://nav.no)"),
    ("<https://x.no/?a=1&amp;b=2>", "https://x.no/?a=1&b=2"),
    ("<mailto:post@x.no|post@x.no>", "post@x.no"),
    ("<tel:+4712345678|+47 12 34 56 78>", "+47 12 34 56 78 (+4712345678)"),
    ("<javascript:alert(1)|trykk>", "trykk (javascript:alert(1))"),
    ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
    ("&amp;lt;!here&amp;gt;", "&lt;!here&gt;"),
    ("&lt;@U123&gt; skrevet for hånd", "<@U123> skrevet for hånd"),
    ("*fett* _skrått_ ~strøket~ `kode` :wave:", "*fett* _skrått_ ~strøket~ `kode` :wave:"),
    ("æøå 🙂 مرحبا \u202eabc", "æøå 🙂 مرحبا \u202eabc"),
    ("a < b", "a < b"),
    ("<>", ""),
]


@pytest.mark.parametrize(("typed", "read"), SAID)
def test_slacks_markup_stays_in_slack(typed: str, read: str) -> None:
    """An id, a room's name or a colleague's handle in a youth's chat exposes the team."""
    assert plain(typed, BOT) == read
