#!/usr/bin/env python3
"""Writes the trained networks as float32 ONNX files, with their label files.

    export.py --weights build/models --out examples/models

The batch norms are folded into the convolutions. The detector ends in a node of our own domain that has the operands and
the attributes of TFLite_Detection_PostProcess.
"""

import argparse
import copy
import os

import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from anchors import SCALES, anchors
from data import NAMES
from draw import CLASSIFY, DETECT, SEGMENT, SIZES
from evaluate import IOU_THRESHOLD, MAX_DETECTIONS, SCORE_THRESHOLD
from train import network

OUTPUTS = {'classify': ['probabilities'], 'detect': ['box_encodings', 'class_scores'], 'segment': ['class_map']}
LABELS = {'classify': CLASSIFY, 'detect': DETECT, 'segment': ['background'] + SEGMENT}
DOMAIN = 'narrows'


def fold_batch_norm(model):
    """A copy in which every convolution that a batch norm follows has taken it in."""
    model = copy.deepcopy(model).eval()
    for part in model.modules():
        if isinstance(part, nn.Sequential):
            for k in range(1, len(part)):
                if isinstance(part[k], nn.BatchNorm2d):
                    part[k - 1] = nn.utils.fusion.fuse_conv_bn_eval(part[k - 1], part[k])
                    part[k] = nn.Identity()
    return model


def postprocess_node():
    return helper.make_node(
        'TFLite_Detection_PostProcess', ['box_encodings', 'class_scores', 'anchors'],
        ['detection_boxes', 'detection_classes', 'detection_scores', 'detection_count'], 'postprocess', domain=DOMAIN,
        max_detections=MAX_DETECTIONS, max_classes_per_detection=1, detections_per_class=MAX_DETECTIONS, use_regular_nms=0,
        num_classes=len(DETECT), nms_score_threshold=SCORE_THRESHOLD, nms_iou_threshold=IOU_THRESHOLD,
        y_scale=SCALES[0], x_scale=SCALES[1], h_scale=SCALES[2], w_scale=SCALES[3])


def append_postprocess(model):
    """Makes the detections the outputs of a detector."""
    graph = model.graph
    graph.initializer.append(numpy_helper.from_array(anchors(), 'anchors'))
    graph.node.append(postprocess_node())
    shapes = [(1, MAX_DETECTIONS, 4), (1, MAX_DETECTIONS), (1, MAX_DETECTIONS), (1,)]
    del graph.output[:]
    graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
                        for name, shape in zip(graph.node[-1].output, shapes))
    model.opset_import.append(helper.make_opsetid(DOMAIN, 1))


def tidy(model):
    """Leaves out what only PyTorch's exporter has an interest in."""
    for node in model.graph.node:
        node.ClearField('doc_string')
        for attribute in node.attribute:  # differs from half_pixel for sizes of 1 only
            if attribute.name == 'coordinate_transformation_mode' and attribute.s == b'pytorch_half_pixel':
                attribute.s = b'half_pixel'
    model.graph.name = 'graph'
    model.producer_name, model.producer_version = 'pytorch', torch.__version__.split('a')[0]


def export(task, model, path):
    size = SIZES[task]
    model = fold_batch_norm(model.to(memory_format=torch.contiguous_format))
    torch.onnx.export(model, torch.zeros(1, 3, size, size), path, opset_version=13, input_names=['image'],
                      output_names=OUTPUTS[task], do_constant_folding=True)
    loaded = onnx.load(path)
    tidy(loaded)
    if task == 'detect':
        append_postprocess(loaded)
    onnx.checker.check_model(loaded)
    onnx.save(loaded, path)


def main():
    parser = argparse.ArgumentParser(description='write trained networks as ONNX files')
    parser.add_argument('--weights', required=True, metavar='DIR', help='where train.py wrote')
    parser.add_argument('--out', required=True, metavar='DIR')
    parser.add_argument('--task', choices=list(NAMES), help='only this one')
    args = parser.parse_args()
    for task in [args.task] if args.task else NAMES:
        model = network(task)
        model.load_state_dict(torch.load(os.path.join(args.weights, task + '.pt')))
        path = os.path.join(args.out, NAMES[task] + '.onnx')
        export(task, model, path)
        with open(os.path.join(args.out, NAMES[task] + '_labels.txt'), 'w') as file:
            file.write(''.join(label + '\n' for label in LABELS[task]))
        print(f'{path}: {os.path.getsize(path):,} bytes')


if __name__ == '__main__':
    main()
