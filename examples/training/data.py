"""Drawn pictures as arrays, kept in files so that they are drawn once."""

import os

import numpy

from draw import SIZES, draw

# Bytes and the network's input range: (p - MEAN) / SCALE.
MEAN, SCALE = 127.5, 127.5
MAX_OBJECTS = 8
# How many pictures of draw.HELD_OUT_SEED the models are measured on.
HELD_OUT = 500
# The model of each task; NAME.onnx, NAME_int8.onnx, NAME_labels.txt.
NAMES = {'classify': 'icon_classifier', 'detect': 'sign_detector', 'segment': 'icon_segmenter'}


def pictures(task, seed, count, cache):
    """Returns pixels, uint8 [count, 3, size, size], and the truth: classes [count], masks [count, size, size], or
    objects [count, MAX_OBJECTS, 5] as rows of class, ymin, xmin, ymax, xmax, class -1 where there is none."""
    path = os.path.join(cache, f'{task}_{seed}_{count}.npz')
    if os.path.exists(path):
        stored = numpy.load(path)
        return stored['pixels'], stored['truth']
    size = SIZES[task]
    pixels = numpy.empty((count, 3, size, size), numpy.uint8)
    shape = {'classify': (), 'segment': (size, size), 'pretrain': (size, size), 'detect': (MAX_OBJECTS, 5)}[task]
    truth = numpy.zeros((count, *shape), numpy.float32 if task == 'detect' else numpy.uint8)
    for index in range(count):
        picture, answer = draw(task, seed, index)
        pixels[index] = picture.transpose(2, 0, 1)
        truth[index] = rows_of_objects(answer) if task == 'detect' else answer
    os.makedirs(cache, exist_ok=True)
    numpy.savez(path, pixels=pixels, truth=truth)
    return pixels, truth


def rows_of_objects(objects):
    rows = numpy.full((MAX_OBJECTS, 5), -1, numpy.float32)
    for row, (label, box) in zip(rows, objects):
        row[:] = (label, *box)
    return rows
