"""WeChat Pay's daily bill of trades: lines whose values all begin with a backtick."""

from collections.abc import Iterable

from sharemall.payments import reading
from sharemall.payments.providers import BillLine

SUMMARY = "总交易单数"
MERCHANT, TRADE, PAYMENT, STATE = "商户号", "微信订单号", "商户订单号", "交易状态"
REFUND, REFUND_STATE = "商户退款单号", "退款状态"
PAID, REFUNDED = "订单金额", "申请退款金额"
COLUMNS = (MERCHANT, TRADE, PAYMENT, STATE, REFUND, REFUND_STATE, PAID, REFUNDED)


def read(content: bytes, *, merchant_no: str) -> list[BillLine]:
    """The trades and refunds of a bill. Raises ValueError if any line of it is not as it must be.

    Refunds that failed and trades that the shopper revoked moved no money and are left out.
    """
    lines = content.decode("utf-8-sig").splitlines()
    header = lines[0].split(",") if lines else []
    if any(column not in header for column in COLUMNS):
        raise ValueError("the columns are not those of a bill")
    end = next((place for place, line in enumerate(lines) if line.startswith(SUMMARY)), None)
    if end is None or len(lines) < end + 2:
        raise ValueError("the bill has no end")
    if _values(lines[end + 1])[0] != str(end - 1):
        raise ValueError("the bill has another number of lines than it says")
    return list(_lines(header, lines[1:end], merchant_no))


def _lines(header: list[str], lines: list[str], merchant_no: str) -> Iterable[BillLine]:
    for line in lines:
        values = _values(line)
        if len(values) != len(header):
            raise ValueError("a line has too few or too many values")
        row = dict(zip(header, values, strict=True))
        if row[MERCHANT] != merchant_no:
            raise ValueError("a line is another merchant's")
        state, refund_state = row[STATE], row[REFUND_STATE]
        if state not in ("SUCCESS", "REFUND", "REVOKED"):
            raise ValueError("a line is of an unknown kind")
        if state == "REVOKED" or (state == "REFUND" and refund_state == "FAIL"):
            continue
        yield _line(row, is_refund=state == "REFUND")


def _line(row: dict[str, str], *, is_refund: bool) -> BillLine:
    return BillLine(
        payment_no=reading.name(row[PAYMENT]),
        trade_no=reading.name(row[TRADE]),
        refund_no=reading.name(row[REFUND]) if is_refund else "",
        amount_fen=reading.fen(reading.fen_of_yuan(row[REFUNDED if is_refund else PAID])),
        is_refund=is_refund,
    )


def _values(line: str) -> list[str]:
    """A title may have commas in it, but no comma with a backtick."""
    if not line.startswith("`"):
        raise ValueError("a line does not begin with a value")
    return [value.strip() for value in line[1:].split(",`")]
