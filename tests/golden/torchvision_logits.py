"""
Logits of torchvision's ResNet-18 and ResNet-50 whose weights and images follow from a formula that the test repeats, so that the file
holds the logits alone. Writes tests/Residuum.Tests/Golden/Root/torchvision_logits.safetensors; run with PyTorch 1.13 and torchvision
0.14 as `python3 tests/golden/torchvision_logits.py`.

With a folder as its argument it also saves there what the test does not need: the state dicts with random weights as resnet18.pth and
resnet18.legacy.pth (and so on), images and logits as .npy, to be compared by hand.
"""
import pathlib
import sys

import numpy as np
import torch
import torchvision

import golden_file
from formula import fill, image

FILE = pathlib.Path(__file__).parent.parent / "Residuum.Tests" / "Golden" / "Root" / "torchvision_logits.safetensors"
SIZES = ((224, 224), (97, 131))


def network(name, formula):
    torch.manual_seed(11)
    result = getattr(torchvision.models, name)(weights=None)
    state = result.state_dict()
    for key, value in state.items():
        if key.endswith("num_batches_tracked"):
            continue
        if formula:
            state[key] = fill(key, tuple(value.shape))
        elif key.endswith("running_mean"):
            state[key] = 0.1 * torch.randn(value.shape)
        elif value.dim() == 1:
            state[key] = 0.5 + torch.rand(value.shape)
    result.load_state_dict(state)
    return result.eval()


def main():
    arrays = {}
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
    for name in ("resnet18", "resnet50"):
        for formula in (True, False):
            if not formula and folder is None:
                continue
            model = network(name, formula)
            if not formula:
                torch.save(model.state_dict(), folder / f"{name}.pth")
                torch.save(model.state_dict(), folder / f"{name}.legacy.pth", _use_new_zipfile_serialization=False)
            for height, width in SIZES:
                key = f"{name} {height}x{width}"
                pixels = image(key, 1, 3, height, width)
                with torch.no_grad():
                    # In double precision, so that only the error of the one that is tested remains.
                    logits = (model.double()(pixels.double())).numpy()[0]
                    single = model.float()(pixels).numpy()[0]
                print(key, "formula" if formula else "random", "largest", abs(logits).max(), "single precision off by", abs(single - logits).max() / abs(logits).max())
                if formula:
                    arrays[key] = logits.astype(np.float32)
                else:
                    pixels.numpy().tofile(folder / f"{key}.image")
                    logits.tofile(folder / f"{key}.logits")
    FILE.parent.mkdir(parents=True, exist_ok=True)
    golden_file.write(FILE, arrays)


main()
