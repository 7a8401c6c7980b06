"""Pictures of what the neighbourhood offers."""

from math import cos, pi, sin

from tools.studio.kit import material, picture, scatter
from tools.studio.labels import Print
from tools.studio.shapes import ball, box, lathe, leaf, plate, slab, tube, wrap


@picture("latte-voucher", backdrop="#e9dccb", above=26, aside=-14)
def latte() -> None:
    cup = material("#f6f2ea", 0.12, coat=0.7)
    lathe(
        [
            (0, 0),
            (0.3, 0),
            (0.34, 0.06),
            (0.62, 0.5),
            (0.64, 0.78),
            (0.61, 0.8),
            (0.58, 0.76),
            (0.5, 0.4),
            (0, 0.1),
        ],
        cup,
        (0, 0, 0.08),
        corner=0.06,
    )
    tube([(0.6, 0, 0.72), (0.92, 0, 0.78), (0.98, 0, 0.5), (0.55, 0, 0.36)], 0.06, cup)
    lathe([(0, 0), (0.8, 0), (1.05, 0.12), (1.02, 0.14), (0, 0.05)], cup, corner=0.04)
    crema, milk = material("#9a5f2e", 0.3, coat=0.3), material("#f6e7d2", 0.3, coat=0.2)
    lathe([(0, 0.78), (0.585, 0.78)], crema, corner=0)
    for scale, y in ((1.0, 0.1), (0.72, 0.1), (0.45, 0.1)):
        kind = milk if scale != 0.72 else crema
        heart = [
            (
                0.5 * sin(t) ** 3 * 0.66,
                (0.4 * cos(t) - 0.14 * cos(2 * t) - 0.06 * cos(3 * t)) * 0.72,
            )
            for t in [n * pi / 24 for n in range(48)]
        ]
        slab(
            [(a * scale, b * scale) for a, b in heart],
            0.004,
            kind,
            (0, y - 0.06, 0.787 + 0.003 * (3 - scale * 3)),
            (0, 0, 0),
            bevel=0.002,
        )
    bean = material("#4a2614", 0.35, coat=0.3)
    for u, v, w in scatter(16, 11):
        ball(
            0.1,
            bean,
            (-1.5 + 0.9 * u, -1.15 + 0.6 * v, 0.06),
            (0.75, 1.15, 0.6),
            (0, 0, 360 * w),
            fine=4,
        )
    ticket = (
        Print(1000, 500, "#2f5d45")
        .text("巷口咖啡", 0.5, 0.3, 0.2, "#f4ead0", "Serif")
        .text("中杯拿铁 一杯", 0.5, 0.58, 0.13, "#f4ead0")
        .text("CORNER CAFÉ", 0.5, 0.8, 0.08, "#f4ead0")
    )
    box((1.6, 0.8, 0.02), material("#2f5d45", 0.7), (0.95, -1.05, 0), (0, 0, 14), bevel=0)
    plate(ticket.save(), 1.6, 0.8, (0.95, -1.05, 0.022), (0, 0, 14))


@picture("hotpot-for-four", backdrop="#e9d8c8", above=36)
def hotpot() -> None:
    copper = material("#b8713c", 0.22, metal=1, bump=(22, 0.25))
    lathe(
        [
            (0, 0),
            (0.8, 0),
            (0.7, 0.15),
            (1.2, 0.5),
            (1.3, 0.85),
            (1.25, 0.88),
            (1.2, 0.85),
            (1.1, 0.55),
            (0, 0.4),
        ],
        copper,
        corner=0.06,
    )
    lathe([(0.34, 0.4), (0.28, 1.2), (0.34, 1.35), (0.28, 1.36), (0.22, 1.2)], copper, corner=0.06)
    half = [(1.19 * cos(n * pi / 40), 1.19 * sin(n * pi / 40)) for n in range(41)]
    slab(
        half,
        0.02,
        material("#a8200e", 0.08, coat=1, mottled=("#c93a12", 3)),
        (0, 0.0, 0.74),
        (0, 0, 90),
        bevel=0,
    )
    slab(
        half,
        0.02,
        material("#e9d9b4", 0.1, coat=1, mottled=("#dcc89a", 3)),
        (0, 0.0, 0.74),
        (0, 0, -90),
        bevel=0,
    )
    box((0.05, 2.36, 0.45), copper, (0, 0, 0.42), bevel=0.01)
    _in_the_pot()
    _beside_the_pot()


def _in_the_pot() -> None:
    chilli, pepper = material("#c8140a", 0.25, coat=0.5), material("#5a2e18", 0.6)
    for u, v, w in scatter(16, 3):
        a, r = pi / 2 + u * pi, 0.45 + 0.6 * v
        x, y = r * cos(a), r * sin(a)
        tube(
            [(x - 0.1, y, 0.77), (x, y + 0.06, 0.79), (x + 0.12, y - 0.02, 0.77)],
            0.032,
            chilli,
            radii=[1.2, 1, 0.2],
        )
        ball(0.03, pepper, (x + 0.1 * w, y - 0.12, 0.765), fine=2)
    shroom, spring = material("#a9764a", 0.6), material("#5f9a3f", 0.5)
    for u, v, _ in scatter(9, 8):
        a, r = -pi / 2 + u * pi, 0.5 + 0.5 * v
        ball(0.14, shroom, (r * cos(a), r * sin(a), 0.75), (1, 1, 0.5), fine=4)
        ball(0.05, spring, (r * cos(a + 0.3), r * sin(a + 0.3), 0.76), (1, 1, 0.4), fine=2)


def _beside_the_pot() -> None:
    dish = material("#f3efe6", 0.15, coat=0.5)
    beef, white = (
        material("#b53a34", 0.4, coat=0.2, mottled=("#e9b8a8", 3.5)),
        material("#f7f3ea", 0.5, inside=0.3),
    )
    for x, y, kind in ((-1.75, -0.9, "beef"), (1.75, -0.9, "tofu"), (0, -1.95, "green")):
        lathe(
            [(0, 0), (0.5, 0), (0.72, 0.14), (0.7, 0.16), (0, 0.06)], dish, (x, y, 0), corner=0.03
        )
        for n in range(7):
            if kind == "beef":
                tube(
                    [
                        (x - 0.42 + 0.13 * n, y - 0.25, 0.2),
                        (x - 0.34 + 0.13 * n, y, 0.28),
                        (x - 0.42 + 0.13 * n, y + 0.25, 0.2),
                    ],
                    0.1,
                    beef,
                )
            elif kind == "tofu":
                box(
                    (0.26, 0.26, 0.2),
                    white,
                    (x - 0.3 + 0.3 * (n % 3), y - 0.28 + 0.3 * (n // 3), 0.1),
                    (0, 0, 10),
                    bevel=0.03,
                )
            else:
                leaf(
                    0.75,
                    0.3,
                    material("#4f8a35", 0.45, coat=0.2),
                    (x - 0.4 + 0.12 * n, y - 0.35, 0.12 + 0.02 * n),
                    (10, 0, 20 - 7 * n),
                    curl=0.1,
                )


@picture("car-wash", backdrop="#d8e3ea", above=14, aside=-12)
def car_wash() -> None:
    blue = material("#2f6ea8", 0.3, coat=0.4)
    lathe(
        [
            (0, 0),
            (0.75, 0),
            (0.95, 1.5),
            (1.0, 1.52),
            (0.98, 1.6),
            (0.88, 1.56),
            (0.7, 0.1),
            (0, 0.1),
        ],
        blue,
        (-0.35, 0.3, 0),
        corner=0.04,
    )
    tube(
        [
            (-1.32, 0.3, 1.5),
            (-1.1, 0.1, 2.35),
            (-0.35, 0.0, 2.6),
            (0.4, 0.1, 2.35),
            (0.62, 0.3, 1.5),
        ],
        0.035,
        material("#c9ced3", 0.3, metal=1),
    )
    foam = material("#fdfeff", 0.6, inside=0.4, coat=0.2)
    for u, v, w in scatter(70, 7):
        a, r = u * 2 * pi, 0.85 * v**0.5
        ball(
            0.12 + 0.14 * w,
            foam,
            (-0.35 + r * cos(a), 0.3 + r * sin(a), 1.5 + 0.3 * (1 - r) + 0.1 * w),
            fine=3,
        )
    for u, v, w in scatter(26, 9):
        ball(0.06 + 0.1 * w, foam, (-0.9 + 1.8 * u, -0.75 + 0.3 * v, 0.06), (1, 1, 0.7), fine=3)
    sponge = material("#f0c33c", 0.95, bump=(16, 1))
    box((1.1, 0.7, 0.42), sponge, (1.05, -0.55, 0), (0, 0, 18), bevel=0.1, soft=(0.12, 0.07))
    cloth = material("#5f9a8a", 1, sheen=0.8, bump=(60, 0.9))
    for n in range(3):
        box(
            (1.2, 0.8, 0.13),
            cloth,
            (1.2, 0.4, 0.14 * n),
            (0, 0, -10 + 5 * n),
            bevel=0.06,
            soft=(0.3, 0.05),
        )
    wrap(
        Print(900, 360, "#2f6ea8").text("泡泡洗车", 0.5, 0.5, 0.42, "#ffffff").save(),
        0.848,
        0.6,
        1.05,
        75,
        (-0.35, 0.3, 0),
        top_radius=0.906,
        rough=0.3,
    )


@picture("cinema-for-two", backdrop="#e6d3d1", above=14)
def cinema() -> None:
    tub = Print(1800, 900, "#f8f4ec")
    for n in range(12):
        tub.rect((n + 0.5) / 12, 0.5, 0.5 / 12, 1.2, "#c4202a")
    tub.circle(0.5, 0.5, 0.62, "#f8f4ec").text("星光", 0.5, 0.4, 0.2, "#c4202a", "Serif").text(
        "影城", 0.5, 0.62, 0.2, "#c4202a", "Serif"
    )
    wrap(tub.save(), 0.62, 0, 1.7, 359.5, (0.1, 0.3, 0), top_radius=0.92, rough=0.6)
    lathe(
        [(0, 0), (0.6, 0), (0.88, 1.6), (0, 1.6)],
        material("#f4efe4", 0.8),
        (0.1, 0.3, 0),
        corner=0.02,
    )
    corn, butter = material("#fbf1d3", 0.7, inside=0.2), material("#f0c75a", 0.6, inside=0.2)
    for n in range(120):
        a, r = n * 2.4, 0.86 * (n / 120) ** 0.5
        x, y, z = 0.1 + r * cos(a), 0.3 + r * sin(a), 1.68 + 0.42 * (1 - r * r)
        for k in range(3):
            ball(
                0.1,
                corn if (n + k) % 3 else butter,
                (x + 0.07 * cos(k * 2.1 + n), y + 0.07 * sin(k * 2.1 + n), z + 0.04 * (k - 1)),
                (1, 1, 0.9),
                fine=2,
            )
    for u, v, _ in scatter(9, 12):
        for k in range(3):
            ball(
                0.09,
                corn if k else butter,
                (-1.2 + 1.5 * u + 0.06 * cos(k * 2.1), -0.95 + 0.4 * v + 0.06 * sin(k * 2.1), 0.09),
                fine=2,
            )
    ticket = (
        Print(1100, 480, "#23284a")
        .text("双人电影票", 0.44, 0.4, 0.24, "#f6d98a", "Serif")
        .text("STARLIGHT CINEMA", 0.44, 0.7, 0.1, "#f6d98a")
        .rect(0.86, 0.5, 0.008, 0.9, "#f6d98a")
    )
    path = ticket.save()
    for x, y, z, turn in ((1.25, -0.55, 0.0, 22), (1.15, -0.75, 0.04, -8)):
        box((1.4, 0.62, 0.02), material("#23284a", 0.6), (x, y, z), (0, 0, turn), bevel=0)
        plate(path, 1.4, 0.61, (x, y, z + 0.022), (0, 0, turn))


@picture("haircut", backdrop="#dde0dc", above=40, aside=0)
def haircut() -> None:
    steel, black = material("#c3c8cc", 0.18, metal=1), material("#1d1f22", 0.35, coat=0.4)
    for side in (-1, 1):
        slab(
            [(0, 0), (0.1, 0.1), (0.05, 1.75), (0, 1.9), (-0.03, 1.0)],
            0.05,
            steel,
            (-0.7, 0, 0.1 + 0.04 * side),
            (0, 0, side * 13),
            bevel=0.01,
        )
        tube(
            [(0, 0.05, 0), (side * -0.14, -0.4, 0), (side * -0.3, -0.75, 0)],
            0.055,
            steel,
            (-0.7, 0, 0.1),
            (0, 0, 0),
        )
        lathe(
            [(0.2, -0.05), (0.27, 0), (0.2, 0.05), (0.14, 0), (0.2, -0.05)],
            black,
            (-0.7 + side * -0.36, -0.98, 0.1),
            (0, 0, 0),
            corner=0.02,
            scale=(1, 1.3, 1),
        )
    lathe([(0, 0), (0.07, 0), (0.06, 0.03), (0, 0.04)], black, (-0.7, 0.08, 0.16), corner=0.01)
    comb = material("#2a2420", 0.3, coat=0.5)
    box((0.3, 2.5, 0.1), comb, (0.25, 0, 0.02), (0, 0, -9), bevel=0.04)
    for n in range(30):
        y = -1.1 + n * 0.076
        box((0.36, 0.035, 0.07), comb, (0.5 + 0.157 * y, y, 0.03), (0, 0, -9), bevel=0.01)
    lathe(
        [(0, 0), (0.34, 0), (0.37, 0.1), (0.35, 1.0), (0.22, 1.12), (0.22, 1.25), (0, 1.25)],
        material("#6b4a2f", 0.1, glass=0.3, coat=0.8),
        (1.45, 0.55, 0),
        corner=0.06,
    )
    lathe([(0, 1.22), (0.12, 1.22), (0.12, 1.5), (0, 1.5)], black, (1.45, 0.55, 0), corner=0.02)
    wrap(
        Print(600, 520, "#f2ecdf")
        .text("剪刀手", 0.5, 0.4, 0.26, "#2a2420", "Serif")
        .text("BARBERS", 0.5, 0.72, 0.12, "#2a2420")
        .save(),
        0.372,
        0.25,
        0.85,
        120,
        (1.45, 0.55, 0),
    )
    cloth = material("#e9e4da", 1, sheen=0.6, bump=(60, 0.8))
    for n in range(2):
        box(
            (1.3, 0.9, 0.16),
            cloth,
            (1.4, -0.75, 0.16 * n),
            (0, 0, 8 - 8 * n),
            bevel=0.07,
            soft=(0.4, 0.05),
        )
