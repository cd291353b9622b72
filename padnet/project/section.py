"""Validation of params.yaml: a pydantic model defines the names and types of a section.

    class Plan(Section):
        steps: Count  # of the optimiser
        rate: float
        sizes: Some[int]

    section("quick", "example.plan", Plan)  # {"steps": 3, "rate": 0.1, "sizes": [9]}

The models are in padnet.experiments.schemas. Pydantic is only imported here and there, because restoring photographs
does not need it.
"""

from typing import Annotated, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model

from padnet.errors import InputError
from padnet.project.params import parameters_file, part_of

T = TypeVar("T")
KINDS = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "a text",
    "bool_type": "true or false",
    "list_type": "a list of at least one entry",
    "too_short": "a list of at least one entry",
}
NAMES = {"extra_forbidden": "unknown", "invalid_key": "unknown", "missing": "missing"}  # possible problems with a name


class Section(BaseModel):
    """A section with exactly these names and no type conversion, except from an integer to a float.

    A validator of one name raises ValueError("must …, got …"); the message of a validator of the whole section starts
    with the name that it concerns. The location is added in front.
    """

    model_config = ConfigDict(strict=True, extra="forbid")


def _inside(value: float) -> float:
    if not 0 < value < 1:  # also rejects NaN
        raise ValueError(f"must lie between 0 and 1, got {value}.")
    return value


Count = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
Some = Annotated[list[T], Field(min_length=1)]
Inside = Annotated[float, AfterValidator(_inside)]  # strictly between 0 and 1


def of_each(names, kind) -> type[Section]:
    """A section with an entry of the same type for each name; names need not be valid identifiers: "l0.8"."""
    return create_model("OfEach", __base__=Section, **dict.fromkeys(names, (kind, ...)))


def section(profile: str, name: str, model: type[Section], path=None) -> dict:
    """The parameters PROFILE.NAME as plain dicts, lists, numbers and strings, in the order of the model.

    name: a section or a path of sections, "gradient" or "gradient.plan". model: the expected content.
    path: the file, by default params.yaml of the project.
    Raises InputError with the location, the value and what is expected. Of several errors it reports an unknown name
    first, then a missing one, then an invalid value.
    """
    found = part_of(profile, name, path)
    try:
        return model.model_validate(found).model_dump(exclude_unset=True)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    order = ["unknown", "missing", None]
    first = min(faults, key=lambda fault: order.index(NAMES.get(fault["type"])))
    raise InputError(_sentence(first, model, f"{profile}.{name}", parameters_file(path).name))


def _sentence(fault: dict, model: type[Section], where: str, file: str) -> str:
    """The error message for a pydantic error in the section `where` of `file`."""
    kind, loc, found = fault["type"], fault["loc"], fault["input"]
    if kind in NAMES:
        above = _dotted(where, loc[:-1])
        keys = _keys(_asked(model, loc[:-1]))
        return f"{NAMES[kind]} parameter {above}.{loc[-1]} in {file}: the keys of {above} are {keys}"
    place = _dotted(where, loc)
    match kind:
        case "model_type":
            return f"{place} in {file} is {found!r}: it must hold the keys {_keys(_asked(model, loc))}"
        case "literal_error":
            return f"{place} must be one of {', '.join(map(str, get_args(_asked(model, loc))))}, got {found}."
        case "greater_than_equal":
            return f"{place} must be at least {fault['ctx']['ge']:g}, got {found}."
        case "value_error":
            return f"{place}{'.' if isinstance(found, dict) else ' '}{fault['ctx']['error']}"
    asks = f"it must be {KINDS[kind]}" if kind in KINDS else fault["msg"][0].lower() + fault["msg"][1:]
    return f"{place} in {file} is {found!r}: {asks}"


def _asked(model, loc: tuple):
    """The type that a model expects at a location: a Section, or the type of a value."""
    for part in loc:
        model = model.model_fields[part].annotation if isinstance(part, str) else get_args(model)[0]
    return model


def _dotted(where: str, loc: tuple) -> str:
    """The location ("plan", "rate", 1) below `where` in dotted form: where.plan.rate[1]."""
    return where + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)


def _keys(model: type[Section]) -> str:
    return ", ".join(model.model_fields)
