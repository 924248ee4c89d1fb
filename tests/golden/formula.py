"""
Weights and images that follow from their names, so that a golden file holds results alone. The same formula stands in
tests/Residuum.Testing/FormulaWeights.cs.
"""
import zlib

import numpy as np
import torch


def uniform(name, count):
    """Numbers from -0.5 up to 0.5, multiples of 1/65536, by a hash of the place and the name."""
    index = np.arange(count, dtype=np.uint64)
    words = (index * 2654435761 + zlib.crc32(name.encode())) & 0xFFFFFFFF
    words ^= words >> 15
    words = (words * 2246822519) & 0xFFFFFFFF
    words ^= words >> 13
    return ((words >> 8) & 0xFFFF).astype(np.float64) / 65536 - 0.5


def fill(name, shape):
    """A parameter or running statistic; of a kernel, variance 2 / fan-in, whether the outputs come first or, in Keras, last."""
    u = uniform(name, int(np.prod(shape)))
    if name.endswith(("running_mean", "moving_mean")):
        values = 0.4 * u
    elif name.endswith(("running_var", "moving_variance")):
        values = 1 + u
    elif len(shape) > 1:
        fan = int(np.prod(shape[:-1] if name.endswith("kernel") else shape[1:]))
        values = u * np.float32(np.sqrt(24 / fan)).astype(np.float64)
    elif name.endswith(("weight", "gamma")):
        values = 1 + u
    else:
        values = 0.4 * u
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def image(name, batch, channels, height, width):
    """Pixels from -2 up to 2."""
    return torch.from_numpy((4 * uniform(name, batch * channels * height * width)).astype(np.float32).reshape(batch, channels, height, width))
