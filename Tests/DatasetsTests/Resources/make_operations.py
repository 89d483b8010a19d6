"""Makes operations.safetensors: AutoAugment's operations by Pillow on pictures of this project's own generator.

Needs Pillow (13.0.0 was used) and NumPy. Its argument is a safetensors file whose array `images`, U8 [>= 2, 3, 32, 32],
holds SyntheticShapes(seed: 7, size: 32).images(.train, count: 2).pixels.

Arrays: `square` [1, 3, 32, 32] and `oblong` [2, 3, 11, 14], then `square/NAME@MAGNITUDE` and `oblong/NAME@MAGNITUDE`.
The second oblong picture has a constant channel, one of two values and a ramp, where tables have their corner cases.
Magnitudes are those of the CIFAR-10 policy, signs alternating, and some for shearX.
"""

import json
import struct
import sys

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

GREY = (128, 128, 128)


def affine(picture, coefficients, resample=Image.Resampling.NEAREST):
    return picture.transform(picture.size, Image.Transform.AFFINE, coefficients, resample, fillcolor=GREY)


def rotate(picture, degrees):
    turned = picture.convert("RGBA").rotate(degrees)
    return Image.composite(turned, Image.new("RGBA", turned.size, GREY + (128,)), turned).convert("RGB")


BICUBIC = Image.Resampling.BICUBIC
OPERATIONS = {
    "shearX": lambda p, m: affine(p, (1, m, 0, 0, 1, 0), BICUBIC),
    "shearY": lambda p, m: affine(p, (1, 0, 0, m, 1, 0), BICUBIC),
    "translateX": lambda p, m: affine(p, (1, 0, m * p.width, 0, 1, 0)),
    "translateY": lambda p, m: affine(p, (1, 0, 0, 0, 1, m * p.height)),
    "rotate": rotate,
    "color": lambda p, m: ImageEnhance.Color(p).enhance(1 + m),
    "contrast": lambda p, m: ImageEnhance.Contrast(p).enhance(1 + m),
    "sharpness": lambda p, m: ImageEnhance.Sharpness(p).enhance(1 + m),
    "brightness": lambda p, m: ImageEnhance.Brightness(p).enhance(1 + m),
    "posterize": lambda p, m: ImageOps.posterize(p, int(m)),
    "solarize": lambda p, m: ImageOps.solarize(p, m),
    "autocontrast": lambda p, m: ImageOps.autocontrast(p),
    "equalize": lambda p, m: ImageOps.equalize(p),
    "invert": lambda p, m: ImageOps.invert(p),
}

SIGNED = {
    "shearX": (0.3, [4, 9]),
    "shearY": (0.3, [7, 8]),
    "translateX": (150 / 331, [8, 9]),
    "translateY": (150 / 331, [3, 9]),
    "color": (0.9, [0, 3, 7, 8, 9]),
    "contrast": (0.9, [6, 7]),
    "sharpness": (0.9, [1, 3, 5, 6, 9]),
    "brightness": (0.9, [3, 6, 7, 9]),
}
UNSIGNED = {
    "rotate": np.linspace(0, 30, 10)[[2]].tolist() + [-90.0],
    "posterize": [5.0],
    "solarize": np.linspace(256, 0, 10)[[2, 3, 5, 8]].tolist(),
    "autocontrast": [0.0],
    "equalize": [0.0],
    "invert": [0.0],
}


def magnitudes():
    for name, (most, indices) in SIGNED.items():
        for i, index in enumerate(indices):
            yield name, float(np.linspace(0, most, 10)[index]) * (-1) ** i
    # Both signs where a sign changes what is read.
    yield "shearX", -0.3
    yield "translateX", 150 / 331
    yield "translateY", 150 / 331
    for name, values in UNSIGNED.items():
        for value in values:
            yield name, value


def run(name, magnitude, pictures):
    changed = [OPERATIONS[name](Image.fromarray(p.transpose(1, 2, 0).copy()), magnitude) for p in pictures]
    return np.stack([np.asarray(c).transpose(2, 0, 1) for c in changed])


def read_images(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    entry = json.loads(data[8 : 8 + length])["images"]
    start, end = entry["data_offsets"]
    return np.frombuffer(data[8 + length + start : 8 + length + end], np.uint8).reshape(entry["shape"])


def write(path, arrays):
    header, offset = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "U8", "shape": list(array.shape), "data_offsets": [offset, offset + array.size]}
        offset += array.size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(a.tobytes() for a in arrays.values()))


images = read_images(sys.argv[1])
corner = np.zeros((3, 11, 14), np.uint8)
corner[0] = 77
corner[1] = 200 - 190 * (np.indices((11, 14)).sum(0) % 3 == 0)
corner[2] = np.arange(11 * 14).reshape(11, 14)
arrays = {"square": images[:1], "oblong": np.stack([images[1][:, 9:20, 6:20], corner])}
for name, magnitude in magnitudes():
    for shape in ("square", "oblong"):
        arrays[f"{shape}/{name}@{magnitude!r}"] = run(name, magnitude, arrays[shape])
write("operations.safetensors", arrays)
