"""Pictures of clothes, shoes, bags and hats."""

from math import cos, pi, sin

from tools.studio.kit import material, picture
from tools.studio.labels import Print
from tools.studio.shapes import ball, box, lathe, plate, slab, tube

TEE = [
    (-0.32, 2.62),
    (-0.2, 2.5),
    (0, 2.45),
    (0.2, 2.5),
    (0.32, 2.62),
    (0.8, 2.48),
    (1.5, 1.85),
    (1.18, 1.5),
    (0.88, 1.74),
    (0.9, 1.0),
    (0.93, 0.04),
    (0.5, 0),
    (0, 0.02),
    (-0.5, 0),
    (-0.93, 0.04),
    (-0.9, 1.0),
    (-0.88, 1.74),
    (-1.18, 1.5),
    (-1.5, 1.85),
    (-0.8, 2.48),
]


def _tee(colour: str) -> None:
    cloth = material(colour, 0.92, sheen=0.35, weave=(50, 0.12))
    slab(TEE, 0.1, cloth, (0, 0, 0.2), (90, 0, 0), bevel=0.06, corner=0.1, soft=(0.9, 0.12))
    tube(
        [
            (-0.33, -0.07, 2.82),
            (-0.2, -0.14, 2.7),
            (0, -0.16, 2.65),
            (0.2, -0.14, 2.7),
            (0.33, -0.07, 2.82),
        ],
        0.055,
        cloth,
    )
    wood = material("#b98a57", 0.5, weave=(4, 0.2))
    tube([(-0.62, 0.02, 2.7), (0, 0.02, 2.98), (0.62, 0.02, 2.7)], 0.06, wood)
    tube(
        [
            (0, 0.02, 2.9),
            (0, 0.02, 3.1),
            (0.12, 0.02, 3.24),
            (0.02, 0.02, 3.36),
            (-0.1, 0.02, 3.28),
        ],
        0.022,
        material("#b9bec3", 0.25, metal=1),
    )


@picture("cotton-tee", backdrop="#b4aa9c", above=4)
def tee() -> None:
    _tee("#f4f1ea")


@picture("cotton-tee-navy", backdrop="#dde1e6", above=4)
def tee_navy() -> None:
    _tee("#26344f")


@picture("cotton-tee-olive", backdrop="#e4e3d6", above=4)
def tee_olive() -> None:
    _tee("#7a7c4a")


@picture("cotton-tee-2", backdrop="#e3ddd2", above=22, aside=-16)
def tees_folded() -> None:
    from tools.studio.home import folded

    folded(["#26344f", "#7a7c4a", "#f4f1ea"], 2.3, 2.0, 0.16, terry=False)


def _shoe(x: float, y: float, turn: float, colour: str) -> None:
    canvas = material(colour, 0.9, weave=(60, 0.25), sheen=0.2)
    sole, lace = material("#f3efe4", 0.6), material("#fbf9f4", 0.8)
    angle = turn * pi / 180

    def spot(px: float, py: float, pz: float) -> tuple[float, float, float]:
        return x + px * cos(angle) - py * sin(angle), y + px * sin(angle) + py * cos(angle), pz

    foot = [
        (-1.25, -0.26),
        (-0.9, -0.36),
        (0, -0.34),
        (0.7, -0.42),
        (1.2, -0.3),
        (1.38, 0.02),
        (1.15, 0.34),
        (0.6, 0.4),
        (0, 0.3),
        (-0.9, 0.36),
        (-1.25, 0.28),
        (-1.36, 0),
    ]
    slab(foot, 0.16, sole, spot(0, 0, 0.13), (0, 0, turn), bevel=0.05, smooth=True)
    for part, (length, width, height, px, pz) in enumerate(
        [
            (0.62, 0.36, 0.32, 0.72, 0.36),
            (0.75, 0.33, 0.42, 0.1, 0.46),
            (0.6, 0.33, 0.55, -0.62, 0.52),
        ]
    ):
        ball(
            1, canvas, spot(px, 0, pz - 0.05 * part), (length, width, height), (0, 0, turn), fine=4
        )
    ball(
        0.5,
        material("#f3efe4", 0.55),
        spot(1.02, 0, 0.28),
        (0.66, 0.66, 0.36),
        (0, 0, turn),
        fine=4,
    )
    lathe(
        [(0.32, 0.62), (0.3, 1.0), (0.335, 1.03), (0.36, 1.0), (0.38, 0.5)],
        canvas,
        spot(-0.72, 0, 0.02),
        (0, 8, turn),
        corner=0.03,
        scale=(1.5, 0.92, 1),
    )
    lathe(
        [(0, 0.9), (0.3, 0.94)],
        material("#d9cdb8", 0.95),
        spot(-0.74, 0, 0.02),
        (0, 8, turn),
        corner=0,
        scale=(1.45, 0.88, 1),
    )
    for number in range(5):
        px, pz = 0.36 - 0.17 * number, 0.8 + 0.058 * number
        tube(
            [
                spot(px, -0.24, pz - 0.12),
                spot(px - 0.03, -0.1, pz + 0.04),
                spot(px, 0.1, pz + 0.04),
                spot(px - 0.03, 0.24, pz - 0.12),
            ],
            0.032,
            lace,
        )


@picture("canvas-shoes", backdrop="#b5a58e", above=30, aside=0)
def shoes() -> None:
    _shoe(-0.1, -0.75, 12, "#e9e2d0")
    _shoe(0.15, 0.55, 20, "#e9e2d0")


@picture("canvas-shoes-black", backdrop="#dcdcda", above=30, aside=0)
def shoes_black() -> None:
    _shoe(-0.1, -0.75, 12, "#232427")
    _shoe(0.15, 0.55, 20, "#232427")


@picture("canvas-tote", backdrop="#e5e3d8", above=8, aside=-14)
def tote() -> None:
    cotton = material("#ebe1c8", 0.95, weave=(50, 0.25), mottled=("#e2d6b8", 12))
    box((2.5, 0.62, 2.7), cotton, (0, 0, 0), bevel=0.1, soft=(0.7, 0.16))
    for y in (-0.26, 0.26):
        tube(
            [
                (-0.62, y, 2.4),
                (-0.66, y, 3.2),
                (-0.3, y * 0.8, 4.0),
                (0.3, y * 0.8, 4.0),
                (0.66, y, 3.2),
                (0.62, y, 2.4),
            ],
            0.075,
            cotton,
        )
    art = (
        Print(900, 900, "#ebe1c8")
        .circle(0.5, 0.4, 0.42, "#c9553a")
        .shape([(0.24, 0.5), (0.42, 0.32), (0.55, 0.44), (0.66, 0.34), (0.8, 0.52)], "#2f5d45")
        .rect(0.5, 0.57, 0.56, 0.14, "#ebe1c8")
        .text("去有风的地方", 0.5, 0.72, 0.09, "#2f3a34", "Serif")
        .text("WHERE THE WIND IS", 0.5, 0.84, 0.05, "#2f3a34")
    )
    plate(art.save(), 1.6, 1.6, (0, -0.405, 1.3), rough=0.95)


def _hat(colour: str, ball_colour: str) -> None:
    wool = material(colour, 0.95, sheen=0.6, bump=(30, 0.8))
    lathe(
        [(0.98, 0.0), (1.04, 0.1), (1.04, 0.5), (0.98, 0.6)],
        wool,
        corner=0.06,
        lobes=(46, 0.022),
        around=276,
    )
    lathe(
        [(0.99, 0.55), (1.0, 0.9), (0.8, 1.45), (0.4, 1.78), (0, 1.84)],
        wool,
        corner=0.25,
        lobes=(34, 0.02),
        around=272,
    )
    pom = material(ball_colour, 0.95, sheen=0.8, bump=(24, 1))
    ball(0.36, pom, (0, 0, 2.05), lumps=(0.08, 0.16))
    plate(
        Print(400, 200, "#efe5d0").text("远山", 0.5, 0.5, 0.5, "#5a4a36", "Serif").save(),
        0.42,
        0.21,
        (0.3, -1.045, 0.3),
        (90, 0, 17),
        rough=0.8,
    )


@picture("knit-hat", backdrop="#ead8d3", above=10)
def hat() -> None:
    _hat("#a8322d", "#f0e8da")


@picture("knit-hat-grey", backdrop="#dfe0e2", above=10)
def hat_grey() -> None:
    _hat("#7f858c", "#e9e6e0")
