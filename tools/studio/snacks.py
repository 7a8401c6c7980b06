"""Pictures of snacks."""

from math import cos, sin

from tools.studio.kit import glass, material, picture, scatter
from tools.studio.labels import Print
from tools.studio.shapes import ball, box, lathe, leaf, plate, tube, wrap


def _nuts(spots: list[tuple[float, float, float]]) -> None:
    almond, cashew = (
        material("#9a5a2c", 0.55, bump=(20, 0.5)),
        material("#e6cfa0", 0.45, inside=0.1),
    )
    walnut, cranberry = material("#b98752", 0.6, bump=(9, 0.9)), material("#7d1420", 0.35, coat=0.3)
    for number, (x, y, z) in enumerate(spots):
        kind, turn = number % 4, (number * 31 % 60, number * 17 % 40, number * 71)
        if kind == 0:
            ball(0.13, almond, (x, y, z), (0.62, 1.15, 0.5), turn, fine=3)
        elif kind == 1:
            tube(
                [
                    (x - 0.12, y, z),
                    (x - 0.06, y + 0.1, z + 0.03),
                    (x + 0.06, y + 0.1, z),
                    (x + 0.12, y - 0.02, z),
                ],
                0.062,
                cashew,
                radii=[0.6, 1.2, 1.1, 0.6],
            )
        elif kind == 2:
            ball(0.15, walnut, (x, y, z), (1, 0.85, 0.75), turn, lumps=(0.09, 0.09), fine=4)
        else:
            ball(0.1, cranberry, (x, y, z), (1, 0.8, 0.6), turn, lumps=(0.1, 0.05), fine=3)


@picture("mixed-nuts", backdrop="#eadfcd", above=16)
def mixed_nuts() -> None:
    lathe(
        [(0, 0), (0.55, 0), (0.57, 1.3), (0.5, 1.42), (0.48, 1.5)],
        glass("#fbfaf6"),
        (-0.4, 0.25, 0),
        corner=0.08,
    )
    spots = [
        (
            -0.4 + 0.42 * (k**0.5) * cos(n * 2.4),
            0.25 + 0.42 * (k**0.5) * sin(n * 2.4),
            0.12 + 0.1 * (n // 11),
        )
        for n in range(121)
        for k in [((n % 11) + 0.5) / 11]
    ]
    _nuts(spots)
    lathe(
        [(0, 1.72), (0.53, 1.72), (0.54, 1.46), (0.5, 1.46)],
        material("#b88a56", 0.5, weave=(3, 0.2)),
        (-0.4, 0.25, 0),
        corner=0.04,
    )
    art = (
        Print(900, 480, "#f7efe0")
        .text("每日坚果", 0.5, 0.4, 0.3, "#5a3717", "Serif")
        .text("MIXED NUTS 500 g", 0.5, 0.75, 0.12, "#8a5a2b")
    )
    wrap(art.save(), 0.575, 0.5, 1.05, 130, (-0.4, 0.25, 0))
    lathe(
        [(0, 0), (0.3, 0), (0.55, 0.3), (0.52, 0.3), (0.28, 0.05), (0, 0.05)],
        material("#e9e4d8", 0.3, coat=0.4),
        (0.9, -0.45, 0),
        corner=0.04,
    )
    _nuts(
        [
            (
                0.9 + 0.42 * (n / 36) ** 0.5 * cos(n * 2.4),
                -0.45 + 0.42 * (n / 36) ** 0.5 * sin(n * 2.4),
                0.27 + 0.12 * (1 - n / 36),
            )
            for n in range(36)
        ]
    )
    _nuts([(-0.2 + 0.5 * u, -0.8 + 0.25 * v, 0.08) for u, v, _ in scatter(6, 5)])


@picture("butter-cookies", backdrop="#e6e0ea", above=34, aside=-8)
def butter_cookies() -> None:
    tin = material("#3d4f86", 0.35, metal=0.3)
    lathe([(1.28, 0.5), (1.32, 0.5), (1.32, 0.02), (1.28, 0), (0, 0)], tin, corner=0.02)
    lathe([(0, 0.1), (1.27, 0.1)], material("#f5f1e6", 0.9), corner=0)
    wrap(
        Print(1800, 260, "#3d4f86")
        .text("黄油曲奇 · BUTTER COOKIES", 0.5, 0.5, 0.4, "#f0d9a0", "Serif")
        .save(),
        1.325,
        0.06,
        0.46,
        110,
    )
    bake = material("#dfa956", 0.65, bump=(20, 0.5), mottled=("#c98a38", 2.5))
    paper = material("#faf6ee", 0.85)
    for number in range(7):
        angle = number * 6.2832 / 6
        x, y = (0, 0) if number == 6 else (0.8 * cos(angle), 0.8 * sin(angle))
        lathe([(0.3, 0.12), (0.42, 0.42)], paper, (x, y, 0), corner=0, lobes=(26, 0.05), around=208)
        for layer in range(2):
            z = 0.3 + 0.13 * layer
            if number % 2:
                lathe(
                    [(0, 0), (0.3, 0), (0.34, 0.05), (0.25, 0.12), (0.06, 0.09), (0, 0.1)],
                    bake,
                    (x, y, z),
                    (5 * layer, 0, 0),
                    corner=0.04,
                    lobes=(9, 0.1),
                )
            else:
                lathe(
                    [(0, 0), (0.31, 0), (0.34, 0.06), (0.31, 0.1), (0, 0.1)],
                    bake,
                    (x, y, z),
                    (4 * layer, 3, 0),
                    corner=0.03,
                    lobes=(22, 0.03),
                )
    for x, y in ((-0.6, -1.7), (0.0, -1.8)):
        lathe(
            [(0, 0), (0.3, 0), (0.34, 0.05), (0.25, 0.12), (0.06, 0.09), (0, 0.1)],
            bake,
            (x, y, 0.02),
            corner=0.04,
            lobes=(9, 0.1),
        )


@picture("dark-chocolate", backdrop="#e4d8cd", above=30, aside=-18)
def dark_chocolate() -> None:
    dark = material("#3a1d10", 0.28, coat=0.4)
    for row in range(3):
        for column in range(5):
            box(
                (0.46, 0.46, 0.16),
                dark,
                (-0.95 + column * 0.48, -0.6 + row * 0.48, 0.06),
                (0, 0, 0),
                bevel=0.06,
            )
    box((2.44, 1.46, 0.1), dark, (0.01, -0.12, 0), bevel=0.02)
    foil = material("#d9c48a", 0.25, metal=1, bump=(7, 0.6))
    box((0.7, 1.52, 0.24), foil, (1.2, -0.12, 0), bevel=0.04, soft=(0.15, 0.04))
    sleeve = (
        Print(1100, 900, "#2f4a3f")
        .rect(0.5, 0.5, 0.9, 0.88, None, line="#d9b876", stroke=6)
        .text("72%", 0.5, 0.33, 0.22, "#f0d9a0", "Serif")
        .text("黑巧克力", 0.5, 0.57, 0.13, "#f0d9a0", "Serif")
        .text("SINGLE ORIGIN · HAINAN", 0.5, 0.75, 0.05, "#f0d9a0", "Serif")
    )
    box((1.95, 1.6, 0.22), material("#2f4a3f", 0.6), (0.55, 1.45, 0), (0, 0, -8), bevel=0.02)
    plate(sleeve.save(), 1.9, 1.55, (0.55, 1.45, 0.223), (0, 0, -8))
    bean = material("#6b3f22", 0.6, bump=(16, 0.6))
    for u, v, w in scatter(8, 9):
        ball(
            0.14,
            bean,
            (-1.5 + 0.7 * u, -1.25 + 0.5 * v, 0.09),
            (0.75, 1.2, 0.6),
            (0, 0, 360 * w),
            fine=4,
        )


@picture("wild-honey", backdrop="#f0e2bf", above=12)
def wild_honey() -> None:
    honey = material("#e0900f", 0.03, glass=0.85, ior=1.48)
    lathe(
        [(0, 0.05), (0.55, 0.05), (0.58, 0.3), (0.58, 0.95), (0.5, 1.1), (0, 1.1)],
        honey,
        (-0.35, 0.1, 0),
        corner=0.1,
    )
    lathe(
        [(0, 0), (0.6, 0), (0.63, 0.3), (0.63, 1.0), (0.5, 1.18), (0.5, 1.28), (0, 1.28)],
        glass("#fff8e6"),
        (-0.35, 0.1, 0),
        corner=0.1,
    )
    lathe(
        [(0, 1.58), (0.55, 1.58), (0.57, 1.26), (0.52, 1.24)],
        material("#3a2a1a", 0.45),
        (-0.35, 0.1, 0),
        corner=0.05,
    )
    art = (
        Print(900, 520, "#fffaf0")
        .text("百花蜜", 0.5, 0.42, 0.3, "#8a4b0c", "Serif")
        .text("WILDFLOWER HONEY", 0.5, 0.74, 0.1, "#b5731d")
    )
    wrap(art.save(), 0.636, 0.32, 0.88, 110, (-0.35, 0.1, 0))
    wood = material("#b07b45", 0.5, weave=(4, 0.2))
    tube([(0.5, -0.6, 0.15), (1.6, 0.1, 0.62)], 0.045, wood, smooth=False)
    for number in range(6):
        lathe(
            [
                (0, -0.03),
                (0.17 - 0.012 * abs(number - 2.5) ** 2, -0.03),
                (0.17 - 0.012 * abs(number - 2.5) ** 2, 0.03),
                (0, 0.03),
            ],
            wood,
            (
                0.42 - 0.075 * number + 0.1,
                -0.66 - 0.045 * number + 0.06,
                0.13 - 0.0 * number + 0.06,
            ),
            (0, 68, 32),
            corner=0.02,
        )
    lathe([(0, 0), (0.42, 0), (0.36, 0.02), (0, 0.03)], honey, (0.3, -0.72, 0.0), corner=0.01)
    petal, heart = material("#f6f3ea", 0.6, inside=0.3), material("#e8b51e", 0.7)
    for x, y in ((1.1, -0.6), (1.45, -0.35)):
        ball(0.08, heart, (x, y, 0.1), (1, 1, 0.6))
        for number in range(10):
            leaf(0.22, 0.1, petal, (x, y, 0.08), (8, 0, number * 36), curl=0.1)
