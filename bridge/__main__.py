"""`utebru`: the one command."""

import gc
import sys
from typing import Final, cast

ABSENT: Final = ("httpx._main", "pydantic.v1")
"""
What libraries bring in where they find it, and are written to do without: httpx the command line
of its own (with rich, pygments and click), FastAPI the models of an older pydantic, to refuse
them. Five megabytes that nobody here asks for.
"""


def main() -> None:
    """What a start brings in stays; to look through it for what can go takes a quarter of it."""
    # «If the value is None, then a ModuleNotFoundError is raised» (import system, 5.3.1).
    modules = cast("dict[str, object]", sys.modules)
    for module in ABSENT:
        modules.setdefault(module, None)
    gc.disable()
    from bridge.program import app

    gc.freeze()
    gc.enable()
    app()


if __name__ == "__main__":
    main()
