"""
What every key ring promises, wherever its keys lie.

A test class inherits these scenes and says, with a fixture `opened`, how one process opens it.
"""

from collections.abc import Callable

import pytest

from bridge.ports import KeyGone, KeyRing

Opened = Callable[[], KeyRing]
KEY = bytes(range(32))


class KeyRingContract:
    """`opened` gives the same ring each time, as another process would see it."""

    @pytest.fixture
    def ring(self, opened: Opened) -> KeyRing:
        return opened()

    def test_a_wrapped_key_comes_back_for_as_long_as_its_period_is_here(
        self, ring: KeyRing
    ) -> None:
        """Nobody can read a youth's words once the key is dropped, not even we."""
        ring.add("p1")
        ring.add("p2")
        [wrapped] = ring.wrap("p1", [KEY])

        assert ring.unwrap("p1", wrapped) == KEY
        assert KEY not in wrapped
        with pytest.raises(KeyGone):
            ring.unwrap("p2", wrapped)

        ring.drop("p1")
        ring.drop("p1")
        assert ring.periods() == {"p2"}
        with pytest.raises(KeyGone):
            ring.unwrap("p1", wrapped)
        with pytest.raises(KeyGone):
            ring.wrap("p1", [KEY])

    def test_a_period_that_comes_back_opens_nothing_of_the_old(self, ring: KeyRing) -> None:
        """What Maya was told is gone stays so, whatever a late process does."""
        ring.add("p1")
        [wrapped] = ring.wrap("p1", [KEY])
        ring.drop("p1")
        ring.add("p1")
        with pytest.raises(KeyGone):
            ring.unwrap("p1", wrapped)

    def test_what_somebody_has_changed_is_not_taken_for_a_key(self, ring: KeyRing) -> None:
        """Words encrypted under half a key would be lost, or read by another."""
        ring.add("p1")
        [wrapped] = ring.wrap("p1", [KEY])
        for changed in (wrapped[:-1] + bytes([wrapped[-1] ^ 1]), wrapped[:-1], b""):
            with pytest.raises(KeyGone):
                ring.unwrap("p1", changed)
        assert ring.unwrap("p1", wrapped) == KEY

    def test_no_two_wrappings_look_alike(self, ring: KeyRing) -> None:
        """A nonce that comes twice gives both keys away."""
        ring.add("p1")
        assert len(set(ring.wrap("p1", [KEY] * 50))) == 50

    def test_a_restart_finds_the_same_keys_and_the_same_marks(
        self, ring: KeyRing, opened: Opened
    ) -> None:
        """Or every youth would be a stranger after each deployment."""
        ring.add("p1")
        [wrapped], [mark] = ring.wrap("p1", [KEY]), ring.fingerprints(["tg-1"])

        again = opened()

        assert again.unwrap("p1", wrapped) == KEY
        assert again.fingerprints(["tg-2", "tg-1"])[1] == mark
        assert again.fingerprints(["tg-2"]) != [mark]
        assert len(mark) == 64

    def test_each_of_many_gets_its_own_in_the_order_they_were_told(self, ring: KeyRing) -> None:
        """A key under another's name would open nobody's words."""
        ring.add("p1")
        keys = [bytes([n]) * 32 for n in range(5)]

        wrapped = ring.wrap("p1", keys)
        marks = ring.fingerprints([f"tg-{n}" for n in range(5)])

        assert [ring.unwrap("p1", each) for each in wrapped] == keys
        assert [ring.fingerprints([f"tg-{n}"]) for n in range(5)] == [[mark] for mark in marks]
        assert len(set(marks)) == 5
        assert ring.wrap("p1", []) == []
        assert ring.fingerprints([]) == []

    def test_half_a_character_can_be_found_again_too(self, ring: KeyRing) -> None:
        """A platform's mistake must not stop words."""
        assert ring.fingerprints(["\ud83d"]) != ring.fingerprints([""])

    def test_adding_a_period_twice_keeps_its_key(self, ring: KeyRing) -> None:
        """A rotation that crashed is done again, and must find the key that it had made."""
        ring.add("p1")
        [wrapped] = ring.wrap("p1", [KEY])
        ring.add("p1")
        assert ring.unwrap("p1", wrapped) == KEY

    def test_what_one_process_changes_the_others_see(self, opened: Opened) -> None:
        """A key that one has dropped must leave everybody's memory."""
        ours, theirs = opened(), opened()
        ours.add("p1")
        [wrapped] = theirs.wrap("p1", [KEY])
        theirs.add("p2")
        ours.drop("p1")
        with pytest.raises(KeyGone):
            theirs.unwrap("p1", wrapped)
        assert ours.periods() == {"p2"}
