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

    def average_pools(self):
        # As PyTorch has them; then windows with a padding of their own on each side, the padding counted or not.
        for i, (kernel, stride, padding, ceil, count, height, width) in enumerate([
                (3, 2, 1, False, True, 7, 6), (3, 2, 1, False, False, 7, 6), (2, 2, 0, True, False, 5, 7), (2, 2, 0, True, False, 4, 6)]):
            bottom, right = (-height % 2, -width % 2) if ceil else (padding, padding)
            case = f"AveragePool/{i}"
            self.put(case, np.int32, attributes=(kernel, kernel, stride, stride, padding, padding, bottom, right, count))
            self.record(case, lambda x: functional.avg_pool2d(x, kernel, stride, padding, ceil, count), {"x": self.random(2, 3, height, width)})
        for i, (*window, height, width) in enumerate(WINDOWS):
            kernel, stride, (top, left, bottom, right) = tuple(window[:2]), tuple(window[2:4]), window[4:]
            padding = (left, right, top, bottom)
            for count in (True, False):
                def pool(x):
                    y = functional.avg_pool2d(functional.pad(x, padding), kernel, stride)
                    inside = functional.avg_pool2d(functional.pad(torch.ones_like(x), padding), kernel, stride)
                    return y if count else y / inside
                case = f"AveragePool/{'counted' if count else 'inside'}{i}"
                self.put(case, np.int32, attributes=(*window, count))
                self.record(case, pool, {"x": self.random(1 + i % 2, 2, height, width)})

    def layers(self):
        for i, shape in enumerate([(2, 3, 2, 3), (3, 17, 3, 2), (3, 5)]):
            self.record(f"Sigmoid/{i}", torch.sigmoid, {"input": 8 * self.random(*shape)})
            self.record(f"Multiply/{i}", torch.mul, {"input": self.random(*shape), "other": self.random(*shape)})
            self.put(f"Affine/{i}", np.float32, attributes=(-1.5, 0.25))
            self.record(f"Affine/{i}", lambda x: -1.5 * x + 0.25, {"x": self.random(*shape)})
            self.put(f"Clip/{i}", np.float32, attributes=(0.0, 6.0))
            self.record(f"Clip/{i}", lambda x: functional.relu6(x), {"x": 8 * self.random(*shape)})
            self.record(f"MeanSquaredError/{i}", functional.mse_loss, {"input": self.random(*shape), "target": self.random(*shape)},
                        torch.tensor(0.5, dtype=torch.float64))
        self.record("Softmax/0", lambda x: x.softmax(1), {"x": 4 * self.random(3, 7)})
        for i, (channels, *size) in enumerate([(3, 2, 3), (20, 4, 3)]):
            self.record(f"ScaleChannels/{i}", lambda x, s: x * s[:, :, None, None],
                        {"x": self.random(2, channels, *size), "s": self.random(2, channels)})
            parts = [self.random(2, count, *size) for count in ((1, 2, 3), (17, 20, 3, 24))[i]]
            self.record(f"Concat/{i}", lambda **maps: torch.cat(list(maps.values()), 1), {f"x{j}": part for j, part in enumerate(parts)})
        for i, (top, left, bottom, right) in enumerate([(1, 2, 3, 0), (0, 1, 0, 1)]):
            for name, sign in (("PadPixels", 1), ("CropPixels", -1)):
                self.put(f"{name}/{i}", np.int32, attributes=(top, left, bottom, right))
                sides = [sign * side for side in (left, right, top, bottom)]
                self.record(f"{name}/{i}", lambda x: functional.pad(x, sides), {"x": self.random(2, 3, 6, 5)})
        for i, (height, width, factor_height, factor_width) in enumerate([(3, 4, 2, 2), (1, 5, 3, 2), (4, 1, 1, 4), (2, 3, 5, 3)]):
            for mode in ("nearest", "bilinear"):
                case, options = f"Upsample/{mode}{i}", {"align_corners": False} if mode == "bilinear" else {}
                self.put(case, np.int32, attributes=(factor_height, factor_width, mode == "bilinear"))
                self.record(case, lambda x: functional.interpolate(x, scale_factor=(factor_height, factor_width), mode=mode, **options),
                            {"x": self.random(2, 3, height, width)})
        # inputs and outputs, groups, kernel, stride, padding, output padding, image height, width, bias
        for i, (inputs, outputs, groups, kernel, stride, padding, extra, height, width, bias) in enumerate([
                (3, 5, 1, 2, 2, 0, 0, 3, 4, True), (5, 3, 1, 4, 2, 1, 0, 3, 3, False), (20, 17, 1, 3, 2, 1, 1, 3, 2, True),
                (4, 6, 2, 3, 1, 1, 0, 4, 5, True), (3, 2, 1, 1, 2, 0, 1, 2, 3, True), (16, 16, 4, 3, 2, 1, 1, 3, 4, True),
                (16, 16, 4, 3, 2, 1, 0, 3, 4, False), (2, 3, 1, 5, 3, 2, 2, 2, 3, False), (17, 20, 1, 3, 1, 1, 0, 3, 4, True)]):
            case = f"ConvTranspose2d/{i}"
            self.put(case, np.int32, attributes=(kernel, kernel, stride, stride, *[padding] * 4, extra, extra, groups))
            inputs = {"x": self.random(2, inputs, height, width), "w": self.random(inputs, outputs // groups, kernel, kernel)}
            if bias:
                inputs["b"] = self.random(outputs)
            self.record(case, lambda x, w, b=None: functional.conv_transpose2d(x, w, b, stride, padding, extra, groups), inputs)
        # Paddings that differ, as Keras's "same" has them.
        for i, (kernel, stride, sides, height, width) in enumerate([
                (3, 2, (0, 0, 1, 1), 6, 8), (7, 2, (2, 2, 3, 3), 8, 6), (2, 1, (0, 0, 1, 1), 4, 5), (3, 1, (2, 0, 0, 1), 5, 6), (4, 1, (1, 1, 2, 2), 5, 4),
                (3, 2, (0, 1, 1, 0), 7, 6), (1, 2, (0, 0, 0, 0), 6, 5)]):
            top, left, bottom, right = sides
            self.put(f"Conv2d/{i}", np.int32, attributes=(kernel, kernel, stride, stride, *sides, 1))
            self.record(f"Conv2d/{i}", lambda x, w, b: functional.conv2d(functional.pad(x, (left, right, top, bottom)), w, b, stride),
                        {"x": self.random(2, 5, height, width), "w": self.random(6, 5, kernel, kernel), "b": self.random(6)})

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
    layers = Operations()
    layers.average_pools()
    layers.layers()
    golden_file.write(FOLDER / "layers.safetensors", layers.arrays)
    network("grouped", small_networks.GroupedNetwork(), generator)


main()
