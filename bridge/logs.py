"""
What is written about what happens: ids and counts, never anybody's words.

Rule 1: what a record must not say is taken out when the record is made, so that no handler
that anybody adds, at any level, can print it.
Rule 2: only lines of ours, in our own loggers, keep their message. A library handed one of
our loggers is still a library: it logs addresses with tokens in them, and whole bodies.
Rule 3: an exception is its type and where it was, whoever raised it. Its text may quote.
"""

import logging
import sys
import threading
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Final, TextIO

OURS: Final = ("bridge", "bots", "casestore")
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_HOME: Final = Path(__file__).parent.parent
_FOLDERS: Final = tuple(f"{_HOME / name}/" for name in OURS)

Args = tuple[object, ...] | Mapping[str, object] | None
ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None
)

log = logging.getLogger(__name__)


def configure(level: str, stream: TextIO) -> None:
    """
    Write every log line of this process to `stream`, without words.

    For the command alone: it changes the whole process. Whoever starts uvicorn passes
    `log_config=None`, so that its lines come here too. Raises `ValueError` for a bad level.
    """
    if level not in LEVELS:
        raise ValueError("the log level is one of " + ", ".join(LEVELS))
    logging.setLogRecordFactory(discreet_record)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_one_line())
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    # A handler that fails prints the record it failed on, arguments and all.
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread
    warnings.showwarning = _warned


def discreet_record(
    name: str,
    level: int,
    pathname: str,
    lineno: int,
    msg: object,
    args: Args,
    exc_info: ExcInfo,
    func: str | None = None,
    sinfo: str | None = None,
    **rest: object,
) -> logging.LogRecord:
    """Make a log record that has nothing to give away."""
    record = logging.LogRecord(
        name, level, pathname, lineno, msg, args, exc_info, func, sinfo, **rest
    )
    if _is_ours(record):
        record.args = _without_texts(record.args)
        if isinstance(record.msg, BaseException):
            record.msg = type(record.msg).__name__
    else:
        record.msg, record.args = f"{record.filename}:{record.lineno}", ()
    error = record.exc_info[1] if record.exc_info else None
    record.exc_info = None
    record.exc_text = told(error) if error is not None else None
    return record


def told(error: BaseException) -> str:
    """An exception with all that led to it and was inside it: types and places, no text."""
    lines: list[str] = []
    _tell(error, lines, set(), "")
    return "\n".join(lines)


def _tell(error: BaseException, lines: list[str], seen: set[int], before: str) -> None:
    if id(error) in seen:
        return
    seen.add(id(error))
    places = " < ".join(reversed(_places(error.__traceback__))) or "nowhere"
    lines.append(f"  {before}{type(error).__qualname__} at {places}")
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            _tell(inner, lines, seen, "with ")
    led_here = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if led_here is not None:
        _tell(led_here, lines, seen, "after ")


def _places(traceback: TracebackType | None) -> list[str]:
    return [f"{_short(frame.f_code.co_filename)}:{line}" for frame, line in walk_tb(traceback)]


def _short(filename: str) -> str:
    return "/".join(Path(filename).parts[-2:])


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.split(".", 1)[0] in OURS and record.pathname.startswith(_FOLDERS)


def _without_texts(args: Args) -> Args:
    if isinstance(args, Mapping):
        return {key: _typed(value) for key, value in args.items()}
    return args and tuple(_typed(value) for value in args)


def _typed(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _one_line() -> logging.Formatter:
    formatter = logging.Formatter(
        "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    return formatter


def _uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("stopped by an error", exc_info=(kind, error, traceback))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and args.exc_type is not SystemExit:
        log.error("a thread was stopped by an error", exc_info=args.exc_value)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    log.error("an error nobody could be told of", exc_info=args.exc_value)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del message, file, line  # they may quote; the place is enough
    log.warning("%s at %s:%d", category.__name__, _short(filename), lineno)
