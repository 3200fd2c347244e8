"""A TFLite model while it is made, as flatc's JSON."""
import json
import pathlib
import random
import subprocess
import tempfile

TYPES = {"f32": "FLOAT32", "u8": "UINT8", "i8": "INT8", "i32": "INT32", "i64": "INT64", "bool": "BOOL"}
SIZES = {"f32": 4, "u8": 1, "i8": 1, "i32": 4, "i64": 8, "bool": 1}
LOWEST = {"u8": 0, "i8": -128}
CODES = {"ADD": 0, "AVERAGE_POOL_2D": 1, "CONCATENATION": 2, "CONV_2D": 3, "DEPTHWISE_CONV_2D": 4, "FLOOR": 8,
         "FULLY_CONNECTED": 9, "L2_NORMALIZATION": 11, "LOGISTIC": 14, "MAX_POOL_2D": 17, "MUL": 18, "RELU": 19,
         "RESHAPE": 22, "RESIZE_BILINEAR": 23, "SOFTMAX": 25, "TANH": 28, "PAD": 34, "BATCH_TO_SPACE_ND": 37,
         "SPACE_TO_BATCH_ND": 38, "TRANSPOSE": 39, "MEAN": 40, "SUB": 41, "DIV": 42, "SQUEEZE": 43,
         "STRIDED_SLICE": 45, "EXP": 47, "SPLIT": 49, "CAST": 53, "MAXIMUM": 55, "MINIMUM": 57, "NEG": 59, "PADV2": 60,
         "SLICE": 65, "SIN": 66, "EXPAND_DIMS": 70, "LOG": 73, "SUM": 74, "SQRT": 75, "RSQRT": 76, "POW": 78,
         "REDUCE_PROD": 81, "REDUCE_MAX": 82, "PACK": 83, "UNPACK": 88, "REDUCE_MIN": 89, "FLOOR_DIV": 90, "SQUARE": 92,
         "FLOOR_MOD": 95, "RESIZE_NEAREST_NEIGHBOR": 97, "SQUARED_DIFFERENCE": 99, "ABS": 101, "SPLIT_V": 102,
         "CEIL": 104, "COS": 108, "ELU": 111, "QUANTIZE": 114, "ROUND": 116, "HARD_SWISH": 117, "DENSIFY": 124,
         "BROADCAST_TO": 130, "GELU": 150, "SIGN": 158, "DEPTH_TO_SPACE": 5, "SPACE_TO_DEPTH": 26, "GATHER": 36,
         "TOPK_V2": 48, "ARG_MAX": 56, "TRANSPOSE_CONV": 67, "TILE": 69, "ARG_MIN": 79, "MIRROR_PAD": 100,
         "REVERSE_V2": 105, "GATHER_ND": 107, "NON_MAX_SUPPRESSION_V4": 120, "NON_MAX_SUPPRESSION_V5": 121,
         "SELECT": 64, "SELECT_V2": 123}


class Model:
    def __init__(self):
        self.tensors, self.buffers, self.operators, self.codes = [], [{}], [], []
        self.inputs, self.outputs = [], []

    def tensor(self, kind, shape, quantization=None, data=None):
        """`quantization`: scale, and zero point counted from the lowest stored value. Returns the id."""
        if data is not None:
            self.buffers.append({"data": list(data)})
        tensor = {"shape": list(shape), "type": TYPES[kind], "name": f"t{len(self.tensors)}",
                  "buffer": len(self.buffers) - 1 if data is not None else 0}
        if quantization is not None:
            scale, zero = quantization
            tensor["quantization"] = {"scale": [scale], "zero_point": [zero + LOWEST[kind]]}
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def input(self, kind, shape, quantization=None):
        self.inputs.append(self.tensor(kind, shape, quantization))
        return self.inputs[-1]

    def ints(self, *values):
        data = b"".join(value.to_bytes(4, "little", signed=True) for value in values)
        return self.tensor("i32", [len(values)], None, data)

    def add(self, name, inputs, outputs, options=None, version=1):
        """`options`: ("SoftmaxOptions", {"beta": 1}). The outputs become the model's."""
        code = {"builtin_code": name, "deprecated_builtin_code": min(CODES[name], 127), "version": version}
        if code not in self.codes:
            self.codes.append(code)
        operator = {"opcode_index": self.codes.index(code), "inputs": inputs, "outputs": outputs}
        if options:
            operator["builtin_options_type"], operator["builtin_options"] = options
        self.operators.append(operator)
        self.outputs += outputs
        return outputs[0]

    def text(self):
        graph = {"tensors": self.tensors, "inputs": self.inputs, "outputs": self.outputs, "operators": self.operators}
        return json.dumps({"version": 3, "operator_codes": self.codes, "subgraphs": [graph], "buffers": self.buffers})

    def write(self, schema, path):
        with tempfile.TemporaryDirectory() as folder:
            text = pathlib.Path(folder) / (path.stem + ".json")
            text.write_text(self.text())
            subprocess.run(["flatc", "--binary", "-o", path.parent, schema, text], check=True)


def count(shape):
    product = 1
    for size in shape:
        product *= size
    return product


def made_up(seed, size):
    numbers = random.Random(seed)
    return bytes(numbers.randrange(256) for _ in range(size))
