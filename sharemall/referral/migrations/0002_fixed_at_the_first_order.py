"""What Django's migrations cannot say: how a referrer is fixed, and that it stays.

- `referral_settle` is called once a member, in the transaction of its first order. It asks for the
  lock of all who settle a candidate before it looks: each of its statements sees what is committed
  by then, so no two of them can close a circle. Without a candidate it waits for nobody.
- A trigger refuses another referrer, one that comes after the first order, and another moment of
  the first order.
"""

from django.db import migrations

# Members who have ordered already stay without a referrer.
EARLIER = """
UPDATE members_member m SET first_ordered_at = o.placed_at FROM (
    SELECT member_id, min(placed_at) AS placed_at FROM orders_order GROUP BY member_id
) o WHERE o.member_id = m.id
"""

SETTLE = """
CREATE FUNCTION referral_settle(buyer bigint, at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    asked bigint;
    fault text := '';
BEGIN
    SELECT referrer_id INTO asked FROM referral_referral
    WHERE member_id = buyer AND state = 'candidate';
    IF asked IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('referral_settle'));
    END IF;
    PERFORM FROM members_member WHERE id = buyer AND first_ordered_at IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF asked IS NOT NULL THEN
        SELECT referrer_id INTO asked FROM referral_referral WHERE member_id = buyer FOR UPDATE;
    END IF;
    IF asked = buyer THEN
        fault := 'self';
    ELSIF asked IS NOT NULL THEN
        SELECT CASE WHEN NOT is_active THEN 'closed' ELSE '' END INTO fault
        FROM members_member WHERE id = asked;
        IF fault = '' THEN
            WITH RECURSIVE above(id) AS (
                SELECT asked
                UNION
                SELECT m.referrer_id FROM members_member m JOIN above ON m.id = above.id
                WHERE m.referrer_id IS NOT NULL
            )
            SELECT CASE WHEN count(*) > 0 THEN 'circle' ELSE '' END INTO fault
            FROM above WHERE id = buyer;
        END IF;
        IF fault = '' THEN
            SELECT coalesce(min(mine.kind), '') INTO fault FROM referral_trace mine
            JOIN referral_trace theirs
                ON theirs.member_id = asked AND theirs.kind = mine.kind AND theirs.mark = mine.mark
            WHERE mine.member_id = buyer;
        END IF;
        IF fault = '' THEN
            SELECT CASE WHEN count(*) > 0 THEN 'phone' ELSE '' END INTO fault
            FROM members_address a JOIN members_member r ON r.phone = a.phone
            WHERE a.member_id = buyer AND r.id = asked;
        END IF;
    END IF;
    UPDATE members_member SET first_ordered_at = at,
        referrer_id = CASE WHEN asked IS NOT NULL AND fault = '' THEN asked ELSE referrer_id END
    WHERE id = buyer;
    IF asked IS NOT NULL THEN
        UPDATE referral_referral SET settled_at = at, reason = fault,
            state = CASE WHEN fault = '' THEN 'fixed' ELSE 'refused' END
        WHERE member_id = buyer;
    END IF;
END $$
"""

STAYS = """
CREATE FUNCTION referral_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.first_ordered_at IS NOT NULL AND OLD.first_ordered_at IS DISTINCT FROM NEW.first_ordered_at
        OR NEW.referrer_id IS NOT NULL AND OLD.referrer_id IS DISTINCT FROM NEW.referrer_id
            AND (OLD.referrer_id IS NOT NULL OR OLD.first_ordered_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'referral: the referrer of member % is settled', OLD.id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referral_stays BEFORE UPDATE OF referrer_id, first_ordered_at ON members_member
    FOR EACH ROW EXECUTE FUNCTION referral_stays()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("referral", "0001_initial"),
        ("members", "0004_first_order"),
        ("orders", "0006_steps_to_tell"),
    ]

    operations = [
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        migrations.RunSQL(SETTLE, "DROP FUNCTION referral_settle"),
        migrations.RunSQL(
            STAYS,
            "DROP TRIGGER referral_stays ON members_member; DROP FUNCTION referral_stays",
        ),
    ]
