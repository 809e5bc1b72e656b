"""Every form of Snapchat's export that people have described says the same to us."""

from pathlib import Path

import pytest

from tests.bots.carried.zips import talks, told, zipped

HEI = ("2026-11-20T12:00:00.000+00:00", False, "hei", None)
SVAR = ("2026-11-20T12:01:00.500+00:00", True, "hei du", None)
MS, US = 1_795_176_060_500, 1_795_176_060_500_000


def item(**more: object) -> dict[str, object]:
    return {
        "From": "maya", "Media Type": "TEXT", "Created": "2026-11-20 12:00:00 UTC",
        "Content": "hei", "Conversation Title": None, "IsSender": False, "IsSaved": False,
        "Media IDs": "",
    } | more  # fmt: skip


ANSWER = {"From": "utekontakten", "Content": "hei du", "IsSender": True,
          "Created": "2026-11-20 12:01:00 UTC"}  # fmt: skip

SHAPES = {
    "by name": {"maya": [item(), item(**ANSWER, **{"Created(microseconds)": MS})]},
    "by conversation": {
        "0f9c2f1e-3f0e-4a9f-9a51-1d0a2d1c8d11": [
            item(), item(**ANSWER, **{"Created(microseconds)": MS}),
        ]
    },
    "really microseconds": {"maya": [item(), item(**ANSWER, **{"Created(microseconds)": US})]},
    "a number as text": {"maya": [item(), item(**ANSWER, **{"Created(microseconds)": str(MS)})]},
    "newest first": {"maya": [item(**ANSWER, **{"Created(microseconds)": MS}), item()]},
    "small letters": {
        "maya": [
            {"from": "maya", "mediaType": "TEXT", "created": "2026-11-20 12:00:00 UTC",
             "content": "hei", "isSender": False, "mediaIds": ""},
            {"from": "utekontakten", "mediaType": "TEXT", "created": "2026-11-20 12:01:00 UTC",
             "content": "hei du", "isSender": True, "createdMicroseconds": MS},
        ]
    },
    "two lists": {
        "Received Saved Chat History": [
            {"From": "maya", "Media Type": "TEXT", "Created": "2026-11-20 12:00:00 UTC",
             "Text": "hei"},
        ],
        "Sent Saved Chat History": [
            {"To": "maya", "Media Type": "TEXT", "Created": "2026-11-20 12:01:00 UTC",
             "Text": "hei du", "Created(microseconds)": MS},
        ],
    },
    "something odd among them": {
        "maya": [
            item(), 7, None, {}, item(Created="i dag"), item(IsSender="ja"),
            item(**{"Media Type": "STATUSERASEDMESSAGE", "Content": None}),
            item(Content=None), item(**{"Created(microseconds)": 10**19, "Created": ""}),
            item(**ANSWER, **{"Created(microseconds)": MS}),
        ],
        "en annen": "ingen liste",
    },
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_form_of_it_says_the_same(shape: object, tmp_path: Path) -> None:
    """Snap describes none of them, and has changed it twice."""
    (talk,) = talks(zipped(tmp_path, chat=shape))

    assert told(talk) == [HEI, SVAR]
    assert "maya" not in repr(talk)
    assert "hei" not in repr(talk)


def test_what_cannot_be_read_is_counted(tmp_path: Path) -> None:
    """Whoever imports must know that something is missing, and how much."""
    (talk,) = talks(zipped(tmp_path, chat=SHAPES["something odd among them"]))

    assert talk.odd == 8


@pytest.mark.parametrize(
    ("kind", "content", "shown"),
    [
        ("MEDIA", None, "photo"), ("IMAGE", None, "photo"), ("VIDEO", None, "video"),
        ("NOTE", None, "voice"), ("STICKER", None, "sticker"), ("SHARE", None, "unknown"),
        ("LOCATION", None, "location"), ("NOE_NYTT", None, "unknown"),
        ("SHARE", "https://eksempel.no", None),
    ],
)  # fmt: skip
def test_what_is_no_words_is_shown_as_what_it_was(
    kind: str, content: str | None, shown: str | None, tmp_path: Path
) -> None:
    """That she sent a picture is part of what happened, also when it is gone."""
    one = item(**{"Media Type": kind, "Content": content})
    (talk,) = talks(zipped(tmp_path, chat={"maya": [one]}))

    assert [(m.text, m.placeholder) for m in talk.messages] == [(content or "", shown)]


def test_snaps_stand_beside_the_words_without_any(tmp_path: Path) -> None:
    """They have a file of their own."""
    snap = {"From": "maya", "Media Type": "IMAGE", "Created": "2026-11-20 11:00:00 UTC",
            "IsSender": False}  # fmt: skip
    (talk,) = talks(zipped(tmp_path, chat={"maya": [item()]}, snaps={"maya": [snap]}))

    assert [each[3] for each in told(talk)] == ["photo", None]


def test_a_file_goes_with_its_message_by_its_id_or_by_its_time(tmp_path: Path) -> None:
    """And with no other: two messages must not both have the picture."""
    by_id = item(**{"Media Type": "MEDIA", "Content": None, "Media IDs": "abc~1 | abc~2"})
    by_time = item(**{"Media Type": "MEDIA", "Content": None, "Created": "2026-11-20 13:00:00 UTC"})
    neither = item(**{"Media Type": "MEDIA", "Content": None, "Created": "2026-11-20 14:00:00 UTC"})
    media = [
        ("chat_media/2026-11-20_abc~1.jpg", b"1", (2026, 1, 1, 0, 0, 0)),
        ("chat_media/2026-11-20_abc~2.png", b"2", (2026, 1, 1, 0, 0, 0)),
        ("chat_media/2026-11-20_xyz.mp4", b"3", (2026, 11, 20, 13, 0, 2)),
        ("chat_media/one.jpg", b"4", (2026, 11, 20, 14, 0, 0)),
        ("chat_media/two.jpg", b"5", (2026, 11, 20, 14, 0, 2)),
    ]
    path = zipped(tmp_path, chat={"maya": [by_time, by_id, neither]}, media=media)
    (talk,) = talks(path)

    every = sorted(talk.messages, key=lambda each: each.at)
    assert [[(m.type, m.body) for m in each.media] for each in every] == [
        [("image/jpeg", b"1"), ("image/png", b"2")], [("video/mp4", b"3")], [],
    ]  # fmt: skip
    assert all("abc" not in m.name for each in every for m in each.media)
    assert [each.placeholder for each in every] == [None, None, "photo"]


def test_an_export_in_several_parts_is_one(tmp_path: Path) -> None:
    """Snapchat cuts it where it will; the words and the pictures lie in different parts."""
    one = item(**{"Media Type": "MEDIA", "Content": None, "Media IDs": "abc"})
    first = zipped(tmp_path, chat={"maya": [one]}, name="mydata~1.zip")
    second = zipped(tmp_path, media=[("chat_media/b~abc.jpg", b"1", (2026, 1, 1, 0, 0, 0))],
                    name="mydata~2.zip")  # fmt: skip

    (talk,) = talks(second, first)

    assert [m.body for m in talk.messages[0].media] == [b"1"]


def test_the_same_export_read_again_has_the_same_keys(tmp_path: Path) -> None:
    """Else a second import would be a second journal. Two alike in one second are still two."""
    chat = {"maya": [item(), item(), item(**ANSWER)]}
    (first,), (again,) = talks(zipped(tmp_path, chat=chat)), talks(zipped(tmp_path, chat=chat))

    keys = [each.key for each in first.messages]
    assert keys == [each.key for each in again.messages]
    assert len(set(keys)) == 3


def test_the_busiest_talk_is_the_first(tmp_path: Path) -> None:
    """They go by number, for a name on a screen is a name on a screen."""
    chat = {"ola": [item()], "maya": [item(), item(**ANSWER)]}
    both = talks(zipped(tmp_path, chat=chat))

    assert [(talk.number, len(talk.messages)) for talk in both] == [(1, 2), (2, 1)]
