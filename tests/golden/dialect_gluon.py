"""GluonCV's model_zoo/resnet.py and model_zoo/cifarresnet.py, transcribed from their sources to PyTorch, with the names of save_parameters."""
from torch.nn import functional

from dialect_layers import Layers, relu, strides


def body(net, name, x, convolutions):
    """conv, norm, relu, conv, norm, ... in one sequence; (width, kernel, stride, bias) each."""
    for i, (width, kernel, stride, bias) in enumerate(convolutions):
        x = net.norm(f"{name}.body.{3 * i + 1}", net.conv(f"{name}.body.{3 * i}", x, width, kernel, stride, kernel // 2, bias))
        x = relu(x) if i < len(convolutions) - 1 else x
    return x


def downsample(net, name, x, width, stride):
    if x.shape[1] == width:
        return x
    return net.norm(f"{name}.downsample.1", net.conv(f"{name}.downsample.0", x, width, 1, stride))


def v1(training, x, base, blocks, classes, basic):
    net = Layers(training, names="gluon")
    x = net.act("features.1", net.conv("features.0", x, base, 7, 2, 3))
    x = functional.max_pool2d(x, 3, 2, 1)
    for s, b, stride in strides(blocks):
        name, width = f"features.{s + 4}.{b}", (base << s) * (1 if basic else 4)
        convolutions = [(width, 3, stride, False), (width, 3, 1, False)] if basic else \
            [(width // 4, 1, stride, True), (width // 4, 3, 1, False), (width, 1, 1, True)]
        x = relu(downsample(net, name, x, width, stride) + body(net, name, x, convolutions))
    return net.classify("output", x, classes)


def v2(training, x, base, blocks, classes, basic):
    net = Layers(training, names="gluon")
    x = net.norm("features.0", x, affine=False)
    x = net.act("features.2", net.conv("features.1", x, base, 7, 2, 3))
    x = functional.max_pool2d(x, 3, 2, 1)
    for s, b, stride in strides(blocks):
        name, width = f"features.{s + 5}.{b}", (base << s) * (1 if basic else 4)
        y = net.act(f"{name}.bn1", x)
        shortcut = x if x.shape[1] == width else net.conv(f"{name}.downsample", y, width, 1, stride)
        if basic:
            y = net.conv(f"{name}.conv1", y, width, 3, stride, 1)
            y = net.conv(f"{name}.conv2", net.act(f"{name}.bn2", y), width, 3, 1, 1)
        else:
            y = net.conv(f"{name}.conv1", y, width // 4, 1)
            y = net.conv(f"{name}.conv2", net.act(f"{name}.bn2", y), width // 4, 3, stride, 1)
            y = net.conv(f"{name}.conv3", net.act(f"{name}.bn3", y), width, 1)
        x = y + shortcut
    return net.classify("output", net.act("features.9", x), classes)


def cifar_v1(training, x, base, blocks, classes):
    net = Layers(training, names="gluon")
    x = net.norm("features.1", net.conv("features.0", x, base, 3, 1, 1))
    for s, b, stride in strides(blocks):
        name, width = f"features.{s + 2}.{b}", base << s
        x = relu(downsample(net, name, x, width, stride) + body(net, name, x, [(width, 3, stride, False), (width, 3, 1, False)]))
    return net.classify("output", x, classes)


def cifar_v2(training, x, base, blocks, classes):
    net = Layers(training, names="gluon")
    x = net.conv("features.1", net.norm("features.0", x, affine=False), base, 3, 1, 1)
    for s, b, stride in strides(blocks):
        name, width = f"features.{s + 2}.{b}", base << s
        y = net.conv(f"{name}.conv1", net.act(f"{name}.bn1", x), width, 3, stride, 1)
        y = net.conv(f"{name}.conv2", net.act(f"{name}.bn2", y), width, 3, 1, 1)
        x = y + (x if x.shape[1] == width else net.conv(f"{name}.downsample", x, width, 1, stride))
    return net.classify("output", net.act("features.5", x), classes)
