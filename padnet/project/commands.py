"""The modules behind a stage's command: the one that it runs, and those that its options select."""

import shlex
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path

from padnet.errors import InputError
from padnet.project.import_graph import imports, notebook_code
from padnet.project.modules import Package

TOGETHER, WAIT = "padnet.project.together", "wait"
EXPLICIT = ["padnet.core.explicit", "padnet.core.explicit_certificate"]
# The imports of padnet.project.choice: compared methods and experiments, by module and options of the command.
CHOICES = [
    (("evaluation.deblurring",), {}, ["padnet.baselines.deblurring.{method}"]),
    (("evaluation.dehazing",), {}, ["padnet.baselines.dehazing.{method}"]),
    (
        ("experiments.train_baseline",),
        {"model": ("csf", "mlp", "epll")},
        ["padnet.baselines.deblurring.{model}_training"],
    ),
    (
        ("experiments.train_baseline",),
        {"model": ("cai", "ren")},
        ["padnet.experiments.haze", "padnet.baselines.dehazing.{model}_training"],
    ),
    # Explicit PADNet with its error correction, on which implicit PADNet does not depend.
    (("experiments.train_gradient",), {"model": "epadnet*"}, ["padnet.core.explicit"]),
    (("evaluation.gradient",), {"method": "epadnet"}, EXPLICIT),
    (("ablations.run", "evaluation.explicit_networks"), {}, EXPLICIT),
    (("evaluation.gradient",), {"seed": None}, ["padnet.experiments.seeds"]),
]


def stage_modules(cmd, root, package=None):
    """The padnet files behind a stage's command, `python -m padnet.… [--name NOTEBOOK]`, or behind a list of
    commands.

    package: a Package of `root` that has already read files.
    Raises InputError if the command has another form or names a module that does not exist.
    """
    root, package = Path(root), package or Package(root)
    module, options = _parsed(cmd)
    found = _modules_of_one(module, options, cmd, root, package)
    if module == TOGETHER:
        listed = [one for one in shlex.split(cmd)[3:] if one != WAIT]
        found += [file for one in listed for file in stage_modules(f"python -m padnet.{one}", root, package)]
    return sorted(set(found))


def _modules_of_one(module, options, cmd, root, package):
    names = [module]
    for modules, asked, templates in CHOICES:
        if module.removeprefix("padnet.") in modules and all(_matches(options, *one) for one in asked.items()):
            names += [template.format_map(defaultdict(str, options)) for template in templates]
    if missing := [name for name in names if not package.file(name)]:
        raise InputError(f"the stage command {cmd!r} needs {missing[0]}, and there is no such module: correct it")
    code = "".join(f"import {name}\n" for name in names)
    if "name" in options:
        code += notebook_code(root / "notebooks" / f"{options['name']}.ipynb") + "\n"
    return imports(code, root, cmd, package)


def _parsed(cmd):
    """(module, {option: value, None without one}) of a command."""
    words = shlex.split(cmd) if isinstance(cmd, str) else []
    if (
        words[:2] != ["python", "-m"]
        or not words[2:3]
        or any(word in ("&&", "||", "|", ";", "&", ">") for word in words)
    ):
        raise InputError(
            f"cannot tell what the stage command {cmd!r} imports: write it as python -m padnet.ROOM.NAME …"
        )
    options, last = {}, None
    for word in words[3:]:
        if word.startswith("--"):
            last, equal, value = word[2:].partition("=")
            options[last] = value if equal else None
        elif last:
            options[last], last = word, None
    return words[2], options


def _matches(options, name, wanted):
    """Whether an option is present with the wanted value: a pattern, a tuple of values, or None for any value."""
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    return name in options and any(one is None or fnmatch(options[name] or "", one) for one in wanted)
