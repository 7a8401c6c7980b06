"""How far members are told of a change: announced changes that wait are told to all, once."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schemes', '0002_what_was_published_stands'),
    ]

    operations = [
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('announced', 'Announced'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('member_id', models.BigIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellings', to='schemes.change')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('change', 'what'), name='change_told_once')],
            },
        ),
    ]
