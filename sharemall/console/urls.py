"""The console's addresses, all below /console/."""

from django.urls import URLPattern, URLResolver, path

from sharemall.aftersale.models import Case
from sharemall.catalogue.models import FlashPrice, Product, Variant
from sharemall.console.lists import all as lists
from sharemall.console.site import site
from sharemall.console.views import (
    aftersale,
    books,
    categories,
    coupons,
    days,
    factor,
    flash,
    freight,
    imports,
    merchants,
    money,
    orders,
    overview,
    products,
    reviews,
    scheme,
    staff,
    stock,
    stories,
    tickets,
    till,
)
from sharemall.coupons.models import Coupon
from sharemall.members.models import Member
from sharemall.merchants.models import Merchant
from sharemall.office.models import Action
from sharemall.orders.models import Order
from sharemall.payments.models import BillDifference, Notice, Payment, Refund
from sharemall.referral.models import Referral
from sharemall.reviews.models import Review
from sharemall.tickets.models import Ticket

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="console"),
    path("orders/", lists.of(Order), name="console-orders"),
    path("orders/<slug:no>/", orders.order, name="console-order"),
    path("orders/<slug:no>/ship/", orders.ship, name="console-ship"),
    path("orders/<slug:no>/cancel/", orders.cancel, name="console-cancel"),
    path("after-sale/", lists.of(Case), name="console-cases"),
    path("after-sale/<slug:no>/", aftersale.case, name="console-case"),
    path("after-sale/<slug:no>/answer/", aftersale.answer, name="console-case-answer"),
    path("after-sale/<slug:no>/receipt/", aftersale.receipt, name="console-case-receipt"),
    path("after-sale/<slug:no>/replace/", aftersale.replace, name="console-case-replace"),
    path("after-sale/<slug:no>/decide/", aftersale.decide, name="console-case-decide"),
    path("products/", lists.of(Product), name="console-products"),
    path("products/new/", products.new, name="console-product-new"),
    path("products/of/<slug:slug>/", products.product, name="console-product"),
    path("products/of/<slug:slug>/pictures/", products.pictures, name="console-pictures"),
    path("products/of/<slug:slug>/sale/", products.sale, name="console-sale"),
    path("stock/", lists.of(Variant), name="console-stock"),
    path("stock/<int:variant_id>/", stock.variant_stock, name="console-variant-stock"),
    path("flash/", lists.of(FlashPrice), name="console-flash"),
    path("flash/new/", flash.new, name="console-flash-new"),
    path("flash/<int:flash_id>/", flash.flash_price, name="console-flash-price"),
    path("flash/<int:flash_id>/remove/", flash.remove, name="console-flash-remove"),
    path("coupons/", lists.of(Coupon), name="console-coupons"),
    path("coupons/new/", coupons.new, name="console-coupon-new"),
    path("coupons/<int:coupon_id>/close/", coupons.close, name="console-coupon-close"),
    path("categories/", categories.categories, name="console-categories"),
    path("categories/new/", categories.new, name="console-category-new"),
    path("categories/of/<slug:slug>/", categories.category, name="console-category"),
    path("merchants/", lists.of(Merchant), name="console-merchants"),
    path("merchants/new/", merchants.new, name="console-merchant-new"),
    path("merchants/of/<slug:key>/", merchants.merchant, name="console-merchant"),
    path("freight/", freight.freight_rules, name="console-freight"),
    path("freight/new/", freight.new, name="console-freight-new"),
    path("freight/<int:rule_id>/", freight.freight_rule, name="console-freight-rule"),
    path("reviews/", lists.of(Review), name="console-reviews"),
    path("reviews/<int:review_id>/show/", reviews.show_review, name="console-review-show"),
    path("members/", lists.of(Member), name="console-members"),
    path("referrals/", lists.of(Referral), name="console-referrals"),
    path("payments/", lists.of(Payment), name="console-payments"),
    path("refunds/", lists.of(Refund), name="console-refunds"),
    path("refunds/<slug:no>/retry/", money.retry, name="console-refund-retry"),
    path("payments/unexpected/", lists.of(Notice), name="console-unexpected"),
    path("till/", till.till, name="console-till"),
    path("till/qr/<slug:key>/", till.qr, name="console-till-qr"),
    path("till/of/<slug:no>/", till.payment, name="console-till-payment"),
    path("till/of/<slug:no>/cancel/", till.cancel, name="console-till-cancel"),
    path("till/of/<slug:no>/refund/", till.refund, name="console-till-refund"),
    path("bills/", money.bills, name="console-bills"),
    path("bills/differences/", lists.of(BillDifference), name="console-differences"),
    path("tickets/", lists.of(Ticket), name="console-tickets"),
    path("tickets/<slug:no>/", tickets.ticket, name="console-ticket"),
    path("tickets/<slug:no>/close/", tickets.close, name="console-ticket-close"),
    path("scheme/", scheme.scheme, name="console-scheme"),
    path("scheme/new/", scheme.new, name="console-scheme-new"),
    path("scheme/versions/", scheme.versions, name="console-scheme-versions"),
    path("scheme/versions/<int:number>/", scheme.version_file, name="console-scheme-version"),
    path("scheme/<int:change_id>/", scheme.change, name="console-scheme-change"),
    path("scheme/<int:change_id>/edit/", scheme.edit, name="console-scheme-edit"),
    path("scheme/<int:change_id>/rerun/", scheme.rerun, name="console-scheme-rerun"),
    path("scheme/<int:change_id>/submit/", scheme.submit, name="console-scheme-submit"),
    path("scheme/<int:change_id>/back/", scheme.send_back, name="console-scheme-back"),
    path("scheme/<int:change_id>/approve/", scheme.approve, name="console-scheme-approve"),
    path("scheme/<int:change_id>/withdraw/", scheme.withdraw, name="console-scheme-withdraw"),
    path("days/", days.days, name="console-days"),
    path("days/today/", days.dry_run, name="console-day-dry"),
    path("days/<slug:day>/", days.day, name="console-day"),
    path("days/<slug:day>/again/", days.again, name="console-day-again"),
    path("ledger/", books.journal, name="console-journal"),
    path("ledger/event/", books.event, name="console-event"),
    path("ledger/books/", books.trial, name="console-trial"),
    path("ledger/movements/", books.movements, name="console-movements"),
    path("ledger/export/", books.export, name="console-export"),
    path("ledger/export/file/", books.take_export, name="console-export-take"),
    path("members/of/<str:account>/", stories.member, name="console-member"),
    path(
        "members/of/<str:account>/dividends/<slug:day>/", stories.dividend, name="console-dividend"
    ),
    path("orders/<slug:no>/story/", stories.order, name="console-order-story"),
    path("factor/", factor.factor, name="console-factor"),
    path("factor/new/", factor.new, name="console-factor-new"),
    path("factor/own/", factor.own, name="console-factor-own"),
    path("staff/", staff.staff, name="console-staff"),
    path("staff/<int:member_id>/take/<slug:role>/", staff.take, name="console-staff-take"),
    path("staff/<int:member_id>/factor/", staff.reset_factor, name="console-staff-factor"),
    *(
        url
        for pages in imports.ALL
        for base in (f"import/{pages.kind.name}/",)
        for url in (
            path(base, pages.start(), name=pages.base),
            path(f"{base}template.csv", pages.template(), name=f"{pages.base}-template"),
            path(f"{base}<int:import_id>/", pages.one(), name=f"{pages.base}-one"),
            path(f"{base}<int:import_id>/left.csv", pages.left(), name=f"{pages.base}-left"),
        )
    ),
    path("audit/", lists.of(Action), name="console-audit"),
    path("matrix/", staff.who_may_what, name="console-matrix"),
    path("", site.urls),
]
