"""Changes of the scheme on their way from a draft into the journal, and what they took off sale."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sharemall.catalogue.models import Product

NOTICE = timedelta(days=7)
# From publication on, whatever becomes of it.
PUBLISHED = ["published", "in_force", "superseded", "refused"]
IN_LEDGER = ["in_force", "superseded"]


class Change(models.Model):
    """A change of the scheme: a draft, then an announcement, then a version of the scheme.

    `toml` is the whole scheme file. `revision` counts its edits: whoever saves, submits or approves
    names the one that was seen. `rerun` is what the last ninety days' orders would have brought,
    for `rerun_revision` against the version `rerun_against`. Once approved, it is published at
    `published_at`, and its set_scheme enters the journal as `event_id` at `effective_at`
    (`journalled_at` is when that happened; from then on nobody can take it back).
    `settled_at`: goods that do not fit are off sale, nothing is left to do.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"  # waits for a second person
        PUBLISHED = "published"  # approved and announced; takes effect at its moment
        IN_FORCE = "in_force"
        SUPERSEDED = "superseded"  # a later version came into force
        WITHDRAWN = "withdrawn"
        REFUSED = "refused"  # the journal refused its set_scheme: `refusal` says why

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(max_length=60)
    note = models.TextField(max_length=2000, blank=True)  # for colleagues
    announcement_zh = models.TextField(max_length=500, blank=True)  # for members
    announcement_en = models.TextField(max_length=1000, blank=True)
    toml = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    rerun = models.JSONField(null=True)
    rerun_revision = models.PositiveIntegerField(null=True)
    rerun_against = models.PositiveIntegerField(null=True)
    rerun_at = models.DateTimeField(null=True)
    rerun_asked_at = models.DateTimeField(null=True)  # the worker is to do it
    rerun_done = models.PositiveIntegerField(default=0)  # of it so far, in hundredths
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    submitted_at = models.DateTimeField(null=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    published_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(null=True)
    event_id = models.CharField(max_length=60, unique=True, null=True)
    journalled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(unique=True, null=True)
    in_force_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=24, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="published"), name="change_one_waits"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="in_force"), name="change_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True)
                | ~Q(approver=F("author"))
                & ~Q(approver=F("changed_by"))
                & ~Q(approver=F("submitted_by")),
                name="change_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(effective_at__isnull=True)
                | Q(published_at__isnull=False, effective_at__gte=F("published_at") + NOTICE),
                name="change_announced_a_week_before",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLISHED)
                | Q(
                    approver__isnull=False,
                    submitted_by__isnull=False,
                    effective_at__isnull=False,
                    event_id__isnull=False,
                    rerun_revision=F("revision"),
                ),
                name="change_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(journalled_at__isnull=True)
                | Q(journalled_at__gte=F("effective_at"), state__in=PUBLISHED),
                name="change_not_before_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=IN_LEDGER, version__isnull=False, journalled_at__isnull=False)
                | ~Q(state__in=IN_LEDGER) & Q(version__isnull=True),
                name="change_in_force_is_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True),
                name="change_withdrawn_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_rerun(self) -> bool:
        """Whether its re-run is of the draft as it is."""
        return self.rerun_revision == self.revision


class Revision(models.Model):
    """One edit of a change: what it said then, and who wrote it. Only ever added to."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    toml = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["change", "number"], name="change_revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id}.{self.number}"


class TakenOff(models.Model):
    """A product that went off sale because a change left no room for it; amounts in fen.

    `zone_gone`: its zone has no rates any more. Otherwise the figures are those of the variant
    that was furthest over what it can be paid at.
    """

    change = models.ForeignKey(Change, models.CASCADE, related_name="taken_off")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    zone_key = models.SlugField(max_length=40)
    zone_gone = models.BooleanField(default=False)
    sku = models.CharField(max_length=40, blank=True)
    lowest_fen = models.BigIntegerField(default=0)
    cost_fen = models.BigIntegerField(default=0)
    contributions_fen = models.BigIntegerField(default=0)
    commission_fen = models.BigIntegerField(default=0)
    over_fen = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["change", "product"], name="change_takes_off_once"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.product_id}"


class Telling(models.Model):
    """How far members are told of a change: the last one's id, and when all were."""

    class What(models.TextChoices):
        ANNOUNCED = "announced"
        WITHDRAWN = "withdrawn"

    change = models.ForeignKey(Change, models.CASCADE, related_name="tellings")
    what = models.CharField(max_length=10, choices=What)
    member_id = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "what"], name="change_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.what} {self.member_id}"
