"""Pictures, kernels and numbers, good and bad, for the public functions: hypothesis strategies."""

import numpy as np
import torch
from hypothesis import strategies as st

DTYPES = (
    "uint8",
    "uint16",
    "int16",
    "int32",
    "int64",
    "bool",
    "float16",
    "float32",
    "float64",
    "complex64",
    "complex128",
)
FLOATS = ("float32", "float64")
SIDES = st.integers(1, 20)
SOUND = ("unit", "flat", "zero", "small")
STYLES = ("unit", "flat", "zero", "small", "signed", "large", "nan", "inf", "huge")
NUMBERS = st.one_of(
    st.sampled_from([0.0, -1.0, 1.0, 1e-300, 1e-8, 1e8, 1e300, float("nan"), float("inf"), -float("inf")]),
    st.floats(0, 1),
    st.sampled_from([None, "0.01", [], 0, 1, 2, True]),
)


def fill(shape, dtype, style, seed):
    """A numpy array of that shape and dtype: in [0, 1] or up to white where the style is "unit", else as it says."""
    rng = np.random.default_rng(seed)
    values = {
        "unit": lambda: rng.random(shape),
        "flat": lambda: np.full(shape, rng.random()),
        "zero": lambda: np.zeros(shape),
        "small": lambda: 1e-6 * rng.random(shape),
        "signed": lambda: rng.standard_normal(shape),
        "large": lambda: 1e4 * rng.random(shape),
        "huge": lambda: 1e30 * rng.random(shape),
        "nan": lambda: np.where(rng.random(shape) < 0.2, np.nan, rng.random(shape)),
        "inf": lambda: np.where(rng.random(shape) < 0.2, np.inf, rng.random(shape)),
    }[style]()
    kind = np.dtype(dtype)
    if kind.kind in "ui":
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(values * np.iinfo(kind).max).clip(np.iinfo(kind).min, np.iinfo(kind).max).astype(kind)
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(kind)


@st.composite
def arrays(draw, shapes, dtypes=DTYPES, styles=STYLES, torches=None):
    """A numpy array or torch tensor, its shape from the strategy `shapes`. torches: which of the two, None is either."""
    array = fill(
        tuple(draw(shapes)), draw(st.sampled_from(dtypes)), draw(st.sampled_from(styles)), draw(st.integers(0, 99))
    )
    array = np.asarray(array)
    if draw(st.booleans()) if torches is None else torches:
        return torch.from_numpy(array.copy())
    # What slicing and turning leave: views with other strides.
    return draw(st.sampled_from([array, array[::-1] if array.ndim else array, np.asfortranarray(array)]))


def forms(*of):
    """Shapes of these forms, tuples whose None is a side."""
    return st.sampled_from(of).flatmap(lambda form: st.tuples(*(SIDES if n is None else st.just(n) for n in form)))


ANY_SHAPE = st.one_of(
    forms(
        (None, None),
        (None, None, 3),
        (None, None, 4),
        (3, None, None),
        (1, 3, None, None),
        (2, 1, None, None),
        (None, None, 0),
        (0, None),
        (1, None, None, None),
    ),
    st.lists(st.integers(0, 5), max_size=5),
)


def photographs(ok, *of):
    """Photographs of the given forms, numpy's first, or, where not `ok`, anything."""
    if ok:
        sound = arrays(forms(*of[:1]), ("uint8", "uint16", "float16", "float32", "float64"), SOUND, False)
        return st.one_of(
            sound, arrays(forms(*of[1:]), ("uint8", "uint16", "float16", "float32", "float64"), SOUND, True)
        )
    return st.one_of(arrays(st.one_of(forms(*of), ANY_SHAPE)), st.sampled_from([None, [[0.5]], "photo.png"]))


def batches(ok, channels, styles=SOUND, rank4=False):
    """Torch batches (n, channels, h, w), float and in [0, 1] or of `styles`; where not `ok`, anything, at least of rank 4
    where that is asked for."""
    good = forms((1, channels, None, None), (2, channels, None, None))
    if ok:
        return arrays(good, FLOATS, styles, True)
    shape = st.lists(st.integers(0, 5), min_size=4, max_size=4) if rank4 else ANY_SHAPE
    return arrays(st.one_of(good, shape), torches=True if rank4 else None)


def kernels(ok, batch=True, torches=True):
    """Kernels of up to 9x9 pixels; where not `ok`, of every sort: negative, of zero sum, NaN, larger than the picture."""
    two = st.tuples(st.integers(1, 9), st.integers(1, 9))
    if ok:
        return arrays(two, FLOATS, ("unit", "flat"), torches)
    more = st.tuples(st.integers(1, 2), st.integers(1, 5), st.integers(1, 5)) if batch else two
    return st.one_of(
        arrays(st.one_of(two, more, ANY_SHAPE, st.tuples(st.integers(0, 40), st.integers(1, 40)))),
        st.sampled_from([None, [[1.0]]]),
    )


def number(ok, good):
    """A number of the strategy `good`; where not `ok`, anything."""
    return good if ok else st.one_of(good, NUMBERS)


def told(value):
    """What a report says of an argument."""
    if isinstance(value, (np.ndarray, torch.Tensor)):
        kind = "torch" if isinstance(value, torch.Tensor) else "numpy"
        body = np.asarray(value).ravel()[:4].tolist()
        return f"{kind} {str(value.dtype).removeprefix('torch.')} {tuple(value.shape)} {body}…"
    return repr(value)
