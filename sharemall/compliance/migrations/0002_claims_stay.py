"""The operator's own blocked claims are a list that only grows."""

from django.db import migrations

GUARD = """
CREATE FUNCTION compliance_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'blocked claims: % is refused: the list is never shortened',
        TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE ON compliance_blockedclaim
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_refuse();
"""
UNGUARD = """
DROP TRIGGER refuse ON compliance_blockedclaim;
DROP FUNCTION compliance_refuse;
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
