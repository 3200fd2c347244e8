"""The networks that are measured, as descriptions (frontends/description/description.fbs)."""
import json

MOBILENET = {"resolution": 224}
SMALL_MOBILENET = {"resolution": 96, "width": 0.35}
SSDLITE = {"resolution": 320, "head": {
    "kind": "ssdlite", "classes": 80, "features": ["block13/expand", "last"], "extra": [512, 256, 256, 128],
    "anchors": [3, 6, 6, 6, 6, 6]}}


def deeplab(output):
    head = {"kind": "deeplab", "classes": 20, "output_stride": 16, "aspp": False, "output": output}
    return {"resolution": 513, "last": 0, "head": head}


NETWORKS = {
    "MobileNetV2 1.0 224": (MOBILENET, ["float32", "uint8", "int8"]),
    "MobileNetV2 0.35 96": (SMALL_MOBILENET, ["float32", "int8"]),
    "SSDLite MobileNetV2 320": (SSDLITE, ["float32", "int8"]),
    "DeepLabv3 MobileNetV2 513, logits": (deeplab("logits"), ["float32", "int8"]),
    "DeepLabv3 MobileNetV2 513, classes": (deeplab("classes"), ["float32", "int8"]),
}


def titles():
    return [f"{name}, {kind}" for name, (_, kinds) in NETWORKS.items() for kind in kinds]


def write_description(title, path):
    name, kind = title.rsplit(", ", 1)
    path.write_text(json.dumps(NETWORKS[name][0] | {"type": kind}) + "\n")
