"""A member's addresses: what is refused, who may touch them, and that one is the default."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from sharemall.members import addresses
from sharemall.members.addresses import AddressRefusal, AddressRefused
from sharemall.members.models import Address, Member

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
NANSHAN = "440305"


def a_member(account: str = "ann") -> Member:
    number = Member.objects.count()
    return Member.objects.create_user(
        f"138{number:08d}", None, account=account, name=account.title(), joined_at=NOW
    )


def save(member: Member, address_id: int | None = None, **fields: Any) -> Address:
    """Saves an address in Shenzhen, as the form does."""
    given: dict[str, Any] = {
        "name": "安安",
        "phone": "13800138000",
        "district_code": NANSHAN,
        "detail": "科技园南区 8 栋 1201 室",
        "is_default": False,
        "now": NOW,
    }
    return addresses.save(member=member, address_id=address_id, **(given | fields))


def defaults(member: Member) -> list[int]:
    return list(member.addresses.filter(is_default=True).values_list("pk", flat=True))


@pytest.fixture
def ann() -> Member:
    return a_member("ann")


@pytest.fixture
def ben() -> Member:
    return a_member("ben")


def test_an_address_is_kept_as_it_was_given_without_the_blanks_around(ann: Member) -> None:
    saved = save(
        ann, name=" 安安\n", phone=" 13800138000 ", detail="　科技园 8 栋 ", district_code=" 440305"
    )
    found = addresses.address(ann, saved.pk)
    assert found is not None
    assert (found.name, found.phone) == ("安安", "13800138000")
    assert (found.district_code, found.detail) == (NANSHAN, "科技园 8 栋")
    assert found.created_at == NOW


def test_an_address_names_its_region_in_the_language_of_the_page(ann: Member) -> None:
    saved = save(ann)
    with translation.override("zh-hans"):
        assert saved.region == "广东省 深圳市 南山区"
    with translation.override("en"):
        assert saved.region == "Nanshan District, Shenzhen, Guangdong"


def test_an_address_in_a_region_that_is_no_more_names_none(ann: Member) -> None:
    assert Address(member=ann, district_code="440399").region == ""


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": ""}, AddressRefusal.BAD_NAME),
        ({"name": " \t\u3000"}, AddressRefusal.BAD_NAME),
        ({"name": "安" * 41}, AddressRefusal.BAD_NAME),
        ({"name": "安\x00安"}, AddressRefusal.BAD_NAME),
        ({"name": "安\n安"}, AddressRefusal.BAD_NAME),
        ({"name": "安\u202e安"}, AddressRefusal.BAD_NAME),
        ({"phone": ""}, AddressRefusal.BAD_PHONE),
        ({"phone": "12800138000"}, AddressRefusal.BAD_PHONE),
        ({"phone": "1380013800"}, AddressRefusal.BAD_PHONE),
        ({"phone": "１３８００１３８０００"}, AddressRefusal.BAD_PHONE),
        ({"phone": "+8613800138000"}, AddressRefusal.BAD_PHONE),
        ({"district_code": ""}, AddressRefusal.UNKNOWN_REGION),
        ({"district_code": "440300"}, AddressRefusal.UNKNOWN_REGION),
        ({"district_code": "440000"}, AddressRefusal.UNKNOWN_REGION),
        ({"district_code": "440399"}, AddressRefusal.UNKNOWN_REGION),
        ({"district_code": "南山区"}, AddressRefusal.UNKNOWN_REGION),
        ({"detail": "  "}, AddressRefusal.BAD_DETAIL),
        ({"detail": "路" * 121}, AddressRefusal.BAD_DETAIL),
        ({"detail": "科技园\r\n8 栋"}, AddressRefusal.BAD_DETAIL),
        ({"detail": "科技园\u20288 栋"}, AddressRefusal.BAD_DETAIL),
    ],
)
def test_what_no_parcel_can_carry_is_refused(
    ann: Member, fields: dict[str, str], refusal: AddressRefusal
) -> None:
    kept = save(ann)
    for address_id in (None, kept.pk):
        with pytest.raises(AddressRefused) as refused:
            save(ann, address_id, **fields)
        assert refused.value.refusal == refusal
    (found,) = addresses.addresses(ann)
    assert (found.name, found.phone) == (kept.name, kept.phone)
    assert (found.district_code, found.detail) == (kept.district_code, kept.detail)


def test_the_longest_texts_and_rare_characters_are_fine(ann: Member) -> None:
    saved = save(ann, name="𠮷" * 40, detail="路" * 120)
    saved.refresh_from_db()
    assert (saved.name, len(saved.detail)) == ("𠮷" * 40, 120)


def test_the_first_address_is_the_default_though_nobody_said_so(ann: Member) -> None:
    assert save(ann).is_default
    assert not save(ann).is_default


def test_a_new_default_takes_the_place_of_the_old_one(ann: Member) -> None:
    first = save(ann)
    second = save(ann, is_default=True)
    assert defaults(ann) == [second.pk]
    assert addresses.make_default(member=ann, address_id=first.pk).is_default
    assert addresses.make_default(member=ann, address_id=first.pk).is_default
    assert defaults(ann) == [first.pk]


def test_a_default_address_stays_it_until_another_one_is(ann: Member) -> None:
    first, second = save(ann), save(ann)
    save(ann, first.pk, is_default=False, detail="新家")
    assert defaults(ann) == [first.pk]
    save(ann, second.pk, is_default=True)
    assert defaults(ann) == [second.pk]


def test_a_changed_address_is_the_same_one_and_as_old_as_before(ann: Member) -> None:
    kept = save(ann)
    later = NOW + timedelta(days=1)
    save(ann, kept.pk, name="安妮", district_code="110105", now=later)
    (found,) = addresses.addresses(ann)
    assert (found.pk, found.name, found.district_code) == (kept.pk, "安妮", "110105")
    assert found.created_at == NOW


def test_the_default_comes_first_and_then_the_newest(ann: Member) -> None:
    saved = [save(ann, now=NOW + timedelta(days=day)) for day in range(4)]
    addresses.make_default(member=ann, address_id=saved[1].pk)
    assert addresses.addresses(ann) == [saved[1], saved[3], saved[2], saved[0]]


def test_when_the_default_goes_the_newest_other_one_is_it(ann: Member) -> None:
    first, _, third = (save(ann, now=NOW + timedelta(days=day)) for day in range(3))
    assert addresses.remove(member=ann, address_id=first.pk)
    assert defaults(ann) == [third.pk]


def test_when_another_one_goes_the_default_stays(ann: Member) -> None:
    first, second = save(ann), save(ann)
    assert addresses.remove(member=ann, address_id=second.pk)
    assert addresses.addresses(ann) == [first]
    assert defaults(ann) == [first.pk]


def test_the_last_address_can_go_and_the_next_one_is_the_default_again(ann: Member) -> None:
    assert addresses.remove(member=ann, address_id=save(ann).pk)
    assert addresses.addresses(ann) == []
    assert save(ann).is_default


def test_an_address_is_removed_once(ann: Member) -> None:
    first, second = save(ann), save(ann)
    assert addresses.remove(member=ann, address_id=first.pk)
    assert not addresses.remove(member=ann, address_id=first.pk)
    assert addresses.addresses(ann) == [second]


def test_the_twenty_first_address_is_refused_and_the_twenty_can_be_changed(ann: Member) -> None:
    saved = [save(ann) for _ in range(addresses.MOST)]
    with pytest.raises(AddressRefused) as refused:
        save(ann, is_default=True)
    assert refused.value.refusal == AddressRefusal.TOO_MANY
    assert defaults(ann) == [saved[0].pk]
    assert save(ann, saved[-1].pk, detail="新家").detail == "新家"
    addresses.remove(member=ann, address_id=saved[3].pk)
    assert save(ann)


def test_how_many_one_has_is_nothing_to_another(ann: Member, ben: Member) -> None:
    for _ in range(addresses.MOST):
        save(ann)
    assert save(ben).is_default


def test_nobody_sees_or_touches_anothers(ann: Member, ben: Member) -> None:
    hers, his = save(ann, is_default=True), save(ben)
    assert addresses.addresses(ben) == [his]
    assert addresses.address(ben, hers.pk) is None
    for attempt in (
        lambda: save(ben, hers.pk, detail="别人家", is_default=True),
        lambda: addresses.make_default(member=ben, address_id=hers.pk),
    ):
        with pytest.raises(AddressRefused) as refused:
            attempt()
        assert refused.value.refusal == AddressRefusal.UNKNOWN_ADDRESS
    assert not addresses.remove(member=ben, address_id=hers.pk)
    (found,) = addresses.addresses(ann)
    assert (found.detail, found.is_default) == (hers.detail, True)
    assert defaults(ben) == [his.pk]


@pytest.mark.parametrize("address_id", [0, -1, 2**31, 2**80])
def test_an_id_that_is_no_address_is_refused(ann: Member, address_id: int) -> None:
    assert addresses.address(ann, address_id) is None
    assert not addresses.remove(member=ann, address_id=address_id)
    with pytest.raises(AddressRefused) as refused:
        save(ann, address_id)
    assert refused.value.refusal == AddressRefusal.UNKNOWN_ADDRESS


@pytest.mark.parametrize(
    "change", [{"is_default": True}, {"district_code": "44030"}, {"name": ""}, {"detail": ""}]
)
def test_the_database_refuses_what_the_services_never_write(
    ann: Member, change: dict[str, Any]
) -> None:
    save(ann)
    second = save(ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(pk=second.pk).update(**change)


def at_once(jobs: Sequence[Callable[[], object]]) -> list[object]:
    """Start every job at the same moment, each with a connection of its own; a refusal as one."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        try:
            gate.wait()
            return job()
        except AddressRefused as refused:
            return refused.refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_of_many_defaults_saved_at_once_one_is_it(ann: Member) -> None:
    saved = at_once([lambda: save(ann, is_default=True)] * 12)
    assert all(isinstance(one, Address) for one in saved)
    assert len(addresses.addresses(ann)) == 12
    assert len(defaults(ann)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_saved_at_once_are_never_more_than_twenty(ann: Member) -> None:
    for _ in range(addresses.MOST - 3):
        save(ann)
    results = at_once([lambda: save(ann)] * 10)
    assert results.count(AddressRefusal.TOO_MANY) == 7
    assert len(addresses.addresses(ann)) == addresses.MOST


@pytest.mark.django_db(transaction=True)
def test_saving_removing_and_choosing_at_once_leave_one_default(ann: Member) -> None:
    saved = [save(ann) for _ in range(6)]
    jobs: list[Callable[[], object]] = []
    for one in saved[:5]:
        jobs.append(lambda one=one: addresses.make_default(member=ann, address_id=one.pk))
        jobs.append(lambda one=one: addresses.remove(member=ann, address_id=one.pk))
        jobs.append(lambda: save(ann, is_default=True))
    at_once(jobs)
    assert len(addresses.addresses(ann)) == 6
    assert len(defaults(ann)) == 1
