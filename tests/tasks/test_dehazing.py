"""`dehaze`: forms of photographs, airlight, certificate, strips, weights, and what is refused."""

import hashlib
import json

import numpy as np
import pytest
import torch
from hazy import haze_settings, hazy_picture, write_haze_weights

import padnet
from padnet.core.propagation import implicit_padnet
from padnet.core.schedule import Stop
from padnet.errors import InputError, PadnetError
from padnet.haze import recovery
from padnet.haze.recovery import recovered
from padnet.tasks import clear_pictures, dehazer as dehazer_module
from padnet.tasks.airlight import estimate_airlight
from padnet.tasks.dehazing import dehaze
from padnet.tasks.dehazing_settings import HazeSettings
from padnet.tasks.weights import weight_bytes

A = (0.9, 0.85, 0.8)


@pytest.fixture(scope="module", name="folder")
def _folder(root, tmp_path_factory):
    """Random networks; a test that needs another number makes its own."""
    return write_haze_weights(tmp_path_factory.mktemp("haze"), haze_settings(root, working_side=32))


@pytest.fixture(scope="module", name="picture")
def _picture():
    return hazy_picture().astype(np.float32)


def as_tensor(picture):
    return torch.from_numpy(picture).permute(2, 0, 1)


def test_the_image_is_the_radiance_of_its_transmission_and_airlight(picture, folder):
    found = dehaze(picture, A, weights=folder)
    t, I = torch.from_numpy(found.transmission)[None, None], as_tensor(picture)[None]
    J = recovered(I, t, torch.tensor([A]), 0.1).clamp(0, 1)
    torch.testing.assert_close(torch.from_numpy(found.image).permute(2, 0, 1)[None], J)
    assert found.airlight == pytest.approx(A) and t.min() >= 0 and t.max() <= 1
    assert found.transmission.shape == picture.shape[:2] and found.transmission.std() > 0


def test_the_airlight_is_estimated_when_none_is_given(picture, folder):
    found, given = dehaze(picture, weights=folder), dehaze(picture, A, weights=folder)
    estimate = estimate_airlight(as_tensor(picture)[None])[0]
    assert found.airlight == pytest.approx(estimate.tolist())
    assert not np.allclose(found.image, given.image)


@pytest.mark.parametrize(
    "dtype, tolerance", [(np.uint8, 0.02), (np.uint16, 1e-3), (np.float16, 5e-3), (np.float64, 1e-5)]
)
def test_kind_and_dtype_stay(picture, folder, dtype, tolerance):
    white = np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else 1
    given = np.round(picture * white).astype(dtype) if white > 1 else picture.astype(dtype)
    before, found = given.copy(), dehaze(given, A, weights=folder)
    assert found.image.dtype == dtype and found.image.shape == given.shape and np.array_equal(given, before)
    wanted = dehaze(picture, A, weights=folder).image
    assert np.abs(found.image / white - wanted).mean() < tolerance


@pytest.mark.parametrize("form", ["hwc", "chw", "bchw"])
def test_tensors_of_every_form_give_the_same(picture, folder, form):
    wanted = dehaze(picture, A, weights=folder)
    given = {"hwc": torch.from_numpy(picture), "chw": as_tensor(picture), "bchw": as_tensor(picture)[None]}[form]
    found = dehaze(given.requires_grad_(), A, weights=folder)
    assert found.image.shape == given.shape and not found.image.requires_grad
    assert np.array_equal(found.transmission.numpy(), wanted.transmission)
    image = found.image if form == "hwc" else found.image.reshape(3, *picture.shape[:2]).permute(1, 2, 0)
    assert np.array_equal(image.numpy(), wanted.image)


@pytest.mark.parametrize("size", [(1, 1), (2, 70), (33, 5), (70, 64)])
def test_any_size(folder, size):
    found = dehaze(hazy_picture(*size), A, weights=folder)
    assert found.image.shape == (*size, 3) and np.isfinite(found.image).all()


def test_the_certificate_is_of_theorem_2(picture, folder):
    found = dehaze(picture, A, weights=folder)
    assert found.certificate.holds and len(found.certificate.rows) == 2
    assert found.certificate.verdict.startswith(("stopped at K = 2", "converged"))
    told = json.loads(found.to_json())
    assert told["airlight"] == pytest.approx(A) and told["certificate"]["holds"]


def test_condition_2_holds_for_any_input(folder, monkeypatch, picture):
    dehazer = dehazer_module.load(str(folder))
    seen = []
    monkeypatch.setattr(
        dehazer_module,
        "implicit_padnet",
        lambda f, networks, *rest: (seen.extend(networks), implicit_padnet(f, networks, *rest))[1],
    )
    dehazer(as_tensor(picture)[None], torch.tensor([A]))
    for guided in seen:
        v = 10 * torch.randn(guided.guide[:, :1].shape, dtype=torch.float64)
        assert (guided(v, 0.5) - v).norm() <= guided.C_N(v) * 0.5 * (1 + 1e-12)


def test_strips_change_nothing(picture, folder, monkeypatch):
    wanted = dehaze(picture, A, weights=folder)
    monkeypatch.setattr(recovery, "STRIP", 100)
    assert np.array_equal(dehaze(picture, A, weights=folder).image, wanted.image)


def test_a_batch_is_the_stack_of_singles(picture, folder):
    dehazer, other = dehazer_module.load(str(folder)), picture[::-1].copy()
    I, airlights = torch.stack([as_tensor(picture), as_tensor(other)]), torch.tensor([A, (0.8, 0.8, 0.95)])
    t, certificates = dehazer(I, airlights)
    assert len(certificates) == 2
    for i in range(2):
        torch.testing.assert_close(dehazer(I[i : i + 1], airlights[i : i + 1])[0], t[i : i + 1], atol=1e-5, rtol=1e-5)


def test_progress_counts_the_stages(picture, folder):
    told = []
    dehaze(picture, A, weights=folder, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    "change",
    [
        "working_reduce",
        "working_side",
        "working_margin",
        "working_radius",
        "working_eps",
        "guidance_size",
        "guidance_C0",
        "guidance_C1",
        "seed",
    ],
)
def test_every_setting_and_the_weights_change_the_result(root, tmp_path, change):
    picture = hazy_picture(70, 64)
    new = {
        "working_reduce": 1,
        "working_side": 16,
        "working_margin": 3,
        "working_radius": 1,
        "working_eps": 0.1,
        "guidance_size": 3,
        "guidance_C0": 0.3,
        "guidance_C1": 1.01,
        "seed": 1,
    }[change]
    base = haze_settings(root)
    made = haze_settings(root, **{change: new}) if "_" in change else base
    write_haze_weights(tmp_path / "base", base)
    write_haze_weights(tmp_path / "made", made, seed=new if change == "seed" else 0)
    # an airlight with brighter pixels than itself, for C1
    images = [dehaze(picture, (0.6, 0.6, 0.6), weights=tmp_path / name).image for name in ("base", "made")]
    assert not np.allclose(*images)


def test_the_least_transmission_bounds_the_recovery_alone(picture, folder):
    found, less = (dehaze(picture, A, weights=folder, least=least) for least in (0.9, 0.1))
    assert np.array_equal(found.transmission, less.transmission) and not np.allclose(found.image, less.image)
    t, I = torch.from_numpy(found.transmission)[None, None], as_tensor(picture)[None]
    J = recovered(I, t, torch.tensor([A]), 0.9).clamp(0, 1)
    torch.testing.assert_close(torch.from_numpy(found.image).permute(2, 0, 1)[None], J)
    for least in (0, -0.1, 1.5, float("nan")):
        with pytest.raises(InputError, match=r"the least transmission lies in \(0, 1\], not"):
            dehaze(picture, A, weights=folder, least=least)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float64])
def test_strength_goes_from_the_input_to_the_whole_removal(folder, dtype):
    picture = hazy_picture()
    given = (picture * np.iinfo(dtype).max).astype(dtype) if np.dtype(dtype).kind == "u" else picture
    none, half, whole, usual = (
        dehaze(given, A, weights=folder, **told) for told in ({"strength": 0}, {"strength": 0.5}, {"strength": 1}, {})
    )
    assert np.array_equal(none.image, given) and none.image is not given and np.array_equal(whole.image, usual.image)
    assert (none.strength, half.strength, whole.strength) == (0, 0.5, 1) and json.loads(half.to_json())[
        "strength"
    ] == 0.5
    apart = [np.abs(given.astype(float) - one.image).mean() for one in (half, whole)]
    assert 0 < apart[0] < apart[1]
    tensor = torch.from_numpy(given.astype(np.float32) / (np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else 1))
    assert torch.equal(dehaze(tensor, A, weights=folder, strength=0).image, tensor)


@pytest.mark.parametrize("strength", [-0.1, 1.5, float("nan"), "much", True])
def test_a_bad_strength_is_refused(picture, folder, strength):
    with pytest.raises(InputError, match=r"the strength lies in \[0, 1\], not .*: 1 removes all haze, 0 none"):
        dehaze(picture, A, weights=folder, strength=strength)


def clear_picture():
    """Dark and coloured all over, with a white spot that is taken for the airlight."""
    picture = np.random.default_rng(3).uniform(0, 1, (60, 70, 3)) ** 2
    picture[:25, :30] = 0.9
    return picture.astype(np.float32)


def test_a_clear_picture_is_left_alone_and_that_is_said(folder):
    found = dehaze(clear_picture(), weights=folder)
    assert np.array_equal(found.image, clear_picture()) and found.strength == 0
    (warning,) = found.warnings
    assert warning == (
        "the picture has little haze: 0 % of the usual removal is applied; give --airlight to remove all"
    )
    assert json.loads(found.to_json())["warnings"] == [warning]
    given = dehaze(clear_picture(), found.airlight, weights=folder)
    assert not np.allclose(given.image, found.image) and given.strength == 1 and not given.warnings
    hazy = dehaze(hazy_picture(), weights=folder)
    assert hazy.strength == 1 and not hazy.warnings


def test_between_clear_and_hazy_the_share_grows():
    shares = [clear_pictures.share_of(haze) for haze in (0, 0.12, 0.18, 0.24, 1)]
    assert shares == pytest.approx([0, 0, 0.5, 1, 1])
    assert "50 % of the usual removal" in clear_pictures.advice(0.18)[0]


def test_it_is_offered_by_the_package():
    assert padnet.dehaze is dehaze and "dehaze" in padnet.__all__


@pytest.mark.parametrize(
    "image, sentence",
    [
        (np.zeros((5, 5)), "needs a colour image, and this one is grey"),
        (np.full((5, 5, 3), np.nan), "holds NaN"),
        (np.full((5, 5, 3), 2.0), "scale floats to"),
        (np.zeros((0, 5, 3)), "the image is empty"),
        (np.zeros((5, 5, 4)), "alpha channel"),
        ([[0.1]], "is a numpy array or a torch tensor"),
    ],
)
def test_a_bad_image_is_refused(image, sentence):
    with pytest.raises(InputError, match=sentence):
        dehaze(image)


@pytest.mark.parametrize(
    "airlight, sentence",
    [
        (0.8, "is three numbers, red, green and blue, not 0.8"),
        ("abc", "is three numbers, red, green and blue, not 'abc'"),
        ((0.8, 0.8), "is three numbers, red, green and blue, not 2"),
        ((230, 230, 230), r"lies in \[0.1, 1\], these are 230, 230, 230: divide 8-bit values by 255"),
        ((0.8, 0.8, float("nan")), "these are 0.8, 0.8, nan"),
        ((0.8, 0.8, 0.0), "these are 0.8, 0.8, 0"),
    ],
)
def test_a_bad_airlight_is_refused(picture, airlight, sentence):
    with pytest.raises(InputError, match=sentence):
        dehaze(picture, airlight)


def test_missing_altered_or_unfinished_weights_are_refused(root, picture, tmp_path, monkeypatch):
    with pytest.raises(PadnetError, match="haze-ipadnet.safetensors is missing: install the package again"):
        dehaze(picture, A, weights=tmp_path)
    folder = write_haze_weights(tmp_path / "a", haze_settings(root), weights_sha256="0" * 64)
    with pytest.raises(PadnetError, match="is not the file that its card describes"):
        dehaze(picture, A, weights=folder)
    monkeypatch.setattr(HazeSettings, "stop", property(lambda self: Stop(0.0, 1)))
    folder = write_haze_weights(tmp_path / "b", haze_settings(root))
    monkeypatch.undo()
    with pytest.raises(PadnetError, match="holds 1 of 2 stages: finish its training first"):
        dehaze(picture, A, weights=folder)
    made = haze_settings(root)
    made.raw["unit"]["width"] = 3
    with pytest.raises(PadnetError, match="does not say how it was trained: train it again"):
        dehaze(picture, A, weights=_sealed(tmp_path / "c", made))


def _sealed(folder, settings):
    """Weights whose settings cannot be used."""
    raw = dict(settings.raw["unit"])
    del settings.raw["unit"]["width"]
    networks = settings.networks([1])
    settings.raw["unit"] = raw
    data = weight_bytes(networks, {"settings": json.dumps(settings.raw)})
    folder.mkdir()
    (folder / "haze-ipadnet.safetensors").write_bytes(data)
    (folder / "haze-ipadnet.json").write_text(json.dumps({"weights_sha256": hashlib.sha256(data).hexdigest()}))
    return folder
