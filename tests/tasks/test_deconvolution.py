"""deconvolve: every kind of photograph comes back as its own kind; every option matters; errors are sentences."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from trained import small_settings, write_weights

import padnet
from padnet.core import tiling as strips
from padnet.core.certificate import Certificate
from padnet.core.operators import Blur
from padnet.data.sample_pictures import photograph
from padnet.data.skimage_files import read_wheel
from padnet.errors import InputError, PadnetError
from padnet.tasks.deconvolution import Deconvolved, deconvolve, restore
from padnet.tasks.noise_level import ROUNDING, estimate_noise
from padnet.tasks.opponent_colours import CONTRAST, Planes
from padnet.tasks.pretrained import load


@pytest.fixture(scope="module")
def sharp(blurred, kernel, weights):
    """The picture of the fixtures, deconvolved."""
    return deconvolve(blurred, kernel, 0.01, weights=weights)


def test_the_package_imports_nothing_heavy_and_finds_deconvolve(root):
    code = (
        "import sys, padnet; assert 'torch' not in sys.modules and 'numpy' not in sys.modules; padnet.deconvolve; "
        # the command starts with PyTorch and little else
        "import padnet.cli.deconvolve; heavy = {'skimage', 'tifffile', 'scipy.interpolate', 'scipy.ndimage'}; "
        "assert not heavy & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, timeout=60)
    assert padnet.deconvolve is deconvolve
    with pytest.raises(AttributeError, match="no attribute 'reblur'"):
        padnet.reblur  # noqa: B018


def test_it_returns_image_certificates_and_noise(sharp, blurred):
    assert isinstance(sharp, Deconvolved) and sharp.noise == 0.01
    assert sharp.image.shape == blurred.shape and sharp.image.dtype == np.float64
    assert 0 <= sharp.image.min() and sharp.image.max() <= 1
    assert len(sharp.certificate) == 6 and all(isinstance(c, Certificate) and c.holds for c in sharp.certificate)
    assert np.abs(sharp.image - blurred).mean() > 0.01


def test_json_holds_it_all(sharp):
    told = json.loads(sharp.to_json())
    assert told["noise"] == 0.01
    assert [c["verdict"] for c in told["certificate"]] == [c.verdict for c in sharp.certificate]
    odd = Deconvolved(sharp.image, [Certificate("", False, [{"k": 0, "error": float("nan")}])], 0.01)
    assert json.loads(odd.to_json())["certificate"][0]["rows"] == [{"k": 0, "error": None}]


def test_a_colour_picture_is_deconvolved_as_opponents(blurred, kernel, weights):
    sharp = deconvolve(blurred, kernel, 0.01, turns=1, weights=weights)
    planes, found = Planes(np.moveaxis(blurred, 2, 0)), np.empty((3, *blurred.shape[:2]))
    assert sharp.levels == pytest.approx([0.01 * planes.share(i) for i in range(3)])
    restorer = load(str(weights))
    pictures = []
    for i, y in enumerate(planes):
        factor = 1 if i == 0 else CONTRAST
        shown, level = 0.5 + factor * (y - 0.5) if i else y, factor * sharp.levels[i]
        (x,), proofs = restore(restorer, "ipadnet", [shown], kernel, level)
        assert proofs == [sharp.certificate[i]]
        pictures.append(0.5 + (x - 0.5) / factor if i else x)
    planes.write(pictures, found)
    assert np.array_equal(np.moveaxis(found, 0, 2), sharp.image)


def test_a_grey_picture_stored_as_colour_is_a_grey_one(blurred, kernel, weights):
    grey = np.rint(255 * blurred[..., 0]).astype(np.uint8)
    for noise in (0.01, None):
        alone = deconvolve(grey, kernel, noise, weights=weights)
        found = deconvolve(np.stack([grey] * 3, axis=2), kernel, noise, weights=weights)
        assert np.array_equal(found.image, np.stack([alone.image] * 3, axis=2))
        assert found.certificate == alone.certificate and found.levels == alone.levels


def test_noise_of_colours_alone_goes():
    """The networks of the package take most of it, and less where every channel is a picture of its own."""
    x = np.repeat(photograph("camera.png")[200:264, 300:364, None] / 255, 3, axis=2)
    y = np.clip(x + 0.05 * np.random.default_rng(7).standard_normal(x.shape), 0, 1)
    k = np.zeros((3, 3))
    k[1, 1] = 1
    together = deconvolve(y, k, 0.05).image
    alone = np.stack([deconvolve(y[..., i], k, 0.05).image for i in range(3)], axis=2)
    chroma = [np.std(z - z.mean(axis=2, keepdims=True)) for z in (y, alone, together)]
    assert chroma[2] < 0.6 * chroma[1] < 0.6 * chroma[0]
    errors = [np.square(z - x).mean() for z in (y, alone, together)]
    assert errors[2] < errors[1] < errors[0]


def test_the_contrast_of_colours_changes_ipadnets_picture_alone_and_no_level(monkeypatch):
    x = read_wheel("astronaut.png")[60:124, 200:264]
    k = np.full((1, 3), 1 / 3)
    found = {method: deconvolve(x, k, 0.03, method=method) for method in ("ipadnet", "epadnet")}
    monkeypatch.setattr("padnet.tasks.deconvolution.contrast", lambda i, level, largest: 1.0)
    plain = {method: deconvolve(x, k, 0.03, method=method) for method in found}
    assert not np.array_equal(found["ipadnet"].image, plain["ipadnet"].image)
    assert np.array_equal(found["epadnet"].image, plain["epadnet"].image)
    assert found["ipadnet"].levels == plain["ipadnet"].levels


def test_a_tensor_of_sixteen_bits_is_that_array(blurred, kernel, weights):
    """PyTorch has no comparison of uint16: clipped and saturated pixels are found in numpy."""
    deep = np.rint(65535 * blurred).astype(np.uint16)
    want = deconvolve(deep, kernel, weights=weights)
    found = deconvolve(torch.from_numpy(deep.copy()).permute(2, 0, 1), kernel, weights=weights)
    assert np.array_equal(found.image.permute(1, 2, 0).numpy(), want.image) and found.noise == want.noise


def test_eight_bits_add_their_rounding(blurred, kernel, weights):
    whole = np.rint(255 * blurred).astype(np.uint8)
    found = deconvolve(whole, kernel, 0.002, weights=weights)
    told = deconvolve(whole / 255, kernel, float(np.hypot(0.002, ROUNDING)), weights=weights)
    assert found.noise == 0.002 and found.levels == pytest.approx(told.levels)
    assert [one.rows for one in found.certificate] == [one.rows for one in told.certificate]


def test_a_periodic_blur_needs_no_frame(kernel, weights):
    x = photograph("camera.png")[200:248, 300:348] / 255
    y = Blur(torch.from_numpy(kernel), x.shape)(torch.from_numpy(x)[None, None])[0, 0].numpy()
    y = np.clip(y + 0.005 * np.random.default_rng(8).standard_normal(y.shape), 0, 1)
    errors = [np.square(deconvolve(y, kernel, 0.005, boundary=b).image - x).mean() for b in ("periodic", "unknown")]
    assert errors[0] < 0.7 * errors[1]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float16", "float32", "float64"])
@pytest.mark.parametrize("colour", [False, True])
def test_every_numpy_kind_comes_back(dtype, colour, blurred, kernel, weights):
    white = {"uint8": 255, "uint16": 65535}.get(dtype, 1)
    y = (blurred if colour else blurred[..., 0]) * white
    y = (np.rint(y) if white > 1 else y).astype(dtype)
    before = y.copy()
    x = deconvolve(y, kernel, 0.01, weights=weights).image
    assert isinstance(x, np.ndarray) and x.dtype == y.dtype and x.shape == y.shape
    assert np.array_equal(y, before)
    told = np.hypot(0.01, ROUNDING if dtype == "uint8" else 0)
    same = deconvolve(y.astype(float) / white, kernel, told, weights=weights).image
    assert np.abs(x.astype(float) / white - same).max() <= (0.51 / white if white > 1 else 5e-4)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float16", "bfloat16", "float32", "float64"])
def test_every_torch_kind_comes_back(dtype, blurred, kernel, weights):
    dtype = getattr(torch, dtype)
    white = {torch.uint8: 255, torch.uint16: 65535}.get(dtype, 1)
    y = torch.from_numpy(blurred[..., 0] * white).to(dtype)
    x = deconvolve(y, torch.from_numpy(kernel), 0.01, weights=weights).image
    assert isinstance(x, torch.Tensor) and x.dtype == dtype and x.shape == y.shape and x.device == y.device
    told = np.hypot(0.01, ROUNDING if dtype == torch.uint8 else 0)
    same = deconvolve(y.double().numpy() / white, kernel, told, weights=weights).image
    assert np.abs(x.double().numpy() / white - same).max() <= (0.51 / white if white > 1 else 0.005)


def test_every_torch_shape_comes_back(blurred, sharp, kernel, weights):
    rows = torch.from_numpy(blurred)
    first = rows.permute(2, 0, 1).contiguous()
    for y, back in (
        (rows, lambda x: x),
        (first, lambda x: x.permute(1, 2, 0)),
        (first[None], lambda x: x[0].permute(1, 2, 0)),
    ):
        x = deconvolve(y.requires_grad_(), kernel, 0.01, weights=weights).image
        assert x.shape == y.shape and not x.requires_grad
        assert np.array_equal(back(x).numpy(), sharp.image)
    grey = deconvolve(blurred[..., 0], kernel, 0.01, weights=weights).image
    for y in (first[0].detach(), first[:1].detach(), first[None, :1].detach()):
        x = deconvolve(y, kernel, 0.01, weights=weights).image
        assert x.shape == y.shape and np.array_equal(x.reshape(rows.shape[:2]).numpy(), grey)


def test_layout_in_memory_does_not_matter(blurred, sharp, kernel, weights):
    strided = np.asfortranarray(blurred)[::-1][::-1]
    strided.flags.writeable = False
    assert np.array_equal(deconvolve(strided, kernel[::-1, ::-1][::-1, ::-1], 0.01, weights=weights).image, sharp.image)


def test_the_kernel_is_normalised_whatever_numbers_it_is_made_of(blurred, kernel, weights):
    y = blurred[..., 0]
    whole = np.rint(kernel / kernel.max() * 255).astype(np.uint8)
    a = deconvolve(y, whole, 0.01, weights=weights).image
    for k in (whole / 255, torch.from_numpy(whole), (whole / 255).astype(np.float64) * 7):
        assert np.allclose(deconvolve(y, k, 0.01, weights=weights).image, a, atol=1e-6)


def test_every_option_changes_the_result(blurred, kernel, weights, root, tmp_path):
    y = blurred[..., 0]
    write_weights(tmp_path, small_settings(root), seed=7)
    runs = [
        deconvolve(y, kernel, 0.01, weights=weights),
        deconvolve(y, kernel, 0.02, weights=weights),
        deconvolve(y, kernel, weights=weights),
        deconvolve(y, kernel, 0.01, passes=1, weights=weights),
        deconvolve(y, kernel, 0.01, passes=3, weights=weights),
        deconvolve(y, kernel, 0.01, method="epadnet", weights=weights),
        deconvolve(y, kernel, 0.01, boundary="periodic", weights=weights),
        deconvolve(y, kernel, 0.01, weights=tmp_path),
        deconvolve(y, kernel, 0.01, compression=(0.03, 0), weights=weights),
        deconvolve(y / 2, kernel, 0.01, white=0.7, weights=weights),
        deconvolve(y / 2, kernel, 0.01, white=1, weights=weights),
        deconvolve(y, kernel[::-1, ::-1], 0.01, weights=weights),
    ]
    assert len({run.image.tobytes() for run in runs}) == len(runs)
    assert all(run.certificate[0].holds for run in runs)
    assert np.array_equal(deconvolve(y, kernel, 0.01, passes=2, weights=weights).image, runs[0].image)


def test_noise_is_estimated_when_it_is_not_given(blurred, kernel, weights):
    found, planes = deconvolve(blurred, kernel, weights=weights), Planes(np.moveaxis(blurred, 2, 0))
    assert found.levels == tuple(estimate_noise(y, kernel, planes.unclipped()) for y in planes)
    shares = [planes.share(i) for i in range(3)]
    assert found.noise == pytest.approx(np.sqrt(np.mean(np.divide(found.levels, shares) ** 2)))
    alone = deconvolve(blurred[..., 0], kernel, weights=weights)
    again = deconvolve(blurred[..., 0], kernel, alone.noise, weights=weights)
    assert np.array_equal(again.image, alone.image) and alone.levels == (alone.noise,)


def test_little_noise_counts_as_the_rounding_of_eight_bits(blurred, kernel, weights):
    none = deconvolve(blurred[..., 0], kernel, 0, weights=weights)
    assert none.noise == 0.001 and none.certificate[0].holds
    # Outside the range of the networks the energy still follows the noise.
    much = [deconvolve(blurred[..., 0], kernel, s, weights=weights).image for s in (0.05, 0.1, torch.tensor(0.2))]
    assert len({x.tobytes() for x in much}) == 3


@pytest.mark.parametrize("shape", [(9, 9), (9, 40), (41, 11), (30, 31)])
def test_any_size_from_the_kernel_upwards(shape, kernel, weights):
    y = np.random.default_rng(1).random(shape)
    assert deconvolve(y, kernel, weights=weights).image.shape == shape


def test_one_pixel_is_a_photograph(weights):
    assert deconvolve(np.full((1, 1), 0.5), np.ones((1, 1)), weights=weights).image == pytest.approx(0.5, abs=0.1)


def test_even_and_oblong_kernels(blurred, weights):
    for shape in ((4, 4), (1, 8), (30, 3)):
        assert deconvolve(blurred[..., 0], np.ones(shape), weights=weights).image.shape == blurred.shape[:2]


def test_strips_change_nothing(blurred, sharp, kernel, weights, monkeypatch):
    monkeypatch.setattr(strips, "STRIP", 500)
    found = deconvolve(blurred, kernel, 0.01, weights=weights)
    assert np.allclose(found.image, sharp.image, atol=1e-6)


@pytest.mark.parametrize(
    "options, stages",
    [
        ({}, 6 * 3 * 2),
        ({"turns": 1}, 3 * 3 * 2),
        ({"method": "epadnet"}, 3 * (3 * 2 + 2)),
        ({"boundary": "periodic", "method": "epadnet"}, 3 * (2 + 2)),  # there is no border to find in further passes
    ],
)
def test_progress_counts_up_to_the_end(options, stages, blurred, kernel, weights):
    told = []
    deconvolve(blurred, kernel, 0.01, passes=3, weights=weights, progress=lambda *n: told.append(n), **options)
    done = [n for n, _ in told]
    assert done == sorted(set(done)) and told[-1] == (stages, stages) and {n for _, n in told} == {stages}
    assert len(done) > 3


def test_it_deblurs(blurred, kernel, weights):
    """Random networks do no good; the energies alone bring the picture back."""
    x = np.kron(np.random.default_rng(5).random((8, 8)), np.ones((6, 6)))
    wide = np.pad(x, 12, mode="reflect")
    y = Blur(torch.from_numpy(kernel), wide.shape)(torch.from_numpy(wide)[None, None])[0, 0, 12:-12, 12:-12].numpy()
    y = y + 0.005 * np.random.default_rng(6).standard_normal(y.shape)
    y = np.clip(y, 0, 1)

    def error(picture):
        return np.square(picture - x)[6:-6, 6:-6].mean()

    assert error(deconvolve(y, kernel, 0.005, weights=weights).image) < error(y) / 3
    assert error(deconvolve(y, kernel[::-1, ::-1], 0.005, weights=weights).image) > error(y) / 3


GOOD = np.full((20, 20), 0.5)
BAD_IMAGES = {
    "not list": [[0.5]],
    "not int64": np.zeros((20, 20), int),
    "not bool": np.zeros((20, 20), bool),
    "not complex64": torch.zeros(20, 20, dtype=torch.complex64),
    "is empty": np.zeros((0, 20)),
    "runs from 0 to 255": np.linspace(0, 255, 400).reshape(20, 20),
    "runs from -0.1": GOOD - 0.6,
    "NaN": np.where(np.eye(20) > 0, np.nan, 0.5),
    "infinite": torch.full((20, 20), float("inf")),
    "alpha": np.zeros((20, 20, 4)),
    "alpha channel": torch.zeros(4, 20, 20),
    r"this one \(20, 20, 1\)": np.zeros((20, 20, 1)),
    r"this one \(20,\)": np.zeros(20),
    "one by one": torch.zeros(2, 3, 20, 20),
    "may be": torch.zeros(3, 20, 3),
    "which meta does not support": torch.zeros(20, 20, device="meta"),
}


@pytest.mark.parametrize("says", BAD_IMAGES)
def test_a_bad_image_is_one_sentence(says, weights):
    with pytest.raises(InputError, match=says) as raised:
        deconvolve(BAD_IMAGES[says], np.ones((3, 3)), 0.01, weights=weights)
    assert "\n" not in str(raised.value) and ":" in str(raised.value)


BAD_KERNELS = {
    "not list": [[1.0]],
    "not bool": np.ones((3, 3), bool),
    "not complex64": torch.ones(3, 3, dtype=torch.complex64),
    "two axes": np.ones((3, 3, 3)),
    "at least one pixel": np.ones((0, 3)),
    "NaN": np.full((3, 3), np.nan),
    "larger than the image of 20x20": np.ones((3, 21)),
    "sums to 0": np.zeros((3, 3)),
    "sums to -1": -np.ones((1, 1)),
}


@pytest.mark.parametrize("says", BAD_KERNELS)
def test_a_bad_kernel_is_one_sentence(says, weights):
    with pytest.raises(InputError, match=says):
        deconvolve(GOOD, BAD_KERNELS[says], 0.01, weights=weights)


@pytest.mark.parametrize(
    "option, says",
    [
        ({"noise": -0.1}, "standard deviation in"),
        ({"noise": 2.55}, "divide 8-bit values by 255"),
        ({"noise": "1 %"}, "not str"),
        ({"noise": float("nan")}, "not nan"),
        ({"noise": torch.ones(2)}, "not Tensor"),
        ({"passes": 0}, "at least 1"),
        ({"white": 0.001}, "white is at least the largest value"),
        ({"white": 2}, "white is at least the largest value"),
        ({"compression": 0.1}, "two standard deviations"),
        ({"compression": (0, 2)}, "two standard deviations"),
        ({"passes": 1.5}, "whole number"),
        ({"passes": True}, "whole number"),
        ({"method": "wiener"}, "no method"),
        ({"boundary": "zero"}, "no boundary 'zero': use one of unknown, periodic"),
    ],
)
def test_a_bad_option_is_one_sentence(option, says, weights):
    with pytest.raises(InputError, match=says):
        deconvolve(GOOD, np.ones((3, 3)), weights=weights, **option)


def test_missing_weights_are_one_sentence(tmp_path):
    with pytest.raises(PadnetError, match="image-ipadnet.safetensors is missing"):
        deconvolve(GOOD, np.ones((3, 3)), weights=tmp_path)
