"""Putting a product and its variants into the catalogue: honest texts, rates that fit the goods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from sharemall.catalogue import fit, pictures, search, texts
from sharemall.catalogue.drafts import (
    MOST_SPECS,
    VariantDraft,
    check_drafts,
    draft_of,
    names_of,
    tidy_options,
    tidy_rows,
)
from sharemall.catalogue.errors import DoesNotFit, Gone, UnknownZone
from sharemall.catalogue.models import Product, ProductPicture, Variant
from sharemall.ledger import selectors as ledger
from sharemall.saving import made_or_changed

Picture: TypeAlias = "File[bytes] | str"

RELATED = ("merchant", "zone", "category", "freight_rule")
TEXTS = ("name", "subtitle", "unit")
DESCRIPTIONS = ("description_zh", "description_en")
SPEC_PARTS = ("label_zh", "label_en", "zh", "en")
# What a caller may set. Counters, prices and terms are kept here and by the orders.
SETTABLE = {
    *RELATED,
    *(f"{name}_id" for name in RELATED),
    *(f"{name}_{language}" for name in TEXTS for language in ("zh", "en")),
    *DESCRIPTIONS,
    *("kind", "specs", "options", "limit_per_member", "returnable_days", "picture"),
    *("position", "on_sale"),
}
SAVED = [
    *(name for name in SETTABLE if not name.endswith("_id") and name != "picture"),
    *("price_fen", "market_price_fen", "terms"),
]
DRAFTED = ("price_fen", "market_price_fen", "cost_fen", "weight_grams", "on_sale")
VARIANT_SAVED = [*DRAFTED, "choice", "name_zh", "name_en", "position"]
MOST_PICTURES = 12
MOST_DESCRIPTION = 60_000


def save_product(
    *,
    slug: str,
    variants: Sequence[VariantDraft] | None = None,
    pictures: Sequence[Picture] | None = None,
    now: datetime,
    **fields: Any,
) -> Product:
    """Make or change a product with its variants; fields that are not named stay as they are.

    `variants` is the whole list: one that is not in it goes off sale, for it may be in orders.
    None keeps them. `pictures` are those behind the first one; None keeps them. Descriptions are
    sanitised. Raises FieldDoesNotExist, ValidationError for ill-formed fields, BlockedClaims for
    the texts, UnreadablePicture and, for a product on sale, UnknownZone or DoesNotFit.
    Source: rules.md, "Rates must fit the goods"; compliance.md.
    """
    refuse_unknown(fields)
    return _save(slug, variants, pictures, now, fields)


def put_on_sale(*, product_id: int, now: datetime) -> Product:
    """Offer a product as it is. Raises what `save_product` raises, and Gone."""
    return save_product(slug=_slug(product_id), now=now, on_sale=True)


@transaction.atomic
def take_off_sale(*, product_id: int) -> Product:
    """Offer a product no longer; orders that hold it go on. Raises Gone."""
    product = locked(pk=product_id)
    if product is None:
        raise Gone(str(product_id))
    product.on_sale = False
    product.save(update_fields=["on_sale"])
    return product


def locked(**which: Any) -> Product | None:
    """The product, locked until the end of the transaction.

    NO KEY: an order that is placed meanwhile may refer to the product.
    """
    rows = Product.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("merchant", "zone", "category").filter(**which).first()


def refuse_unknown(fields: dict[str, Any]) -> None:
    """Raises FieldDoesNotExist for a field that a caller may not set, or that there is not."""
    if unknown := sorted(set(fields) - SETTABLE):
        raise FieldDoesNotExist(f"a product's {', '.join(unknown)} cannot be set")


def refuse_misfit(product: Product, variants: Sequence[Variant], now: datetime) -> None:
    """Raises UnknownZone, or DoesNotFit with the figures, where a product cannot be offered."""
    if product.zone_id not in ledger.scheme().zones:
        raise UnknownZone(product.zone_id)
    misfits = fit.check_product(product, [row for row in variants if row.on_sale], now)
    if misfits:
        raise DoesNotFit(misfits)


@made_or_changed
def _save(
    slug: str,
    drafts: Sequence[VariantDraft] | None,
    further: Sequence[Picture] | None,
    now: datetime,
    fields: dict[str, Any],
) -> Product:
    product = locked(slug=slug) or Product(slug=slug, created_at=now)
    there = {row.sku: row for row in product.variants.all()} if product.pk else {}
    _take_over(product, fields)
    if drafts is None:
        drafts = [draft_of(row) for row in there.values() if row.on_sale]
    check_drafts(drafts, product.options)
    variants = [_drafted(product, draft, there) for draft in drafts]
    _set_prices(product, variants)
    product.full_clean(validate_unique=False)
    _refuse_foreign_rule(product)
    texts.refuse_claims(_texts(product))
    _write(product, drafts, variants)
    if product.on_sale:
        refuse_misfit(product, variants, now)
    # Last, so that what is refused leaves no files.
    _save_pictures(product, variants, drafts, fields, further)
    return product


def _take_over(product: Product, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name != "picture":
            setattr(product, name, value)
    product.specs = tidy_rows(product.specs, SPEC_PARTS, MOST_SPECS)
    product.options = tidy_options(product.options)
    for name in DESCRIPTIONS:
        text = getattr(product, name)
        if not isinstance(text, str) or len(text) > MOST_DESCRIPTION:
            raise ValidationError(
                {
                    name: _("A description has at most %(most)s letters.")
                    % {"most": MOST_DESCRIPTION}
                }
            )
        setattr(product, name, texts.sanitised(text))


def _drafted(product: Product, draft: VariantDraft, there: dict[str, Variant]) -> Variant:
    found = there.get(draft.sku)
    # This product itself may have come meanwhile: then its insert fails, and it is looked up anew.
    others = Variant.objects.filter(sku=draft.sku).exclude(product__slug=product.slug)
    if found is None and others.exists():
        raise ValidationError(_("%(sku)s: another product has this SKU.") % {"sku": draft.sku})
    variant = found or Variant(sku=draft.sku)
    for name in DRAFTED:
        setattr(variant, name, getattr(draft, name))
    variant.choice = list(draft.choice)
    variant.name_zh, variant.name_en = names_of(draft.choice, product.options)
    if draft.stock is not None:
        variant.stock = draft.stock
    # What the database checks by itself is asked here: a query for each would be hundreds.
    variant.full_clean(exclude=["product"], validate_unique=False, validate_constraints=False)
    if variant.price_fen <= 0 or variant.cost_fen < 0 or variant.stock < 0:
        raise ValidationError(
            _("%(sku)s: the price is above 0, cost and stock are not below 0.") % {"sku": draft.sku}
        )
    if variant.market_price_fen is not None and variant.market_price_fen < variant.price_fen:
        raise ValidationError(
            _("%(sku)s: the market price is below the price.") % {"sku": draft.sku}
        )
    return variant


def _set_prices(product: Product, variants: Sequence[Variant]) -> None:
    offered = [variant for variant in variants if variant.on_sale]
    if product.on_sale and not offered:
        raise ValidationError(_("A product on sale has a variant on sale."))
    cheapest = min(offered or variants, key=lambda variant: variant.price_fen)
    product.price_fen = cheapest.price_fen
    product.market_price_fen = cheapest.market_price_fen


def _refuse_foreign_rule(product: Product) -> None:
    rule = product.freight_rule
    if rule is not None and rule.merchant_id != product.merchant_id:
        raise ValidationError({"freight_rule": _("This freight rule belongs to another merchant.")})


def _texts(product: Product) -> list[str]:
    named = [*product.options, *(value for row in product.options for value in row["values"])]
    return [
        *(getattr(product, f"{name}_{part}") for name in TEXTS for part in ("zh", "en")),
        *(texts.seen(getattr(product, name)) for name in DESCRIPTIONS),
        *(row[part] for row in product.specs for part in SPEC_PARTS),
        *(row[part] for row in named for part in ("zh", "en")),
    ]


def _write(product: Product, drafts: Sequence[VariantDraft], variants: Sequence[Variant]) -> None:
    product.terms = search.terms_of(product, variants)
    if product.pk is None:
        product.save(force_insert=True)
    else:
        product.save(update_fields=SAVED)
    _free_choices(product, variants)
    for position, variant in enumerate(variants):
        variant.product, variant.position = product, position
    # By id, as the orders that take from their stock; new ones nobody else can see.
    pairs = zip(variants, drafts, strict=True)
    for variant, draft in sorted(pairs, key=lambda pair: pair[0].pk or 2**63):
        if variant.pk is None:
            variant.save(force_insert=True)
        else:
            stock = [] if draft.stock is None else ["stock"]
            variant.save(update_fields=[*VARIANT_SAVED, *stock])


def _free_choices(product: Product, variants: Sequence[Variant]) -> None:
    """Take off sale what is left out, and for a moment what makes another choice than before.

    So two variants on sale never make the same choice, not even between two statements.
    """
    choices = {variant.pk: variant.choice for variant in variants if variant.pk}
    # All of them in one go, by id, as orders lock them: those off sale are in old orders.
    there = product.variants.order_by("id").select_for_update(no_key=True)
    gone = [row.pk for row in there if row.on_sale and choices.get(row.pk) != row.choice]
    if gone:
        Variant.objects.filter(pk__in=gone).update(on_sale=False)


def _save_pictures(
    product: Product,
    variants: Sequence[Variant],
    drafts: Sequence[VariantDraft],
    fields: dict[str, Any],
    further: Sequence[Picture] | None,
) -> None:
    if further is not None and len(further) > MOST_PICTURES:
        raise ValidationError(
            _("A product has at most %(most)s further pictures.") % {"most": MOST_PICTURES}
        )
    if "picture" in fields:
        product.picture = stored(fields["picture"] or "")
        product.save(update_fields=["picture"])
    for variant, draft in zip(variants, drafts, strict=True):
        if draft.picture is not None:
            variant.picture = stored(draft.picture)
            variant.save(update_fields=["picture"])
    if further is not None:
        names = [stored(picture) for picture in further]
        product.pictures.all().delete()
        ProductPicture.objects.bulk_create(
            ProductPicture(product=product, picture=name, position=position)
            for position, name in enumerate(names)
        )


def stored(picture: Picture, folder: str = "products") -> str:
    """The name of a picture: of an upload that is stored now, or of one that is there already."""
    return picture if isinstance(picture, str) else pictures.store(picture, folder)


def _slug(product_id: int) -> str:
    slug = Product.objects.filter(pk=product_id).values_list("slug", flat=True).first()
    if slug is None:
        raise Gone(str(product_id))
    return slug
