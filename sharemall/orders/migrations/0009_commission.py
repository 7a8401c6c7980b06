"""An order keeps the commission that its merchant had when it was placed: of those under way, today's."""

from django.db import migrations, models

UNDER_WAY = """
UPDATE orders_order o SET commission_nano = m.commission_nano
FROM merchants_merchant m
WHERE m.key = o.merchant_id AND m.commission_nano > 0
    AND o.status IN ('unpaid', 'paying', 'paid', 'shipped', 'received')
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_lists")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="commission_nano",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.RunSQL(UNDER_WAY, migrations.RunSQL.noop),
    ]
