"""The small lists as files, by who may read their pages."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.console import tables
from sharemall.members.models import Member
from sharemall.office.models import Role
from tests.catalogue import goods
from tests.console import given
from tests.office import given as staff

pytestmark = pytest.mark.django_db


def read(client: Client, name: str, kind: str = "csv") -> bytes:
    response = client.get(reverse(f"console-{name}-{kind}"))
    assert response.status_code == 200
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("name", tables.TABLES)
def test_every_small_list_is_there_as_both_files(office: Client, name: str) -> None:
    titles = read(office, name).decode("utf-8-sig").splitlines()[0]
    assert titles.count(",") == len(tables.TABLES[name].columns) - 1
    assert ZipFile(BytesIO(read(office, name, "xlsx"))).testzip() is None


def test_rows_are_as_the_page_has_them_and_no_formula_is_one(office: Client) -> None:
    top = goods.services.save_category(slug="drinks", name_zh="=1+1", name_en="Drinks")
    goods.services.save_category(slug="wines", name_zh="葡萄酒", name_en="Wines", parent=top)
    lines = read(office, "categories").decode("utf-8-sig").splitlines()
    assert lines[0] == "Address,Name (Chinese),Name (English),Below,On sale"
    assert lines[1:] == ["drinks,'=1+1,Drinks,,yes", "wines,葡萄酒,Wines,drinks,yes"]


def test_who_works_here_is_for_owners_and_auditors(office: Client, boss: Member) -> None:
    assert f"{boss.phone},Owner" in read(office, "staff").decode()
    clerk = staff.sign_in(Client(), staff.employ(given.a_member("clerk"), Role.SERVICE))
    assert clerk.get(reverse("console-staff-csv")).status_code == 403
