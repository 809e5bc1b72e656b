"""The rules in tests/conftest.py are themselves rules that can fail."""

import sys
from pathlib import Path

import pytest

from bridge import logs
from tests.conftest import NoEars

ROOT = Path(__file__).parents[2]

pytest_plugins = "pytester"


@pytest.fixture
def house(pytester: pytest.Pytester) -> pytest.Pytester:
    """A small house of its own, with our rules in it."""
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text())
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\nmarkers = slow: x")
    return pytester


def run(house: pytest.Pytester, ci: str, *options: str) -> pytest.RunResult:
    command = ["env", f"CI={ci}", f"PYTHONPATH={ROOT}", sys.executable, "-m", "pytest", *options]
    return house.run(*command)


def test_a_missing_part_is_said_locally_and_fails_in_ci(house: pytest.Pytester) -> None:
    """A check that is quietly left out where it counts protects nobody."""
    house.makepyfile("import pytest\ndef test_it():\n    pytest.skip('no database here')")

    run(house, "false", "-ra").assert_outcomes(skipped=1)
    run(house, "true", "-ra").assert_outcomes(failed=1)


def test_a_whole_file_left_out_fails_in_ci(house: pytest.Pytester) -> None:
    """Leaving out a whole file must be no way around the rule."""
    house.makepyfile("import pytest\npytest.importorskip('no_such_module_anywhere')")

    run(house, "true").assert_outcomes(errors=1)


def test_long_runs_wait_until_asked_for(house: pytest.Pytester) -> None:
    """`make test` must stay quick enough that people run it."""
    house.makepyfile("import pytest\n@pytest.mark.slow\ndef test_it():\n    pass")

    run(house, "true").assert_outcomes(deselected=1)
    run(house, "true", "--slow").assert_outcomes(passed=1)


def test_a_canary_in_our_own_log_fails_the_test_that_let_it_in(house: pytest.Pytester) -> None:
    """The fixture that guards a youth's words must not itself be deaf."""
    words = {
        "in_the_message": 'log.warning("said %s", "hemmelig")',
        "percent_encoded": 'log.debug("went to %s", "/bot%C3%A6rlig")',
        "nothing": 'log.debug("said %d", 3)',
    }
    tests = "\n".join(
        f"def test_{name}(no_ears):\n"
        f"    no_ears.listen_for('hemmelig', 'ærlig')\n"
        f"    log = logging.getLogger('bridge.here')\n"
        f"    logs._FOLDERS = (__file__,)\n"
        f"    {line}\n"
        for name, line in words.items()
    )
    house.makepyfile("import logging\nfrom bridge import logs\n" + tests)

    run(house, "false").assert_outcomes(passed=3, errors=2)


def test_ears_know_the_ways_a_word_is_written() -> None:
    """«blå» is still a youth's word when JSON, a URL or a hex dump has written it."""
    ears = NoEars()
    ears.listen_for("blå rev")

    for line in ("x blå rev y", '{"t":"bl\\u00e5 rev"}', "/q?t=bl%C3%A5%20rev", "626cc3a520726576"):
        assert ears.heard_in(line) == {"blå rev"}
    assert ears.heard_in("bla rev") == set()


def test_the_fixture_reads_our_own_lines_as_they_would_be_written(no_ears: NoEars) -> None:
    """A log line with only an id in it is no reason to fail."""
    no_ears.listen_for("hemmelig")
    logs.log.info("relayed conversation=%s chars=%d", "c_1", 8)
