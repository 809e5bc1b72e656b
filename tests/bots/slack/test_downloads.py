"""A picture from a form is fetched from Slack itself, with our token, and from nowhere else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from bots.slack.calls import client
from bots.slack.downloads import fetched
from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref
from bridge.ports import SendFailed
from tests.bots.slack.scripted import Scripted, Told, no, scripted, yes

REF = Ref("C1/F1")


@dataclass(slots=True)
class Slack:
    told: Scripted
    session: aiohttp.ClientSession

    async def asked(self, url: object, *, limit: int = 100) -> bytes:
        self.told.answers["files.info"] = yes(file={"id": "F1", "url_private": url})
        return await fetched(client("xoxb-1", self.told.url, self.session), REF, limit=limit)


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with scripted() as told, aiohttp.ClientSession() as session:
        yield Slack(told, session)


async def refused(slack: Slack, url: object, *, limit: int = 100) -> tuple[Reason, bool]:
    with pytest.raises(SendFailed) as failed:
        await slack.asked(url, limit=limit)
    return failed.value.reason, failed.value.retry


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com.example.org/F1", "http://files.slack.com/F1", "file:///etc/passwd",
        "https://169.254.169.254/latest", "//files.slack.com/F1", "https://[", "", None, 7,
    ],
)  # fmt: skip
async def test_only_slack_itself_is_given_our_token(slack: Slack, url: object) -> None:
    """Whoever can make Slack say another address would have the whole workspace."""
    assert await refused(slack, url) == (Reason.GONE, False)
    assert [name for name, _ in slack.told.calls] == ["files.info"]


async def test_it_is_fetched_whole(slack: Slack) -> None:
    """Half a picture is evidence of nothing."""
    slack.told.answers["F1"] = Told(body=b"png", type="image/png")

    assert await slack.asked(f"{slack.told.url}F1") == b"png"
    assert await refused(slack, f"{slack.told.url}F1", limit=2) == (Reason.TOO_LARGE, False)


async def test_a_page_to_log_in_on_is_no_picture(slack: Slack) -> None:
    """Slack answers so where the token may not see the file; it may be let in again."""
    slack.told.answers["F1"] = Told(status=302, headers={"Location": "https://example.org/"})

    assert await refused(slack, f"{slack.told.url}F1") == (Reason.UNREACHABLE, True)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (no("file_deleted"), (Reason.GONE, False)),
        (no("file_not_found"), (Reason.GONE, False)),
        (no("ratelimited"), (Reason.BUSY, True)),
        (no("missing_scope"), (Reason.REVOKED, True)),
        (yes(), (Reason.GONE, False)),
        (Told(cut=True), (Reason.UNREACHABLE, True)),
    ],
)
async def test_what_is_gone_is_gone_and_the_rest_is_tried_again(
    slack: Slack, answer: Told, expected: tuple[Reason, bool]
) -> None:
    """Whoever believes that a picture is kept deletes it from the telephone."""
    slack.told.answers["files.info"] = answer
    with pytest.raises(SendFailed) as failed:
        await fetched(client("xoxb-1", slack.told.url, slack.session), REF, limit=100)
    assert (failed.value.reason, failed.value.retry) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Told(status=404), (Reason.GONE, False)),
        (Told(status=410), (Reason.GONE, False)),
        (Told(status=500), (Reason.UNREACHABLE, True)),
        (Told(status=403), (Reason.UNREACHABLE, True)),
        (Told(cut=True), (Reason.UNREACHABLE, True)),
    ],
)
async def test_a_file_that_does_not_come_is_known_not_to_have_come(
    slack: Slack, answer: Told, expected: tuple[Reason, bool]
) -> None:
    """Nothing is changed by reading, so it may be asked for again."""
    slack.told.answers["F1"] = answer

    assert await refused(slack, f"{slack.told.url}F1") == expected
