"""What the environment decides: mode, data folder, database, secrets."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import dj_database_url

PACKAGE = Path(__file__).resolve().parent
PROJECT = PACKAGE.parent


def mode() -> str:
    """`demo` (the default) or `live`."""
    value = os.environ.get("SHAREMALL_MODE", "demo")
    if value not in ("demo", "live"):
        raise SystemExit(f"SHAREMALL_MODE is {value!r}: set it to demo or live")
    return value


def data_dir() -> Path:
    """The folder of the embedded database, media and logs; two folders are two malls."""
    return Path(os.environ.get("SHAREMALL_DATA", PROJECT / "var")).resolve()


def secret_key() -> str:
    """Django's secret: from the environment, or (demo) made once and kept in the data folder."""
    from_environment = os.environ.get("SHAREMALL_SECRET_KEY")
    if from_environment or mode() == "live":
        return from_environment or ""
    path = data_dir() / "secret_key"
    if not path.exists():
        _make_secret(path)
    return path.read_text()


def _make_secret(path: Path) -> None:
    """Two processes may start at once: the file appears whole, and the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"secret_key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def log_file() -> Path:
    """Where the mall logs to; several processes append to it, a line at a time."""
    folder = data_dir() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "mall.log"


def allowed_hosts() -> list[str]:
    """Host names this mall answers to, comma-separated in SHAREMALL_HOSTS."""
    return os.environ.get("SHAREMALL_HOSTS", "127.0.0.1,localhost").split(",")


def trusted_origins() -> list[str]:
    """Origins whose forms are accepted behind a TLS proxy."""
    value = os.environ.get("SHAREMALL_ORIGINS", "")
    return value.split(",") if value else []


def proxies() -> int:
    """How many proxies of the operator's stand before the mall (SHAREMALL_PROXIES); 0 is none."""
    value = os.environ.get("SHAREMALL_PROXIES", "0")
    if not value.isascii() or not value.isdigit() or len(value) > 1:
        raise SystemExit(f"SHAREMALL_PROXIES is {value!r}: set it to how many there are, 0 to 9")
    return int(value)


def database() -> dict[str, Any]:
    """Django's settings of DATABASE_URL, which the command line sets for the embedded server."""
    url = os.environ.get("DATABASE_URL", "postgresql:///sharemall")
    parsed: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=None, conn_health_checks=True)
    )
    # A killed client's statement ends, and its locks with it, so that another may write within a
    # second.
    guard = {"options": "-c client_connection_check_interval=250"}
    parsed["OPTIONS"] = {**parsed.get("OPTIONS", {}), **guard}
    return parsed
