"""Checks for the exercises of notebook 02, equations (2) to (7) and Algorithm 1."""

import torch

from padnet.core.fidelity import LeastSquares, norm
from padnet.core.networks import Network
from padnet.core.operators import Blur
from padnet.core.priors import LpNorm
from padnet.core.propagation import implicit_padnet
from padnet.core.schedule import Schedule, Stop
from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import TOLERANCE, equal, minimises, near, number, rng, several, tensor


def _draw(seed, count, size=(1, 1, 4, 6)):
    draw = rng(seed)
    return [torch.randn(size, generator=draw, dtype=torch.float64) for _ in range(count)]


def _fidelity(seed):
    k = torch.rand(3, 3, generator=rng(seed), dtype=torch.float64)
    return LeastSquares(Blur(k, (4, 6)), _draw(seed, 1)[0])


def _several(found, count, names):
    return several(found, count, f"your function must return {count} values, ({names}).")


@exercise("02.1", level=2)
def least_rho(answer):
    """Check that (3) enlarges no frequency of the noise more than G times at the answer, and does below it."""
    h = torch.linspace(0, 1, 2001, dtype=torch.float64)  # every |k^| that a normalised kernel may have
    for mu, G in ((0.05, 0.5), (0.05, 0.8), (0.05, 2.0), (0.2, 4.0), (0.05, 0.3), (0.01, 0.9)):
        rho = number(answer(mu, G), "your rho")
        case = f"mu = {mu:g}, G = {G:g}, your rho = {rho:.4g}"
        if rho < 0:
            raise WrongAnswer(f"{case}: a penalty cannot be negative; where mu alone is enough, rho is 0.")
        gain = (h / (h**2 + mu + rho)).max().item()
        if gain > G * (1 + 1e-4):
            at = h[(h / (h**2 + mu + rho)).argmax()].item()
            raise WrongAnswer(
                f"{case}: noise at a frequency with |k^| = {at:.3f} is enlarged {gain:.4g} times. Which |k^| is the "
                "worst, and can a blur have it?"
            )
        less = 0.999 * rho - 1e-6
        if less > 0 and (h / (h**2 + mu + less)).max().item() <= G:
            raise WrongAnswer(
                f"{case}: a smaller rho would do; the largest gain of yours is {gain:.4g}. "
                "For mu + rho > 1 it is that at |k^| = 1, which is as large as |k^| can be."
            )
        _enlarges(gain, mu, rho, case)
    return "No frequency of the noise is enlarged more than G times, and with a smaller rho one would be."


def _enlarges(gain, mu, rho, case):
    """The library's (3) on pure noise of the worst frequency, beside the formula."""
    if mu + rho <= 1:
        f = _one_frequency((mu + rho) ** 0.5)
        found = f.prox(torch.zeros_like(f.y), mu + rho)
        equal(found, gain * f.y, f"{case}: what (3) of the library makes of noise at the worst |k^|", "", gain)


def _one_frequency(h):
    """f of two pixels whose observation (1, -1) is one frequency, of which the blur passes h."""
    kernel = torch.tensor([[0.5 - h / 2, 0.5 + h / 2]], dtype=torch.float64)
    return LeastSquares(Blur(kernel, (1, 2)), torch.tensor([[[[1.0, -1.0]]]], dtype=torch.float64))


def _critical_at(x, r, seed):
    """An f for which x, without zeros, is a critical point of f + r: y = K x + K^-T g, g the slope of r at x."""
    k = torch.rand(3, 3, generator=rng(seed), dtype=torch.float64)
    k[1, 1] += 9  # so that no frequency is lost
    blur = Blur(k, x.shape[-2:])
    g = r.lam * r.p * x.abs() ** (r.p - 1) * x.sign()
    return LeastSquares(blur, blur(x) + blur.ifft(blur.fft(g) / blur.otf.conj()))


@exercise("02.2", level=2)
def resting(answer):
    """Check that one round (3), (4), (5) from the answer moves nothing, at a critical point of F."""
    for seed, (p, mu, rho) in enumerate([(1, 0.5, 2.0), (1, 0.1, 0.3), (0.8, 0.2, 4.0)]):
        x, r = _draw(10 + seed, 1)[0], LpNorm(p, 0.2)
        f = _critical_at(x, r, seed)
        v, lam = _several(answer(f, x, mu, rho), 2, "v, lam")
        v, lam = tensor(v, x, "v"), tensor(lam, x, "lam")
        case = f"p = {p:g}, mu = {mu:g}, rho = {rho:g}"
        u = f.prox((mu * x + rho * (v - lam)) / (mu + rho), mu + rho)
        hint = "The derivative of (3) at u = x is grad f(x) + rho lam where v = x: what must lam be?"
        if near(lam, f.grad(x) / rho):
            hint = "The sign of lam is turned round: (3) draws u to v - lam."
        elif near(lam, -f.grad(x)):
            hint = "In (3) and (4) lam is multiplied by rho."
        elif not near(v, x):
            hint = "By (5) lam rests only where u = v, and u is to be x."
        equal(u, x, f"{case}: u of (3) stays at x", hint, norm(f.grad(x)).item())
        off = r.subgradient_distance(x, -rho * lam)
        equal(off, 0 * off, f"{case}: v of (4) may stay at x, rho lam being a slope of r there", hint)
        equal(lam + (u - v), lam, f"{case}: lam of (5) stays", hint)
    return "u, v and lam of a whole round stay where they are: rho lam = -grad f(x) is the slope of r that balances f."


@exercise("02.3", level=1)
def half(answer):
    """Check that T equal linear units halve their input with the answer's alpha."""
    v = _draw(20, 1)[0]
    for c, T in ((1.0, 1), (2.0, 2), (0.5, 3), (4.0, 10)):
        alpha = number(answer(c, T), "alpha")
        found = Network([_Unit(lambda z, c=c: c * z)] * T)(v, alpha)
        case = f"c = {c:g}, T = {T}, your alpha = {alpha:.4g}"
        hint = "Each unit multiplies what it gets by the same number."
        if near(alpha, 1 / (2 * c * T)):
            hint = "You have let every unit see v_0: unit t sees v_t, which is smaller already."
        equal(found, v / 2, f"{case}: N_alpha(v) = v / 2", hint)
        if not 0 < alpha * c <= 1:
            raise WrongAnswer(f"{case}: there is a smaller step, with which no unit turns the sign of its input.")
    return "The library's network with such units halves its input, for one, two, three and ten of them."


@exercise("02.4", level=2)
def relaxed(answer):
    for p, rho, alpha, theta in ((1, 2.0, 0.5, 0.5), (0.8, 0.5, 1.4, 0.25), (0, 3.0, 0.1, 1.0)):
        r, z = LpNorm(p, 0.3), _draw(30, 1)[0]
        v = z - alpha * tensor(answer(r, z, rho, alpha, theta), z)
        full = z + (v - z) / theta
        full = torch.where(
            full.abs() < 10 * TOLERANCE, 0.0, full
        )  # a zero of prox, up to rounding; this matters for p = 0
        if theta != 1 and near(v, r.prox(z, 1 / rho)):
            raise WrongAnswer(f"z - alpha G(z) goes all the way to prox, where theta = {theta:g} of it is asked.")
        minimises(
            lambda q, r=r, z=z, rho=rho: (r.value(q) + rho / 2 * norm(q - z) ** 2).item(),
            full,
            "z + (v_1 - z) / theta must minimise (4)",
            "prox takes the step 1 / rho, and (6) multiplies G by alpha and takes it away.",
        )
    return (
        "For p = 1, 0.8 and 0 the unit goes the fraction theta of the way to the minimiser of (4); at theta = 1 it is "
        "ADMM."
    )


@exercise("02.5", level=2)
def step_sizes(answer):
    """Check the fastest step of (7) without a prior, and the one from which it diverges, on three curvatures."""
    for m, L, mu in ((0.0, 1.0, 0.05), (0.2, 5.0, 0.3), (1.0, 1.0, 1.0)):
        best, last = _several(answer(m, L, mu), 2, "the best step, the first that does not converge")
        best, last = number(best, "the best step"), number(last, "the other step")
        case = f"m = {m:g}, L = {L:g}, mu = {mu:g}"
        if not (best > 0 and last > 0):
            raise WrongAnswer(f"{case}: both steps are positive, and yours are {best:.4g} and {last:.4g}.")

        def slowest(s, m=m, L=L, mu=mu):
            x = torch.ones(3, dtype=torch.float64)  # how far each curvature is from the minimiser of f^mu
            for _ in range(40):
                x = x - s * (torch.tensor([m, (m + L) / 2, L], dtype=torch.float64) + mu) * x
            return x.abs().max().item()

        mine = slowest(best)
        for factor in (0.97, 1.03):
            if slowest(factor * best) < mine * (1 - 1e-9) - 1e-12:
                hint = "1 / (L + mu) is safe; it is not the fastest." if near(best, 1 / (L + mu)) else ""
                told = f"{case}: after 40 steps of {factor:g} times your best step the slowest is nearer"
                raise WrongAnswer(f"{told}. A step that is good for L may be slow for m. {hint}".strip())
        if slowest(0.999 * last) > 1 + 1e-9:
            raise WrongAnswer(f"{case}: just below your {last:.4g} the repetitions already run away. Mind mu.")
        if slowest(1.001 * last) <= 1:
            raise WrongAnswer(f"{case}: just above your {last:.4g} they still come nearer.")
    return "No step near yours is faster in its slowest direction, and beyond the other one the repetitions run away."


@exercise("02.6", level=1)
def first(answer):
    for rho0, gamma, eps in ((0.1, 2, 0.1), (4, 1.5, 0.5), (100, 3, 0.2), (1, 4, 0.25), (0.001, 4, 0.02)):
        k = number(answer(rho0, gamma, eps))
        if k != int(k) or k < 0:
            raise WrongAnswer(f"your k is {k:g}: it must be a whole number, zero or more.")
        if k > 1000:
            raise WrongAnswer(f"your k is {k:g}, and in each of these schedules alpha is below eps before k = 100.")
        schedule, case = Schedule(mu=1, rho0=rho0, gamma=gamma), f"rho0 = {rho0:g}, gamma = {gamma:g}, eps = {eps:g}"
        if not schedule.alpha(int(k)) < eps:
            raise WrongAnswer(
                f"with {case} your k = {k:g} has alpha = {schedule.alpha(int(k)):.4g}, which is not below eps: "
                "alpha is a square root, and equal is not below."
            )
        if k > 0 and schedule.alpha(int(k) - 1) < eps:
            raise WrongAnswer(
                f"with {case} your k = {k:g} is not the smallest: alpha at {k - 1:g} is "
                f"{schedule.alpha(int(k) - 1):.4g}."
            )
    return "alpha is below eps at your k and not one stage earlier, in five schedules."


@exercise("02.7", level=3)
def left_over(answer):
    """Check the share of the first misfit that IPADNet without units leaves, against the library's run."""
    for h, mu, rho0, gamma in ((0.5, 0.1, 0.2, 2.0), (1.0, 0.01, 0.05, 1.5), (0.2, 0.3, 1.0, 3.0)):
        share = number(answer(h, mu, rho0, gamma), "the share")
        K = 90
        f = _one_frequency(h)
        x0, schedule = torch.zeros_like(f.y), Schedule(mu=mu, rho0=rho0, gamma=gamma)
        run = implicit_padnet(f, [Network([], bound=100)] * K, schedule, x0, Stop(0, K))
        true = (norm(f.blur(run.x) - f.y) / norm(f.y)).item()
        case = f"|k^| = {h:g}, mu = {mu:g}, rho0 = {rho0:g}, gamma = {gamma:g}"
        hint = "Without units lam stays zero and u = v = x: what does (3) leave of the misfit in one stage?"
        if near(share, 0.0):
            hint = "It is not zero: rho^k grows so fast that the stages have no time to finish."
        elif near(share, (mu + rho0) / (h**2 + mu + rho0)):
            hint = "This is what the first stage leaves; the others multiply it."
        equal(share, true, f"{case}: your share = that of the library after {K} stages", hint)
    return "The library's run leaves the same share of the misfit: without a network the schedule stops it on its way."


class _Unit(torch.nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, v):
        return self.function(v)
