"""Products had one price, cost and stock: each becomes its only variant, of the platform's shop."""

from django.db import migrations
from django.utils import timezone
from django.utils.html import escape


def give_variants(apps, schema_editor):
    Product = apps.get_model("catalogue", "Product")
    Variant = apps.get_model("catalogue", "Variant")
    Merchant = apps.get_model("merchants", "Merchant")
    if not Product.objects.exists():
        return
    first = Product.objects.order_by("created_at").first()
    Merchant.objects.get_or_create(
        key="platform",
        defaults={
            "name_zh": "自营店",
            "name_en": "The mall's own shop",
            "joined_at": first.created_at or timezone.now(),
        },
    )
    for product in Product.objects.all():
        product.merchant_id = "platform"
        product.description_zh = _paragraphs(product.description_zh)
        product.description_en = _paragraphs(product.description_en)
        product.save()
        Variant.objects.create(
            product=product,
            sku=f"P{product.pk}",
            price_fen=product.price_fen,
            market_price_fen=product.market_price_fen,
            cost_fen=product.cost_fen,
            stock=product.stock,
        )


def _paragraphs(text):
    return "".join(f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n") if part.strip())


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_variants"), ("merchants", "0001_initial")]

    operations = [migrations.RunPython(give_variants, migrations.RunPython.noop)]
