"""What was approved and announced cannot become something else; revisions are only added to."""

from django.db import migrations

STANDING = ("toml", "published_at", "effective_at", "approver_id", "author_id", "event_id")
OLD = ", ".join(f"OLD.{name}" for name in STANDING)
NEW = ", ".join(f"NEW.{name}" for name in STANDING)
GUARD = f"""
CREATE FUNCTION schemes_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'schemes: % of % is refused: what was published or revised stands',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER stands BEFORE UPDATE ON schemes_change
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL AND ({OLD}) IS DISTINCT FROM ({NEW}))
EXECUTE FUNCTION schemes_refuse();
CREATE TRIGGER stays BEFORE DELETE ON schemes_change
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION schemes_refuse();
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON schemes_revision
FOR EACH ROW EXECUTE FUNCTION schemes_refuse();
"""
BACK = """
DROP TRIGGER stands ON schemes_revision;
DROP TRIGGER stays ON schemes_change;
DROP TRIGGER stands ON schemes_change;
DROP FUNCTION schemes_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("schemes", "0001_changes")]
    operations = [migrations.RunSQL(GUARD, BACK)]
