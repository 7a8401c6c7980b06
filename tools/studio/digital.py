"""Pictures of digital accessories."""

from tools.studio.kit import material, picture
from tools.studio.labels import Print
from tools.studio.shapes import ball, box, lathe, plate, slab, tube


@picture("desk-lamp", backdrop="#e6ddcb", above=10, aside=-14, light=0.75)
def desk_lamp() -> None:
    metal = material("#e9e6df", 0.4)
    brass = material("#c29b55", 0.3, metal=1)
    lathe([(0, 0), (0.7, 0), (0.72, 0.05), (0.66, 0.1), (0, 0.12)], metal, (0.3, 0, 0), corner=0.03)
    tube([(0.3, 0, 0.1), (0.75, 0, 1.5)], 0.045, brass, smooth=False)
    ball(0.1, brass, (0.75, 0, 1.5))
    tube([(0.75, 0, 1.5), (-0.35, 0, 2.4)], 0.045, brass, smooth=False)
    ball(0.1, brass, (-0.35, 0, 2.4))
    lathe(
        [(0.14, 0), (0.24, -0.06), (0.62, -0.62), (0.6, -0.63), (0.22, -0.1), (0, -0.05)],
        metal,
        (-0.42, 0, 2.44),
        (0, 25, 0),
        corner=0.06,
    )
    ball(0.2, material("#fff2d2", 0.5, glow=6), (-0.6, 0, 2.08))


def _earbuds(colour: str) -> None:
    shell = material(colour, 0.12, coat=1)
    box((1.5, 1.2, 0.5), shell, (0.2, 0.4, 0.02), bevel=0.24)
    box((1.5, 0.5, 1.0), shell, (0.2, 0.95, 0.42), (-12, 0, 0), bevel=0.2)
    box((1.2, 0.9, 0.06), material("#3a3d42", 0.5), (0.2, 0.4, 0.5), bevel=0.03)
    for x in (-0.1, 0.5):
        ball(0.23, shell, (x, 0.42, 0.66), (0.85, 1, 0.8))
    for x, turn in ((-0.95, 12), (-0.45, -10)):
        ball(0.24, shell, (x, -0.75, 0.26), (1, 0.9, 0.95))
        ball(0.15, material("#2c2e31", 0.6), (x, -0.95, 0.24), (0.8, 0.9, 0.8))
        tube(
            [
                (x + 0.05, -0.7, 0.2),
                (x + 0.3, -0.45 + turn / 100, 0.12),
                (x + 0.75, -0.3 + turn / 60, 0.1),
            ],
            0.1,
            shell,
            radii=[1.2, 1, 0.95],
        )
    lathe(
        [(0, 0), (0.03, 0), (0.03, 0.02)],
        material("#7ee08a", 0.3, glow=3),
        (0.2, -0.21, 0.26),
        (90, 0, 0),
        corner=0,
    )


@picture("earbuds", backdrop="#dde2ea", above=30, aside=-16)
def earbuds() -> None:
    _earbuds("#f7f7f5")


@picture("earbuds-black", backdrop="#d5d7da", above=30, aside=-16)
def earbuds_black() -> None:
    _earbuds("#1b1c1f")


@picture("power-bank", backdrop="#e0dfe8", above=24, aside=-24)
def power_bank() -> None:
    shell = material("#35507a", 0.4, coat=0.2)
    box((1.3, 2.6, 0.42), shell, (-0.45, 0.2, 0), (0, 0, 14), bevel=0.14)
    plate(
        Print(600, 300, "#35507a")
        .text("20000", 0.5, 0.42, 0.4, "#dbe6f7")
        .text("mAh · 22.5 W", 0.5, 0.8, 0.2, "#dbe6f7")
        .save(),
        0.9,
        0.45,
        (-0.42, 0.1, 0.423),
        (0, 0, 14),
    )
    box((1.25, 2.5, 0.16), material("#e9e9ea", 0.3), (1.05, 0.3, 0), (0, 0, -12), bevel=0.1)
    screen = (
        Print(600, 1250)
        .shade("#f0b08a", "#6a7fc0")
        .text("68%", 0.5, 0.3, 0.1, "#ffffff")
        .text("充电中", 0.5, 0.4, 0.05, "#ffffff")
    )
    plate(screen.save(), 1.12, 2.36, (1.05, 0.3, 0.164), (0, 0, -12), coat=1, glow=0.4)
    tube(
        [
            (-0.75, -1.05, 0.2),
            (-0.9, -1.6, 0.08),
            (0.2, -1.75, 0.06),
            (0.7, -1.5, 0.07),
            (0.78, -0.9, 0.08),
        ],
        0.05,
        material("#f2f2f2", 0.5),
    )
    box((0.2, 0.3, 0.1), material("#f2f2f2", 0.4), (0.78, -0.98, 0.03), (0, 0, -12), bevel=0.03)


@picture("phone-stand", backdrop="#e7e0d6", above=14, aside=-22)
def phone_stand() -> None:
    oak = material("#b98a57", 0.5, weave=(2.5, 0.2), mottled=("#a2743f", 3))
    box((1.5, 1.4, 0.18), oak, (0, 0, 0), bevel=0.05)
    slab(
        [(-0.35, 0), (0.35, 0), (0.5, 1.5), (-0.5, 1.5)],
        0.12,
        oak,
        (0, 0.18, 0.15),
        (72, 0, 0),
        corner=0.15,
    )
    box((0.9, 0.16, 0.3), oak, (0, -0.5, 0.15), bevel=0.04)
    box(
        (1.15, 0.11, 2.3),
        material("#24262a", 0.2, metal=0.5),
        (0, -0.28, 0.24),
        (-18, 0, 0),
        bevel=0.05,
    )
    screen = (
        Print(600, 1200)
        .shade("#8fc0c9", "#f3d9a4")
        .text("08:30", 0.5, 0.28, 0.1, "#ffffff")
        .text("十一月二十五日", 0.5, 0.37, 0.035, "#ffffff")
    )
    plate(screen.save(), 1.06, 2.18, (0, 0.018, 1.352), (72, 0, 0), coat=1, glow=0.5)
