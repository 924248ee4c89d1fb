"""
Gradient flow, similarity of layers and contributions of blocks of three small networks in double precision by PyTorch, on formula weights
and images. Writes tests/Residuum.Inspection.Tests/Golden/measurements.safetensors; run with PyTorch 1.13 as
`python3 tests/golden/inspection.py`.
"""
import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional

import formula
import golden_file

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "roundtrips"))
import inspection as twin  # noqa: E402, the transcription of the networks and of the measures

FILE = pathlib.Path(__file__).parent.parent / "Residuum.Tests" / "Golden" / "Inspection" / "measurements.safetensors"
IMAGES, MEAN, DEVIATION = 12, 0.5, 0.25
WIDTHS = {"stem": (3, 16), "stage1": (16, 16), "stage2": (16, 32), "stage3": (32, 64)}


def shapes(pre):
    """Names and shapes of all tensors of a network of depth 8."""
    def norm(name, channels):
        return {f"{name}.{part}": (channels,) for part in ("weight", "bias", "running_mean", "running_var")}

    found = {"stem.conv.weight": (16, 3, 3, 3), **norm("stem.norm", 16), "head.linear.weight": (10, 64), "head.linear.bias": (10,)}
    for stage in ("stage1", "stage2", "stage3"):
        (inputs, outputs), block = WIDTHS[stage], stage + ".block1"
        found[block + ".conv1.weight"], found[block + ".conv2.weight"] = (outputs, inputs, 3, 3), (outputs, outputs, 3, 3)
        if not pre:
            found.update({**norm(block + ".norm1", outputs), **norm(block + ".norm2", outputs)})
        else:
            found.update({**(norm(block + ".norm1", inputs) if stage != "stage1" else {}), **norm(block + ".norm2", outputs)})
    return {**found, **(norm("head.norm", 64) if pre else {})}


def measure(name):
    net = twin.Network(name, {key: formula.fill(key, shape).double() for key, shape in shapes("preact" in name).items()})
    pixels = np.floor((formula.uniform("pixels", IMAGES * 3 * 32 * 32) + 0.5) * 256).reshape(IMAGES, 3, 32, 32)
    images, labels = torch.from_numpy((pixels / 255 - MEAN) / DEVIATION), torch.arange(IMAGES) * 7 % 10
    for tensor in net.weights.values():
        tensor.requires_grad_()
    values, _, logits = net.forward(images)
    loss = functional.cross_entropy(logits, labels)
    weights = [tensor for key, tensor in net.weights.items() if tensor.dim() == 4]
    found = [gradient.norm() for gradient in torch.autograd.grad(loss, [*values.values(), *weights])]
    kept, stem = [value.detach() for value in values.values()], values["stem"].detach()
    yield "loss", [loss.detach()]
    yield "gradients", found[:len(values)]
    yield "weights", found[len(values):]
    yield "explained", [twin.explained(stem, value) for value in kept]
    yield "alignment", alignment([stem], kept)
    net.batch = False
    with torch.no_grad():
        values, sums, logits = net.forward(images)
        yield "similarity", alignment(list(values.values()), list(values.values()))
        for side, part in enumerate(("branches", "shortcuts")):
            yield part, [pair[side].flatten(1).norm(dim=1).mean() for pair in sums.values()]
        yield "ratios", [(y.flatten(1).norm(dim=1) / x.flatten(1).norm(dim=1)).mean() for y, x in sums.values()]
        yield "whole", [functional.cross_entropy(logits, labels)]
        losses = []
        # Of a plain network only a block that keeps the shape can be taken away.
        for net.removed in ["stage1.block1"] if net.plain else ["stage1.block1", "stage2.block1", "stage3.block1"]:
            losses.append(functional.cross_entropy(net.forward(images)[2], labels))
        yield "lesions", losses


def alignment(rows, columns):
    rows, columns = [twin.gram(x) for x in rows], [twin.gram(x) for x in columns]
    return [twin.independence(k, l) / torch.sqrt(twin.independence(k, k) * twin.independence(l, l)) for k in rows for l in columns]


golden_file.write(FILE, {f"{name}/{key}": np.array([float(x) for x in numbers])
                         for name in ("cifar_plain8", "cifar_resnet8", "cifar_preact_basic8") for key, numbers in measure(name)})
