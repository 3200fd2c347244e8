#!/usr/bin/env python3
"""Makes further models of this folder: operators that move, pick and rank elements, and transposed convolutions.

usage: make_moves.py frontends/tflite/tflite.fbs FOLDER        needs flatc
"""
import struct

from make_models import IN, OUT, write
from model import Model, count, made_up

MAP = (1, 4, 6, 8)


def quantized(kind, quantization):
    return quantization if kind in ("u8", "i8") else None


def scalar(m, value, kind="i32"):
    return m.tensor(kind, (), None, struct.pack("<i" if kind == "i32" else "<f", value))


def pairs(m, *values):
    return m.tensor("i32", (len(values) // 2, 2), None, struct.pack(f"<{len(values)}i", *values))


def indices(m, shape, *values):
    return m.tensor("i32", shape, None, struct.pack(f"<{len(values)}i", *values))


def moves(kind):
    """Tensors whose elements only change their places; kernels look at no scale."""
    m = Model()
    x, few = m.input(kind, MAP, quantized(kind, IN)), m.input(kind, (2, 3), quantized(kind, IN))

    def add(name, inputs, shape, options=None, version=1, quantization=OUT):
        return m.add(name, inputs, [m.tensor(kind, shape, quantized(kind, quantization))], options, version)

    add("SPACE_TO_DEPTH", [x], (1, 2, 3, 32), ("SpaceToDepthOptions", {"block_size": 2}))
    add("DEPTH_TO_SPACE", [x], (1, 8, 12, 2), ("DepthToSpaceOptions", {"block_size": 2}), quantization=IN)
    add("TILE", [x, m.ints(1, 2, 1, 3)], (1, 8, 6, 24))
    add("TILE", [x, m.ints(1, 2, 2, 2)], (1, 8, 12, 16), quantization=IN)
    add("TILE", [few, m.ints(3, 2)], (6, 6))
    add("TILE", [few, m.ints(1, 1)], (2, 3))
    if kind != "i64":
        add("MIRROR_PAD", [x, pairs(m, 0, 0, 1, 3, 2, 0, 0, 0)], (1, 8, 8, 8), ("MirrorPadOptions", {"mode": "REFLECT"}))
        add("MIRROR_PAD", [x, pairs(m, 0, 0, 4, 1, 0, 6, 1, 2)], (1, 9, 12, 11), ("MirrorPadOptions", {"mode": "SYMMETRIC"}))
    if kind != "i8":
        add("REVERSE_V2", [x, m.ints(1)], MAP)
        add("REVERSE_V2", [x, m.ints(3)], MAP)
    add("GATHER", [x, m.ints(3, 0, 2)], (1, 3, 6, 8), ("GatherOptions", {"axis": 1}))
    add("GATHER", [x, m.ints(3, 2, 1)], (1, 3, 6, 8), ("GatherOptions", {"axis": 1}))
    add("GATHER", [x, indices(m, (2, 2), 0, 5, 7, 7)], (1, 4, 6, 2, 2), ("GatherOptions", {"axis": -1}))
    add("GATHER", [x, scalar(m, 4)], (1, 4, 8), ("GatherOptions", {"axis": 2}))
    add("GATHER", [x, indices(m, (1, 3), 2, 2, 0)], (1, 3, 6, 8), ("GatherOptions", {"axis": 1, "batch_dims": 1}))
    add("GATHER_ND", [x, indices(m, (3, 2), 0, 1, 0, 3, 0, 0)], (3, 6, 8))
    add("GATHER_ND", [x, indices(m, (2, 1, 4), 0, 1, 5, 7, 0, 3, 2, 1)], (2, 1))
    if kind not in ("f32", "u8", "i8"):
        return m
    largest = m.tensor("i32", (1, 4, 6))
    m.add("ARG_MAX", [x, m.ints(3)], [largest], ("ArgMaxOptions", {"output_type": "INT32"}))
    add("GATHER", [x, largest], (1, 4, 6, 1, 4, 6), ("GatherOptions", {"axis": 3}))
    rows = m.tensor("i32", (24, 1))
    m.add("RESHAPE", [largest, m.ints(24, 1)], [rows])
    columns = m.tensor(kind, (8, 24), quantized(kind, IN))
    m.add("RESHAPE", [x, m.ints(8, 24)], [columns])
    add("GATHER_ND", [columns, rows], (24, 24))
    return m


def choices(kind):
    """Known conditions, for each element or for some dimensions."""
    m = Model()
    x, y, few = (m.input(kind, shape, quantized(kind, IN)) for shape in (MAP, MAP, (1, 4, 1, 8)))

    def condition(shape, ones=None):
        numbers = made_up(5, count(shape)) if ones is None else bytes([ones] * count(shape))
        return m.tensor("bool", shape, None, bytes(number & 1 for number in numbers))

    def add(name, *inputs):
        m.add(name, list(inputs), [m.tensor(kind, MAP, quantized(kind, IN))])

    add("SELECT", condition(MAP), x, y)
    add("SELECT", condition((1,), 1), x, y)
    add("SELECT_V2", condition(MAP), few, y)
    add("SELECT_V2", condition((6, 1)), x, few)
    add("SELECT_V2", condition((1, 1, 1, 1), 0), x, few)
    add("SELECT_V2", condition((8,), 1), x, y)
    return m


def ranks(kind):
    """Equal values stand in their order."""
    m = Model()
    x = m.input(kind, (1, 3, 100), quantized(kind, IN))
    line = m.tensor(kind, (300,), quantized(kind, IN))
    m.add("RESHAPE", [x, m.ints(300)], [line])
    for k in 1, 4, 100:
        m.add("TOPK_V2", [x, scalar(m, k)], [m.tensor(kind, (1, 3, k), quantized(kind, IN)), m.tensor("i32", (1, 3, k))])
    m.add("TOPK_V2", [line, scalar(m, 40)], [m.tensor(kind, (40,), quantized(kind, IN)), m.tensor("i32", (40,))])
    if kind == "i64":
        return m
    m.add("ARG_MIN", [x, scalar(m, 2)], [m.tensor("i32", (1, 3))], ("ArgMinOptions", {"output_type": "INT32"}))
    m.add("ARG_MIN", [x, scalar(m, 1)], [m.tensor("i64", (1, 100))], ("ArgMinOptions", {"output_type": "INT64"}))
    m.add("ARG_MIN", [line, scalar(m, -1)], [m.tensor("i32", ())], ("ArgMinOptions", {"output_type": "INT32"}))
    return m


def pose():
    """Where each of five scores is largest in a map of 6x8, and what stands there in another map, as MoveNet computes it."""
    m = Model()
    scores, offsets = m.input("f32", (1, 6, 8, 5)), m.input("f32", (1, 6, 8, 10))

    def add(name, inputs, shape, kind, options=None, version=1):
        return m.add(name, inputs, [m.tensor(kind, shape)], options, version)

    flat = add("RESHAPE", [scores, m.ints(1, 48, 5)], (1, 48, 5), "f32")
    place = add("ARG_MAX", [flat, scalar(m, 1)], (1, 5), "i32", ("ArgMaxOptions", {"output_type": "INT32"}))
    width = scalar(m, 8)
    y = add("FLOOR_DIV", [place, width], (1, 5), "i32")
    x = add("SUB", [place, add("MUL", [y, width], (1, 5), "i32", ("MulOptions", {}))], (1, 5), "i32", ("SubOptions", {}))
    joints = indices(m, (1, 5), 0, 1, 2, 3, 4)
    at = add("PACK", [y, x, joints], (1, 5, 3), "i32", ("PackOptions", {"values_count": 3, "axis": 2}))
    rows = add("RESHAPE", [at, m.ints(5, 3)], (5, 3), "i32")
    cells = add("RESHAPE", [offsets, m.ints(6, 8, 5, 2)], (6, 8, 5, 2), "f32")
    found = add("GATHER_ND", [cells, rows], (5, 2), "f32")
    maps = add("RESHAPE", [scores, m.ints(6, 8, 5)], (6, 8, 5), "f32")
    best = add("GATHER_ND", [maps, rows], (5,), "f32")
    corner = add("RESHAPE", [add("PACK", [y, x], (1, 5, 2), "i32", ("PackOptions", {"values_count": 2, "axis": 2})),
                             m.ints(5, 2)], (5, 2), "i32")
    real = add("CAST", [corner], (5, 2), "f32", ("CastOptions", {"in_data_type": "INT32", "out_data_type": "FLOAT32"}))
    moved = add("ADD", [real, found], (5, 2), "f32", ("AddOptions", {}))
    scale = m.tensor("f32", (2,), None, struct.pack("<2f", 1 / 6, 1 / 8))
    unit = add("MUL", [moved, scale], (5, 2), "f32", ("MulOptions", {}))
    column = add("RESHAPE", [best, m.ints(5, 1)], (5, 1), "f32")
    add("CONCATENATION", [unit, column], (5, 3), "f32", ("ConcatenationOptions", {"axis": 1}))
    m.outputs = [place, m.outputs[-1]]
    return m


def suppression():
    """No two scores are equal."""
    m = Model()
    boxes, made = m.input("f32", (60, 4)), m.input("f32", (60,))
    steps = m.tensor("f32", (60,), None, struct.pack("<60f", *(0.0001 * i for i in range(60))))
    scores = m.tensor("f32", (60,))
    m.add("ADD", [made, steps], [scores], ("AddOptions", {}))
    for most, iou, least, sigma in (10, 0.3, -2.0, 0), (60, 0.5, -100, 0), (20, 0.9, 1.5, 0), (5, 0.0, 0.0, 0), \
            (60, 0.9, -1.0, 0.5), (10, 1.0, 0.5, 0.1), (60, 0.5, 100, 0):
        inputs = [boxes, scores, scalar(m, most), scalar(m, iou, "f32"), scalar(m, least, "f32")]
        found, number = m.tensor("i32", (most,)), m.tensor("i32", ())
        if sigma == 0:
            m.add("NON_MAX_SUPPRESSION_V4", inputs, [found, number])
        own = [m.tensor("i32", (most,)), m.tensor("f32", (most,)), m.tensor("i32", ())]
        m.add("NON_MAX_SUPPRESSION_V5", inputs + [scalar(m, sigma, "f32")], own)
    return m


def transposed(kind):
    """Every kind of remainder between kernel, stride and output."""
    m = Model()
    x = m.input(kind, (1, 3, 5, 4), quantized(kind, IN))
    cases = [((2, 2), (2, 2), "VALID", (6, 10)), ((3, 3), (2, 2), "SAME", (6, 10)), ((4, 4), (2, 2), "SAME", (6, 10)),
             ((3, 3), (2, 2), "VALID", (7, 11)), ((3, 3), (1, 1), "SAME", (3, 5)), ((5, 5), (3, 3), "SAME", (9, 15)),
             ((1, 1), (2, 2), "SAME", (6, 10)), ((3, 2), (2, 1), "SAME", (6, 5)), ((3, 3), (2, 2), "SAME", (5, 9)),
             ((6, 6), (2, 2), "SAME", (6, 10)), ((3, 3), (1, 1), "VALID", (5, 7)), ((4, 3), (4, 2), "VALID", (12, 11))]
    for i, (kernel, stride, padding, size) in enumerate(cases):
        shape = (3,) + kernel + (4,)
        numbers = made_up(i, count(shape))
        if kind == "f32":
            weights = m.tensor(kind, shape, None, struct.pack(f"<{len(numbers)}f", *((b - 128) / 64 for b in numbers)))
            bias = m.tensor("f32", (3,), None, struct.pack("<3f", 0.5, -1, 2))
        else:
            weights = m.tensor(kind, shape, (0.01, 100 if kind == "u8" else 128), numbers)
            bias = m.tensor("i32", (3,), None, struct.pack("<3i", 700, -300, 1000))
        if kind == "i8" and i % 2 == 0:
            m.tensors[weights]["quantization"] = {"scale": [0.01, 0.004, 0.02], "zero_point": [0, 0, 0]}
        out = m.tensor(kind, (1,) + size + (3,), quantized(kind, (0.3, 128)))
        options = {"padding": padding, "stride_h": stride[0], "stride_w": stride[1]}
        inputs = [m.ints(1, *size, 3), weights, x] + ([bias] if i % 3 else [])
        m.add("TRANSPOSE_CONV", inputs, [out], ("TransposeConvOptions", options), 3 if len(inputs) == 4 else 2)
    return m


MODELS = {f"moves_{kind}": lambda kind=kind: moves(kind) for kind in ("f32", "u8", "i8", "i32", "i64")}
MODELS.update({f"choices_{kind}": lambda kind=kind: choices(kind) for kind in ("f32", "u8", "i8", "i64")})
MODELS.update({f"ranks_{kind}": lambda kind=kind: ranks(kind) for kind in ("f32", "u8", "i8", "i32", "i64")})
MODELS.update({f"transposed_{kind}": lambda kind=kind: transposed(kind) for kind in ("f32", "u8", "i8")})
MODELS["suppression"] = suppression
MODELS["pose"] = pose

if __name__ == "__main__":
    write(MODELS)
