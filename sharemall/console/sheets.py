"""A product's whole sheet: its form, the rows of its variants, and the version that was loaded."""

import hashlib
import json
from collections import Counter
from datetime import datetime
from itertools import product as combinations
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from sharemall.catalogue import services as catalogue
from sharemall.catalogue.errors import DoesNotFit, UnknownZone
from sharemall.catalogue.models import Product, Variant
from sharemall.compliance.claims import BlockedClaims
from sharemall.console import faults
from sharemall.console.forms import products, variants
from sharemall.console.forms.products import ProductForm
from sharemall.console.forms.variants import VariantForm
from sharemall.console.rows import Rows
from sharemall.merchants.models import PLATFORM

NEW = {
    "merchant": PLATFORM,
    "unit_zh": "件",
    "unit_en": "piece",
    "returnable_days": 7,
    "position": 0,
}
UNSEEN = {"stock", "sold", "rating_sum", "rating_count", "terms", "_state"}


class Changed(Exception):
    """Somebody else changed the product since the form was loaded: nothing was saved."""


def version_of(product: Product | None) -> str:
    """A mark that is another as soon as anything in the sheet is; empty for one not made yet.

    What moves by itself while people shop (stock, counters) is not in it.
    """
    if product is None:
        return ""
    rows = [product, *product.variants.order_by("pk"), *product.pictures.order_by("pk")]
    kept = [
        {
            name: str(value)
            for name, value in vars(row).items()
            if name not in UNSEEN and name[0] != "_"
        }
        for row in rows
    ]
    text = json.dumps(kept, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def locked(slug: str, version: str) -> Product | None:
    """The product, locked, if it is as the form had it. Raises Changed."""
    row = Product.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if version_of(row) != version:
        raise Changed
    return row


class ProductSheet:
    """What the page of a product shows and what comes back from it."""

    def __init__(self, product: Product | None, data: QueryDict | None = None) -> None:
        self.product, self.data = product, data
        there = list(product.variants.all()) if product else []
        initial: dict[str, Any] = products.initial_of(product) if product else dict(NEW)
        self.form = ProductForm(data, product=product, initial=initial)
        self.version = (data.get("version", "") if data else version_of(product)) or ""
        options = self._options()
        self.rows: Rows[VariantForm] = Rows(
            VariantForm,
            "variant",
            data,
            [variants.initial_of(row) for row in there] or [{"on_sale": True}],
            options=options,
            there={row.sku: row for row in there},
        )

    def _options(self) -> list[dict[str, Any]]:
        if self.data is None:
            return list(self.product.options) if self.product else []
        self.form.is_valid()
        return list(self.form.cleaned_data.get("options", []))

    def add_row(self) -> None:
        """One row more."""
        self.rows = self.rows.extended([variants.blank_row()])

    def add_choices(self) -> None:
        """A row for each choice of the options that no row makes yet."""
        options = self.rows.given["options"]
        made = {tuple(str(field.value()) for field in row.choices) for row in self.rows.filled}
        like = next(iter(self.rows.filled), None)
        base = self.slug or "sku"
        numbers = [range(len(option["values"])) for option in options]
        missing = (
            [choice for choice in combinations(*numbers) if tuple(map(str, choice)) not in made]
            if options
            else []
        )
        rows = [
            variants.row_for(choice, like, "-".join([base, *(str(at + 1) for at in choice)])[:40])
            for choice in missing
        ]
        self.rows = self.rows.extended(rows)

    @property
    def has_row_faults(self) -> bool:
        """Whether a row cannot be read or was refused."""
        return any(row.errors for row in self.rows.filled if row.is_bound)

    @property
    def slug(self) -> str:
        """What the product is called in addresses."""
        if self.product is not None:
            return self.product.slug
        return str(self.form.cleaned_data.get("slug", ""))

    def is_valid(self) -> bool:
        """Whether everything can be read; each fault stands at its field."""
        readable = all([self.form.is_valid(), self.rows.is_valid()])
        if readable:
            self._check_rows()
        return readable and self.form.is_valid() and self.rows.is_valid()

    def _check_rows(self) -> None:
        rows = self.rows.filled
        if not rows:
            self.form.add_error(None, _("A product has at least one variant."))
        if len(rows) > 1 and not self.form.cleaned_data["options"]:
            self.form.add_error(None, _("Several variants need an option that tells them apart."))
        if self.form.cleaned_data["on_sale"] and not any(
            row.cleaned_data["on_sale"] for row in rows
        ):
            self.form.add_error("on_sale", _("Put at least one of its variants on sale."))
        skus = Counter(row.cleaned_data["sku"] for row in rows)
        choices = Counter(row.choice for row in rows)
        elsewhere = Variant.objects.filter(sku__in=skus).exclude(product__slug=self.slug)
        taken = set(elsewhere.values_list("sku", flat=True))
        for row in rows:
            sku = row.cleaned_data["sku"]
            if skus[sku] > 1:
                row.add_error("sku", _("Two rows have this SKU."))
            if sku in taken:
                row.add_error("sku", _("Another product has this SKU."))
            if row.options and choices[row.choice] > 1:
                row.add_error("choice_0", _("Two rows make this choice."))

    def store(self, now: datetime) -> Product | None:
        """Save what was read; None where the service refused it: the faults say why.

        Raises Changed.
        """
        try:
            with transaction.atomic():
                if locked(self.slug, self.version) is not None and self.product is None:
                    raise Changed
                return catalogue.save_product(
                    slug=self.slug,
                    variants=[row.draft() for row in self.rows.filled],
                    now=now,
                    **self.form.fields_of_product,
                )
        except DoesNotFit as error:
            self._tell_misfits(error)
        except UnknownZone:
            self.form.add_error("zone", _("The scheme in force has no rates for this zone."))
        except BlockedClaims as error:
            faults.tell_claims(self.form, error.words)
        except ValidationError as error:
            faults.tell(self.form, error)
        return None

    def _tell_misfits(self, error: DoesNotFit) -> None:
        rows = {row.cleaned_data["sku"]: row for row in self.rows.filled}
        for misfit in error.misfits:
            row = rows.get(misfit.variant_sku)
            if row is not None:
                row.add_error("price_fen", faults.misfit_sentence(misfit))
            else:
                self.form.add_error(None, faults.misfit_of(misfit))
