"""Where payment providers deliver their notifications."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sharemall.clock import services as clock
from sharemall.orders import paying
from sharemall.payments.providers import Forged, Provider, UnknownProvider
from sharemall.payments.registry import provider as open_provider

MOST_BYTES = 65_536


@never_cache
@csrf_exempt
@require_POST
def notify(request: HttpRequest, provider: str) -> HttpResponse:
    """The signature is what lets a notification in; the answer is what its provider wants."""
    try:
        found = open_provider(provider)
    except UnknownProvider:
        raise Http404 from None
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse("too long", content_type="text/plain", status=413)
    try:
        paying.take_notification(
            provider_key=provider, headers=request.headers, body=request.body, now=clock.now()
        )
    except Forged:
        return _answer(found, ok=False)
    return _answer(found, ok=True)


def _answer(found: Provider, *, ok: bool) -> HttpResponse:
    answer = found.answer(ok)
    return HttpResponse(answer.body, content_type=answer.content_type, status=answer.status)
