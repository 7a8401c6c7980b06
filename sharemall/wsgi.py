"""The WSGI entrance that granian serves."""

import multiprocessing
import os
import threading

from django.core.wsgi import get_wsgi_application

from sharemall import config
from sharemall.compliance import live


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    """A web process whose server was killed would keep the address for itself."""
    parent.join()
    os._exit(1)


# Whatever serves this: a live mall that lacks a guard does not answer.
if config.mode() == "live" and (lacking := live.missing()):
    raise SystemExit(f"live mode is not ready; it lacks {'; '.join(lacking)}")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharemall.settings")
application = get_wsgi_application()

if (server := multiprocessing.parent_process()) is not None:
    threading.Thread(target=_end_with, args=[server], daemon=True).start()
