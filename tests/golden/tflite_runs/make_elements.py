#!/usr/bin/env python3
"""Makes NAME.tflite and NAME.in.bin for functions of single elements, division and reductions.

usage: make_elements.py frontends/tflite/tflite.fbs FOLDER        needs flatc
"""
import random
import struct

from make_models import write
from model import SIZES, TYPES, Model, count, made_up

MAP = (1, 8, 8, 4)  # as many elements as a byte has values
IN, OUTPUTS = (0.05, 120), [(0.05, 120), (0.031, 17), (0.11, 200), (0.004, 128)]
APPROXIMATE = ("GeluOptions", {"approximate": True})
FUNCTIONS = {"f32": ["ABS", "CEIL", "COS", "ELU", "EXP", "FLOOR", "GELU", "NEG", "ROUND", "SIGN", "SIN", "SQUARE", "TANH"],
             "u8": ["GELU", "TANH"], "i8": ["ABS", "ELU", "GELU", "TANH"]}


def quantized(kind, quantization):
    return None if kind == "f32" else quantization


def constant(m, kind, shape, numbers, quantization=None):
    data = struct.pack(f"<{len(numbers)}f", *numbers) if kind == "f32" else bytes(numbers)
    return m.tensor(kind, shape, quantized(kind, quantization), data)


def functions(kind):
    m = Model()
    x = m.input(kind, MAP, quantized(kind, IN))
    for name in FUNCTIONS[kind]:
        for quantization in OUTPUTS[:1] if kind == "f32" else OUTPUTS:
            for options in [None, APPROXIMATE] if name == "GELU" else [None]:
                version = 2 if name == "TANH" and kind == "i8" else 1
                m.add(name, [x], [m.tensor(kind, MAP, quantized(kind, quantization))], options, version)
    return m


def roots_f32():
    """Of what is above 0."""
    m = Model()
    x = m.input("f32", MAP)
    square, above = m.tensor("f32", MAP), m.tensor("f32", MAP)
    m.add("MUL", [x, x], [square], ("MulOptions", {}))
    m.add("ADD", [square, constant(m, "f32", (1,), [0.01])], [above], ("AddOptions", {}))
    for name in "LOG", "SQRT", "RSQRT":
        m.add(name, [above], [m.tensor("f32", MAP)])
    for exponent in 2.0, 0.5, -0.5, -1.0, 3.0, 1.7, 0.0:
        m.add("POW", [above, constant(m, "f32", (), [exponent])], [m.tensor("f32", MAP)])
    m.add("POW", [above, constant(m, "f32", (4,), [1.5, -0.7, 2.0, 0.3])], [m.tensor("f32", MAP)])
    return m


def roots_i8():
    m = Model()
    for scale in 0.05, 0.0007, 3.0:
        x = m.input("i8", MAP, (scale, 0))
        for output in (0.05, 0), (0.01, 100), (0.3, 200), (0.001, 17):
            m.add("RSQRT", [x], [m.tensor("i8", MAP, output)], None, 2)
    return m


def division(kind):
    """u8: DIV. i8: SQUARED_DIFFERENCE. Every pair of a few divisors and all bytes."""
    m = Model()
    options = ("DivOptions", {}) if kind == "u8" else None
    name, version = ("DIV", 2) if kind == "u8" else ("SQUARED_DIFFERENCE", 2)
    x, y = m.input(kind, MAP, IN), m.input(kind, MAP, (0.03, 10))
    for quantization in OUTPUTS + [(2.0, 100)]:
        m.add(name, [x, y], [m.tensor(kind, MAP, quantization)], options, version)
        few = constant(m, kind, (1, 8, 1, 1), [0, 1, 9, 11, 12, 40, 200, 255], (0.03, 10))
        m.add(name, [x, few], [m.tensor(kind, MAP, quantization)], options, version)
        m.add(name, [few, x], [m.tensor(kind, MAP, quantization)], options, version)
        one = constant(m, kind, (1,), [77], (0.2, 3))
        m.add(name, [x, one], [m.tensor(kind, MAP, quantization)], options, version)
        m.add(name, [one, x], [m.tensor(kind, MAP, quantization)], options, version)
    if kind == "u8":
        for activation in "RELU", "RELU6", "RELU_N1_TO_1":
            m.add(name, [x, y], [m.tensor(kind, MAP, IN)], ("DivOptions", {"fused_activation_function": activation}), 2)
    return m


def division_f32():
    m = Model()
    x, y = m.input("f32", MAP), m.input("f32", MAP)
    few = constant(m, "f32", (4,), [0.5, -1.25, 3.0, 7.0])
    for activation in "NONE", "RELU", "RELU6", "RELU_N1_TO_1":
        m.add("DIV", [x, few], [m.tensor("f32", MAP)], ("DivOptions", {"fused_activation_function": activation}))
    for name in "SQUARED_DIFFERENCE", "FLOOR_DIV", "FLOOR_MOD":
        m.add(name, [x, few], [m.tensor("f32", MAP)])
    m.add("SQUARED_DIFFERENCE", [x, y], [m.tensor("f32", MAP)])
    return m


def division_integers(kind):
    m = Model()
    x = m.input(kind, (2, 3))
    few = m.tensor(kind, (3,), None, b"".join(n.to_bytes(SIZES[kind], "little", signed=True) for n in (5, -7, 2)))
    if kind == "i32":
        for activation in "NONE", "RELU", "RELU6", "RELU_N1_TO_1":
            m.add("DIV", [x, few], [m.tensor(kind, (2, 3))], ("DivOptions", {"fused_activation_function": activation}))
        for name in "SQUARED_DIFFERENCE", "FLOOR_DIV":
            m.add(name, [x, few], [m.tensor(kind, (2, 3))])
    rest = m.add("FLOOR_MOD", [x, few], [m.tensor(kind, (2, 3))])
    if kind == "i32":
        powers = m.tensor(kind, (3,), None, struct.pack("<3i", 0, 3, 2))
        m.add("POW", [rest, powers], [m.tensor(kind, (2, 3))])
    m.add("NEG", [x], [m.tensor(kind, (2, 3))])
    return m


def reductions(kind):
    m = Model()
    shape = (1, 6, 5, 8)
    x = m.input(kind, shape, None if kind in ("f32", "i32", "i64") else IN)
    names = ["SUM", "REDUCE_MAX", "REDUCE_MIN"] + (["REDUCE_PROD"] if kind in ("f32", "i32", "i64") else [])
    for name in names:
        for axes in (1, 2), (3,), (-3,), (0, 1, 2, 3), (2, 3):
            for keep in False, True:
                kept = [1 if d in axes or d - 4 in axes else size for d, size in enumerate(shape)]
                out = kept if keep else [size for d, size in enumerate(shape) if d not in axes and d - 4 not in axes]
                for quantization in OUTPUTS if name == "SUM" and kind in ("u8", "i8") else [IN]:
                    y = m.tensor(kind, out, None if kind in ("f32", "i32", "i64") else quantization)
                    m.add(name, [x, m.ints(*axes)], [y], ("ReducerOptions", {"keep_dims": keep}), 2)
    return m


def lengths(kind):
    m = Model()
    for shape in MAP, (1, 256), (16, 16):
        for scale in (0.05, 120), (0.004, 3), (2.0, 250):
            x = m.input(kind, shape, quantized(kind, scale))
            y = m.tensor(kind, shape, quantized(kind, (1 / 128, 128)))
            m.add("L2_NORMALIZATION", [x], [y], ("L2NormOptions", {}), 2)
    return m


MODELS = {
    "functions_f32": lambda: functions("f32"),
    "functions_u8": lambda: functions("u8"),
    "functions_i8": lambda: functions("i8"),
    "roots_f32": roots_f32,
    "roots_i8": roots_i8,
    "division_f32": division_f32,
    "division_u8": lambda: division("u8"),
    "difference_i8": lambda: division("i8"),
    "division_i32": lambda: division_integers("i32"),
    "division_i64": lambda: division_integers("i64"),
    "reductions_f32": lambda: reductions("f32"),
    "reductions_u8": lambda: reductions("u8"),
    "reductions_i8": lambda: reductions("i8"),
    "reductions_i32": lambda: reductions("i32"),
    "reductions_i64": lambda: reductions("i64"),
    "lengths_f32": lambda: lengths("f32"),
    "lengths_u8": lambda: lengths("u8"),
    "lengths_i8": lambda: lengths("i8"),
}


def numbers(seed, tensor):
    kind = next(kind for kind, name in TYPES.items() if name == tensor["type"])
    size = count(tensor["shape"])
    if kind == "f32":
        return struct.pack(f"<{size}f", *((byte - 127.5) / 40 for byte in made_up(seed, size)))
    if size % 256 == 0 and SIZES[kind] == 1:
        values = list(range(256)) * (size // 256)
        random.Random(seed).shuffle(values)
        return bytes(values)
    return made_up(seed, size * SIZES[kind])


if __name__ == "__main__":
    write(MODELS, numbers)
