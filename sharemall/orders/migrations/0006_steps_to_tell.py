"""The steps of orders that members are to be told, noted by the database in the order's transaction."""

import django.db.models.deletion
from django.db import migrations, models

# Not what the member does itself at this moment: placing, and choosing how to pay.
NOTE = """
CREATE FUNCTION orders_note_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orders_step (order_id, status) VALUES (NEW.id, NEW.status);
    RETURN NULL;
END $$;
CREATE TRIGGER note_step AFTER UPDATE OF status ON orders_order FOR EACH ROW
WHEN (OLD.status IS DISTINCT FROM NEW.status
      AND NEW.status IN ('paid', 'shipped', 'received', 'completed', 'cancelled'))
EXECUTE FUNCTION orders_note_step();
"""
BACK = "DROP TRIGGER note_step ON orders_order; DROP FUNCTION orders_note_step();"


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0005_refunds_in_part'),
    ]

    operations = [
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('unpaid', 'Unpaid'), ('paying', 'Paying'), ('paid', 'Paid'), ('shipped', 'Shipped'), ('received', 'Received'), ('completed', 'Completed'), ('cancelled', 'Cancelled')], max_length=10)),
                ('order', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.order')),
            ],
        ),
        migrations.RunSQL(NOTE, BACK),
    ]
