"""Draws scenes: icons among clutter on a textured background, with light, occlusion, noise and blur.

draw_scene returns the picture and, for every icon, its class name, its mask and its box, from which the three tasks take
what they need. Everything random comes from the generator that the caller passes: equal seeds give equal pictures.
"""

import math
from dataclasses import dataclass

import numpy
from PIL import Image, ImageDraw, ImageFilter

from icons import ADD, DARK, ICONS, MAIN, SECOND

# Masks are drawn this much larger and averaged, for smooth edges.
OVERSAMPLE = 3


@dataclass
class Placed:
    """An icon in a picture. The mask (bool, height x width) is what no later thing covers; the box (ymin, xmin, ymax,
    xmax, in pixels) holds the whole icon, as far as it lies inside the picture."""
    name: str
    mask: numpy.ndarray
    box: tuple
    visible: float  # the part of the icon, of what the picture could show at all, that is not covered


class Canvas:
    """The picture while it is drawn: float32 RGB, and the number of the icon that owns each pixel (-1: none)."""

    def __init__(self, size, rng):
        self.size = size
        self.rng = rng
        self.pixels = numpy.zeros((size, size, 3), numpy.float32)
        self.owner = numpy.full((size, size), -1, numpy.int32)

    def coverage(self, steps):
        """The part of each pixel that polygons cover. Steps are (ADD or CUT, points in pixels). Returns the window
        (slices y, x) and its coverage in 0..1, or None when nothing is inside of the picture."""
        points = [p for mode, polygon in steps if mode == ADD for p in polygon]
        x0, y0 = (max(0, math.floor(min(p[k] for p in points))) for k in (0, 1))
        x1, y1 = (min(self.size, math.ceil(max(p[k] for p in points)) + 1) for k in (0, 1))
        if x0 >= x1 or y0 >= y1:
            return None
        large = Image.new('L', ((x1 - x0) * OVERSAMPLE, (y1 - y0) * OVERSAMPLE))
        draw = ImageDraw.Draw(large)
        for mode, polygon in steps:
            draw.polygon([((x - x0) * OVERSAMPLE, (y - y0) * OVERSAMPLE) for x, y in polygon], fill=255 * mode)
        part = numpy.asarray(large.reduce(OVERSAMPLE), numpy.float32) / 255
        return (slice(y0, y1), slice(x0, x1)), part

    def paint(self, window, part, colour, opacity=1.0):
        """Blends a colour (of one pixel, or one for every pixel of the window) into the picture."""
        area = self.pixels[window]
        area += (part * opacity)[..., None] * (colour - area)


def random_colour(rng):
    return rng.uniform(0, 255, 3).astype(numpy.float32)


def contrasting(rng, others, distance):
    """A colour at least `distance` from the others in brightness or hue; the last of several attempts at worst."""
    for _ in range(30):
        colour = random_colour(rng)
        if all(numpy.abs(colour - other).sum() > distance for other in others):
            break
    return colour


def background(canvas):
    """A gradient between two colours, and over it stripes, checks, blotches or nothing."""
    rng, size = canvas.rng, canvas.size
    first = random_colour(rng)
    second = numpy.clip(first + rng.normal(0, 45, 3), 0, 255).astype(numpy.float32)
    angle = rng.uniform(0, 2 * math.pi)
    y, x = numpy.mgrid[0:size, 0:size].astype(numpy.float32) / size - 0.5
    along = x * round(math.cos(angle), 6) + y * round(math.sin(angle), 6)
    across = y * round(math.cos(angle), 6) - x * round(math.sin(angle), 6)
    mix = numpy.clip(along + 0.5, 0, 1)
    kind = rng.integers(5)
    cycles = rng.uniform(2, 12)
    strength = rng.uniform(0.3, 1)
    if kind == 1:
        mix = mix + strength * (numpy.floor(along * cycles * 2) % 2 - 0.5)
    elif kind == 2:
        mix = mix + strength * ((numpy.floor(along * cycles) + numpy.floor(across * cycles)) % 2 - 0.5)
    elif kind >= 3:
        cells = int(rng.integers(3, 20))
        blotches = Image.fromarray(rng.integers(0, 256, (cells, cells), dtype=numpy.uint8))
        resample = Image.BICUBIC if kind == 3 else Image.NEAREST
        mix = mix + strength * (numpy.asarray(blotches.resize((size, size), resample), numpy.float32) / 255 - 0.5)
    canvas.pixels[:] = first + mix[..., None] * (second - first)
    return (first + second) / 2


def clutter(canvas, count, low, high):
    """Shapes that mean nothing: polygons, ellipses and sticks of low..high times the picture's size."""
    rng, size = canvas.rng, canvas.size
    for _ in range(count):
        cx, cy = rng.uniform(0, size, 2)
        r = rng.uniform(low, high) * size / 2
        kind = rng.integers(3)
        corners = int(rng.integers(3, 7)) if kind == 0 else 4 if kind == 1 else 14
        turn = rng.uniform(0, 2 * math.pi)
        stretch = rng.uniform(0.08, 0.2) if kind == 1 else rng.uniform(0.4, 1)
        radii = rng.uniform(0.5, 1, corners) if kind == 0 else numpy.ones(corners)
        polygon = []
        for k in range(corners):
            a = 2 * math.pi * (k + 0.5) / corners
            px, py = radii[k] * math.cos(a), stretch * radii[k] * math.sin(a)
            polygon.append((cx + r * round(px * math.cos(turn) - py * math.sin(turn), 6),
                            cy + r * round(px * math.sin(turn) + py * math.cos(turn), 6)))
        covered = canvas.coverage([(ADD, polygon)])
        colour, opacity = random_colour(rng), rng.uniform(0.6, 1)
        if covered:
            window, part = covered
            canvas.paint(window, part, colour, opacity)
            if opacity > 0.3:
                canvas.owner[window][part > 0.5] = -1


def place_icon(canvas, name, cx, cy, radius, behind):
    """Draws an icon, turned by up to 25 degrees and squeezed a little. Returns its whole mask and its box."""
    rng, size = canvas.rng, canvas.size
    turn = math.radians(rng.uniform(-25, 25))
    sx, sy = radius * rng.uniform(0.8, 1), radius * rng.uniform(0.8, 1)
    c, s = round(math.cos(turn), 6), round(math.sin(turn), 6)
    main = contrasting(rng, [behind], 150)
    tones = {MAIN: main, SECOND: contrasting(rng, [main], 220), DARK: contrasting(rng, [main, behind], 120)}
    slope = rng.uniform(-0.35, 0.35, 2)
    whole = numpy.zeros((size, size), bool)
    for tone, steps in ICONS[name]:
        placed = [(mode, [(cx + x * sx * c - y * sy * s, cy + x * sx * s + y * sy * c) for x, y in points])
                  for mode, points in steps]
        covered = canvas.coverage(placed)
        if not covered:
            continue
        window, part = covered
        y, x = numpy.ogrid[window]
        light = 1 + slope[0] * (x - cx) / radius + slope[1] * (y - cy) / radius
        canvas.paint(window, part, numpy.clip(tones[tone] * light[..., None].astype(numpy.float32), 0, 255))
        whole[window] |= part > 0.5
    rows, columns = numpy.flatnonzero(whole.any(1)), numpy.flatnonzero(whole.any(0))
    box = (int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1) if rows.size else None
    return whole, box


def finish(canvas):
    """Light that falls off to one side, a shadow, blur and noise; then bytes."""
    rng, size = canvas.rng, canvas.size
    y, x = numpy.mgrid[0:size, 0:size].astype(numpy.float32) / size - 0.5
    slope = rng.uniform(-0.4, 0.4, 2)
    light = rng.uniform(0.7, 1.15) + slope[0] * x + slope[1] * y
    if rng.random() < 0.3:
        edge, direction = rng.uniform(-0.3, 0.3), rng.normal(0, 1, 2)
        light = light * numpy.where(x * direction[0] + y * direction[1] > edge, rng.uniform(0.5, 0.8), 1)
    pixels = numpy.clip(canvas.pixels * light[..., None], 0, 255)
    image = Image.fromarray(pixels.astype(numpy.uint8))
    blur = rng.uniform(-1, 1) * size / 110
    if blur > 0.2:
        image = image.filter(ImageFilter.GaussianBlur(round(blur, 2)))
    noise = rng.standard_normal(pixels.shape, numpy.float32) * numpy.float32(rng.uniform(0, 12))
    return numpy.clip(numpy.asarray(image) + noise, 0, 255).astype(numpy.uint8)


def draw_scene(rng, size, wanted, spread=0.0, overlap=0.35):
    """Draws `wanted`, a list of (name, diameter as a part of the size), the first at the back. An icon's centre lies
    where at least half of it is inside; spread 0 puts a single icon near the middle, 1 anywhere. Icons that would cover
    more than `overlap` of an earlier one are moved, or left out. Returns uint8 pixels [size, size, 3] and the Placed."""
    canvas = Canvas(size, rng)
    behind = background(canvas)
    clutter(canvas, int(rng.integers(2, 9)), 0.08, 0.5)
    drawn, taken = [], []
    for name, diameter in wanted:
        radius = diameter * size / 2
        for _ in range(20):
            reach = spread * (size / 2 - 0.75 * radius) + (1 - spread) * (size / 2 - 0.9 * radius)
            cx, cy = size / 2 + rng.uniform(-1, 1, 2) * max(reach, 0.05 * size)
            if all(abs(cx - x) + abs(cy - y) > (1 - overlap) * 1.1 * (radius + r) for x, y, r in taken):
                break
        else:
            continue
        whole, box = place_icon(canvas, name, cx, cy, radius, behind)
        if box:
            canvas.owner[whole] = len(drawn)
            drawn.append((name, whole, box))
            taken.append((cx, cy, radius))
    clutter(canvas, int(rng.integers(0, 4)), 0.08, 0.3)
    placed = []
    for number, (name, whole, box) in enumerate(drawn):
        mask = canvas.owner == number
        placed.append(Placed(name, mask, box, float(mask.sum() / max(whole.sum(), 1))))
    return finish(canvas), placed
