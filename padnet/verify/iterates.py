"""Save a run to disk, and recompute its certificate in float64 from the iterates alone.

The file is safetensors: x (K + 1, c, H, W), the iterates x^0 to x^K; y (1, 1, H, W), the observation in its frame; k
(1, 1, m, m), the kernel; noise (1,); all float64. The metadata contain the model, its training settings, and the
certificate reported by the run. No network is needed: for implicit PADNet v^k = x^k, so (3) and (5) reconstruct u^k
and lambda^k; for explicit PADNet the energy and the best subgradient of (9) are functions of x^k.
"""

import json
from dataclasses import asdict

import torch

from padnet.core.certificate import ROUNDING, implicit_certificates
from padnet.core.explicit_certificate import explicit_certificates, recompute
from padnet.core.fidelity import norm
from padnet.core.history import Recorder
from padnet.core.propagation import preliminary
from padnet.core.schedule import Stop
from padnet.errors import InputError, PadnetError
from padnet.project.atomic_files import write_bytes
from padnet.tasks.deconvolution_settings import Settings
from padnet.tasks.weights import checksummed, read_tensors
from padnet.verify.conditions import Terms, fault

CLOSE = 1e-8  # relative tolerance, because the order of sums may differ


def save(path, model, settings, iterates, y, k, noise, certificate):
    """Write a run of one image; shapes as above. certificate: the Certificate reported by the run."""
    tensors = {"x": torch.cat(list(iterates)), "y": y, "k": k, "noise": noise}
    meta = {"model": model, "settings": json.dumps(settings.raw), "certificate": json.dumps(asdict(certificate))}
    write_bytes(path, checksummed({name: one.double().contiguous() for name, one in tensors.items()}, meta))


def load(path):
    """(tensors, model, Settings, certificate as a dict) of a saved run. InputError for any other file."""
    try:
        tensors, meta = read_tensors(path)
    except PadnetError as error:
        raise InputError(f"{path} holds no saved run: {error}") from error
    try:
        if set(tensors) != {"x", "y", "k", "noise"} or meta["model"] not in ("ipadnet", "epadnet"):
            raise ValueError("other tensors")
        return tensors, meta["model"], Settings(json.loads(meta["settings"])), json.loads(meta["certificate"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} holds no saved run: write one with padnet verify --keep FOLDER") from error


def implicit(x, y, k, noise, settings):
    """The Certificate of an implicit run, from x^0, ..., x^K. x: (K + 1, 1, H, W) float64."""
    s, f = settings.implicit, settings.f_im(y, k, noise)
    # Without the original stopping rule, so that every step is checked.
    record = Recorder(x[:1], Stop(0.0, len(x) - 1))
    u, lam = x[:1], torch.zeros_like(x[:1])
    C_N = settings.raw["implicit"]["bound"] * x[0].numel() ** 0.5
    for j in range(len(x) - 1):
        v, new = x[j : j + 1], x[j + 1 : j + 2]
        u_new = preliminary(f, v, v - lam, s.anchor_weight, s.rho(j))  # Eq. (3)
        lam_new = s.multiplier_factor * (lam + u_new - new)  # Eq. (5)
        columns = {
            "gradient": norm(f.grad(u_new) + s.anchor_weight * (u_new - v)),
            "u_step": norm(u_new - (v - lam)),
            "residual": norm(new - (u_new + lam)),
            "bound": x.new_full((1,), C_N * s.alpha(j)),
            "v_moved": norm(new - v),
            "lam": norm(lam_new),
            "lam_moved": norm(lam_new - lam),
            "u_moved": norm(u_new - u),
        }
        u, lam = u_new, lam_new
        record.step(new, columns, u=u, v=new)
    return implicit_certificates(record.run(), s, settings.stop(False))[0]


def explicit(x, y, k, noise, settings):
    """The Certificate of an explicit run, from x^0, ..., x^K. x: (K + 1, 2, H, W) float64."""
    schedule = settings.explicit
    # Again every step is checked; the verdict applies the stopping rule to the last one.
    run = recompute(list(x.split(1)), settings.f_ex(y, k, noise), settings.prior, schedule, Stop(0.0, len(x) - 1))
    return explicit_certificates(run, schedule, settings.stop(True))[0]


def faults(path):
    """(the verdict of a saved run's certificate, [contradictions between certificate and iterates])."""
    tensors, model, settings, told = load(path)
    try:
        with torch.no_grad():
            return told, _faults(tensors, model == "epadnet", settings, told)
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RuntimeError) as error:
        if isinstance(error, PadnetError):
            raise
        raise InputError(
            f"{path} holds no saved run: its certificate cannot be read ({type(error).__name__}: {error})"
        ) from error


def _faults(tensors, explicit, settings, told):
    given = tensors["x"], tensors["y"], tensors["k"], tensors["noise"], settings
    rows = told["rows"]
    if len(rows) != len(tensors["x"]) - 1:
        return [f"the certificate has {len(rows)} rows, the file {len(tensors['x']) - 1} steps"]
    schedule = settings.explicit if explicit else settings.implicit
    wrong = fault(told, Terms(schedule, settings.stop(explicit), settings.raw["implicit"]["bound"]), explicit)
    found = [] if wrong is None else [f"its certificate contradicts itself: {wrong}"]
    return found + (_explicit_faults(given, told) if explicit else _implicit_faults(implicit(*given), told))


def _implicit_faults(made, told):
    found = [] if made.holds is told["holds"] else [f"holds is {told['holds']}, the iterates give {made.holds}"]
    for k, (mine, row) in enumerate(zip(made.rows, told["rows"], strict=True)):
        for name in (name for name in mine if name != "k"):
            for side, value in mine[name].items():
                # What is zero in exact arithmetic may be 1e-14 of the other side in floating point.
                if not abs(value - row[name][side]) <= CLOSE * max(abs(value), 1e-6 * mine[name]["right"]):
                    stated = f"{side} side of {name} at k = {k} is {row[name][side]:g}"
                    found.append(f"{stated}, the iterates give {value:.10g}")
    return found


def _explicit_faults(given, told):
    made = explicit(*given)
    if (told.get("test"), told.get("constants")) != (made.test, made.constants):
        return [
            f"it is of the test {told.get('test')} with {told.get('constants')}, not {made.test} with {made.constants}"
        ]
    found = []
    for k, (mine, row) in enumerate(zip(made.rows, told["rows"], strict=True)):
        scale = abs(mine["energy"]) + abs(mine["decrease"])
        sizes = {"moved": mine["moved"], "energy": scale, "decrease": scale, "distance": mine["distance"]}
        for name, size in sizes.items():
            # What is zero in exact arithmetic may have the size of the other side's rounding error.
            if not abs(mine[name] - row[name]) <= CLOSE * size + ROUNDING * mine["moved"] * (name == "distance"):
                found.append(f"{name} at k = {k} is {row[name]:g}, the iterates give {mine[name]:.10g}")
        if not mine["error"] <= row["error"] * (1 + CLOSE):
            least = mine["error"]
            found.append(f"||e|| at k = {k} is {row['error']:g}, less than the best subgradient's {least:.10g}")
    # A certificate of Condition 1 may be stricter than the best subgradient, but never the other way round.
    wrong = (told["holds"] and not made.holds) or (told["holds"] is not made.holds and made.test == "descent")
    return found + ([f"holds is {told['holds']}, the iterates give {made.holds}: {made.verdict}"] if wrong else [])
