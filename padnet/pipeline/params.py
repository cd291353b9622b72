"""params.yaml, read once and checked: no misspelt name passes, and 1e-4 is a number.

YAML 1.1 reads `1e-4` as a string; DVC and this module read YAML 1.2, where it is a float.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from padnet.errors import InputError
from padnet.pipeline.paths import check_profile, find_root

NAMES = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def read_yaml(path):
    """The content of a YAML 1.2 file as plain dicts, lists, strings and numbers.

    Raises InputError when the file is missing, cannot be read as YAML, or names a key twice.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist: restore it with git checkout {Path(path).name}") from error
    return parse_yaml(text, path)


def parse_yaml(text, name):
    """The content of YAML 1.2 text; see read_yaml. name: what an error calls it."""
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise InputError(f"{name}{place} cannot be read ({problem.splitlines()[0]}): correct that line") from error


def _file(path):
    return Path(path) if path else find_root() / "params.yaml"


def load(profile, path=None):
    """All parameters of one profile.

    profile: "quick" or "paper". path: the file, by default params.yaml of the project.
    Raises InputError for an unknown profile or a file without it.
    """
    content = read_yaml(_file(path))
    if not isinstance(content, Mapping) or not isinstance(content.get(check_profile(profile)), Mapping):
        raise InputError(
            f"{_file(path).name} has no section {profile}: add it, with the same keys as the other profile"
        )
    return content[profile]


def load_seed(path=None):
    """The seed that all random numbers of the project start from, an int >= 0.

    Raises InputError when it is missing or something else.
    """
    content = read_yaml(_file(path))
    seed = content.get("seed") if isinstance(content, Mapping) else None
    if not _is(seed, int) or seed < 0:
        raise InputError(f"seed in {_file(path).name} is {seed!r}: it must be a whole number, 0 or more")
    return seed


def section(profile, name, schema, path=None):
    """The parameters PROFILE.NAME, exactly the keys that `schema` names, each of its type.

    name: a section or a path of sections, "gradient" or "gradient.train".
    schema: key -> int, float, str, bool, a list of one of these ([float]), or a nested schema (dict).
        A whole number is accepted, and converted, where a float is asked for.
    Returns a new dict.
    Raises InputError naming the key, the file and the keys allowed.
    """
    found, where = load(profile, path), profile
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            raise InputError(f"{_file(path).name} has no section {where}.{part}: add it")
        found, where = found[part], f"{where}.{part}"
    return _checked(found, schema, where, _file(path).name)


def _is(value, kind):
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _checked(value, schema, where, file):
    """`value` after the check against `schema`; `where` and `file` name it in the error."""
    if isinstance(schema, Mapping):
        if not isinstance(value, Mapping):
            raise InputError(f"{where} in {file} is {value!r}: it must hold the keys {', '.join(schema)}")
        for problem, keys in (("unknown", set(value) - set(schema)), ("missing", set(schema) - set(value))):
            if keys:
                raise InputError(
                    f"{problem} parameter {where}.{min(map(str, keys))} in {file}: "
                    f"the keys of {where} are {', '.join(schema)}"
                )
        return {key: _checked(value[key], kind, f"{where}.{key}", file) for key, kind in schema.items()}
    if isinstance(schema, list):
        if isinstance(value, str) or not isinstance(value, Sequence) or not value:
            raise InputError(f"{where} in {file} is {value!r}: it must be a list of at least one entry")
        return [_checked(entry, schema[0], f"{where}[{place}]", file) for place, entry in enumerate(value)]
    if not _is(value, schema):
        raise InputError(f"{where} in {file} is {value!r}: it must be {NAMES[schema]}")
    return float(value) if schema is float else value
