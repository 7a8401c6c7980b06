"""Earlier orders had one means, no coupons and no freight: their amounts follow from the total."""

from django.db import migrations
from django.db.models import F

from sharemall.engine import rules
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import Pool

FEN = 10_000


def fill_in(apps, schema_editor):
    Order = apps.get_model("orders", "Order")
    Line = apps.get_model("orders", "OrderLine")
    Variant = apps.get_model("catalogue", "Variant")
    Order.objects.update(goods_fen=F("total_fen"))
    Order.objects.filter(paid_at__isnull=False).update(provider_fen=F("total_fen"))
    for variant in Variant.objects.all():
        Line.objects.filter(product_id=variant.product_id).update(variant=variant)
    SchemeVersion = apps.get_model("ledger", "SchemeVersion")
    schemes = {row.version: parse_scheme(row.toml) for row in SchemeVersion.objects.all()}
    for order in Order.objects.filter(status="completed"):
        handed_over = _contributions(order, schemes[order.scheme_version])
        order.contributions_fen = handed_over
        order.due_fen = order.total_fen - handed_over
        order.save(update_fields=["contributions_fen", "due_fen"])


def _contributions(order, scheme):
    """What the order's sales handed over to the scheme, in fen, rounded up."""
    zones = {}
    for line in order.lines.all():
        paid, cost = zones.get(line.zone_key, (0, 0))
        zones[line.zone_key] = (
            paid + line.quantity * line.price_fen * FEN,
            cost + line.quantity * line.cost_fen * FEN,
        )
    micro = 0
    for key, (paid, cost) in zones.items():
        sale = rules.sale(Pool(), scheme, scheme.zones[key], paid, cost, referred=False)
        micro += sale.reserve_micro + sale.dividend_fund_micro + sale.honor_fund_micro
        micro += sale.unassigned_micro
    return -(-micro // FEN)


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_means_and_amounts"), ("ledger", "0004_months")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
