"""
Small ONNX files as PyTorch exports them, for the tests of the import: tests/Residuum.Tests/Golden/Interop/*.onnx, each with the image
that it was given (NAME.image) and PyTorch's answer (NAME.logits), float32. Two kinds:

narrow-*, idioms-*   small networks with all their weights, exported in different ways;
*.light              torchvision's networks, whose weights are taken out and replaced by one number (nodes ConstantOfShape, as in ONNX's
                     own light models), to compare their nodes with those of our networks.

Run with PyTorch 1.13 and torchvision 0.14 as `python3 tests/golden/onnx_models.py`.
"""
import io
import pathlib
import warnings

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

FOLDER = pathlib.Path(__file__).parent.parent / "Residuum.Tests" / "Golden" / "Interop"
TRAINING = {True: torch.onnx.TrainingMode.EVAL, False: torch.onnx.TrainingMode.PRESERVE}


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Narrow(nn.Module):
    """A ResNet of torchvision's form, 8 to 16 channels wide."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(8, 8, 1), Block(8, 8, 1))
        self.layer2 = nn.Sequential(Block(8, 16, 2), Block(16, 16, 1))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        x = self.avgpool(self.layer2(self.layer1(x)))
        return self.fc(torch.flatten(x, 1))


class Idioms(nn.Module):
    """What else people write: zero-padded shortcuts, squeeze-and-excitation, odd poolings, decoders, a view by size, a softmax."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, (3, 5), (1, 2), (1, 2), bias=True)
        self.grouped = nn.Conv2d(8, 8, 3, 1, 1, groups=4, bias=False)
        self.bn = nn.BatchNorm2d(8, eps=1e-3)
        self.down = nn.Conv2d(8, 4, 1)
        self.up = nn.Conv2d(4, 8, 1)
        self.transposed = nn.ConvTranspose2d(12, 6, 3, 2, 1, output_padding=1)
        self.hidden = nn.Linear(6 * 4 * 3, 10)
        self.last = nn.Linear(10, 5, bias=False)

    def forward(self, x):
        x = F.relu6(self.conv((x - 0.25) / 0.5))
        x = x + F.hardtanh(self.bn(self.grouped(x)), -1, 2)
        s = torch.sigmoid(self.up(F.relu(self.down(x.mean((2, 3), keepdim=True)))))
        x = x * s
        x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2))
        x = F.avg_pool2d(x, 3, 1, 1, count_include_pad=True) + F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        x = F.pad(x, (1, 0, 0, 2))
        x = self.transposed(x * torch.sigmoid(x))
        x = torch.cat((x[:, 2:4], x[:, :2], x[:, 4:]), 1)
        x = F.avg_pool2d(x[:, :, :52, 3:42], 13)
        x = F.dropout(F.relu(self.hidden(x.view(x.size(0), -1))), 0.5, self.training)
        return F.softmax(self.last(x), 1)


def lively(module):
    torch.manual_seed(5)
    for part in module.modules():
        if isinstance(part, (nn.Conv2d, nn.Linear, nn.ConvTranspose2d)):
            part.reset_parameters()
        if isinstance(part, nn.BatchNorm2d):
            part.weight.data.uniform_(0.5, 1.5)
            part.bias.data.normal_(0, 0.1)
            part.running_mean.normal_(0, 0.1)
            part.running_var.uniform_(0.5, 1.5)
    return module.eval()


def export(module, image, opset, folded, constants, axes):
    target = io.BytesIO()
    torch.onnx.export(module, image, target, opset_version=opset, do_constant_folding=constants, training=TRAINING[folded],
                      input_names=["x"], output_names=["y"], dynamic_axes={"x": axes, "y": axes} if axes else None)
    return target.getvalue()


def small(name, module, image, *how):
    path = FOLDER / f"{name}.onnx"
    path.write_bytes(export(module, image, *how))
    image.numpy().astype(np.float32).tofile(path.with_suffix(".image"))
    with torch.no_grad():
        module(image).numpy().astype(np.float32).tofile(path.with_suffix(".logits"))
    print(path.name, path.stat().st_size)


def varint(number):
    result = bytearray()
    while number > 0x7F:
        result.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(result + bytes([number]))


def field(number, content):
    """A field of bytes, or of a whole number."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def fields(message):
    """The fields of a message as (number, content)."""
    place = 0

    def number():
        nonlocal place
        value, shift = 0, 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(message):
        tag = number()
        if tag & 7 == 0:
            yield tag >> 3, number()
        elif tag & 7 == 2:
            size = number()
            yield tag >> 3, message[place:place + size]
            place += size
        else:
            size = {1: 8, 5: 4}[tag & 7]
            yield tag >> 3, (tag & 7, message[place:place + size])
            place += size


def written(number, content):
    return varint(number << 3 | content[0]) + content[1] if isinstance(content, tuple) else field(number, content)


def light(model):
    """The model with each large initializer made by a node ConstantOfShape of 0.01."""
    result = b""
    for number, content in fields(model):
        if number != 7:
            result += written(number, content)
            continue
        nodes, graph = b"", b""
        for inner, part in fields(content):
            if inner != 5 or len(part) < 300:
                graph += written(inner, part)
                continue
            tensor = list(fields(part))
            name = next(value for key, value in tensor if key == 8)
            dims = [value for key, value in tensor if key == 1]
            shape = name + b"/shape"
            graph += field(5, field(1, len(dims)) + field(2, 7) + field(8, shape) + field(9, np.array(dims, np.int64).tobytes()))
            value = field(1, 1) + field(2, 1) + field(9, np.array([0.01], np.float32).tobytes())
            attribute = field(1, b"value") + field(5, value) + field(20, 4)
            nodes += field(1, field(1, shape) + field(2, name) + field(4, b"ConstantOfShape") + field(5, attribute))
        result += field(7, nodes + graph)
    return result


def main():
    warnings.simplefilter("ignore")
    image = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(7))
    narrow = lively(Narrow())
    small("narrow-11-folded-free", narrow, image, 11, True, True, {0: "N"})
    small("narrow-13-unfolded-chains", narrow, image, 13, False, False, {0: "N"})
    small("narrow-17-unfolded-fixed", narrow, image, 17, False, True, None)
    image = torch.randn(1, 3, 24, 40, generator=torch.Generator().manual_seed(8))
    idioms = lively(Idioms())
    small("idioms-11-chains-free", idioms, image, 11, True, False, {0: "N"})
    small("idioms-17-fixed", idioms, image, 17, True, True, None)
    image = torch.randn(1, 3, 224, 224)
    for name, opset, folded, constants, form in (("resnet18", 17, True, True, "folded"), ("resnet18", 13, False, False, "chains"),
                                                 ("resnet50", 11, True, True, "folded")):
        module = lively(getattr(torchvision.models, name)(weights=None))
        path = FOLDER / f"{name}-{opset}-{form}.light.onnx"
        path.write_bytes(light(export(module, image, opset, folded, constants, {0: "N"})))
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
