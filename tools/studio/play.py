"""Pictures of toys and books."""

from tools.studio.kit import material, picture
from tools.studio.labels import Print
from tools.studio.shapes import ball, box, lathe, plate, slab, tube, writing


def _cover() -> Print:
    art = Print(1000, 1200).shade("#bfe0e6", "#f6e7b8")
    art.circle(0.74, 0.2, 0.18, "#f2a83b").hills(["#8dbb6e", "#6ba257", "#4b8545"], 0.62, 0.12)
    for x, y, colour in [
        (0.2, 0.86, "#e2574c"),
        (0.36, 0.92, "#f4c542"),
        (0.55, 0.87, "#ee7fa0"),
        (0.72, 0.93, "#ffffff"),
        (0.86, 0.86, "#e2574c"),
    ]:
        art.rect(x, y + 0.04, 0.012, 0.1, "#2f5d2f").circle(x, y, 0.055, colour).circle(
            x, y, 0.02, "#7d4a12"
        )
    art.text("园子里的", 0.4, 0.2, 0.085, "#23483a", "Serif").text(
        "十二个月", 0.4, 0.31, 0.085, "#23483a", "Serif"
    )
    return art.text("TWELVE MONTHS IN THE GARDEN", 0.5, 0.42, 0.028, "#23483a")


@picture("picture-book", backdrop="#e6eadb", above=20, aside=-18)
def picture_book() -> None:
    cover = _cover().save()
    box((2.2, 0.3, 2.64), material("#4b8545", 0.5), (-0.2, 0.5, 0.0), (-10, 0, 0), bevel=0.02)
    plate(cover, 2.18, 2.62, (-0.2, 0.5 + 0.0755, 1.325), (80, 0, 0), rough=0.3, coat=0.4)
    box((2.1, 0.24, 2.5), material("#fbf8ef", 0.8), (-0.16, 0.53, 0.06), (-10, 0, 0), bevel=0.01)
    box((2.2, 2.6, 0.05), material("#e2a03c", 0.5), (0.9, -1.1, 0.25), (0, 0, 16), bevel=0.01)
    box((2.12, 2.52, 0.22), material("#fbf8ef", 0.8), (0.9, -1.1, 0.03), (0, 0, 16), bevel=0.01)
    box((2.2, 2.6, 0.04), material("#e2a03c", 0.5), (0.9, -1.1, 0.0), (0, 0, 16), bevel=0.01)
    plate(cover, 2.18, 2.58, (0.9, -1.1, 0.303), (0, 0, 16), rough=0.3, coat=0.4)


@picture("picture-book-2", backdrop="#ece6d6", above=46)
def picture_book_open() -> None:
    box((4.7, 2.8, 0.06), material("#4b8545", 0.5), (0, 0, 0), bevel=0.02)
    left = (
        Print(1000, 1200, "#fdf9ee")
        .text("四月", 0.5, 0.18, 0.1, "#2f5d2f", "Serif")
        .text("豌豆爬上竹竿，", 0.5, 0.42, 0.05, "#333333", bold=False)
        .text("蜜蜂又忙了起来。", 0.5, 0.51, 0.05, "#333333", bold=False)
        .text("April: the peas climb", 0.5, 0.66, 0.035, "#777777", bold=False)
        .text("and the bees are busy again.", 0.5, 0.72, 0.035, "#777777", bold=False)
    )
    right = _cover()
    for x, art, tilt in ((-1.13, left, 4), (1.13, right, -4)):
        box((2.24, 2.64, 0.2), material("#fdf9ee", 0.8), (x, 0, 0.06), (0, tilt, 0), bevel=0.02)
        plate(art.save(), 2.2, 2.6, (x, 0, 0.263), (0, tilt, 0), rough=0.5)


@picture("wooden-blocks", backdrop="#ece2d2", above=18, aside=-16)
def wooden_blocks() -> None:
    def wood(colour: str) -> object:
        return material(colour, 0.5, weave=(4, 0.12))

    red, blue, yellow, green, plain = (
        wood(c) for c in ("#c8453a", "#3f6fa3", "#e2ac3c", "#5f9256", "#d3ac78")
    )
    box((0.6, 0.6, 1.2), plain, (-0.7, 0.2, 0), bevel=0.04)
    box((0.6, 0.6, 1.2), blue, (0.7, 0.2, 0), bevel=0.04)
    box((2.1, 0.6, 0.4), yellow, (0, 0.2, 1.2), bevel=0.04)
    slab([(-0.75, 0), (0.75, 0), (0, 0.8)], 0.5, red, (0, 0.2, 1.62), bevel=0.03)
    lathe([(0, 0), (0.25, 0), (0.25, 0.9), (0, 0.9)], green, (0, 0.2, 0), corner=0.03)
    box((0.55, 0.55, 0.55), green, (-1.4, -0.6, 0), (0, 0, 25), bevel=0.04)
    box((0.55, 0.55, 0.55), yellow, (1.35, -0.7, 0), (0, 0, -18), bevel=0.04)
    writing("A", 0.42, material("#ffffff", 0.6), (-1.285, -0.852, 0.27), (90, 0, 25))
    writing("3", 0.42, material("#c8453a", 0.6), (1.265, -0.965, 0.27), (90, 0, -18))
    lathe(
        [(0, 0), (0.3, 0), (0.3, 0.4), (0, 0.4)], red, (0.35, -1.0, 0.3), (90, 0, 20), corner=0.03
    )
    slab([(-0.5, 0), (0.5, 0), (0, 0.55)], 0.45, blue, (-0.5, -1.1, 0.03), (90, 0, -30), bevel=0.02)


@picture("plush-bear", backdrop="#e7ddd0", above=8, aside=-10)
def plush_bear() -> None:
    fur = material("#b58353", 1, sheen=1, bump=(70, 1), mottled=("#a67545", 9))
    pale = material("#e9d2b0", 1, sheen=1, bump=(70, 1))
    dark = material("#1f1712", 0.15, coat=1)
    rough = (0.06, 0.05)
    ball(0.85, fur, (0, 0, 0.85), (1, 0.9, 1.05), lumps=rough)
    ball(0.5, pale, (0, -0.42, 0.85), (1, 0.8, 1.1), lumps=rough)
    ball(0.72, fur, (0, -0.08, 2.1), (1.05, 0.92, 0.95), lumps=rough)
    ball(0.32, pale, (0, -0.66, 1.95), (1.05, 0.8, 0.8), lumps=rough)
    ball(0.1, dark, (0, -0.92, 2.05), (1.2, 0.7, 0.8))
    tube([(0, -0.93, 1.98), (0, -0.935, 1.88), (-0.1, -0.89, 1.82)], 0.014, dark)
    tube([(0, -0.935, 1.88), (0.1, -0.89, 1.82)], 0.014, dark, smooth=False)
    for side in (-1, 1):
        ball(0.075, dark, (side * 0.27, -0.7, 2.25))
        ball(0.26, fur, (side * 0.55, 0, 2.68), (1, 0.6, 1), lumps=rough)
        ball(0.16, pale, (side * 0.55, -0.13, 2.67), (1, 0.4, 1))
        ball(0.32, fur, (side * 0.92, -0.25, 1.1), (0.8, 0.8, 1.6), (0, side * -28, 0), lumps=rough)
        ball(
            0.42,
            fur,
            (side * 0.62, -0.75, 0.36),
            (0.85, 1.35, 0.85),
            (0, 0, side * 18),
            lumps=rough,
        )
        ball(0.27, pale, (side * 0.76, -1.22, 0.38), (1, 0.3, 1), lumps=rough)
    ribbon = material("#a23a32", 0.6, sheen=0.4)
    tube(
        [
            (0.62, 0, 1.52),
            (0.4, -0.5, 1.5),
            (0, -0.68, 1.47),
            (-0.4, -0.5, 1.5),
            (-0.62, 0, 1.52),
            (0, 0.6, 1.55),
        ],
        0.07,
        ribbon,
        closed=True,
    )
    for side in (-1, 1):
        ball(0.2, ribbon, (side * 0.2, -0.74, 1.48), (1.1, 0.4, 0.7), (0, side * 18, 0))
