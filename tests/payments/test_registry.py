"""Which providers are open: those whose secrets are all there and usable."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_django import Settings

from sharemall.payments import keys
from sharemall.payments.keys import Unusable
from sharemall.payments.providers import UnknownProvider, asked_no, payment_no_of
from sharemall.payments.registry import faults, provider, providers
from tests.payments.local_server import key_of, private_pem, public_pem

WECHAT = {
    "SHAREMALL_WECHAT_MERCHANT_NO": "1900000001",
    "SHAREMALL_WECHAT_APP_ID": "wxd678efh567hg6787",
    "SHAREMALL_WECHAT_API_KEY": "0123456789abcdef0123456789ABCDEF",
    "SHAREMALL_WECHAT_PRIVATE_KEY": private_pem(key_of("merchant")),
    "SHAREMALL_WECHAT_CERTIFICATE_NO": "444F4864EA9B34415F5F66EC2D3FBBA6",
}
WECHATS_KEY = {
    "SHAREMALL_WECHAT_PUBLIC_KEY": public_pem(key_of("wechat")),
    "SHAREMALL_WECHAT_PUBLIC_KEY_NO": "PUB_KEY_ID_0114232134912410000000000000",
}
ALIPAY = {
    "SHAREMALL_ALIPAY_APP_ID": "2021000000000001",
    "SHAREMALL_ALIPAY_SELLER_ID": "2088102100000156",
    "SHAREMALL_ALIPAY_PRIVATE_KEY": private_pem(key_of("seller")),
    "SHAREMALL_ALIPAY_PUBLIC_KEY": public_pem(key_of("alipay")),
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    settings.MODE = "live"
    with monkeypatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SHAREMALL_")]:
            patch.delenv(name)
        yield


def given(monkeypatch: pytest.MonkeyPatch, *secrets: dict[str, str]) -> list[str]:
    for some in secrets:
        for name, value in some.items():
            monkeypatch.setenv(name, value)
    return [each.key for each in providers()]


def test_without_secrets_no_real_provider_is_open() -> None:
    assert providers() == []
    assert faults({}) == []
    for key in ("wechat", "alipay", "", "paypal"):
        with pytest.raises(UnknownProvider):
            provider(key)


def test_a_provider_is_open_when_all_its_secrets_are_there(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    assert given(monkeypatch, WECHAT) == ["wechat"]
    assert given(monkeypatch, WECHATS_KEY, ALIPAY) == ["wechat", "alipay"]
    assert provider("alipay") is provider("alipay")
    settings.MODE = "demo"
    assert [each.key for each in providers()] == ["wechat", "alipay", "sandbox"]


@pytest.mark.parametrize("missing", [*WECHAT, *ALIPAY])
def test_one_missing_secret_keeps_a_provider_closed_and_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, missing: str
) -> None:
    whole = WECHAT if missing in WECHAT else ALIPAY
    assert given(monkeypatch, whole | {missing: "  "}) == []
    assert f"{missing} not set" in caplog.text
    assert faults(whole | {missing: ""}) == [f"{missing} not set"]


@pytest.mark.parametrize(
    "change",
    [
        {"SHAREMALL_WECHAT_API_KEY": "short"},
        {"SHAREMALL_WECHAT_PRIVATE_KEY": "secret-but-no-key"},
        {"SHAREMALL_WECHAT_PRIVATE_KEY": "/nowhere/key.pem"},
        {"SHAREMALL_WECHAT_PUBLIC_KEY": ""},
        {"SHAREMALL_WECHAT_PUBLIC_KEY_NO": ""},
        {"SHAREMALL_WECHAT_PUBLIC_KEY": "secret-but-no-key"},
    ],
)
def test_an_unusable_secret_is_named_and_not_shown(change: dict[str, str]) -> None:
    (fault,) = faults(WECHAT | WECHATS_KEY | change)
    ((name, value),) = change.items()
    assert name in fault
    assert not value or value not in fault


def test_secrets_are_not_in_what_an_account_shows() -> None:
    from sharemall.payments import alipay_gateway, wechat_gateway

    shown = repr(wechat_gateway.Account.read(WECHAT)) + repr(alipay_gateway.Account.read(ALIPAY))
    assert "PRIVATE KEY" not in shown
    assert WECHAT["SHAREMALL_WECHAT_API_KEY"] not in shown


def bare(pem: str) -> str:
    return "".join(line for line in pem.splitlines() if "-----" not in line)


def test_keys_may_be_pem_bare_or_files(tmp_path: Path) -> None:
    private, public = private_pem(key_of("seller")), public_pem(key_of("seller"))
    old = key_of("seller").private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    file = tmp_path / "key.pem"
    file.write_text(private)
    for text in (
        private,
        private.replace("\n", "\\n"),
        bare(private),
        old.decode(),
        bare(old.decode()),
        str(file),
    ):
        assert keys.private_key("KEY", text) == private
    for text in (public, bare(public)):
        assert keys.public_key("KEY", text) == public
    assert keys.public_part(private) == public


def test_weak_and_other_keys_are_refused() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    curve = ec.generate_private_key(ec.SECP256R1())
    encoding = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for text in (private_pem(weak), curve.private_bytes(*encoding).decode()):
        with pytest.raises(Unusable, match="2048"):
            keys.private_key("KEY", text)
    with pytest.raises(Unusable, match="2048"):
        keys.public_key("KEY", public_pem(weak))
    for text in ("", "x", private_pem(weak)):
        with pytest.raises(Unusable):
            keys.public_key("KEY", text)


def test_the_number_that_is_asked_for_leads_back_to_its_payment() -> None:
    assert asked_no("26112201", 3) == "26112201_3"
    assert payment_no_of("26112201_3") == "26112201"
    assert payment_no_of("26112201") == "26112201"
