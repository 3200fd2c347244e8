#!/usr/bin/env python3
"""Makes NAME.tflite and NAME.in.bin, which holds the inputs one behind the other, for every model below.

usage: make_models.py frontends/tflite/tflite.fbs FOLDER        needs flatc
"""
import pathlib
import struct
import sys

from model import SIZES, TYPES, Model, count, made_up

MAP = (1, 4, 4, 2)
IN, OTHER, OUT = (0.05, 120), (0.11, 200), (0.031, 17)
POOL = ("Pool2DOptions", {"padding": "VALID", "stride_w": 2, "stride_h": 2, "filter_width": 2, "filter_height": 2})
POOL6 = ("Pool2DOptions", {**POOL[1], "fused_activation_function": "RELU6"})


def pads(model):
    return model.tensor("i32", (4, 2), None, struct.pack("<8i", 0, 0, 1, 1, 0, 2, 0, 0))


def scales(kind):
    """Operators whose kernels look at no scale but the output's."""
    m = Model()
    x, other = m.input(kind, MAP, IN), m.input(kind, MAP, OTHER)

    def out(shape, quantization=OUT):
        return m.tensor(kind, shape, quantization)

    for name in "MAX_POOL_2D", "AVERAGE_POOL_2D":
        m.add(name, [x], [out((1, 2, 2, 2))], POOL)
        m.add(name, [x], [out((1, 2, 2, 2))], POOL6)
    m.add("PAD", [x, pads(m)], [out((1, 6, 6, 2))])
    m.add("RESHAPE", [x, m.ints(1, 32)], [out((1, 32))])
    m.add("SQUEEZE", [x], [out((4, 4, 2))], ("SqueezeOptions", {"squeeze_dims": [0]}))
    m.add("SLICE", [x, m.ints(0, 1, 0, 0), m.ints(1, 2, 4, 2)], [out((1, 2, 4, 2))])
    bounds = [m.ints(0, 0, 0, 0), m.ints(1, 4, 4, 2), m.ints(1, 2, 1, 1)]
    m.add("STRIDED_SLICE", [x] + bounds, [out((1, 2, 4, 2))], ("StridedSliceOptions", {}))
    m.add("STRIDED_SLICE", [x] + bounds, [out((2, 4, 2))], ("StridedSliceOptions", {"shrink_axis_mask": 1}))
    m.add("TRANSPOSE", [x, m.ints(0, 3, 1, 2)], [out((1, 2, 4, 4))])
    m.add("RESIZE_BILINEAR", [x, m.ints(7, 7)], [out((1, 7, 7, 2))], ("ResizeBilinearOptions", {}))
    m.add("RESIZE_NEAREST_NEIGHBOR", [x, m.ints(7, 7)], [out((1, 7, 7, 2))], ("ResizeNearestNeighborOptions", {}))
    m.add("BROADCAST_TO", [x, m.ints(3, 1, 4, 4, 2)], [out((3, 1, 4, 4, 2))], None, 2)
    m.add("MAXIMUM", [x, other], [out(MAP)])
    m.add("MINIMUM", [x, other], [out(MAP)])
    m.add("MINIMUM", [x, m.tensor(kind, (2,), OTHER, b"\x40\xc0")], [out(MAP, IN)])
    axis = m.tensor("i32", (), None, b"\2\0\0\0")
    m.add("SPLIT", [axis, x], [out((1, 4, 2, 2)), out((1, 4, 2, 2), OTHER)], ("SplitOptions", {"num_splits": 2}))
    m.add("SPLIT_V", [x, m.ints(1, 3), axis], [out((1, 4, 1, 2)), out((1, 4, 3, 2), IN)],
          ("SplitVOptions", {"num_splits": 2}))
    # One behind the other, so that the second one reads what the first has written.
    pooled = m.tensor(kind, (1, 2, 2, 2), OUT)
    m.add("MAX_POOL_2D", [x], [pooled], POOL)
    m.add("RELU", [pooled], [out((1, 2, 2, 2), (0.02, 40))])
    return m


def outputs():
    """An output that is an input, outputs that are listed twice, and outputs that are constants or made of them."""
    m = Model()
    x = m.input("u8", MAP, IN)
    known = m.tensor("f32", (3,), None, struct.pack("<3f", 1.5, -2, 1e30))
    y, z = m.tensor("u8", MAP, IN), m.tensor("f32", (3,))
    m.add("RELU", [x], [y])
    m.add("RELU", [known], [z])
    m.outputs = [y, x, y, known, z, x, z]
    return m


def input_output():
    """Nothing is left to compute."""
    m = Model()
    x = m.input("f32", (2, 3))
    known = m.tensor("i8", (3,), IN, b"\x01\x80\x7f")
    m.add("RELU", [known], [m.tensor("i8", (3,), IN)])
    m.outputs.append(x)
    return m


def fills(kind):
    """PADV2 with what is not zero."""
    m = Model()
    x = m.input(kind, MAP, None if kind == "f32" else IN)
    for number in (-3.4028234663852886e38, 2.5, 0.0) if kind == "f32" else (0, 7, 255, 120):
        data = struct.pack("<f", number) if kind == "f32" else bytes([number])
        for quantization in (None,) if kind == "f32" else (IN, OUT):
            value, y = m.tensor(kind, (), quantization, data), m.tensor(kind, (1, 6, 6, 2), quantization)
            m.add("PADV2", [x, pads(m), value], [y])
            m.add("MAX_POOL_2D", [y], [m.tensor(kind, (1, 3, 3, 2), quantization)], POOL)
    return m


def unit_range(kind):
    """SOFTMAX and LOGISTIC with other zero points, and where TFLite takes them, other scales."""
    m = Model()
    x = m.input(kind, MAP, IN)
    m.add("LOGISTIC", [x], [m.tensor(kind, MAP, (1 / 256, 0))])
    m.add("LOGISTIC", [x], [m.tensor(kind, MAP, (1 / 256, 17))])
    m.add("SOFTMAX", [x], [m.tensor(kind, MAP, (1 / 256, 0))], ("SoftmaxOptions", {"beta": 1.0}))
    if kind == "u8":
        for quantization in (0.031, 17), (0.0045, 0), (1 / 256, 3), (0.0007, 250):
            m.add("SOFTMAX", [x], [m.tensor(kind, MAP, quantization)], ("SoftmaxOptions", {"beta": 0.7}))
    return m


def integers(kind):
    """Sums and products wrap."""
    m = Model()
    x, other = m.input(kind, (1, 2, 3)), m.input(kind, (1, 2, 3))
    few = m.tensor(kind, (3,), None, b"".join(n.to_bytes(SIZES[kind], "little", signed=True) for n in (5, -7, 2**31 - 1)))
    for name in "ADD", "SUB", "MUL":
        for activation in "NONE", "RELU", "RELU6", "RELU_N1_TO_1":
            options = (name.capitalize() + "Options", {"fused_activation_function": activation})
            m.add(name, [x, other], [m.tensor(kind, (1, 2, 3))], options)
            m.add(name, [x, few], [m.tensor(kind, (1, 2, 3))], options)
    for name in "MAXIMUM", "MINIMUM":
        m.add(name, [x, other], [m.tensor(kind, (1, 2, 3))])
        m.add(name, [few, x], [m.tensor(kind, (1, 2, 3))])
    m.add("CONCATENATION", [x, other], [m.tensor(kind, (1, 4, 3))], ("ConcatenationOptions", {"axis": 1}))
    m.add("TRANSPOSE", [x, m.ints(0, 2, 1)], [m.tensor(kind, (1, 3, 2))])
    m.add("PAD", [x, m.tensor("i32", (3, 2), None, struct.pack("<6i", 0, 1, 2, 0, 0, 0))], [m.tensor(kind, (2, 4, 3))])
    return m


def unquantized():
    """Bytes without scales, which CAST makes numbers of."""
    m = Model()
    x, signed = m.input("u8", MAP), m.input("i8", MAP)
    for pixels, kind in (x, "u8"), (signed, "i8"):
        m.add("CAST", [pixels], [m.tensor("f32", MAP)])
        m.add("TRANSPOSE", [pixels, m.ints(0, 3, 1, 2)], [m.tensor(kind, (1, 2, 4, 4))])
        m.add("PAD", [pixels, pads(m)], [m.tensor(kind, (1, 6, 6, 2))])
        m.add("RESHAPE", [pixels, m.ints(1, 32)], [m.tensor(kind, (1, 32))])
    return m


def dilated(kind):
    """Convolutions with holes, as converters leave them: on every n-th pixel."""
    m = Model()
    quantized = kind != "f32"
    x = m.input(kind, (1, 7, 9, 2), IN if quantized else None)
    numbers = made_up(99, 3 * 3 * 2 * 3)

    def constant(shape, first, weights=True):
        size = count(shape)
        if not quantized:
            return m.tensor("f32", shape, None,
                            struct.pack(f"<{size}f", *((b - 128) / 64 for b in numbers[first:first + size])))
        if weights:
            return m.tensor(kind, shape, (0.01, 100 if kind == "u8" else 128), numbers[first:first + size])
        return m.tensor("i32", shape, None, struct.pack(f"<{size}i", *((b - 128) * 8 for b in numbers[first:first + size])))

    full, single = constant((3, 3, 3, 2), 0), constant((1, 3, 3, 2), 5)
    biases = {3: constant((3,), 3, False), 2: constant((2,), 7, False)}
    cases = [("VALID", (2, 2), (2, 3, 2, 3), (0, 1, 0, 1)), ("VALID", (3, 1), (3, 5, 1, 1), (0, 2, 0, 0)),
             ("SAME", (2, 3), (0, 1, 1, 2), (1, 0, 0, 1)), ("VALID", (2, 2), (2, 1, 1, 2), (1, 0, 0, 0))]
    for padding, block, edges, crops in cases:
        shape = m.ints(*block)
        paddings = m.tensor("i32", (2, 2), None, struct.pack("<4i", *edges))
        crop = m.tensor("i32", (2, 2), None, struct.pack("<4i", *crops))
        height, width = 7 + edges[0] + edges[1], 9 + edges[2] + edges[3]
        less = 0 if padding == "SAME" else 2
        for channels, weights, name in (3, full, "CONV_2D"), (2, single, "DEPTHWISE_CONV_2D"):
            batch, low, wide = block[0] * block[1], height // block[0], width // block[1]
            cut = m.tensor(kind, (batch, low, wide, 2), IN if quantized else None)
            out = m.tensor(kind, (batch, low - less, wide - less, channels), (0.2, 128) if quantized else None)
            whole = (1, height - less * block[0] - crops[0] - crops[1], width - less * block[1] - crops[2] - crops[3],
                     channels)
            joined = m.tensor(kind, whole, (0.2, 128) if quantized else None)
            m.add("SPACE_TO_BATCH_ND", [x, shape, paddings], [cut])
            options = {"padding": padding, "stride_w": 1, "stride_h": 1, "fused_activation_function": "RELU"}
            if name == "DEPTHWISE_CONV_2D":
                options["depth_multiplier"] = 1
            m.add(name, [cut, weights, biases[channels]], [out],
                  ("Conv2DOptions" if channels == 3 else "DepthwiseConv2DOptions", options), 3 if kind == "i8" else 1)
            m.add("BATCH_TO_SPACE_ND", [out, shape, crop], [joined])
            m.outputs = [output for output in m.outputs if output not in (cut, out)]
    return m


def sparse():
    """Weights that are stored sparsely, row by row and in blocks, and are made dense before they are read."""
    m = Model()
    x = m.input("f32", (2, 8))
    row_by_row = {"traversal_order": [0, 1], "dim_metadata": [
        {"format": "DENSE", "dense_size": 4},
        {"format": "SPARSE_CSR", "array_segments_type": "Int32Vector", "array_segments": {"values": [0, 2, 2, 5, 6]},
         "array_indices_type": "Uint8Vector", "array_indices": {"values": [1, 7, 0, 3, 4, 6]}}]}
    blocks = {"traversal_order": [0, 1, 2, 3], "block_map": [0, 1], "dim_metadata": [
        {"format": "DENSE", "dense_size": 2},
        {"format": "SPARSE_CSR", "array_segments_type": "Uint8Vector", "array_segments": {"values": [0, 1, 3]},
         "array_indices_type": "Uint16Vector", "array_indices": {"values": [1, 0, 1]}},
        {"format": "DENSE", "dense_size": 2}, {"format": "DENSE", "dense_size": 4}]}
    for sparsity, size in (row_by_row, 6), (blocks, 24):
        data = struct.pack(f"<{size}f", *((byte - 100) / 9 for byte in made_up(size, size)))
        stored, weights = m.tensor("f32", (4, 8), None, data), m.tensor("f32", (4, 8))
        m.tensors[stored]["sparsity"] = sparsity
        m.add("DENSIFY", [stored], [weights])
        m.outputs.pop()
        m.add("FULLY_CONNECTED", [x, weights, -1], [m.tensor("f32", (2, 4))], ("FullyConnectedOptions", {}))
    return m


MODELS = {
    "scales_u8": lambda: scales("u8"),
    "scales_i8": lambda: scales("i8"),
    "outputs": outputs,
    "input_output": input_output,
    "fills_f32": lambda: fills("f32"),
    "fills_u8": lambda: fills("u8"),
    "fills_i8": lambda: fills("i8"),
    "unit_range_u8": lambda: unit_range("u8"),
    "unit_range_i8": lambda: unit_range("i8"),
    "integers_i32": lambda: integers("i32"),
    "integers_i64": lambda: integers("i64"),
    "unquantized": unquantized,
    "dilated_f32": lambda: dilated("f32"),
    "dilated_u8": lambda: dilated("u8"),
    "dilated_i8": lambda: dilated("i8"),
    "sparse": sparse,
}


def numbers(seed, tensor):
    kind = next(kind for kind, name in TYPES.items() if name == tensor["type"])
    size = count(tensor["shape"])
    if kind == "f32":
        return struct.pack(f"<{size}f", *((byte - 128) / 17 for byte in made_up(seed, size)))
    return made_up(seed, size * SIZES[kind])


def write(models, numbers=numbers):
    schema, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for name, make in models.items():
        model = make()
        model.write(schema, folder / f"{name}.tflite")
        inputs = [numbers(seed, model.tensors[tensor]) for seed, tensor in enumerate(model.inputs)]
        (folder / f"{name}.in.bin").write_bytes(b"".join(inputs))


if __name__ == "__main__":
    write(MODELS)
