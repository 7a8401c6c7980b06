"""The tables of the journal and the ledger.

Amounts are bigint micro-units. Every table that grows with members or events has its account
or its position first in the primary key, so that it can be distributed by account later.
Events, applications, entries and dividends are append-only: `0002_guard` makes the database
refuse everything else.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Event(models.Model):
    """One event of the journal, as appended by the business transaction that caused it."""

    id = models.CharField(primary_key=True, max_length=200, db_collation="C")
    payload = models.TextField()  # canonical JSON: keys sorted, no spaces, ASCII


class Pending(models.Model):
    """The queue: events not applied yet, in the order of appending; the writer deletes them."""

    seq = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=200, db_collation="C")


class Application(models.Model):
    """An event applied or rejected at its position, with the pool behind it and the hash chain."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.CharField(max_length=200, unique=True, db_collation="C")
    code = models.CharField(max_length=24)  # "" applied, else the rejection code of rules.md
    day = models.DateField(null=True)  # the business day of the event's `at`; null if it has none
    reserve_micro = models.BigIntegerField()
    outstanding_micro = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            BrinIndex(
                fields=["day"], name="application_day", pages_per_range=32, autosummarize=True
            ),
            models.Index(
                fields=["position"], condition=~models.Q(code=""), name="application_rejected"
            ),
        ]


class Account(models.Model):
    """The directory of accounts: "m:<id>" member, "s:<id>" merchant, ".reserve" … the pool's."""

    id = models.BigIntegerField(primary_key=True)  # numbered by the writer, without gaps
    key = models.TextField(unique=True, db_collation="C")


class Entry(models.Model):
    """What one event moved on one account for one reason; each event sums to 0 in every unit."""

    pk = models.CompositePrimaryKey("account_id", "position", "reason")
    account_id = models.BigIntegerField()
    position = models.BigIntegerField()
    reason = models.SmallIntegerField()  # an index into `reasons.REASONS`
    cash_micro = models.BigIntegerField()
    share_micro = models.BigIntegerField()
    coin_micro = models.BigIntegerField()
    quota_micro = models.BigIntegerField()


class Balance(models.Model):
    """What an account holds now: the sum of its entries and its dividends.

    A day close changes one column of a row, `dividends_micro`: cash and quota follow from it.
    `balances.CASH` and `balances.QUOTA` say how.
    """

    account_id = models.BigIntegerField(primary_key=True)
    is_member = models.BooleanField()
    level = models.SmallIntegerField(default=0)
    share_micro = models.BigIntegerField(default=0)
    coin_micro = models.BigIntegerField(default=0)
    moved_micro = models.BigIntegerField(default=0)  # cash by all that is no dividend
    granted_micro = models.BigIntegerField(default=0)  # quota ever granted
    used_micro = models.BigIntegerField(default=0)  # quota taken by sales under forced exit
    dividends_micro = models.BigIntegerField(default=0)  # ever paid: funds and honours together

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="balance_never_negative",
                condition=models.Q(
                    share_micro__gte=0,
                    coin_micro__gte=0,
                    used_micro__gte=0,
                    dividends_micro__gte=0,
                    granted_micro__gte=models.F("used_micro") + models.F("dividends_micro"),
                    moved_micro__gte=models.Value(0) - models.F("dividends_micro"),
                ),
            ),
        ]


class Pool(models.Model):
    """The one row of what belongs to all: the pool of rules.md and where the journal stands."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)
    accounts = models.BigIntegerField()  # how many accounts are numbered
    reserve_micro = models.BigIntegerField(default=0)
    outstanding_micro = models.BigIntegerField(default=0)
    treasury_micro = models.BigIntegerField(default=0)
    issued_micro = models.BigIntegerField(default=0)
    dividend_fund_micro = models.BigIntegerField(default=0)
    honor_fund_micro = models.BigIntegerField(default=0)
    dividend_carry_micro = models.BigIntegerField(default=0)
    honor_carry_micro = ArrayField(models.BigIntegerField(), size=10)
    unassigned_micro = models.BigIntegerField(default=0)
    last_closed = models.DateField(null=True)
    coins_micro = models.BigIntegerField(default=0)  # in existence, all accounts
    granted_micro = models.BigIntegerField(default=0)  # quota granted, all members
    paid_micro = models.BigIntegerField(default=0)  # dividends and honours paid, all members
    level_counts = ArrayField(models.BigIntegerField(), size=11)  # members at exactly V0…V10

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_pool")]


class SchemeVersion(models.Model):
    """A scheme file as it came into force; version 1 opened the ledger."""

    version = models.IntegerField(primary_key=True)
    toml = models.TextField()
    position = models.BigIntegerField()  # of its set_scheme event; 0 for the first


class Day(models.Model):
    """A closed day: one row a date, which is what makes a close idempotent."""

    day = models.DateField(primary_key=True)
    position = models.BigIntegerField(unique=True)
    dividend_fund_micro = models.BigIntegerField()
    dividend_paid_micro = models.BigIntegerField()
    honor_fund_micro = models.BigIntegerField()
    honor_paid_micro = models.BigIntegerField()
    to_reserve_micro = models.BigIntegerField()
    forced_exits = models.BigIntegerField()
    rate_num = models.DecimalField(max_digits=40, decimal_places=0, null=True)
    rate_den = models.DecimalField(max_digits=40, decimal_places=0, null=True)
    honor_amounts_micro = ArrayField(models.BigIntegerField(), size=10)  # per head, V1…V10
    honor_heads = ArrayField(models.BigIntegerField(), size=10)  # who was eligible
    passes = models.IntegerField()  # aggregate passes that the settlement took
    reserve_micro = models.BigIntegerField()  # after the close
    outstanding_micro = models.BigIntegerField()
    # What each pool could not divide, V1…V10; null where a close did not keep it yet.
    honor_carries_micro = ArrayField(models.BigIntegerField(), size=10, null=True)


class CloseRun(models.Model):
    """Somebody, or the worker, began to close a day. Without an end it died, or is still at it."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(db_index=True)
    started_at = models.DateTimeField()


class CloseRunEnd(models.Model):
    """How a run ended: the close's outcome, or what stopped it."""

    run = models.OneToOneField(
        CloseRun, models.DO_NOTHING, primary_key=True, related_name="end", db_constraint=False
    )
    ended_at = models.DateTimeField()
    took_ms = models.BigIntegerField()  # by a stopwatch: the demo's clock can be moved meanwhile
    position = models.BigIntegerField(null=True)  # null where nothing was applied
    code = models.CharField(max_length=24)  # as in `Application`
    fault = models.TextField()  # "" where it came to its end


class Verification(models.Model):
    """A successful `verify`: up to which position, and the chain's hash there."""

    position = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    verified_at = models.DateTimeField()


class FailedVerification(models.Model):
    """A `verify` that found faults: what does not add up, a sentence each."""

    id = models.BigAutoField(primary_key=True)
    position = models.BigIntegerField()
    verified_at = models.DateTimeField()
    faults = ArrayField(models.TextField())


class OfClosedDays(models.Manager["Dividend"]):
    """What a close that died left of a day that is not closed is not there: `columns.CLOSED`."""

    def get_queryset(self) -> models.QuerySet["Dividend"]:
        last = models.Subquery(Pool.objects.values("last_closed"))
        return super().get_queryset().filter(day__lte=last)


class Payout(models.Model):
    """What was written of a day's dividends, in sum: put down by the database as it is written.

    A day has one, which only the transaction that made it can add to: so its dividends are written
    once. One behind the last closed day was
    written ahead by a close that died.
    """

    day = models.DateField(primary_key=True)
    fund_micro = models.BigIntegerField()
    honour_micro = models.BigIntegerField()


class Dividend(models.Model):
    """What a member got at one close. Partitioned by month; the rows of `.dividends`."""

    pk = models.CompositePrimaryKey("account_id", "day")
    account_id = models.BigIntegerField()
    day = models.DateField()
    fund_micro = models.BigIntegerField()
    honour_micro = models.BigIntegerField()

    objects = OfClosedDays()


class Month(models.Model):
    """A month that is over, whose dividends are added up, each member's in a row of its own."""

    month = models.DateField(primary_key=True)  # its first day


class DividendMonth(models.Model):
    """What a member got in a month that is over: its dividends, and their sums."""

    pk = models.CompositePrimaryKey("account_id", "month")
    account_id = models.BigIntegerField()
    month = models.DateField()  # its first day
    fund_micro = models.BigIntegerField()
    honour_micro = models.BigIntegerField()
    days = ArrayField(models.SmallIntegerField())  # of the month, those with a dividend, in order
    funds_micro = ArrayField(models.BigIntegerField())  # on each of them
    honours_micro = ArrayField(models.BigIntegerField())


class Tally(models.Model):
    """The entries behind position `after` up to `position`, a close's, added up.

    `holders` is how many members and merchants had shares when it was added up, at
    `counted_at`, a position not before the close's.
    """

    position = models.BigIntegerField(primary_key=True)
    after = models.BigIntegerField(unique=True)
    holders = models.BigIntegerField()
    counted_at = models.BigIntegerField()


class TallyLine(models.Model):
    """What a tally's entries moved on an account of the pool, on all members, on all merchants.

    `account` is the pool account's number or one of `reasons.MEMBERS` and `reasons.MERCHANTS`.
    What was taken off is the debit, what was added the credit.
    """

    pk = models.CompositePrimaryKey("position", "account", "reason")
    position = models.BigIntegerField()
    account = models.SmallIntegerField()
    reason = models.SmallIntegerField()
    cash_debit_micro = models.DecimalField(max_digits=40, decimal_places=0)
    cash_credit_micro = models.DecimalField(max_digits=40, decimal_places=0)
    share_debit_micro = models.DecimalField(max_digits=40, decimal_places=0)
    share_credit_micro = models.DecimalField(max_digits=40, decimal_places=0)
    coin_debit_micro = models.DecimalField(max_digits=40, decimal_places=0)
    coin_credit_micro = models.DecimalField(max_digits=40, decimal_places=0)
    quota_debit_micro = models.DecimalField(max_digits=40, decimal_places=0)
    quota_credit_micro = models.DecimalField(max_digits=40, decimal_places=0)
