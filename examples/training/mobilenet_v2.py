"""MobileNetV2 in the paper's terms (Sandler et al., CVPR 2018), and the three networks that are built on it.

All of them take float32 NCHW pictures, pixels as (p - 127.5) / 127.5.
"""

import torch
from torch import nn
from torch.nn import functional

# Table 2: expansion t, channels c, repeats n, stride s.
ROWS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


def channels(c, width):
    """c times the width multiplier, to a multiple of 8 that is not more than a tenth smaller."""
    rounded = max(8, int(c * width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * c * width else rounded


def conv(inputs, outputs, kernel=1, stride=1, dilation=1, groups=1, relu6=True):
    """Convolution, batch norm and (unless it is linear) ReLU6."""
    padding = dilation * (kernel // 2)
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([nn.ReLU6(inplace=True)] if relu6 else []))


def depthwise(c, stride=1, dilation=1):
    return conv(c, c, 3, stride, dilation, groups=c)


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, t, stride, dilation):
        super().__init__()
        wide = inputs * t
        self.expand = conv(inputs, wide) if t > 1 else nn.Identity()
        self.depthwise = depthwise(wide, stride, dilation)
        self.project = conv(wide, outputs, relu6=False)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x, expanded=None):
        """expanded: self.expand(x), if the caller has it already."""
        y = self.project(self.depthwise(self.expand(x) if expanded is None else expanded))
        return x + y if self.residual else y


class Backbone(nn.Module):
    """The rows of Table 2. From `output_stride` on, strides become dilation of the depthwise convolutions."""

    def __init__(self, width, output_stride=32):
        super().__init__()
        c = channels(32, width)
        self.first = conv(3, c, 3, 2)
        self.blocks = nn.ModuleList()
        self.strides = []
        stride, dilation = 2, 1
        for t, row_channels, n, s in ROWS:
            outputs = channels(row_channels, width)
            for k in range(n):
                step = s if k == 0 else 1
                block_dilation = dilation
                if stride * step > output_stride:
                    step, dilation = 1, dilation * step
                else:
                    stride *= step
                self.blocks.append(InvertedResidual(c, outputs, t, step, block_dilation))
                self.strides.append(stride)
                c = outputs
        self.channels = c

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return x


class Classifier(nn.Module):
    """Class probabilities [1, classes] (while training: logits)."""

    def __init__(self, classes, width=0.35, last=1280):
        super().__init__()
        self.backbone = Backbone(width)
        self.last = conv(self.backbone.channels, last)
        self.dropout = nn.Dropout(0.1)
        self.classify = nn.Conv2d(last, classes, 1)

    def forward(self, x):
        x = functional.adaptive_avg_pool2d(self.last(self.backbone(x)), 1)
        logits = torch.flatten(self.classify(self.dropout(x)), 1)
        return logits if self.training else torch.softmax(logits, 1)


class SeparableHead(nn.Module):
    """SSDLite's predictor: a 3x3 depthwise and a 1x1 convolution; [1, h * w * anchors, values]."""

    def __init__(self, inputs, anchors, values):
        super().__init__()
        self.values = values
        self.depthwise = depthwise(inputs)
        self.predict = nn.Conv2d(inputs, anchors * values, 1)

    def forward(self, x):
        return self.predict(self.depthwise(x)).permute(0, 2, 3, 1).reshape(x.shape[0], -1, self.values)


class Detector(nn.Module):
    """SSDLite: box encodings [1, N, 4] (y, x, h, w) and scores [1, N, classes] (while training: logits).

    The first head reads the expansion of the first block at output stride 32 (a tensor of stride 16), the second the last
    convolution, the others the extra feature layers."""

    def __init__(self, classes, anchors, width=0.35, last=640, extras=((128, 256), (64, 128))):
        super().__init__()
        self.backbone = Backbone(width)
        self.branch = self.backbone.strides.index(32)
        self.last = conv(self.backbone.channels, last)
        wide = self.backbone.blocks[self.branch].project[0].in_channels
        feature_channels = [wide, last]
        self.extras = nn.ModuleList()
        for narrow, outputs in extras:
            self.extras.append(nn.Sequential(conv(feature_channels[-1], narrow), depthwise(narrow, 2),
                                             conv(narrow, outputs)))
            feature_channels.append(outputs)
        self.boxes = nn.ModuleList(SeparableHead(c, anchors, 4) for c in feature_channels)
        self.scores = nn.ModuleList(SeparableHead(c, anchors, classes) for c in feature_channels)

    def features(self, x):
        x = self.backbone.first(x)
        for k, block in enumerate(self.backbone.blocks):
            if k == self.branch:
                expanded = block.expand(x)
                yield expanded
                x = block(x, expanded)
            else:
                x = block(x)
        x = self.last(x)
        yield x
        for extra in self.extras:
            x = extra(x)
            yield x

    def forward(self, x):
        features = list(self.features(x))
        boxes = torch.cat([head(feature) for head, feature in zip(self.boxes, features)], 1)
        logits = torch.cat([head(feature) for head, feature in zip(self.scores, features)], 1)
        return boxes, logits if self.training else torch.sigmoid(logits)


class Segmenter(nn.Module):
    """DeepLabv3: the class of every pixel, int64 [1, size, size] (while training: logits at the output stride).

    ASPP with a 1x1 branch and image pooling, as the paper has it for MobileNetV2 (section 6.3)."""

    def __init__(self, classes, size, width=0.35, output_stride=16, aspp=128):
        super().__init__()
        self.backbone = Backbone(width, output_stride)
        self.output_stride, self.map_size = output_stride, size // output_stride
        self.pooled = conv(self.backbone.channels, aspp)
        self.point = conv(self.backbone.channels, aspp)
        self.project = conv(2 * aspp, aspp)
        self.classify = nn.Conv2d(aspp, classes, 1)

    def forward(self, x):
        x = self.backbone(x)
        pooled = self.pooled(functional.adaptive_avg_pool2d(x, 1))
        pooled = functional.interpolate(pooled, scale_factor=float(self.map_size), mode='bilinear', align_corners=False)
        logits = self.classify(self.project(torch.cat([pooled, self.point(x)], 1)))
        if self.training:
            return logits
        return functional.interpolate(logits, scale_factor=float(self.output_stride), mode='bilinear',
                                      align_corners=False).argmax(1)
