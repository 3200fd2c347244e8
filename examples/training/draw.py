#!/usr/bin/env python3
"""Draws pictures and their ground truth for one of three tasks; equal arguments give equal files.

    draw.py --task classify|detect|segment --seed S --count N [--size PX] --out DIR

writes DIR/0000.png, ... and DIR/truth.json, a list with an entry for every picture:

    classify  {"image": "0000.png", "label": class}
    detect    {"image": "0000.png", "objects": [{"label": class, "box": [ymin, xmin, ymax, xmax]}, ...]}
    segment   {"image": "0000.png", "mask": "0000_mask.png"}       a mask holds the class of every pixel, 0 for none

Classes count from 0 (line of the model's label file), boxes are parts of the picture in 0..1. The pictures of a seed
S are those of the seeds (S, 0), (S, 1), ...: fewer pictures of a seed are the first ones of more.
"""

import argparse
import json
import os

import numpy
from PIL import Image

from icons import CLASSIFY, DETECT, SEGMENT
from scene import draw_scene

SIZES = {'classify': 96, 'detect': 160, 'segment': 128, 'pretrain': 128}
# The seeds of the models: what they learn from, and what they never see while they learn.
TRAIN_SEED, HELD_OUT_SEED = 1, 1000


def generator(seed, index):
    return numpy.random.Generator(numpy.random.PCG64([seed, index]))


def some_names(rng, names, count):
    return [names[k] for k in rng.integers(0, len(names), count)]


def draw_classify(rng, size):
    """Returns pixels and a class: one large icon."""
    label = int(rng.integers(len(CLASSIFY)))
    while True:
        pixels, placed = draw_scene(rng, size, [(CLASSIFY[label], rng.uniform(0.4, 0.95))])
        if placed and placed[0].visible > 0.6:
            return pixels, label


def draw_several(rng, size, names, low, high, most):
    """One to `most` icons of the names, and up to two that are not among them, in any order."""
    others = [name for name in CLASSIFY if name not in names] or names
    chosen = some_names(rng, names, int(rng.integers(1, most + 1))) + some_names(rng, others, int(rng.integers(0, 3)))
    diameters = low * (high / low) ** rng.random(len(chosen))
    order = rng.permutation(len(chosen))
    return draw_scene(rng, size, [(chosen[k], diameters[k]) for k in order], spread=1.0)


def draw_detect(rng, size):
    """Returns pixels and a list of (class, (ymin, xmin, ymax, xmax) in 0..1)."""
    pixels, placed = draw_several(rng, size, DETECT, 0.2, 0.7, 5)
    return pixels, [(DETECT.index(icon.name), tuple(edge / size for edge in icon.box)) for icon in placed
                    if icon.name in DETECT and icon.visible > 0.4]


def draw_masks(rng, size, names):
    """Returns pixels and a mask, uint8 [size, size]: 0 for the background, else 1 + number in the names."""
    pixels, placed = draw_several(rng, size, names, 0.3, 0.85, 3)
    mask = numpy.zeros((size, size), numpy.uint8)
    for icon in placed:
        if icon.name in names:
            mask[icon.mask] = 1 + names.index(icon.name)
    return pixels, mask


# `pretrain` is what the backbones learn from at first: the masks of all icons.
DRAW = {'classify': draw_classify, 'detect': draw_detect,
        'segment': lambda rng, size: draw_masks(rng, size, SEGMENT),
        'pretrain': lambda rng, size: draw_masks(rng, size, CLASSIFY)}


def draw(task, seed, index, size=None):
    return DRAW[task](generator(seed, index), size or SIZES[task])


def write_picture(task, args, index):
    """Writes one picture (and mask); returns its entry of truth.json."""
    pixels, truth = draw(task, args.seed, index, args.size)
    entry = {'image': f'{index:04d}.png'}
    Image.fromarray(pixels).save(os.path.join(args.out, entry['image']))
    if task == 'classify':
        entry['label'] = truth
    elif task == 'detect':
        entry['objects'] = [{'label': label, 'box': [round(edge, 6) for edge in box]} for label, box in truth]
    else:
        entry['mask'] = f'{index:04d}_mask.png'
        Image.fromarray(truth).save(os.path.join(args.out, entry['mask']))
    return entry


def main():
    parser = argparse.ArgumentParser(description='draw pictures and their ground truth')
    parser.add_argument('--task', choices=list(DRAW), required=True)
    parser.add_argument('--seed', type=int, default=HELD_OUT_SEED, help=f'{TRAIN_SEED}: what the models learnt from; '
                        f'{HELD_OUT_SEED} (the default): what they were measured on')
    parser.add_argument('--count', type=int, required=True)
    parser.add_argument('--size', type=int, help='width and height in pixels')
    parser.add_argument('--out', required=True, metavar='DIR')
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    truth = [write_picture(args.task, args, index) for index in range(args.count)]
    with open(os.path.join(args.out, 'truth.json'), 'w') as file:
        json.dump(truth, file, indent=1)
        file.write('\n')


if __name__ == '__main__':
    main()
