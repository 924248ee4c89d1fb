"""The small residual networks of tests/Residuum.Testing/SmallNetworks.cs in PyTorch, with the same names of parameters."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional

CLASSES = 5
# What single precision makes of these numbers, since the operations of the graph hold them so.
EPSILON, MOMENTUM, SMOOTHING = (float(np.float32(x)) for x in (1e-5, 0.1, 0.1))

# name: (block, shortcut, pre-activation, large stem)
NETWORKS = {
    "basic-plain": ("basic", "none", False, False),
    "basic-a-split": ("basic", "zero-split", False, False),
    "basic-a-append": ("basic", "zero-append", False, False),
    "basic-b": ("basic", "projection", False, False),
    "basic-c": ("basic", "all-projections", False, False),
    "basic-b-large-stem": ("basic", "projection", False, True),
    "bottleneck-stride-first": ("stride-first", "projection", False, False),
    "bottleneck-stride-middle": ("stride-middle", "projection", False, False),
    "pre-activation-basic": ("basic", "projection", True, False),
    "pre-activation-basic-a": ("basic", "zero-append", True, False),
    "pre-activation-bottleneck": ("stride-middle", "projection", True, False),
}


# index of a block: channels, groups of its 3x3 convolution, stride
GROUPED = {2: (24, 24, 1), 3: (24, 6, 1), 4: (20, 4, 2), 5: (48, 2, 1), 6: (32, 4, 2), 7: (32, 2, 1)}


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


def norm(channels):
    return nn.BatchNorm2d(channels, eps=EPSILON, momentum=MOMENTUM)


class Block(nn.Module):
    def __init__(self, kind, shortcut, pre, inputs, width, stride):
        super().__init__()
        outputs = width if kind == "basic" else 4 * width // 3
        middle = width if kind == "basic" else width // 3
        kernels = {"basic": [(3, stride), (3, 1)], "stride-first": [(1, stride), (3, 1), (1, 1)],
                   "stride-middle": [(1, 1), (3, stride), (1, 1)]}[kind]
        self.pre, self.count, self.kind, self.stride = pre, len(kernels), shortcut, stride
        channels = inputs
        for i, (kernel, step) in enumerate(kernels, 1):
            following = outputs if i == len(kernels) else middle
            self.add_module(f"norm{i}", norm(channels if pre else following))
            self.add_module(f"conv{i}", conv(channels, following, kernel, step))
            channels = following
        self.projects = shortcut == "all-projections" or shortcut == "projection" and (stride > 1 or inputs != outputs)
        if self.projects:
            self.shortcut = nn.ModuleDict({"conv": conv(inputs, outputs, 1, stride)})
            if not pre:
                self.shortcut["norm"] = norm(outputs)
        self.more = outputs - inputs

    def forward(self, x):
        start = x
        for i in range(1, self.count + 1):
            convolution, normalization = getattr(self, f"conv{i}"), getattr(self, f"norm{i}")
            if self.pre:
                x = functional.relu(normalization(x))
                if i == 1 and self.projects:
                    start = x
                x = convolution(x)
            else:
                x = normalization(convolution(x))
                if i < self.count:
                    x = functional.relu(x)
        if self.kind != "none":
            x = x + self.passed(start)
        return x if self.pre else functional.relu(x)

    def passed(self, x):
        if self.projects:
            x = self.shortcut["conv"](x)
            return x if self.pre else self.shortcut["norm"](x)
        x = x[:, :, ::self.stride, ::self.stride]
        before = self.more // 2 if self.kind == "zero-split" else 0
        return functional.pad(x, (0, 0, 0, 0, before, self.more - before))


class Network(nn.Module):
    def __init__(self, block, shortcut, pre, large):
        super().__init__()
        self.pre, self.large = pre, large
        self.stem = nn.ModuleDict({"conv": conv(3, 3, 7 if large else 3, 2 if large else 1)})
        if not pre:
            self.stem["norm"] = norm(3)
        channels = 3
        for stage, width in ((1, 3), (2, 6)):
            blocks = nn.ModuleDict()
            for index in (1, 2):
                blocks[f"block{index}"] = Block(block, shortcut, pre, channels, width, 2 if (stage, index) == (2, 1) else 1)
                channels = width if block == "basic" else 4 * width // 3
            self.add_module(f"stage{stage}", blocks)
        if pre:
            self.last = nn.ModuleDict({"norm": norm(channels)})
        self.classifier = nn.Linear(channels, CLASSES)
        self.size = (19, 17) if large else (8, 7)

    def forward(self, x):
        x = self.stem["conv"](x)
        if not self.pre:
            x = functional.relu(self.stem["norm"](x))
        if self.large:
            x = functional.max_pool2d(x, 3, 2, 1)
        for stage in (self.stage1, self.stage2):
            for block in stage.values():
                x = block(x)
        if self.pre:
            x = functional.relu(self.last["norm"](x))
        return self.classifier(x.mean((2, 3)))


class ConvolutionalNetwork(nn.Module):
    size = (12, 12)

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 3, 5), nn.Conv2d(3, 4, 3, padding=1)
        self.linear1, self.linear2 = nn.Linear(16, 7), nn.Linear(7, CLASSES)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        return self.linear2(functional.relu(self.linear1(x.flatten(1))))


class GroupedNetwork(nn.Module):
    """SmallGroupedNetwork of tests/Residuum.Testing/SmallLayers.cs: ResNeXt's kind of blocks without the last 1x1 convolution."""
    size = (9, 8)

    def __init__(self):
        super().__init__()
        self.conv1, self.norm1, channels = conv(3, 24, 3, groups=3), norm(24), 24
        for index, (following, groups, stride) in GROUPED.items():
            self.add_module(f"conv{index}a", conv(channels, following, 1))
            self.add_module(f"norm{index}a", norm(following))
            self.add_module(f"conv{index}b", conv(following, following, 3, stride, groups))
            self.add_module(f"norm{index}b", norm(following))
            channels = following
        self.classifier = nn.Linear(channels, CLASSES)

    def forward(self, x):
        x = functional.relu(self.norm1(self.conv1(x)))
        for index, (channels, _, stride) in GROUPED.items():
            y = functional.relu(getattr(self, f"norm{index}a")(getattr(self, f"conv{index}a")(x)))
            y = getattr(self, f"norm{index}b")(getattr(self, f"conv{index}b")(y))
            x = functional.relu(y + x if stride == 1 and channels == x.shape[1] else y)
        return self.classifier(x.mean((2, 3)))


def randomize(network, generator):
    """Numbers that single precision holds exactly, in every parameter and running statistic."""
    for name, tensor in network.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        value = torch.rand(tensor.shape, generator=generator, dtype=torch.float32) * 2 - 1
        if tensor.dim() > 1:
            value *= (6 / tensor[0].numel()) ** 0.5
        elif name.endswith("running_var") or ("norm" in name and name.endswith("weight")):
            value = 1 + value / 2
        else:
            value /= 2
        tensor.copy_(value)
