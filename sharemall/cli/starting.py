"""What has to be done before a mall can be served."""

import hashlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from sharemall.cli import place

LOG = logging.getLogger(__name__)


def migrate(*, quiet: bool) -> None:
    """Migrate as the owner of the tables, then give the application its rights on them.

    At last the products that an earlier version made findable are brought up to this one.
    """
    application = place.connect_as_owner()
    from django.core.management import call_command

    from sharemall.ledger import rights

    call_command("migrate", verbosity=0 if quiet else 1, interactive=False)
    if application is not None:
        rights.grant(application)
    from sharemall.catalogue import search

    if renewed := search.bring_up_to_date():
        LOG.info("%s products are found by what this version makes of their texts", renewed)


def collect_static() -> None:
    """Copy, name by content and compress the static files, if any has changed since."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / ".collected"
    now = _fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(now)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(_static_files()):
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_files() -> Iterator[Path]:
    from django.contrib.staticfiles.finders import get_finders

    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(os.fspath(storage.path(name)))
