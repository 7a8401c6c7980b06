"""`simulate fit`: how the members of a shop come back, from its own orders."""

from datetime import date
from pathlib import Path

from sharemall.cli.faults import refuse


def fit(path: Path, *, until: date | None) -> None:
    """Fit a shop's own orders, and print what a scenario needs of them."""
    from sharemall.simulator import fit as fitting
    from sharemall.simulator import orders as reading

    try:
        orders = reading.read_orders(path)
        found = fitting.fit(fitting.histories(orders, until))
        values = fitting.order_values(orders)
    except reading.OrdersError as error:
        refuse(str(path), error.faults)
    print(  # noqa: T201
        f"# {found.members:,} members came back {found.repeats:,} times between {orders.first} "
        f"and {until or orders.last}; log-likelihood {found.log_likelihood:,.1f}.\n"
        f"# A new member buys again {fitting.expected_purchases(found, 52):.2f} times in its first "
        f"year, in the mean.\n"
        f'[repurchase]\nr = "{found.r:.3f}"\nalpha = "{found.alpha:.3f}"\n'
        f'a = "{found.a:.3f}"\nb = "{found.b:.3f}"\nunit = "week"\n\n'
        f"# {values.paid:,} paid orders, {values.mean_yuan:.2f} in the mean; "
        f"{values.free:,} were free.\n"
        f'[orders]\nmedian = "{values.median_yuan:.2f}"\nsigma = "{values.sigma:.3f}"'
    )
