"""Reading `/metrics` as Prometheus does, with its own parser."""

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

ORDER: Final = (
    "channel",
    "chain",
    "source",
    "step",
    "of",
    "times",
    "to",
    "outcome",
    "status",
    "le",
)


def families(text: str) -> Iterator[Metric]:
    yield from text_string_to_metric_families(text)


def ours(text: str) -> dict[str, float]:
    """What is Utebru's own: each sample by its name and what its labels say, and only once."""
    found: dict[str, float] = {}
    for family in families(text):
        for sample in family.samples:
            if not sample.name.startswith("utebru_"):
                continue
            name = " ".join((sample.name, *_labels(sample.labels)))
            assert name not in found
            found[name] = sample.value
    return found


def _labels(labels: Mapping[str, str]) -> Iterator[str]:
    """In the order that they are read in, and none but those that somebody has looked at."""
    assert labels.keys() <= set(ORDER)
    yield from (labels[name] for name in ORDER if name in labels)


def waiting(text: str) -> dict[str, float]:
    """Only what there is any of, as `step of`."""
    prefix = "utebru_waiting "
    return {
        name.removeprefix(prefix): value
        for name, value in ours(text).items()
        if name.startswith(prefix) and value
    }
