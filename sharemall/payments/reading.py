"""Reading what others wrote: amounts, names and packed files, each within bounds."""

import gzip
import io
import re
import zipfile
import zlib
from typing import Any

MOST_FEN = 10**14 - 1
LARGEST_FILE = 256 * 1024 * 1024
NAME = re.compile(r"[0-9A-Za-z_*|@-]{1,64}")
YUAN = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,2}))?")


def name(value: Any) -> str:
    """A number of a payment, trade or refund. Raises ValueError."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("not a number of a payment, trade or refund")
    return value


def payer(value: Any) -> str:
    """A payer's number with a provider; "" for what is none: it is needed for no payment."""
    return value if isinstance(value, str) and NAME.fullmatch(value) else ""


def fen(value: Any) -> int:
    """An amount that is a whole number of fen, more than 0. Raises ValueError."""
    if type(value) is not int or not 0 < value <= MOST_FEN:
        raise ValueError("not an amount in fen")
    return value


def fen_of_yuan(text: Any) -> int:
    """Yuan with up to two decimals, such as "88.8", in fen. Raises ValueError."""
    found = YUAN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("not an amount in yuan")
    sign, yuan, decimals = found.groups()
    amount = int(yuan) * 100 + int((decimals or "").ljust(2, "0"))
    return -amount if sign else amount


def yuan(amount_fen: int) -> str:
    """Fen as yuan with two decimals: 8880 is "88.80"."""
    return f"{amount_fen // 100}.{amount_fen % 100:02}"


def unpack_gzip(data: bytes, limit: int = LARGEST_FILE) -> bytes:
    """The content of a gzip file of at most `limit` bytes. Raises ValueError."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            content = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError("not a gzip file") from error
    if len(content) > limit:
        raise ValueError("the file is too large")
    return content


def unpack_zip(data: bytes, limit: int = LARGEST_FILE) -> list[bytes]:
    """The contents of a zip file's parts, of at most `limit` bytes together. Raises ValueError."""
    contents: list[bytes] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for part in packed.infolist():
                with packed.open(part) as file:
                    contents.append(file.read(limit + 1))
                limit -= len(contents[-1])
                if limit < 0:
                    break
    # Encrypted and unknown kinds of parts are RuntimeError and NotImplementedError.
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError, ValueError) as error:
        raise ValueError("not a zip file") from error
    if limit < 0:
        raise ValueError("the file is too large")
    return contents
