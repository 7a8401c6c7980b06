"""Wide pictures of the zones, and what buyers photographed for their reviews."""

from typing import Any

from tools.studio import appliances, drinks, flowers, fresh, home, play, town, wear
from tools.studio.kit import Scene, material, picture, subjects
from tools.studio.shapes import box, lathe, leaf

# The goods stand on the right, before the zone's colour: on the left is room for its name.
WIDE: dict[str, Any] = {"width": 1200, "height": 480, "fill": 0.64, "shift": (-0.17, 0.0)}
# An upload: the mall itself draws it in its widths.
SNAPSHOT: dict[str, Any] = {
    "width": 640,
    "height": 640,
    "fill": 1.06,
    "light": 0.8,
    "ground": -0.2,
    "widths": (),
}


def beside(*scenes: tuple[Scene, float, float, float]) -> None:
    """Scenes side by side: each with its place along x, along y, and its size."""
    import bpy
    from mathutils import Matrix, Vector

    for build, x, y, size in scenes:
        before = set(bpy.context.scene.objects)
        build()
        bpy.context.view_layer.update()
        move = Matrix.Translation(Vector((x, y, 0))) @ Matrix.Scale(size, 4)
        for thing in subjects():
            if thing not in before:
                thing.matrix_world = move @ thing.matrix_world


@picture("zone-liquor", backdrop="#8f3c50", above=7, **WIDE)
def drinks_zone() -> None:
    beside(
        (drinks.red_wine, -2.6, 0, 1), (drinks.whisky, 0.6, 0.2, 1), (drinks.plum_wine, 3.1, 0, 1)
    )


@picture("zone-appliance", backdrop="#3f68a3", above=10, **WIDE)
def appliances_zone() -> None:
    beside(
        (appliances.rice_cooker, -3.1, 0, 1),
        (appliances.kettle_green, 0.6, 0.2, 1),
        (appliances.air_fryer, 3.2, 0, 1),
    )


@picture("zone-fresh", backdrop="#4d7a37", above=16, **WIDE)
def fresh_zone() -> None:
    beside(
        (fresh.oranges, -2.6, 0, 1),
        (fresh.pak_choi, 0.3, 0.3, 0.95),
        (fresh.strawberries, 2.9, 0, 0.95),
    )


@picture("zone-living", backdrop="#6f5796", above=12, ground=-0.1, **WIDE)
def living_zone() -> None:
    beside(
        (home.towels_sage, -3.2, 0, 1),
        (play.plush_bear, 0, 0.2, 0.75),
        (home.mug_blue, 2.2, -0.2, 1),
        (wear.hat, 4.3, 0.2, 0.8),
    )


@picture("zone-local", backdrop="#9a6420", above=16, **WIDE)
def local_zone() -> None:
    beside((town.latte, -2.6, 0, 1), (town.cinema, 0.9, 0.2, 1), (flowers.bouquet, 3.7, 0.3, 0.85))


def _table(width: float, depth: float, colour: str = "#a5764a") -> None:
    box(
        (width, depth, 0.2),
        material(colour, 0.5, weave=(1.2, 0.25), mottled=("#8c5f38", 1.6)),
        (0, 0, -0.2),
        bevel=0.05,
    )


@picture("review-wine", backdrop="#cbb7a2", above=16, aside=24, **SNAPSHOT)
def review_wine() -> None:
    beside(
        (drinks._red_bottle, -0.2, 0, 1),
        (lambda: drinks._wine_glass(0, 0, "#7a0a20"), 0.6, -0.5, 0.9),
    )
    _table(2.6, 2.2)


@picture("review-strawberry", backdrop="#d9cfc4", above=46, aside=16, **SNAPSHOT)
def review_strawberry() -> None:
    lathe(
        [(0, 0), (0.6, 0), (0.95, 0.25), (0.92, 0.27), (0, 0.08)],
        material("#dfe7ea", 0.2, coat=0.5),
        corner=0.04,
    )
    for number in range(7):
        place = (
            (0.0, 0.0)
            if number == 6
            else ((0.42, 0.0), (0.2, 0.38), (-0.2, 0.38), (-0.42, 0), (-0.2, -0.36), (0.2, -0.36))[
                number
            ]
        )
        fresh.strawberry(
            place[0], place[1], 0.4 + 0.1 * (number == 6), (80 + 9 * number, 20, 57 * number), 0.95
        )
    _table(2.5, 2.3, "#c9b493")


@picture("review-fryer", backdrop="#c9c3ba", above=20, aside=34, **SNAPSHOT)
def review_fryer() -> None:
    appliances.air_fryer()
    _table(3.0, 2.8, "#d6d0c6")


@picture("review-bedding", backdrop="#cfc7bb", above=34, aside=30, **SNAPSHOT | {"ground": 0.0})
def review_bedding() -> None:
    home.bedding()


@picture("review-book", backdrop="#d8cdb9", above=50, aside=-22, **SNAPSHOT)
def review_book() -> None:
    play.picture_book_open()
    _table(5.6, 3.8)
    leaf(0.9, 0.4, material("#5b7f4b", 0.6), (2.2, 1.3, 0.02), (5, 0, 40), curl=0.05)
