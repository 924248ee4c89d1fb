"""Makes the files that all engines read: prepare.py WEIGHTS ONNX IMAGES LABELS BATCH; what is there already stays.

The seeded weights in WEIGHTS get the running statistics that the network has on random images, as a trained network would have them:
with those of an untrained one, activations grow from block to block. Its residual branches become smaller, as training makes them: in
a deep network with random ones rounding errors grow until correct engines differ by 1e-4. ONNX is the same network with the batch left
free.
"""
import os
import sys

import numpy
import torch

import network
import safetensors

BRANCH_SCALE = 0.25
BATCHES = 2  # Batches of images that every engine takes in turn, so that no run sees the input of the run before.


def calibrate(path):
    model = network.load(path).train()
    for scale in network.last_scales(model):
        scale.data.mul_(BRANCH_SCALE)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    torch.manual_seed(1)
    with torch.no_grad():
        model(torch.rand(4, *size(path)) * 2 - 1)
    safetensors.overwrite(path, {name: value.numpy() for name, value in model.state_dict().items()
                                if not name.endswith("num_batches_tracked")})


def export(path, onnx):
    torch.onnx.export(
        network.load(path).eval(), torch.rand(2, *size(path)), onnx, opset_version=13, do_constant_folding=True,
        input_names=["image"], output_names=["logits"], dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})


def size(path):
    input = safetensors.network(path)["input"]
    return input["channels"], input["height"], input["width"]


def main(weights, onnx, images, labels, batch):
    if not os.path.exists(onnx):
        calibrate(weights)
        export(weights, onnx + ".part")
        os.replace(onnx + ".part", onnx)
    random = numpy.random.default_rng(0)
    count = BATCHES * int(batch)
    (random.random((count, *size(weights)), dtype=numpy.float32) * 2 - 1).tofile(images)
    random.integers(0, safetensors.network(weights)["classes"], count, dtype=numpy.int32).tofile(labels)


main(*sys.argv[1:])
