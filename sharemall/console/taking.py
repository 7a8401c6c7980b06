"""What leaves the house as a file: in the audit log before its first byte, and how far it came."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as say
from django.utils.translation import ngettext

from sharemall.clock import services as clock
from sharemall.office import audit
from sharemall.office.models import Action, Outcome


def is_file(response: HttpResponseBase) -> bool:
    """Whether the answer is a file to be kept, and no page."""
    return response.get("Content-Disposition", "").startswith("attachment")


def noted(response: HttpResponseBase, action: Action) -> HttpResponseBase:
    """The file, whose end the action waits for: sent whole, broken off, or failed.

    Nothing is read before the server asks for it. Where the process dies, the action stays alone.
    """
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = Sent(response, action)
    else:
        size = len(getattr(response, "content", b""))
        _end(action, Outcome.End.DONE, response.status_code, _far(None, size))
    return response


class Sent:
    """The parts of a file on their way out; the log is told once how far they came."""

    def __init__(self, response: StreamingHttpResponse, action: Action) -> None:
        content: Any = response.streaming_content
        self._parts: Iterator[bytes] = iter(content)
        self._rows: Any = getattr(response, "rows", None)
        self._status, self._action, self._size = response.status_code, action, 0
        self._language = translation.get_language() or "zh-hans"
        self._is_told = False

    def __iter__(self) -> "Sent":
        return self

    def __next__(self) -> bytes:
        try:
            part = next(self._parts)
        except StopIteration:
            self._tell(Outcome.End.DONE)
            raise
        except Exception as error:
            self._tell(Outcome.End.FAILED, type(error).__name__)
            raise
        self._size += len(part)
        return part

    def close(self) -> None:
        """Called when all is sent, and when the browser goes away before."""
        with translation.override(self._language):
            self._tell(Outcome.End.FAILED, say("Broken off"))

    def _tell(self, end: Outcome.End, why: str = "") -> None:
        if self._is_told:
            return
        self._is_told = True
        with translation.override(self._language):
            far = _far(None if self._rows is None else self._rows.count, self._size)
        _end(self._action, end, self._status, f"{why}: {far}" if why else far)


def _end(action: Action, end: Outcome.End, status: int, note: str) -> None:
    audit.end(action, end=end, status=status, note=note, now=clock.now())


def _far(rows: int | None, size: int) -> str:
    """How much has been handed to the server that sends it."""
    parts = [ngettext("%(count)s byte", "%(count)s bytes", size) % {"count": f"{size:,}"}]
    if rows is not None:
        parts.insert(0, ngettext("%(count)s row", "%(count)s rows", rows) % {"count": f"{rows:,}"})
    return ", ".join(parts)
