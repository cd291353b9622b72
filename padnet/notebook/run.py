"""Run a notebook of the project with byte-reproducible output.

papermill executes it. This module validates the parameters, normalises the output, keeps the previous result if the
run fails, and rejects the run if an input changes in the meantime.
"""

import argparse
import ast
import contextlib
import logging
import os
import sys
from pathlib import Path

import nbformat
import papermill
from ipykernel.kernelspec import make_ipkernel_cmd
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from padnet.errors import InputError, PadnetError
from padnet.notebook.normalise import canonical, refuse
from padnet.project import console, switches
from padnet.project.atomic_files import FULL, no_space, sha256, write_text
from padnet.project.import_graph import imports, notebook_code, without_magics
from padnet.project.modules import parse
from padnet.project.params import load
from padnet.project.paths import PROFILES, find_root, results

# For what a notebook draws by itself: padnet.reporting.style gives it to the figures of the lessons.
STYLE = Path(__file__).parents[1] / "reporting" / "padnet.mplstyle"
SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)  # assignments inside these nodes do not create variables of the notebook


class OwnKernel(AsyncKernelManager):
    """Starts kernels of the Python that runs this process, whatever kernels are registered on the machine."""

    @property
    def kernel_spec(self):
        """How a kernel starts; a registered "python3" may be of another or of no environment."""
        return KernelSpec(argv=make_ipkernel_cmd(), display_name="Python 3", language="python")


def run(profile, name, root=None):
    """Execute notebooks/NAME.ipynb with the parameters of `profile` and write the canonical result.

    profile: "quick" or "paper". root: the project folder, found from the working directory by default.
    The notebook gets `profile` and the parameters PROFILE.notebooks.NAME of params.yaml; its cell tagged
    `parameters` must declare exactly these. It runs in the project folder.
    Returns the path written, results/PROFILE/notebooks/NAME.ipynb. The run in the making, and one that
    failed, lies in failed/PROFILE-NAME.ipynb.
    Raises InputError for a missing notebook or parameters that do not fit, PadnetError for a run that
    fails, prints what cannot repeat, or whose inputs changed.
    """
    root = find_root(root)
    out = results(profile, root) / "notebooks" / f"{name}.ipynb"
    source = root / "notebooks" / f"{name}.ipynb"
    if not source.is_file():
        known = ", ".join(sorted(path.stem for path in source.parent.glob("*.ipynb"))) or "none"
        raise InputError(f"there is no notebook {name!r} in notebooks/: it holds {known}")
    given = (load(profile, root / "params.yaml").get("notebooks") or {}).get(name) or {}
    parameters = {"profile": profile, **given}
    _check_parameters(source, parameters)

    inputs = [
        source,
        root / "params.yaml",
        *(root / file for file in imports(notebook_code(source), root, source.name)),
    ]
    before = [sha256(path) for path in inputs]
    failed = root / "failed" / f"{profile}-{name}.ipynb"
    executed = _execute(source, failed, parameters, root)
    changed = [str(path.relative_to(root)) for path, old in zip(inputs, before, strict=True) if sha256(path) != old]
    if changed:
        raise PadnetError(
            f"{', '.join(changed)} changed while {name} ran: run it again, and leave the files alone meanwhile"
        )
    try:
        refuse(executed, root)
        text = canonical(executed)
    except PadnetError as error:
        raise PadnetError(f"notebook {name}, {error} (the run is in failed/{failed.name})") from error
    write_text(out, text)
    failed.unlink()
    return out


def _check_parameters(source, parameters):
    """Raise InputError unless the cell tagged `parameters` declares exactly the keys of `parameters`."""
    try:
        book = nbformat.read(source, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError, TypeError) as error:
        raise InputError(f"{source.name} cannot be read as a notebook: restore it with git checkout") from error
    if "kernelspec" not in book.metadata:
        raise InputError(f"{source.name} names no kernel: open it in JupyterLab, choose Python 3 and save it")
    tagged = [cell.source for cell in book.cells if "parameters" in cell.metadata.get("tags", [])]
    if not tagged:
        raise InputError(f"{source.name} has no cell tagged parameters: tag the one that sets {', '.join(parameters)}")
    # papermill inserts its cell below the first of them.
    declared = assigned(tagged[0], f"the parameters cell of {source.name}")
    for key in sorted(declared ^ set(parameters)):
        problem = "declares {} and params.yaml does not give it" if key in declared else "does not declare {}"
        raise InputError(
            f"the parameters cell of {source.name} {problem.format(f'the parameter {key}')}: "
            f"it and the section notebooks of params.yaml must name the same keys"
        )


def assigned(code, where):
    """The variables that the code of a cell, a str, assigns, or declares with a type: a set of names.

    Read as Python reads it; papermill.inspect_notebook goes line by line and takes `steps=15` within a call that is
    laid out over several lines for a parameter. Raises InputError, which calls the cell `where`, when it is no Python.
    """
    found, waiting = set(), [parse(without_magics(code), where)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if not isinstance(node, SCOPES):
            waiting += ast.iter_child_nodes(node)
    return found


def _execute(source, failed, parameters, root):
    """Execute `source` in a fresh kernel and return the NotebookNode; its state is kept in `failed`."""
    try:
        failed.parent.mkdir(parents=True, exist_ok=True)
        with _quiet(), _environment(root):
            return papermill.execute_notebook(
                source,
                failed,
                parameters,
                kernel_name="python3",
                kernel_manager_class=OwnKernel,
                cwd=root,
                coalesce_streams=True,
                extra_arguments=["--log-level=ERROR"],  # suppresses the kernel's warning that it listens on loopback
                progress_bar={"desc": source.stem, "disable": None, "leave": False},
            )
    except PapermillExecutionError as error:
        raise PadnetError(
            f"notebook {source.stem} failed in cell {error.cell_index} with {error.ename}: "
            f"{(error.evalue.splitlines() or [''])[0]} (the run is in failed/{failed.name})"
        ) from error
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise PadnetError(no_space(failed)) from error
    except (DeadKernelError, CellTimeoutError) as error:
        raise PadnetError(
            f"the kernel of notebook {source.stem} died, often for lack of memory: free some and run it again"
        ) from error


@contextlib.contextmanager
def _environment(root):
    """The variables that the kernel inherits: fixed, and our modules before all others."""
    # Disables sliders, see padnet.notebook.sliders.
    fixed = {"PYTHONPATH": str(root), "MATPLOTLIBRC": str(STYLE), "PADNET_STATIC": "1"}
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(switches.pinned(before) | fixed)
    os.environ.pop("MPLBACKEND", None)  # the kernel selects the backend that draws into the notebook
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _quiet():
    """Keep papermill's log off the terminal: what matters of it is an error here."""
    logger = logging.getLogger("papermill")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--profile", choices=PROFILES, required=True)
    parser.add_argument("--name", required=True, help="the notebook, without .ipynb")


def main(argv=None):
    """Run one notebook and say where the result is."""
    parser = argparse.ArgumentParser(prog="padnet notebook", description=__doc__.splitlines()[0])
    add_arguments(parser)
    args = parser.parse_args(argv)
    out = run(args.profile, args.name)
    print(f"wrote {out.relative_to(find_root())}")


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
