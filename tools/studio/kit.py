"""Light, backdrop, camera and materials of the studio. Lengths are in decimetres, front is −y."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
from mathutils import Vector

Point = tuple[float, float, float]
Scene = Callable[[], None]


@dataclass(frozen=True)
class Shot:
    """How a scene is photographed: backdrop, camera angles in degrees, and the frame."""

    build: Scene
    backdrop: str = "#efe6dc"
    above: float = 14
    aside: float = 0
    fill: float = 0.92
    width: int = 800
    height: int = 800
    shift: tuple[float, float] = (0, 0)
    light: float = 1.0
    ground: float = 0.0  # where the floor is; what reaches below it is hidden
    widths: tuple[int, ...] = (400, 800)  # the narrower forms, as in catalogue/pictures.py


# Denoised pictures are smooth: drawn at three quarters and enlarged they lose nothing to be seen.
PERCENT = 72

SHOTS: dict[str, Shot] = {}


def picture(name: str, **settings: Any) -> Callable[[Scene], Scene]:
    """Register the scene that makes `name`.webp."""

    def register(build: Scene) -> Scene:
        SHOTS[name] = Shot(build, **settings)
        return build

    return register


def linear(colour: str) -> tuple[float, float, float, float]:
    """An sRGB colour (#rrggbb) as Blender's linear one."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue, 1.0


def material(
    colour: str = "#ffffff",
    rough: float = 0.5,
    *,
    metal: float = 0,
    coat: float = 0,
    glass: float = 0,
    ior: float = 1.45,
    sheen: float = 0,
    inside: float = 0,
    glow: float = 0,
    bump: tuple[float, float] | None = None,
    mottled: tuple[str, float] | None = None,
    weave: tuple[float, float] | None = None,
    image: Path | None = None,
) -> bpy.types.Material:
    """A surface. `bump` and `weave` are (scale, strength); `mottled` is (second colour, scale)."""
    made = bpy.data.materials.new("material")
    made.use_nodes = True
    tree = made.node_tree
    shader = tree.nodes["Principled BSDF"]
    values = {
        "Base Color": linear(colour),
        "Roughness": rough,
        "Metallic": metal,
        "Coat Weight": coat,
        "Coat Roughness": 0.06,
        "Transmission Weight": glass,
        "IOR": ior,
        "Sheen Weight": sheen,
        "Subsurface Weight": inside,
        "Subsurface Radius": (0.10, 0.06, 0.04),
        "Emission Color": linear(colour),
        "Emission Strength": glow,
    }
    for key, value in values.items():
        shader.inputs[key].default_value = value
    if image is not None:
        node = tree.nodes.new("ShaderNodeTexImage")
        node.image = bpy.data.images.load(str(image))
        tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
        if glow:
            tree.links.new(node.outputs["Color"], shader.inputs["Emission Color"])
    if mottled is not None:
        _mottle(tree, shader, colour, *mottled)
    if bump is not None:
        _bump(tree, shader, "ShaderNodeTexNoise", *bump)
    elif weave is not None:
        _bump(tree, shader, "ShaderNodeTexWave", *weave)
    return made


def _coordinates(tree: Any, node: Any) -> None:
    place = tree.nodes.new("ShaderNodeTexCoord")
    tree.links.new(place.outputs["Object"], node.inputs["Vector"])


def _mottle(tree: Any, shader: Any, first: str, second: str, scale: float) -> None:
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = scale
    noise.inputs["Detail"].default_value = 6
    _coordinates(tree, noise)
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[1].position = 0.36, 0.66
    ramp.color_ramp.elements[0].color = linear(first)
    ramp.color_ramp.elements[1].color = linear(second)
    tree.links.new(noise.outputs["Fac"], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], shader.inputs["Base Color"])


def _bump(tree: Any, shader: Any, kind: str, scale: float, strength: float) -> None:
    noise = tree.nodes.new(kind)
    noise.inputs["Scale"].default_value = scale
    if kind == "ShaderNodeTexWave":
        noise.inputs["Distortion"].default_value = 3
    _coordinates(tree, noise)
    bump = tree.nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = strength
    bump.inputs["Distance"].default_value = 0.03
    tree.links.new(noise.outputs["Fac"], bump.inputs["Height"])
    tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])


def glass(colour: str = "#ffffff", rough: float = 0.02) -> bpy.types.Material:
    """Clear or coloured glass; light passes through its shadow."""
    made = material(colour, rough, glass=1.0)
    tree = made.node_tree
    shader = tree.nodes["Principled BSDF"]
    path = tree.nodes.new("ShaderNodeLightPath")
    clear = tree.nodes.new("ShaderNodeBsdfTransparent")
    clear.inputs["Color"].default_value = linear(colour)
    mix = tree.nodes.new("ShaderNodeMixShader")
    tree.links.new(path.outputs["Is Shadow Ray"], mix.inputs[0])
    tree.links.new(shader.outputs[0], mix.inputs[1])
    tree.links.new(clear.outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    return made


def subjects() -> list[bpy.types.Object]:
    """What stands in the scene, without backdrop and lights."""
    return [
        thing
        for thing in bpy.context.scene.objects
        if thing.type in ("MESH", "CURVE", "FONT") and not thing.get("backdrop")
    ]


def bounds() -> tuple[Vector, Vector]:
    """The lowest and the highest corner of all subjects."""
    bpy.context.view_layer.update()
    corners = [
        thing.matrix_world @ Vector(corner) for thing in subjects() for corner in thing.bound_box
    ]
    low = Vector([min(corner[axis] for corner in corners) for axis in range(3)])
    high = Vector([max(corner[axis] for corner in corners) for axis in range(3)])
    return low, high


def photograph(shot: Shot, path: Path, samples: int) -> None:
    """Build, light and render one picture into a PNG."""
    random.seed(7)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    shot.build()
    low, high = bounds()
    size = max(high - low)
    _backdrop(shot.backdrop, size, shot.ground)
    _lights(size, (low + high) / 2, shot.light)
    _camera(shot, low, high)
    _render(shot, path, samples)


def _backdrop(colour: str, size: float, ground: float) -> None:
    depth, radius, steps = 3.0 * size, 2.0 * size, 24
    line = [(-6 * size, ground), (depth, ground)]
    for step in range(1, steps + 1):
        angle = math.pi / 2 * step / steps
        line.append((depth + radius * math.sin(angle), ground + radius - radius * math.cos(angle)))
    line.append((depth + radius, ground + 12 * size))
    corners = [(side * 16 * size, y, z) for y, z in line for side in (-1, 1)]
    faces = [(at, at + 1, at + 3, at + 2) for at in range(0, len(corners) - 2, 2)]
    mesh = bpy.data.meshes.new("backdrop")
    mesh.from_pydata(corners, [], faces)
    for polygon in mesh.polygons:
        polygon.use_smooth = True
    thing = bpy.data.objects.new("backdrop", mesh)
    thing["backdrop"] = True
    thing.data.materials.append(material(colour, 0.9))
    bpy.context.scene.collection.objects.link(thing)


def _lights(size: float, middle: Vector, strength: float) -> None:
    for place, power, width in (
        ((-2.2, -2.0, 2.6), 46, 2.0),
        ((2.6, -1.6, 1.4), 16, 2.6),
        ((0.6, 2.0, 2.8), 26, 1.6),
    ):
        lamp = bpy.data.lights.new("lamp", "AREA")
        lamp.energy, lamp.size = power * size * size * strength, width * size
        thing = bpy.data.objects.new("lamp", lamp)
        thing.location = middle + Vector(place) * size
        thing.rotation_euler = (middle - thing.location).to_track_quat("-Z", "Y").to_euler()
        bpy.context.scene.collection.objects.link(thing)
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = linear("#fbf7f2")
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.55 * strength


def _camera(shot: Shot, low: Vector, high: Vector) -> None:
    middle = (low + high) / 2
    above, aside = math.radians(shot.above), math.radians(shot.aside)
    away = Vector(
        (
            math.sin(aside) * math.cos(above),
            -math.cos(aside) * math.cos(above),
            math.sin(above),
        )
    )
    lens = bpy.data.cameras.new("camera")
    lens.lens, lens.sensor_width = 85, 36
    lens.shift_x, lens.shift_y = shot.shift
    camera = bpy.data.objects.new("camera", lens)
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.scene.camera = camera
    turn = (-away).to_track_quat("-Z", "Y")
    right, up = turn @ Vector((1, 0, 0)), turn @ Vector((0, 1, 0))
    corners = [
        thing.matrix_world @ Vector(corner) - middle
        for thing in subjects()
        for corner in thing.bound_box
    ]
    span_x = max(abs(corner.dot(right)) for corner in corners)
    span_y = max(abs(corner.dot(up)) for corner in corners)
    near = max(corner.dot(away) for corner in corners)
    longest = max(shot.width, shot.height)
    half = 36 / 2 / 85
    need_x = span_x / (half * shot.width / longest)
    need_y = span_y / (half * shot.height / longest)
    camera.location = middle + away * (max(need_x, need_y) / shot.fill + near * 0.6)
    camera.rotation_euler = turn.to_euler()


def _render(shot: Shot, path: Path, samples: int) -> None:
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.use_adaptive_sampling = True
    scene.cycles.adaptive_threshold = 0.08
    scene.cycles.use_denoising = True
    scene.cycles.max_bounces = 8
    scene.cycles.transparent_max_bounces = 16
    scene.cycles.caustics_refractive = scene.cycles.caustics_reflective = False
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - High Contrast"
    scene.view_settings.exposure = 0.6
    scene.render.resolution_x, scene.render.resolution_y = shot.width, shot.height
    scene.render.resolution_percentage = PERCENT
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)


def scatter(count: int, seed: int = 1) -> Sequence[tuple[float, float, float]]:
    """Three numbers in [0, 1) for each of `count` things, always the same."""
    dice = random.Random(seed)  # noqa: S311 a place in a picture, no secret
    return [(dice.random(), dice.random(), dice.random()) for _ in range(count)]
