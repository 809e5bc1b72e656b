"""`utebru`: the one command."""

import gc


def main() -> None:
    """What a start brings in stays; to look through it for what can go takes a quarter of it."""
    gc.disable()
    from bridge.program import app

    gc.freeze()
    gc.enable()
    app()


if __name__ == "__main__":
    main()
