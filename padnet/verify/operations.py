"""The operations of the self-test: one of each kind that results depend on, printed as {operation: hash}.

They run in a separate process (padnet.verify.selftest), because the environment variables are read when libraries are
loaded. SWITCH names the variable that affects each of them most.
"""

import hashlib
import io
import json
import sys
from pathlib import Path

import matplotlib
import numpy as np
import scipy.sparse as sparse
import scipy.sparse.linalg  # noqa: F401 - makes sparse.linalg available
import skimage.metrics
import skimage.transform
import torch
import torch.nn.functional as F

from padnet.core.powers import root
from padnet.project import console

SWITCH, OPERATIONS = {}, {}
MKL, ONEDNN, BLAS = "MKL_CBWR", "ONEDNN_MAX_CPU_ISA", "OPENBLAS_CORETYPE"
KINDS = (np.float32, np.float64)
STYLE = Path(__file__).parents[1] / "reporting" / "padnet.mplstyle"


def operation(name, switch):
    """Register a function that returns arrays or tensors."""

    def register(function):
        SWITCH[name], OPERATIONS[name] = switch, function
        return function

    return register


def numbers(seed, *shape, kind=np.float32, scale=1.0):
    """Numbers in (-scale / 2, scale / 2), computed from integers only: the same on every machine."""
    whole = np.random.Generator(np.random.PCG64(seed)).integers(0, 1 << 23, shape)
    return ((whole.astype(np.float64) - (1 << 22)) * (2.0**-23) * scale).astype(kind)


def tensor(seed, *shape, **options):
    """The same as ``numbers``, as a tensor."""
    return torch.from_numpy(numbers(seed, *shape, **options))


@operation("convolution", ONEDNN)
def convolution():
    """Convolutions: forward and both derivatives, plain and dilated."""
    for cin, cout, size, dilation in ((1, 16, 96, 1), (16, 16, 60, 2), (16, 1, 64, 1), (24, 24, 32, 1)):
        x, w = tensor(3, 2, cin, size, size).requires_grad_(), tensor(4, cout, cin, 3, 3, scale=0.3).requires_grad_()
        y = F.conv2d(x, w, dilation=dilation)
        yield y, *torch.autograd.grad(y, (x, w), tensor(6, *y.shape))


@operation("convolution with large kernels as a product", MKL)
def large_convolution():
    """Large filters as in the compared haze networks: oneDNN sums 11x11 pixels in another order on some processors."""
    for cin, cout, side in ((3, 5, 11), (5, 5, 9)):
        x, w = tensor(90, 1, cin, 40, 60), tensor(91, cout, cin, side, side, scale=0.3)
        yield ((w.flatten(1) @ F.unfold(x, side, padding=side // 2)).reshape(1, cout, 40, 60),)


@operation("batch normalisation", "ATEN_CPU_CAPABILITY")
def batch_normalisation():
    """Batch normalisation: forward, running moments and derivatives."""
    x, w = tensor(7, 2, 16, 40, 44).requires_grad_(), tensor(8, 16).requires_grad_()
    mean, variance = torch.zeros(16), torch.ones(16)
    y = F.relu(F.batch_norm(x, mean, variance, w, tensor(9, 16), training=True))
    yield y, mean, variance, *torch.autograd.grad(y, (x, w), tensor(10, *y.shape))


@operation("Fourier transform", MKL)
def fourier():
    """Fourier transforms and inverses, of sizes with small and with large prime factors."""
    for kind in KINDS:
        for shape in ((96, 96), (120, 108), (97, 101), (255, 255)):
            X = torch.fft.rfft2(tensor(11, *shape, kind=kind))
            yield torch.view_as_real(X), torch.fft.irfft2(X, s=shape)


@operation("product of matrices", MKL)
def product():
    """Products of matrices, batches and vectors."""
    for kind in KINDS:
        A, B = tensor(14, 128, 96, kind=kind), tensor(15, 96, 112, kind=kind)
        yield A @ B, A @ B[:, 0], torch.bmm(A.reshape(8, 16, 96), B.expand(8, 96, 112))


@operation("linear system", MKL)
def system():
    """LU, Cholesky and eigenvalues."""
    for kind in KINDS:
        A = tensor(80, 40, 40, kind=kind) + 8 * torch.eye(40, dtype=getattr(torch, np.dtype(kind).name))
        yield (
            torch.linalg.solve(A, tensor(81, 40, 7, kind=kind)),
            torch.linalg.eigvalsh(A + A.T),
            torch.linalg.cholesky(A + A.T),
        )


@operation("exp, log, sin", MKL)
def functions():
    """MKL vector functions."""
    for kind in KINDS:
        x = tensor(33, 20011, kind=kind, scale=16)
        for f in (torch.exp, torch.sin, torch.cos, torch.tanh, torch.erf):
            yield (f(x),)
        yield torch.log(x.abs() + 0.001), torch.log10(x.abs() + 0.001)


@operation("powers and roots", "ATEN_CPU_CAPABILITY")
def powers():
    """Powers, as in the prior and in gradient norms."""
    for kind in KINDS:
        x = tensor(34, 20011, kind=kind, scale=16).abs() + 0.001
        yield x**0.8, x**-1.2, x**3, root(x), torch.hypot(x, x.flip(0))


@operation("softmax", "ATEN_CPU_CAPABILITY")
def softmax():
    """Softmax and log-softmax."""
    for kind in KINDS:
        x = tensor(35, 50, 400, kind=kind, scale=16)
        yield torch.softmax(x, dim=-1), torch.logsumexp(x, dim=-1)


@operation("sums and norms", "ATEN_CPU_CAPABILITY")
def sums():
    """Sums, whose order depends on the vector width."""
    for kind in KINDS:
        x = tensor(30, 4, 1, 255, 255, kind=kind)
        yield (
            x.sum(),
            x.sum(dim=(1, 2, 3)),
            x.mean(dim=(-1, -2)),
            x.flatten(1).norm(dim=1),
            x.std(),
            x.flatten().cumsum(0),
        )


@operation("Adam", ONEDNN)
def adam():
    """Six Adam steps on a small network."""
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 12, 3),
        torch.nn.ReLU(),
        torch.nn.Conv2d(12, 12, 3, dilation=2, bias=False),
        torch.nn.BatchNorm2d(12),
        torch.nn.ReLU(),
        torch.nn.Conv2d(12, 1, 3),
    )
    with torch.no_grad():
        for place, weight in enumerate(net.parameters()):
            weight.copy_(tensor(40 + place, *weight.shape, scale=0.5))
    optimiser = torch.optim.Adam(net.parameters(), lr=0.002, fused=True)
    for step in range(6):
        x = tensor(60 + step, 2, 1, 32, 32)
        optimiser.zero_grad()
        (net(x) - x[..., 4:-4, 4:-4]).square().mean().backward()
        optimiser.step()
    yield tuple(net.parameters())


@operation("random numbers", "ATEN_CPU_CAPABILITY")
def random():
    """Initial weights and noise."""
    generator = torch.Generator().manual_seed(5)
    yield (
        torch.randn(1000, generator=generator),
        torch.nn.init.kaiming_normal_(torch.empty(16, 16, 3, 3), generator=generator),
    )
    yield np.random.default_rng(5).normal(size=1000), np.random.default_rng(5).exponential(size=100)


@operation("NumPy exp, log, power", "NPY_DISABLE_CPU_FEATURES")
def numpy_functions():
    """NumPy vector functions."""
    for kind in KINDS:
        x = numbers(36, 20011, kind=kind, scale=16)
        size = np.abs(x) + kind(0.001)
        yield np.exp(x), np.log(size), np.power(size, kind(0.8)), np.sqrt(size), np.sin(x), np.tanh(x), np.log10(size)


@operation("NumPy product of matrices", BLAS)
def numpy_product():
    """A product with NumPy's OpenBLAS, large enough for more than one thread."""
    for kind in KINDS:
        A, B = numbers(14, 128, 96, kind=kind), numbers(15, 96, 112, kind=kind)
        long = numbers(19, 200000, kind=kind)
        yield A @ B, A @ A.T, A @ B[:, 0], np.dot(long, long[::-1].copy()), np.linalg.norm(long)


@operation("NumPy linear system", BLAS)
def numpy_system():
    """LU, eigenvalues, singular values, least squares."""
    for kind in KINDS:
        A = numbers(80, 40, 40, kind=kind) + 8 * np.eye(40, dtype=kind)
        yield np.linalg.solve(A, numbers(81, 40, 7, kind=kind)), np.linalg.eigvalsh(A + A.T), np.linalg.svd(A)[1]
        yield (np.linalg.lstsq(numbers(84, 60, 5, kind=kind), numbers(85, 60, kind=kind))[0],)


@operation("sparse system", BLAS)
def sparse_system():
    """SciPy's SuperLU and conjugate gradients."""
    line = sparse.diags_array([-1.0, 2.1, -1.0], offsets=[-1, 0, 1], shape=(24, 24))
    L, b = sparse.kronsum(line, line).tocsc(), numbers(94, 576, kind=np.float64)
    yield sparse.linalg.spsolve(L, b), sparse.linalg.cg(L, b, rtol=1e-8, maxiter=400)[0]


@operation("NumPy threads", "OPENBLAS_NUM_THREADS")
def numpy_threads():
    """A product that OpenBLAS splits over its threads."""
    A = numbers(16, 700, 700)
    yield A @ A.T, A @ numbers(17, 700)


@operation("scikit-image", "NPY_DISABLE_CPU_FEATURES")
def pictures():
    """SSIM, PSNR and resizing."""
    a = numbers(100, 96, 90, kind=np.float64) + 0.5
    b = np.clip(a + 0.1 * numbers(101, 96, 90, kind=np.float64), 0, 1)
    yield tuple(
        np.float64(f(a, b, data_range=1.0))
        for f in (skimage.metrics.structural_similarity, skimage.metrics.peak_signal_noise_ratio)
    )
    yield (skimage.transform.resize(a, (61, 70), anti_aliasing=True),)


@operation("figure", "NPY_DISABLE_CPU_FEATURES")
def figure():
    """A curve and an image, as SVG and PNG."""
    matplotlib.rc_file(STYLE)  # whatever style the user has set up
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    drawn, (left, right) = plt.subplots(1, 2, figsize=(5, 2.5))
    x = np.arange(40) / 8
    left.semilogy(x, x * x + 0.1, label="$x^2$")
    left.legend()
    right.imshow(numbers(103, 30, 30))
    for form, told in (("svg", {"Date": None}), ("png", {"Software": None})):
        file = io.BytesIO()
        drawn.savefig(file, format=form, metadata=told)
        yield (np.frombuffer(file.getvalue(), dtype=np.uint8),)


def digest(arrays):
    """The first 16 hexadecimal digits of the SHA-256 of the bytes of tuples of arrays or tensors."""
    found = hashlib.sha256()
    for one in (one for several in arrays for one in several):
        array = one.detach().numpy() if isinstance(one, torch.Tensor) else one
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]


def main(argv=None):
    """Print the hash of every operation as JSON."""
    torch.set_num_threads(2)
    torch.set_deterministic_debug_mode("error")
    json.dump({name: digest(function()) for name, function in OPERATIONS.items()}, sys.stdout)


if __name__ == "__main__":
    sys.exit(console.run(main))
