"""A bouquet."""

from math import cos, pi, sin

from tools.studio.kit import material, picture, scatter
from tools.studio.shapes import ball, lathe, leaf


def rose(
    x: float, y: float, z: float, size: float, colour: str, turn: tuple[float, float, float]
) -> None:
    """A rose: petals in a spiral, open outside, closed inside."""
    from mathutils import Euler, Vector

    petal = material(colour, 0.55, inside=0.25, sheen=0.2)
    spin = Euler([value * pi / 180 for value in turn])
    ball(size * 0.16, petal, (x, y, z + size * 0.1), (1, 1, 1.3), fine=3)
    for number in range(17):
        part = number / 16
        angle = number * 137.5
        tilt = 84 - 62 * part
        reach = size * (0.04 + 0.1 * part)
        spot = Vector(
            (
                reach * cos((angle + 90) * pi / 180),
                reach * sin((angle + 90) * pi / 180),
                size * (0.0 - 0.05 * part),
            )
        )
        spot.rotate(spin)
        thing = leaf(
            size * (0.34 + 0.28 * part),
            size * (0.36 + 0.36 * part),
            petal,
            (x + spot.x, y + spot.y, z + spot.z),
            (tilt, 0, angle),
            curl=-0.28 + 0.1 * part,
            fold=0.5,
        )
        thing.rotation_euler = (spin.to_matrix() @ thing.rotation_euler.to_matrix()).to_euler()


@picture("flower-bouquet", backdrop="#dccbd0", above=40)
def bouquet() -> None:
    paper = material("#9db2c4", 0.75)
    lathe(
        [(0.16, 0), (0.22, 0.7), (0.95, 1.85), (1.1, 2.15)],
        paper,
        corner=0.2,
        lobes=(9, 0.07),
        around=144,
    )
    lathe(
        [(0.15, 0.02), (0.2, 0.7), (0.85, 1.75), (0.92, 1.95)],
        material("#f3efe8", 0.8),
        corner=0.2,
        lobes=(7, 0.09),
        around=140,
    )
    lathe([(0.24, 0.62), (0.27, 0.7), (0.25, 0.8)], material("#c76b6b", 0.5), corner=0.02)
    for side in (-1, 1):
        ball(
            0.17,
            material("#c76b6b", 0.5),
            (side * 0.19, -0.26, 0.72),
            (1.2, 0.4, 0.8),
            (0, side * 20, 0),
        )
    colours = ["#e58fa0", "#f1c9a5", "#e2604f", "#f0b0bb", "#f6dcc0"]
    spots = [
        (0, -0.1, 2.35),
        (-0.5, -0.3, 2.15),
        (0.5, -0.28, 2.16),
        (0.05, -0.66, 1.98),
        (-0.78, 0.1, 2.1),
        (0.8, 0.12, 2.08),
        (-0.3, 0.4, 2.3),
        (0.36, 0.42, 2.28),
        (-0.42, -0.72, 1.9),
        (0.5, -0.7, 1.92),
    ]
    for number, (x, y, z) in enumerate(spots):
        rose(x, y, z + 0.1, 0.72, colours[number % 5], (28 * y + 14, x * 28, number * 31))
    green = material("#7fa08a", 0.6)
    for number in range(16):
        angle = number * 22.5
        leaf(
            0.5,
            0.28,
            green,
            (0.8 * cos(angle * pi / 180), 0.8 * sin(angle * pi / 180), 2.0),
            (30, 0, angle - 90),
            curl=0.1,
        )
    white = material("#ffffff", 0.7)
    for u, v, w in scatter(70, 5):
        a, r = u * 2 * pi, 0.25 + 0.75 * v
        ball(0.045, white, (r * cos(a), r * sin(a), 2.2 + 0.25 * w), fine=2)
