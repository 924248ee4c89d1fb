"""
Learning rates and updated weights by PyTorch, for the tests of schedules and of the optimizer. Writes
tests/Residuum.Tests/Golden/Training/numbers.safetensors; run with PyTorch 1.13 as `python3 tests/golden/training_numbers.py`.
"""
import pathlib

import numpy as np
import torch
from torch.optim import SGD, lr_scheduler

import golden_file

FILE = pathlib.Path(__file__).parent.parent / "Residuum.Tests" / "Golden" / "Training" / "numbers.safetensors"
PEAK = 0.3
# Names and shapes of the small network of the test; weights are what decay may be confined to.
SHAPES = {"conv.weight": (3, 2, 3, 3), "conv.bias": (3,), "norm.weight": (3,), "norm.bias": (3,), "linear.weight": (5, 3), "linear.bias": (5,)}
WEIGHTS = ("conv.weight", "linear.weight")
SETTINGS = {"momentum": (0.9, False, 1e-2, False), "nesterov": (0.8, True, 1e-2, True), "plain": (0.0, False, 0.0, False), "decay": (0.0, False, 0.1, True)}
RATES = (0.1, 0.05, 0.02)


def rates(schedule, steps):
    optimizer = SGD([torch.zeros(1, requires_grad=True)], PEAK)
    scheduler, result = schedule(optimizer), []
    for _ in range(steps):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return np.array(result)


def one_cycle(steps, rise=0.3, start=25.0, end=1000.0):
    def make(optimizer):
        return lr_scheduler.OneCycleLR(optimizer, PEAK, total_steps=steps, pct_start=rise, anneal_strategy="linear",
                                       cycle_momentum=False, div_factor=start, final_div_factor=end)
    # The last call to step() would go past the end.
    optimizer = SGD([torch.zeros(1, requires_grad=True)], PEAK)
    scheduler, result = make(optimizer), []
    for step in range(steps):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step + 1 < steps:
            scheduler.step()
    return np.array(result)


def updates(arrays):
    generator = torch.Generator().manual_seed(3)
    draw = lambda shape: torch.randn(shape, generator=generator)
    start = {name: draw(shape) for name, shape in SHAPES.items()}
    gradients = [{name: draw(shape) for name, shape in SHAPES.items()} for _ in RATES]
    for name in SHAPES:
        arrays[f"start/{name}"] = start[name].numpy()
        for step, each in enumerate(gradients):
            arrays[f"{step}/gradient/{name}"] = each[name].numpy()
    for setting, (momentum, nesterov, decay, weights_only) in SETTINGS.items():
        parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
        groups = [{"params": [value], "weight_decay": decay if name in WEIGHTS or not weights_only else 0.0} for name, value in parameters.items()]
        optimizer = SGD(groups, RATES[0], momentum, nesterov=nesterov)
        for step, rate in enumerate(RATES):
            for group in optimizer.param_groups:
                group["lr"] = rate
            for name, value in parameters.items():
                value.grad = gradients[step][name].clone()
            optimizer.step()
            for name, value in parameters.items():
                arrays[f"{setting}/{step}/{name}"] = value.detach().numpy().copy()


def main():
    arrays = {
        "one-cycle 50": one_cycle(50),
        "one-cycle 7": one_cycle(7),
        "one-cycle 200 early": one_cycle(200, rise=0.125, start=10.0, end=50.0),
        "cosine 40": rates(lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, 40), 40),
        "step 40": rates(lambda optimizer: lr_scheduler.MultiStepLR(optimizer, [20, 30]), 40),
        "step 30 thirds": rates(lambda optimizer: lr_scheduler.MultiStepLR(optimizer, [9, 18, 24], gamma=0.2), 30),
        "warm-up 40": rates(lambda optimizer: lr_scheduler.LinearLR(optimizer, 0.1, 1, 9), 40),
    }
    updates(arrays)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    golden_file.write(FILE, arrays)


main()
