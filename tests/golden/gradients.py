"""
Gradients in double precision by PyTorch, of each operation and of small networks of each kind.
Writes tests/Residuum.Tests/Golden/Gradients/*.safetensors; run with PyTorch 1.13 as `python3 tests/golden/gradients.py`.
"""
import pathlib

import numpy as np
import torch
from torch.nn import functional

import golden_file
import small_networks

FOLDER = pathlib.Path(__file__).parent.parent / "Residuum.Tests" / "Golden" / "Gradients"
# kernel height, width, stride height, width, padding top, left, bottom, right; image height, width
WINDOWS = [
    (1, 1, 1, 1, 0, 0, 0, 0, 3, 4), (1, 1, 2, 2, 0, 0, 0, 0, 5, 4), (3, 3, 1, 1, 1, 1, 1, 1, 4, 5), (3, 3, 2, 2, 1, 1, 1, 1, 7, 6),
    (7, 7, 2, 2, 3, 3, 3, 3, 8, 9), (3, 2, 2, 1, 1, 0, 0, 1, 6, 5), (2, 3, 1, 3, 0, 2, 1, 0, 5, 7), (2, 2, 2, 2, 0, 0, 0, 0, 4, 5),
]

# groups, inputs and outputs of each; stride, padding; image height, width
GROUPS = [
    (4, 4, 4, 1, 1, 7, 6), (4, 4, 4, 2, 1, 8, 7), (8, 4, 4, 1, 0, 4, 10), (3, 8, 8, 1, 1, 5, 9), (2, 8, 8, 2, 1, 7, 8), (2, 16, 16, 1, 1, 5, 4),
    (2, 16, 16, 2, 1, 6, 5), (4, 6, 6, 1, 1, 5, 4), (2, 12, 12, 2, 1, 5, 6), (7, 3, 3, 1, 1, 4, 5), (5, 4, 8, 1, 1, 4, 4), (20, 1, 1, 1, 1, 5, 6),
    (9, 2, 2, 3, 2, 7, 4),
]


class Operations:
    """Collects `{case}/{name}` arrays; inputs in single precision, which holds them exactly, results in double."""

    def __init__(self):
        self.generator = torch.Generator().manual_seed(7)
        self.arrays = {}

    def random(self, *shape):
        return torch.rand(shape, generator=self.generator, dtype=torch.float32).double() * 2 - 1

    def integers(self, bound, *shape):
        return torch.randint(bound, shape, generator=self.generator)

    def put(self, case, kind, **values):
        for name, value in values.items():
            self.arrays[f"{case}/{name}"] = value.detach().numpy().astype(kind) if torch.is_tensor(value) else np.asarray(value, kind)

    def record(self, case, function, inputs, dy=None):
        """Runs the function on the named inputs and stores them, its result, the gradient it starts with, and all gradients."""
        leaves = {name: value.clone().requires_grad_() for name, value in inputs.items()}
        y = function(**leaves)
        dy = self.random(*y.shape) if dy is None else dy
        y.backward(dy)
        self.put(case, np.float32, **inputs, dy=dy)
        self.put(case, np.float64, y=y, **{f"gradient:{name}": leaf.grad for name, leaf in leaves.items()})

    def convolutions_and_pools(self):
        for i, (*window, height, width) in enumerate(WINDOWS):
            kernel, stride, (top, left, bottom, right) = tuple(window[:2]), tuple(window[2:4]), window[4:]
            padding, batch = (left, right, top, bottom), 1 + i % 3
            x = self.random(batch, 2, height, width)
            self.put(f"Conv2d/{i}", np.int32, window=window)
            self.record(f"Conv2d/{i}", lambda x, w, b: functional.conv2d(functional.pad(x, padding), w, b, stride),
                        {"x": x, "w": self.random(3, 2, *kernel), "b": self.random(3)})
            if i % 2 == 1:
                # Few different numbers: the first of equals wins.
                x = self.integers(3, batch, 2, height, width).double()
            self.put(f"MaxPool/{i}", np.int32, window=window)
            self.record(f"MaxPool/{i}", lambda x: functional.max_pool2d(functional.pad(x, padding, value=-np.inf), kernel, stride), {"x": x})

    def grouped_convolutions(self):
        for i, (groups, inputs, outputs, stride, padding, height, width) in enumerate(GROUPS):
            self.put(f"Conv2d/{i}", np.int32, window=(3, 3, stride, stride, padding, padding, padding, padding), groups=groups)
            self.record(f"Conv2d/{i}", lambda x, w, b: functional.conv2d(x, w, b, stride, padding, groups=groups),
                        {"x": self.random(1 + i % 2, groups * inputs, height, width), "w": self.random(groups * outputs, inputs, 3, 3),
                         "b": self.random(groups * outputs)})

    def normalizations(self):
        for i, shape in enumerate([(3, 2, 2, 3), (1, 3, 5, 4), (4, 5, 1, 1)]):
            vector = shape[1]
            mean, variance = self.random(vector), (self.random(vector) / 2 + 1).float().double()
            for name, training in (("running", False), ("batch", True)):
                case, new = f"BatchNorm/{name}{i}", (mean.clone(), variance.clone())
                self.record(case, lambda x, gamma, beta: functional.batch_norm(
                    x, *new, gamma, beta, training, small_networks.MOMENTUM, small_networks.EPSILON),
                    {"x": self.random(*shape), "gamma": self.random(vector), "beta": self.random(vector)})
                self.put(case, np.float32, mean=mean, variance=variance)
                self.put(case, np.float64, newMean=new[0], newVariance=new[1])

    def others(self):
        for i, shape in enumerate([(1, 1, 2, 3), (3, 4, 5, 4)]):
            self.record(f"Relu/{i}", functional.relu, {"input": self.random(*shape)})
            self.record(f"Add/{i}", torch.add, {"input": self.random(*shape), "other": self.random(*shape)})
            self.record(f"GlobalAveragePool/{i}", lambda x: functional.adaptive_avg_pool2d(x, 1).flatten(1), {"x": self.random(*shape)})
            self.record(f"Flatten/{i}", lambda x: x.flatten(1), {"x": self.random(*shape)})
            self.record(f"Subsample/{i}", lambda x: x[:, :, ::2, ::3], {"x": self.random(*shape)})
            self.record(f"PadChannels/{i}", lambda x: functional.pad(x, (0, 0, 0, 0, 1, 2)), {"x": self.random(*shape)})
            self.record(f"Linear/{i}", functional.linear,
                        {"input": self.random(*shape[:2]), "weight": self.random(5, shape[1]), "bias": self.random(5)})
        for i, smoothing in enumerate([0.0, small_networks.SMOOTHING]):
            case, labels = f"SoftmaxCrossEntropy/{i}", self.integers(6, 4)
            self.record(case, lambda input: functional.cross_entropy(input, labels, label_smoothing=smoothing),
                        {"input": 4 * self.random(4, 6)}, torch.tensor(0.5, dtype=torch.float64))
            self.put(case, np.int32, labels=labels)
            self.put(case, np.float32, smoothing=smoothing)


def network(name, model, generator):
    model.double()
    with torch.no_grad():
        small_networks.randomize(model, generator)
    channels = 1 if model.size == (12, 12) else 3
    image = torch.rand((3, channels, *model.size), generator=generator, dtype=torch.float32).mul(3).sub(1.5).double()
    labels = torch.randint(small_networks.CLASSES, (3,), generator=generator)
    start = {key: value.clone() for key, value in model.state_dict().items() if not key.endswith("num_batches_tracked")}
    arrays = {"image": image.numpy().astype(np.float32), "labels": labels.numpy().astype(np.int32)}
    arrays.update({key: value.numpy().astype(np.float32) for key, value in start.items()})
    for mode in ("running", "batch") if len(start) > len(list(model.parameters())) else ("running",):
        model.train(mode == "batch")
        model.zero_grad()
        leaf = image.clone().requires_grad_()
        logits = model(leaf)
        loss = functional.cross_entropy(logits, labels, label_smoothing=small_networks.SMOOTHING)
        loss.backward()
        arrays[f"{mode}/logits"], arrays[f"{mode}/loss"] = logits.detach().numpy(), loss.detach().numpy()
        arrays[f"{mode}/gradient:image"] = leaf.grad.numpy().copy()
        arrays.update({f"{mode}/gradient:{key}": value.grad.numpy().copy() for key, value in model.named_parameters()})
    for key, value in model.state_dict().items():
        if "running_" in key:
            arrays[f"batch/new:{key}"] = value.numpy()
    golden_file.write(FOLDER / f"{name}.safetensors", arrays)


def main():
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    operations = Operations()
    operations.convolutions_and_pools()
    operations.normalizations()
    operations.others()
    golden_file.write(FOLDER / "operations.safetensors", operations.arrays)
    generator = torch.Generator().manual_seed(11)
    for name, options in small_networks.NETWORKS.items():
        network(name, small_networks.Network(*options), generator)
    network("convolutional", small_networks.ConvolutionalNetwork(), generator)
    grouped = Operations()
    grouped.grouped_convolutions()
    golden_file.write(FOLDER / "groups.safetensors", grouped.arrays)
    network("grouped", small_networks.GroupedNetwork(), generator)


main()
