
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0004_notice_asked_no'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['provider', 'trade_no'], name='notice_of_trade'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['received_at'], name='notice_received'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('provider', ''), _negated=True), fields=['done_at'], name='refund_of_day'),
        ),
    ]
