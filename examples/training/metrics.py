"""The three measures: top-1, mAP@0.5 and mIoU."""

import numpy
import torch

from anchors import iou


def top_1(predicted, labels):
    """The part of the pictures whose class is right."""
    return float((numpy.asarray(predicted) == numpy.asarray(labels)).mean())


def average_precision(hits, scores, objects):
    """The area under the precision-recall curve through all points, precision made monotonic from the right. hits: for
    every detection of a class whether it is a true one; objects: how many there are to find."""
    order = numpy.argsort(-numpy.asarray(scores), kind='stable')
    true = numpy.cumsum(numpy.asarray(hits, float)[order])
    precision = true / numpy.arange(1, len(true) + 1)
    precision = numpy.maximum.accumulate(precision[::-1])[::-1]
    recall = numpy.concatenate([[0], true / objects])
    return float((numpy.diff(recall) * precision).sum())


def mean_average_precision(detections, truths, classes, threshold=0.5):
    """detections, truths: for every picture a list of (class, score, box) and of (class, box). In the order of their
    scores, detections claim the object of their class that they overlap most, once each."""
    hits, scores = [[] for _ in range(classes)], [[] for _ in range(classes)]
    objects = numpy.zeros(classes, int)
    for found, there in zip(detections, truths):
        for label, _ in there:
            objects[label] += 1
        claimed = set()
        for label, score, box in sorted(found, key=lambda detection: -detection[1]):
            mine = [k for k, (other, _) in enumerate(there) if other == label]
            overlaps = iou(torch.tensor([box]), torch.tensor([there[k][1] for k in mine]).reshape(-1, 4))[0]
            best = int(overlaps.argmax()) if mine else 0
            hit = bool(mine) and float(overlaps[best]) >= threshold and mine[best] not in claimed
            if hit:
                claimed.add(mine[best])
            hits[label].append(hit)
            scores[label].append(score)
    return float(numpy.mean([average_precision(hits[c], scores[c], objects[c]) for c in range(classes) if objects[c]]))


def mean_iou(predicted, masks, classes):
    """Intersection over union of every class (the background is one) over all pixels of all pictures, and the mean."""
    counts = numpy.bincount((numpy.asarray(masks, numpy.int64) * classes + predicted).ravel(), minlength=classes * classes)
    counts = counts.reshape(classes, classes)
    common = counts.diagonal()
    each = common / numpy.maximum(counts.sum(0) + counts.sum(1) - common, 1)
    return float(each.mean()), each
