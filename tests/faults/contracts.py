"""What the public functions promise, each as a strategy of cases: a call, what its result must be, and words."""

import json
import math

import numpy as np
import torch
from cases import Case, finite, is_photograph, weights
from files import damaged, read
from folders import folder
from guarded import safeguard
from hypothesis import strategies as st
from inputs import FLOATS, NUMBERS, SIDES, SOUND, arrays, batches, kernels, number, photographs, told

import padnet
from padnet.core.fidelity import LeastSquares
from padnet.core.image_fidelity import ImageFidelity, WeightedLeastSquares
from padnet.core.operators import Blur, Gradient
from padnet.core.priors import LpNorm
from padnet.haze.airlight import agreed_airlight
from padnet.haze.boundary_constraint import boundary_transmission
from padnet.haze.filters import box_mean, guided_filter, local_maximum, local_minimum
from padnet.haze.model import radiance
from padnet.tasks.noise_level import ESTIMATED, estimate_noise


@st.composite
def deconvolve(draw):
    """padnet.deconvolve."""
    ok = draw(st.booleans())
    image = draw(photographs(ok, (None, None), (None, None, 3), (1, 3, None, None), (1, 1, None, None)))
    kernel = draw(kernels(ok, batch=False, torches=None))
    noise = draw(st.one_of(st.none(), number(ok, st.floats(0, 1))))
    method = draw(st.sampled_from(["ipadnet", "epadnet"] if ok else ["ipadnet", "epadnet", "x", None]))
    passes = draw(st.sampled_from([None, 1, 2] if ok else [None, 1, 0, -1, 1.5, True, "2"]))
    turns = draw(st.sampled_from([None, 1, 2, 4] if ok else [None, 1, 0, 5, 1.5, True, "2"]))
    options = {"method": method, "passes": passes, "turns": turns}

    def right(result):
        is_photograph(result.image, image)
        assert 0 < result.noise <= 1 and result.certificate
        assert json.loads(result.to_json())["noise"] == result.noise

    return Case(
        f"deconvolve({told(image)}, {told(kernel)}, {noise!r}, {options})",
        lambda: padnet.deconvolve(image, kernel, noise, **options, weights=weights()),
        right,
    )


@st.composite
def dehaze(draw):
    """padnet.dehaze."""
    ok = draw(st.booleans())
    image = draw(photographs(ok, (None, None, 3), (3, None, 4), (1, 3, None, None)))
    light = st.lists(st.floats(0.1, 1), min_size=3, max_size=3)
    airlight = draw(
        st.one_of(st.none(), light, light.map(np.array))
        if ok
        else st.one_of(light, st.lists(NUMBERS, max_size=4), NUMBERS)
    )
    least, strength = draw(number(ok, st.floats(0.01, 1))), draw(number(ok, st.floats(0, 1)))

    def right(result):
        is_photograph(result.image, image)
        t = np.asarray(result.transmission)
        assert t.dtype == np.float32 and np.isfinite(t).all() and t.min() >= 0 and t.max() <= 1, "t"
        assert len(result.airlight) == 3 and all(0 < part <= 1 for part in result.airlight), "A"
        json.loads(result.to_json())

    return Case(
        f"dehaze({told(image)}, {told(airlight)}, least={least!r}, strength={strength!r})",
        lambda: padnet.dehaze(image, airlight, least=least, strength=strength, weights=weights()),
        right,
    )


@st.composite
def blur(draw):
    """Blur and its adjoint: <K x, y> = <x, K^T y>, and no sum changes."""
    ok = draw(st.booleans())
    k = draw(kernels(ok))
    good = arrays(st.tuples(st.integers(1, 2), st.integers(1, 2), SIDES, SIDES), FLOATS, (*SOUND, "signed"), True)
    ranks = st.lists(SIDES, min_size=2, max_size=5)
    x = draw(good if ok else st.one_of(good, arrays(ranks, styles=(*SOUND, "signed"))))
    size = tuple(x.shape[-2:]) if ok else draw(st.one_of(st.just(tuple(x.shape[-2:])), st.tuples(SIDES, SIDES)))

    def call():
        K = Blur(k, size)
        return K, K(x), K.adjoint(x)

    def right(result):
        K, y, back = result
        for made in (y, back):
            finite(made, x.shape)
        finite(K.norm)
        bound = 1e-4 * float(K.norm.max()) * (1 + float(x.norm()))
        assert (y.sum((-1, -2)) - x.sum((-1, -2))).abs().max() <= bound * x[0].numel() ** 0.5, "the sum changes"
        assert abs(float((y * y).sum() - (x * K.adjoint(y)).sum())) <= bound * (1 + float(y.norm())), "no adjoint"

    return Case(f"Blur({told(k)}, {size})({told(x)})", call, right)


@st.composite
def gradient(draw):
    """Gradient and its adjoint."""
    x = draw(st.one_of(batches(draw(st.booleans()), 1, (*SOUND, "signed", "large")), batches(False, 2)))

    def right(result):
        finite(result[0], (x.shape[0], 2, *x.shape[2:]), x.dtype)
        finite(result[1], x.shape, x.dtype)

    return Case(f"Gradient()({told(x)})", lambda: (Gradient()(x), Gradient().adjoint(Gradient()(x))), right)


@st.composite
def least_squares(draw):
    """f_im with and without a weight: no value, gradient or prox of an observation is anything but finite."""
    ok = draw(st.booleans())
    y, k = draw(batches(ok, 1, (*SOUND, "signed"), rank4=True)), draw(kernels(ok))
    weight, step = draw(st.one_of(st.none(), number(ok, st.floats(1e-4, 1e4)))), draw(st.floats(1e-3, 1e3))

    def call():
        K = Blur(k, tuple(y.shape[-2:]))
        f = LeastSquares(K, y) if weight is None else WeightedLeastSquares(K, y, weight)
        return f.value(y), f.grad(y), f.prox(y, step), f.lipschitz

    def right(result):
        value, grad, found, lipschitz = result
        finite(value, (len(y),))
        finite(grad, y.shape)
        finite(found, y.shape)
        assert (value >= 0).all() and (lipschitz > 0).all()

    return Case(f"LeastSquares({told(k)}, {told(y)}, weight={weight!r}), prox {step}", call, right)


@st.composite
def image_fidelity(draw):
    """f_ex of (16)."""
    ok = draw(st.booleans())
    y, k = draw(batches(ok, 1, (*SOUND, "signed"), rank4=True)), draw(kernels(ok))
    beta, weight = draw(number(ok, st.floats(1e-4, 10))), draw(number(ok, st.floats(1e-2, 1e2)))

    def call():
        f = ImageFidelity(Blur(k, tuple(y.shape[-2:])), y, beta, weight)
        g = Gradient()(y)
        return f.value(g), f.grad(g), f.prox(g, 1.0), f.image(g)

    def right(result):
        value, grad, found, image = result
        finite(value, (len(y),))
        finite(grad, (len(y), 2, *y.shape[2:]))
        finite(found, grad.shape)
        finite(image, y.shape)

    return Case(f"ImageFidelity({told(k)}, {told(y)}, {beta!r}, {weight!r})", call, right)


@st.composite
def lp_norm(draw):
    """LpNorm: its prox never has a greater energy than its argument or zero, and shrinks."""
    ok = draw(st.booleans())
    p, lam = draw(number(ok, st.floats(0, 1))), draw(number(ok, st.floats(1e-4, 1)))
    z = draw(batches(True, 2, (*SOUND, "signed", "large")))
    step = draw(st.floats(1e-3, 1e3))

    def call():
        r = LpNorm(p, lam)
        return r, r.prox(z, step), r.value(z)

    def right(result):
        r, x, value = result
        finite(x, z.shape, z.dtype)
        finite(value, (len(z),))
        assert (x.abs() <= z.abs() * (1 + 1e-5)).all() and (x * z >= 0).all(), "it does not shrink"
        z2, x2 = z.double(), x.double()
        energy = step * r.value(x2) + 0.5 * (x2 - z2).flatten(1).square().sum(1)
        for other in (z2, torch.zeros_like(z2)):
            least = step * r.value(other) + 0.5 * (other - z2).flatten(1).square().sum(1)
            assert (energy <= least * (1 + 1e-4) + 1e-9).all(), "not the least energy"

    return Case(f"LpNorm({p!r}, {lam!r}).prox({told(z)}, {step})", call, right)


@st.composite
def guided(draw):
    """The guided filter."""
    ok = draw(st.booleans())
    x = draw(batches(ok, 1))
    if ok:
        same = st.sampled_from([1, 3]).map(lambda g: (len(x), g, *x.shape[2:]))
        guide = draw(arrays(same, (str(x.dtype).removeprefix("torch."),), SOUND, True))
    else:
        guide = draw(st.one_of(st.just(x), batches(False, 3)))
    radius, eps = draw(number(ok, st.integers(1, 30))), draw(number(ok, st.floats(1e-4, 1)))

    def right(result):
        finite(result, x.shape, x.dtype)

    return Case(
        f"guided_filter({told(x)}, {told(guide)}, {radius!r}, {eps!r})",
        lambda: guided_filter(x, guide, radius, eps),
        right,
    )


@st.composite
def windows(draw):
    """Local extremes and box means lie between the extremes of the picture."""
    ok = draw(st.booleans())
    x, name = draw(batches(ok, 2, (*SOUND, "signed", "large"))), draw(st.sampled_from(["minimum", "maximum", "mean"]))
    size = draw(number(ok, st.integers(0, 20).map(lambda n: 2 * n + 1)))
    call = {"minimum": local_minimum, "maximum": local_maximum, "mean": box_mean}[name]

    def right(result):
        finite(result, x.shape, x.dtype)
        slack = 1e-4 * float(x.abs().max())
        assert result.min() >= x.min() - slack and result.max() <= x.max() + slack, "outside the picture's range"

    return Case(f"{call.__name__}({told(x)}, {size!r})", lambda: call(x, size), right)


@st.composite
def airlight(draw):
    """Airlight, the guidance t~ from it, and the radiance."""
    ok = draw(st.booleans())
    I = draw(batches(ok, 3))
    size = draw(number(ok, st.integers(0, 9).map(lambda n: 2 * n + 1)))
    side = draw(number(ok, st.integers(1, 64)))

    def call():
        A = agreed_airlight(I, side)
        t = boundary_transmission(I, A, size=size)
        return A, t, radiance(I, t, A)

    def right(result):
        A, t, J = result
        finite(A, (len(I), 3))
        finite(t, (len(I), 1, *I.shape[2:]))
        finite(J, I.shape)
        assert A.min() >= 0.1 - 1e-6 and A.max() <= 1 and t.max() <= 1, "its range"
        if 0 <= I.min() and I.max() <= 1:
            assert t.min() >= 0, "the transmission is negative"

    return Case(f"agreed_airlight({told(I)}, {side!r}), {size!r}", call, right)


@st.composite
def noise(draw):
    """The noise of a photograph's channels, always in its range."""
    picture = draw(arrays(st.tuples(st.integers(1, 20), st.integers(1, 20)), FLOATS, SOUND, False))

    def right(result):
        assert isinstance(result, float) and math.isfinite(result) and ESTIMATED[0] <= result <= ESTIMATED[1]

    return Case(f"estimate_noise({told(picture)})", lambda: estimate_noise(picture), right)


@st.composite
def files(draw):
    """Files of pictures and kernels with damaged headers."""
    name, data = draw(damaged())

    def right(result):
        assert result.ndim in (2, 3) and result.size and result.dtype.name in ("uint8", "uint16", "float64")

    return Case(f"{name}: {data[:400].hex()}", lambda: read(name, data), right)


CONTRACTS = {
    contract.__name__: contract
    for contract in (
        deconvolve,
        dehaze,
        blur,
        gradient,
        least_squares,
        image_fidelity,
        lp_norm,
        guided,
        windows,
        airlight,
        noise,
        safeguard,
        files,
        folder,
    )
}
