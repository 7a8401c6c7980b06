"""Zones, categories, products and their variants. A zone's rates live in the scheme, never here."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from sharemall.language import in_language
from sharemall.merchants.models import PICTURES, FreightRule, Merchant

NARROWED_BY = ["on_sale", "zone", "merchant", "category", "price_fen"]
HEX_COLOUR = RegexValidator(r"\A#[0-9a-f]{6}\Z")


class Zone(models.Model):
    """A part of the mall. `key` is the zone's key in the scheme, where its rates are."""

    key = models.SlugField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=20)
    name_en = models.CharField(max_length=40)
    tagline_zh = models.CharField(max_length=60, blank=True)
    tagline_en = models.CharField(max_length=120, blank=True)
    colour = models.CharField(max_length=7, validators=[HEX_COLOUR], default="#0f7b5f")
    tint = models.CharField(max_length=7, validators=[HEX_COLOUR], default="#e6f4ef")
    icon = models.SlugField(max_length=30, default="store")
    picture = models.FileField(upload_to="zones", validators=[PICTURES], blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    on_sale = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.name_zh, self.name_en)

    @property
    def tagline(self) -> str:
        """The line under the name, in the language of the page."""
        return in_language(self.tagline_zh, self.tagline_en)


class Category(models.Model):
    """A kind of goods, in a tree of at most three floors."""

    slug = models.SlugField(max_length=40, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True
    )
    name_zh = models.CharField(max_length=20)
    name_en = models.CharField(max_length=40)
    picture = models.FileField(upload_to="categories", validators=[PICTURES], blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    on_sale = models.BooleanField(default=True)

    below: list["Category"]  # in a tree from selectors: what stands under it and is on sale

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="category_not_its_own_parent")
        ]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.name_zh, self.name_en)


class Product(models.Model):
    """Something that can be bought, in one or more variants.

    `options` are the choices that tell variants apart: a list of {"zh", "en", "values": [{"zh",
    "en"}]}; empty where there is one variant. Descriptions are sanitised HTML. `price_fen` and
    `market_price_fen` are those of its cheapest variant on sale, `sold`, `rating_sum` and
    `rating_count` are counters, `terms` is what it is found by: all kept by services.
    """

    HTML = ("description_zh", "description_en")  # may show pictures of the media

    class Kind(models.TextChoices):
        GOODS = "goods"  # sent to an address

    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.GOODS)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="products")
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="products")
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="products", null=True, blank=True
    )
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    subtitle_zh = models.CharField(max_length=100, blank=True)
    subtitle_en = models.CharField(max_length=200, blank=True)
    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    specs = models.JSONField(default=list, blank=True)
    options = models.JSONField(default=list, blank=True)
    unit_zh = models.CharField(max_length=10, default="件")
    unit_en = models.CharField(max_length=20, default="piece")
    price_fen = models.BigIntegerField(default=0)
    market_price_fen = models.BigIntegerField(null=True, blank=True)
    limit_per_member = models.PositiveIntegerField(null=True, blank=True)
    freight_rule = models.ForeignKey(
        FreightRule, models.PROTECT, related_name="products", null=True, blank=True
    )
    returnable_days = models.PositiveSmallIntegerField(default=7)
    picture = models.FileField(upload_to="products", validators=[PICTURES], blank=True)
    position = models.PositiveIntegerField(default=0)
    on_sale = models.BooleanField(default=True)
    sold = models.BigIntegerField(default=0)
    rating_sum = models.BigIntegerField(default=0)
    rating_count = models.BigIntegerField(default=0)
    terms = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_at = models.DateTimeField()

    # What selectors look up for a shelf, beside `in_stock`: the running flash price, if any, and
    # whether it is still on sale.
    flash: "FlashPrice | None"
    for_sale: bool

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            # With all that a shelf is narrowed by: looking along it reads no rows.
            models.Index(fields=["position", "id"], include=NARROWED_BY, name="product_by_place"),
            models.Index(
                fields=["price_fen", "id"], include=NARROWED_BY[:-1], name="product_by_cost"
            ),
            models.Index(fields=["-sold", "-id"], include=NARROWED_BY, name="product_by_sales"),
            models.Index(fields=["-created_at", "-id"], include=NARROWED_BY, name="product_by_day"),
            models.Index(fields=["zone", "position", "id"], name="product_zone_shelf"),
            models.Index(fields=["category", "position", "id"], name="product_category_shelf"),
            models.Index(fields=["merchant", "position", "id"], name="product_merchant_shelf"),
            GinIndex(fields=["terms"], name="product_found_by"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(on_sale=False) | Q(price_fen__gt=0), name="product_has_a_price"
            ),
            models.CheckConstraint(
                condition=Q(market_price_fen__isnull=True)
                | Q(market_price_fen__gte=F("price_fen")),
                name="product_market_price_not_below_price",
            ),
            models.CheckConstraint(
                condition=Q(limit_per_member__isnull=True) | Q(limit_per_member__gt=0),
                name="product_limit_lets_one_buy",
            ),
            models.CheckConstraint(
                condition=Q(rating_sum__gte=F("rating_count"))
                & Q(rating_sum__lte=5 * F("rating_count")),
                name="product_rating_of_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.name_zh, self.name_en)

    @property
    def subtitle(self) -> str:
        """The line under the name, in the language of the page."""
        return in_language(self.subtitle_zh, self.subtitle_en)

    @property
    def description(self) -> str:
        """The description in the language of the page: HTML that was sanitised when saved."""
        return in_language(self.description_zh, self.description_en)

    @property
    def unit(self) -> str:
        """What one of it is called, in the language of the page."""
        return in_language(self.unit_zh, self.unit_en)

    @property
    def spec_rows(self) -> list[tuple[str, str]]:
        """Label and value of each spec, in the language of the page."""
        return [
            (in_language(row["label_zh"], row["label_en"]), in_language(row["zh"], row["en"]))
            for row in self.specs
        ]


class ProductPicture(models.Model):
    """A further picture of a product, behind its first."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    picture = models.FileField(upload_to="products", validators=[PICTURES])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.picture)


class Variant(models.Model):
    """What is really bought and counted: one choice of a product's options.

    `choice` holds, for each option of the product, the number of its value (from 0). `name_zh`
    and `name_en` say the choice in words ("红 / 750 ml"); empty where there is nothing to choose.
    """

    product = models.ForeignKey(Product, models.PROTECT, related_name="variants")
    sku = models.CharField(max_length=40, unique=True)
    choice = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    price_fen = models.BigIntegerField()
    market_price_fen = models.BigIntegerField(null=True, blank=True)
    cost_fen = models.BigIntegerField()
    stock = models.IntegerField(default=0)
    weight_grams = models.PositiveIntegerField(default=0)
    picture = models.FileField(upload_to="products", validators=[PICTURES], blank=True)
    on_sale = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            # One that is off sale may be in old orders, while a new one makes its choice.
            models.UniqueConstraint(
                fields=["product", "choice"],
                condition=Q(on_sale=True),
                name="variant_chosen_once",
            ),
            models.CheckConstraint(condition=Q(stock__gte=0), name="variant_stock_not_negative"),
            models.CheckConstraint(condition=Q(price_fen__gt=0), name="variant_has_a_price"),
            models.CheckConstraint(condition=Q(cost_fen__gte=0), name="variant_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(market_price_fen__isnull=True)
                | Q(market_price_fen__gte=F("price_fen")),
                name="variant_market_price_not_below_price",
            ),
        ]

    def __str__(self) -> str:
        return self.sku

    @property
    def name(self) -> str:
        """The choice in the language of the page."""
        return in_language(self.name_zh, self.name_en)


class FlashPrice(models.Model):
    """A lower price of a variant for a time, for so many pieces of its stock.

    `left` is what can still be bought at it. A sale takes from `left` and from the variant's
    stock. The windows of one variant do not overlap (services.py).
    """

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="flash_prices")
    price_fen = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    left = models.IntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="flash_price_running")]
        constraints = [
            models.CheckConstraint(condition=Q(price_fen__gt=0), name="flash_price_is_a_price"),
            models.CheckConstraint(
                condition=Q(left__gte=0, left__lte=F("quantity")),
                name="flash_price_left_of_quantity",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="flash_price_ends_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.price_fen}"


class Favourite(models.Model):
    """A product that a member wants to find again."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "-added_at", "-id"], name="favourites_newest")]
        constraints = [
            models.UniqueConstraint(fields=["member", "product"], name="favourite_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.product_id}"


class Visit(models.Model):
    """The last time a member looked at a product."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "-seen_at", "-id"], name="visits_newest")]
        constraints = [
            models.UniqueConstraint(fields=["member", "product"], name="visit_last"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.product_id}"


class SearchEdition(models.Model):
    """Which edition of `search.terms_of` made the products' terms; one row, or none as yet.

    While the terms are made anew, `coming` is the edition that they are brought to, and `last_id`
    the last product that is done.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    edition = models.PositiveIntegerField(default=0)
    coming = models.PositiveIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_search_edition")]

    def __str__(self) -> str:
        return str(self.edition)


class StrayFile(models.Model):
    """A picture in the media that no row named at `since`, nor at any look after it."""

    name = models.CharField(max_length=200, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
