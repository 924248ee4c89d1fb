"""
Exports torchvision's networks with random weights to ONNX in many ways, for the sweep that reads them all (OnnxSweepTests):

    python3 tests/onnx/export_torchvision.py FOLDER [NAME ...]

Each file FOLDER/NAME.onnx comes with NAME.image and NAME.logits: float32 numbers of one image and of PyTorch's logits for it. Written
with PyTorch 1.13 and torchvision 0.14.
"""
import pathlib
import sys
import warnings

import numpy as np
import torch
import torchvision

NAMES = ("resnet18", "resnet34", "resnet50", "resnet101", "resnext50_32x4d", "wide_resnet50_2", "vgg16_bn")
OPSETS = (11, 12, 13, 14, 15, 16, 17)


def network(name):
    torch.manual_seed(5)
    result = getattr(torchvision.models, name)(weights=None)
    for module in result.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.1)
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return result.eval()


def forms(name):
    """Folded and not, with and without folded constants, free and fixed batch: all of them for one opset, two for each other."""
    opsets = OPSETS if name in ("resnet18", "resnet50") else (11, 13, 17)
    for opset in opsets:
        yield opset, True, True, "free"
        yield opset, False, True, "fixed"
    yield 13, True, False, "free"
    yield 13, False, False, "free"
    yield 13, False, True, "named"


def main(folder, names):
    warnings.simplefilter("ignore")
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or NAMES:
        model = network(name)
        image = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(7))
        with torch.no_grad():
            logits = model(image)
        for opset, folded, constants, batch in forms(name):
            path = folder / f"{name}-{opset}-{'folded' if folded else 'unfolded'}-{'constants' if constants else 'chains'}-{batch}.onnx"
            axes = {"fixed": None, "free": {"x": [0]}, "named": {"x": {0: "images"}, "y": {0: "images"}}}[batch]
            mode = torch.onnx.TrainingMode.EVAL if folded else torch.onnx.TrainingMode.PRESERVE
            torch.onnx.export(model, image, str(path), opset_version=opset, do_constant_folding=constants, training=mode,
                              input_names=["x"], output_names=["y"], dynamic_axes=axes)
            image.numpy().astype(np.float32).tofile(path.with_suffix(".image"))
            logits.numpy().astype(np.float32).tofile(path.with_suffix(".logits"))
            print(path.name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
