"""Makes tests/Residuum.Tests/Golden/Interop/dense.zip.pth with PyTorch (1.13): what torch.save makes of dense tensors in an OrderedDict.

Ours for the same tensors must have the same pickle, byte for byte. Run from the repository root: /usr/bin/python3 tests/golden/checkpoint.py
"""
import collections
import hashlib
import io
import zipfile

import torch

FOLDER = "tests/Residuum.Tests/Golden/Interop"
torch.manual_seed(2)
TYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8,
         torch.bool]
state = collections.OrderedDict()
for dtype in TYPES:
    state[str(dtype)[6:] + ".weight"] = (torch.randn(2, 3) * 50).to(dtype)
state["scalar"] = torch.tensor(2.5)
state["bn1.num_batches_tracked"] = torch.tensor(7)
state["none"] = torch.zeros(4, 0, 3)
state["kernel"] = torch.randn(2, 1, 3, 1)
state["five"] = torch.randn(1, 2, 1, 2, 1)
state["wide"] = torch.zeros(300, dtype=torch.int8)
state["wider"] = torch.zeros(0, 70000)
state["größe ☃"] = torch.randn(2)
# More values than one byte counts.
for i in range(20):
    state[f"layer1.{i}.weight"] = torch.zeros(1)
with open(f"{FOLDER}/dense.zip.pth", "wb") as file:
    torch.save(state, file)

# More names than Python's pickler puts into a dictionary at once, and one alone behind them; only the pickle's digest is kept.
many = collections.OrderedDict((f"n{i}", torch.zeros(0, dtype=torch.int8)) for i in range(2001))
file = io.BytesIO()
torch.save(many, file)
with open(f"{FOLDER}/many.txt", "w", newline="\n") as text:
    text.write(hashlib.sha256(zipfile.ZipFile(file).read("archive/data.pkl")).hexdigest() + "\n")
