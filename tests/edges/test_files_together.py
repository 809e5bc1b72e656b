"""Which files of a talk go to the case record in one call."""

from typing import cast

import pytest

from bridge.domain.canonical import Document, Value
from bridge.handover.files import AT_ONCE, TOGETHER, groups

MEGABYTE = 1024 * 1024


def document(*sizes: int) -> Document:
    """A message for each of its files."""
    messages: list[Value] = [
        {
            "attachments": [
                {"id": f"a_{n}", "name": "x", "type": "a/b", "size": size, "sha256": "f" * 64}
            ]
        }
        for n, size in enumerate(sizes)
    ]
    return {"messages": messages}


@pytest.mark.parametrize(
    ("sizes", "counts"),
    [
        ([], []),
        ([1], [1]),
        ([0] * (AT_ONCE + 1), [AT_ONCE, 1]),
        ([TOGETHER - 1, 1, 1], [2, 1]),
        ([MEGABYTE] * 9, [4, 4, 1]),
        ([1, 20 * MEGABYTE, 1], [1, 1, 1]),
    ],
)
def test_no_more_files_go_together_than_may_be_in_memory(
    sizes: list[int], counts: list[int]
) -> None:
    """However many a talk has, the bridge holds no more of them at once than one large one."""
    found = list(groups(document(*sizes)))

    assert [len(group) for group in found] == counts
    assert [each.id for group in found for each in group] == [f"a_{n}" for n in range(len(sizes))]


def test_a_file_that_stands_twice_is_put_once() -> None:
    """One that an edited message still has is the same file."""
    (message,) = cast("list[Document]", document(1)["messages"])

    assert [len(group) for group in groups({"messages": [message, message]})] == [1]


def test_a_contact_has_no_files() -> None:
    assert not list(groups({"count_attachments": 3}))
