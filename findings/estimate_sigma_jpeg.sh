#!/usr/bin/env bash
# scikit-image's estimate_sigma tells a fifth of the noise that a JPEG still has, and at quality 95 more than was put in.
#
# It reads the finest diagonal wavelets, and a JPEG's tables quantise just these to nothing, while the noise of lower
# frequencies stays: at quality 75 seven tenths of its size. So the number that restorations are told is right for a PNG
# and far too small for the same picture from a camera or the web, with no warning. Deblurring with a fifth of the noise
# leaves the rest, amplified, in the picture.
#
# Seen with scikit-image 0.26.0, PyWavelets 1.9.0 and Pillow 13.0.0, on the camera man blurred by a Gaussian of 1.5 pixels,
# with 2 % noise, in 8 bits (estimated, and what is there: root mean square from the blurred picture without noise):
#   png  0.0200, 0.0200    95  0.0223, 0.0214    85  0.0070, 0.0176    75  0.0029, 0.0144
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check scikit-image==0.26.0 PyWavelets==1.9.0 Pillow==13.0.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys
from importlib.metadata import version

import numpy as np
import skimage
from PIL import Image
from scipy.ndimage import gaussian_filter
from skimage.restoration import estimate_sigma

clean = gaussian_filter(skimage.data.camera() / 255, 1.5)
noisy = np.clip(clean + 0.02 * np.random.default_rng(0).standard_normal(clean.shape), 0, 1)
picture = Image.fromarray(np.rint(255 * noisy).astype(np.uint8))
print(", ".join(f"{name} {version(name)}" for name in ("scikit-image", "PyWavelets", "Pillow")))
share = {}
for kind, options in (("png", {}), *((f"jpeg {q}", {"quality": q}) for q in (95, 85, 75))):
    file = io.BytesIO()
    picture.save(file, kind.split()[0], **options)
    read = np.asarray(Image.open(file)) / 255
    told, there = float(estimate_sigma(read)), float(np.std(read - clean))
    share[kind] = told / there
    print(f"{kind}: estimated {told:.4f}, there {there:.4f}")
if not (abs(share["png"] - 1) < 0.03 and share["jpeg 95"] > 1.02 and share["jpeg 85"] < 0.5 and share["jpeg 75"] < 0.25):
    sys.exit("the behaviour has changed")
PYTHON
