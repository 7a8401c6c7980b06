"""Pictures that nothing names any more are written down before they are removed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0009_search_edition")]

    operations = [
        migrations.CreateModel(
            name="StrayFile",
            fields=[
                ("name", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
            ],
        ),
    ]
