"""Keys and other secrets of payment providers, from the environment and nowhere else."""

from base64 import b64decode
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

SHORTEST_KEY = 2048


class Unusable(Exception):
    """A setting is there but cannot be used; the text names it, never its value."""


def given(
    required: Iterable[str], optional: Iterable[str], environment: Mapping[str, str]
) -> dict[str, str]:
    """What these names are set to, without the blanks around it. Raises Unusable if one lacks."""
    values = {name: environment.get(name, "").strip() for name in (*required, *optional)}
    missing = [name for name in required if not values[name]]
    if missing:
        raise Unusable(f"{', '.join(missing)} not set")
    return values


def private_key(name: str, value: str) -> str:
    """A private RSA key as PEM (PKCS 8), from PEM, bare base64 or the path of a file with either.

    Raises Unusable.
    """
    data = _content(name, value)
    try:
        load = load_pem_private_key if b"-----BEGIN" in data else _der_private_key
        key = load(data, None)
    except (ValueError, TypeError) as error:
        raise Unusable(f"{name} is not a private key") from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST_KEY:
        raise Unusable(f"{name} is not an RSA key of {SHORTEST_KEY} bits or more")
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_key(name: str, value: str) -> str:
    """A public RSA key as PEM, from PEM, bare base64 or the path of a file with either.

    Raises Unusable.
    """
    data = _content(name, value)
    try:
        is_pem = b"-----BEGIN" in data
        key = load_pem_public_key(data) if is_pem else load_der_public_key(_bare(data))
    except (ValueError, TypeError) as error:
        raise Unusable(f"{name} is not a public key") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < SHORTEST_KEY:
        raise Unusable(f"{name} is not an RSA key of {SHORTEST_KEY} bits or more")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public_part(private_pem: str) -> str:
    """The public key that belongs to a private one, as PEM."""
    key = load_pem_private_key(private_pem.encode(), None).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _content(name: str, value: str) -> bytes:
    # Base64 has slashes too, but a key's first letters are never one: they say its length.
    if not value.startswith("/"):
        return value.replace("\\n", "\n").encode()
    try:
        return Path(value).read_bytes()
    except OSError as error:
        raise Unusable(f"{name} names a file that cannot be read") from error


def _der_private_key(data: bytes, password: None) -> object:
    return load_der_private_key(_bare(data), password)


def _bare(data: bytes) -> bytes:
    return b64decode(b"".join(data.split()), validate=True)
