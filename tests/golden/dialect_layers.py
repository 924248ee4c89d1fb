"""Layers by function, in double precision, whose weights follow from their names; the names are those of each dialect's own files."""
import torch
from torch.nn import functional

from formula import fill

relu = functional.relu


class Layers:
    """`names` says how a framework calls a layer's parameters: torch, gluon or keras, whose kernels are height x width x in x out."""

    def __init__(self, training, epsilon=1e-5, names="torch"):
        self.training, self.epsilon, self.keras = training, epsilon, names == "keras"
        self.separator = "/" if self.keras else "."
        self.vectors = {"torch": ("weight", "bias", "running_mean", "running_var"), "gluon": ("gamma", "beta", "running_mean", "running_var"),
                        "keras": ("gamma", "beta", "moving_mean", "moving_variance")}[names]
        self.used = set()

    def get(self, name, *shape):
        assert name not in self.used, name
        self.used.add(name)
        return fill(name, shape).double()

    def conv(self, name, x, width, kernel, stride=1, padding=0, bias=False, groups=1):
        inputs = x.shape[1] // groups
        if self.keras:
            w = self.get(f"{name}/kernel", kernel, kernel, inputs, width).permute(3, 2, 0, 1)
        else:
            w = self.get(f"{name}.weight", width, inputs, kernel, kernel)
        b = self.get(f"{name}{self.separator}bias", width) if bias else None
        return functional.conv2d(x, w, b, stride, padding, groups=groups)

    def same(self, name, x, width, kernel, stride=1, bias=False):
        """TensorFlow's padding='same'."""
        before, after = [], []
        for size in x.shape[2:]:
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            before.append(total // 2)
            after.append(total - total // 2)
        x = functional.pad(x, (before[1], after[1], before[0], after[0]))
        return self.conv(name, x, width, kernel, stride, bias=bias)

    def norm(self, name, x, affine=True):
        gamma, beta, mean, variance = (f"{name}{self.separator}{vector}" for vector in self.vectors)
        channels = x.shape[1]
        scale, shift = (self.get(gamma, channels), self.get(beta, channels)) if affine else (None, None)
        running = self.get(mean, channels), self.get(variance, channels)
        return functional.batch_norm(x, *running, scale, shift, self.training, 0.1, self.epsilon)

    def act(self, name, x):
        return relu(self.norm(name, x))

    def linear(self, name, x, width):
        if self.keras:
            w = self.get(f"{name}/kernel", x.shape[1], width).t()
        else:
            w = self.get(f"{name}.weight", width, x.shape[1])
        return functional.linear(x, w, self.get(f"{name}{self.separator}bias", width))

    def classify(self, name, x, classes):
        return self.linear(name, x.mean((2, 3)), classes)


def strides(blocks):
    """Stage, block (both from 0) and stride of each block where every stage but the first halves the resolution."""
    return [(s, b, 2 if s > 0 and b == 0 else 1) for s, count in enumerate(blocks) for b in range(count)]
