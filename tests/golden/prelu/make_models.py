#!/usr/bin/env python3
"""Makes TYPE.tflite and TYPE.in.bin for f32, u8 and i8: LEAKY_RELU and PRELU of one map.

usage: make_models.py frontends/tflite/tflite.fbs FOLDER        needs flatc
"""
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

MAP = (1, 8, 8, 4)  # as many elements as a byte has values
TYPES = {"f32": "FLOAT32", "u8": "UINT8", "i8": "INT8"}
LOWEST = {"u8": 0, "i8": -128}
INPUT = (0.05, 120)  # scale, and zero point counted from the lowest stored value
OUTPUTS = [(0.05, 120), (0.031, 17), (0.11, 200), (0.0004, 128)]
ALPHAS = [0.2, 0.01, 0.3, 0.0, 1.0, 1.7, -0.5]
SLOPES = [(4,), (1, 1, 4), (1,), (8, 1, 1), (1, 8, 1), (8, 8, 4), (1, 8, 8, 4)]


class Model:
    def __init__(self, kind):
        self.kind = kind
        self.random = random.Random(7)
        self.tensors, self.buffers, self.operators = [], [{}], []

    def tensor(self, shape, quantization, data=None):
        scale, zero = quantization
        if data is not None:
            self.buffers.append({"data": list(data)})
        parameters = {} if self.kind == "f32" else {"scale": [scale], "zero_point": [zero + LOWEST[self.kind]]}
        self.tensors.append({"shape": list(shape), "type": TYPES[self.kind], "name": f"t{len(self.tensors)}",
                             "buffer": len(self.buffers) - 1 if data is not None else 0, "quantization": parameters})
        return len(self.tensors) - 1

    def slopes(self, shape):
        count = 1
        for size in shape:
            count *= size
        if self.kind == "f32":
            data = struct.pack(f"<{count}f", *(self.random.uniform(-1.5, 1.5) for _ in range(count)))
        else:
            data = bytes(self.random.randrange(256) for _ in range(count))
        return self.tensor(shape, (0.007, 100), data)

    def text(self):
        codes = [{"deprecated_builtin_code": 98, "builtin_code": "LEAKY_RELU", "version": 2},
                 {"deprecated_builtin_code": 54, "builtin_code": "PRELU", "version": 1}]
        outputs = [op["outputs"][0] for op in self.operators]
        graph = {"tensors": self.tensors, "inputs": [0], "outputs": outputs, "operators": self.operators}
        return json.dumps({"version": 3, "operator_codes": codes, "subgraphs": [graph], "buffers": self.buffers})


def build(kind):
    model = Model(kind)
    x = model.tensor(MAP, INPUT)
    for quantization in OUTPUTS if kind != "f32" else OUTPUTS[:1]:
        for alpha in ALPHAS:
            model.operators.append({"opcode_index": 0, "inputs": [x], "outputs": [model.tensor(MAP, quantization)],
                                    "builtin_options_type": "LeakyReluOptions", "builtin_options": {"alpha": alpha}})
        for shape in SLOPES:
            model.operators.append({"opcode_index": 1, "inputs": [x, model.slopes(shape)],
                                    "outputs": [model.tensor(MAP, quantization)]})
    return model.text()


def numbers(kind):
    made_up = random.Random(16)
    values = list(range(256))
    made_up.shuffle(values)
    if kind == "f32":
        return struct.pack("<256f", *((value - 128) / 17 for value in values))
    return bytes(values)


def main():
    schema, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for kind in TYPES:
        with tempfile.TemporaryDirectory() as temporary:
            text = pathlib.Path(temporary) / f"{kind}.json"
            text.write_text(build(kind))
            subprocess.run(["flatc", "--binary", "-o", folder, schema, text], check=True)
        (folder / f"{kind}.in.bin").write_bytes(numbers(kind))


if __name__ == "__main__":
    main()
