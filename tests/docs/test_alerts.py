"""The alert rules ring: what they ask of is told, and each says what somebody does about it."""

import re
from collections.abc import Mapping
from typing import Any, Final

import pytest
import yaml

from bridge.domain.backlog import Step
from bridge.domain.delivery import Move, Reason
from bridge.metering import Meter
from casestore.metrics import STEPS, families_of
from tests.edges.test_metering import HEALTH
from tests.support.metrics import families
from tests.support.pages import ROOT

FILE: Final = ROOT / "docs" / "alerts.yml"
RULES: Final[list[Mapping[str, Any]]] = [
    rule for group in yaml.safe_load(FILE.read_text())["groups"] for rule in group["rules"]
]
NAME: Final = re.compile(r"\b(?:utebru|process)_[a-z_]+\b")
DURATION: Final = re.compile(r"[0-9]+[smhd]")
JOBS: Final = {"utebru-bro", "utebru-journal"}
PASSING: Final = {Step.HELD, Step.SENDING}
"""What somebody is at work on, for seconds; when nobody is any longer, it is another step."""


def told() -> set[str]:
    """Every name that a query can ask for, by the expositions themselves."""
    meter = Meter()
    bridge = list(families(meter.exposition(HEALTH).decode()))
    names: set[str] = set()
    for family in [*bridge, *families_of({}, {})]:
        names |= {
            "gauge": {family.name},
            "counter": {f"{family.name}_total"},
            "histogram": {f"{family.name}_{part}" for part in ("bucket", "sum", "count")},
        }[family.type]
    return names


def expression(rule: Mapping[str, Any]) -> str:
    found = rule["expr"]
    assert isinstance(found, str)
    return found


def values(rule: Mapping[str, Any], label: str) -> set[str]:
    """What a rule picks out by one label, where it can be read out of the pattern."""
    found: set[str] = set()
    for pattern in re.findall(rf'{label}=~?"([^"]+)"', expression(rule)):
        head, _, inner = pattern.partition("(")
        found |= (
            {f"{head}{each}" for each in inner.rstrip(")").split("|")}
            if inner
            else {*pattern.split("|")}
        )
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_what_a_rule_asks_of_is_told(rule: Mapping[str, Any]) -> None:
    """A rule on a name that nobody tells is silent for ever, and looks as if all were well."""
    asked = set(NAME.findall(expression(rule)))

    assert asked <= told()
    assert asked or set(re.findall(r'job="([^"]+)"', expression(rule))) <= JOBS
    of_record = {waits.step for waits in STEPS}
    assert values(rule, "step") <= of_record | set(Step)
    assert values(rule, "outcome") <= {*Reason, Move.ACCEPTED, Move.FOUND}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_is_one_that_prometheus_reads(rule: Mapping[str, Any]) -> None:
    """A file with one mistake is refused whole, and then nothing rings."""
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Utebru[A-Za-z]+", rule["alert"])
    assert DURATION.fullmatch(rule.get("for", "0s"))
    assert rule["labels"].keys() == {"severity"}
    assert rule["labels"]["severity"] in {"critical", "warning"}
    for opens, closes in ("()", "{}", "[]"):
        assert expression(rule).count(opens) == expression(rule).count(closes)
    assert all(DURATION.fullmatch(over) for over in re.findall(r"\[(.*?)\]", expression(rule)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_says_what_is_wrong_and_what_to_do(rule: Mapping[str, Any]) -> None:
    """Whoever is woken by it has not read anything else."""
    assert rule["annotations"].keys() == {"summary", "action"}
    assert all(len(text) > 20 for text in rule["annotations"].values())
    # A label that the expression does not keep would stand there as nothing.
    for label in re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())):
        kept = re.search(r"by \(([^)]*)\)", expression(rule))
        assert kept is not None
        assert label in kept[1].split(", ")


def test_no_two_rules_go_by_one_name() -> None:
    names = [rule["alert"] for rule in RULES]

    assert len(names) == len(set(names))


def test_every_step_at_which_something_can_stop_has_a_rule() -> None:
    """What waits where nobody is told of it waits for ever."""
    covered = {step for rule in RULES for step in values(rule, "step")}

    assert covered >= set(Step) - PASSING
    assert covered >= {waits.step for waits in STEPS} - {
        "transfer_under_way",  # a talk that is still open
        "transfer_forgotten",  # as the bridge's own: wiping
        "registration_refused",  # whoever wrote it down sees it on their own page
    }
