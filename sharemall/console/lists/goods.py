"""Products and the stock of their variants."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.catalogue import search
from sharemall.catalogue import services as catalogue
from sharemall.catalogue.errors import DoesNotFit, Gone, UnknownZone
from sharemall.catalogue.models import Product, Variant
from sharemall.compliance.claims import BlockedClaims
from sharemall.console import faults
from sharemall.console.lists import choices
from sharemall.console.lists.base import WorkList, to
from sharemall.console.lists.bulk import Bulk, NotDone
from sharemall.console.lists.columns import Column, Kind
from sharemall.console.lists.filters import Days, OneOf, Yuan
from sharemall.console.lists.listing import Tab
from sharemall.console.selectors import LOW_STOCK
from sharemall.console.site import site
from sharemall.members.models import Member

ON_SALE, OFF_SALE = _("On sale"), _("Off sale")


def _put_on(product: Product, by: Member, now: datetime) -> None:
    try:
        catalogue.put_on_sale(product_id=product.pk, now=now)
    except (DoesNotFit, UnknownZone, BlockedClaims, ValidationError) as error:
        raise NotDone(" ".join(faults.refusal(error))) from None
    except Gone:
        raise NotDone(say("It is not there any more.")) from None


def _take_off(product: Product, by: Member, now: datetime) -> None:
    try:
        catalogue.take_off_sale(product_id=product.pk)
    except Gone:
        raise NotDone(say("It is not there any more.")) from None


def by_words(query: str) -> Q:
    """Products by the beginning of their address, by a SKU, or by words as shoppers find them."""
    found = Q(slug__startswith=query)
    found |= Q(pk__in=Variant.objects.filter(sku__startswith=query).values("product_id")[:1_000])
    terms = search.asked(query)
    return found | Q(terms__contains=terms) if terms else found


@admin.register(Product, site=site)
class ProductList(WorkList):
    """All products, the newest first."""

    may_read = "products.read"
    page_name = "console-products"
    title = _("Products")
    search_hint = _("Name, SKU or address")
    empty = _("No products found")
    related = ("merchant", "zone", "category")
    tabs = (
        Tab("", pgettext_lazy("lists", "All")),
        Tab("on", ON_SALE, Q(on_sale=True)),
        Tab("off", OFF_SALE, Q(on_sale=False)),
    )
    filters = (
        OneOf("zone", _("Zone"), choices.zones),
        choices.of_merchant(),
        OneOf("category", _("Category"), choices.categories, condition=choices.below),
        Yuan("price_fen"),
        Days("created_at", _("Made")),
    )
    bulk = (
        Bulk("on", pgettext_lazy("lists", "Put on sale"), "products.change", _put_on),
        Bulk(
            "off",
            pgettext_lazy("lists", "Take off sale"),
            "products.change",
            _take_off,
            asks=_("Take these off sale? Nobody can buy them until they are put on sale again."),
        ),
    )
    links = (
        ("console-product-new", _("New product"), "plus", "products.change"),
        ("console-import-products", _("Import products"), "file-text", "products.change"),
    )
    columns = (
        Column(
            pgettext_lazy("staff", "Product"),
            lambda row: row.name,
            link=lambda row: to("console-product", slug=row.slug),
            under=lambda row: row.slug,
            is_long=True,
        ),
        Column(_("Name in the address"), lambda row: row.slug, shown=False),
        Column(_("Merchant"), lambda row: row.merchant.name),
        Column(_("Zone"), lambda row: row.zone.name),
        Column(_("Category"), lambda row: row.category.name if row.category else ""),
        Column(pgettext_lazy("staff", "Price"), lambda row: row.price_fen, Kind.YUAN),
        Column(_("Stock"), lambda row: row.stock, Kind.COUNT),
        Column(pgettext_lazy("staff", "Sold"), lambda row: row.sold, Kind.COUNT),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: ON_SALE if row.on_sale else OFF_SALE,
            chip=lambda row: "chip-primary" if row.on_sale else "",
        ),
        Column(_("Made"), lambda row: row.created_at, Kind.TIME, shown=False),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        stock = of_each(Variant, "product", Sum("stock"))
        return super().get_queryset(request).annotate(stock=stock)

    def search(self, query: str) -> QuerySet[Any]:
        return Product.objects.filter(by_words(query))


LOW = Q(on_sale=True, product__on_sale=True, stock__lt=LOW_STOCK)


@admin.register(Variant, site=site)
class StockList(WorkList):
    """Stocks, those that run low first of all."""

    may_read = "products.read"
    page_name = "console-stock"
    title = _("Stock")
    search_hint = _("SKU or product")
    empty = _("Nothing runs low")
    empty_hint = _("Choose all of them to change another stock.")
    first_tab = "low"
    related = ("product__merchant",)
    tabs = (
        Tab("low", pgettext_lazy("lists", "Runs low"), LOW, is_due=True),
        Tab("none", _("Sold out"), Q(on_sale=True, product__on_sale=True, stock=0), is_due=True),
        Tab("", pgettext_lazy("lists", "All")),
    )
    filters = (
        choices.of_merchant("product__merchant"),
        OneOf("zone", _("Zone"), choices.zones, "product__zone"),
        OneOf(
            "sale",
            pgettext_lazy("staff", "State"),
            lambda: (("1", ON_SALE), ("0", OFF_SALE)),
            condition=lambda value: Q(on_sale=value == "1"),
        ),
    )
    links = (("console-import-stock", _("Import stock"), "file-text", "stock.change"),)
    columns = (
        Column(
            pgettext_lazy("staff", "Product"),
            lambda row: row.product.name,
            link=lambda row: to("console-variant-stock", variant_id=row.pk),
            is_long=True,
        ),
        Column(pgettext_lazy("staff", "Variant"), lambda row: row.name),
        Column(_("SKU"), lambda row: row.sku),
        Column(_("Merchant"), lambda row: row.product.merchant.name),
        Column(pgettext_lazy("staff", "Price"), lambda row: row.price_fen, Kind.YUAN),
        Column(_("Cost"), lambda row: row.cost_fen, Kind.YUAN, shown=False),
        Column(
            _("Stock"),
            lambda row: row.stock,
            Kind.COUNT,
            chip=lambda row: "chip-sale" if row.stock < LOW_STOCK else None,
        ),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: ON_SALE if row.on_sale else OFF_SALE,
            chip=lambda row: "chip-primary" if row.on_sale else "",
        ),
    )

    def search(self, query: str) -> QuerySet[Any]:
        found = Q(sku__startswith=query) | Q(product__slug__startswith=query)
        if terms := search.asked(query):
            found |= Q(product__terms__contains=terms)
        return Variant.objects.filter(found)


def of_each(kind: type[Model], parent: str, total: Any) -> Coalesce:
    """A total over the rows of `kind` that belong to each row: worked out for the page alone."""
    rows = kind._default_manager.filter(**{parent: OuterRef("pk")}).order_by().values(parent)
    return Coalesce(Subquery(rows.annotate(total=total).values("total")), 0)
