"""Pictures of fresh food."""

from math import cos, pi, sin

from tools.studio.kit import Point, glass, material, picture, scatter
from tools.studio.labels import Print
from tools.studio.shapes import ball, box, lathe, leaf, plate, tube

WOOD = "#c49a66"


def board(width: float, depth: float, at: Point = (0, 0, 0), colour: str = WOOD) -> None:
    """A wooden board."""
    box(
        (width, depth, 0.12),
        material(colour, 0.55, weave=(1.6, 0.2), mottled=("#a97c48", 2.2)),
        (at[0], at[1], at[2] - 0.12),
        bevel=0.04,
    )


def strawberry(
    x: float, y: float, z: float, turn: tuple[float, float, float], size: float = 1.0
) -> None:
    """One strawberry with seeds and its green."""
    from mathutils import Euler, Vector

    red = material("#c4121b", 0.22, coat=0.5, inside=0.15, mottled=("#dd2a25", 2))
    profile = [(0, -0.34), (0.12, -0.3), (0.26, -0.08), (0.29, 0.12), (0.2, 0.26), (0, 0.28)]
    lathe([(r * size, h * size) for r, h in profile], red, (x, y, z), turn, corner=0.14 * size)
    spin = Euler([angle * pi / 180 for angle in turn])
    seed = material("#efc65a", 0.5)
    for row, (radius, height) in enumerate(
        [(0.1, -0.29), (0.19, -0.19), (0.255, -0.06), (0.285, 0.07), (0.265, 0.17)]
    ):
        many = 5 + 2 * row
        for number in range(many):
            angle = 2 * pi * (number + 0.5 * (row % 2)) / many
            spot = Vector((radius * cos(angle), radius * sin(angle), height)) * size
            spot.rotate(spin)
            ball(0.016 * size, seed, (x + spot.x, y + spot.y, z + spot.z), fine=2)
    green = material("#4b8b2b", 0.5)
    top = Vector((0, 0, 0.27 * size))
    top.rotate(spin)
    for number in range(7):
        leaf(
            0.24 * size,
            0.1 * size,
            green,
            (x + top.x, y + top.y, z + top.z),
            (turn[0] - 12, turn[1], turn[2] + number * 51),
            curl=0.1,
        )


@picture("dandong-strawberry", backdrop="#f1dcd8", above=28, aside=-10)
def strawberries() -> None:
    slat = material("#d8b483", 0.6, weave=(3, 0.2))
    for y in (-0.85, 0.85):
        for z in (0.05, 0.3):
            box((2.6, 0.07, 0.2), slat, (0, y, z), bevel=0.02)
    for x in (-1.27, 1.27):
        for z in (0.05, 0.3):
            box((0.07, 1.7, 0.2), slat, (x, 0, z), bevel=0.02)
    box((2.5, 1.65, 0.06), slat, (0, 0, 0))
    for number, (u, v, w) in enumerate(scatter(21, 4)):
        column, row = number % 7, number // 7
        strawberry(
            -1.02 + column * 0.34,
            -0.55 + row * 0.55,
            0.46 + 0.12 * w,
            (100 + 50 * u, 30 * v - 15, 360 * w),
            0.95,
        )
    strawberry(-0.9, -1.35, 0.28, (80, 0, 60))
    strawberry(0.6, -1.45, 0.27, (95, 0, -40), 0.9)


@picture("salmon-sashimi", backdrop="#dbe3e6", above=34, aside=-8)
def salmon() -> None:
    lathe(
        [(0, 0), (1.5, 0), (1.66, 0.12), (1.62, 0.14), (1.45, 0.05), (0, 0.05)],
        material("#2d3136", 0.3, coat=0.5, bump=(8, 0.2)),
        corner=0.05,
    )
    meat = material("#f0703a", 0.28, coat=0.4, inside=0.25)
    fat = material("#f8c9a6", 0.35, inside=0.2)
    for number in range(9):
        x = -0.95 + number * 0.235
        for part in range(9):
            box(
                (0.2, 0.094 if part % 2 == 0 else 0.022, 0.55),
                meat if part % 2 == 0 else fat,
                (x, -0.35 + part * 0.062 + 0.02 * sin(number), 0.1),
                (0, 24, 6),
                bevel=0.02,
            )
    green = material("#4f7d35", 0.5)
    leaf(0.95, 0.7, green, (-1.0, 0.35, 0.1), (12, 0, 20), curl=0.1)
    leaf(0.9, 0.7, green, (0.5, 0.4, 0.1), (14, 0, -25), curl=0.1)
    skin, pulp = material("#f2cf3a", 0.4), material("#f8e48a", 0.3, inside=0.3)
    for x, y in ((1.05, -0.2), (0.98, -0.5)):
        lathe(
            [(0, 0), (0.27, 0), (0.29, 0.03), (0.27, 0.06), (0, 0.06)],
            skin,
            (x, y, 0.1),
            (14, -10, 0),
            corner=0.02,
        )
        lathe(
            [(0, 0.062), (0.24, 0.062)], pulp, (x, y, 0.1), (14, -10, 0), corner=0, lobes=(9, 0.05)
        )
    ball(
        0.17,
        material("#9bbf4f", 0.7, bump=(14, 0.5)),
        (-1.05, -0.55, 0.16),
        (1, 1, 0.75),
        lumps=(0.1, 0.05),
    )


def orange(x: float, y: float, r: float, *, leafy: bool = False) -> None:
    """A navel orange."""
    skin = material("#ee7d0e", 0.36, coat=0.25, inside=0.1, bump=(38, 0.5))
    ball(r, skin, (x, y, r * 0.97), (1, 1, 0.97))
    ball(r * 0.08, material("#7a8a35", 0.7), (x, y, r * 1.92))
    if leafy:
        leaf(
            r * 1.25,
            r * 0.6,
            material("#3f7a2c", 0.4, coat=0.2),
            (x, y, r * 1.92),
            (8, 0, 60),
            curl=-0.15,
        )
        leaf(
            r * 1.1,
            r * 0.5,
            material("#4d8a35", 0.4, coat=0.2),
            (x, y, r * 1.92),
            (14, 0, -75),
            curl=-0.1,
        )


def half_orange(x: float, y: float, r: float) -> None:
    """Half an orange, cut side to the front."""
    turn = (58, 0, 8)
    lathe(
        [(0, -r), (r * 0.7, -r * 0.72), (r, 0), (r * 0.95, 0.01), (0, 0.01)],
        material("#ee7d0e", 0.4, bump=(38, 0.5)),
        (x, y, r * 0.8),
        turn,
        corner=0.2,
    )
    lathe(
        [(0, 0.016), (r * 0.94, 0.016)], material("#f7e6c0", 0.5), (x, y, r * 0.8), turn, corner=0
    )
    pulp = material("#f59a1f", 0.2, coat=0.6, inside=0.2, mottled=("#e8820e", 8))
    from mathutils import Euler, Vector

    for number in range(10):
        spot = Vector((0, 0, 0.02))
        angle = number * 36
        points = Vector((r * 0.46 * cos(angle * pi / 180), r * 0.46 * sin(angle * pi / 180), 0.02))
        points.rotate(Euler([value * pi / 180 for value in turn]))
        piece = ball(
            r * 0.42,
            pulp,
            (x + points.x, y + points.y, r * 0.8 + points.z),
            (1, 0.33, 0.06),
            fine=3,
        )
        piece.rotation_euler = (
            Euler([value * pi / 180 for value in turn]).to_matrix()
            @ Euler((0, 0, angle * pi / 180)).to_matrix()
        ).to_euler()
        del spot


@picture("navel-orange", backdrop="#f3e3c9", above=16)
def oranges() -> None:
    for x, y, r, leafy in [
        (-0.85, 0.25, 0.48, True),
        (0.1, 0.5, 0.5, False),
        (1.0, 0.3, 0.48, True),
        (-0.35, -0.4, 0.46, False),
    ]:
        orange(x, y, r, leafy=leafy)
    half_orange(0.72, -0.55, 0.44)


@picture("navel-orange-2", backdrop="#f3e3c9", above=20)
def oranges_in_box() -> None:
    card = material("#c79a63", 0.8)
    box((3.2, 2.2, 0.08), card, (0, 0, 0))
    for y in (-1.1, 1.1):
        box((3.2, 0.06, 0.85), card, (0, y, 0), bevel=0.01)
    for x in (-1.6, 1.6):
        box((0.06, 2.2, 0.85), card, (x, 0, 0), bevel=0.01)
    plate(
        Print(1400, 360, "#c79a63")
        .text("赣南脐橙", 0.5, 0.42, 0.42, "#8a3f0e", "Serif")
        .text("GANNAN NAVEL ORANGES", 0.5, 0.8, 0.13, "#8a3f0e")
        .save(),
        2.6,
        0.66,
        (0, -1.135, 0.44),
    )
    for number in range(12):
        r = 0.4
        x, y = -1.18 + (number % 4) * 0.79, -0.72 + (number // 4) * 0.72
        ball(
            r,
            material("#ee7d0e", 0.36, coat=0.25, bump=(38, 0.5)),
            (x, y, 0.62 + 0.05 * (number % 3)),
            (1, 1, 0.97),
        )
        if number % 3 == 0:
            leaf(0.5, 0.24, material("#3f7a2c", 0.4), (x, y, 1.05), (5, 0, number * 50), curl=-0.1)


@picture("pak-choi", backdrop="#e2e8d5", above=20, aside=8)
def pak_choi() -> None:
    stem, green = (
        material("#e6eecf", 0.35, inside=0.3, coat=0.2),
        material("#3e7a2a", 0.42, coat=0.15, mottled=("#52923a", 2)),
    )
    for x, lean in ((-0.85, 6), (0.0, 0), (0.85, -6)):
        for ring, count in ((0, 4), (1, 6)):
            for number in range(count):
                angle = number * 360 / count + ring * 25
                a = angle * pi / 180
                reach = 0.07 + 0.11 * ring
                points = [
                    (x + reach * 0.5 * cos(a), reach * 0.5 * sin(a), 0.02),
                    (x + reach * 1.9 * cos(a), reach * 1.9 * sin(a), 0.28),
                    (x + reach * 1.3 * cos(a) + lean * 0.003, reach * 1.3 * sin(a), 0.75),
                    (x + reach * 2.0 * cos(a), reach * 2.0 * sin(a), 1.0),
                ]
                tube(points, 0.1, stem, radii=[0.9, 1.5, 0.9, 0.4])
                leaf(
                    0.85 - 0.1 * ring,
                    0.56,
                    green,
                    (points[-1][0], points[-1][1], 0.84),
                    (72 - 16 * ring, 0, angle - 90),
                    curl=-0.22,
                    fold=0.35,
                )
        lathe(
            [(0.225, 0.5), (0.24, 0.53), (0.225, 0.56)],
            material("#b58a52", 0.9),
            (x, 0, 0),
            corner=0.01,
        )


@picture("farm-eggs-30", backdrop="#ece0d0", above=32, aside=-14)
def eggs() -> None:
    pulp = material("#b9ab98", 0.95, bump=(26, 0.7))
    box((3.4, 2.9, 0.24), pulp, (0, 0, 0), bevel=0.08)
    shades = [
        material(colour, 0.45, inside=0.15, bump=(40, 0.08))
        for colour in ("#d9a172", "#e0b088", "#cf9363", "#e6bd98")
    ]
    for number in range(30):
        x, y = -1.35 + (number % 6) * 0.54, -1.08 + (number // 6) * 0.54
        lathe(
            [(0, -0.3), (0.13, -0.27), (0.235, -0.06), (0.2, 0.14), (0.1, 0.29), (0, 0.32)],
            shades[(number * 7) % 4],
            (x, y, 0.42),
            ((number * 13) % 9 - 4, (number * 7) % 9 - 4, 0),
            corner=0.14,
        )
        lathe([(0.18, 0.16), (0.27, 0.3), (0.285, 0.24)], pulp, (x, y, 0), corner=0.02)
    for x, y, turn in ((-0.5, -1.85, 80), (0.15, -1.95, 100)):
        lathe(
            [(0, -0.3), (0.13, -0.27), (0.235, -0.06), (0.2, 0.14), (0.1, 0.29), (0, 0.32)],
            shades[1],
            (x, y, 0.235),
            (turn, 0, turn),
            corner=0.14,
        )


@picture("wuchang-rice-5kg", backdrop="#ece3d2", above=14, aside=-10)
def rice() -> None:
    kraft = material("#c9a06a", 0.85, bump=(9, 0.35))
    box((1.7, 0.85, 2.5), kraft, (-0.35, 0.35, 0), bevel=0.22, soft=(0.6, 0.09))
    art = (
        Print(900, 1100, "#f6f1e3")
        .hills(["#8fae62", "#6f9550", "#557d40"], 0.66, 0.09)
        .text("五常", 0.5, 0.2, 0.19, "#6b2f16", "Serif")
        .text("稻花香", 0.5, 0.41, 0.15, "#6b2f16", "Serif")
        .text("WUCHANG RICE", 0.5, 0.56, 0.05, "#6b2f16")
    )
    plate(art.save(), 1.2, 1.46, (-0.35, -0.135, 1.3), (88, 0, 0))
    lathe(
        [(0, 0), (0.45, 0), (0.68, 0.36), (0.64, 0.36), (0, 0.2)],
        material("#9c6b40", 0.5, weave=(3, 0.2)),
        (1.15, -0.45, 0),
        corner=0.05,
    )
    grain = material("#fbf7ea", 0.4, inside=0.35)
    for number in range(230):
        angle, reach = number * 2.4, 0.6 * (number / 230) ** 0.5
        ball(
            0.05,
            grain,
            (
                1.15 + reach * cos(angle),
                -0.45 + reach * sin(angle),
                0.34 + 0.2 * (1 - (reach / 0.6) ** 2),
            ),
            (0.55, 1.5, 0.55),
            (number * 20 % 30, 8, number * 77),
            fine=2,
        )
    for u, v, w in scatter(26, 6):
        ball(
            0.05,
            grain,
            (0.1 + 1.1 * u, -1.25 + 0.35 * v, 0.03),
            (0.55, 1.5, 0.55),
            (0, 0, 360 * w),
            fine=2,
        )


@picture("wuchang-rice-5kg-2", backdrop="#e8e2d6", above=34)
def cooked_rice() -> None:
    lathe(
        [(0, 0), (0.35, 0), (0.36, 0.08), (0.85, 0.62), (0.81, 0.62), (0, 0.2)],
        material("#3f5f7d", 0.18, coat=0.7),
        corner=0.05,
    )
    grain = material("#fdfbf4", 0.35, inside=0.4)
    for number in range(420):
        angle, reach = number * 2.4, 0.76 * (number / 420) ** 0.5
        ball(
            0.062,
            grain,
            (reach * cos(angle), reach * sin(angle), 0.56 + 0.34 * (1 - (reach / 0.76) ** 2)),
            (0.55, 1.45, 0.55),
            (number * 20 % 40, number % 25, number * 77),
            fine=2,
        )
    stick = material("#5a3420", 0.4, coat=0.3)
    for x in (1.15, 1.32):
        tube([(x, -1.0, 0.05), (x + 0.1, 1.0, 0.05)], 0.045, stick, smooth=False)


@picture("blueberry", backdrop="#dfe2ec", above=30)
def blueberries() -> None:
    box((2.0, 1.5, 0.5), glass("#f4f8fa"), (-0.1, 0.2, 0), bevel=0.1)
    skin = material("#33407a", 0.5, sheen=0.6, mottled=("#5a6aa6", 3))
    crown = material("#232a4d", 0.7)
    spots = [
        (-0.95 + (n % 8) * 0.245, -0.4 + (n // 8) * 0.24, 0.36 + 0.16 * w)
        for n, (_, _, w) in enumerate(scatter(48, 2))
    ]
    spots += [(-0.7 + 0.3 * n, -0.95 - 0.12 * (n % 3), 0.13) for n in range(7)]
    for number, (x, y, z) in enumerate(spots):
        ball(0.135, skin, (x, y, z), (1, 1, 0.9), fine=4)
        lathe(
            [(0.03, 0), (0.05, 0.02), (0.035, 0.01)],
            crown,
            (x + 0.03 * (number % 3 - 1), y - 0.04, z + 0.115),
            (15, 0, 0),
            corner=0,
            lobes=(5, 0.3),
            around=20,
        )
    leaf(0.5, 0.26, material("#4f8538", 0.5), (0.75, -0.85, 0.05), (10, 0, -60), curl=0.2)
