"""Writes named arrays as a safetensors file: u64 header length, JSON header, raw little-endian data. Names in the order given."""
import json
import struct

import numpy as np

KINDS = {"float64": "F64", "float32": "F32", "int32": "I32"}


def write(path, arrays):
    header, data, offset = {}, [], 0
    for name, array in arrays.items():
        array = np.asarray(array, order="C")
        raw = array.tobytes()
        header[name] = {"dtype": KINDS[str(array.dtype)], "shape": list(array.shape), "data_offsets": [offset, offset + len(raw)]}
        data.append(raw)
        offset += len(raw)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data))
    print(path, 8 + len(text) + offset, "bytes")
