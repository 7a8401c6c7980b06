"""Zones and products. A zone's rates live in the scheme of the ledger, never here."""

from django.core.validators import FileExtensionValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language

HEX_COLOUR = RegexValidator(r"\A#[0-9a-f]{6}\Z")
PICTURES = FileExtensionValidator(["svg", "png", "jpg", "jpeg", "webp"])


def in_language(zh: str, en: str) -> str:
    """The text in the language of the page; the Chinese one where the English is not there."""
    return en if en and (get_language() or "").startswith("en") else zh


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


class Product(models.Model):
    """Something that can be bought. Prices are whole fen; `specs` are rows of four texts."""

    slug = models.SlugField(max_length=60, unique=True)
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="products")
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    subtitle_zh = models.CharField(max_length=100, blank=True)
    subtitle_en = models.CharField(max_length=200, blank=True)
    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    specs = models.JSONField(default=list, blank=True)
    unit_zh = models.CharField(max_length=10, default="件")
    unit_en = models.CharField(max_length=20, default="piece")
    price_fen = models.BigIntegerField()
    market_price_fen = models.BigIntegerField(null=True, blank=True)
    cost_fen = models.BigIntegerField()
    stock = models.IntegerField(default=0)
    returnable_days = models.PositiveSmallIntegerField(default=7)
    picture = models.FileField(upload_to="products", validators=[PICTURES], blank=True)
    position = models.PositiveIntegerField(default=0)
    on_sale = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["position", "id"], name="product_shelf"),
            models.Index(fields=["zone", "position", "id"], name="product_zone_shelf"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stock__gte=0), name="product_stock_not_negative"
            ),
            models.CheckConstraint(condition=models.Q(price_fen__gt=0), name="product_has_a_price"),
            models.CheckConstraint(
                condition=models.Q(cost_fen__gte=0), name="product_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(market_price_fen__isnull=True)
                | models.Q(market_price_fen__gte=models.F("price_fen")),
                name="product_market_price_not_below_price",
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
    def unit(self) -> str:
        """What one of it is called, in the language of the page."""
        return in_language(self.unit_zh, self.unit_en)

    @property
    def paragraphs(self) -> list[str]:
        """The description in the language of the page, one text a paragraph."""
        text = in_language(self.description_zh, self.description_en)
        return [part.strip() for part in text.split("\n\n") if part.strip()]

    @property
    def spec_rows(self) -> list[tuple[str, str]]:
        """Label and value of each spec, in the language of the page."""
        return [
            (in_language(row["label_zh"], row["label_en"]), in_language(row["zh"], row["en"]))
            for row in self.specs
        ]
