"""Makes the checkpoints of tests/Residuum.Tests/Golden/Interop with PyTorch (1.13), and beside each what PyTorch holds in it.

Run from the repository root: /usr/bin/python3 tests/golden/interop.py
The legacy files differ from run to run: their storages are named after addresses.
A line of an expectation: name, element type, shape, elements in row-major order as hexadecimal little-endian bytes.
"""
import collections
import os

import torch
import torchvision

FOLDER = "tests/Residuum.Tests/Golden/Interop"
TYPES = {
    torch.float32: "Float32", torch.float64: "Float64", torch.float16: "Float16", torch.bfloat16: "BFloat16", torch.int64: "Int64",
    torch.int32: "Int32", torch.int16: "Int16", torch.int8: "Int8", torch.uint8: "UInt8", torch.bool: "Bool",
}


def raw(tensor):
    dense = tensor.detach().contiguous()
    if dense.dtype == torch.bfloat16:
        dense = dense.view(torch.int16)
    return dense.numpy().tobytes().hex()


def expect(name, state):
    with open(f"{FOLDER}/{name}.txt", "w", newline="\n") as file:
        for key, tensor in state.items():
            file.write(f"{key} {TYPES[tensor.dtype]} {'x'.join(map(str, tensor.shape)) or 'scalar'} {raw(tensor) or '-'}\n")


def save(name, value, state):
    expect(name, state)
    for form, zipped in (("zip", True), ("legacy", False)):
        # PyTorch names a zip file's folder after the path it is given, and a stream's "archive".
        with open(f"{FOLDER}/{name}.{form}.pth", "wb") as file:
            torch.save(value, file, _use_new_zipfile_serialization=zipped)


torch.manual_seed(1)

types = {TYPES[dtype]: (torch.randn(2, 3) * 50).to(dtype) for dtype in TYPES}
types["scalar"] = torch.tensor(2.5)
types["count"] = torch.tensor(7)
types["empty"] = torch.zeros(0, 3)
save("types", types, types)

base = torch.arange(24.0)
views = collections.OrderedDict(
    whole=base,
    transposed=base.reshape(4, 6).t(),
    permuted=base.reshape(2, 3, 4).permute(2, 0, 1),
    sliced=base.reshape(4, 6)[1:3, 2:5],
    stepped=base[3::5],
    expanded=torch.tensor([1.0, 2.0]).reshape(2, 1).expand(2, 5),
    overlapping=base.unfold(0, 4, 2),
    one=base.reshape(4, 6)[2:3, 5:6],
    none=base[24:],
    parameter=torch.nn.Parameter(torch.randn(3).double()),
    channels_last=torch.randn(2, 3, 2, 2).to(memory_format=torch.channels_last),
)
save("views", views, views)

network = torch.nn.Sequential(collections.OrderedDict(
    conv1=torch.nn.Conv2d(1, 2, 3, bias=False), bn1=torch.nn.BatchNorm2d(2), fc=torch.nn.Linear(2, 3)))
optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
network.fc(network.bn1(network.conv1(torch.randn(4, 1, 3, 3))).flatten(1)).sum().backward()
optimizer.step()
state = network.state_dict()
parallel = torch.nn.DataParallel(network).state_dict()
wrapped = {
    "epoch": 3, "arch": "tiny", "best_prec1": 91.25, "none": None, "flags": (True, False), "big": 1 << 70, "negative": -5, "wide": 70000,
    "size": torch.Size([1, 2]), "device": torch.device("cuda", 0), "kind": torch.float16, "names": ["a", "b"],
    "state_dict": parallel, "optimizer": optimizer.state_dict(),
}
save("wrapped", wrapped, state)
save("net", {"net": parallel, "acc": 95.5, "epoch": 1}, state)

# Another protocol has other opcodes (FRAME, MEMOIZE, SHORT_BINUNICODE, STACK_GLOBAL).
with open(f"{FOLDER}/protocol4.zip.pth", "wb") as file:
    torch.save(wrapped, file, pickle_protocol=4)

# What must be refused: a whole module, a program, an element type that is not ours.
torch.save(torch.nn.Linear(1, 1), f"{FOLDER}/module.zip.pth")
torch.jit.script(torch.nn.ReLU()).save(f"{FOLDER}/script.zip.pth")
with open(f"{FOLDER}/complex.zip.pth", "wb") as file:
    torch.save({"z": torch.zeros(2, dtype=torch.complex64)}, file)

# Strict loading of a file without num_batches_tracked must work, since ours are written without it.
bare = {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}
assert torch.nn.Sequential(collections.OrderedDict(
    conv1=torch.nn.Conv2d(1, 2, 3, bias=False), bn1=torch.nn.BatchNorm2d(2), fc=torch.nn.Linear(2, 3))).load_state_dict(bare, strict=True)
# The names and shapes of torchvision's own networks.
for name in ("resnet18", "resnet50"):
    with open(f"{FOLDER}/{name}.names.txt", "w", newline="\n") as file:
        for key, tensor in getattr(torchvision.models, name)().state_dict().items():
            file.write(f"{key} {'x'.join(map(str, tensor.shape)) or 'scalar'}\n")

print(sum(os.path.getsize(f"{FOLDER}/{name}") for name in os.listdir(FOLDER)), "bytes")
