"""Utebru as `utebru serve` runs it, the case store inside; nothing is taken from it."""

import os
import sys
from pathlib import Path

from benchmarks.contestants.surroundings import environment
from bridge.__main__ import main

if __name__ == "__main__":
    os.environ.update(environment(Path(os.environ["BENCH_PLACE"])))
    sys.argv[1:] = ["serve"]
    main()
