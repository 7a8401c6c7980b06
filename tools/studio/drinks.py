"""Pictures of drinks."""

from typing import Any

from tools.studio.kit import glass, material, picture
from tools.studio.labels import Print
from tools.studio.shapes import ball, box, lathe, leaf, plate, tube, wrap

BORDEAUX = [(0, 0), (0.37, 0), (0.38, 1.9), (0.33, 2.12), (0.15, 2.36), (0.14, 2.95), (0, 2.95)]


def _bottle(profile: list[tuple[float, float]], body: Any, at: Any = (0, 0, 0)) -> None:
    lathe(profile, body, at, corner=0.14)


def _wine_label() -> Any:
    return (
        Print(900, 760, "#f7f0e2")
        .rect(0.5, 0.5, 0.94, 0.92, None, line="#b08a45", stroke=6)
        .circle(0.5, 0.3, 0.24, "#e0a94e")
        .shape([(0.12, 0.46), (0.3, 0.28), (0.42, 0.4), (0.58, 0.24), (0.88, 0.46)], "#7d1f33")
        .text("云岭酒庄", 0.5, 0.58, 0.12, "#5a1526", "Serif")
        .text("CABERNET SAUVIGNON", 0.5, 0.71, 0.055, "#5a1526", "Serif")
        .text("贺兰山东麓 · 2023", 0.5, 0.81, 0.055, "#8d6a2f", "Serif")
        .save()
    )


def _red_bottle(x: float = 0, y: float = 0) -> None:
    _bottle(BORDEAUX, material("#1d0a0e", 0.05, coat=1), (x, y, 0))
    lathe(
        [(0, 2.98), (0.165, 2.98), (0.165, 2.86), (0.152, 2.84), (0.155, 2.4)],
        material("#7d1428", 0.32, metal=0.6),
        (x, y, 0),
        corner=0.02,
    )
    wrap(_wine_label(), 0.3865, 0.55, 1.45, 160, (x, y, 0))


def _wine_glass(x: float, y: float, wine: str) -> None:
    lathe(
        [
            (0, 0),
            (0.36, 0.0),
            (0.34, 0.03),
            (0.04, 0.09),
            (0.035, 0.85),
            (0.2, 0.95),
            (0.42, 1.3),
            (0.40, 1.7),
            (0.33, 2.0),
            (0.31, 2.0),
            (0.38, 1.7),
            (0.40, 1.3),
            (0.19, 0.98),
            (0, 0.92),
        ],
        glass(),
        (x, y, 0),
        corner=0.1,
    )
    lathe(
        [(0, 0.94), (0.18, 0.985), (0.39, 1.3), (0.388, 1.42), (0, 1.42)],
        material(wine, 0.03, glass=0.7, coat=1),
        (x, y, 0),
        corner=0.06,
    )


def _grapes(x: float, y: float, colour: str) -> None:
    skin = material(colour, 0.3, coat=0.3, mottled=("#6b4a86", 4))
    for number, (dx, dy, dz) in enumerate(
        [
            (0, 0, 0),
            (0.2, 0.03, 0),
            (0.4, -0.02, 0),
            (0.1, -0.17, 0),
            (0.3, -0.16, 0),
            (0.5, 0.12, 0),
            (0.1, -0.06, 0.16),
            (0.3, -0.03, 0.16),
            (0.22, 0.1, 0.12),
            (0.58, -0.06, 0),
            (0.45, 0.04, 0.15),
        ]
    ):
        ball(0.105, skin, (x + dx, y + dy, 0.1 + dz), (1, 1, 1.04 + 0.02 * (number % 3)))
    tube(
        [(x + 0.3, y + 0.02, 0.3), (x + 0.36, y + 0.06, 0.42), (x + 0.52, y + 0.08, 0.46)],
        0.018,
        material("#6b4f2c", 0.7),
    )
    leaf(0.42, 0.36, material("#4f7d33", 0.5), (x + 0.3, y + 0.08, 0.27), (20, 10, 70))


@picture("cabernet-red", backdrop="#efd9d6", above=8)
def red_wine() -> None:
    _red_bottle()
    _wine_glass(0.98, -0.15, "#7a0a20")
    _grapes(-1.1, -0.25, "#2b1440")


@picture("cabernet-red-box", backdrop="#e9d3cd", above=12, aside=-14)
def red_wine_box() -> None:
    wood = material("#c79b62", 0.55, weave=(2.2, 0.25), mottled=("#b3854c", 3))
    box((1.9, 0.95, 3.1), wood, (0, 0.6, 0), bevel=0.02)
    card = (
        Print(900, 1400, "#7d1428")
        .rect(0.5, 0.5, 0.9, 0.93, None, line="#d9b15f", stroke=8)
        .text("云岭酒庄", 0.5, 0.4, 0.085, "#f1d79b", "Serif")
        .text("赤霞珠 双支礼盒", 0.5, 0.5, 0.04, "#f1d79b", "Serif")
        .text("CLOUD RIDGE CELLARS", 0.5, 0.58, 0.026, "#f1d79b", "Serif")
        .save()
    )
    plate(card, 1.35, 2.1, (0, 0.118, 1.6))
    _red_bottle(-0.55, -0.45)
    _red_bottle(0.55, -0.45)


@picture("plum-wine", backdrop="#e6ead2", above=10)
def plum_wine() -> None:
    lathe(
        [(0, 0), (0.5, 0), (0.52, 1.25), (0.42, 1.5), (0.2, 1.72), (0.19, 2.05), (0, 2.05)],
        glass("#fbf3d6"),
        corner=0.14,
    )
    lathe(
        [(0, 0.06), (0.46, 0.06), (0.48, 1.2), (0.39, 1.43), (0, 1.43)],
        material("#f3d27a", 0.02, glass=0.95, ior=1.33),
        corner=0.12,
    )
    lathe(
        [(0, 2.22), (0.2, 2.22), (0.21, 1.95), (0, 1.95)],
        material("#caa06a", 0.7, bump=(30, 0.4)),
        corner=0.03,
    )
    plum = material("#8fa83a", 0.4, inside=0.2, mottled=("#b3b648", 2))
    for x, y, z in [(-0.2, -0.1, 0.25), (0.2, -0.12, 0.25), (0, -0.22, 0.5), (-0.02, 0.2, 0.27)]:
        ball(0.18, plum, (x, y, z))
    art = (
        Print(800, 520, "#f5f2e4")
        .text("青梅酒", 0.5, 0.42, 0.26, "#3d5a1e", "Serif")
        .text("GREEN PLUM", 0.5, 0.68, 0.09, "#6d7d3c", "Serif")
        .circle(0.87, 0.2, 0.14, "#a83232")
    )
    wrap(art.save(), 0.527, 0.62, 1.14, 120)
    for x, y in [(-1.0, -0.1), (-0.72, -0.35), (0.85, -0.3), (1.12, -0.05)]:
        ball(0.2, plum, (x, y, 0.2), turn=(10, 20, 0))
    leaf(0.5, 0.26, material("#557d2f", 0.5), (0.98, -0.2, 0.36), (15, 0, -40))
    leaf(0.45, 0.24, material("#5f8a35", 0.5), (-0.9, -0.2, 0.36), (15, 0, 50))


@picture("sauce-baijiu", backdrop="#efdccb", above=9)
def baijiu() -> None:
    white = material("#f6f1e6", 0.12, coat=0.8)
    lathe(
        [
            (0, 0),
            (0.42, 0),
            (0.46, 0.1),
            (0.46, 1.35),
            (0.4, 1.55),
            (0.16, 1.72),
            (0.15, 1.95),
            (0, 1.95),
        ],
        white,
        (0.75, -0.2, 0),
        corner=0.14,
    )
    lathe(
        [(0, 2.2), (0.19, 2.2), (0.2, 1.9), (0, 1.9)],
        material("#a81c22", 0.3, coat=0.5),
        (0.75, -0.2, 0),
        corner=0.03,
    )
    lathe(
        [(0.205, 1.93), (0.205, 1.97)],
        material("#d9ad52", 0.25, metal=1),
        (0.75, -0.2, 0),
        corner=0,
    )
    art = (
        Print(700, 900, "#a81c22")
        .rect(0.5, 0.5, 0.9, 0.92, None, line="#e8c878", stroke=7)
        .text("坤沙", 0.5, 0.3, 0.2, "#f6dfa4", "Serif")
        .text("酱香", 0.5, 0.53, 0.2, "#f6dfa4", "Serif")
        .text("53%vol  500ml", 0.5, 0.78, 0.06, "#f6dfa4")
    )
    wrap(art.save(), 0.465, 0.3, 1.25, 100, (0.75, -0.2, 0), rough=0.4)
    box(
        (1.15, 1.15, 2.35),
        material("#97161c", 0.42),
        (-0.55, 0.35, 0),
        turn=(0, 0, 18),
        bevel=0.015,
    )
    card = (
        Print(600, 1200, "#97161c")
        .rect(0.5, 0.5, 0.84, 0.92, None, line="#e2bd68", stroke=7)
        .circle(0.5, 0.3, 0.2, "#e2bd68")
        .text("酱", 0.5, 0.295, 0.13, "#97161c", "Serif")
        .text("云岭老酒坊", 0.5, 0.54, 0.075, "#f2d48c", "Serif")
        .text("五年基酒", 0.5, 0.65, 0.05, "#f2d48c", "Serif")
        .text("KUNSHA BAIJIU", 0.5, 0.76, 0.034, "#f2d48c")
    )
    plate(card.save(), 1.1, 2.2, (-0.55 + 0.1795, 0.35 - 0.553, 1.17), (90, 0, 18), rough=0.4)


@picture("huadiao-wine", backdrop="#ead9c2", above=12)
def huadiao() -> None:
    clay = material("#5d3420", 0.35, coat=0.5, mottled=("#3d2114", 2.5))
    lathe(
        [
            (0, 0),
            (0.5, 0),
            (0.82, 0.45),
            (0.86, 0.9),
            (0.7, 1.25),
            (0.36, 1.4),
            (0.36, 1.5),
            (0, 1.5),
        ],
        clay,
        corner=0.25,
    )
    cloth = material("#a32a22", 0.85, sheen=0.4, weave=(30, 0.3))
    lathe(
        [(0, 1.86), (0.3, 1.84), (0.42, 1.66), (0.4, 1.46), (0.5, 1.32)],
        cloth,
        corner=0.1,
        lobes=(14, 0.035),
    )
    lathe([(0.43, 1.44), (0.46, 1.47), (0.43, 1.5)], material("#d6b069", 0.8), corner=0)
    art = (
        Print(600, 600, "#b5302a")
        .text("花", 0.3, 0.5, 0.4, "#f5dca0", "Serif")
        .text("雕", 0.7, 0.5, 0.4, "#f5dca0", "Serif")
    )
    wrap(art.save(), 0.868, 0.45, 1.0, 50, rough=0.8, top_radius=0.868)
    bowl = material("#efe9dc", 0.15, coat=0.6)
    lathe(
        [(0, 0), (0.2, 0), (0.2, 0.06), (0.42, 0.32), (0.4, 0.32), (0.2, 0.1), (0, 0.08)],
        bowl,
        (1.15, -0.5, 0),
        corner=0.03,
    )
    lathe([(0, 0.25), (0.345, 0.25)], material("#9a4b12", 0.03, coat=1), (1.15, -0.5, 0), corner=0)


@picture("malt-whisky", backdrop="#e6d5bd", above=9)
def whisky() -> None:
    lathe(
        [(0, 0), (0.5, 0), (0.52, 1.5), (0.42, 1.7), (0.17, 1.8), (0.16, 2.15), (0, 2.15)],
        glass("#fffaf0"),
        corner=0.12,
    )
    lathe(
        [(0, 0.1), (0.47, 0.1), (0.485, 1.46), (0.39, 1.64), (0, 1.64)],
        material("#c26a12", 0.02, glass=0.9, ior=1.34),
        corner=0.1,
    )
    lathe(
        [(0, 2.42), (0.24, 2.42), (0.24, 2.14), (0.17, 2.12), (0.17, 1.95), (0, 1.95)],
        material("#4a2d1a", 0.5, weave=(4, 0.2)),
        corner=0.03,
    )
    art = (
        Print(800, 760, "#f4ead6")
        .rect(0.5, 0.5, 0.93, 0.92, None, line="#70451d", stroke=5)
        .text("邛崃", 0.5, 0.3, 0.22, "#4c2c12", "Serif")
        .text("单一麦芽威士忌", 0.5, 0.52, 0.09, "#4c2c12", "Serif")
        .text("SINGLE MALT", 0.5, 0.66, 0.08, "#8a5a26", "Serif")
        .text("46% vol · 700 ml", 0.5, 0.81, 0.06, "#8a5a26", "Serif")
    )
    wrap(art.save(), 0.528, 0.42, 1.2, 130)
    lathe(
        [(0, 0), (0.36, 0), (0.4, 0.85), (0.37, 0.85), (0.33, 0.12), (0, 0.12)],
        glass(),
        (1.15, -0.3, 0),
        corner=0.04,
    )
    lathe(
        [(0, 0.13), (0.33, 0.13), (0.345, 0.4), (0, 0.4)],
        material("#c87418", 0.02, glass=0.85),
        (1.15, -0.3, 0),
        corner=0.03,
    )
    box((0.3, 0.3, 0.3), glass(), (1.12, -0.3, 0.25), (12, 20, 30), bevel=0.05)


@picture("cabernet-red-2", backdrop="#efd9d6", above=6, aside=18, fill=1.25, shift=(0.0, -0.12))
def red_wine_label() -> None:
    _red_bottle()
