"""What makes the shop installable: its manifest, the service worker, the page without a network."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from sharemall.storefront.face import face
from sharemall.storefront.frame import frame

# What every page needs. Pages themselves are never kept: they show what is in somebody's cart.
KEPT = (
    "storefront/app.css",
    "storefront/app.js",
    "storefront/vendor/htmx.min.js",
    "storefront/vendor/alpine-csp.min.js",
    "storefront/favicon.svg",
)


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest, with the name and colours of the brand in the page's language."""
    brand = face(frame())
    content = {
        "id": "/",
        "name": brand.name,
        "short_name": brand.name,
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": brand.primary,
        "background_color": "#f3f6f4",
        "icons": [
            _icon("icon-192", 192, "any"),
            _icon("icon-512", 512, "any"),
            _icon("icon-maskable", 512, "maskable"),
        ],
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    response.headers["Vary"] = "Cookie"
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker. From the root, because it may only serve what lies under its address."""
    kept = [static(name) for name in KEPT] + [reverse("offline")]
    offline = loader.render_to_string("pages/offline.html")
    edition = hashlib.sha256("\n".join([*kept, offline]).encode()).hexdigest()[:12]
    context = {
        "cache": json.dumps(f"shop-{edition}"),
        "kept": json.dumps(kept),
        "offline": json.dumps(reverse("offline")),
        "static_url": json.dumps(static("storefront/").rsplit("storefront/", 1)[0]),
    }
    script = loader.render_to_string("pages/sw.js", context)
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page for when there is no connection: the same for everybody, kept by the worker."""
    return HttpResponse(loader.render_to_string("pages/offline.html"))


def _icon(name: str, side: int, purpose: str) -> dict[str, str]:
    return {
        "src": static(f"storefront/{name}.png"),
        "sizes": f"{side}x{side}",
        "type": "image/png",
        "purpose": purpose,
    }
