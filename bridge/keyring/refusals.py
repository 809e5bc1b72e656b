"""Why there are no keys to be had from a token."""


class KeyRingSilent(Exception):
    """The token does not answer, or does not let us in. Nothing is known to be gone."""


class KeyRingUnprepared(Exception):
    """The token has not the one key that things are found again under."""
