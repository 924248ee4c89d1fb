"""The networks in PyTorch: torchvision's own where it has them, else a plain definition that follows the description in the model file."""
import torch
import torchvision
from torch import nn
from torch.nn import functional

import safetensors

TORCHVISION = {"basic": torchvision.models.resnet.BasicBlock, "bottleneck": torchvision.models.resnet.Bottleneck}


def load(path):
    """The network of a model file with its weights."""
    spec = safetensors.network(path)
    model = of_torchvision(spec) if "fc.weight" in safetensors.header(path)[0] else ResNet(spec)
    left = {name: tensor for name, tensor in model.state_dict().items() if not name.endswith("num_batches_tracked")}
    for name, array in safetensors.tensors(path):
        left.pop(name).copy_(torch.from_numpy(array))
    assert not left, f"the file has no weights for {sorted(left)}"
    return model


def of_torchvision(spec):
    blocks = [stage["blocks"] for stage in spec["stages"]]
    return torchvision.models.ResNet(TORCHVISION[spec["block"]["kind"]], blocks, num_classes=spec["classes"])


def last_scales(model):
    """What scales each residual branch: its last normalization, or before activation its last convolution."""
    for module in model.modules():
        if isinstance(module, Block):
            yield getattr(module, f"{'conv' if module.preactivated else 'norm'}{module.count}").weight
        elif isinstance(module, tuple(TORCHVISION.values())):
            yield (module.bn3 if hasattr(module, "bn3") else module.bn2).weight


class Normalized(nn.Module):
    """A convolution and its normalization."""

    def __init__(self, before, width, kernel, stride):
        super().__init__()
        self.conv = nn.Conv2d(before, width, kernel, stride, (kernel - 1) // 2, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x):
        return self.norm(self.conv(x))


class ZeroPad(nn.Module):
    """Shortcut A: every stride-th pixel, new channels of zeros on both sides or behind."""

    def __init__(self, before, width, stride, split):
        super().__init__()
        self.stride = stride
        self.front = (width - before) // 2 if split else 0
        self.back = width - before - self.front

    def forward(self, x):
        return functional.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.front, self.back))


class Block(nn.Module):
    """act(convs(x) + shortcut(x)), or with the activations before the convolutions."""

    def __init__(self, spec, before, width, stride, first):
        super().__init__()
        block = spec["block"]
        self.preactivated = block.get("preActivation") is not None
        self.bare = first  # The stem has activated what the first block of a pre-activation network reads.
        if block["kind"] == "basic":
            shapes = [(width, 3, stride), (width, 3, 1)]
        else:
            inner = width // block.get("reduction", 4)
            early = block.get("stride") == "first1x1"
            shapes = [(inner, 1, stride if early else 1), (inner, 3, 1 if early else stride), (width, 1, 1)]
        self.count = len(shapes)
        changes = stride != 1 or before != width
        channels = before
        for i, (outputs, kernel, step) in enumerate(shapes, 1):
            self.add_module(f"conv{i}", nn.Conv2d(channels, outputs, kernel, step, (kernel - 1) // 2, bias=False))
            if not (self.preactivated and self.bare and i == 1):
                self.add_module(f"norm{i}", nn.BatchNorm2d(channels if self.preactivated else outputs))
            channels = outputs
        kind = spec.get("shortcut", "projection")
        self.shortcut = nn.Identity()
        if changes and kind.startswith("zeroPad"):
            self.shortcut = ZeroPad(before, width, stride, kind == "zeroPadSplit")
        elif changes and self.preactivated:
            self.shortcut = nn.Module()
            self.shortcut.conv = nn.Conv2d(before, width, 1, stride, bias=False)
        elif changes:
            self.shortcut = Normalized(before, width, 1, stride)

    def forward(self, x):
        return self.preactivation(x) if self.preactivated else self.postactivation(x)

    def postactivation(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"norm{i}")(getattr(self, f"conv{i}")(y))
            if i < self.count:
                y = functional.relu(y)
        return functional.relu(y + self.shortcut(x))

    def preactivation(self, x):
        y = x
        for i in range(1, self.count + 1):
            if not (self.bare and i == 1):
                y = functional.relu(getattr(self, f"norm{i}")(y))
            if i == 1:
                activated = y
            y = getattr(self, f"conv{i}")(y)
        return y + (self.shortcut.conv(activated) if hasattr(self.shortcut, "conv") else self.shortcut(x))


class ResNet(nn.Module):
    """A network of one stem convolution and stages of blocks; modules bear our names, so that weights load as they are."""

    def __init__(self, spec):
        super().__init__()
        stem, = spec["stem"]["convolutions"]
        self.stem = Normalized(spec["input"]["channels"], stem["width"], stem.get("kernel", 3), stem.get("stride", 1))
        self.pool = nn.MaxPool2d(3, 2, 1) if spec["stem"].get("maxPool") else nn.Identity()
        channels = stem["width"]
        for s, stage in enumerate(spec["stages"], 1):
            blocks = nn.Sequential()
            for b in range(1, stage["blocks"] + 1):
                stride = stage.get("stride", 1) if b == 1 else 1
                blocks.add_module(f"block{b}", Block(spec, channels, stage["width"], stride, first=s == b == 1))
                channels = stage["width"]
            self.add_module(f"stage{s}", blocks)
        self.count = len(spec["stages"])
        self.head = nn.Module()
        if spec["block"].get("preActivation") is not None:
            self.head.norm = nn.BatchNorm2d(channels)
        self.head.linear = nn.Linear(channels, spec["classes"])

    def forward(self, x):
        x = self.pool(functional.relu(self.stem(x)))
        for s in range(1, self.count + 1):
            x = getattr(self, f"stage{s}")(x)
        if hasattr(self.head, "norm"):
            x = functional.relu(self.head.norm(x))
        return self.head.linear(torch.flatten(functional.adaptive_avg_pool2d(x, 1), 1))
