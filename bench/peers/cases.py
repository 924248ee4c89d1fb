"""What is timed: a row a case. An ImageNet network is torchvision's, others are those of `residuum models`, or descriptions in JSON."""
import fnmatch
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    group: str    # imagenet, cifar, untuned or training
    network: str  # catalogue name, or a description beside this file
    side: int     # pixels of a side of the square images
    batch: int    # images of one run
    checkpoint: bool = False  # whether our training computes activations again; the peers keep them

    @property
    def training(self):
        return self.group == "training"

    @property
    def name(self):
        return f"{'train-' if self.training else ''}{self.network.removesuffix('.json')}-{self.side}-b{self.batch}{'-checkpoint' * self.checkpoint}"


CASES = (
    [Case("imagenet", network, 224, batch) for network in ("resnet18", "resnet34", "resnet50", "resnet101") for batch in (1, 8, 32)]
    + [Case("cifar", network, 32, batch)
       for network in ("cifar_resnet20", "cifar_resnet56", "cifar_resnet110", "cifar_preact_resnet164") for batch in (1, 128)]
    + [Case("untuned", "resnet18", side, batch) for side in (193, 320) for batch in (1, 3)]
    + [Case("untuned", "resnet50", 193, 3), Case("untuned", "resnet26.json", 224, 8), Case("untuned", "odd.json", 96, 5)]
    + [Case("training", "cifar_resnet20", 32, 128), Case("training", "cifar_resnet56", 32, 128),
       Case("training", "resnet18", 224, 16), Case("training", "resnet50", 224, 16), Case("training", "resnet50", 224, 16, checkpoint=True)])


def matching(patterns):
    """The cases whose name or group fits one of these comma-separated patterns with * and ?; all without patterns."""
    wanted = (patterns or "*").split(",")
    return [case for case in CASES if any(fnmatch.fnmatch(text, pattern) for pattern in wanted for text in (case.name, case.group))]
