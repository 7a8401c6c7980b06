"""Products by CSV: a row for each variant, read as if it were typed into the product's page.

An empty cell leaves what is there. Variants that are not in the file stay as they are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.catalogue.drafts import MOST_OPTIONS
from sharemall.catalogue.models import Category, Product
from sharemall.console.forms import products, variants
from sharemall.console.imports.table import Head, Line, Told, is_yes
from sharemall.console.models import Import
from sharemall.console.rows import MOST_ROWS
from sharemall.console.sheets import NEW, Changed, ProductSheet, version_of
from sharemall.members.models import Member
from sharemall.merchants.models import FreightRule

OF_PRODUCT = (
    Head("slug", _("Name in the address"), "hangzhou-green-tea", is_needed=True),
    Head("merchant", _("Merchant"), "platform"),
    Head("zone", _("Zone"), "wine"),
    Head("category", _("Category"), "drinks"),
    Head("name_zh", _("Name (Chinese)"), "龙井绿茶"),
    Head("name_en", _("Name (English)"), "Longjing green tea"),
    Head("subtitle_zh", _("Subtitle (Chinese)")),
    Head("subtitle_en", _("Subtitle (English)")),
    Head("description_zh", _("Description (Chinese)")),
    Head("description_en", _("Description (English)")),
    Head("unit_zh", _("Unit (Chinese)"), "盒"),
    Head("unit_en", _("Unit (English)"), "box"),
    Head("freight_rule", _("Freight rule")),
    Head("returnable_days", _("Days to return it"), "7"),
    Head("limit_per_member", _("Limit per member")),
    Head("position", _("Place on the shelf"), "0"),
    Head("on_sale", _("On sale"), "1"),
)
OF_VARIANT = (
    Head("sku", _("SKU"), "tea-100", is_needed=True),
    Head("price_fen", pgettext_lazy("staff", "Price"), "68.00"),
    Head("market_price_fen", _("Market price"), "88.00"),
    Head("cost_fen", _("Cost"), "20.00"),
    Head("stock", _("Stock"), "100"),
    Head("weight_grams", _("Weight in grams"), "150"),
    Head("variant_on_sale", _("Variant on sale"), "1"),
)
OPTION = (*("option_{}_zh", "option_{}_en", "value_{}_zh", "value_{}_en"),)
OPTION_TITLES = (
    _("Option %(number)s (Chinese)"),
    _("Option %(number)s (English)"),
    _("Value %(number)s (Chinese)"),
    _("Value %(number)s (English)"),
)
OPTION_EXAMPLES = ("净含量", "Net weight", "100 克", "100 g")
FLAGS = ("on_sale", "variant_on_sale")


class _Title:
    """A numbered title, in the language of whoever reads it."""

    def __init__(self, words: Any, number: int) -> None:
        self.words, self.number = words, number

    def __str__(self) -> str:
        return str(self.words) % {"number": self.number}


def _option_heads() -> Iterator[Head]:
    for number in range(1, MOST_OPTIONS + 1):
        for key, words, example in zip(OPTION, OPTION_TITLES, OPTION_EXAMPLES, strict=True):
            shown = example if number == 1 else ""
            yield Head(key.format(number), _Title(words, number), shown)


class ProductImport:
    """Whole products with their variants."""

    name = "products"
    heads = (*OF_PRODUCT, *_option_heads(), *OF_VARIANT)

    def work(
        self, lines: Sequence[Line], *, of: Import, by: Member, now: datetime, for_real: bool
    ) -> list[Told]:
        """Try each product by itself; the rows of one go in together or not at all."""
        told = {
            line.number: Told(
                line.number,
                " · ".join(part for key in ("slug", "sku") if (part := line.cells.get(key))),
            )
            for line in lines
        }
        _tell_strangers(lines, told)
        for slug, group in _groups(lines).items():
            _Goods(slug, group, told).work(now, for_real)
        return list(told.values())


def _groups(lines: Sequence[Line]) -> dict[str, list[Line]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        if slug := line.cells.get("slug"):
            groups.setdefault(slug, []).append(line)
    return groups


def _tell_strangers(lines: Sequence[Line], told: Mapping[int, Told]) -> None:
    """Rows that belong to no product, or that fight over a SKU."""
    owners: dict[str, set[str]] = {}
    for line in lines:
        owners.setdefault(line.cells.get("sku", ""), set()).add(line.cells.get("slug", ""))
    times = Counter(line.cells.get("sku", "") for line in lines)
    for line in lines:
        if "slug" not in line.cells:
            told[line.number].fault(say("The name in the address is missing."))
        sku = line.cells.get("sku")
        if sku is None:
            told[line.number].fault(say("The SKU is missing."))
        elif times[sku] > 1:
            told[line.number].fault(say("Two rows have this SKU."))


class _Goods:
    """One product of the file: its rows, brought together with what is there."""

    def __init__(self, slug: str, lines: Sequence[Line], told: Mapping[int, Told]) -> None:
        self.slug, self.lines = slug, lines
        self.told = [told[line.number] for line in lines]
        self.product = Product.objects.select_related("merchant").filter(slug=slug).first()
        self.cells: dict[str, str] = {}

    def work(self, now: datetime, for_real: bool) -> None:
        """Try it, and tell what came of it."""
        self._agree()
        if not self._has_faults():
            data, places = self._data()
            if not self._has_faults():
                self._save(data, places, now, for_real)
        if self._has_faults():
            for row in self.told:
                if row.state != "fault":
                    row.fault(say("Another row of this product has a fault."))

    def _has_faults(self) -> bool:
        return any(row.state == "fault" for row in self.told)

    def _agree(self) -> None:
        """Gather what is said of the product; two rows that say different things are refused."""
        since: dict[str, int] = {}
        names = {head.key: head for head in (*OF_PRODUCT, *_option_heads())}
        own = {key.format(number) for key in OPTION[2:] for number in range(1, MOST_OPTIONS + 1)}
        for line, row in zip(self.lines, self.told, strict=True):
            for key, value in line.cells.items():
                if key not in names or key in own:
                    continue
                if self.cells.setdefault(key, value) != value:
                    row.fault(
                        say("%(column)s: row %(row)s says something else.")
                        % {"column": names[key].title, "row": since[key]}
                    )
                since.setdefault(key, line.number)
            for key in FLAGS:
                if key in line.cells and is_yes(line.cells[key]) is None:
                    row.fault(
                        say("Yes or no is written 1 or 0: %(text)s.") % {"text": line.cells[key]}
                    )

    def _data(self) -> tuple[QueryDict, list[int | None]]:
        """The product's form as it would be sent; and for each of its rows the row of the file."""
        data = QueryDict(mutable=True)
        form = products.ProductForm(
            product=self.product,
            initial=products.initial_of(self.product) if self.product else dict(NEW),
        )
        _fill(data, form, "")
        data["version"] = version_of(self.product)
        for key, value in self.cells.items():
            if key in form.fields and not key.startswith("option_"):
                _put(data, form, key, value)
        self._put_places(data)
        options = self._options(data)
        return data, self._put_variants(data, options)

    def _put_places(self, data: QueryDict) -> None:
        """Categories by their name in the address, freight rules by their name."""
        if slug := self.cells.get("category"):
            key = Category.objects.filter(slug=slug).values_list("pk", flat=True).first()
            if key is None:
                self.told[0].fault(say("There is no category %(name)s.") % {"name": slug})
            data["category"] = str(key or "")
        if name := self.cells.get("freight_rule"):
            rules = FreightRule.objects.filter(merchant_id=data.get("merchant", ""), name=name)
            key = rules.values_list("pk", flat=True).first()
            if key is None:
                self.told[0].fault(
                    say("The merchant has no freight rule %(name)s.") % {"name": name}
                )
            data["freight_rule"] = str(key or "")

    def _options(self, data: QueryDict) -> list[dict[str, Any]]:
        """The product's options with the values that the rows bring, put into the form as well."""
        there = list(self.product.options) if self.product else []
        options: list[dict[str, Any]] = []
        for number in range(1, MOST_OPTIONS + 1):
            old = there[number - 1] if number <= len(there) else None
            zh = self.cells.get(f"option_{number}_zh", old["zh"] if old else "")
            if not zh:
                break
            if old and old["zh"] != zh:
                self.told[0].fault(
                    say("The product has the option %(name)s there.") % {"name": old["zh"]}
                )
            en = self.cells.get(f"option_{number}_en", old["en"] if old else "")
            names = {value["zh"]: value["en"] for value in old["values"]} if old else {}
            for line, row in zip(self.lines, self.told, strict=True):
                self._add_value(names, line, row, number)
            options.append(
                {"zh": zh, "en": en, "values": [{"zh": a, "en": b or ""} for a, b in names.items()]}
            )
        for at, option in enumerate(options):
            data[f"option_{at}_zh"], data[f"option_{at}_en"] = option["zh"], option["en"]
            data[f"option_{at}_values"] = "\n".join(
                f"{value['zh']} {products.BETWEEN} {value['en']}" if value["en"] else value["zh"]
                for value in option["values"]
            )
        return options

    def _add_value(self, names: dict[str, Any], line: Line, row: Told, number: int) -> None:
        zh = line.cells.get(f"value_{number}_zh", "")
        en = line.cells.get(f"value_{number}_en", "")
        if not zh:
            return
        if names.get(zh) and en and names[zh] != en:
            row.fault(
                say("%(name)s is called %(english)s in English already.")
                % {"name": zh, "english": names[zh]}
            )
        names[zh] = names.get(zh) or en

    def _put_variants(self, data: QueryDict, options: list[dict[str, Any]]) -> list[int | None]:
        there = {row.sku: row for row in self.product.variants.all()} if self.product else {}
        lines = {line.cells["sku"]: at for at, line in enumerate(self.lines)}
        skus = [*there, *(sku for sku in lines if sku not in there)]
        if len(skus) > MOST_ROWS:
            self.told[0].fault(
                say("A product has at most %(most)s variants.") % {"most": MOST_ROWS}
            )
        for place, sku in enumerate(skus):
            stored = there.get(sku)
            form = variants.VariantForm(
                prefix=f"variant-{place}",
                initial=variants.initial_of(stored) if stored else {"on_sale": True},
                options=options,
                there=there,
            )
            _fill(data, form, f"variant-{place}-")
            data[f"variant-{place}-sku"] = sku
            if sku in lines:
                self._put_variant(data, form, place, self.lines[lines[sku]], options)
        data["variant-rows"] = str(len(skus))
        return [lines.get(sku) for sku in skus]

    def _put_variant(
        self,
        data: QueryDict,
        form: forms.Form,
        place: int,
        line: Line,
        options: list[dict[str, Any]],
    ) -> None:
        prefix = f"variant-{place}-"
        for head in OF_VARIANT[1:]:
            key = "on_sale" if head.key == "variant_on_sale" else head.key
            if head.key in line.cells:
                _put(data, form, key, line.cells[head.key], prefix)
        for at, option in enumerate(options):
            value = line.cells.get(f"value_{at + 1}_zh")
            if value is not None:
                names = [one["zh"] for one in option["values"]]
                data[f"{prefix}choice_{at}"] = str(names.index(value))

    def _save(
        self, data: QueryDict, places: Sequence[int | None], now: datetime, for_real: bool
    ) -> None:
        with transaction.atomic():
            sheet = ProductSheet(self.product, data)
            saved = None
            try:
                saved = sheet.store(now) if sheet.is_valid() else None
            except Changed:
                self.told[0].fault(say("It was changed meanwhile: import the file again."))
            is_same = saved is not None and data["version"] == version_of(
                Product.objects.get(pk=saved.pk)
            )
            if saved is None or is_same or not for_real:
                transaction.set_rollback(True)
        if saved is None:
            self._tell(sheet, places)
            return
        state = "same" if is_same else "changed" if self.product else "new"
        for row in self.told:
            row.state = state

    def _tell(self, sheet: ProductSheet, places: Sequence[int | None]) -> None:
        for sentence in _faults(sheet.form):
            self.told[0].fault(sentence)
        for form, place in zip(sheet.rows.forms, places, strict=False):
            row = self.told[0] if place is None else self.told[place]
            for sentence in _faults(form):
                row.fault(sentence)


def _fill(data: QueryDict, form: forms.Form, prefix: str) -> None:
    """What stands in a form at first, as a browser would send it."""
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, bool):
            value = "on" if value else ""
        if value not in (None, ""):
            data[prefix + name] = str(value)


def _put(data: QueryDict, form: forms.Form, name: str, value: str, prefix: str = "") -> None:
    if isinstance(form.fields[name], forms.BooleanField):
        data.pop(prefix + name, None)
        if is_yes(value):
            data[prefix + name] = "on"
    else:
        data[prefix + name] = value


def _faults(form: forms.Form) -> Iterator[str]:
    """Each fault of a form that was sent, with the name of its field before it."""
    if not form.is_bound:
        return
    for name, sentences in form.errors.items():
        label = f"{form.fields[name].label}: " if name in form.fields else ""
        for sentence in sentences:
            yield f"{label}{sentence}"
