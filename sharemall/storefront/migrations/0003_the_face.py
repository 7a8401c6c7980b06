"""Banners, home's sections, notices and policies frame the pages too."""

from django.db import migrations

TABLES = ("pages_banner", "pages_homesection", "pages_notice", "pages_policyversion")
TRIGGERS = "".join(
    f"""
CREATE TRIGGER new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION storefront_new_edition();
"""
    for table in TABLES
)
BACK = "".join(f"DROP TRIGGER new_edition ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("storefront", "0002_edition_of_rules"), ("pages", "0001_initial")]
    operations = [migrations.RunSQL(TRIGGERS, BACK)]
