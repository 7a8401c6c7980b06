"""Runs that close days, failed verifications and tallies of entries: all append-only.

A close also keeps what each honour pool had over, so that the next one can be worked out again.
Refused events and days of the journal get an index each, small ones.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

TABLES = ("closerun", "closerunend", "failedverification", "tally", "tallyline")
REFUSE = "\n".join(
    f"CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();"
    for table in TABLES
)
UNDO = "\n".join(f"DROP TRIGGER refuse ON ledger_{table};" for table in TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_months'),
    ]

    operations = [
        migrations.CreateModel(
            name='CloseRun',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField(db_index=True)),
                ('started_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FailedVerification',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.BigIntegerField()),
                ('verified_at', models.DateTimeField()),
                ('faults', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
            ],
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('after', models.BigIntegerField(unique=True)),
                ('holders', models.BigIntegerField()),
                ('counted_at', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='TallyLine',
            fields=[
                ('pk', models.CompositePrimaryKey('position', 'account', 'reason', blank=True, editable=False, primary_key=True, serialize=False)),
                ('position', models.BigIntegerField()),
                ('account', models.SmallIntegerField()),
                ('reason', models.SmallIntegerField()),
                ('cash_debit_micro', models.DecimalField(decimal_places=0, max_digits=40)),
                ('cash_credit_micro', models.DecimalField(decimal_places=0, max_digits=40)),
                ('share_debit_micro', models.DecimalField(decimal_places=0, max_digits=40)),
                ('share_credit_micro', models.DecimalField(decimal_places=0, max_digits=40)),
                ('coin_debit_micro', models.DecimalField(decimal_places=0, max_digits=40)),
                ('coin_credit_micro', models.DecimalField(decimal_places=0, max_digits=40)),
                ('quota_debit_micro', models.DecimalField(decimal_places=0, max_digits=40)),
                ('quota_credit_micro', models.DecimalField(decimal_places=0, max_digits=40)),
            ],
        ),
        migrations.AddField(
            model_name='day',
            name='honor_carries_micro',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=10),
        ),
        migrations.AddIndex(
            model_name='application',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['day'], name='application_day', pages_per_range=32),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('code', ''), _negated=True), fields=['position'], name='application_rejected'),
        ),
        migrations.CreateModel(
            name='CloseRunEnd',
            fields=[
                ('run', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='end', serialize=False, to='ledger.closerun')),
                ('ended_at', models.DateTimeField()),
                ('took_ms', models.BigIntegerField()),
                ('position', models.BigIntegerField(null=True)),
                ('code', models.CharField(max_length=24)),
                ('fault', models.TextField()),
            ],
        ),
        migrations.RunSQL(REFUSE, UNDO),
    ]
