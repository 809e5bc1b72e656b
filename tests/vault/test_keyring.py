"""The key file: what is in it opens everything, and what has left it opens nothing."""

import json
import stat
from pathlib import Path

import pytest

from bridge.keyring import FileKeyRing, KeyRingExposed, KeyRingUnreadable
from tests.contract.keyring_contract import KEY, KeyRingContract, Opened
from tests.vault.rig import ring_in


class TestFile(KeyRingContract):
    @pytest.fixture
    def opened(self, tmp_path: Path) -> Opened:
        return lambda: ring_in(tmp_path)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """A key that others can read is no key."""
    ring = ring_in(tmp_path)
    ring.add("p1")
    path = tmp_path / "ring.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    for mode in (0o640, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(KeyRingExposed):
            ring_in(tmp_path)
        with pytest.raises(KeyRingExposed):
            ring.wrap("p1", [KEY])


def test_a_ring_that_lies_with_the_data_is_refused(tmp_path: Path) -> None:
    """Who takes the data directory must not get the keys with it."""
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "way").symlink_to(data)
    for path in (data / "ring.json", data / "deep" / "ring.json", tmp_path / "way" / "ring.json"):
        with pytest.raises(KeyRingExposed):
            FileKeyRing.open(path, data_dir=data)
    assert list(data.iterdir()) == []


@pytest.mark.parametrize("held", ["", "{}", "[]", '{"finding": "x", "periods": {}}', "\x00"])
def test_a_broken_file_is_left_alone(tmp_path: Path, held: str) -> None:
    """Making a new ring over a damaged one would lose every youth's words."""
    path = tmp_path / "ring.json"
    path.write_text(held)
    path.chmod(0o600)
    with pytest.raises(KeyRingUnreadable):
        ring_in(tmp_path)
    assert path.read_text() == held


def test_what_a_crash_left_beside_the_file_goes(tmp_path: Path) -> None:
    """A half-written file holds keys that are to be gone."""
    ring = ring_in(tmp_path)
    (tmp_path / "ring.json.new").write_text("old keys")
    ring.add("p1")
    assert not (tmp_path / "ring.json.new").exists()
    assert set(json.loads((tmp_path / "ring.json").read_text())["periods"]) == {"p1"}
    assert (tmp_path / "ring.json.lock").stat().st_size == 0


def test_a_ring_shows_no_keys(tmp_path: Path) -> None:
    """A crash report holds the repr of everything nearby."""
    ring = ring_in(tmp_path)
    ring.add("p1")
    shown = repr(ring) + repr(vars(ring))
    for secret in json.loads((tmp_path / "ring.json").read_text())["periods"].values():
        assert secret not in shown
    assert "b'" not in shown
