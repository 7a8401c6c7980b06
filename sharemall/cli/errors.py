"""How a command ends: 0 done, 1 refused, 2 bad input; what went wrong is one line."""

import sys
from typing import NoReturn

DONE, REFUSED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


class Refused(Exception):
    """The command was understood and is not carried out; the text says what to do."""

    code = REFUSED


class BadInput(Exception):
    """What was given cannot be worked on; the text says what and where."""

    code = BAD_INPUT


def end(error: BaseException) -> NoReturn:
    """Say the error in one line on stderr and end with its exit code."""
    text, code = explain(error)
    if text:
        print(f"sharemall: {' '.join(text.split())}", file=sys.stderr)  # noqa: T201
    sys.exit(code)


def explain(error: BaseException) -> tuple[str, int]:
    """The sentence and the exit code of an error, looked up by its class's name.

    By name, so that a replay need not import the database to know the database's errors.
    """
    if isinstance(error, Refused | BadInput):
        return str(error), error.code
    if isinstance(error, KeyboardInterrupt):
        return "stopped", INTERRUPTED
    if hasattr(error, "format_message"):  # a usage error of the command line's library
        return f"{error.format_message()} (see --help)", BAD_INPUT
    names = {cls.__name__ for cls in type(error).__mro__}
    for name, (sentence, code) in SENTENCES.items():
        if name in names:
            return sentence.format(error=error, path=getattr(error, "filename", "")), code
    return f"{type(error).__name__}: {error} (--debug shows where)", REFUSED


SENTENCES = {
    # engine
    "InputError": ("{error}", BAD_INPUT),
    "OverflowStop": ("{error}", BAD_INPUT),
    "Abort": ("stopped", INTERRUPTED),
    # simulations
    "BrokenProcessPool": (
        "a process of the simulation was killed, perhaps for its memory: try fewer --processes",
        REFUSED,
    ),
    # files
    "FileNotFoundError": (
        "there is no {path}, or no folder for it: check the path",
        BAD_INPUT,
    ),
    "IsADirectoryError": ("{path} is a folder: name a file", BAD_INPUT),
    "NotADirectoryError": ("{path} is not a folder", BAD_INPUT),
    "PermissionError": ("may not open {path}: check its owner and rights", BAD_INPUT),
    "UnicodeDecodeError": ("the file is not UTF-8 text: {error}", BAD_INPUT),
    # the mall
    "PostgresError": ("{error}", REFUSED),
    "LedgerClosed": (
        "there is no mall here yet: run `sharemall init` or `sharemall demo`",
        REFUSED,
    ),
    "AlreadyOpen": ("there is a mall here already: set SHAREMALL_DATA to a new folder", REFUSED),
    "DayNotClosable": ("{error}", REFUSED),
    "Busy": ("another process imports the same file: let it end", REFUSED),
    "NoCitus": ("{error}", REFUSED),
    "BrandRefused": ("{error}", BAD_INPUT),
    # the database
    "OperationalError": ("the database does not answer: {error}", REFUSED),
    "ProgrammingError": (
        "the database is not up to date, run `sharemall migrate`: {error}",
        REFUSED,
    ),
}
