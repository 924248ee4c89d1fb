"""Every network of the catalogue: ours -> .safetensors -> ours, and ours -> .pth -> PyTorch -> .pth -> ours, with random weights, statistics,
gammas and betas.

PyTorch reads the checkpoint with weights_only=True. Where torchvision has the network, its own takes the weights by a strict
load_state_dict, and its own state is what is saved again; elsewhere the state dictionary itself is. Prints a line a network: the largest
difference of all tensors between what went out and what came back, and whether the logits of a picture have the same bits.

On demand, after a build: /usr/bin/python3 tests/roundtrips/pytorch.py [PATTERN] [--without-logits]
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torchvision

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ["dotnet", str(ROOT / "src/Residuum.Cli/bin/Release/net10.0/Residuum.Cli.dll")]
ARGUMENTS = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
WITH_LOGITS = "--without-logits" not in sys.argv


def residuum(*arguments, statuses=(0,)):
    run = subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)
    if run.returncode not in statuses:
        raise RuntimeError(f"{arguments}: {run.stderr.strip()}")
    return run.stdout


def randomize(path):
    """Replaces all elements of a model file."""
    raw = bytearray(path.read_bytes())
    length = struct.unpack_from("<Q", raw)[0]
    header = json.loads(raw[8:8 + length])
    random = np.random.default_rng(7)
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        shape, count = entry["shape"], (end - begin) // 4
        if name.endswith("running_var"):
            numbers = random.uniform(0.5, 1.5, count)
        elif len(shape) > 1:
            numbers = random.standard_normal(count, np.float32) / np.sqrt(np.prod(shape[1:]))
        else:
            numbers = (name.endswith("weight")) + 0.1 * random.standard_normal(count)
        raw[begin:end] = numbers.astype("<f4").tobytes()
    path.write_bytes(raw)


def picture(path):
    """Any picture."""
    torchvision.io.write_png(torch.from_numpy(np.random.default_rng(1).integers(0, 256, (3, 40, 50), np.uint8)), str(path))


def main():
    names = [entry["name"] for entry in json.loads(residuum("models", *ARGUMENTS, "--json"))]
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        first, again, out, back = (folder / name for name in ("a.safetensors", "b.safetensors", "a.pth", "b.pth"))
        picture(folder / "picture.png")
        for name in names:
            residuum("convert", name, first, "--seed", 3)
            randomize(first)
            # safetensors: written again from what was read.
            residuum("convert", first, again)
            same = first.read_bytes() == again.read_bytes()
            residuum("convert", first, out)
            state = torch.load(out, weights_only=True)
            twin = getattr(torchvision.models, name, None)
            if twin is not None:
                network = twin()
                network.load_state_dict(state, strict=True)
                assert list(network.state_dict()) == list(state), "names are in another order"
                state = network.state_dict()
            torch.save(state, back)
            residuum("convert", back, again, "--model", name)
            # The same bytes are the same tensors; else diff says how far apart they are.
            identical, largest = first.read_bytes() == again.read_bytes(), 0
            if not identical:
                totals = json.loads(residuum("diff", first, again, "--json", statuses=(0, 1)))["totals"]
                largest = totals["numbers"]["largest"]
                identical = totals["numbers"]["identical"] == totals["numbers"]["elements"] == totals["leftElements"]
            logits = "not asked for"
            if WITH_LOGITS:
                # The same figures for the picture, digit for digit; networks without a classifier have none.
                texts = {residuum("predict", file, folder / "picture.png", "--json", statuses=(0, 1)) for file in (first, again)}
                logits = "none" if texts == {""} else "same" if len(texts) == 1 else "DIFFERENT"
            fine = same and identical and logits != "DIFFERENT"
            failures += not fine
            print(f"{'ok ' if fine else 'BAD'} {name:36s} {'torchvision, strict' if twin else 'state dictionary':20s} "
                  f"{first.stat().st_size:>12,} bytes, largest difference {largest}, "
                  f"safetensors {'same bytes' if same else 'DIFFERENT'}, logits {logits}", flush=True)
    print(f"{len(names)} networks, {failures} failures")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
