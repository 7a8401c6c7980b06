"""What scenes are made of: turned bodies, boxes, balls, tubes, cut-out slabs, labels, writing."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bmesh
import bpy
from mathutils import Vector

from tools.studio.kit import Point, material

Flat = tuple[float, float]
Turn = tuple[float, float, float]  # degrees about x, y, z


def place(thing: Any, at: Point = (0, 0, 0), turn: Turn = (0, 0, 0), scale: Any = None) -> Any:
    """Put an object somewhere, turned by degrees."""
    thing.location = at
    thing.rotation_euler = [math.radians(angle) for angle in turn]
    if scale is not None:
        thing.scale = (scale, scale, scale) if isinstance(scale, int | float) else scale
    return thing


def _object(name: str, data: Any, surface: Any) -> Any:
    thing = bpy.data.objects.new(name, data)
    data.materials.append(surface)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def rounded(points: Sequence[Flat], radius: float, steps: int = 5) -> list[Flat]:
    """A line whose inner corners are rounded."""
    line = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        here = Vector(corner)
        into, out = Vector(before) - here, Vector(after) - here
        reach = min(radius, into.length * 0.49, out.length * 0.49)
        start, end = here + into.normalized() * reach, here + out.normalized() * reach
        for step in range(steps + 1):
            part = step / steps
            spot = (1 - part) ** 2 * start + 2 * part * (1 - part) * here + part**2 * end
            line.append((spot.x, spot.y))
    return [*line, points[-1]]


def lathe(
    profile: Sequence[Flat],
    surface: Any,
    at: Point = (0, 0, 0),
    turn: Turn = (0, 0, 0),
    *,
    corner: float = 0.05,
    scale: Any = None,
    lobes: tuple[int, float] | None = None,
    around: int = 72,
) -> Any:
    """A body turned about z from (radius, height) points. `lobes`: how many ribs, and how deep."""
    line = rounded(profile, corner) if corner and len(profile) > 2 else list(profile)
    corners, faces = [], []
    for radius, height in line:
        for step in range(around):
            angle = 2 * math.pi * step / around
            reach = radius * (1 + lobes[1] * math.cos(lobes[0] * angle) if lobes else 1)
            corners.append((reach * math.cos(angle), reach * math.sin(angle), height))
    for ring in range(len(line) - 1):
        for step in range(around):
            after = (step + 1) % around
            first, second = ring * around, (ring + 1) * around
            faces.append((first + step, first + after, second + after, second + step))
    mesh = bpy.data.meshes.new("lathe")
    mesh.from_pydata(corners, [], faces)
    shape = bmesh.new()
    shape.from_mesh(mesh)
    bmesh.ops.remove_doubles(shape, verts=shape.verts, dist=1e-5)
    bmesh.ops.recalc_face_normals(shape, faces=shape.faces)
    shape.to_mesh(mesh)
    shape.free()
    for polygon in mesh.polygons:
        polygon.use_smooth = True
    return place(_object("lathe", mesh, surface), at, turn, scale)


def box(
    size: Point,
    surface: Any,
    at: Point = (0, 0, 0),
    turn: Turn = (0, 0, 0),
    *,
    bevel: float = 0.03,
    soft: tuple[float, float] | None = None,
) -> Any:
    """A box standing on `at` with rounded edges; `soft` (scale, depth): lumpy like cloth."""
    shape = bmesh.new()
    bmesh.ops.create_cube(shape, size=1)
    for corner in shape.verts:
        corner.co = Vector(
            (corner.co.x * size[0], corner.co.y * size[1], (corner.co.z + 0.5) * size[2])
        )
    mesh = bpy.data.meshes.new("box")
    shape.to_mesh(mesh)
    shape.free()
    thing = place(_object("box", mesh, surface), at, turn)
    if bevel:
        edge = thing.modifiers.new("bevel", "BEVEL")
        edge.width, edge.segments = bevel, 5
    if soft:
        _subdivide(thing, 5, simple=True)
        _lumps(thing, *soft)
    for polygon in mesh.polygons:
        polygon.use_smooth = True
    if not soft and bevel:
        keep = thing.modifiers.new("normals", "WEIGHTED_NORMAL")
        keep.keep_sharp = True
    return thing


def _subdivide(thing: Any, levels: int, *, simple: bool = False) -> None:
    more = thing.modifiers.new("more", "SUBSURF")
    more.levels = more.render_levels = levels
    more.subdivision_type = "SIMPLE" if simple else "CATMULL_CLARK"


def _lumps(thing: Any, scale: float, depth: float) -> None:
    clouds = bpy.data.textures.new("clouds", "CLOUDS")
    clouds.noise_scale = scale
    lumps = thing.modifiers.new("lumps", "DISPLACE")
    lumps.texture, lumps.strength, lumps.mid_level = clouds, depth, 0.5
    lumps.texture_coords = "GLOBAL"


def ball(
    radius: float,
    surface: Any,
    at: Point = (0, 0, 0),
    squash: Point = (1, 1, 1),
    turn: Turn = (0, 0, 0),
    *,
    lumps: tuple[float, float] | None = None,
    fine: int = 5,
) -> Any:
    """A ball about `at`, stretched by `squash`; `lumps` (scale, depth) makes it uneven."""
    shape = bmesh.new()
    bmesh.ops.create_icosphere(shape, subdivisions=fine, radius=radius)
    mesh = bpy.data.meshes.new("ball")
    shape.to_mesh(mesh)
    shape.free()
    for polygon in mesh.polygons:
        polygon.use_smooth = True
    thing = place(_object("ball", mesh, surface), at, turn, squash)
    if lumps:
        _lumps(thing, *lumps)
    return thing


def tube(
    points: Sequence[Point],
    radius: float,
    surface: Any,
    at: Point = (0, 0, 0),
    turn: Turn = (0, 0, 0),
    *,
    radii: Sequence[float] | None = None,
    closed: bool = False,
    smooth: bool = True,
) -> Any:
    """A round rod along points; `radii` are factors of `radius` at each point."""
    curve = bpy.data.curves.new("tube", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius, 6
    curve.use_fill_caps = True
    line = curve.splines.new("NURBS" if smooth else "POLY")
    line.points.add(len(points) - 1)
    for number, point in enumerate(points):
        line.points[number].co = (*point, 1)
        line.points[number].radius = radii[number] if radii else 1
    if smooth:
        line.use_endpoint_u, line.order_u = not closed, min(4, len(points))
    line.use_cyclic_u = closed
    curve.resolution_u = 16
    thing = place(_object("tube", curve, surface), at, turn)
    for spline in curve.splines:
        spline.use_smooth = True
    return thing


def slab(
    outline: Sequence[Flat],
    thick: float,
    surface: Any,
    at: Point = (0, 0, 0),
    turn: Turn = (90, 0, 0),
    *,
    bevel: float = 0.01,
    corner: float = 0.0,
    soft: tuple[float, float] | None = None,
    smooth: bool = False,
) -> Any:
    """A cut-out of an outline, standing upright facing the front unless turned otherwise."""
    curve = bpy.data.curves.new("slab", "CURVE")
    curve.dimensions, curve.fill_mode = "2D", "BOTH"
    curve.extrude, curve.bevel_depth, curve.bevel_resolution = thick / 2, bevel, 4
    points = list(outline)
    if corner:
        points = rounded([points[-1], *points, points[0]], corner)[1:-1]
    line = curve.splines.new("NURBS" if smooth else "POLY")
    line.points.add(len(points) - 1)
    for number, (x, y) in enumerate(points):
        line.points[number].co = (x, y, 0, 1)
    line.use_cyclic_u = True
    if smooth:
        line.order_u = 4
    thing = place(_object("slab", curve, surface), at, turn)
    return _soften(thing, soft) if soft else thing


def _soften(thing: Any, soft: tuple[float, float]) -> Any:
    bpy.context.view_layer.update()
    reach = max(thing.dimensions)
    mesh = bpy.data.meshes.new_from_object(thing)
    made = bpy.data.objects.new("soft", mesh)
    made.matrix_world = thing.matrix_world
    bpy.context.scene.collection.objects.link(made)
    bpy.data.objects.remove(thing)
    grain = made.modifiers.new("grain", "REMESH")
    grain.mode, grain.voxel_size, grain.use_smooth_shade = "VOXEL", reach / 160, True
    even = made.modifiers.new("even", "SMOOTH")
    even.factor, even.iterations = 0.5, 8
    _lumps(made, *soft)
    return made


def plate(
    image: Path,
    width: float,
    height: float,
    at: Point = (0, 0, 0),
    turn: Turn = (90, 0, 0),
    *,
    rough: float = 0.6,
    coat: float = 0,
    glow: float = 0,
) -> Any:
    """A flat printed picture, its middle at `at`, upright and facing the front unless turned."""
    mesh = bpy.data.meshes.new("plate")
    half = (width / 2, height / 2)
    mesh.from_pydata(
        [(x * half[0], y * half[1], 0) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))],
        [],
        [(0, 1, 2, 3)],
    )
    layer = mesh.uv_layers.new()
    for loop, spot in zip(layer.data, ((0, 0), (1, 0), (1, 1), (0, 1)), strict=True):
        loop.uv = spot
    surface = material("#ffffff", rough, image=image, coat=coat, glow=glow)
    return place(_object("plate", mesh, surface), at, turn)


def wrap(
    image: Path,
    radius: float,
    low: float,
    high: float,
    arc: float = 150,
    at: Point = (0, 0, 0),
    turn: Turn = (0, 0, 0),
    *,
    top_radius: float | None = None,
    rough: float = 0.55,
    metal: float = 0,
    coat: float = 0,
) -> Any:
    """A printed label around the front of a turned body, `arc` degrees wide."""
    steps = 48
    upper = radius if top_radius is None else top_radius
    corners, faces, spots = [], [], []
    for step in range(steps + 1):
        angle = math.radians(-90 - arc / 2 + arc * step / steps)
        for reach, height, up in ((radius, low, 0), (upper, high, 1)):
            corners.append((reach * math.cos(angle), reach * math.sin(angle), height))
            spots.append((step / steps, up))
        if step:
            first = 2 * (step - 1)
            faces.append((first, first + 2, first + 3, first + 1))
    mesh = bpy.data.meshes.new("wrap")
    mesh.from_pydata(corners, [], faces)
    layer = mesh.uv_layers.new()
    for loop in mesh.loops:
        layer.data[loop.index].uv = spots[loop.vertex_index]
    for polygon in mesh.polygons:
        polygon.use_smooth = True
    surface = material("#ffffff", rough, image=image, metal=metal, coat=coat)
    return place(_object("wrap", mesh, surface), at, turn)


def leaf(
    length: float,
    width: float,
    surface: Any,
    at: Point = (0, 0, 0),
    turn: Turn = (0, 0, 0),
    *,
    curl: float = 0.3,
    fold: float = 0.25,
) -> Any:
    """A leaf or petal along +y from `at`, curling up by `curl` of its length."""
    rows, columns = 14, 8
    corners, faces = [], []
    for row in range(rows + 1):
        along = row / rows
        half = width / 2 * math.sin(math.pi * min(1.0, along**0.8)) ** 0.8
        for column in range(columns + 1):
            across = 2 * column / columns - 1
            lift = curl * length * along**2 + fold * half * across**2
            corners.append((half * across, length * along, lift))
    for row in range(rows):
        for column in range(columns):
            first = row * (columns + 1) + column
            faces.append((first, first + 1, first + columns + 2, first + columns + 1))
    mesh = bpy.data.meshes.new("leaf")
    mesh.from_pydata(corners, [], faces)
    for polygon in mesh.polygons:
        polygon.use_smooth = True
    thing = place(_object("leaf", mesh, surface), at, turn)
    thick = thing.modifiers.new("thick", "SOLIDIFY")
    thick.thickness = length * 0.012
    return thing


def writing(
    text: str, size: float, surface: Any, at: Point, turn: Turn = (90, 0, 0), deep: float = 0.005
) -> Any:
    """Raised Latin letters, centred at `at`."""
    curve = bpy.data.curves.new("writing", "FONT")
    curve.body, curve.size, curve.extrude = text, size, deep
    curve.align_x, curve.align_y = "CENTER", "CENTER"
    return place(_object("writing", curve, surface), at, turn)


def pillow(
    side: float, thick: float, surface: Any, at: Point = (0, 0, 0), turn: Turn = (0, 0, 0)
) -> Any:
    """A square cushion lying flat about `at` unless turned: full in the middle, a seam around."""
    steps = 40
    shape = bmesh.new()
    for half in (1, -1):
        rows = []
        for row in range(steps + 1):
            y = 2 * row / steps - 1
            line = []
            for column in range(steps + 1):
                x = 2 * column / steps - 1
                full = ((1 - x**4) * (1 - y**4)) ** 0.45
                pinch = 1 - 0.07 * (1 - abs(x)) ** 0.5 * abs(y) ** 8
                pull = 1 - 0.07 * (1 - abs(y)) ** 0.5 * abs(x) ** 8
                spot = (x * pull * side / 2, y * pinch * side / 2, half * full * thick / 2)
                line.append(shape.verts.new(spot))
            rows.append(line)
        for row in range(steps):
            for column in range(steps):
                corners = (
                    rows[row][column],
                    rows[row][column + 1],
                    rows[row + 1][column + 1],
                    rows[row + 1][column],
                )
                shape.faces.new(corners if half > 0 else corners[::-1])
    bmesh.ops.remove_doubles(shape, verts=shape.verts, dist=1e-4)
    mesh = bpy.data.meshes.new("pillow")
    shape.to_mesh(mesh)
    shape.free()
    for polygon in mesh.polygons:
        polygon.use_smooth = True
    thing = place(_object("pillow", mesh, surface), at, turn)
    _lumps(thing, side / 3, thick * 0.12)
    return thing
