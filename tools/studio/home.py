"""Pictures of home textiles, tableware and personal care."""

from tools.studio.kit import material, picture
from tools.studio.labels import Print
from tools.studio.shapes import ball, box, lathe, leaf, pillow, plate, tube, wrap


def _bedding(colour: str, second: str) -> None:
    cloth = material(colour, 0.9, sheen=0.3, weave=(40, 0.15))
    other = material(second, 0.9, sheen=0.3, weave=(40, 0.15))
    box((4.6, 3.6, 0.55), material("#f4f1ea", 0.9), (0, 0, 0), bevel=0.12)
    box((4.7, 3.0, 0.34), cloth, (0, -0.4, 0.5), bevel=0.16, soft=(0.9, 0.2))
    box((4.75, 0.9, 0.26), other, (0, 0.55, 0.72), bevel=0.12, soft=(0.6, 0.12))
    for x, y, tilt, kind in (
        (-1.15, 1.5, 62, cloth),
        (1.15, 1.5, 62, cloth),
        (-0.95, 1.15, 58, other),
        (1.0, 1.15, 58, other),
    ):
        ball(1.0, kind, (x, y, 1.15), (1.02, 0.66, 0.26), (tilt, 0, 0), lumps=(0.5, 0.12))
    box((5.2, 0.25, 2.3), material("#b98c5e", 0.5, weave=(1.5, 0.15)), (0, 2.05, 0), bevel=0.08)


@picture("cotton-bedding", backdrop="#c9ccc9", above=22, aside=-22, fill=1.2)
def bedding() -> None:
    _bedding("#b9c6cf", "#eef0ee")


@picture("cotton-bedding-sand", backdrop="#d9ccb9", above=22, aside=-22, fill=1.2)
def bedding_sand() -> None:
    _bedding("#d8bd9a", "#f4ecdf")


def folded(colours: list[str], width: float, depth: float, thick: float, *, terry: bool) -> None:
    """A stack of folded textiles."""
    for number, colour in enumerate(colours):
        cloth = material(colour, 0.95, sheen=0.5, bump=(60, 0.9) if terry else (40, 0.2))
        low = number * thick * 2.04
        turn = (0, 0, (number % 2) * 4 - 2)
        for layer in range(2):
            box(
                (width, depth, thick),
                cloth,
                (0, 0, low + layer * thick * 1.01),
                turn,
                bevel=thick * 0.46,
                soft=(0.5, thick * 0.18),
            )
        tube(
            [
                (-width / 2 + 0.06, -depth / 2 + thick * 0.62, low + thick),
                (width / 2 - 0.06, -depth / 2 + thick * 0.62, low + thick),
            ],
            thick * 0.96,
            cloth,
            turn=turn,
            smooth=False,
        )


def _towels(colour: str) -> None:
    folded([colour, colour], 2.6, 1.7, 0.3, terry=True)
    cloth = material(colour, 0.95, sheen=0.5, bump=(60, 0.9))
    for x in (-0.62, 0.62):
        tube([(x - 0.55, -0.1, 1.55), (x + 0.55, -0.1, 1.55)], 0.33, cloth, smooth=False)
    band = material("#efe5d3", 0.8)
    for x in (-0.62, 0.62):
        lathe(
            [(0.335, -0.1), (0.345, 0), (0.335, 0.1)], band, (x, -0.1, 1.55), (0, 90, 0), corner=0
        )


@picture("bath-towel", backdrop="#bcae98", above=14, aside=-18)
def towels() -> None:
    _towels("#f5f2eb")


@picture("bath-towel-sage", backdrop="#dfe4da", above=14, aside=-18)
def towels_sage() -> None:
    _towels("#93a78c")


@picture("bath-towel-clay", backdrop="#ecddd3", above=14, aside=-18)
def towels_clay() -> None:
    _towels("#c07a5a")


@picture("linen-cushion", backdrop="#d9cbb6", above=12, aside=-16)
def cushion() -> None:
    linen = material("#c8ad85", 0.95, sheen=0.3, weave=(45, 0.3), mottled=("#bd9f74", 14))
    stripe = material("#5f6f66", 0.95, sheen=0.3, weave=(45, 0.3))
    pillow(2.3, 0.75, linen, (0.25, 0.3, 1.1), (78, 0, 0))
    pillow(1.9, 0.7, stripe, (-0.55, -0.5, 0.85), (68, 0, 10))


def _mug(colour: str) -> None:
    clay = material(colour, 0.22, coat=0.6, mottled=None)
    bare = material("#cdb391", 0.85)
    lathe([(0, 0), (0.5, 0), (0.52, 0.14)], bare, corner=0.03)
    lathe(
        [
            (0.52, 0.13),
            (0.56, 0.25),
            (0.56, 1.12),
            (0.53, 1.14),
            (0.5, 1.12),
            (0.5, 0.2),
            (0, 0.16),
        ],
        clay,
        corner=0.04,
    )
    tube(
        [(0.52, 0, 0.95), (0.85, 0, 1.0), (1.02, 0, 0.7), (0.86, 0, 0.35), (0.52, 0, 0.33)],
        0.085,
        clay,
    )
    lathe([(0, 0.92), (0.5, 0.92)], material("#4a2a17", 0.1, coat=0.6), corner=0)
    lathe(
        [(0, 0), (0.85, 0), (0.95, 0.08), (0.93, 0.1), (0, 0.04)], clay, (0, 0, -0.1), corner=0.04
    )


@picture("ceramic-mug", backdrop="#e5e0d8", above=24, aside=-30, ground=-0.1)
def mug() -> None:
    _mug("#f0ebe0")


@picture("ceramic-mug-blue", backdrop="#dbe2e9", above=24, aside=-30, ground=-0.1)
def mug_blue() -> None:
    _mug("#34587d")


@picture("ceramic-mug-yellow", backdrop="#f1e5c6", above=24, aside=-30, ground=-0.1)
def mug_yellow() -> None:
    _mug("#dca02e")


@picture("hand-cream", backdrop="#efdfe0", above=16, aside=-10)
def hand_cream() -> None:
    tube_skin = material("#f3dcd9", 0.35, coat=0.3)
    for x, lean in ((-0.35, 4),):
        lathe(
            [(0.36, 0.35), (0.35, 1.2), (0.2, 1.9), (0.02, 2.2)],
            tube_skin,
            (x, 0, 0),
            (0, lean, 0),
            corner=0.2,
            scale=(1, 0.62, 1),
        )
        lathe(
            [(0, 0), (0.25, 0), (0.26, 0.33), (0.35, 0.36)],
            material("#fbf7f2", 0.35),
            (x, 0, 0),
            (0, lean, 0),
            corner=0.02,
        )
        box((0.7, 0.06, 0.22), tube_skin, (x + 0.15, 0, 2.0), (0, lean, 0), bevel=0.02)
        art = (
            Print(420, 760, "#f3dcd9")
            .text("护手霜", 0.5, 0.25, 0.11, "#8a4454", "Serif")
            .text("山茶籽油", 0.5, 0.42, 0.075, "#a3606d")
            .text("HAND CREAM", 0.5, 0.58, 0.055, "#a3606d")
            .text("75 g", 0.5, 0.7, 0.055, "#a3606d")
        )
        plate(art.save(), 0.5, 0.9, (x + 0.055, -0.228, 0.95), (92, 0, 0), rough=0.4)
    lathe(
        [(0, 0), (0.5, 0), (0.52, 0.4), (0.46, 0.46)],
        material("#f7efe9", 0.3, coat=0.4),
        (0.85, -0.35, 0),
        corner=0.04,
    )
    lathe(
        [(0, 0.47), (0.2, 0.44), (0.44, 0.4)],
        material("#fffaf6", 0.3, inside=0.3, coat=0.4),
        (0.85, -0.35, 0),
        corner=0.1,
        lobes=(4, 0.04),
    )
    petal, heart = material("#f3f0ea", 0.5, inside=0.3), material("#e7b83a", 0.7)
    for x, y in ((0.2, -0.85), (-1.0, -0.45)):
        for ring, count in ((0, 6), (1, 5)):
            for number in range(count):
                leaf(
                    0.36 - 0.1 * ring,
                    0.3 - 0.08 * ring,
                    petal,
                    (x, y, 0.06),
                    (18 + 24 * ring, 0, number * 360 / count + ring * 30),
                    curl=0.25,
                    fold=0.2,
                )
        ball(0.09, heart, (x, y, 0.14), lumps=(0.05, 0.05))


def _wash(colour: str, name: str, latin: str) -> None:
    white = material("#fbfaf7", 0.3, coat=0.3)
    lathe(
        [(0, 0), (0.45, 0), (0.46, 1.55), (0.4, 1.72), (0.2, 1.8), (0.2, 1.92), (0, 1.92)],
        material(colour, 0.18, glass=0.25, coat=0.7),
        corner=0.1,
    )
    lathe(
        [(0, 1.9), (0.22, 1.9), (0.22, 2.05), (0.07, 2.08), (0.06, 2.3), (0, 2.3)],
        white,
        corner=0.03,
    )
    box((0.3, 0.24, 0.12), white, (0, 0, 2.28), bevel=0.05)
    tube(
        [(0, -0.05, 2.35), (0, -0.45, 2.36), (0, -0.55, 2.26)],
        0.05,
        white,
        smooth=False,
        turn=(0, 0, 40),
    )
    art = (
        Print(700, 900, "#fbfaf6")
        .text(name, 0.5, 0.24, 0.12, "#3f4a44", "Serif")
        .text("沐浴露", 0.5, 0.42, 0.1, "#3f4a44")
        .text(latin, 0.5, 0.58, 0.05, "#6f7a72")
        .text("500 ml", 0.5, 0.72, 0.05, "#6f7a72")
        .circle(0.5, 0.86, 0.07, colour)
    )
    wrap(art.save(), 0.464, 0.3, 1.3, 110)


@picture("body-wash", backdrop="#dfe6dc", above=10)
def body_wash() -> None:
    _wash("#9db884", "雪松与鼠尾草", "CEDAR & SAGE")
    green = material("#7f9a72", 0.6, sheen=0.3)
    for number in range(9):
        leaf(
            0.55,
            0.17,
            green,
            (0.75 + 0.12 * (number % 3), -0.3 - 0.05 * number, 0.05 + 0.03 * number),
            (14 * (number % 3), 0, -100 + number * 33),
            curl=0.15,
        )
    ball(0.42, material("#f5f2ea", 0.95, bump=(10, 1)), (-0.9, -0.2, 0.38), lumps=(0.12, 0.18))


@picture("body-wash-citrus", backdrop="#f3e6c8", above=10)
def body_wash_citrus() -> None:
    _wash("#eab04c", "佛手柑与柚子", "BERGAMOT")
    from tools.studio.fresh import half_orange, orange

    orange(-0.95, -0.05, 0.36, leafy=True)
    half_orange(0.88, -0.4, 0.34)


def _brush(colour: str) -> None:
    body = material(colour, 0.3, coat=0.4)
    white = material("#fbfbf9", 0.3)
    lathe(
        [(0, 0.12), (0.2, 0.12), (0.22, 1.2), (0.17, 1.75), (0.1, 1.9), (0, 1.9)],
        body,
        (-0.3, 0, 0),
        corner=0.1,
    )
    lathe(
        [(0, 1.88), (0.085, 1.88), (0.06, 2.3), (0.05, 2.7), (0, 2.72)],
        white,
        (-0.3, 0, 0),
        corner=0.04,
    )
    box((0.16, 0.12, 0.38), white, (-0.3, -0.02, 2.6), bevel=0.05)
    bristle = material("#5fa7c9", 0.7)
    for number in range(24):
        tube(
            [
                (-0.345 + 0.03 * (number % 4), -0.07, 2.66 + 0.05 * (number // 4)),
                (-0.345 + 0.03 * (number % 4), -0.22, 2.66 + 0.05 * (number // 4)),
            ],
            0.013,
            bristle if number // 4 % 2 else white,
            smooth=False,
        )
    lathe(
        [(0, 0), (0.32, 0), (0.34, 0.08), (0.22, 0.16), (0, 0.16)], white, (-0.3, 0, 0), corner=0.03
    )
    lathe(
        [(0, 0), (0.08, 0), (0.08, 0.03), (0, 0.03)],
        white,
        (-0.3, -0.205, 1.3),
        (90, 0, 0),
        corner=0.01,
    )
    box((0.62, 0.42, 2.3), material(colour, 0.5), (0.75, 0.25, 0), (0, 0, -14), bevel=0.03)
    card = (
        Print(420, 1500, colour)
        .text("声波", 0.5, 0.2, 0.075, "#ffffff")
        .text("电动牙刷", 0.5, 0.29, 0.06, "#ffffff")
        .text("SONIC", 0.5, 0.38, 0.04, "#ffffff")
        .text("30 天续航", 0.5, 0.86, 0.04, "#ffffff")
    )
    plate(card.save(), 0.6, 2.26, (0.75 - 0.0525, 0.25 - 0.2105, 1.15), (90, 0, -14))


@picture("electric-toothbrush", backdrop="#dce5ec", above=9)
def toothbrush() -> None:
    _brush("#6f93b3")


@picture("electric-toothbrush-pink", backdrop="#efdfdf", above=9)
def toothbrush_pink() -> None:
    _brush("#d89a9a")
