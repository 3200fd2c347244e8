#!/usr/bin/env python3
"""Measures models on the held-out pictures.

    evaluate.py --cache build/models/pictures examples/models/icon_classifier.onnx ...

prints top-1, mAP@0.5 or mIoU (and the IoU of every class) of each ONNX file, which our own evaluator runs (run_onnx.py).
"""

import argparse
import os

import torch

from anchors import anchors, decode, iou
from data import HELD_OUT, NAMES, pictures
from draw import CLASSIFY, DETECT, HELD_OUT_SEED, SEGMENT
from metrics import mean_average_precision, mean_iou, top_1
from run_onnx import Runner

# TFLite_Detection_PostProcess, as the exported detector has it: the fast variant, one class for every box.
MAX_DETECTIONS, SCORE_THRESHOLD, IOU_THRESHOLD = 20, 0.05, 0.5


def detections(encodings, scores, boxes):
    """(class, score, box) of one picture: the best class of every anchor, then non-maximum suppression over all."""
    best, label = scores.max(1)
    kept = torch.nonzero(best >= SCORE_THRESHOLD)[:, 0]
    kept = kept[torch.argsort(best[kept], descending=True, stable=True)]
    decoded = decode(encodings[kept], boxes[kept])
    overlaps = iou(decoded, decoded)
    found = []
    for k in range(len(kept)):
        if len(found) < MAX_DETECTIONS and all(overlaps[k, other] <= IOU_THRESHOLD for other in found):
            found.append(k)
    return [(int(label[kept[k]]), float(best[kept[k]]), tuple(decoded[k].tolist())) for k in found]


def true_objects(rows):
    return [(int(row[0]), tuple(float(edge) for edge in row[1:])) for row in rows if row[0] >= 0]


def measure(task, run, pixels, truth, batch=50):
    """The task's measure for a function that runs pictures, uint8 [batch, 3, size, size], as a sentence."""
    results = [run(pixels[k:k + batch]) for k in range(0, len(pixels), batch)]
    if task == 'classify':
        return f'top-1 {top_1(torch.cat(results).argmax(1), truth):.3f}'
    if task != 'detect':
        mean, each = mean_iou(torch.cat(results).numpy(), truth, 1 + len(SEGMENT if task == 'segment' else CLASSIFY))
        return f'mIoU {mean:.3f} (' + ' '.join(f'{one:.2f}' for one in each) + ')'
    boxes = torch.from_numpy(anchors())
    found = [detections(e, s, boxes) for encodings, scores in results for e, s in zip(encodings, scores)]
    precision = mean_average_precision(found, [true_objects(rows) for rows in truth], len(DETECT))
    return f'mAP@0.5 {precision:.3f}'


def main():
    parser = argparse.ArgumentParser(description='measure models on the held-out pictures')
    parser.add_argument('models', nargs='+', metavar='ONNX')
    parser.add_argument('--cache', required=True, metavar='DIR', help='where drawn pictures are kept')
    args = parser.parse_args()
    torch.set_num_threads(1)
    for path in args.models:
        task = next(task for task, name in NAMES.items() if os.path.basename(path).startswith(name))
        with torch.no_grad():
            print(f'{path}: {measure(task, Runner(path), *pictures(task, HELD_OUT_SEED, HELD_OUT, args.cache))}')


if __name__ == '__main__':
    main()
