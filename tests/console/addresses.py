"""Every address of the console's own pages, each of something that is there."""

from datetime import date

from django.urls import URLPattern, reverse

from sharemall.clock import services as clock
from sharemall.console import urls as addresses
from sharemall.console.models import Import
from sharemall.console.views import imports
from sharemall.ledger import closing
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.schemes import services as schemes
from sharemall.schemes.models import Change
from tests.aftersale import given as aftersale
from tests.catalogue import goods
from tests.console import given
from tests.pages import given as face
from tests.simulations import given as simulated
from tests.till import desk

urlpatterns = [one for one in addresses.urlpatterns if isinstance(one, URLPattern)]
NAMES = [str(pattern.name) for pattern in urlpatterns]
TILL = ["console-till-payment", "console-till-cancel", "console-till-refund"]
CASES = [name for name in NAMES if name.startswith("console-case")]
MOVES = [
    *(
        "console-ship",
        "console-pictures",
        "console-sale",
        "console-flash-remove",
        "console-coupon-close",
    ),
    *("console-review-show", "console-refund-retry", "console-case-answer", "console-case-receipt"),
    *("console-case-replace", "console-case-decide", "console-ticket-close", "console-till-cancel"),
    *("console-staff-take", "console-staff-factor", "console-till-refund"),
    *("console-scheme-rerun", "console-scheme-submit", "console-scheme-back"),
    *("console-scheme-approve", "console-scheme-withdraw"),
    *("console-day-again", "console-export-take"),
    *("console-sections-adopt", "console-face-switch", "console-face-move"),
    *("console-face-remove", "console-policy-publish", "console-policy-discard"),
    *("console-simulation-stop", "console-simulation-again", "console-simulation-attach"),
]


# The second factor's own pages: whoever has proved it is sent on.
SENT_ON = ["console-factor", "console-factor-new"]


def a_draft(boss: Member) -> Change:
    """A draft of the scheme."""
    return schemes.start_draft(by=boss, words=schemes.Words("Spring"), now=clock.now())


def urls_of(boss: Member) -> dict[str, str]:
    """Every address, each of something that is there."""
    product = goods.a_product("red")
    variant = goods.the_variant(product)
    flash = goods.a_flash_price(goods.the_variant(goods.a_product("blue", cost_fen=100)), 9_000)
    order = given.an_order()
    category = goods.services.save_category(slug="drinks", name_zh="饮品", name_en="Drinks")
    rule = goods.Merchant.objects.get(key="platform").freight_rules.create(
        name="standard",
        bands=[
            {
                "provinces": [],
                "first_grams": 1000,
                "first_fen": 800,
                "step_grams": 1000,
                "step_fen": 200,
            }
        ],
    )
    known = {
        "no": order.no,
        "slug": product.slug,
        "variant_id": variant.pk,
        "flash_id": flash.pk,
        "coupon_id": given.a_coupon().pk,
        "key": "platform",
        "rule_id": rule.pk,
        "review_id": given.a_review(order).pk,
        "member_id": boss.pk,
        "role": "auditor",
        "change_id": a_draft(boss).pk,
        "number": 1,
        "simulation_id": simulated.ran(boss).pk,
    }
    known |= {"account": boss.account, "day": today_closed().isoformat()}
    known |= {
        "banner_id": face.a_banner(picture=None).pk,
        "section_id": face.a_section().pk,
        "notice_id": face.a_notice().pk,
    }
    rung_up = desk.rung_up(given.a_member("payer"), boss)
    case = aftersale.ask(given.an_order(status="shipped"), now=clock.now())
    ticket = {"no": given.a_ticket().no}
    of_case = {"no": case.no}
    row = {"kind": "sections", "row_id": known["section_id"]}
    special = {
        **{name: of_case for name in CASES if name != "console-cases"},
        **{f"console-face-{done}": row for done in ("switch", "move", "remove")},
        **{f"console-policy{end}": {"slug": "privacy"} for end in ("", "-publish", "-discard")},
        "console-ticket": ticket,
        "console-ticket-close": ticket,
        "console-refund-retry": {"no": given.a_refund(given.an_order()).no},
        "console-category": {"slug": category.slug},
        "console-simulation-file": {"name": "report.en.html"},
        **{name: {"no": rung_up.no} for name in TILL},
    }
    for pages in imports.ALL:
        made = Import.objects.create(
            kind=pages.kind.name, text="sku\nnone", member=boss, at=clock.now(), done_at=clock.now()
        )
        special |= {f"{pages.base}-{part}": {"import_id": made.pk} for part in ("one", "left")}
    found = {}
    for pattern in urlpatterns:
        name = str(pattern.name)
        given_parts = known | special.get(name, {})
        parts = {part: given_parts[part] for part in pattern.pattern.converters}
        found[name] = reverse(name, kwargs=parts)
    found["console-event"] += f"?id=close-{known['day']}"
    return found


def today_closed() -> date:
    """Today, which is closed before it is over."""
    today = ledger.business_day(clock.now())
    closing.close_day(today)
    return today
