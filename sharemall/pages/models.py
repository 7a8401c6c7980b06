"""Banners, home's sections, notices and policies, as the operator set them."""

from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.language import in_language

PHOTOS = FileExtensionValidator(["png", "jpg", "jpeg", "webp"])


class Edited(models.Model):
    """A row that several may edit: a form carries the revision that it was made of."""

    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Banner(Edited):
    """A wide picture at the top of home, with or without words over it, leading somewhere.

    Without a picture the mall's own drawing stands there, so it needs a title. `target` is a
    zone's key, a product's or category's slug, or an address of the mall, as `leads_to` says.
    """

    class LeadsTo(models.TextChoices):
        NOWHERE = "nowhere", _("Nowhere")
        ZONE = "zone", pgettext_lazy("face", "A zone")
        CATEGORY = "category", pgettext_lazy("face", "A category")
        PRODUCT = "product", pgettext_lazy("face", "A product")
        COUPONS = "coupons", _("The coupon centre")
        PATH = "path", _("An address of the mall")

    class Tone(models.TextChoices):
        """What the words stand on: white on each of these can be read."""

        BRAND = "brand", _("The mall's main colour")
        ACCENT = "accent", _("The mall's second colour")
        ZONE = "zone", _("The colour of the zone")
        NIGHT = "night", pgettext_lazy("face", "Dark")

    title_zh = models.CharField(max_length=20, blank=True)
    title_en = models.CharField(max_length=40, blank=True)
    line_zh = models.CharField(max_length=40, blank=True)
    line_en = models.CharField(max_length=80, blank=True)
    picture = models.FileField(upload_to="banners", validators=[PHOTOS], blank=True)
    picture_phone = models.FileField(upload_to="banners", validators=[PHOTOS], blank=True)
    alt_zh = models.CharField(max_length=60, blank=True)
    alt_en = models.CharField(max_length=120, blank=True)
    tone = models.CharField(max_length=10, choices=Tone, default=Tone.BRAND)
    leads_to = models.CharField(max_length=10, choices=LeadsTo, default=LeadsTo.NOWHERE)
    target = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="banner_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=~Q(picture="") | ~Q(title_zh=""), name="banner_shows_something"
            ),
            models.CheckConstraint(
                condition=Q(picture="") | ~Q(title_zh="") | ~Q(alt_zh=""),
                name="banner_can_be_told",
            ),
            models.CheckConstraint(
                condition=Q(leads_to__in=["nowhere", "coupons"]) ^ ~Q(target=""),
                name="banner_target_where_it_leads",
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh or self.alt_zh

    @property
    def name(self) -> str:
        """What it is called in lists, in the language of the page."""
        return self.title or self.alt

    @property
    def title(self) -> str:
        """The words over the picture, in the language of the page; "" without any."""
        return in_language(self.title_zh, self.title_en)

    @property
    def line(self) -> str:
        """The line under the title, in the language of the page."""
        return in_language(self.line_zh, self.line_en)

    @property
    def alt(self) -> str:
        """What the picture shows, in the language of the page."""
        return in_language(self.alt_zh, self.alt_en)


class HomeSection(Edited):
    """A part of home below its top. Without a title it has the usual one of its kind.

    `zone` is the key of a shelf's zone, `products` the slugs of chosen goods, in order; `many` is
    how many things it shows at most.
    """

    class Kind(models.TextChoices):
        FLASH = "flash", _("Flash sale")
        COUPONS = "coupons", _("Coupons")
        ZONES = "zones", _("Zones")
        CATEGORIES = "categories", _("Categories")
        SHELF = "shelf", _("Goods of a zone")
        PRODUCTS = "products", _("Chosen products")
        NEW = "new", _("New in the shop")
        SOLD = "sold", _("Bought most")

    kind = models.CharField(max_length=12, choices=Kind)
    title_zh = models.CharField(max_length=20, blank=True)
    title_en = models.CharField(max_length=40, blank=True)
    zone = models.CharField(max_length=40, blank=True)
    products = models.JSONField(default=list, blank=True)
    many = models.PositiveSmallIntegerField(default=6)
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(many__gte=1, many__lte=24), name="home_section_shows_a_few"
            ),
            models.CheckConstraint(
                condition=~Q(kind="shelf") ^ ~Q(zone=""), name="home_section_zone_of_a_shelf"
            ),
            models.CheckConstraint(
                condition=~Q(kind="products") ^ ~Q(products=[]),
                name="home_section_products_if_chosen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title_zh}".strip()

    @property
    def title(self) -> str:
        """Its own title in the language of the page; "" for the usual one."""
        return in_language(self.title_zh, self.title_en)


class Notice(Edited):
    """A sentence that shoppers are told on some pages for a time."""

    class Where(models.TextChoices):
        HOME = "home", _("On home")
        CHECKOUT = "checkout", _("At the checkout")
        ALL = "all", _("On every page")

    class Level(models.TextChoices):
        INFO = "info", pgettext_lazy("face", "For information")
        IMPORTANT = "important", pgettext_lazy("face", "Important")

    text_zh = models.CharField(max_length=120)
    text_en = models.CharField(max_length=240)
    where = models.CharField(max_length=10, choices=Where, default=Where.HOME)
    level = models.CharField(max_length=10, choices=Level, default=Level.INFO)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    is_on = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="notice_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=~Q(text_zh="") & ~Q(text_en=""), name="notice_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text_zh

    @property
    def text(self) -> str:
        """The sentence in the language of the page."""
        return in_language(self.text_zh, self.text_en)


class PolicyVersion(Edited):
    """The text of a policy, a draft until it is published; then it stays as it is.

    Texts are sanitised HTML. Drafts have no number; those that were published are counted from 1.
    """

    HTML = ("text_zh", "text_en")  # may show pictures of the media

    class Slug(models.TextChoices):
        ABOUT = "about", _("About us")
        TERMS = "terms", _("Terms of service")
        PRIVACY = "privacy", _("Privacy policy")
        SHIPPING = "shipping", pgettext_lazy("policy", "Delivery")
        RETURNS = "returns", _("Returns and refunds")

    slug = models.CharField(max_length=10, choices=Slug)
    number = models.PositiveIntegerField(null=True, blank=True)
    text_zh = models.TextField()
    text_en = models.TextField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["slug", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "number"], name="policy_number_once"),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(number=None), name="policy_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(number=None, published_at=None, published_by=None)
                | Q(number__gte=1, published_at__isnull=False, published_by__isnull=False),
                name="policy_published_with_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(text_zh="") & ~Q(text_en=""), name="policy_has_texts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.number or 'draft'}"

    @property
    def text(self) -> str:
        """The text in the language of the page: HTML that was sanitised when saved."""
        return in_language(self.text_zh, self.text_en)
