"""Products of before the search had no terms: nobody would have found them."""

from django.db import migrations

from sharemall.catalogue import search

TEXTS = ("name_zh", "name_en", "subtitle_zh", "subtitle_en")


def give_terms(apps, schema_editor):
    Product = apps.get_model("catalogue", "Product")
    rows = Product.objects.filter(terms=[]).select_related("merchant", "zone")
    for product in rows.prefetch_related("variants"):
        texts = [getattr(product, name) for name in TEXTS]
        for row in (product.merchant, product.zone):
            texts += [row.name_zh, row.name_en]
        texts += [variant.sku for variant in product.variants.all()]
        product.terms = search.terms(*texts)
        product.save(update_fields=["terms"])


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0007_shelves_read_an_index_alone")]

    operations = [migrations.RunPython(give_terms, migrations.RunPython.noop)]
