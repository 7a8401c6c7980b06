"""The tree of categories as numbers, read together with how much a search will find."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from django.db import connection

FEW = 10_000  # products that are quicker gathered and sorted than looked for along an order

TREE = "SELECT id, parent_id, on_sale FROM catalogue_category"
MATCHES = """
UNION ALL SELECT count(*), NULL, NULL
FROM (SELECT FROM catalogue_product WHERE terms @> %s::varchar[] LIMIT %s) found
"""


class Standing(Protocol):
    """What of a category matters here: a `Node`, or a row of it."""

    @property
    def pk(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def on_sale(self) -> bool: ...


class Node(NamedTuple):
    """A category: its id, that of the one above it, and whether it is on sale itself."""

    pk: int
    parent_id: int | None
    on_sale: bool


def tree_and_matches(words: Sequence[str]) -> tuple[list[Node], int]:
    """All categories, and how many products have all these terms: FEW + 1 stands for more.

    0 without words. One query. The planner guesses how often words come together, and is wrong
    where they never or always do; so the shop counts, as far as it matters.
    """
    with connection.cursor() as cursor:
        if not words:
            cursor.execute(TREE)
            return [Node(*row) for row in cursor.fetchall()], 0
        cursor.execute(TREE + MATCHES, [list(words), FEW + 1])
        *tree, (matches, _, _) = cursor.fetchall()
    return [Node(*row) for row in tree], matches


def hidden(tree: Sequence[Standing]) -> set[int]:
    """The categories that are off sale, and all below them."""
    off = [node.pk for node in tree if not node.on_sale]
    return {below for pk in off for below in with_all_below(pk, tree)}


def with_all_below(category_id: int, tree: Sequence[Standing]) -> set[int]:
    """A category and all below it."""
    found, added = {category_id}, {category_id}
    while added:
        added = {node.pk for node in tree if node.parent_id in added} - found
        found |= added
    return found
