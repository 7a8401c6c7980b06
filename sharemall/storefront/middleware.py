"""Who asks, from where, and in which language."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate

from sharemall.accounts import devices
from sharemall.storefront.frame import Page

Handler = Callable[[HttpRequest], HttpResponse]
SEEN = "seen_on"  # in the session: the day on which its device was last noted


def chosen_language(get_response: Handler) -> Handler:
    """Activate the language of the cookie. A browser's own preference does not count.

    A mall is in Chinese until a shopper asks for English: the button is on every page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _ in settings.LANGUAGES}
        translation.activate(cookie if cookie in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("Cookie",))
            response.headers["Content-Language"] = translation.get_language()
        return response

    return middleware


def shopper_address(get_response: Handler) -> Handler:
    """Behind proxies of the operator's, take the address of whom the first of them spoke to.

    Each proxy adds at the end of X-Forwarded-For whom it spoke to: as many entries from the end as
    there are proxies are true, and whatever stands before them anybody may have written.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.PROXIES:
            given = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            if len(given) >= settings.PROXIES:
                address = given[-settings.PROXIES].strip()
                if _is_address(address):
                    request.META["REMOTE_ADDR"] = address
        return get_response(request)

    return middleware


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def seen_today(get_response: Handler) -> Handler:
    """Note once a day that a device is used, by the time that the page was made with."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        page: Page | None = getattr(request, "shop_page", None)
        session = request.session
        if page is not None and SEEN in session:
            day = localdate(page.now)
            if session[SEEN] != day.isoformat():
                session[SEEN] = day.isoformat()
                devices.seen(session_key=session.session_key or "", today=day)
        return response

    return middleware
