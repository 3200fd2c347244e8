"""Anchor boxes of the detector: their layout, and how boxes are encoded against them.

Boxes are (ymin, xmin, ymax, xmax), anchors (y_center, x_center, h, w), both as parts of the picture.
"""

import numpy
import torch

# One row per feature map of the detector at 160x160: cells across, sizes of the anchors.
MAPS = [(10, (0.16, 0.22)), (5, (0.30, 0.40)), (3, (0.52, 0.65)), (2, (0.80, 0.95))]
ASPECTS = (1.0, 1.4, 1 / 1.4)  # width by height
PER_CELL = 2 * len(ASPECTS)
# Scales of the encoding (y, x, h, w), as in TFLite_Detection_PostProcess.
SCALES = (10.0, 10.0, 5.0, 5.0)


def anchors():
    """float32 [N, 4], in the order of the detector's rows: map, y, x, size, aspect."""
    rows = []
    for cells, sizes in MAPS:
        for y in range(cells):
            for x in range(cells):
                for size in sizes:
                    for aspect in ASPECTS:
                        rows.append(((y + 0.5) / cells, (x + 0.5) / cells, size / aspect ** 0.5, size * aspect ** 0.5))
    return numpy.array(rows, numpy.float32)


def corners(centred):
    half = centred[..., 2:] / 2
    return torch.cat([centred[..., :2] - half, centred[..., :2] + half], -1)


def encode(boxes, anchors):
    """Encodings [N, 4] of boxes [N, 4] against anchors [N, 4]."""
    center, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    shift = (center - anchors[:, :2]) / anchors[:, 2:]
    return torch.cat([shift, torch.log(size / anchors[:, 2:])], 1) * torch.tensor(SCALES)


def decode(encodings, anchors):
    """Boxes [N, 4], the inverse of encode."""
    shift = encodings / torch.tensor(SCALES)
    return corners(torch.cat([shift[:, :2] * anchors[:, 2:] + anchors[:, :2], torch.exp(shift[:, 2:]) * anchors[:, 2:]], 1))


def iou(a, b):
    """Intersection over union, [A, B], of boxes [A, 4] and [B, 4]."""
    low = torch.maximum(a[:, None, :2], b[None, :, :2])
    high = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    common = (high - low).clamp(min=0).prod(-1)
    area = [(boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(-1) for boxes in (a, b)]
    return common / (area[0][:, None] + area[1][None, :] - common).clamp(min=1e-9)


def match(objects, anchors):
    """What each anchor should say about a picture's objects (rows of class, box; class -1 for none).

    Returns classes [N] (-1: nothing, -2: too close to call) and encodings [N, 4]. An anchor stands for the object that it
    overlaps by half or more; the best anchor of an object always does."""
    objects = objects[objects[:, 0] >= 0]
    classes = torch.full((len(anchors),), -1, dtype=torch.long)
    if not len(objects):
        return classes, torch.zeros(len(anchors), 4)
    overlaps = iou(corners(anchors), objects[:, 1:])
    best, number = overlaps.max(1)
    owner = overlaps.argmax(0)
    best[owner] = 1.0
    number[owner] = torch.arange(len(objects))
    classes[best >= 0.4] = -2
    classes[best >= 0.5] = objects[number[best >= 0.5], 0].long()
    return classes, encode(objects[number, 1:], anchors)
