"""The edition is renewed, too, when a change of the rules is announced, comes into force or goes."""

from django.db import migrations

TRIGGERS = """
CREATE TRIGGER new_edition AFTER UPDATE ON schemes_change
FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
EXECUTE FUNCTION storefront_new_edition();
CREATE TRIGGER new_edition_of_whole_rows AFTER INSERT OR DELETE OR TRUNCATE ON schemes_change
FOR EACH STATEMENT EXECUTE FUNCTION storefront_new_edition();
"""
BACK = """
DROP TRIGGER new_edition ON schemes_change;
DROP TRIGGER new_edition_of_whole_rows ON schemes_change;
"""


class Migration(migrations.Migration):
    dependencies = [("storefront", "0001_edition"), ("schemes", "0001_changes")]
    operations = [migrations.RunSQL(TRIGGERS, BACK)]
