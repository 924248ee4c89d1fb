"""
Grad-CAM and Grad-CAM++ by the papers' formulas with PyTorch's gradients in double precision, on CIFAR-10's ResNet-20: with weights and a
picture that follow from a formula (tests/Residuum.Testing/FormulaWeights.cs), and with weights that others trained on real pictures, both
from the shared folder, which is the script's argument. Writes tests/Residuum.Inspection.Tests/Golden/grad_cam.safetensors; run with PyTorch
1.13 as `python3 tests/golden/grad_cam.py SHARED`.

Names in the file: weights|picture|class|layer|method.
"""
import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional

import golden_file
from formula import fill, uniform

FILE = pathlib.Path(__file__).parent.parent / "Residuum.Tests" / "Golden" / "Inspection" / "grad_cam.safetensors"
MEAN, DEVIATION = (np.array(x, dtype=np.float32).reshape(3, 1, 1) for x in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
PICTURES = ("airliner_s_001545", "alces_alces_s_000279", "felis_domesticus_s_000074", "lippizaner_s_000613", "toy_spaniel_s_000285")


class ByFormula:
    """Weights by our names, made when they are asked for."""
    def get(self, name, shape):
        return fill(name, shape).double()


class Trained:
    """The same names in a checkpoint of akamaster/pytorch_resnet_cifar10."""
    def __init__(self, path):
        self.state = torch.load(path, map_location="cpu")["state_dict"]

    def get(self, name, shape):
        part = name.split(".")
        if part[0] == "stem":
            key = {"conv": "conv1", "norm": "bn1"}[part[1]] + "." + part[2]
        elif part[0] == "head":
            key = "linear." + part[2]
        else:
            key = f"layer{part[0][5:]}.{int(part[1][5:]) - 1}.{part[2].replace('norm', 'bn')}.{part[3]}"
        value = self.state["module." + key].double()
        assert tuple(value.shape) == shape, name
        return value


def norm(weights, name, x):
    each = [weights.get(f"{name}.{part}", (x.shape[1],)) for part in ("running_mean", "running_var", "weight", "bias")]
    return functional.batch_norm(x, *each, training=False, eps=float(np.float32(1e-5)))


def conv(weights, name, x, width, stride=1):
    return functional.conv2d(x, weights.get(f"{name}.weight", (width, x.shape[1], 3, 3)), stride=stride, padding=1)


def run(weights, x):
    """The logits, and what each stage hands on."""
    stages = {}
    x = functional.relu(norm(weights, "stem.norm", conv(weights, "stem.conv", x, 16)))
    for stage, width in ((1, 16), (2, 32), (3, 64)):
        for block in (1, 2, 3):
            name, stride = f"stage{stage}.block{block}", 2 if stage > 1 and block == 1 else 1
            y = functional.relu(norm(weights, f"{name}.norm1", conv(weights, f"{name}.conv1", x, width, stride)))
            y = norm(weights, f"{name}.norm2", conv(weights, f"{name}.conv2", y, width))
            if stride == 2:
                half = (width - x.shape[1]) // 2
                x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, half))
            x = functional.relu(x + y)
        stages[f"stage{stage}"] = x
    return functional.linear(x.mean((2, 3)), weights.get("head.linear.weight", (10, 64)), weights.get("head.linear.bias", (10,))), stages


def grad_cam(maps, gradient):
    weights = gradient.mean((1, 2))
    return torch.relu((weights[:, None, None] * maps).sum(0))


def grad_cam_plus_plus(maps, gradient):
    denominator = 2 * gradient ** 2 + maps.sum((1, 2))[:, None, None] * gradient ** 3
    alpha = torch.where(denominator != 0, gradient ** 2 / torch.where(denominator != 0, denominator, torch.ones_like(denominator)), torch.zeros_like(gradient))
    weights = (alpha * torch.relu(gradient)).sum((1, 2))
    return torch.relu((weights[:, None, None] * maps).sum(0))


def explain(arrays, name, weights, pixels, classes):
    """pixels: bytes, 32 x 32 x 3; without classes, the most probable and the next."""
    x = torch.from_numpy((pixels.transpose(2, 0, 1).astype(np.float32) / np.float32(255) - MEAN) / DEVIATION).double()[None]
    x.requires_grad_(True)
    logits, stages = run(weights, x)
    classes = classes or logits[0].argsort(descending=True)[:2].tolist()
    arrays[f"{name}|logits"] = logits[0].detach().numpy().astype(np.float32)
    for label in classes:
        gradients = torch.autograd.grad(logits[0, label], list(stages.values()), retain_graph=True)
        for (layer, maps), gradient in zip(stages.items(), gradients):
            if layer == "stage1":
                continue
            for method, formula in (("grad-cam", grad_cam), ("grad-cam++", grad_cam_plus_plus)):
                arrays[f"{name}|{label}|{layer}|{method}"] = formula(maps[0].detach(), gradient[0]).numpy().astype(np.float32)


def main():
    arrays = {}
    shared = pathlib.Path(sys.argv[1])
    picture = np.floor((uniform("picture", 32 * 32 * 3) + 0.5) * 256).astype(np.uint8).reshape(32, 32, 3)
    explain(arrays, "formula|picture", ByFormula(), picture, [0, 7])
    trained = Trained(shared / "data" / "weights" / "resnet20-12fca82f.th")
    for name in PICTURES:
        pixels = np.fromfile(shared / "data" / "mlperf-tiny-ic" / f"{name}.bin", dtype=np.uint8).reshape(32, 32, 3)
        explain(arrays, f"trained|{name}", trained, pixels, None)
    for name, array in arrays.items():
        print(name, array.argmax(), array.max())
    FILE.parent.mkdir(parents=True, exist_ok=True)
    golden_file.write(FILE, arrays)


main()
