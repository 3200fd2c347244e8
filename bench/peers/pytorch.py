"""PyTorch as an engine for float networks, with the protocol of turns.h:

    python3 pytorch.py FOLDER OUTPUT THREADS

The network is traced, frozen and optimized for inference, which makes its convolutions those of oneDNN: PyTorch's own
for one thread lean on a BLAS library that may be a slow one.
"""
import json
import pathlib
import sys
import time
import warnings

import numpy
import onnx
import torch
from onnx import helper, numpy_helper
from torch.nn import functional


def conv(x, weights, bias=None, *, strides, pads, dilations, group, kernel_shape):
    if pads[:2] != pads[2:]:
        x, pads = functional.pad(x, (pads[1], pads[3], pads[0], pads[2])), [0, 0]
    return functional.conv2d(x, weights, bias, strides, pads[:2], dilations, group)


def resize(x, roi, scales, sizes, *, mode, coordinate_transformation_mode):
    if coordinate_transformation_mode == b"asymmetric":
        sys.exit("there is no resize with asymmetric sampling")
    align = coordinate_transformation_mode == b"align_corners"
    return functional.interpolate(x, size=sizes[2:].tolist(), mode="bilinear", align_corners=align)


OPERATORS = {
    "Add": lambda a, b: a + b,
    "ArgMax": lambda x, axis, keepdims: x.argmax(axis, bool(keepdims)),
    "Clip": lambda x, low, high: functional.hardtanh(x, float(low), float(high)),
    "Concat": lambda *xs, axis: torch.cat(xs, axis),
    "Conv": conv,
    "GlobalAveragePool": lambda x: functional.adaptive_avg_pool2d(x, 1),
    "Relu": torch.relu,
    "Resize": resize,
}


class Network(torch.nn.Module):
    def __init__(self, graph):
        super().__init__()
        self.graph = graph
        self.constants = {p.name: torch.from_numpy(numpy.array(numpy_helper.to_array(p))) for p in graph.initializer}

    def forward(self, x):
        values = {"": None, self.graph.input[0].name: x, **self.constants}
        for node in self.graph.node:
            if node.op_type not in OPERATORS:
                sys.exit(f"there is no {node.op_type} in pytorch.py")
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            operands = [values[name] for name in node.input]
            values[node.output[0]] = OPERATORS[node.op_type](*operands, **attributes)
        return tuple(values[output.name] for output in self.graph.output)


def nhwc(tensor):
    return (tensor.permute(0, 2, 3, 1) if tensor.dim() == 4 else tensor).contiguous().numpy()


def take_turn(seconds, run):
    least_runs = 2
    run()
    times = []
    end = time.perf_counter() + seconds
    while len(times) < least_runs or time.perf_counter() < end:
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    print(*(f"{t:.9f}" for t in times), flush=True)


def main():
    folder, output, threads = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    graph = onnx.load(folder / "net.onnx").graph
    _, c, h, w = (d.dim_value for d in graph.input[0].type.tensor_type.shape.dim)
    data = numpy.fromfile(folder / "input.bin", numpy.float32).reshape(1, h, w, c)
    began = time.perf_counter()
    torch.set_num_threads(threads)
    warnings.simplefilter("ignore", torch.jit.TracerWarning)  # bounds and sizes are constants here
    x = torch.from_numpy(data).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        network = torch.jit.optimize_for_inference(torch.jit.trace(Network(graph).eval(), x, check_trace=False))
        prepared = time.perf_counter()
        outputs = network(x)
        first = time.perf_counter() - prepared
        pathlib.Path(output).write_bytes(b"".join(nhwc(tensor).tobytes() for tensor in outputs))
        print("ready", json.dumps({"arena": -1, "prepare": prepared - began, "first": first}), flush=True)
        for line in sys.stdin:
            take_turn(float(line.split()[1]), lambda: network(x))


if __name__ == "__main__":
    main()
