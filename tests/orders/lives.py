"""What random lives of orders are made of, and how a life begins anew."""

from django.db import connection
from hypothesis import strategies as st

from sharemall.ledger import writer
from tests.orders.ready import Line


@st.composite
def lines(draw: st.DrawFn) -> Line:
    quantity, price = draw(st.integers(1, 3)), draw(st.integers(1, 20_000))
    worth = quantity * price
    discount = draw(st.integers(0, worth // 2))
    return Line(
        quantity=quantity,
        price_fen=price,
        cost_fen=draw(st.integers(0, price)),
        zone=draw(st.sampled_from(("wine", "home"))),
        discount_fen=discount,
        subsidy_fen=draw(st.integers(0, discount)),
        returnable_days=draw(st.sampled_from((0, 7))),
    )


parts = st.tuples(
    st.sampled_from(("platform", "farm")),
    st.lists(lines(), min_size=1, max_size=3),
    st.sampled_from((0, 1, 801)),
)
# How much of a payment coins, balance and shares pay, in percent; the provider takes the rest.
SPLITS = (
    (0, 0, 0),
    (100, 0, 0),
    (0, 100, 0),
    (0, 0, 100),
    (50, 0, 0),
    (0, 0, 50),
    (33, 33, 0),
    (17, 33, 50),
    (30, 30, 30),
    (1, 1, 1),
    (99, 1, 1),
)
ORDINARY = ("unpaid", "paid", "shipped", "received")
which = st.integers(0, 3)
# A yes, a no, or, where the merchant has to answer, an offer of less.
some_answers = st.lists(st.sampled_from(("yes", "yes", "yes", "no", "less")), max_size=4)
freights = st.sampled_from((0, 0, 1, 801))
REFILL_FEN = 2_000_000


PREFIXES = (
    *("ledger_", "orders_", "payments_", "catalogue_", "members_", "merchants_", "aftersale_"),
    "mall_messages_",
)


def wipe() -> None:
    """Empty every table: quicker than a flush, which an example would wait for longest."""
    writer.drain()
    tables = [
        table for table in connection.introspection.table_names() if table.startswith(PREFIXES)
    ]
    statements = ["SET session_replication_role = replica"]
    statements += [f"DELETE FROM {table}" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("; ".join([*statements, "SET session_replication_role = DEFAULT"]))
