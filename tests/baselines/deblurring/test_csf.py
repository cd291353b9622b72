"""Cascades of shrinkage fields: their quadratic, what training gains, batches, options, bad inputs."""

import hashlib
import json

import pytest
import torch
from pairs import pairs

from padnet.baselines.deblurring.csf import Cascade, CascadeSpec, cosine_basis, csf
from padnet.baselines.deblurring.csf_training import Plan, trainee
from padnet.baselines.pretrained import load
from padnet.baselines.scoring import decibels
from padnet.core.operators import Blur
from padnet.errors import InputError, PadnetError
from padnet.project.atomic_files import write_bytes, write_json
from padnet.tasks.weights import checksummed

SPEC, PLAN = CascadeSpec(2, 3, 9, 0.15), Plan(12, 12, 0.03, 0.01, 3)


@pytest.fixture(scope="module")
def fields():
    return pairs()


def trained(fields, plan=PLAN, steps=None, spec=SPEC):
    training = trainee(spec, plan, *fields, seed=1)
    for _ in range(training.most if steps is None else steps):
        training.advance()
    return training


@pytest.fixture(scope="module")
def model(fields):
    return trained(fields).model


def test_the_basis_is_orthonormal_and_has_no_constant():
    for size in (3, 5):
        basis = cosine_basis(size).flatten(1)
        torch.testing.assert_close(basis @ basis.T, torch.eye(size**2 - 1), atol=1e-6, rtol=0)
        assert basis.sum(dim=1).abs().max() < 1e-5


def test_a_stage_solves_its_quadratic(fields, model):
    """The gradient of lam w ||Kx - y||^2 + sum ||F_i x - phi_i(F_i x^t)||^2 vanishes at its result."""
    f, stage = fields[1].to(torch.float64), Cascade(SPEC).double().stages[0]
    stage.load_state_dict({name: w.double() for name, w in model.stages[0].state_dict().items()})
    blur = Blur(f.k, f.y.shape[-2:])
    w = (0.01 / f.noise).square().reshape(-1, 1, 1, 1)
    with torch.no_grad():
        target = stage.phi(responses(stage, f.y))
        x = stage(f.y, blur, blur.fft(f.y), w)

    def energy(x):
        data = (w * (blur(x) - f.y).square()).sum() * stage.lam.exp().detach()
        return data + (responses(stage, x) - target).square().sum()

    at = x.clone().requires_grad_()
    grad, start = (torch.autograd.grad(energy(z), z)[0] for z in (at, f.y.clone().requires_grad_()))
    assert grad.norm() < 1e-9 * start.norm()


def responses(stage, x):
    padded = torch.nn.functional.pad(x, (stage.basis.shape[-1] // 2,) * 4, mode="circular")
    return torch.nn.functional.conv2d(padded, stage.filters().detach())


def test_large_responses_pass_and_small_ones_shrink():
    stage = Cascade(SPEC).stages[0]
    z = torch.tensor([0.003, 5.0]).reshape(1, 1, 1, 2).expand(1, 8, 1, 2)
    small, large = stage.phi(z)[0, 0, 0].tolist()
    assert abs(small) < 0.8 * 0.003 and large == 5


def test_training_gains_more_than_three_decibels_over_the_blurred_pictures(fields):
    training = trainee(SPEC, PLAN, *fields, seed=1)
    before = training.validate()
    for _ in range(training.most):
        training.advance()
    after = training.validate()
    assert after["blurred"] == before["blurred"]
    assert after["psnr"] > before["psnr"] + 0.2
    assert after["psnr"] > after["blurred"] + 3


def test_stages_are_trained_one_by_one_and_inherit_then_together(fields):
    training = trained(fields, steps=12)
    first, second = training.model.stages
    assert torch.equal(first.mix, second.mix) and not torch.equal(first.mix, torch.eye(8))
    assert first.lam != second.lam
    kept = first.mix.clone()
    for _ in range(12):
        training.advance()
    assert torch.equal(first.mix, kept) and not torch.equal(second.mix, kept)
    training.advance()
    assert not torch.equal(first.mix, kept)
    assert [row["stage"] for row in training.rows] == ["0"] * 12 + ["1"] * 12 + ["joint"]


def test_the_seed_and_every_number_of_plan_and_shape_change_the_weights(fields):
    def result(seed=1, plan=(3, 3, 0.03, 0.01, 3), spec=(2, 3, 9, 0.15)):
        training = trainee(CascadeSpec(*spec), Plan(*plan), *fields, seed=seed)
        while not training.finished:
            training.advance()
        return torch.cat([w.flatten() for w in training.weights().values()])

    base = result()
    assert torch.equal(base, result())
    plans = [
        (4, 3, 0.03, 0.01, 3),
        (3, 4, 0.03, 0.01, 3),
        (3, 3, 0.02, 0.01, 3),
        (3, 3, 0.03, 0.02, 3),
        (3, 3, 0.03, 0.01, 2),
    ]
    shapes = [(1, 3, 9, 0.15), (2, 5, 9, 0.15), (2, 3, 7, 0.15), (2, 3, 9, 0.2)]
    for other in (result(seed=2), *(result(plan=p) for p in plans), *(result(spec=s) for s in shapes)):
        assert not torch.equal(other, base)


def test_the_result_does_not_depend_on_the_batch(fields, model):
    f = fields[1]
    together = csf(f.y, f.k, f.noise, weights=model)
    assert together.shape == f.y.shape and together.dtype == f.y.dtype
    for i in range(len(f)):
        alone = csf(f.y[i : i + 1], f.k[i : i + 1], f.noise[i : i + 1], weights=model)
        torch.testing.assert_close(alone, together[i : i + 1], atol=1e-5, rtol=0)


def test_double_precision_gives_the_same_picture(fields, model):
    f = fields[1]
    double = csf(f.y.double(), f.k.double(), f.noise.double(), weights=model)
    assert double.dtype == torch.float64
    torch.testing.assert_close(double.float(), csf(f.y, f.k, f.noise, weights=model), atol=1e-4, rtol=0)


def test_noise_seen_passes_and_watch_change_what_happens(fields, model):
    f, images = fields[1], []
    base = csf(f.y, f.k, f.noise, weights=model, watch=images.append)
    assert len(images) == 2 and torch.equal(images[-1], base) and not torch.equal(images[0], base)
    assert torch.equal(base, csf(f.y, f.k, f.noise, None, 1, weights=model))  # all seen: one pass
    rough, smooth = (csf(f.y, f.k, f.noise * s, weights=model).diff(dim=-1).abs().mean() for s in (0.5, 2))
    assert smooth < rough
    seen = torch.zeros_like(f.y, dtype=torch.bool)
    seen[..., 12:-12, 12:-12] = True
    found = [csf(f.y, f.k, f.noise, seen, n, weights=model) for n in (1, 2, 3)]
    assert torch.equal(found[0], base) and not torch.equal(found[1], base) and not torch.equal(found[2], found[1])
    assert decibels(csf(f.y, f.k.flip(-1, -2), f.noise, weights=model), f).mean() < decibels(base, f).mean() - 1


def test_weights_travel_through_their_file(fields, model, tmp_path):
    f, path = fields[1], tmp_path / "methods-csf.safetensors"
    with pytest.raises(PadnetError, match="methods-csf.safetensors is missing"):
        csf(f.y, f.k, f.noise, weights=tmp_path)
    settings = {"stages": 2, "size": 3, "centres": 9, "reach": 0.15}
    data = checksummed(model.state_dict(), {"settings": json.dumps(settings)})
    write_bytes(path, data)
    with pytest.raises(PadnetError, match="methods-csf.json states no weights_sha256"):
        csf(f.y, f.k, f.noise, weights=tmp_path)
    write_json(path.with_suffix(".json"), {"weights_sha256": "0"})
    with pytest.raises(PadnetError, match="is not the file that its card describes"):
        csf(f.y, f.k, f.noise, weights=tmp_path)
    write_json(path.with_suffix(".json"), {"weights_sha256": hashlib.sha256(data).hexdigest()})
    assert torch.equal(csf(f.y, f.k, f.noise, weights=tmp_path), csf(f.y, f.k, f.noise, weights=model))
    with pytest.raises(PadnetError, match="does not hold the weights of csf: train it again"):
        load("csf", lambda settings: Cascade(CascadeSpec(3, 3, 9, 0.15)), tmp_path)


WRONG = [
    ({"y": torch.zeros(1, 2, 40, 40)}, "one channel"),
    ({"k": torch.zeros(3, 1, 5, 5)}, "positive sum"),
    ({"noise": torch.zeros(3)}, "noise"),
    ({"passes": 0}, "passes must be at least 1, got 0"),
    ({"y": torch.full((3, 1, 54, 54), torch.nan)}, "NaN"),
    ({"seen": torch.ones(3)}, "seen must be bool"),
]


@pytest.mark.parametrize("change, words", WRONG)
def test_unfit_arguments_are_refused(fields, model, change, words):
    f = fields[1]
    with pytest.raises(InputError, match=words) as error:
        csf(**{"y": f.y, "k": f.k, "noise": f.noise, "weights": model} | change)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: CascadeSpec(0, 3, 9, 0.1), "csf.stages must be at least 1, got 0"),
        (lambda: CascadeSpec(1, 4, 9, 0.1), "csf.size, the side of the filters, must be odd and at least 3, got 4"),
        (lambda: CascadeSpec(1, 3, 9, 0), "csf.reach must be positive, got 0"),
        (lambda: Cascade(CascadeSpec(1, 3, 8, 0.1)), "centres must be odd"),
        (lambda: Plan(-1, 1, 0.1, 0.1, 1), "csf.steps must be zero or more, got -1"),
        (lambda: Plan(1, 1, 0.1, 0.0, 1), "csf.joint_rate must be positive, got 0.0"),
        (lambda: Plan(1, 1, 0.1, 0.1, 0), "csf.batch must be positive, got 0"),
    ],
)
def test_unfit_shapes_and_plans_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_a_batch_of_more_than_all_pairs_is_refused(fields):
    with pytest.raises(InputError, match="csf.batch is 7, more than the 6 training pairs"):
        trainee(SPEC, Plan(1, 1, 0.1, 0.1, 7), *fields, seed=1)
