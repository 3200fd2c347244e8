#!/usr/bin/env python3
"""Makes TYPE.tflite and TYPE.in.bin for f32, u8 and i8: every resize of one image, and ARG_MAX of it.

usage: make_models.py frontends/tflite.fbs FOLDER        needs flatc
"""
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

IN, LARGE, SMALL = (5, 7), (12, 9), (3, 4)
CHANNELS = 3
TYPES = {"f32": "FLOAT32", "u8": "UINT8", "i8": "INT8"}
QUANTIZATION = {"f32": None, "u8": {"scale": [0.05], "zero_point": [120]}, "i8": {"scale": [0.05], "zero_point": [-8]}}
SAMPLINGS = [{}, {"align_corners": True}, {"half_pixel_centers": True}]


class Model:
    def __init__(self, kind):
        self.kind = kind
        self.tensors, self.buffers, self.codes, self.operators = [], [{}], [], []

    def tensor(self, shape, element_type, quantization=None, data=None):
        if data is not None:
            self.buffers.append({"data": list(data)})
        self.tensors.append({"shape": list(shape), "type": element_type, "name": f"t{len(self.tensors)}",
                             "buffer": len(self.buffers) - 1 if data is not None else 0,
                             "quantization": quantization or {}})
        return len(self.tensors) - 1

    def image(self, size):
        return self.tensor((1, *size, CHANNELS), TYPES[self.kind], QUANTIZATION[self.kind])

    def operator(self, code, options, inputs, output, values):
        entry = {"deprecated_builtin_code": code[1], "builtin_code": code[0], "version": 3}
        if entry not in self.codes:
            self.codes.append(entry)
        self.operators.append({"opcode_index": self.codes.index(entry), "inputs": inputs, "outputs": [output],
                               "builtin_options_type": options, "builtin_options": values})

    def text(self):
        outputs = [op["outputs"][0] for op in self.operators]
        graph = {"tensors": self.tensors, "inputs": [0], "outputs": outputs, "operators": self.operators}
        return json.dumps({"version": 3, "operator_codes": self.codes, "subgraphs": [graph], "buffers": self.buffers})


def build(kind):
    model = Model(kind)
    image = model.image(IN)
    for code, options in ((("RESIZE_BILINEAR", 23), "ResizeBilinearOptions"),
                          (("RESIZE_NEAREST_NEIGHBOR", 97), "ResizeNearestNeighborOptions")):
        for size in (LARGE, SMALL):
            sizes = model.tensor((2,), "INT32", data=struct.pack("<2i", *size))
            for sampling in SAMPLINGS:
                model.operator(code, options, [image, sizes], model.image(size), sampling)
    axis = model.tensor((), "INT32", data=struct.pack("<i", 3))
    for element_type in ("INT32", "INT64"):
        classes = model.tensor((1, *IN), element_type)
        model.operator(("ARG_MAX", 56), "ArgMaxOptions", [image, axis], classes, {"output_type": element_type})
    return model.text()


def numbers(kind):
    made_up = random.Random(16)  # with it, no rounding depends on the order of products
    count = IN[0] * IN[1] * CHANNELS
    if kind == "f32":
        return struct.pack(f"<{count}f", *(made_up.uniform(-8, 8) for _ in range(count)))
    return bytes(made_up.randrange(256) for _ in range(count))


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
