"""What stands beside the shop: the brand's stylesheet, pictures, the demo's tools."""

from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since

from sharemall.storefront.face import face
from sharemall.storefront.frame import frame

PICTURE_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
# An uploaded SVG is a document: opened by itself it may style itself, run nothing, load nothing.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
A_YEAR = 31_536_000
A_DAY = 86_400


@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """The colours of the brand and of the zones; its address changes with them."""
    response = HttpResponse(face(frame()).css, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture that the operator put in; nothing else is served."""
    content_type = PICTURE_TYPES.get(PurePosixPath(name).suffix.lower())
    if content_type is None:
        raise Http404
    try:
        changed = default_storage.get_modified_time(name).timestamp()
        if not was_modified_since(request.headers.get("If-Modified-Since"), changed):
            return HttpResponseNotModified()
        response = FileResponse(default_storage.open(name), content_type=content_type)
    except (OSError, SuspiciousFileOperation):
        raise Http404 from None
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    response.headers["Last-Modified"] = http_date(changed)
    return response
