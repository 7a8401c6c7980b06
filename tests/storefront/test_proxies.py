"""Where a shopper comes from, behind proxies of the operator's."""

import pytest
from django.test import RequestFactory, override_settings

from sharemall.config import proxies
from sharemall.storefront.middleware import shopper_address


def seen_from(count: int, forwarded: str | None, peer: str = "10.9.9.9") -> str:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    found = []
    with override_settings(PROXIES=count):
        shopper_address(lambda given: found.append(given.META["REMOTE_ADDR"]))(request)  # type: ignore[arg-type, func-returns-value]
    return str(found[0])


@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (0, "1.2.3.4", "10.9.9.9"),
        (1, None, "10.9.9.9"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "10.9.9.9"),
        (1, "nobody", "10.9.9.9"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_shoppers_address_is_what_the_operators_proxies_say(
    count: int, forwarded: str | None, address: str
) -> None:
    assert seen_from(count, forwarded) == address


def test_the_number_of_proxies_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxies() == 0
    monkeypatch.setenv("SHAREMALL_PROXIES", "2")
    assert proxies() == 2
    for value in ("yes", "-1", "10", "²"):
        monkeypatch.setenv("SHAREMALL_PROXIES", value)
        with pytest.raises(SystemExit, match="SHAREMALL_PROXIES"):
            proxies()
