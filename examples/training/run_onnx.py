"""Runs the ONNX models of this directory, float32 or with quantized tensors, with PyTorch: slow and plain.

Only the operators and attributes that export.py and quantize.py write are known; pictures may come in batches although the
models say 1. The detector's last node is not run: its result are its operands, encodings and scores.
"""

import numpy
import onnx
import torch
from onnx import helper, numpy_helper
from torch.nn import functional

INTEGERS = {torch.uint8: (0, 255), torch.int8: (-128, 127)}


def channel_shape(parameter, x, axis):
    """A scale or zero point, shaped to be combined with x."""
    return parameter if parameter.numel() == 1 else parameter.reshape([-1 if k == axis else 1 for k in range(x.dim())])


def quantize_linear(x, scale, zero_point):
    low, high = INTEGERS[zero_point.dtype]
    return (torch.round(x / scale) + zero_point.float()).clamp(low, high).to(zero_point.dtype)


def dequantize_linear(x, scale, zero_point, axis=1):
    return (x.double() - channel_shape(zero_point, x, axis).double()).float() * channel_shape(scale, x, axis)


def conv(x, weights, bias, strides, pads, dilations, group, kernel_shape):
    return functional.conv2d(x, weights, bias, strides, pads[:2], dilations, group)


def resize(x, roi, scales, mode, coordinate_transformation_mode, **_):
    assert (mode, coordinate_transformation_mode) == (b'linear', b'half_pixel')
    return functional.interpolate(x, scale_factor=scales[2:].tolist(), mode='bilinear', align_corners=False)


OPERATORS = {
    'Add': lambda a, b: a + b,
    'ArgMax': lambda x, axis, keepdims, **_: x.argmax(axis, bool(keepdims)),
    'Clip': lambda x, low, high: x.clamp(float(low), float(high)),
    'Concat': lambda *xs, axis: torch.cat(xs, axis),
    'Conv': conv,
    'DequantizeLinear': dequantize_linear,
    'Flatten': lambda x, axis: x.flatten(axis),
    'GlobalAveragePool': lambda x: x.mean((2, 3), keepdim=True),
    'Identity': lambda x: x,
    'QuantizeLinear': quantize_linear,
    'Reshape': lambda x, shape: x.reshape([x.shape[0]] + shape.tolist()[1:]),
    'Resize': resize,
    'Sigmoid': torch.sigmoid,
    'Softmax': lambda x, axis: torch.softmax(x, axis),
    'Transpose': lambda x, perm: x.permute(perm),
}


def tensor(proto):
    return torch.from_numpy(numpy.array(numpy_helper.to_array(proto)))


def constants(graph):
    """Initializers and results of Constant nodes by name."""
    values = {proto.name: tensor(proto) for proto in graph.initializer}
    for node in graph.node:
        if node.op_type == 'Constant':
            values[node.output[0]] = tensor(node.attribute[0].t)
    return values


class Runner:
    """A model that can be called with pictures, uint8 [batch, 3, size, size]. The result is the model's, or a tuple
    where there are several."""

    def __init__(self, path):
        self.graph = onnx.load(path).graph
        self.constants = constants(self.graph)
        self.takes_bytes = self.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.UINT8

    def __call__(self, pixels, watch=lambda name, value: None):
        """watch is called with the name and value of every tensor that a node makes."""
        pixels = torch.from_numpy(pixels)
        values = dict(self.constants)
        values[self.graph.input[0].name] = pixels if self.takes_bytes else (pixels.float() - 127.5) / 127.5
        results = [output.name for output in self.graph.output]
        for node in self.graph.node:
            if node.op_type == 'TFLite_Detection_PostProcess':
                results = node.input[:2]
            elif node.op_type != 'Constant':
                operands = [values[name] if name else None for name in node.input]
                attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
                values[node.output[0]] = OPERATORS[node.op_type](*operands, **attributes)
                watch(node.output[0], values[node.output[0]])
        results = tuple(values[name] for name in results)
        return results if len(results) > 1 else results[0]
