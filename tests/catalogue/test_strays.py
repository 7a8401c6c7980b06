"""Picture files that nothing names go, a day after that was seen; what is named stays."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import FileField
from pytest_django import Settings

from sharemall.catalogue import pictures, services, strays
from sharemall.catalogue.models import Product, StrayFile
from sharemall.orders.models import OrderLine
from sharemall.pages import services as pages
from tests.catalogue.goods import NOW, a_product, an_upload, open_mall
from tests.orders import ready
from tests.pages import given

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    open_mall()
    return tmp_path


def kept(folder: str = "products") -> str:
    """A picture that somebody uploaded."""
    return pictures.store(an_upload(), folder)


def two_sweeps() -> int:
    """A look, and another a day later; how many pictures went."""
    assert strays.sweep(NOW) == 0
    return strays.sweep(NOW + DAY)


def files(media: Path) -> int:
    return sum(path.is_file() for path in media.rglob("*"))


def test_a_picture_of_a_look_goes_in_all_its_widths_a_day_after_it_was_seen(media: Path) -> None:
    pages.drafted_banner(banner_id=None, **given_banner())
    kept()
    pictures.store(ContentFile(DRAWING), "zones")
    assert files(media) == 7
    assert strays.sweep(NOW) == 0
    assert strays.sweep(NOW + DAY - timedelta(seconds=1)) == 0
    assert files(media) == 7
    assert strays.sweep(NOW + DAY) == 3
    assert files(media) == 0
    assert not StrayFile.objects.exists()


def given_banner() -> dict[str, Any]:
    words = {"title_zh": "秋", "title_en": "Autumn", "leads_to": "nowhere"}
    return {**words, "picture": an_upload()}


def test_old_pictures_of_a_product_go_and_new_ones_stay(media: Path) -> None:
    product = a_product(pictures=[an_upload(), an_upload()])
    before = names(product)
    services.save_product(slug="red", pictures=[an_upload()], now=NOW)
    assert two_sweeps() == 2
    product.refresh_from_db()
    assert all(default_storage.exists(name) for name in names(product))
    assert not any(default_storage.exists(name) for name in before)


def names(product: Product) -> list[str]:
    found = [product.picture.name or "", *(str(row) for row in product.pictures.all())]
    return [name for name in found if name]


def test_a_form_that_is_saved_after_the_first_look_keeps_its_picture() -> None:
    name = kept()
    assert strays.sweep(NOW) == 0
    assert StrayFile.objects.get().name == name
    services.save_category(slug="cellar", name_zh="酒窖", name_en="Cellar")
    product = a_product()
    Product.objects.filter(pk=product.pk).update(picture=name)
    assert strays.sweep(NOW + DAY) == 0
    assert default_storage.exists(name)
    # When it loses its name again, its day begins anew.
    Product.objects.filter(pk=product.pk).update(picture="")
    assert strays.sweep(NOW + 2 * DAY) == 0
    assert default_storage.exists(name)


def test_what_old_orders_and_texts_show_is_named() -> None:
    ann = ready.a_member()
    of_order, narrow, whole, of_policy = kept(), kept(), kept(), kept()
    ready.place(ann)
    OrderLine.objects.update(picture=of_order)
    shown = f'<img src="/media/{pictures.narrowest(narrow)}"><p>x</p><img src="/media/{whole}">'
    services.save_product(slug=Product.objects.get().slug, description_en=shown, now=NOW)
    given.a_draft(ann, text_zh=f'<p>隐私</p><img src="/media/{of_policy}">')
    lost = kept()
    assert two_sweeps() == 1
    assert not default_storage.exists(lost)
    for name in (of_order, narrow, whole, of_policy):
        assert default_storage.exists(name)


def test_files_that_the_mall_did_not_name_are_never_touched(media: Path) -> None:
    for place in ("products/size-chart.png", "products/red.svg", f"own/{'a' * 24}-9x9.webp"):
        default_storage.save(place, ContentFile(b"x"))
    assert two_sweeps() == 0
    assert files(media) == 3


def test_what_a_killed_upload_left_goes_too(media: Path) -> None:
    default_storage.save(f"products/{'a' * 24}-900x600-400.webp", ContentFile(b"x"))
    assert two_sweeps() == 1
    assert files(media) == 0


def test_a_sweep_removes_so_many_and_the_next_one_goes_on(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strays, "MOST_REMOVED", 2)
    for _ in range(3):
        kept()
    assert two_sweeps() == 2
    assert strays.sweep(NOW + DAY) == 1
    assert files(media) == 0


def test_killed_before_the_files_went_the_next_sweep_does_it(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept()
    strays.sweep(NOW)
    with monkeypatch.context() as dying:
        dying.setattr(pictures, "discard", lambda name: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            strays.sweep(NOW + DAY)
    assert strays.sweep(NOW + DAY) == 1
    assert files(media) == 0


def test_every_file_field_and_every_text_with_pictures_is_looked_through() -> None:
    read = {(one.table, one.column) for one in strays.columns()}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                assert (model._meta.db_table, field.column) in read
    assert {
        ("orders_orderline", "picture"),
        ("catalogue_product", "description_zh"),
        ("catalogue_product", "description_en"),
        ("pages_policyversion", "text_zh"),
        ("pages_policyversion", "text_en"),
    } <= read
