"""
Twenty steps of SGD in PyTorch: a single-precision run, and from the state before each of its steps the same step in double precision.
Writes tests/Residuum.Tests/Golden/Gradients/training_steps.safetensors.gz; run with PyTorch 1.13 as
`python3 tests/golden/training_steps.py`.

What double precision gives is stored as its difference from what single precision gives. The difference is about 1e-7 of the value,
so that single precision holds it to 1e-14 of the value, in half the space.
"""
import copy
import gzip
import io
import pathlib
import tempfile

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import golden_file
import small_networks

FILE = pathlib.Path(__file__).parent.parent / "Residuum.Tests" / "Golden" / "Gradients" / "training_steps.safetensors.gz"
STEPS, BATCH, SIZE, CLASSES, WIDTHS = 20, 8, 16, 10, (4, 7, 17)
MOMENTUM, DECAY = float(np.float32(0.9)), float(np.float32(5e-4))
# Where a ReLU reads less than this, single and double precision may disagree about its sign; such batches are drawn again.
CLEARANCE = 1e-5


class Network(nn.Module):
    """As [He15] 4.2 has it, with one block a stage and shortcut A (zeros half before and half after)."""

    def __init__(self):
        super().__init__()
        self.stem = nn.ModuleDict({"conv": small_networks.conv(3, WIDTHS[0], 3), "norm": small_networks.norm(WIDTHS[0])})
        channels = WIDTHS[0]
        for stage, width in enumerate(WIDTHS, 1):
            block = small_networks.Block("basic", "zero-split", False, channels, width, 1 if stage == 1 else 2)
            self.add_module(f"stage{stage}", nn.ModuleDict({"block1": block}))
            channels = width
        self.classifier = nn.Linear(channels, CLASSES)

    def forward(self, x):
        x = functional.relu(self.stem["norm"](self.stem["conv"](x)))
        for stage in (self.stage1, self.stage2, self.stage3):
            x = stage["block1"](x)
        return self.classifier(x.mean((2, 3)))


def initialize(network, generator):
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if parameter.dim() > 1:
                fan = parameter.shape[0] * parameter[0, 0].numel() if parameter.dim() == 4 else parameter.shape[1]
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * (2 / fan) ** 0.5)


def rate(step):
    """One cycle, linear both ways: up to 0.1 over 30 % of the steps, down to nearly 0."""
    rise = 0.3 * STEPS - 1
    share = step / rise if step <= rise else 1 - (step - rise) / (STEPS - 1 - rise)
    return float(np.float32(0.004 + (0.1 - 0.004) * share if step <= rise else 0.000004 + (0.1 - 0.000004) * share))


def batch(generator):
    """A bright square whose place tells the class, in noise; multiples of 1/64, which compress well."""
    labels = torch.randint(CLASSES, (BATCH,), generator=generator)
    pixels = torch.randint(128, (BATCH, 3, SIZE, SIZE), generator=generator)
    for image, label in zip(pixels, labels):
        top, left = divmod(int(label) * 3, 6)
        image[int(label) % 3, 2 * top:2 * top + 5, 2 * left:2 * left + 5] += 100
    return pixels.float() / 64 - 2, labels


def least_distance(network, images):
    """The least that any ReLU reads, in absolute value."""
    least, relu = [], functional.relu

    def watched(x, *rest):
        least.append(x.detach().abs().min().item())
        return relu(x, *rest)

    functional.relu = watched
    copy.deepcopy(network).double()(images.double())
    functional.relu = relu
    return min(least)


def take(network, momenta, images, labels, learning_rate):
    """One step; returns gradients, and leaves weights and momenta updated."""
    parameters = dict(network.named_parameters())
    optimizer = torch.optim.SGD(parameters.values(), learning_rate, MOMENTUM, weight_decay=DECAY, nesterov=True)
    for name, parameter in parameters.items():
        optimizer.state[parameter]["momentum_buffer"] = momenta[name].clone()
    loss = functional.cross_entropy(network(images), labels)
    loss.backward()
    optimizer.step()
    momenta.update({name: optimizer.state[parameter]["momentum_buffer"] for name, parameter in parameters.items()})
    return loss.item(), {name: parameter.grad for name, parameter in parameters.items()}


def numbers(network):
    return {name: value.clone() for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")}


def main():
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(5)
    network, arrays = Network(), {}
    initialize(network, generator)
    network.train()
    momenta = {name: torch.zeros_like(parameter) for name, parameter in network.named_parameters()}
    for step in range(STEPS):
        images, labels = batch(generator)
        while least_distance(network, images) < CLEARANCE:
            images, labels = batch(generator)
        exact, exact_momenta = copy.deepcopy(network).double(), {name: value.double() for name, value in momenta.items()}
        put = lambda name, value: arrays.__setitem__(f"{step}/{name}", np.array(value, np.float32))
        put("image", images.numpy())
        arrays[f"{step}/labels"] = labels.numpy().astype(np.int32)
        arrays[f"{step}/rate"] = np.float64(rate(step))
        for name, value in momenta.items():
            put(f"momentum:{name}", value.numpy())
        for name, value in numbers(network).items():
            put(name, value.numpy())
        for each in (network, exact):
            each.zero_grad()
        loss, gradients = take(network, momenta, images, labels, rate(step))
        exact_loss, exact_gradients = take(exact, exact_momenta, images.double(), labels, rate(step))
        arrays[f"{step}/loss"] = np.float64(exact_loss)
        for name, value in gradients.items():
            put(f"gradient:{name}", value.numpy())
            put(f"gradient-difference:{name}", (exact_gradients[name] - value.double()).numpy())
        after = numbers(network)
        for name, value in numbers(exact).items():
            put(f"updated-difference:{name}", (value.detach() - after[name].double()).numpy())
        print(step, rate(step), exact_loss)
    arrays.update({f"{STEPS}/{name}": value.numpy() for name, value in numbers(network).items()})
    with tempfile.NamedTemporaryFile() as plain:
        golden_file.write(plain.name, arrays)
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
            file.write(plain.read())
    FILE.write_bytes(packed.getvalue())
    print(FILE, len(packed.getvalue()), "bytes")


main()
