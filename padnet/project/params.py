"""Read params.yaml as YAML 1.2; padnet.project.section validates the content of a section.

YAML 1.1 reads `1e-4` as a string; DVC and this module read YAML 1.2, where it is a float.
"""

import copy
import functools
from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from padnet.errors import InputError
from padnet.project.paths import check_profile, find_root


def read_yaml(path):
    """The content of a YAML 1.2 file as plain dicts, lists, strings and numbers.

    Raises InputError if the file is missing, is not valid YAML, or has a duplicate key.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist: restore it with git checkout {Path(path).name}") from error
    return parse_yaml(text, path)


def parse_yaml(text, name):
    """The content of YAML 1.2 text; see read_yaml. name: its name in error messages."""
    return copy.deepcopy(_parsed(text, str(name)))  # callers may change what they get


@functools.lru_cache(maxsize=32)
def _parsed(text, name):
    """A text is parsed once: params.yaml takes half a second, and a stage asks for many of its sections."""
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise InputError(f"{name}{place} cannot be read ({problem.splitlines()[0]}): correct that line") from error


def parameters_file(path=None):
    """`path`, by default params.yaml of the project."""
    return Path(path) if path else find_root() / "params.yaml"


def load(profile, path=None):
    """All parameters of one profile.

    profile: "quick" or "paper". path: the file, by default params.yaml of the project.
    Raises InputError for an unknown profile or a file without it.
    """
    content = read_yaml(parameters_file(path))
    if not isinstance(content, Mapping) or not isinstance(content.get(check_profile(profile)), Mapping):
        raise InputError(
            f"{parameters_file(path).name} has no section {profile}: add it, with the same keys as the other profile"
        )
    return content[profile]


def load_seed(path=None):
    """The seed of all random numbers of the project, an int >= 0.

    Raises InputError if it is missing or anything else.
    """
    content = read_yaml(parameters_file(path))
    seed = content.get("seed") if isinstance(content, Mapping) else None
    if type(seed) is not int or seed < 0:  # isinstance would accept true
        raise InputError(f"seed in {parameters_file(path).name} is {seed!r}: it must be a whole number, 0 or more")
    return seed


def part_of(profile, name, path=None):
    """The content of PROFILE.NAME, not validated. name: a section or a path of sections, "gradient" or
    "gradient.plan".

    Raises InputError if there is no such section.
    """
    found, where = load(profile, path), profile
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            raise InputError(f"{parameters_file(path).name} has no section {where}.{part}: add it")
        found, where = found[part], f"{where}.{part}"
    return found
