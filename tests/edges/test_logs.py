"""Promise: no words, tokens or addresses in logs, at any level, whoever writes the line."""

import logging
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from bridge import logs
from tests.conftest import NoEars
from tests.edges import chatter

CANARIES = (chatter.TELEGRAM, chatter.SLACK, chatter.WORDS, chatter.ADDRESS, "canary")


def chatter_of(how: str) -> str:
    """Run the process where everything talks, and give all that came out of it."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.edges.chatter", how],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 1, "it ends in an error that nobody catches"
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def quiet() -> str:
    return chatter_of("quiet")


def test_nothing_a_youth_said_and_no_token_is_logged_at_debug(quiet: str) -> None:
    """Whoever reads the operator's logs must learn nothing about a youth, ever."""
    ears = NoEars()
    ears.listen_for(*CANARIES)

    assert ears.heard_in(quiet) == set()


def test_without_our_care_every_canary_would_have_been_heard() -> None:
    """The control: the same process with plain logging gives everything away."""
    ears = NoEars()
    ears.listen_for(*CANARIES)

    assert ears.heard_in(chatter_of("plain")) == set(CANARIES)


def test_every_library_still_says_that_something_happened_and_where(quiet: str) -> None:
    """Silence would leave whoever is on call with nothing to go by."""
    for name in ("httpx", "httpcore", "telegram", "slack_sdk", "sqlalchemy", "asyncio"):
        assert re.search(rf"(DEBUG|INFO|ERROR) {name}[\w.]* \w+\.py:\d+$", quiet, re.MULTILINE), (
            name
        )


def test_a_library_with_our_logger_in_hand_is_still_a_library(quiet: str) -> None:
    """The Slack client logs whole bodies, and it is given a logger of ours."""
    assert re.search(r"DEBUG bots\.slack \w+\.py:\d+$", quiet, re.MULTILINE)


def test_our_own_lines_keep_their_ids_and_counts(quiet: str) -> None:
    """On call at night, one needs to know which conversation."""
    line = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING bridge\.\S+ ", re.MULTILINE)

    # The lines of chatter.py are in the tests' folder, and so not ours.
    assert "DEBUG bridge.logs chatter.py:" in quiet
    assert line.search(quiet)


def test_an_error_says_its_types_and_places(quiet: str) -> None:
    """A failure can be found without anybody being quoted."""
    assert re.search(r"^  ValueError at edges/chatter\.py:\d+$", quiet, re.MULTILINE)
    assert re.search(r"^  after Refused at edges/chatter\.py:\d+ < ", quiet, re.MULTILINE)
    assert re.search(r"^  ExceptionGroup at nowhere\n  with ValueError at", quiet, re.MULTILINE)


@pytest.mark.parametrize(
    "said",
    [
        "CRITICAL bridge.logs stopped by an error",
        "ERROR bridge.logs a thread was stopped by an error",
        "ERROR bridge.logs an error nobody could be told of",
        "WARNING bridge.logs RuntimeWarning at edges/chatter.py:",
        "ERROR asyncio base_events.py:",
    ],
)
def test_what_nobody_catches_is_logged_all_the_same(quiet: str, said: str) -> None:
    """An error that vanishes is a message that is never sent."""
    assert said in quiet


def record(msg: object, *args: object) -> logging.LogRecord:
    here = logs.__file__
    return logs.discreet_record("bridge.logs", logging.INFO, here, 1, msg, args, None)


def test_an_exception_among_the_arguments_is_only_its_type() -> None:
    """`log.warning("…: %s", error)` is written in a hurry by everybody, once."""
    error = ValueError("hemmelig")

    assert record("failed %s of %d", error, 3).getMessage() == "failed ValueError of 3"
    assert record("failed %(why)s", {"why": error}).getMessage() == "failed ValueError"
    assert record(error).getMessage() == "ValueError"
    assert record("nothing to add").getMessage() == "nothing to add"


def test_nothing_of_an_exception_is_left_for_another_formatter_to_print() -> None:
    """A handler added later, by a library or a monitoring agent, formats as it likes."""
    try:
        chatter.broken()
    except chatter.Refused as error:
        info = (type(error), error, error.__traceback__)
        made = logs.discreet_record("x", logging.ERROR, __file__, 1, "a %s", ("b",), info)

    assert made.exc_info is None
    assert chatter.WORDS not in str(vars(made))


def test_an_unknown_level_is_refused() -> None:
    """A level misspelt must not mean silence; and nothing is changed on the way."""
    factory = logging.getLogRecordFactory()

    with pytest.raises(ValueError, match="DEBUG, INFO"):
        logs.configure("LOUD", StringIO())

    assert logging.getLogRecordFactory() is factory
