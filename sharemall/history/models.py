"""What is kept of an import while it runs and afterwards."""

from django.db import models


class Stage(models.IntegerChoices):
    """How far an import is; each stage is entered by a transaction."""

    READING = 0
    APPENDED = 1  # every good row is an event of the journal
    SETTLED = 2  # all are applied, and what the rules rejected is noted
    FINISHED = 3  # the report is written


class OrderImport(models.Model):
    """One import: a file read by a map. A killed one goes on behind `offset`."""

    digest = models.CharField(max_length=64, unique=True)  # of map and file
    name = models.TextField()  # the file's
    stage = models.SmallIntegerField(choices=Stage.choices, default=Stage.READING)
    started_at = models.DateTimeField()  # what is later lies in the future, however often resumed
    finished_at = models.DateTimeField(null=True)
    position = models.BigIntegerField()  # the journal's at the start
    offset = models.BigIntegerField()  # bytes read: to the end of a row
    line = models.BigIntegerField()  # the number of that row's last line
    rows = models.BigIntegerField(default=0)
    appended = models.BigIntegerField(default=0)
    repeated = models.BigIntegerField(default=0)  # the journal had the same event
    skipped = models.BigIntegerField(default=0)  # not completed
    refused = models.BigIntegerField(default=0)  # not in the journal
    rejected = models.BigIntegerField(default=0)  # in the journal, rejected by the rules
    days = models.BigIntegerField(default=0)  # closed
    open_day = models.DateField(null=True)  # the last day with orders, which is not closed yet
    closed_day = models.DateField(null=True)  # the last day that this import closed

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="history_every_row_has_one_end",
                condition=models.Q(
                    rows=models.F("appended")
                    + models.F("repeated")
                    + models.F("skipped")
                    + models.F("refused")
                ),
            ),
        ]


class Refusal(models.Model):
    """A row that is not in the journal, or that the rules rejected."""

    order_import = models.ForeignKey(OrderImport, models.PROTECT, related_name="refusals")
    line = models.BigIntegerField()
    reason = models.TextField()
    fields = models.TextField()  # the row as a JSON array of texts, ASCII

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_import", "line"], name="history_refused_once"),
        ]
