"""
PyTorch code by others: timm's resnet.py and resnetv2.py, kuangliu/pytorch-cifar, akamaster/pytorch_resnet_cifar10 and NVIDIA's
SE-ResNeXt, transcribed from their sources, with the names of their state dicts.
"""
import torch
from torch.nn import functional

from dialect_layers import Layers, relu, strides


def squeeze(net, reduce, expand, x, inner):
    means = relu(net.linear(reduce, x.mean((2, 3)), inner))
    return x * torch.sigmoid(net.linear(expand, means, x.shape[1]))[:, :, None, None]


def make_divisible(value, divisor=8):
    return max(divisor, int(value + divisor / 2) // divisor * divisor)


def timm(training, x, base, blocks, classes, basic=False, deep=None, pooled=False, se=False, groups=1, group_width=None):
    """deep: widths of the first two convolutions of a deep stem; pooled: avg_down; se: SEModule with make_divisible(channels / 16)."""
    net = Layers(training)
    if deep:
        x = net.act("conv1.1", net.conv("conv1.0", x, deep[0], 3, 2, 1))
        x = net.act("conv1.4", net.conv("conv1.3", x, deep[1], 3, 1, 1))
        x = net.act("bn1", net.conv("conv1.6", x, base if deep[1] <= base // 2 else 2 * base, 3, 1, 1))
    else:
        x = net.act("bn1", net.conv("conv1", x, base, 7, 2, 3))
    x = functional.max_pool2d(x, 3, 2, 1)
    for s, b, stride in strides(blocks):
        name, planes = f"layer{s + 1}.{b}", base << s
        width = planes * (1 if basic else 4)
        if basic:
            y = net.act(f"{name}.bn1", net.conv(f"{name}.conv1", x, planes, 3, stride, 1))
            y = net.norm(f"{name}.bn2", net.conv(f"{name}.conv2", y, planes, 3, 1, 1))
        else:
            inner = planes if group_width is None else groups * group_width << s
            y = net.act(f"{name}.bn1", net.conv(f"{name}.conv1", x, inner, 1))
            y = net.act(f"{name}.bn2", net.conv(f"{name}.conv2", y, inner, 3, stride, 1, groups=groups))
            y = net.norm(f"{name}.bn3", net.conv(f"{name}.conv3", y, width, 1))
        if se:
            y = squeeze(net, f"{name}.se.fc1", f"{name}.se.fc2", y, make_divisible(width / 16))
        if b == 0 and (stride != 1 or x.shape[1] != width):
            if pooled:
                if stride > 1:
                    x = functional.avg_pool2d(x, 2, stride, ceil_mode=True, count_include_pad=False)
                x = net.norm(f"{name}.downsample.2", net.conv(f"{name}.downsample.1", x, width, 1))
            else:
                x = net.norm(f"{name}.downsample.1", net.conv(f"{name}.downsample.0", x, width, 1, stride))
        x = relu(x + y)
    return net.classify("fc", x, classes)


def timm_v2(training, x, base, blocks, classes):
    net = Layers(training)
    x = functional.max_pool2d(net.conv("stem.conv", x, base, 7, 2, 3), 3, 2, 1)
    for s, b, stride in strides(blocks):
        name, inner = f"stages.{s}.blocks.{b}", base << s
        preact = net.act(f"{name}.norm1", x)
        shortcut = net.conv(f"{name}.downsample.conv", preact, 4 * inner, 1, stride) if b == 0 else x
        y = net.act(f"{name}.norm2", net.conv(f"{name}.conv1", preact, inner, 1))
        y = net.act(f"{name}.norm3", net.conv(f"{name}.conv2", y, inner, 3, stride, 1))
        x = net.conv(f"{name}.conv3", y, 4 * inner, 1) + shortcut
    return net.classify("head.fc", net.act("norm", x), classes)


def nvidia_se(training, x, base, blocks, classes, groups, group_width):
    net = Layers(training)
    x = functional.max_pool2d(net.act("bn1", net.conv("conv1", x, base, 7, 2, 3)), 3, 2, 1)
    for s, b, stride in strides(blocks):
        name, inner, width = f"layers.{s}.{b}", groups * group_width << s, 4 * base << s
        y = net.act(f"{name}.bn1", net.conv(f"{name}.conv1", x, inner, 1))
        y = net.act(f"{name}.bn2", net.conv(f"{name}.conv2", y, inner, 3, stride, 1, groups=groups))
        y = net.norm(f"{name}.bn3", net.conv(f"{name}.conv3", y, width, 1))
        y = squeeze(net, f"{name}.squeeze.squeeze", f"{name}.squeeze.expand", y, width // 16)
        if b == 0:
            x = net.norm(f"{name}.downsample.1", net.conv(f"{name}.downsample.0", x, width, 1, stride))
        x = relu(x + y)
    return net.classify("fc", x, classes)


def kuangliu(training, x, base, blocks, classes, basic):
    net = Layers(training)
    x = net.act("bn1", net.conv("conv1", x, base, 3, 1, 1))
    for s, b, stride in strides(blocks):
        name, planes = f"layer{s + 1}.{b}", base << s
        width = planes * (1 if basic else 4)
        if basic:
            y = net.act(f"{name}.bn1", net.conv(f"{name}.conv1", x, planes, 3, stride, 1))
            y = net.norm(f"{name}.bn2", net.conv(f"{name}.conv2", y, planes, 3, 1, 1))
        else:
            y = net.act(f"{name}.bn1", net.conv(f"{name}.conv1", x, planes, 1))
            y = net.act(f"{name}.bn2", net.conv(f"{name}.conv2", y, planes, 3, stride, 1))
            y = net.norm(f"{name}.bn3", net.conv(f"{name}.conv3", y, width, 1))
        if stride != 1 or x.shape[1] != width:
            x = net.norm(f"{name}.shortcut.1", net.conv(f"{name}.shortcut.0", x, width, 1, stride))
        x = relu(y + x)
    return net.classify("linear", x, classes)


def kuangliu_preact(training, x, base, blocks, classes, basic, senet=False):
    net = Layers(training)
    x = net.conv("conv1", x, base, 3, 1, 1)
    if senet:
        x = net.act("bn1", x)
    for s, b, stride in strides(blocks):
        name, planes = f"layer{s + 1}.{b}", base << s
        width = planes * (1 if basic else 4)
        y = net.act(f"{name}.bn1", x)
        if stride != 1 or x.shape[1] != width:
            x = net.conv(f"{name}.shortcut.0", y, width, 1, stride)
        if basic:
            y = net.conv(f"{name}.conv1", y, planes, 3, stride, 1)
            y = net.conv(f"{name}.conv2", net.act(f"{name}.bn2", y), planes, 3, 1, 1)
        else:
            y = net.conv(f"{name}.conv1", y, planes, 1)
            y = net.conv(f"{name}.conv2", net.act(f"{name}.bn2", y), planes, 3, stride, 1)
            y = net.conv(f"{name}.conv3", net.act(f"{name}.bn3", y), width, 1)
        if senet:
            y = squeeze(net, f"{name}.fc1", f"{name}.fc2", y, width // 16)
        x = y + x
    return net.classify("linear", x, classes)


def kuangliu_resnext(training, x, base, blocks, classes, cardinality, bottleneck_width):
    net = Layers(training)
    x = net.act("bn1", net.conv("conv1", x, base, 1))
    for s, b, stride in strides(blocks):
        name, inner = f"layer{s + 1}.{b}", cardinality * bottleneck_width << s
        y = net.act(f"{name}.bn1", net.conv(f"{name}.conv1", x, inner, 1))
        y = net.act(f"{name}.bn2", net.conv(f"{name}.conv2", y, inner, 3, stride, 1, groups=cardinality))
        y = net.norm(f"{name}.bn3", net.conv(f"{name}.conv3", y, 2 * inner, 1))
        if stride != 1 or x.shape[1] != 2 * inner:
            x = net.norm(f"{name}.shortcut.1", net.conv(f"{name}.shortcut.0", x, 2 * inner, 1, stride))
        x = relu(y + x)
    return net.classify("linear", x, classes)


def akamaster(training, x, base, blocks, classes):
    net = Layers(training)
    x = net.act("bn1", net.conv("conv1", x, base, 3, 1, 1))
    for s, b, stride in strides(blocks):
        name, planes = f"layer{s + 1}.{b}", base << s
        y = net.act(f"{name}.bn1", net.conv(f"{name}.conv1", x, planes, 3, stride, 1))
        y = net.norm(f"{name}.bn2", net.conv(f"{name}.conv2", y, planes, 3, 1, 1))
        if stride != 1 or x.shape[1] != planes:
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, planes // 4, planes // 4))
        x = relu(y + x)
    return net.classify("linear", x, classes)
