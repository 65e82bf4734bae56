"""Every exception of the package, on one page.

    CircularityError
    ├── UsageError            the call is wrong: unknown name, flag or path, query syntax   exit 2
    └── WorldError            the call is right, the world is not                           exit 3
        ├── MissingExtra      an optional package is not installed
        ├── ServerError       a database server is down, refuses, or dies half-way
        └── LimitReached      a limit was hit under --strict

Bad data is never an exception: it is a `circularity.problems.Problem`.
"""

from __future__ import annotations


class CircularityError(Exception):
    """Base of all. `exit_code` is what the command line returns for it."""

    exit_code = 3


class UsageError(CircularityError):
    exit_code = 2


class WorldError(CircularityError):
    exit_code = 3


class MissingExtra(WorldError):
    def __init__(self, extra: str, purpose: str) -> None:
        self.extra = extra
        super().__init__(f"{purpose} needs the extra [{extra}]: pip install 'circularity[{extra}]'")


class ServerError(WorldError):
    pass


class LimitReached(WorldError):
    pass
