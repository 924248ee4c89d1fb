"""The safetensors format: eight bytes of length, that much JSON, then raw numbers."""
import json
import struct

import numpy


def header(path):
    """The JSON of a file, and where its numbers begin."""
    with open(path, "rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(length)), 8 + length


def network(path):
    """The description of the network that a model file of ours holds."""
    return json.loads(header(path)[0]["__metadata__"]["residuum.network"])


def tensors(path):
    """Names and arrays, one after the other."""
    entries, start = header(path)
    with open(path, "rb") as file:
        for name, entry in entries.items():
            if name == "__metadata__":
                continue
            begin, end = entry["data_offsets"]
            file.seek(start + begin)
            yield name, numpy.frombuffer(bytearray(file.read(end - begin)), dtype=numpy.float32).reshape(entry["shape"])


def overwrite(path, arrays):
    """Replaces the numbers of some tensors of a file by others of the same shape."""
    entries, start = header(path)
    with open(path, "r+b") as file:
        for name, array in arrays.items():
            begin, end = entries[name]["data_offsets"]
            data = numpy.ascontiguousarray(array, dtype=numpy.float32).tobytes()
            assert len(data) == end - begin, name
            file.seek(start + begin)
            file.write(data)
