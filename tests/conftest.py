"""What holds for every test: what may be left out, what chance may do, what must not be heard."""

import json
import logging
import os
from collections.abc import Generator, Iterator
from urllib.parse import quote

import pytest
from hypothesis import settings

from bridge import logs
from tests.support.memory import roomy
from tests.support.softhsm import Hsm, softhsm

# The same examples on every machine: a red test is red for everybody, and stays red.
settings.register_profile("utebru", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("utebru")

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

SkippedReport = pytest.TestReport | pytest.CollectReport


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run what takes long")


def pytest_configure() -> None:
    """Let the files of tests lie in memory, unless somebody has said where."""
    if memory := roomy():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long runs for those who ask for them, and let those take their time."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    if config.getoption("--slow"):
        for item in slow:
            item.add_marker(pytest.mark.timeout(0))
        return
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _must_not_be_left_out(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _must_not_be_left_out(report)
    return report


def _must_not_be_left_out(report: SkippedReport) -> None:
    """Where a part is missing a test may skip, loudly (-ra); where CI=true it fails instead."""
    if IN_CI and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"left out, which CI does not accept: {report.longrepr}"


@pytest.fixture(scope="session")
def hsm() -> Iterator[Hsm]:
    """Where keys lie in a token; one for the whole run (tests/support/softhsm.py)."""
    with softhsm() as found:
        if found is None:
            pytest.skip("no SoftHSM: make softhsm, or install softhsm2")
        yield found


class NoEars:
    """What must not be heard in any log, however it is written there."""

    def __init__(self) -> None:
        self._canaries: set[str] = set()

    def listen_for(self, *canaries: str) -> None:
        self._canaries.update(canaries)

    def heard_in(self, line: str) -> set[str]:
        return {canary for canary in self._canaries if any(way in line for way in _ways(canary))}


def _ways(canary: str) -> set[str]:
    quoted = {canary, repr(canary), json.dumps(canary), quote(canary, safe="")}
    return {way.strip("'\"") for way in quoted} | {canary.encode().hex()}


@pytest.fixture
def no_ears(caplog: pytest.LogCaptureFixture) -> Iterator[NoEars]:
    """
    Fail the test if a canary it names reaches any log at DEBUG, as production would write it.

    Foreign lines are made as `bridge.logs` makes them, so what a library would have said is
    not held against us, and what we say is.
    """
    ears, factory = NoEars(), logging.getLogRecordFactory()
    logging.setLogRecordFactory(logs.discreet_record)
    caplog.set_level(logging.DEBUG)
    try:
        yield ears
    finally:
        logging.setLogRecordFactory(factory)
    # Not `caplog.text`: in teardown it holds the teardown's own records only.
    for phase in ("setup", "call"):
        for record in caplog.get_records(phase):
            line = f"{record.getMessage()} {record.exc_text or ''}"
            if heard := ears.heard_in(line):
                where = f"{record.name} at {record.filename}:{record.lineno}"
                pytest.fail(f"{len(heard)} canaries were heard in {where}")
