"""A close changes one column of a balance: cash and quota follow from the dividends paid."""

from django.db import migrations, models
from django.db.models import F, Q, Value

SPLIT = """
UPDATE ledger_balance SET moved_micro = moved_micro - dividends_micro,
    used_micro = granted_micro - used_micro - dividends_micro;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guard")]

    operations = [
        migrations.RemoveConstraint("balance", "balance_never_negative"),
        migrations.RemoveConstraint("balance", "dividends_within_granted_quota"),
        migrations.RenameField("balance", "cash_micro", "moved_micro"),
        migrations.RenameField("balance", "quota_micro", "used_micro"),
        migrations.RunSQL(SPLIT, SPLIT),
        migrations.AddConstraint(
            "balance",
            models.CheckConstraint(
                name="balance_never_negative",
                condition=Q(
                    share_micro__gte=0,
                    coin_micro__gte=0,
                    used_micro__gte=0,
                    dividends_micro__gte=0,
                    granted_micro__gte=F("used_micro") + F("dividends_micro"),
                    moved_micro__gte=Value(0) - F("dividends_micro"),
                ),
            ),
        ),
    ]
