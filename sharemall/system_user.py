"""The system user that runs PostgreSQL when root starts it: PostgreSQL refuses to run as root.

It gets no more than it needs: to pass through the folders above its data and its program, by an
entry of their access lists, without opening them to anybody else.
"""

import os
import pwd
import stat
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

NAME = "sharemall"

# The layout of a POSIX access list in its extended attribute: version, then (tag, rights, id).
ATTRIBUTE = "system.posix_acl_access"
HEADER = struct.Struct("<I")
ENTRY = struct.Struct("<HHI")
OWNER, NAMED_USER, GROUP, NAMED_GROUP, MASK, OTHER = 1, 2, 4, 8, 16, 32
NOBODY_IN_PARTICULAR = 0xFFFFFFFF
PASS_THROUGH = 1

Entry = tuple[int, int, int]


class UnreachableError(Exception):
    """The system user cannot get there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user to run PostgreSQL as."""

    uid: int
    gid: int


def for_postgres() -> Account | None:
    """Who runs PostgreSQL: None is whoever runs this process, unless that is root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _add()
        entry = pwd.getpwnam(NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def let_reach(account: Account, folder: Path) -> None:
    """Let the account pass through every folder above `folder`.

    Raises UnreachableError where that cannot be arranged.
    """
    if _enters(account, folder):
        return
    for parent in reversed(folder.parents):
        if not _enters(account, parent):
            _add_pass(account, parent)
    if not _enters(account, folder):
        closed = next(p for p in [*reversed(folder.parents), folder] if not _enters(account, p))
        raise UnreachableError(
            f"the system user {NAME}, which runs PostgreSQL for root, cannot enter {closed}: "
            "move the project and SHAREMALL_DATA elsewhere (such as /srv), or run as another user"
        )


def let_run(account: Account, program: Path) -> None:
    """Let the account run a program of the environment."""
    let_reach(account, program.parent)
    if _allowed(account, str(program), "--version"):
        return
    for path in [program.parent.parent, *program.parent.parent.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            through = 0o055 if path.is_dir() or mode & stat.S_IXUSR else 0o044
            path.chmod(mode | through)
    if not _allowed(account, str(program), "--version"):
        raise UnreachableError(f"the system user {NAME} cannot run {program}: run as another user")


def _add() -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise UnreachableError(
            f"PostgreSQL does not run as root, and the user {NAME} cannot be added: "
            "run as another user"
        ) from error


def _enters(account: Account, folder: Path) -> bool:
    return _allowed(account, "/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder))


def _allowed(account: Account, *command: str) -> bool:
    try:
        result = subprocess.run(
            command,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
        )
    except OSError:
        return False
    return result.returncode == 0


def _add_pass(account: Account, folder: Path) -> None:
    entries = _access_list(folder)
    others = [entry for entry in entries if (entry[0], entry[2]) != (NAMED_USER, account.uid)]
    mask = next((e[1] for e in others if e[0] == MASK), _rights(others, GROUP))
    wanted = [
        *(entry for entry in others if entry[0] != MASK),
        (NAMED_USER, PASS_THROUGH, account.uid),
        (MASK, mask | PASS_THROUGH, NOBODY_IN_PARTICULAR),
    ]
    packed = HEADER.pack(2) + b"".join(ENTRY.pack(*entry) for entry in sorted(wanted, key=_order))
    try:
        os.setxattr(folder, ATTRIBUTE, packed)
    except OSError:
        return  # no access lists here: let_reach says so
    print(  # noqa: T201
        f"PostgreSQL's system user {NAME} may now pass through {folder}.", file=sys.stderr
    )


def _order(entry: Entry) -> tuple[int, int]:
    return entry[0], entry[2]


def _rights(entries: list[Entry], tag: int) -> int:
    return next(rights for kind, rights, _ in entries if kind == tag)


def _access_list(folder: Path) -> list[Entry]:
    try:
        packed = os.getxattr(folder, ATTRIBUTE)
    except OSError:
        mode = folder.stat().st_mode
        return [
            (OWNER, mode >> 6 & 7, NOBODY_IN_PARTICULAR),
            (GROUP, mode >> 3 & 7, NOBODY_IN_PARTICULAR),
            (OTHER, mode & 7, NOBODY_IN_PARTICULAR),
        ]
    return [(tag, rights, who) for tag, rights, who in ENTRY.iter_unpack(packed[HEADER.size :])]
