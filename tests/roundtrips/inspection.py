"""Measurements inside CIFAR networks again in PyTorch: what `residuum inspect gradients`, `similarity` and `blocks` print with --json.

Reads the figures, the images' indices, the normalization and the weights' file or seed from the JSON, and everything else from the
definitions of the networks and of the measures in the papers: nothing is taken from the program but what the JSON says. Works in double
precision, so that the differences that it prints are those of the program's single precision. Networks: cifar_resnetN, cifar_plainN,
cifar_preact_resnet110 and cifar_preact_basicN, with shortcut A.

On demand, after a build: /usr/bin/python3 tests/roundtrips/inspection.py FIGURES.json CIFAR-FOLDER [--lesions N]
where CIFAR-FOLDER holds test_batch.bin. Prints the largest difference of each measure, relative to the figure, and exits with 1 where one
is above what single precision explains.
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
import torch
from torch.nn import functional

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ["dotnet", str(ROOT / "src/Residuum.Cli/bin/Release/net10.0/Residuum.Cli.dll")]
# Names of akamaster's checkpoints, whose weights the shared files are: ours for theirs.
THEIRS = {"stem.conv": "conv1", "stem.norm": "bn1", "head.linear": "linear"}


def read_weights(origin):
    """All tensors of a model file or of a checkpoint, or of the weights that follow from a seed, in double precision by our names."""
    with tempfile.TemporaryDirectory() as folder:
        path = origin.get("weights")
        if path is None:
            path = pathlib.Path(folder) / "initial.safetensors"
            subprocess.run([*PROGRAM, "convert", origin["network"], str(path), "--seed", str(origin["seed"])], check=True, capture_output=True)
        if not str(path).endswith(".safetensors"):
            state = torch.load(path, map_location="cpu")
            return {ours(name): value.double() for name, value in state.get("state_dict", state).items()}
        raw = pathlib.Path(path).read_bytes()
    length = struct.unpack_from("<Q", raw)[0]
    header = json.loads(raw[8:8 + length])
    header.pop("__metadata__", None)
    return {name: torch.from_numpy(np.frombuffer(raw, "<f4", (entry["data_offsets"][1] - entry["data_offsets"][0]) // 4, 8 + length
            + entry["data_offsets"][0]).reshape(entry["shape"]).astype(np.float64)) for name, entry in header.items()}


def ours(name):
    name = name.removeprefix("module.")
    for mine, theirs in THEIRS.items():
        if name.startswith(theirs + "."):
            return mine + name[len(theirs):]
    stage, block, rest = name.split(".", 2)
    return f"{stage.replace('layer', 'stage')}.block{int(block) + 1}.{rest.replace('bn', 'norm')}"


class Network:
    """A network for CIFAR-10: three stages of basic blocks ([He15] 4.2; [He16] figure 4e for pre-activation)."""

    def __init__(self, name, weights):
        self.weights = {key: value.clone() for key, value in weights.items()}
        self.plain, self.pre = "plain" in name, "preact" in name
        self.count = (int("".join(filter(str.isdigit, name.split("_")[-1]))) - 2) // 6
        self.batch = True
        self.removed = None

    def convolve(self, name, x, stride=1):
        return functional.conv2d(x, self.weights[name + ".weight"], stride=stride, padding=1)

    def normalize(self, name, x):
        w = self.weights
        if self.batch:
            mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        else:
            mean, variance = w[name + ".running_mean"], w[name + ".running_var"]
        scale = w[name + ".weight"] / torch.sqrt(variance + float(np.float32(1e-5)))
        return x * scale[:, None, None] + (w[name + ".bias"] - mean * scale)[:, None, None]

    def block(self, name, x, stride, sums):
        if name == self.removed and stride == 1:
            return x
        if self.pre:
            # The first block's normalization is the stem's.
            y = x if name == "stage1.block1" else functional.relu(self.normalize(name + ".norm1", x))
            y = functional.relu(self.normalize(name + ".norm2", self.convolve(name + ".conv1", y, stride)))
            y = self.convolve(name + ".conv2", y)
        else:
            y = functional.relu(self.normalize(name + ".norm1", self.convolve(name + ".conv1", x, stride)))
            y = self.normalize(name + ".norm2", self.convolve(name + ".conv2", y))
        if self.plain:
            return functional.relu(y)
        more = (y.shape[1] - x.shape[1]) // 2
        shortcut = functional.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, more, more))
        sums[name] = (y, shortcut)
        y = shortcut + (0 if name == self.removed else y)
        return y if self.pre else functional.relu(y)

    def forward(self, images):
        """What the stem and each block hand on, the summands of each block, the logits."""
        x = functional.relu(self.normalize("stem.norm", self.convolve("stem.conv", images)))
        values, sums = {"stem": x}, {}
        for stage in (1, 2, 3):
            for index in range(1, self.count + 1):
                name = f"stage{stage}.block{index}"
                x = values[name] = self.block(name, x, 2 if stage > 1 and index == 1 else 1, sums)
        if self.pre:
            x = functional.relu(self.normalize("head.norm", x))
        return values, sums, functional.linear(x.mean((2, 3)), self.weights["head.linear.weight"], self.weights["head.linear.bias"])


def read_images(folder, indices, origin):
    records = np.fromfile(pathlib.Path(folder) / "test_batch.bin", np.uint8).reshape(-1, 3073)[indices]
    assert not origin["reversedChannels"]
    mean, deviation = (np.array(origin[key]).reshape(1, 3, 1, 1) for key in ("mean", "deviation"))
    pixels = (records[:, 1:].reshape(-1, 3, 32, 32) / 255 - mean) / deviation
    return torch.from_numpy(pixels), torch.from_numpy(records[:, 0].astype(np.int64))


def independence(k, l):
    """HSIC without bias, Song et al. 2012, equation 5, in its own form."""
    n = len(k)
    k, l = k - torch.diag(torch.diag(k)), l - torch.diag(torch.diag(l))
    return (torch.trace(k @ l) + k.sum() * l.sum() / ((n - 1) * (n - 2)) - 2 * k.sum(0) @ l.sum(1) / (n - 2)) / (n * (n - 3))


def gram(x):
    x = x.flatten(1)
    return x @ x.T


def explained(stem, y):
    """R squared of linear regression of the stem's channels on a block's, with pixels as examples."""
    rows = torch.arange(y.shape[2]) * stem.shape[2] // y.shape[2]
    columns = torch.arange(y.shape[3]) * stem.shape[3] // y.shape[3]
    wanted = stem[:, :, rows][:, :, :, columns].transpose(0, 1).flatten(1).T
    given = torch.cat([y.transpose(0, 1).flatten(1).T, torch.ones(len(wanted), 1)], 1)
    rest = wanted - given @ torch.linalg.lstsq(given, wanted, driver="gelsd").solution
    return 1 - (rest ** 2).sum() / ((wanted - wanted.mean(0)) ** 2).sum()


class Differences:
    """The largest difference of each measure: relative to the figure, or absolute for what lies between 0 and 1."""

    def __init__(self, limits):
        self.limits, self.largest = limits, dict.fromkeys(limits, 0.0)

    def see(self, measure, theirs, mine, relative):
        difference = abs(float(mine) - float(theirs))
        self.largest[measure] = max(self.largest[measure], difference / abs(float(mine)) if relative else difference)

    def report(self, title, single=None):
        """Prints the differences; where PyTorch's own single precision was seen, too, up to ten times its difference is rounding."""
        beside = single.largest if single else {}
        print(f"{title}: " + ", ".join(f"{name} {value:.1e}" + (f" (PyTorch in single precision {beside[name]:.1e})" if name in beside else "")
                                       for name, value in self.largest.items()), flush=True)
        return any(not value <= max(self.limits[name], 10 * beside.get(name, 0)) for name, value in self.largest.items())


def norms(network, figures, folder, kind):
    """The loss, what blocks hand on, and the norms of its gradients at blocks and weights, in a precision."""
    origin = network["origin"]
    images, labels = read_images(folder, figures["images"], origin)
    twin = Network(origin["network"], {name: tensor.to(kind) for name, tensor in read_weights(origin).items()})
    for tensor in twin.weights.values():
        tensor.requires_grad_()
    values, _, logits = twin.forward(images.to(kind))
    loss = functional.cross_entropy(logits, labels)
    wanted = [values[block["name"]] for block in network["blocks"]] + [twin.weights[each["weight"]] for each in network["convolutions"]]
    found = [gradient.double().norm() for gradient in torch.autograd.grad(loss, wanted)]
    assert len(network["convolutions"]) == 6 * twin.count + 1 and len(network["blocks"]) == 3 * twin.count + 1
    return loss.detach(), {name: value.detach() for name, value in values.items()}, found[:len(values)], found[len(values):]


def gradients(figures, folder):
    failed = False
    for network in figures["networks"]:
        # Rounding grows on its way through 55 to 109 layers, with the gradient itself; PyTorch's single precision tells by how much.
        limits = {"gradients of blocks": 1e-3, "of weights": 1e-3}
        seen, single = Differences({"loss": 1e-5, **limits, "explained": 1e-3, "CKA": 1e-3}), Differences(limits)
        loss, values, blocks, weights = norms(network, figures, folder, torch.float64)
        _, _, roughly, rough = norms(network, figures, folder, torch.float32)
        seen.see("loss", network["loss"], loss, True)
        stem = values["stem"]
        own = gram(stem)
        for block, mine, other in zip(network["blocks"], blocks, roughly):
            value = values[block["name"]]
            seen.see("gradients of blocks", block["gradientNorm"], mine, True)
            single.see("gradients of blocks", other, mine, True)
            seen.see("explained", block["stemExplained"], explained(stem, value), False)
            g = gram(value)
            seen.see("CKA", block["stemAlignment"], independence(own, g) / torch.sqrt(independence(own, own) * independence(g, g)), False)
        for each, mine, other in zip(network["convolutions"], weights, rough):
            seen.see("of weights", each["gradientNorm"], mine, True)
            single.see("of weights", other, mine, True)
        failed |= seen.report(network["origin"]["name"], single)
    return failed


def inference(origin):
    twin = Network(origin["network"], read_weights(origin))
    twin.batch = False
    return twin


def similarity(figures, folder):
    sides, first = [inference(figures[side]["origin"]) for side in ("rows", "columns")], 0
    cross, alone = 0, [0, 0]
    for batch in figures["batches"]:
        grams = []
        for side, twin in zip(("rows", "columns"), sides):
            images, _ = read_images(folder, figures["images"][first:first + batch], figures[side]["origin"])
            with torch.no_grad():
                values = twin.forward(images)[0]
            grams.append([gram(values[name]) for name in figures[side]["layers"]])
        cross = cross + np.array([[float(independence(k, l)) for l in grams[1]] for k in grams[0]])
        alone = [total + np.array([float(independence(k, k)) for k in side]) for total, side in zip(alone, grams)]
        first += batch
    mine = cross / np.sqrt(np.outer(*alone))
    seen = Differences({"CKA": 1e-4})
    for theirs, own in zip(figures["alignment"], mine):
        for a, b in zip(theirs, own):
            seen.see("CKA", a, b, False)
    return seen.report(f"{len(mine)} x {len(mine[0])} layers")


def blocks(figures, folder, lesions):
    origin = figures["origin"]
    twin = inference(origin)
    images, labels = read_images(folder, figures["images"], origin)

    def run():
        right, loss, norms = 0, 0.0, []
        for first in range(0, len(images), 250):
            with torch.no_grad():
                _, sums, logits = twin.forward(images[first:first + 250])
            target = labels[first:first + 250]
            right += int((logits.argmax(1) == target).sum())
            loss += float(functional.cross_entropy(logits, target, reduction="sum"))
            norms.append({name: [part.flatten(1).norm(dim=1) for part in pair] for name, pair in sums.items()})
        return right, loss / len(images), norms

    seen = Differences({"norms": 1e-4, "loss": 1e-3, "images right": 2})
    right, loss, norms = run()
    for block in figures["blocks"]:
        branch, shortcut = (torch.cat([part[block["name"]][side] for part in norms]) for side in (0, 1))
        for key, mine in (("branchNorm", branch.mean()), ("shortcutNorm", shortcut.mean()), ("ratio", (branch / shortcut).mean())):
            seen.see("norms", block[key], mine, True)
    if "correct" in figures:
        seen.see("images right", figures["correct"], right, False)
        seen.see("loss", figures["loss"], loss, True)
        for block in figures["blocks"][:lesions]:
            twin.removed = block["name"]
            right, loss, _ = run()
            print(f"  without {block['name']} ({block['removal']}): {block['correct']} right, in PyTorch {right}; loss {block['loss']:.5f}, {loss:.5f}", flush=True)
            seen.see("images right", block["correct"], right, False)
            seen.see("loss", block["loss"], loss, True)
    return seen.report(f"{origin['name']}, {len(images)} images")


def main():
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    figures = json.loads(pathlib.Path(arguments[0]).read_text())
    if "networks" in figures:
        return gradients(figures, arguments[1])
    if "alignment" in figures:
        return similarity(figures, arguments[1])
    return blocks(figures, arguments[1], int(sys.argv[sys.argv.index("--lesions") + 1]) if "--lesions" in sys.argv else None)


if __name__ == "__main__":
    sys.exit(main())
