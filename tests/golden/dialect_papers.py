"""
The authors' own networks, transcribed to PyTorch with our names: Caffe's prototxt (KaimingHe/deep-residual-networks), fb.resnet.torch's
resnet.lua and preresnet.lua, resnet-pre-act.lua (KaimingHe/resnet-1k-layers), and the shortcuts and placements of He et al. 2016,
figures 2 and 4.
"""
import torch
from torch.nn import functional

from dialect_layers import Layers, relu, strides


def caffe(training, x, base, blocks, classes, stem_bias):
    net = Layers(training)
    x = net.act("stem.norm", net.conv("stem.conv", x, base, 7, 2, 3, bias=stem_bias))
    x = functional.max_pool2d(x, 3, 2, ceil_mode=True)
    for s, b, stride in strides(blocks):
        name, width = f"stage{s + 1}.block{b + 1}", base << s
        shortcut = x
        if b == 0:
            shortcut = net.norm(f"{name}.shortcut.norm", net.conv(f"{name}.shortcut.conv", x, 4 * width, 1, stride))
        y = net.act(f"{name}.norm1", net.conv(f"{name}.conv1", x, width, 1, stride))
        y = net.act(f"{name}.norm2", net.conv(f"{name}.conv2", y, width, 3, 1, 1))
        x = relu(shortcut + net.norm(f"{name}.norm3", net.conv(f"{name}.conv3", y, 4 * width, 1)))
    return net.classify("head.linear", x, classes)


def torch_cifar(training, x, base, blocks, classes):
    net = Layers(training)
    x = net.act("stem.norm", net.conv("stem.conv", x, base, 3, 1, 1))
    for s, b, stride in strides(blocks):
        name, width = f"stage{s + 1}.block{b + 1}", base << s
        y = net.act(f"{name}.norm1", net.conv(f"{name}.conv1", x, width, 3, stride, 1))
        y = net.norm(f"{name}.norm2", net.conv(f"{name}.conv2", y, width, 3, 1, 1))
        if x.shape[1] != width:
            # nn.Concat of the identity and of it multiplied by zero, behind a 1x1 average pooling that strides.
            x = functional.avg_pool2d(x, 1, stride)
            x = torch.cat((x, 0 * x), 1)
        x = relu(x + y)
    return net.classify("head.linear", x, classes)


def preresnet(training, x, base, blocks, classes, basic):
    net = Layers(training)
    x = net.act("stem.norm", net.conv("stem.conv", x, base, 7, 2, 3))
    x = functional.max_pool2d(x, 3, 2, 1)
    for s, b, stride in strides(blocks):
        name, width = f"stage{s + 1}.block{b + 1}", (base << s) * (1 if basic else 4)
        kind = "no_preact" if s == 0 and b == 0 else "both_preact" if b == 0 else "branch"
        y = x if kind == "no_preact" else net.act(f"{name}.norm1", x)
        shortcut = y if kind == "both_preact" else x
        if shortcut.shape[1] != width:
            shortcut = net.conv(f"{name}.shortcut.conv", shortcut, width, 1, stride)
        if basic:
            y = net.conv(f"{name}.conv1", y, width, 3, stride, 1)
            y = net.conv(f"{name}.conv2", net.act(f"{name}.norm2", y), width, 3, 1, 1)
        else:
            y = net.conv(f"{name}.conv1", y, width // 4, 1)
            y = net.conv(f"{name}.conv2", net.act(f"{name}.norm2", y), width // 4, 3, stride, 1)
            y = net.conv(f"{name}.conv3", net.act(f"{name}.norm3", y), width, 1)
        x = shortcut + y
    return net.classify("head.linear", net.act("head.norm", x), classes)


def pre_act(training, x, base, blocks, classes):
    """resnet-pre-act.lua: the first block's activation is the stem's, for both of its paths."""
    net = Layers(training)
    x = net.conv("stem.conv", x, base, 3, 1, 1)
    for s, b, stride in strides(blocks):
        name, width = f"stage{s + 1}.block{b + 1}", 4 * base << s
        y = net.act("stem.norm" if s == 0 and b == 0 else f"{name}.norm1", x)
        shortcut = net.conv(f"{name}.shortcut.conv", y, width, 1, stride) if x.shape[1] != width else x
        y = net.act(f"{name}.norm2", net.conv(f"{name}.conv1", y, width // 4, 1, stride))
        y = net.act(f"{name}.norm3", net.conv(f"{name}.conv2", y, width // 4, 3, 1, 1))
        x = shortcut + net.conv(f"{name}.conv3", y, width, 1)
    return net.classify("head.linear", net.act("head.norm", x), classes)


def padded(x, width, stride):
    """Shortcut A, channels split on both sides."""
    more = width - x.shape[1]
    return functional.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, more // 2, more - more // 2))


def experiment(training, x, base, blocks, classes, kind):
    """ResNet-110's two-layer units with the shortcuts of figure 2 and the placements of figure 4."""
    net = Layers(training)
    x = net.norm("stem.norm", net.conv("stem.conv", x, base, 3, 1, 1))
    # A pre-activation network's first unit finds its activation in the stem.
    x = relu(x)
    for s, b, stride in strides(blocks):
        name, width = f"stage{s + 1}.block{b + 1}", base << s
        conv1 = lambda y: net.conv(f"{name}.conv1", y, width, 3, stride, 1)
        conv2 = lambda y: net.conv(f"{name}.conv2", y, width, 3, 1, 1)
        norm1, norm2 = (lambda y, i=i: net.norm(f"{name}.norm{i}", y) for i in (1, 2))
        if kind == "concat":
            y = norm2(conv2(relu(norm1(conv1(x)))))
            x = relu(torch.cat((x[:, :, ::stride, ::stride], y), 1))
            continue
        shortcut = padded(x, width, stride)
        if kind == "reluonly":
            y = conv1(x if s == 0 and b == 0 else relu(x))
            x = shortcut + norm2(conv2(relu(norm1(y))))
        elif kind == "normafter":
            x = relu(norm2(shortcut + conv2(relu(norm1(conv1(x))))))
        elif kind == "relubefore":
            x = shortcut + relu(norm2(conv2(relu(norm1(conv1(x))))))
        else:
            y = norm2(conv2(relu(norm1(conv1(x)))))
            if kind == "scaled":
                x = relu(0.5 * shortcut + 0.5 * y)
            else:
                gate = torch.sigmoid(net.conv(f"{name}.gate.conv", x, width, 1, stride, bias=True))
                x = relu((1 - gate) * shortcut + (gate * y if kind == "exclusivegate" else y))
    if kind == "reluonly":
        x = relu(x)
    return net.classify("head.linear", x, classes)
