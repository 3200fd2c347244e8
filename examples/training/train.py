#!/usr/bin/env python3
"""Trains one of the three networks on drawn pictures and keeps its weights.

    train.py --task classify --pictures 24000 --epochs 6 --out build/models [--from OTHER.pt] [--threads 1]

writes DIR/<task>.pt after every epoch, and a line with the loss and the measure on held-out pictures. Seeds are fixed: a
run can be repeated (bit for bit only with the same build of PyTorch, and with one thread).
"""

import argparse
import os
import time

import numpy
import torch
from torch.nn import functional

from anchors import PER_CELL, anchors, match
from data import HELD_OUT, MEAN, SCALE, pictures
from draw import CLASSIFY, DETECT, HELD_OUT_SEED, SEGMENT, SIZES, TRAIN_SEED
from evaluate import measure
from mobilenet_v2 import Classifier, Detector, Segmenter


def network(task):
    if task == 'classify':
        return Classifier(len(CLASSIFY))
    if task == 'detect':
        return Detector(len(DETECT), PER_CELL)
    return Segmenter(1 + len(SEGMENT if task == 'segment' else CLASSIFY), SIZES[task])


def normalized(pixels):
    """The network's input of uint8 pixels."""
    return ((pixels.float() - MEAN) / SCALE).contiguous(memory_format=torch.channels_last)


def augmented(pixels, shift, rng):
    """Other colours for every picture of a batch: channels swapped, half of them inverted; shifted by up to `shift`."""
    orders = numpy.stack([rng.permutation(3) for _ in range(len(pixels))])
    pixels = pixels[torch.arange(len(pixels))[:, None], torch.from_numpy(orders)]
    inverted = torch.from_numpy(rng.random(len(pixels)) < 0.5)
    pixels[inverted] = 255 - pixels[inverted]
    dy, dx = rng.integers(-shift, shift + 1, 2)
    return torch.roll(pixels, (int(dy), int(dx)), (2, 3))


def classify_loss(output, labels):
    return functional.cross_entropy(output, labels.long(), label_smoothing=0.05)


def segment_loss(logits, masks):
    """Cross entropy at every other pixel across and down."""
    size = masks.shape[1] // 2
    logits = functional.interpolate(logits, (size, size), mode='bilinear', align_corners=False)
    weight = torch.ones(logits.shape[1])
    weight[0] = 0.5  # most pixels are background
    return functional.cross_entropy(logits, masks[:, 1::2, 1::2].long(), weight)


def detect_loss(output, targets):
    """Focal loss of the scores and Huber loss of the boxes, by the number of anchors that stand for an object."""
    boxes, logits = output
    classes, encodings = targets
    positive = classes >= 0
    wanted = torch.zeros_like(logits)
    wanted[positive] = functional.one_hot(classes[positive], logits.shape[2]).float()
    probability = torch.sigmoid(logits)
    wrong = wanted * (1 - probability) + (1 - wanted) * probability
    weight = (0.25 * wanted + 0.75 * (1 - wanted)) * wrong ** 2 * (classes >= -1)[..., None]
    score_loss = (weight * functional.binary_cross_entropy_with_logits(logits, wanted, reduction='none')).sum()
    box_loss = functional.huber_loss(boxes[positive], encodings[positive], reduction='sum')
    return (score_loss * 4 + box_loss * 0.5) / positive.sum().clamp(min=1)


def targets_of(task, truth):
    """The truth of all pictures as the loss wants it: tensors, cut along the first axis."""
    if task != 'detect':
        return (torch.from_numpy(truth),)
    boxes = torch.from_numpy(anchors())
    matched = [match(objects, boxes) for objects in torch.from_numpy(truth)]
    return torch.stack([m[0] for m in matched]), torch.stack([m[1] for m in matched])


LOSS = {'classify': classify_loss, 'detect': lambda output, *targets: detect_loss(output, targets),
        'segment': segment_loss, 'pretrain': segment_loss}
# Pictures in a batch, the highest learning rate, pixels of shift.
SETTINGS = {'classify': (64, 3e-3, 8), 'detect': (32, 3e-3, 0), 'segment': (32, 3e-3, 0), 'pretrain': (32, 4e-3, 0)}


def start(task, origin):
    """A network with seeded weights, or with those of another as far as names and shapes agree."""
    torch.manual_seed(0)
    model = network(task).to(memory_format=torch.channels_last)
    if task == 'detect':
        for head in model.scores:  # at first, every anchor says 1 %
            torch.nn.init.constant_(head.predict.bias, -4.6)
    if origin:
        own = model.state_dict()
        same = {k: v for k, v in torch.load(origin).items() if k in own and own[k].shape == v.shape}
        model.load_state_dict(same, strict=False)
        print(f'{len(same)} of {len(own)} tensors from {origin}', flush=True)
    return model


def train(task, pixels, truth, epochs, origin, rate, save):
    """Trains, and calls save(model, epoch, mean loss) after every epoch."""
    batch, highest, shift = SETTINGS[task]
    model = start(task, origin)
    targets = targets_of(task, truth)
    pixels = torch.from_numpy(pixels)
    steps = len(pixels) // batch
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate or highest, total_steps=steps * epochs, pct_start=0.15)
    rng = numpy.random.default_rng(0)
    for epoch in range(epochs):
        model.train()
        order = torch.from_numpy(rng.permutation(len(pixels)))
        total = 0.0
        for step in range(steps):
            chosen = order[step * batch:(step + 1) * batch]
            output = model(normalized(augmented(pixels[chosen], shift, rng)))
            loss = LOSS[task](output, *(t[chosen] for t in targets))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
            schedule.step()
            total += float(loss)
            if step % 50 == 49:
                print(f'  {step + 1} of {steps}: {total / (step + 1):.3f}', flush=True)
        save(model.eval(), epoch, total / steps)


def main():
    parser = argparse.ArgumentParser(description='train a network on drawn pictures')
    parser.add_argument('--task', choices=list(SIZES), required=True)
    parser.add_argument('--pictures', type=int, required=True)
    parser.add_argument('--epochs', type=int, required=True)
    parser.add_argument('--rate', type=float, help='highest learning rate')
    parser.add_argument('--from', dest='origin', metavar='PT', help='weights to start from')
    parser.add_argument('--out', required=True, metavar='DIR')
    parser.add_argument('--threads', type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)  # they cost time and mean nothing
    cache = os.path.join(args.out, 'pictures')
    held_out = pictures(args.task, HELD_OUT_SEED, HELD_OUT, cache)
    began = time.time()

    def save(model, epoch, loss):
        torch.save(model.state_dict(), os.path.join(args.out, args.task + '.pt'))

        def run(picture):
            with torch.no_grad():
                return model(normalized(torch.from_numpy(picture)))
        print(f'epoch {epoch + 1} of {args.epochs}: loss {loss:.3f}, held out {measure(args.task, run, *held_out)}, '
              f'{(time.time() - began) / 60:.0f} minutes', flush=True)

    train(args.task, *pictures(args.task, TRAIN_SEED, args.pictures, cache), args.epochs, args.origin, args.rate, save)


if __name__ == '__main__':
    main()
