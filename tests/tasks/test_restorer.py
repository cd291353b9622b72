"""Images through trained, untrained and broken networks: what is certified, and what every option does."""

from dataclasses import replace

import pytest
import torch
from small import blurred, random_networks, settings
from toys import normal

from padnet.core import proposals
from padnet.core.explicit_certificate import explicit_certificates, recompute
from padnet.core.image_fidelity import D
from padnet.core.operators import Blur
from padnet.errors import InputError
from padnet.tasks.restorer import Restorer


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def fill(networks, value):
    """One number in place of every weight."""
    for network in networks:
        for weight in network.parameters():
            weight.data.fill_(value)
    return networks


def restorer(amplitude=1.0):
    """A Restorer of random weights."""
    made = settings()
    return Restorer(made, random_networks(made, amplitude))


@pytest.mark.parametrize(
    "amplitude, garbage",
    [(0, None), (1, None), (30, None), (1e15, None), (1, 1.0), (1, 1e30), (1, float("nan")), (1, float("inf"))],
)
def test_the_implicit_certificate_holds_for_any_weights(amplitude, garbage):
    made = settings()
    networks = random_networks(made, amplitude)
    found = Restorer(made, networks if garbage is None else fill(networks, garbage)).ipadnet(*blurred())
    assert found.x.dtype == torch.float64 and torch.isfinite(found.x).all()
    assert [one.holds for one in found.certificates] == [True, True]
    bound, residual = found.run.columns["bound"], found.run.columns["residual"]
    assert (residual <= bound * (1 + 1e-9)).all()


@pytest.mark.parametrize("garbage", [1.0, 1e6, 1e30, float("nan"), float("inf")])
def test_guarded_explicit_runs_hold_for_pictures_with_which_unguarded_ones_fail(garbage):
    one, given = restorer(), blurred()
    begin = one.ipadnet(*given, keep=True)
    pictures = [garbage * normal(*x.shape, seed=k) for k, x in enumerate(begin.run.iterates)]
    begin = replace(begin, run=replace(begin.run, iterates=tuple(pictures)))
    guarded, printed = one.epadnet(*given, begin=begin), one.epadnet(*given, begin=begin, guarded=False)
    assert [proof.holds for proof in guarded.certificates] == [True, True]
    assert torch.isfinite(guarded.x).all()
    energy, before = guarded.run.columns["energy"], guarded.run.columns["energy_before"]
    assert (energy <= before * (1 + 1e-12)).all()
    assert not any(proof.holds for proof in printed.certificates)
    assert all(proof.verdict.startswith("violated at k = 0") for proof in printed.certificates)


@pytest.mark.parametrize("garbage", [None, 1.0, 1e30, float("nan")])
def test_guarded_explicit_runs_hold_for_any_weights_of_ipadnet(garbage):
    made = settings(implicit_bound=10.0)
    networks = random_networks(made, 1e6)
    found = Restorer(made, networks if garbage is None else fill(networks, garbage)).epadnet(*blurred())
    assert [proof.holds for proof in found.certificates] == [True, True] and torch.isfinite(found.x).all()


def test_the_explicit_image_is_the_linear_layer_of_its_field():
    one, (y, k, noise, seen) = restorer(), blurred()
    begin = one.ipadnet(y, k, noise, seen, keep=True)
    found = one.epadnet(y, k, noise, seen, keep=True)
    refreshed = torch.where(seen, y, Blur(k, y.shape[-2:])(begin.x))
    f = one.settings.f_ex(refreshed, k, noise)
    assert torch.equal(found.x, f.image(found.run.x))
    assert torch.equal(found.run.iterates[0], D(refreshed))
    schedule, stop = one.settings.explicit, one.settings.stop(True)
    again = recompute(found.run.iterates, f, one.settings.prior, schedule, stop)
    torch.testing.assert_close(again.columns["moved"], found.run.columns["moved"], rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(again.columns["distance"], found.run.columns["distance"], rtol=1e-9, atol=1e-12)
    # H1 and H2 from the iterates alone.
    F = [f.value(g) + one.settings.prior.value(g) for g in found.run.iterates]
    for before, after, moved, distance in zip(
        F, F[1:], again.columns["moved"], again.columns["distance"], strict=False
    ):
        assert (after + schedule.test.a * moved**2 <= before * (1 + 1e-12)).all()
        assert (distance <= schedule.test.b * moved * (1 + 1e-12)).all()
    made = explicit_certificates(again, schedule, stop)
    assert [made[0].verdict] == [found.certificates[0].verdict] and made[0].holds and made[0].test == "descent"


def test_the_steps_are_proposed_by_the_stages_of_ipadnet(monkeypatch):
    """One after the other, on the field; with the networks left out every step is the plain one from x^k."""
    one, given, proposed = restorer(), blurred(), []
    step = proposals.corrected_step

    def seen(f, r, x, v, *rest):
        proposed.append((x, v))
        return step(f, r, x, v, *rest)

    monkeypatch.setattr(proposals, "corrected_step", seen)
    begin = one.ipadnet(*given, keep=True)
    found = one.epadnet(*given, begin=begin)
    assert len(proposed) == 2 and all(
        torch.equal(v, D(x)) for (_, v), x in zip(proposed, begin.run.iterates[1:], strict=False)
    )
    proposed.clear()
    without = one.epadnet(*given, begin=begin, networks=False)
    assert len(proposed) == 2 and all(torch.equal(v, x) for x, v in proposed)
    assert not torch.allclose(without.x, found.x) and all(proof.holds for proof in without.certificates)
    with pytest.raises(InputError, match="run that with keep=True"):
        one.epadnet(*given, begin=one.ipadnet(*given))


def test_better_pictures_serve_without_a_training():
    """Networks of another IPADNet change the picture of EPADNet, and the settings of either stay as they are."""
    made, given = settings(), blurred()
    one, other = (Restorer(made, random_networks(made, seed=seed)).epadnet(*given) for seed in (0, 1))
    assert not torch.allclose(one.x, other.x) and all(proof.holds for proof in one.certificates + other.certificates)


@pytest.mark.parametrize("model", ["ipadnet", "epadnet"])
def test_unseen_pixels_matter_less_with_every_pass(model):
    """With one pass the padding is what it was; further ones replace it by what the image implies."""
    one, (y, k, noise, seen) = restorer(), blurred()
    restore = getattr(one, model)
    other = torch.where(seen, y, y + 0.2)

    def moved(n):
        return (restore(other, k, noise, seen, passes=n).x - restore(y, k, noise, seen, passes=n).x).norm()

    spread = [moved(n) for n in (1, 3, 9)]
    assert spread[0] > spread[1] > spread[2] > 0


@pytest.mark.parametrize("model", ["ipadnet", "epadnet"])
def test_passes_change_the_result_through_unseen_pixels_alone(model):
    one, (y, k, noise, seen) = restorer(), blurred()
    restore = getattr(one, model)
    first, second = (restore(y, k, noise, seen, passes=n).x for n in (1, 2))
    assert not torch.allclose(first, second)
    everything = torch.ones_like(seen)
    for mask in (None, everything):
        assert torch.equal(restore(y, k, noise, mask, passes=1).x, restore(y, k, noise, mask, passes=3).x)
    assert torch.equal(restore(y, k, noise, seen).x, second)  # two is what the settings say


def test_a_second_pass_is_the_first_on_the_refreshed_observation():
    one, (y, k, noise, seen) = restorer(), blurred()
    first = one.ipadnet(y, k, noise, seen, passes=1).x
    refreshed = torch.where(seen, y, Blur(k, y.shape[-2:])(first))
    assert torch.equal(refreshed[seen], y[seen])
    expected = one.ipadnet(refreshed, k, noise, passes=1).x
    assert torch.equal(one.ipadnet(y, k, noise, seen, passes=2).x, expected)


@pytest.mark.parametrize("model", ["ipadnet", "epadnet"])
def test_the_noise_matters_to_its_own_image_alone(model):
    one, (y, k, noise, seen) = restorer(), blurred()
    restore = getattr(one, model)
    usual = restore(y, k, noise, seen).x
    other = restore(y, k, noise * torch.tensor([1.0, 2.0]), seen).x
    torch.testing.assert_close(other[0], usual[0], rtol=1e-9, atol=1e-9)
    assert (other[1] - usual[1]).abs().max() > 1e-4


def test_the_level_reaches_the_networks(monkeypatch):
    """Beside the weight of the data term, the networks themselves are told."""
    one, given = restorer(), blurred()
    usual = {name: getattr(one, name)(*given).x for name in ("ipadnet", "epadnet")}
    level = type(one.settings).level
    monkeypatch.setattr(type(one.settings), "level", lambda self, noise: level(self, noise) + 1)
    for name, x in usual.items():
        assert not torch.allclose(getattr(one, name)(*given).x, x)


@pytest.mark.parametrize("model", ["ipadnet", "epadnet"])
def test_batch_is_the_stack_of_singles(model):
    one, (y, k, noise, seen) = restorer(), blurred()
    restore = getattr(one, model)
    both = restore(y, k, noise, seen)
    for i in range(2):
        alone = restore(*(t[i : i + 1] for t in (y, k, noise, seen)))
        # The networks run in float32, whose last bits depend on the batch.
        torch.testing.assert_close(both.x[i], alone.x[0], rtol=1e-4, atol=1e-5)
        assert alone.certificates[0].holds == both.certificates[i].holds


@pytest.mark.parametrize("model, iterates, called", [("ipadnet", 4, 9), ("epadnet", 3, 2)])
def test_watched_images_and_iterates_are_of_the_last_pass(model, iterates, called):
    one, given, calls = restorer(), blurred(), []

    def watch(x):
        calls.append(x)
        return {"mean": x.mean(dim=(1, 2, 3))}

    found = getattr(one, model)(*given, passes=3, watch=watch, keep=True)
    # IPADNet is watched in every pass; what the watcher found is kept of the last.
    assert len(calls) == called and len(found.run.columns["mean"]) == iterates - 1
    # Images, of the explicit network too, whose iterates are gradient fields.
    assert torch.equal(calls[-1], found.x)
    assert len(found.run.iterates) == iterates
    plain = getattr(one, model)(*given, passes=3)
    assert plain.run.iterates == () and "mean" not in plain.run.columns
    assert torch.equal(plain.x, found.x)


def test_the_networks_are_folded_and_frozen():
    made = settings()
    networks = random_networks(made)
    Restorer(made, networks)
    assert all(len(network.units[1].norms) == 0 for network in networks)
    assert not any(unit.training for network in networks for unit in network.units)
    assert not any(w.requires_grad for network in networks for w in network.parameters())


def test_epadnet_without_its_networks_is_one_sentence():
    made = settings()
    with pytest.raises(InputError, match="3 stages need as many networks, got 0"):
        Restorer(made, []).epadnet(*blurred())


@pytest.mark.parametrize("model", ["ipadnet", "epadnet"])
def test_bad_input_is_one_sentence(model):
    restore, (y, k, noise, seen) = getattr(restorer(), model), blurred()
    with pytest.raises(InputError, match="passes must be at least 1, got 0"):
        restore(y, k, noise, seen, passes=0)
    with pytest.raises(InputError, match="a certificate needs a run in float64"):
        restore(y.float(), k.float(), noise.float(), seen)
    with pytest.raises(InputError, match="the noise of every image must be positive"):
        restore(y, k, 0 * noise, seen)
    with pytest.raises(InputError, match="observation holds NaN"):
        restore(y * torch.nan, k, noise, seen)
