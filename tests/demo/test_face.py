"""What the demo's operator set of its face goes through the services, once."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings

from sharemall.catalogue import pictures
from sharemall.clock.services import now
from sharemall.demo import face, loader, people, shop
from sharemall.ledger.opening import open_ledger
from sharemall.members.models import Member
from sharemall.pages.models import Banner, HomeSection, Notice, PolicyVersion

pytestmark = pytest.mark.django_db


def test_the_face_is_put_in_place_once_with_a_crop_for_phones(
    settings: Settings, tmp_path: Path, client: Client
) -> None:
    settings.MEDIA_ROOT = tmp_path
    end = now()
    open_ledger(loader.SCHEME.read_text(encoding="utf-8"))
    shop.add_catalogue(end)
    Member.objects.create_user(
        people.STAFF, None, account="staff", name=people.STAFF_NAME, joined_at=end
    )
    face.add_face(end)
    face.add_face(end)
    counts = [rows.objects.count() for rows in (Banner, HomeSection, Notice, PolicyVersion)]
    assert counts == [6, 7, 1, 5]
    for banner in Banner.objects.exclude(picture=""):
        for name in (banner.picture.name or "", banner.picture_phone.name or ""):
            sizes = pictures.srcset(name).split(", ")
            files = [one.split()[0].removeprefix(settings.MEDIA_URL) for one in sizes]
            assert all(default_storage.exists(file) for file in files), files
        assert banner.picture_phone
    page = client.get("/").content.decode()
    assert page.count('class="tone-') == 6
    assert "周末在家" in page
    for slug in PolicyVersion.Slug.values:
        assert client.get(f"/policies/{slug}/").status_code == 200
