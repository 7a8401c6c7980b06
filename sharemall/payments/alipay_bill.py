"""Alipay's daily bill of trades: a zip file with a list in GBK and a summary beside it."""

import csv
import re
from collections.abc import Iterator

from sharemall.payments import reading
from sharemall.payments.providers import BillLine

TRADE, PAYMENT, KIND = "支付宝交易号", "商户订单号", "业务类型"
AMOUNT, REFUND = "订单金额（元）", "退款批次号/请求号"
COLUMNS = (TRADE, PAYMENT, KIND, AMOUNT, REFUND)
PAID, REFUNDED = "交易", "退款"
ACCOUNT = re.compile(r"#账号：\[([0-9x*]+)\]")
COUNTS = {
    PAID: re.compile(r"#交易合计：([0-9]+)笔"),
    REFUNDED: re.compile(r"#退款合计：([0-9]+)笔"),
}


def read(packed: bytes, *, seller_id: str) -> list[BillLine]:
    """The trades and refunds of a bill. Raises ValueError if a line of it is not as it must be."""
    lists = [text for text in map(_text, reading.unpack_zip(packed)) if TRADE in text]
    if len(lists) != 1:
        raise ValueError("there is not one list of trades")
    lines = lists[0].splitlines()
    remarks = "\n".join(line for line in lines if line.startswith("#"))
    _check_account(remarks, seller_id)
    rows = list(_rows([line for line in lines if not line.startswith("#") and line.strip()]))
    for kind, count in COUNTS.items():
        found = count.search(remarks)
        if found is None or int(found[1]) != sum(row[KIND] == kind for row in rows):
            raise ValueError("the bill has another number of lines than it says")
    return [_line(row, is_refund=row[KIND] == REFUNDED) for row in rows]


def _text(content: bytes) -> str:
    return content.decode("gb18030")


def _check_account(remarks: str, seller_id: str) -> None:
    """A seller's main account is its number and 0156; some of it may be crossed out."""
    found = ACCOUNT.search(remarks)
    shown = re.escape(found[1] if found else "").replace("x", "[0-9]").replace(r"\*", "[0-9]")
    if not any(re.fullmatch(shown, own) for own in (seller_id, f"{seller_id}0156")):
        raise ValueError("the bill is another seller's")


def _rows(lines: list[str]) -> Iterator[dict[str, str]]:
    try:
        table = [[value.strip() for value in row] for row in csv.reader(lines, strict=True)]
    except csv.Error as error:
        raise ValueError("a line cannot be read") from error
    header = table[0] if table else []
    if any(column not in header for column in COLUMNS):
        raise ValueError("the columns are not those of a bill")
    for values in table[1:]:
        if len(values) != len(header):
            raise ValueError("a line has too few or too many values")
        row = dict(zip(header, values, strict=True))
        if row[KIND] not in (PAID, REFUNDED):
            raise ValueError("a line is of an unknown kind")
        yield row


def _line(row: dict[str, str], *, is_refund: bool) -> BillLine:
    amount = reading.fen_of_yuan(row[AMOUNT])
    return BillLine(
        payment_no=reading.name(row[PAYMENT]),
        trade_no=reading.name(row[TRADE]),
        refund_no=reading.name(row[REFUND]) if is_refund else "",
        amount_fen=reading.fen(-amount if is_refund else amount),
        is_refund=is_refund,
    )
