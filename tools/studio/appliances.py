"""Pictures of appliances."""

from tools.studio.kit import glass, material, picture
from tools.studio.labels import Print
from tools.studio.shapes import ball, box, lathe, leaf, plate, tube

BLACK = "#16181b"


def _screen() -> Print:
    art = Print(1600, 900).shade("#2a4f8f", "#f2a56b")
    art.circle(0.68, 0.5, 0.22, "#ffe2b0")
    return art.hills(["#5c5a86", "#3f4a74", "#2b3a5d", "#1a2844"], 0.52, 0.1)


@picture("smart-tv-55", backdrop="#d9dfe8", above=6, aside=-12)
def television() -> None:
    dark = material(BLACK, 0.3, metal=0.4)
    box((5.0, 0.16, 2.86), dark, (0, 0, 0.5), bevel=0.02)
    plate(_screen().save(), 4.92, 2.77, (0, -0.083, 1.94), rough=0.15, coat=1, glow=0.55)
    steel = material("#8b9096", 0.3, metal=1)
    for x in (-1.6, 1.6):
        tube([(x, -0.5, 0.03), (x, 0, 0.5), (x, 0.5, 0.03)], 0.04, steel, smooth=False)


@picture("smart-tv-55-2", backdrop="#e4ddd2", above=9, aside=16, fill=0.95, ground=-1.04)
def television_at_home() -> None:
    television()
    oak = material("#c08f5c", 0.5, weave=(1.5, 0.2), mottled=("#a97a48", 2))
    box((6.2, 1.3, 0.14), oak, (0, 0, -0.14), bevel=0.02)
    box((6.0, 1.15, 0.9), material("#f1ece2", 0.5), (0, 0.02, -1.04), bevel=0.02)
    lathe(
        [(0, 0), (0.22, 0), (0.26, 0.4), (0.14, 0.6), (0.16, 0.66), (0, 0.6)],
        material("#d9cbb8", 0.5),
        (2.75, -0.25, 0),
        corner=0.1,
    )
    green = material("#5b7f4b", 0.5)
    for number in range(9):
        leaf(
            0.75,
            0.2,
            green,
            (2.75, -0.25, 0.6),
            (55 - 6 * (number % 3), 0, number * 40),
            curl=-0.25,
        )


@picture("robot-vacuum", backdrop="#dde3ea", above=26, aside=-18)
def robot_vacuum() -> None:
    white, dark = material("#f4f5f6", 0.25, coat=0.5), material("#22262b", 0.3, coat=0.6)
    lathe(
        [(0, 0.06), (0.86, 0.06), (0.9, 0.1), (0.9, 0.42), (0.84, 0.48), (0, 0.48)],
        white,
        (-0.75, -0.4, 0),
        corner=0.05,
    )
    lathe([(0.905, 0.1), (0.905, 0.24)], dark, (-0.75, -0.4, 0), corner=0)
    lathe(
        [(0, 0.48), (0.26, 0.48), (0.26, 0.6), (0.2, 0.64), (0, 0.64)],
        dark,
        (-0.75, -0.15, 0),
        corner=0.03,
    )
    lathe(
        [(0, 0.485), (0.07, 0.485)], material("#57c7ff", 0.3, glow=2), (-0.75, -0.85, 0), corner=0
    )
    lathe([(0.5, 0.482), (0.52, 0.484)], material("#cfd4d9", 0.3), (-0.75, -0.4, 0), corner=0)
    box((1.75, 1.3, 2.3), white, (0.9, 0.75, 0.0), bevel=0.16)
    box((1.45, 0.3, 0.62), dark, (0.9, 0.18, 0.05), bevel=0.1)
    box((1.3, 0.04, 0.75), material("#3c4147", 0.2, coat=1), (0.9, 0.1, 1.3), bevel=0.02)
    plate(
        Print(400, 100, "#3c4147").text("自动洗拖布", 0.5, 0.5, 0.5, "#dfe6ee").save(),
        0.6,
        0.15,
        (0.9, 0.075, 1.68),
    )


def _fryer(colour: str) -> None:
    body, dark = material(colour, 0.32, coat=0.4), material(BLACK, 0.25, coat=0.8)
    box((1.9, 1.9, 2.1), body, (0, 0, 0.06), bevel=0.32)
    box((1.5, 0.12, 0.85), dark, (0, -0.93, 0.42), bevel=0.05)
    box(
        (1.24, 0.05, 0.6),
        material("#e9a13f", 0.2, glow=0.7, mottled=("#8a4a17", 3)),
        (0, -0.985, 0.54),
        bevel=0.02,
    )
    box((1.32, 0.03, 0.66), glass("#d9d9d9"), (0, -1.03, 0.51), bevel=0.01)
    box((0.42, 0.42, 0.18), dark, (0, -1.12, 1.33), bevel=0.08)
    panel = (
        Print(800, 260, BLACK)
        .text("180°C", 0.3, 0.5, 0.42, "#ffd58a")
        .text("18:00", 0.72, 0.5, 0.42, "#ffffff")
    )
    plate(panel.save(), 0.98, 0.3, (0, -0.954, 1.83), coat=1, glow=0.5)
    lathe([(0, 0), (0.1, 0), (0.1, 0.06), (0, 0.06)], dark, (0.7, 0.6, 0), corner=0.01)


@picture("air-fryer-5l", backdrop="#e9e2d8", above=14, aside=-20)
def air_fryer() -> None:
    _fryer("#f2efe8")


@picture("air-fryer-5l-green", backdrop="#dfe5da", above=14, aside=-20)
def air_fryer_green() -> None:
    _fryer("#6f8f78")


@picture("air-fryer-5l-2", backdrop="#e9e2d8", above=40)
def fried() -> None:
    dark = material("#2a2c2f", 0.35)
    box((2.2, 2.0, 0.5), dark, (0, 0, 0), bevel=0.2)
    crisp = material("#d9a03d", 0.55, inside=0.2, mottled=("#b8741f", 3))
    for number in range(34):
        x, y = (number * 37 % 100) / 100 * 1.7 - 0.85, (number * 61 % 100) / 100 * 1.5 - 0.75
        box(
            (0.16, 0.8, 0.16),
            crisp,
            (x, y * 0.7, 0.5 + (number % 4) * 0.09),
            ((number % 5 - 2) * 8, 0, number * 47),
            bevel=0.03,
        )
    leaf(0.5, 0.2, material("#4f8a3a", 0.5), (0.2, -0.2, 0.95), (10, 0, 30))


@picture("drum-washer-10kg", backdrop="#dbe2e9", above=9, aside=-16)
def washer() -> None:
    white, dark = material("#f3f4f5", 0.28, coat=0.4), material("#2b2f34", 0.25, coat=0.7)
    box((2.4, 2.3, 3.4), white, (0, 0, 0.08), bevel=0.07)
    turn = (90, 0, 0)
    lathe(
        [(0.62, 0), (0.95, 0), (0.98, 0.1), (0.88, 0.18), (0.64, 0.14)],
        dark,
        (0, -1.15, 1.62),
        turn,
        corner=0.05,
    )
    lathe(
        [(0.9, 0.17), (0.95, 0.19), (0.99, 0.12)],
        material("#c9ced3", 0.2, metal=1),
        (0, -1.15, 1.62),
        turn,
        corner=0.02,
    )
    lathe(
        [(0, 0.2), (0.4, 0.19), (0.66, 0.12)],
        material("#5b6a78", 0.05, coat=1, metal=0.3),
        (0, -1.15, 1.62),
        turn,
        corner=0.2,
    )
    panel = (
        Print(1400, 260, "#1d2024")
        .text("智能投放", 0.2, 0.5, 0.3, "#cdd5dd")
        .text("00:15", 0.76, 0.5, 0.5, "#ffffff")
    )
    plate(panel.save(), 1.9, 0.34, (0.12, -1.155, 3.12), coat=1, glow=0.2)
    lathe(
        [(0, 0), (0.2, 0), (0.22, -0.12), (0, -0.14)],
        material("#c9ced3", 0.25, metal=1),
        (-0.02, -1.16, 3.12),
        (-90, 0, 0),
        corner=0.03,
    )
    box((0.62, 0.02, 0.26), material("#e4e6e8", 0.3), (-0.82, -1.155, 0.25), bevel=0.02)


@picture("fridge-508l", backdrop="#dde1e4", above=7, aside=-20)
def fridge() -> None:
    steel = material("#8f969c", 0.34, metal=0.85)
    gap = material("#17191c", 0.5)
    box((4.0, 3.2, 8.6), gap, (0, 0.05, 0.1), bevel=0.05)
    for x in (-1.01, 1.01):
        for low, high in ((0.2, 3.7), (3.8, 8.7)):
            box((1.97, 0.3, high - low), steel, (x, -1.65, low), bevel=0.04)
    for x in (-0.12, 0.12):
        for low, high in ((2.2, 3.5), (4.1, 6.6)):
            box(
                (0.07, 0.12, high - low),
                material("#3b3f44", 0.3, metal=1),
                (x, -1.85, low),
                bevel=0.03,
            )
    box((0.85, 0.06, 1.5), material(BLACK, 0.15, coat=1), (-1.05, -1.8, 5.4), bevel=0.04)
    plate(
        Print(300, 500, BLACK)
        .text("4°C", 0.5, 0.25, 0.16, "#bfe6ff")
        .text("-18°C", 0.5, 0.48, 0.13, "#bfe6ff")
        .text("冰水", 0.5, 0.75, 0.12, "#ffffff")
        .save(),
        0.62,
        1.05,
        (-1.05, -1.84, 6.2),
        glow=0.5,
    )
    box((0.6, 0.1, 0.05), steel, (-1.05, -1.86, 5.45), bevel=0.01)


@picture("ih-rice-cooker", backdrop="#ece1d6", above=18, aside=-14)
def rice_cooker() -> None:
    body, dark = material("#f6f2ea", 0.25, coat=0.5), material("#2b2826", 0.3, coat=0.5)
    lathe(
        [(0, 0.04), (0.86, 0.04), (1.0, 0.3), (1.04, 0.95), (1.0, 1.12), (0, 1.12)],
        body,
        corner=0.2,
    )
    lathe([(0.99, 1.1), (1.02, 1.14), (0.99, 1.2)], material("#c9a878", 0.25, metal=1), corner=0.02)
    lathe([(1.0, 1.18), (0.97, 1.36), (0.75, 1.52), (0, 1.58)], body, corner=0.15)
    lathe([(0, 1.57), (0.22, 1.56), (0.2, 1.62), (0, 1.63)], dark, (0, 0.35, -0.02), corner=0.02)
    panel = (
        Print(700, 420, "#2b2826")
        .text("IH", 0.5, 0.28, 0.22, "#e9c48e")
        .text("精煮 00:38", 0.5, 0.64, 0.22, "#ffffff")
    )
    plate(panel.save(), 0.74, 0.44, (0, -1.055, 0.68), (88, 0, 0), coat=1, glow=0.25)
    lathe(
        [(0, 0), (0.3, 0), (0.42, 0.3), (0.4, 0.3), (0, 0.1)],
        material("#5f7f95", 0.2, coat=0.6),
        (1.6, -0.5, 0),
        corner=0.04,
    )
    rice = material("#fbf8f0", 0.5, inside=0.3)
    for number in range(120):
        angle, reach = number * 2.4, 0.37 * (number / 120) ** 0.5
        from math import cos, sin

        ball(
            0.055,
            rice,
            (
                1.6 + reach * cos(angle),
                -0.5 + reach * sin(angle),
                0.3 + 0.14 * (1 - (reach / 0.37) ** 2),
            ),
            (0.6, 1.4, 0.6),
            (number * 20, 10, number * 77),
            fine=2,
        )


def _kettle(colour: str) -> None:
    body, wood = material(colour, 0.35, coat=0.3), material("#9b6a3f", 0.5, weave=(4, 0.2))
    lathe(
        [(0, 0.14), (0.72, 0.14), (0.66, 1.0), (0.44, 1.5), (0.42, 1.55), (0, 1.58)],
        body,
        corner=0.15,
    )
    lathe([(0, 0), (0.72, 0), (0.75, 0.1), (0, 0.12)], material("#2a2b2d", 0.5), corner=0.03)
    lathe([(0, 1.57), (0.4, 1.57), (0.36, 1.66), (0, 1.7)], body, corner=0.04)
    ball(0.09, wood, (0, 0, 1.78))
    tube(
        [(-0.6, 0, 0.5), (-1.0, 0, 0.75), (-0.95, 0, 1.2), (-1.25, 0, 1.62), (-1.42, 0, 1.6)],
        0.065,
        body,
        radii=[2.0, 1.2, 1, 0.9, 0.8],
    )
    tube(
        [(0.52, 0, 1.35), (1.0, 0, 1.6), (1.25, 0, 1.2), (1.1, 0, 0.7), (1.05, 0, 0.6)], 0.075, wood
    )
    lathe(
        [(0, 0), (0.06, 0), (0.06, 0.02)],
        material("#fff1cf", 0.3, glow=1),
        (0.2, -0.7, 0.06),
        (90, 0, 0),
        corner=0,
    )


@picture("electric-kettle", backdrop="#e8ddd0", above=12)
def kettle() -> None:
    _kettle("#f1e9db")


@picture("electric-kettle-green", backdrop="#dce2d8", above=12)
def kettle_green() -> None:
    _kettle("#41584c")


@picture("electric-kettle-red", backdrop="#ecd9d2", above=12)
def kettle_red() -> None:
    _kettle("#b5432f")
