"""After-sale for the member: asking by line and quantity, the cases, one case and its steps."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sharemall.aftersale import asking, granting, offering, returning, selectors, words
from sharemall.aftersale.models import MOST_CHARACTERS, MOST_PICTURES, Case
from sharemall.aftersale.refusals import Refused
from sharemall.aftersale.selectors import Offer
from sharemall.catalogue.pictures import UnreadablePicture
from sharemall.clock import services as clock
from sharemall.orders import selectors as orders
from sharemall.orders.amounts import Parts
from sharemall.orders.models import Order, OrderLine
from sharemall.storefront.forms import aftersale as forms
from sharemall.storefront.forms.aftersale import Draft
from sharemall.storefront.requests import mark, member_of

TABS = [
    ("", pgettext_lazy("after-sale", "All")),
    ("open", pgettext_lazy("after-sale", "Under way")),
    ("ended", pgettext_lazy("after-sale", "Ended")),
]


@dataclass(frozen=True, slots=True)
class Asking:
    """What a member is about to ask for, and what it would bring by which means."""

    order: Order
    offer: Offer
    draft: Draft
    most_fen: int
    parts: Parts | None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request: HttpRequest, no: str, position: int) -> HttpResponse:
    """Ask for money, a return or an exchange of pieces of one line."""
    order, offer = _offer(request, no, position)
    if request.method != "POST":
        draft = forms.read(request.GET, offer)
        if offer.open_case:
            return redirect("case", no=offer.open_case.no)
        if request.htmx:  # type: ignore[attr-defined]
            context = {"asking": _asking(order, offer, draft), "order": order}
            return render(request, "aftersale/_sums.html", context)
        return _ask_page(request, _asking(order, offer, draft))
    draft = forms.read(request.POST, offer)
    case, faults = _ask(request, order, position, draft)
    if case is None:
        draft = replace(draft, faults=faults)
        return _ask_page(request, _asking(order, offer, draft), status=422)
    return redirect("case", no=case.no)


def _offer(request: HttpRequest, no: str, position: int) -> tuple[Order, Offer]:
    order = orders.order(member_of(request), no)
    if order is None or order.paid_at is None:
        raise Http404
    offers = selectors.offers(order, selectors.of_order(order), clock.now())
    if position not in offers:
        raise Http404
    return order, offers[position]


def _ask(
    request: HttpRequest, order: Order, position: int, draft: Draft
) -> tuple[Case | None, dict[str, str]]:
    """The case, or the faults by the fields that they are about."""
    if draft.faults:
        return None, draft.faults
    pictures = request.FILES.getlist("pictures")
    if any((picture.size or 0) > forms.MOST_BYTES for picture in pictures):
        return None, {"pictures": _("A picture can have at most 8 MB.")}
    try:
        case = asking.ask(
            member=member_of(request),
            order_no=order.no,
            position=position,
            kind=draft.kind,
            quantity=draft.quantity,
            asked_fen=draft.asked_fen,
            reason=draft.reason,
            text=draft.text,
            pictures=pictures,
            key=draft.key,
            now=clock.now(),
        )
    except Refused as refused:
        return None, forms.fault_of(refused)
    except (Order.DoesNotExist, OrderLine.DoesNotExist):
        raise Http404 from None
    except UnreadablePicture:
        text = _("One of the files is no picture that can be shown. Use JPEG, PNG or WebP.")
        return None, {"pictures": text}
    return case, {}


def _asking(order: Order, offer: Offer, draft: Draft) -> Asking:
    position = offer.line.position
    if not 0 < draft.quantity <= offer.left or draft.kind == Case.Kind.EXCHANGE:
        return Asking(order, offer, draft, 0, None)
    most = selectors.most_fen(order, position, draft.quantity)
    partly = draft.kind == Case.Kind.REFUND and order.status != Order.Status.PAID
    wanted = draft.asked_fen if partly and draft.asked_fen is not None else most
    fits = "amount" not in draft.faults and 0 < wanted <= most
    parts = selectors.parts(order, position, draft.quantity, wanted) if fits else None
    return Asking(order, offer, draft, most, parts)


def _ask_page(request: HttpRequest, asking: Asking, *, status: int = 200) -> HttpResponse:
    context = {
        "asking": asking,
        "order": asking.order,
        "offer": asking.offer,
        "line": asking.offer.line,
        "draft": asking.draft,
        "kinds": [(kind.value, words.KINDS[kind]) for kind in asking.offer.kinds],
        "reasons": words.REASONS.items(),
        "most_pictures": MOST_PICTURES,
        "most_characters": MOST_CHARACTERS,
        "dock": "me",
    }
    return render(request, "aftersale/ask.html", context, status=status)


@never_cache
@require_safe
@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """The member's own cases, newest first."""
    group = request.GET.get("state", "")
    if group not in dict(TABS):
        raise Http404
    page = selectors.cases(member_of(request), group=group, before=mark(request))
    context = {
        "cases": page.cases,
        "tabs": TABS,
        "group": group,
        "next_url": _more(group, page.before),
        "dock": "me",
    }
    return render(request, "aftersale/list.html", context)


def _more(group: str, before: int | None) -> str:
    if before is None:
        return ""
    return f"?state={group}&before={before}" if group else f"?before={before}"


@never_cache
@require_safe
@login_required
def case(request: HttpRequest, no: str) -> HttpResponse:
    """One case: where it stands, what comes next, everything that happened."""
    return _case_page(request, no)


@never_cache
@require_POST
@login_required
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """The member does not want it any more."""
    return _do(
        request,
        no,
        lambda: asking.withdraw(member=member_of(request), no=no, now=clock.now()),
    )


@never_cache
@require_POST
@login_required
def take(request: HttpRequest, no: str) -> HttpResponse:
    """The member takes what the shop offers."""

    def work() -> None:
        offering.take(member=member_of(request), no=no, now=clock.now())
        granting.settle(no=no, now=clock.now())

    return _do(request, no, work)


@never_cache
@require_POST
@login_required
def appeal(request: HttpRequest, no: str) -> HttpResponse:
    """The platform is to decide."""
    return _do(
        request,
        no,
        lambda: asking.appeal(
            member=member_of(request), no=no, text=request.POST.get("text", ""), now=clock.now()
        ),
    )


@never_cache
@require_POST
@login_required
def send_back(request: HttpRequest, no: str) -> HttpResponse:
    """The goods are on their way back."""
    return _do(
        request,
        no,
        lambda: returning.send_back(
            member=member_of(request),
            no=no,
            carrier=request.POST.get("carrier", ""),
            tracking_no=request.POST.get("tracking_no", ""),
            now=clock.now(),
        ),
    )


@never_cache
@require_POST
@login_required
def confirm(request: HttpRequest, no: str) -> HttpResponse:
    """The other piece is there."""
    return _do(
        request,
        no,
        lambda: returning.confirm(member=member_of(request), no=no, now=clock.now()),
    )


def _do(request: HttpRequest, no: str, work: Callable[[], object]) -> HttpResponse:
    try:
        work()
    except Case.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, forms.sentence(refused))
        return _case_page(request, no, status=422)
    return redirect("case", no=no)


def _case_page(request: HttpRequest, no: str, *, status: int = 200) -> HttpResponse:
    found = selectors.case(member_of(request), no)
    if found is None:
        raise Http404
    context = {
        "case": found,
        "expected": _expected(found),
        "late": found.late(clock.now()),
        "can_withdraw": not found.tracking_no
        and found.state in ("asked", "offered", "declined", "arbitration", "to_send"),
        "typed": request.POST,
        "most_characters": MOST_CHARACTERS,
        "dock": "me",
    }
    return render(request, "aftersale/case.html", context, status=status)


def _expected(case: Case) -> Parts | None:
    """By which means the refund would come, while it has not."""
    is_offer = case.state == Case.State.OFFERED
    pieces = case.offered_quantity if is_offer else case.pieces
    fen = case.offered_fen if is_offer else case.agreed_fen or case.most_fen
    if not case.is_open or case.kind == Case.Kind.EXCHANGE or not fen:
        return None
    left = case.order.freight_fen - case.order.freight_refunded_fen
    freight_fen = min(case.freight_fen, left)
    return selectors.parts(case.order, case.line.position, pieces, fen, freight_fen)
