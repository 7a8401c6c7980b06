"""The edition of the frame, renewed by the database itself, whoever changes what is in it."""

from django.db import migrations, models

TABLES = ("brand_brand", "catalogue_zone", "catalogue_category")
FUNCTION = """
CREATE FUNCTION storefront_new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO storefront_edition (id, code) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET code = excluded.code;
    RETURN NULL;
END $$;
"""
TRIGGERS = "".join(
    f"""
CREATE TRIGGER new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION storefront_new_edition();
"""
    for table in TABLES
)
FIRST = "INSERT INTO storefront_edition (id, code) VALUES (1, gen_random_uuid());"
BACK = "".join(f"DROP TRIGGER new_edition ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("brand", "0001_initial"),
        ("catalogue", "0005_products_without_prices_of_their_own"),
    ]
    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("code", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_edition")
                ]
            },
        ),
        migrations.RunSQL(
            FUNCTION + TRIGGERS + FIRST,
            BACK + "DROP FUNCTION storefront_new_edition();",
        ),
    ]
