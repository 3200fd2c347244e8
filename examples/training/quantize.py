#!/usr/bin/env python3
"""Makes 8-bit models of the float32 ones: post-training quantization, written as QuantizeLinear and DequantizeLinear.

    quantize.py --models examples/models --cache build/models/pictures

reads NAME.onnx and writes NAME_int8.onnx. Weights are int8, symmetric, with a scale for every output channel; biases are
int32; activations are uint8 with one scale, from their ranges on drawn training pictures. Around every operator its operands
are dequantized and its result is quantized; a convolution and its Clip are one operator. The model takes bytes.
"""

import argparse
import os

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from data import NAMES, pictures
from draw import TRAIN_SEED
from run_onnx import Runner

CALIBRATION_PICTURES = 256
# Operators whose result has the scale of their operands, because they move numbers, or mix them.
SAME_SCALE = ('Concat', 'Flatten', 'Reshape', 'Resize', 'Transpose')
PROBABILITY = (numpy.float32(1 / 256), numpy.uint8(0))
PICTURE = (numpy.float32(1 / 127.5), numpy.uint8(128))


def observe(runner, pixels):
    """The smallest and largest value of every tensor, averaged over batches, so that a single outlier counts little."""
    lows, highs = {}, {}

    def watch(name, value):
        lows.setdefault(name, []).append(float(value.min()))
        highs.setdefault(name, []).append(float(value.max()))
    with torch.no_grad():
        for k in range(0, len(pixels), 16):
            runner(pixels[k:k + 16], watch)
    return {name: (float(numpy.mean(lows[name])), float(numpy.mean(highs[name]))) for name in lows}


def parameters(low, high):
    """Scale and zero point of uint8 numbers for low..high, made to include 0."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = numpy.float32(max(high - low, 1e-6) / 255)
    return scale, numpy.uint8(max(0, min(255, round(-low / float(scale)))))


class Quantizer:
    """Builds the 8-bit graph node by node. `real` names, for each tensor of the float graph, its dequantized form."""

    def __init__(self, runner, ranges):
        self.graph, self.constants, self.ranges = runner.graph, runner.constants, ranges
        self.readers = [name for node in self.graph.node for name in node.input]
        self.nodes, self.initializers, self.real = [], {}, {}
        self.parameters = self.choose_parameters()

    def next_is_clip(self, name):
        readers = [node.op_type for node in self.graph.node if name in node.input]
        return readers == ['Clip']

    def choose_parameters(self):
        """Scale and zero point of every activation; those that SAME_SCALE ties together get one for all their ranges."""
        group = {name: {name} for name in self.ranges}
        for node in self.graph.node:
            if node.op_type in SAME_SCALE:
                tied = [name for name in list(node.input) + list(node.output) if name in self.ranges]
                union = set().union(*(group[name] for name in tied))
                group.update({name: union for name in union})
        fixed = {node.output[0]: PROBABILITY for node in self.graph.node if node.op_type in ('Sigmoid', 'Softmax')}
        return {name: fixed.get(name) or parameters(min(self.ranges[other][0] for other in names),
                                                    max(self.ranges[other][1] for other in names))
                for name, names in group.items()}

    def constant(self, name, value):
        self.initializers.setdefault(name, numpy_helper.from_array(numpy.asarray(value), name))
        return name

    def dequantize(self, stored, name, scale, zero_point, **attributes):
        operands = [stored, self.constant(name + '_scale', scale), self.constant(name + '_zero_point', zero_point)]
        self.nodes.append(helper.make_node('DequantizeLinear', operands, [name + '_real'], name + '_dequantize',
                                           **attributes))
        return name + '_real'

    def quantized(self, name):
        """Quantizes and dequantizes an activation that a node has just made."""
        scale, zero_point = self.parameters[name]
        operands = [name, self.constant(name + '_scale', scale), self.constant(name + '_zero_point', zero_point)]
        self.nodes.append(helper.make_node('QuantizeLinear', operands, [name + '_stored'], name + '_quantize'))
        return self.dequantize(name + '_stored', name, scale, zero_point)

    def input_scale(self, name):
        return PICTURE[0] if name == self.graph.input[0].name else self.parameters[name][0]

    def convolution_operands(self, node):
        """The names of the dequantized weights and bias of a convolution."""
        weights, bias = (self.constants[name].numpy() for name in node.input[1:3])
        scale = (numpy.abs(weights).reshape(len(weights), -1).max(1) / 127).clip(1e-8).astype(numpy.float32)
        stored = numpy.rint(weights / scale.reshape(-1, 1, 1, 1)).clip(-127, 127).astype(numpy.int8)
        bias_scale = (self.input_scale(node.input[0]) * scale).astype(numpy.float32)
        stored_bias = numpy.rint(bias / bias_scale.astype(numpy.float64)).clip(-2**31, 2**31 - 1).astype(numpy.int32)
        zero = numpy.zeros(len(weights))
        return [self.dequantize(self.constant(node.input[1], stored), node.input[1], scale, zero.astype(numpy.int8), axis=0),
                self.dequantize(self.constant(node.input[2], stored_bias), node.input[2], bias_scale,
                                zero.astype(numpy.int32), axis=0)]

    def constant_operand(self, name):
        return self.constant(name, self.constants[name].numpy()) if name else ''

    def add(self, node):
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        if node.op_type == 'Conv':
            operands = [self.real[node.input[0]]] + self.convolution_operands(node)
        else:
            operands = [self.real.get(name) or self.constant_operand(name) for name in node.input]
        copy.input[:] = operands
        self.nodes.append(copy)
        name = node.output[0]
        if node.op_type in ('ArgMax', 'TFLite_Detection_PostProcess'):
            return
        if node.op_type == 'Conv' and self.next_is_clip(name):
            self.real[name] = name
        else:
            self.real[name] = self.quantized(name)

    def build(self):
        image = self.graph.input[0].name
        self.real[image] = self.dequantize(image, image, *PICTURE)
        for node in self.graph.node:
            if node.op_type == 'Identity':  # of a constant that two nodes share
                self.constants[node.output[0]] = self.constants[node.input[0]]
            elif node.op_type != 'Constant':
                self.add(node)
        # An output keeps its name: the dequantized tensor gets it.
        outputs = {self.real[output.name]: output.name for output in self.graph.output if output.name in self.real}
        taken = {name: name + '_exact' for name in outputs.values()}
        for node in self.nodes:
            node.output[:] = [outputs.get(name) or taken.get(name, name) for name in node.output]
            node.input[:] = [outputs.get(name) or taken.get(name, name) for name in node.input]
        shape = [d.dim_value for d in self.graph.input[0].type.tensor_type.shape.dim]
        return helper.make_graph(self.nodes, 'graph', [helper.make_tensor_value_info(image, TensorProto.UINT8, shape)],
                                 list(self.graph.output), list(self.initializers.values()))


def quantize(path, pixels, out):
    runner = Runner(path)
    graph = Quantizer(runner, observe(runner, pixels)).build()
    model = helper.make_model(graph, opset_imports=list(onnx.load(path).opset_import), producer_name='quantize.py')
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, out)
    print(f'{out}: {os.path.getsize(out):,} bytes')


def main():
    parser = argparse.ArgumentParser(description='make 8-bit ONNX models of float32 ones')
    parser.add_argument('--models', required=True, metavar='DIR')
    parser.add_argument('--cache', required=True, metavar='DIR', help='where drawn pictures are kept')
    parser.add_argument('--task', choices=list(NAMES), help='only this one')
    args = parser.parse_args()
    torch.set_num_threads(1)
    for task in [args.task] if args.task else NAMES:
        pixels, _ = pictures(task, TRAIN_SEED, CALIBRATION_PICTURES, args.cache)
        path = os.path.join(args.models, NAMES[task])
        quantize(path + '.onnx', pixels, path + '_int8.onnx')


if __name__ == '__main__':
    main()
