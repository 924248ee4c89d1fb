"""
keras.applications' ResNet50 and ResNet50V2 (keras/applications/resnet.py), and Keras' example cifar10_resnet.py (Atienza, chapter 2),
transcribed from their sources to PyTorch. The applications' names are theirs; the example numbers its layers, so it takes our names.
"""
from torch.nn import functional

from dialect_layers import Layers, relu, strides


def zeros(x, count):
    return functional.pad(x, (count,) * 4)


def resnet(training, x, base, blocks, classes):
    net = Layers(training, 1.001e-5, "keras")
    x = net.conv("conv1_conv", zeros(x, 3), base, 7, 2, bias=True)
    x = functional.max_pool2d(zeros(net.act("conv1_bn", x), 1), 3, 2)
    for s, b, stride in strides(blocks):
        name, filters = f"conv{s + 2}_block{b + 1}", base << s
        shortcut = net.norm(f"{name}_0_bn", net.conv(f"{name}_0_conv", x, 4 * filters, 1, stride, bias=True)) if b == 0 else x
        y = net.act(f"{name}_1_bn", net.conv(f"{name}_1_conv", x, filters, 1, stride, bias=True))
        y = net.act(f"{name}_2_bn", net.same(f"{name}_2_conv", y, filters, 3, bias=True))
        y = net.norm(f"{name}_3_bn", net.conv(f"{name}_3_conv", y, 4 * filters, 1, bias=True))
        x = relu(shortcut + y)
    return net.classify("predictions", x, classes)


def resnet_v2(training, x, base, blocks, classes):
    net = Layers(training, 1.001e-5, "keras")
    x = net.conv("conv1_conv", zeros(x, 3), base, 7, 2, bias=True)
    x = functional.max_pool2d(zeros(x, 1), 3, 2)
    for s, count in enumerate(blocks):
        for b in range(count):
            name, filters = f"conv{s + 2}_block{b + 1}", base << s
            stride = 2 if b == count - 1 and s < len(blocks) - 1 else 1
            preact = net.act(f"{name}_preact_bn", x)
            if b == 0:
                shortcut = net.conv(f"{name}_0_conv", preact, 4 * filters, 1, stride, bias=True)
            else:
                shortcut = functional.max_pool2d(x, 1, stride) if stride > 1 else x
            y = net.act(f"{name}_1_bn", net.conv(f"{name}_1_conv", preact, filters, 1))
            y = net.act(f"{name}_2_bn", net.conv(f"{name}_2_conv", zeros(y, 1), filters, 3, stride))
            x = shortcut + net.conv(f"{name}_3_conv", y, 4 * filters, 1, bias=True)
    return net.classify("predictions", net.act("post_bn", x), classes)


def example_v1(training, x, base, blocks, classes):
    net = Layers(training, 1e-3)
    x = net.act("stem.norm", net.same("stem.conv", x, base, 3, bias=True))
    for s, b, stride in strides(blocks):
        name, filters = f"stage{s + 1}.block{b + 1}", base << s
        y = net.act(f"{name}.norm1", net.same(f"{name}.conv1", x, filters, 3, stride, bias=True))
        y = net.norm(f"{name}.norm2", net.same(f"{name}.conv2", y, filters, 3, bias=True))
        if s > 0 and b == 0:
            x = net.same(f"{name}.shortcut.conv", x, filters, 1, stride, bias=True)
        x = relu(x + y)
    return net.classify("head.linear", x, classes)


def example_v2(training, x, base, blocks, classes):
    net = Layers(training, 1e-3)
    x = net.act("stem.norm", net.same("stem.conv", x, base, 3, bias=True))
    filters_in = base
    for s, count in enumerate(blocks):
        filters_out = filters_in * (4 if s == 0 else 2)
        for b in range(count):
            name = f"stage{s + 1}.block{b + 1}"
            stride = 2 if s > 0 and b == 0 else 1
            y = x if s == 0 and b == 0 else net.act(f"{name}.norm1", x)
            y = net.same(f"{name}.conv1", y, filters_in, 1, stride, bias=True)
            y = net.same(f"{name}.conv2", net.act(f"{name}.norm2", y), filters_in, 3, bias=True)
            y = net.same(f"{name}.conv3", net.act(f"{name}.norm3", y), filters_out, 1, bias=True)
            if b == 0:
                x = net.same(f"{name}.shortcut.conv", x, filters_out, 1, stride, bias=True)
            x = x + y
        filters_in = filters_out
    return net.classify("head.linear", net.act("head.norm", x), classes)
