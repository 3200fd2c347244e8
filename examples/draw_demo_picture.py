#!/usr/bin/env python3
"""Draws demo.png, the picture of scripts/demo: a house on a hill under the sun.

Needs nothing but Python. Usage: draw_demo_picture.py demo.png
"""
import math
import struct
import sys
import zlib

SIZE = 192


def mix(a, b, t):
    return tuple(round(x + (y - x) * t) for x, y in zip(a, b))


def color(x, y):
    """The topmost thing at a point; the picture is the unit square, y grows downwards."""
    if math.hypot(x - 0.47, y - 0.78) < 0.012:
        return (250, 220, 90)  # door knob
    if 0.37 < x < 0.49 and 0.66 < y < 0.86:
        return (110, 60, 30)  # door
    if 0.56 < x < 0.70 and 0.63 < y < 0.75:
        frame = min(abs(x - 0.63), abs(y - 0.69)) < 0.008
        return (240, 240, 235) if frame else (120, 190, 230)  # window
    if 0.30 < x < 0.76 and 0.55 < y < 0.86:
        return (225, 205, 170)  # wall
    if 0.33 < y < 0.55 and abs(x - 0.53) < 0.29 * (y - 0.33) / 0.22:
        return (170, 50, 40) if int(y * 60) % 2 else (155, 44, 36)  # roof
    if 0.62 < x < 0.69 and 0.32 < y < 0.50:
        return (130, 70, 60)  # chimney
    if math.hypot(x - 0.13, (y - 0.60) * 0.8) < 0.10:
        return (40, 110, 50)  # tree
    if 0.115 < x < 0.145 and 0.60 < y < 0.86:
        return (100, 70, 40)  # trunk
    if y > 0.80 - 0.04 * math.sin(3.0 * x + 0.4):
        return mix((110, 170, 70), (60, 120, 45), (y - 0.76) / 0.24)  # meadow
    if math.hypot(x - 0.84, y - 0.17) < 0.085:
        return (255, 225, 110)  # sun
    return mix((90, 150, 225), (205, 228, 245), min(1.0, y / 0.8))  # sky


def pixel(column, row):
    """The mean of 2x2 points, so that edges are smooth."""
    points = [color((column + dx) / SIZE, (row + dy) / SIZE) for dx in (0.25, 0.75) for dy in (0.25, 0.75)]
    return bytes(sum(channel) // 4 for channel in zip(*points))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main():
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    with open(sys.argv[1], "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header))
        file.write(chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    main()
