"""Which edition of the search made the products' terms.

There is no row at first: goods that were saved before the last change of the search have terms of
before, and `sharemall migrate` brings them up to date.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0008_earlier_products_are_found")]

    operations = [
        migrations.CreateModel(
            name="SearchEdition",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("edition", models.PositiveIntegerField(default=0)),
                ("coming", models.PositiveIntegerField(default=0)),
                ("last_id", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_search_edition")
                ]
            },
        ),
    ]
