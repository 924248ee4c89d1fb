"""Writes the golden files of the image tests, with Pillow as the judge. Run with a Python that has Pillow, NumPy, torch and torchvision:

    python3 tests/golden/images.py [folder of ImageNet samples]

Lines are: name, then base64 fields, separated by blanks. PNG files are put together by hand, because Pillow does not write all kinds.
"""
import base64
import hashlib
import io
import pathlib
import struct
import sys
import zlib

import numpy as np
import torch
import torchvision.transforms as T
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGES = ROOT / "Residuum.Tests" / "Golden" / "Images"
JPEG = ROOT / "Residuum.Jpeg.Tests" / "Golden"
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def b64(data):
    return base64.b64encode(data).decode()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack(samples, depth):
    """Rows of samples (rows x values) as bytes."""
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in samples]
    if depth == 8:
        return [row.astype(np.uint8).tobytes() for row in samples]
    rows = []
    for row in samples:
        bits = "".join(format(int(v), f"0{depth}b") for v in row)
        bits += "0" * (-len(bits) % 8)
        rows.append(bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)))
    return rows


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def filtered(rows, distance):
    """Every filter in turn, so that each is met."""
    above, out = bytes(len(rows[0])), b""
    for y, row in enumerate(rows):
        kind, line = (y + 1) % 5, bytearray()
        for i, value in enumerate(row):
            a = row[i - distance] if i >= distance else 0
            c = above[i - distance] if i >= distance else 0
            b = above[i]
            line.append((value - [0, a, b, (a + b) // 2, paeth(a, b, c)][kind]) & 255)
        out += bytes([kind]) + bytes(line)
        above = row
    return out


def png(width, height, depth, colour, interlaced, extra=(), seed=0, pieces=2):
    rng = np.random.default_rng(seed)
    channels = CHANNELS[colour]
    top = 1 << depth
    # A slope with noise, so that neighbours are related but not equal.
    base = np.add.outer(np.arange(height), np.arange(width))[..., None] * (top / 40) + rng.integers(0, max(top // 4, 2), (height, width, channels))
    samples = base.astype(np.int64) % top
    distance = max(1, channels * depth // 8)
    raw = b""
    for x0, y0, dx, dy in (ADAM7 if interlaced else [(0, 0, 1, 1)]):
        part = samples[y0::dy, x0::dx]
        if part.size:
            raw += filtered(pack(part.reshape(part.shape[0], -1), depth), distance)
    data = zlib.compress(raw, 9)
    chunks = [chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))]
    if colour == 3:
        chunks.append(chunk(b"PLTE", rng.integers(0, 256, 3 * top, dtype=np.uint8).tobytes()))
    chunks += [chunk(*e) for e in extra]
    cut = [len(data) * i // pieces for i in range(pieces + 1)]
    chunks += [chunk(b"IDAT", data[a:b]) for a, b in zip(cut, cut[1:])]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b""), samples


def judged(data, samples, depth, colour):
    if depth == 16 and colour == 0:
        # Pillow reads 16-bit grey as integers and clips them; the upper byte is what every other reader takes.
        return np.repeat((samples >> 8).astype(np.uint8), 3, axis=2).tobytes()
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


def write_png():
    lines = []
    for colour, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
        for depth in depths:
            for interlaced in (False, True):
                for width, height in ((11, 13), (1, 1), (3, 5)):
                    data, samples = png(width, height, depth, colour, interlaced, seed=len(lines))
                    name = f"colour{colour}-depth{depth}-{'adam7' if interlaced else 'plain'}-{width}x{height}"
                    lines.append(f"{name} {width} {height} {b64(data)} {b64(judged(data, samples, depth, colour))}")
    clear = {0: b"\0\5", 2: b"\0\1\0\2\0\3", 3: bytes(range(0, 255, 5))}
    for colour, depth in ((0, 8), (2, 8), (3, 8)):
        data, samples = png(9, 7, depth, colour, False, extra=[(b"tRNS", clear[colour]), (b"tEXt", b"Title\0x")], seed=900 + colour, pieces=5)
        lines.append(f"transparent-colour{colour} 9 7 {b64(data)} {b64(judged(data, samples, depth, colour))}")
    (IMAGES / "png.txt").write_text("\n".join(lines) + "\n")


def write_resize():
    """Name, input size, input seed, output size, SHA-256 of the result, first 60 bytes of it. The input is made by the same generator in the test."""
    lines = []
    sizes = [(37, 23, 11, 9), (37, 23, 80, 61), (1, 1, 7, 5), (7, 5, 1, 1), (100, 3, 9, 3), (3, 100, 3, 33), (256, 256, 224, 224), (32, 32, 28, 28),
             (640, 480, 341, 256), (333, 500, 256, 384), (50, 50, 50, 20), (50, 50, 20, 50), (17, 31, 18, 30), (1000, 2, 3, 5), (2, 1000, 5, 3), (97, 131, 96, 131)]
    for index, (width, height, new_width, new_height) in enumerate(sizes):
        pixels = generated(width, height, index)
        result = Image.frombytes("RGB", (width, height), pixels).resize((new_width, new_height), Image.BILINEAR).tobytes()
        lines.append(f"{width} {height} {index} {new_width} {new_height} {hashlib.sha256(result).hexdigest()} {b64(result[:60])}")
    (IMAGES / "resize.txt").write_text("\n".join(lines) + "\n")


def write_shorter_side_and_crop():
    """Input size, seed, shorter side, crop, size after resizing, SHA-256 after resizing, SHA-256 after the crop, too."""
    lines = []
    for index, (width, height, size, crop) in enumerate(
            [(37, 23, 16, 16), (23, 37, 16, 11), (40, 40, 32, 28), (61, 45, 33, 224), (45, 61, 50, 53), (99, 20, 21, 20), (20, 99, 21, 20),
             (333, 500, 256, 224), (500, 333, 256, 224), (24, 21, 24, 19), (31, 30, 30, 27)]):
        image = Image.frombytes("RGB", (width, height), generated(width, height, index))
        resized = T.Resize(size)(image)
        cropped = T.CenterCrop(crop)(resized)
        lines.append(f"{width} {height} {index} {size} {crop} {resized.width} {resized.height} "
                     f"{hashlib.sha256(resized.tobytes()).hexdigest()} {hashlib.sha256(cropped.tobytes()).hexdigest()}")
    (IMAGES / "crop.txt").write_text("\n".join(lines) + "\n")


def write_tensors():
    """Preset, SHA-256 of the little-endian single-precision numbers, and the first eight of them."""
    normal = {"ImageNet": ((.485, .456, .406), (.229, .224, .225)), "Cifar10": ((.4914, .4822, .4465), (.2470, .2435, .2616)), "Mnist": ((.1307,), (.3081,))}
    steps = {"ImageNet": [T.Resize(256), T.CenterCrop(224)], "Cifar10": [T.Resize((32, 32))], "Mnist": [T.Grayscale(), T.Resize((28, 28))]}
    image = Image.frombytes("RGB", (321, 123), generated(321, 123, 77))
    lines = []
    for name, (mean, deviation) in normal.items():
        numbers = T.Compose(steps[name] + [T.ToTensor(), T.Normalize(mean, deviation)])(image).contiguous().numpy()
        data = numbers.astype("<f4").tobytes()
        lines.append(f"{name} {'x'.join(map(str, numbers.shape))} {hashlib.sha256(data).hexdigest()} {b64(data[:32])}")
    (IMAGES / "tensors.txt").write_text("\n".join(lines) + "\n")


def generated(width, height, seed):
    """A linear congruential generator that the tests have, too; the upper byte of each state."""
    state, out = (seed * 2654435761 + 12345) & 0xFFFFFFFF, bytearray()
    for _ in range(width * height * 3):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out.append(state >> 24)
    return bytes(out)


def write_jpeg():
    lines = []

    def add(name, image, **options):
        file = io.BytesIO()
        image.save(file, "JPEG", **options)
        opened = Image.open(io.BytesIO(file.getvalue()))
        lines.append(f"{name} {opened.width} {opened.height} {b64(file.getvalue())} {b64(opened.convert('RGB').tobytes())}")

    y, x = np.mgrid[0:29, 0:43]
    smooth = np.stack([x * 6, y * 8, (x + y) * 3], axis=2) + np.random.default_rng(5).integers(0, 30, (29, 43, 3))
    image = Image.fromarray(np.clip(smooth, 0, 255).astype(np.uint8))
    add("colour-420", image, quality=85, subsampling=2)
    add("colour-422", image, quality=85, subsampling=1)
    add("colour-444", image, quality=85, subsampling=0)
    add("progressive-420", image, quality=70, progressive=True)
    add("optimized-low", image, quality=20, optimize=True)
    add("grey", image.convert("L"), quality=85)
    add("cmyk", Image.fromarray(np.dstack([smooth, (x * 255 // 43)]).clip(0, 255).astype(np.uint8), "CMYK"), quality=90)
    add("one-pixel", image.crop((0, 0, 1, 1)), quality=90)
    exif = Image.Exif()
    exif[0x0112] = 6
    add("rotated-by-exif", image, quality=60, exif=exif)
    (JPEG / "jpeg.txt").write_text("\n".join(lines) + "\n")


def write_samples(folder):
    """File, size after resizing and cropping, SHA-256 of the decoded image and of the cropped one, and every 997th byte of that."""
    lines = []
    for path in sorted(pathlib.Path(folder).glob("*.JPEG")):
        image = Image.open(path).convert("RGB")
        cropped = T.Compose([T.Resize(256), T.CenterCrop(224)])(image)
        data = cropped.tobytes()
        lines.append(f"{path.name} {image.width} {image.height} {hashlib.sha256(image.tobytes()).hexdigest()} "
                     f"{hashlib.sha256(data).hexdigest()} {b64(data[::997])}")
    (JPEG / "imagenet-samples.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    IMAGES.mkdir(parents=True, exist_ok=True)
    JPEG.mkdir(parents=True, exist_ok=True)
    write_png()
    write_resize()
    write_shorter_side_and_crop()
    write_tensors()
    write_jpeg()
    if len(sys.argv) > 1:
        write_samples(sys.argv[1])
