"""
Logits of narrow networks of every dialect, with running and with batch statistics, in double precision; weights and images follow from
their names (formula.py), so that the file holds the logits alone. torchvision's own code builds the torchvision networks, the others are
transcriptions (dialect_*.py). Writes tests/Residuum.Tests/Golden/Models/dialects.safetensors; run with PyTorch 1.13 and torchvision 0.14
as `python3 tests/golden/dialects.py`.
"""
import pathlib

import numpy as np
import torch
from torch import nn
from torchvision import models

import dialect_gluon as gluon
import dialect_keras as keras
import dialect_papers as papers
import dialect_pytorch as pytorch
import golden_file
from formula import fill, image

FILE = pathlib.Path(__file__).parent.parent / "Residuum.Tests" / "Golden" / "Models" / "dialects.safetensors"
BATCH, CLASSES = 3, 10
IMAGENET, CIFAR = (67, 58), (33, 30)

# catalogue name: (function, base width, blocks of each stage, image, further arguments)
NETWORKS = {
    "resnet50.keras": (keras.resnet, 8, (2, 1, 1, 2), IMAGENET, {}),
    "resnet50v2.keras": (keras.resnet_v2, 8, (2, 3, 1, 2), IMAGENET, {}),
    "cifar_resnet20.keras": (keras.example_v1, 4, (2, 2, 1), CIFAR, {}),
    "cifar_resnet29v2.keras": (keras.example_v2, 4, (2, 2, 1), CIFAR, {}),
    "resnet18.gluon": (gluon.v1, 8, (2, 1, 1, 2), IMAGENET, {"basic": True}),
    "resnet50.gluon": (gluon.v1, 8, (2, 1, 1, 2), IMAGENET, {"basic": False}),
    "resnet18v2.gluon": (gluon.v2, 8, (2, 1, 1, 2), IMAGENET, {"basic": True}),
    "resnet50v2.gluon": (gluon.v2, 8, (2, 1, 1, 2), IMAGENET, {"basic": False}),
    "cifar_resnet20.gluon": (gluon.cifar_v1, 4, (2, 1, 2), CIFAR, {}),
    "cifar_resnet20v2.gluon": (gluon.cifar_v2, 4, (2, 1, 2), CIFAR, {}),
    "resnet50.caffe": (papers.caffe, 8, (2, 1, 1, 2), IMAGENET, {"stem_bias": True}),
    "resnet101.caffe": (papers.caffe, 8, (2, 1, 1, 2), (65, 63), {"stem_bias": False}),
    "cifar_resnet20.torch": (papers.torch_cifar, 4, (2, 1, 2), CIFAR, {}),
    "resnet18v2.torch": (papers.preresnet, 8, (2, 1, 1, 2), IMAGENET, {"basic": True}),
    "resnet50v2.torch": (papers.preresnet, 8, (2, 1, 1, 2), IMAGENET, {"basic": False}),
    "cifar_preact_bottleneck29": (papers.pre_act, 4, (2, 1, 2), CIFAR, {}),
    **{f"cifar_resnet110_{kind}": (papers.experiment, 4, (2, 1, 2), CIFAR, {"kind": kind})
       for kind in ("scaled", "exclusivegate", "shortcutgate", "normafter", "relubefore", "reluonly", "concat")},
    "resnet34.timm": (pytorch.timm, 8, (2, 1, 1, 2), IMAGENET, {"basic": True}),
    "resnet50c": (pytorch.timm, 8, (2, 1, 1, 2), IMAGENET, {"deep": (4, 4)}),
    "resnet18d": (pytorch.timm, 8, (2, 1, 1, 2), IMAGENET, {"basic": True, "deep": (4, 4), "pooled": True}),
    "resnet50d": (pytorch.timm, 8, (2, 1, 1, 2), IMAGENET, {"deep": (4, 4), "pooled": True}),
    "resnet50s": (pytorch.timm, 8, (2, 1, 1, 2), IMAGENET, {"deep": (8, 8)}),
    "resnet50e": (pytorch.timm, 8, (2, 1, 1, 2), IMAGENET, {"deep": (8, 8), "pooled": True}),
    "resnet50t": (pytorch.timm, 8, (2, 1, 1, 2), IMAGENET, {"deep": (3, 4), "pooled": True}),
    "seresnet18": (pytorch.timm, 8, (2, 1, 1, 2), IMAGENET, {"basic": True, "se": True}),
    "seresnet50": (pytorch.timm, 8, (2, 1, 1, 2), IMAGENET, {"se": True}),
    "resnetv2_50": (pytorch.timm_v2, 8, (2, 1, 1, 2), IMAGENET, {}),
    "seresnext50_32x4d": (pytorch.nvidia_se, 32, (1, 1, 1, 2), IMAGENET, {"groups": 32, "group_width": 2}),
    "resnet18.kuangliu": (pytorch.kuangliu, 8, (2, 1, 1, 2), CIFAR, {"basic": True}),
    "resnet50.kuangliu": (pytorch.kuangliu, 8, (2, 1, 1, 2), CIFAR, {"basic": False}),
    "resnet18v2.kuangliu": (pytorch.kuangliu_preact, 8, (2, 1, 1, 2), CIFAR, {"basic": True}),
    "resnet50v2.kuangliu": (pytorch.kuangliu_preact, 8, (2, 1, 1, 2), CIFAR, {"basic": False}),
    "seresnet18.kuangliu": (pytorch.kuangliu_preact, 16, (2, 1, 1, 2), CIFAR, {"basic": True, "senet": True}),
    "resnext29_2x64d.kuangliu": (pytorch.kuangliu_resnext, 8, (2, 1, 2), CIFAR, {"cardinality": 2, "bottleneck_width": 8}),
    "resnext29_32x4d.kuangliu": (pytorch.kuangliu_resnext, 16, (2, 1, 2), CIFAR, {"cardinality": 32, "bottleneck_width": 1}),
    "cifar_resnet20.akamaster": (pytorch.akamaster, 4, (2, 1, 2), CIFAR, {}),
}


def vgg(configuration, batch_norm):
    """torchvision's features, an eighth as wide, and its classifier for the 2x2 map of a 64x64 image."""
    narrow = [width if width == "M" else width // 8 for width in models.vgg.cfgs[configuration]]
    network = models.vgg.VGG(models.vgg.make_layers(narrow, batch_norm), CLASSES, init_weights=False)
    network.avgpool = nn.Identity()
    network.classifier = nn.Sequential(nn.Linear(64 * 4, 512), nn.ReLU(), nn.Dropout(0), nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0),
                                       nn.Linear(512, CLASSES))
    return network


def mobile():
    return models.mobilenet_v2(weights=None, num_classes=CLASSES, dropout=0)


def residual(layers, **options):
    return models.resnet.ResNet(models.resnet.Bottleneck, layers, num_classes=CLASSES, **options)


# catalogue name: (network, image); as wide as the real ones, so that the groups are.
TORCHVISION = {
    "resnet50": (lambda: residual([1, 2, 1, 1]), IMAGENET),
    "resnext50_32x4d": (lambda: residual([1, 2, 1, 1], groups=32, width_per_group=4), IMAGENET),
    "resnext101_64x4d": (lambda: residual([1, 1, 1, 1], groups=64, width_per_group=4), IMAGENET),
    "wide_resnet50_2": (lambda: residual([1, 1, 1, 1], width_per_group=128), IMAGENET),
    "vgg11": (lambda: vgg("A", False), (64, 64)),
    "vgg13_bn": (lambda: vgg("B", True), (64, 64)),
    "vgg16": (lambda: vgg("D", False), (64, 64)),
    "vgg16_bn": (lambda: vgg("D", True), (64, 64)),
    "vgg19_bn": (lambda: vgg("E", True), (64, 64)),
    "mobilenet_v2": (mobile, IMAGENET),
}


def main():
    arrays = {}
    for name, (function, base, blocks, size, options) in NETWORKS.items():
        pixels = image(name, BATCH, 3, *size).double()
        for mode in ("running", "batch"):
            arrays[f"{name}/{mode}"] = function(mode == "batch", pixels, base, blocks, CLASSES, **options).numpy()
    for name, (make, size) in TORCHVISION.items():
        network = make()
        network.load_state_dict({key: value if key.endswith("num_batches_tracked") else fill(key, tuple(value.shape))
                                 for key, value in network.state_dict().items()})
        network.double()
        pixels = image(name, BATCH, 3, *size).double()
        for mode in ("running", "batch"):
            with torch.no_grad():
                arrays[f"{name}/{mode}"] = network.train(mode == "batch")(pixels).numpy()
    for name, array in arrays.items():
        print(f"{name:36} largest {np.abs(array).max():9.3f}")
    golden_file.write(FILE, arrays)


main()
