"""Pictures of beer, tea and juice."""

from tools.studio.kit import glass, material, picture, scatter
from tools.studio.labels import Print
from tools.studio.shapes import lathe, leaf, tube, wrap


@picture("craft-beer", backdrop="#f3e3bf", above=12)
def beer() -> None:
    kinds = [
        ("#e8a33a", "橙皮小麦", "WHEAT ALE"),
        ("#4a9aa8", "海盐古斯", "SEA-SALT GOSE"),
        ("#3f7d46", "西海岸", "WEST COAST IPA"),
    ]
    metal = material("#d5d8da", 0.25, metal=1)
    for number in range(6):
        colour, name, latin = kinds[number % 3]
        x, y = (number % 3 - 1) * 0.78, 0.55 if number < 3 else -0.2
        lathe(
            [
                (0, 0.04),
                (0.22, 0),
                (0.26, 0.04),
                (0.33, 0.16),
                (0.33, 1.2),
                (0.26, 1.36),
                (0.27, 1.4),
                (0.25, 1.4),
                (0.24, 1.37),
                (0, 1.37),
            ],
            metal,
            (x, y, 0),
            corner=0.03,
        )
        art = (
            Print(1400, 760, colour)
            .circle(0.5, 0.42, 0.56, "#fff6e2")
            .text("巷口", 0.5, 0.34, 0.17, colour, "Serif")
            .text("精酿", 0.5, 0.51, 0.15, colour, "Serif")
            .text(name, 0.5, 0.79, 0.1, "#fffaf0")
            .text(latin, 0.5, 0.9, 0.055, "#fffaf0")
        )
        wrap(art.save(), 0.3335, 0.17, 1.19, 359, (x, y, 0), rough=0.32, metal=0.35)
    beer = material("#dd8f14", 0.04, glass=0.75, coat=1)
    lathe([(0, 0.05), (0.28, 0.05), (0.36, 1.12), (0, 1.12)], beer, (1.75, -0.1, 0), corner=0.04)
    lathe(
        [(0, 0), (0.3, 0), (0.4, 1.5), (0.375, 1.5), (0.285, 0.06), (0, 0.06)],
        glass(),
        (1.75, -0.1, 0),
        corner=0.03,
    )
    lathe(
        [(0, 1.1), (0.36, 1.1), (0.39, 1.46), (0.3, 1.6), (0, 1.62)],
        material("#fffaf0", 0.9, glow=0.25),
        (1.75, -0.1, 0),
        corner=0.1,
    ).modifiers.new("x", "SUBSURF")


@picture("longjing-tea", backdrop="#dfe8d4", above=16)
def tea() -> None:
    tin = material("#2f5d45", 0.38, metal=0.2)
    lathe([(0, 0), (0.5, 0), (0.5, 1.25), (0, 1.25)], tin, (-0.45, 0.2, 0), corner=0.03)
    lathe(
        [(0, 1.62), (0.505, 1.62), (0.515, 1.24), (0.5, 1.22)],
        material("#d8c188", 0.3, metal=1),
        (-0.45, 0.2, 0),
        corner=0.03,
    )
    art = (
        Print(900, 700, "#2f5d45")
        .hills(["#3d7356", "#4b8a68", "#5ba07a"], 0.62, 0.13)
        .text("龙井", 0.5, 0.3, 0.28, "#f4ead0", "Serif")
        .text("明前绿茶 LONGJING", 0.5, 0.52, 0.075, "#f4ead0", "Serif")
    )
    wrap(art.save(), 0.505, 0.2, 1.1, 150, (-0.45, 0.2, 0), rough=0.4)
    cup = material("#f7f5ee", 0.12, coat=0.7)
    lathe(
        [(0, 0), (0.24, 0), (0.24, 0.05), (0.42, 0.5), (0.395, 0.5), (0.22, 0.09), (0, 0.07)],
        cup,
        (0.72, -0.3, 0),
        corner=0.04,
    )
    lathe([(0, 0.4), (0.36, 0.4)], material("#b9c255", 0.03, coat=1), (0.72, -0.3, 0), corner=0)
    green = material("#5e7a33", 0.6, mottled=("#7d963f", 6))
    for u, v, w in scatter(46, 3):
        leaf(
            0.2,
            0.05,
            green,
            (-0.35 + 0.75 * u, -0.95 + 0.4 * v, 0.02 + 0.03 * w),
            (20 * w, 30 * v - 15, 360 * w),
            curl=0.2,
        )


@picture("apple-juice", backdrop="#f2e7c9", above=10)
def juice() -> None:
    for x, y in [(-0.62, 0.1), (0.1, 0.25)]:
        lathe(
            [(0, 0), (0.33, 0), (0.34, 1.0), (0.3, 1.15), (0.17, 1.4), (0.17, 1.55), (0, 1.55)],
            material("#e8b840", 0.04, glass=0.35, coat=1),
            (x, y, 0),
            corner=0.1,
        )
        lathe(
            [(0, 1.75), (0.2, 1.75), (0.2, 1.55), (0, 1.55)],
            material("#3f8a3c", 0.4),
            (x, y, 0),
            corner=0.02,
        )
        art = (
            Print(800, 560, "#fbf8ec")
            .circle(0.5, 0.32, 0.4, "#d94a3a")
            .shape([(0.5, 0.13), (0.56, 0.03), (0.6, 0.1)], "#3f8a3c")
            .text("鲜榨苹果汁", 0.5, 0.68, 0.17, "#3c5a20")
            .text("100% APPLE · NFC", 0.5, 0.86, 0.08, "#6d7d3c")
        )
        wrap(art.save(), 0.346, 0.3, 0.86, 150, (x, y, 0))
    skin = material("#c2281f", 0.25, coat=0.6, mottled=("#d9a63c", 1.6))
    for x, y, r in [(0.85, -0.3, 0.36), (1.35, 0.1, 0.34)]:
        lathe(
            [(0, 0.1), (0.12, 0.02), (0.3, 0.1), (0.4, 0.4), (0.3, 0.66), (0.12, 0.7), (0, 0.58)],
            skin,
            (x, y, 0),
            corner=0.16,
            scale=r / 0.36,
        )
        tube(
            [(x, y, 0.56), (x + 0.02, y, 0.7), (x + 0.08, y, 0.82)], 0.02, material("#5a3b1e", 0.8)
        )


@picture("longjing-tea-2", backdrop="#e3ead8", above=52, fill=0.9, ground=-0.03)
def tea_cup() -> None:
    cup = material("#f7f5ee", 0.12, coat=0.7)
    lathe(
        [(0, 0), (0.24, 0), (0.24, 0.05), (0.45, 0.46), (0.425, 0.46), (0.22, 0.09), (0, 0.07)],
        cup,
        corner=0.04,
    )
    lathe([(0, 0.38), (0.385, 0.38)], material("#c6cc62", 0.02, coat=1), corner=0)
    lathe(
        [(0, 0.0), (0.62, 0.0), (0.68, 0.06), (0.6, 0.05), (0, 0.02)],
        material("#6b4a2f", 0.5, weave=(3, 0.2)),
        (0, 0, -0.03),
        corner=0.03,
    )
    green = material("#6d8a3a", 0.55, mottled=("#88a347", 6))
    for u, v, w in scatter(9, 5):
        leaf(0.17, 0.05, green, (0.5 * u - 0.25, 0.5 * v - 0.25, 0.385), (4, 0, 360 * w), curl=0.05)
    for u, v, w in scatter(26, 8):
        leaf(
            0.19,
            0.045,
            green,
            (-1.05 + 0.4 * u, -0.5 + 0.8 * v, 0.01 + 0.02 * w),
            (10 * w, 20 * v, 360 * w),
            curl=0.2,
        )
