"""The vocabulary of the drawn pictures: signs and icons as layers of polygons.

An icon is a list of layers. A layer is (tone, steps): a tone (MAIN, SECOND or DARK; the scene turns it into a colour) and
steps (ADD or CUT, points), carried out in order on an empty mask. Coordinates lie in [-1, 1], x to the right, y down.
The silhouette of an icon is the union of its layers.
"""

import math

MAIN, SECOND, DARK = 0, 1, 2
ADD, CUT = 1, 0


def polar(cx, cy, r, degrees):
    # Rounded, so that the last bit of a math library does not decide about a pixel.
    return (round(cx + r * math.cos(math.radians(degrees)), 6), round(cy + r * math.sin(math.radians(degrees)), 6))


def disc(cx=0.0, cy=0.0, r=1.0, ry=None, n=36):
    ry = r if ry is None else ry
    return [(x, round(cy + y * ry, 6)) for x, y in
            ((polar(cx, 0, r, 360 * k / n)[0], polar(0, 0, 1, 360 * k / n)[1]) for k in range(n))]


def ngon(n, r=1.0, turn=-90.0, cx=0.0, cy=0.0):
    return [polar(cx, cy, r, turn + 360 * k / n) for k in range(n)]


def rect(x0, y0, x1, y1):
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def zigzag(n, outer, inner, turn=-90.0):
    """A closed line that goes n times from the radius outer to the radius inner: the outline of a star."""
    return [polar(0, 0, outer if k % 2 == 0 else inner, turn + 180 * k / n) for k in range(2 * n)]


def turned(points, degrees):
    c, s = polar(0, 0, 1, degrees)
    return [(round(x * c - y * s, 6), round(x * s + y * c, 6)) for x, y in points]


def bar(length, width, degrees):
    """A bar through the middle."""
    return turned(rect(-length, -width, length, width), degrees)


def arc(cx, cy, r, width, start, end, n=20):
    """A stroke along a part of a circle."""
    angles = [start + (end - start) * k / n for k in range(n + 1)]
    return [polar(cx, cy, r + width, a) for a in angles] + [polar(cx, cy, r - width, a) for a in reversed(angles)]


ARROW = [(0.0, -0.7), (0.55, -0.1), (0.2, -0.1), (0.2, 0.65), (-0.2, 0.65), (-0.2, -0.1), (-0.55, -0.1)]
HEART = [(0, 0.95), (-0.55, 0.45), (-0.9, 0.0), (-0.98, -0.35), (-0.85, -0.68), (-0.5, -0.85), (-0.2, -0.75),
         (0, -0.5), (0.2, -0.75), (0.5, -0.85), (0.85, -0.68), (0.98, -0.35), (0.9, 0.0), (0.55, 0.45)]
BOLT = [(0.25, -1), (-0.6, 0.15), (-0.1, 0.15), (-0.3, 1), (0.6, -0.25), (0.08, -0.25), (0.5, -1)]
DROP = [(0, -1), (0.25, -0.5)] + [polar(0, 0.35, 0.62, a) for a in range(-30, 211, 15)] + [(-0.25, -0.5)]
BELL = [(-0.15, -0.9), (0.15, -0.9), (0.5, -0.6), (0.6, 0.2), (0.9, 0.6), (-0.9, 0.6), (-0.6, 0.2), (-0.5, -0.6)]


def plate(points, *symbols):
    """A sign: a plate in the main tone and a symbol of second tone on it."""
    return [(MAIN, [(ADD, points)]), (SECOND, [(ADD, symbol) for symbol in symbols])]


def sun():
    return [(MAIN, [(ADD, disc(r=0.52))] + [(ADD, turned([(0.6, -0.14), (1, 0), (0.6, 0.14)], 45 * k)) for k in range(8)])]


def gear():
    teeth = [(ADD, turned([(0.6, -0.22), (1, -0.14), (1, 0.14), (0.6, 0.22)], 45 * k)) for k in range(8)]
    return [(MAIN, [(ADD, disc(r=0.74))] + teeth + [(CUT, disc(r=0.32))])]


def flower():
    petals = [(ADD, disc(*polar(0, 0, 0.58, 72 * k - 90), r=0.4)) for k in range(5)]
    return [(MAIN, petals), (SECOND, [(ADD, disc(r=0.32))])]


def umbrella():
    canopy = [(ADD, disc(cy=0.05, r=1)), (CUT, rect(-1.1, 0.05, 1.1, 1.2))]
    scallops = [(CUT, disc(x, 0.08, 0.32, 0.18)) for x in (-0.66, 0.0, 0.66)]
    return [(DARK, [(ADD, rect(-0.07, -0.2, 0.07, 0.72)), (ADD, arc(0.2, 0.72, 0.2, 0.07, 0, 180))]),
            (MAIN, canopy + scallops)]


# Name -> layers, in the order of the classifier's classes. The first eleven are the signs.
ICONS = {
    'no entry': plate(disc(), rect(-0.68, -0.2, 0.68, 0.2)),
    'prohibited': [(MAIN, [(ADD, disc()), (CUT, disc(r=0.72)), (ADD, bar(0.85, 0.14, 45))])],
    'warning': plate([(0, -0.95), (1, 0.8), (-1, 0.8)], [(-0.13, -0.4), (0.13, -0.4), (0.09, 0.25), (-0.09, 0.25)],
                     disc(0, 0.48, 0.14)),
    'yield': [(MAIN, [(ADD, [(0, 0.95), (1, -0.8), (-1, -0.8)]), (CUT, [(0, 0.3), (0.48, -0.5), (-0.48, -0.5)])])],
    'stop': plate(ngon(8, 1.04, 22.5), bar(0.68, 0.15, 45), bar(0.68, 0.15, -45)),
    'priority': plate(ngon(4), ngon(4, 0.55)),
    'turn left': plate(disc(), turned(ARROW, -90)),
    'turn right': plate(disc(), turned(ARROW, 90)),
    'ahead': plate(disc(), ARROW),
    'first aid': plate(rect(-0.88, -0.88, 0.88, 0.88), rect(-0.6, -0.2, 0.6, 0.2), rect(-0.2, -0.6, 0.2, 0.6)),
    'parking': [(MAIN, [(ADD, rect(-0.88, -0.88, 0.88, 0.88))]),
                (SECOND, [(ADD, rect(-0.38, -0.62, -0.12, 0.65)), (ADD, disc(0.05, -0.2, 0.43)),
                          (CUT, disc(0.05, -0.2, 0.18)), (ADD, rect(-0.38, -0.62, -0.12, 0.65))])],
    'star': [(MAIN, [(ADD, zigzag(5, 1.05, 0.45))])],
    'heart': [(MAIN, [(ADD, HEART)])],
    'crescent': [(MAIN, [(ADD, disc()), (CUT, disc(0.45, -0.1, 0.8))])],
    'sun': sun(),
    'gear': gear(),
    'house': [(MAIN, [(ADD, rect(-0.7, -0.1, 0.7, 0.9))]), (DARK, [(ADD, [(0, -0.95), (1, -0.05), (-1, -0.05)])]),
              (SECOND, [(ADD, rect(-0.15, 0.35, 0.2, 0.9))])],
    'tree': [(DARK, [(ADD, rect(-0.15, 0.4, 0.15, 1.0))]),
             (MAIN, [(ADD, [(0, -1), (0.55, -0.3), (-0.55, -0.3)]), (ADD, [(0, -0.6), (0.68, 0.1), (-0.68, 0.1)]),
                     (ADD, [(0, -0.2), (0.8, 0.55), (-0.8, 0.55)])])],
    'flag': [(DARK, [(ADD, rect(-0.8, -1, -0.62, 1))]), (MAIN, [(ADD, [(-0.62, -0.95), (0.9, -0.45), (-0.62, 0.1)])])],
    'bolt': [(MAIN, [(ADD, BOLT)])],
    'drop': [(MAIN, [(ADD, DROP)])],
    'key': [(MAIN, [(ADD, disc(-0.55, 0, 0.45)), (CUT, disc(-0.55, 0, 0.2)), (ADD, rect(-0.15, -0.12, 1, 0.12)),
                    (ADD, rect(0.78, 0.0, 0.98, 0.45)), (ADD, rect(0.45, 0.0, 0.63, 0.38))])],
    'bell': [(MAIN, [(ADD, BELL), (ADD, disc(0, -0.88, 0.13))]), (SECOND, [(ADD, disc(0, 0.75, 0.2))])],
    'cloud': [(MAIN, [(ADD, disc(-0.55, 0.2, 0.42)), (ADD, disc(-0.1, -0.15, 0.52)), (ADD, disc(0.55, 0.15, 0.45)),
                      (ADD, rect(-0.55, 0.1, 0.55, 0.62))])],
    'umbrella': umbrella(),
    'fish': [(MAIN, [(ADD, disc(0.2, 0, 0.8, 0.5)), (ADD, [(-0.4, 0), (-1, -0.5), (-1, 0.5)])]),
             (SECOND, [(ADD, disc(0.6, -0.12, 0.13))])],
    'cup': [(MAIN, [(ADD, disc(0.6, -0.1, 0.38)), (CUT, disc(0.6, -0.1, 0.2)),
                    (ADD, [(-0.85, -0.65), (0.55, -0.65), (0.42, 0.65), (-0.72, 0.65)])])],
    'mushroom': [(SECOND, [(ADD, [(-0.25, 0), (0.25, 0), (0.35, 0.95), (-0.35, 0.95)])]),
                 (MAIN, [(ADD, disc(0, 0.1, 1, 0.95)), (CUT, rect(-1.1, 0.12, 1.1, 1.2))]),
                 (SECOND, [(ADD, disc(-0.4, -0.25, 0.18)), (ADD, disc(0.3, -0.4, 0.2))])],
    'arrow': [(MAIN, [(ADD, [(0, -1), (0.75, -0.2), (0.28, -0.2), (0.28, 1), (-0.28, 1), (-0.28, -0.2), (-0.75, -0.2)])])],
    'hourglass': [(MAIN, [(ADD, [(-0.7, -0.8), (0.7, -0.8), (0, 0.08)]), (ADD, [(-0.7, 0.8), (0.7, 0.8), (0, -0.08)])]),
                  (DARK, [(ADD, rect(-0.82, -1, 0.82, -0.78)), (ADD, rect(-0.82, 0.78, 0.82, 1))])],
    'envelope': [(MAIN, [(ADD, rect(-1, -0.65, 1, 0.65))]),
                 (SECOND, [(ADD, [(-1, -0.65), (0, 0.2), (1, -0.65), (1, -0.45), (0, 0.4), (-1, -0.45)])])],
    'flower': flower(),
}

# The names that each task tells apart; what is not among them may occur in its pictures as clutter.
CLASSIFY = list(ICONS)
DETECT = CLASSIFY[:11]
SEGMENT = ['star', 'heart', 'crescent', 'house', 'tree', 'cloud', 'umbrella', 'fish']
