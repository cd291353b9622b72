"""Tables of sections: exact names, exact types, one sentence for anything else; those of the project fit params.yaml."""

import json
import re
from typing import Annotated, Literal, get_args

import pytest
from pydantic import Field, field_validator, model_validator

from padnet.errors import InputError
from padnet.experiments.schemas.airlight import Airlight
from padnet.experiments.schemas.converge import Converge
from padnet.experiments.schemas.gradient import Gradient
from padnet.experiments.schemas.haze import Haze
from padnet.experiments.schemas.image import Image
from padnet.experiments.schemas.ladder import Ladder
from padnet.experiments.schemas.methods import Methods
from padnet.experiments.schemas.seeds import Seeds
from padnet.project.import_graph import imports
from padnet.project.params import load
from padnet.project.section import Count, Inside, Natural, Section, Some, of_each, section
from padnet.tasks.deconvolution_settings import DEFAULTS, SCHEMA
from padnet.tasks.dehazing_settings import SETTINGS

TABLES = {
    "airlight": Airlight,
    "gradient": Gradient,
    "seeds": Seeds,
    "converge": Converge,
    "image": Image,
    "ladder": Ladder,
    "methods": Methods,
    "haze": Haze,
}


class Net(Section):
    width: int


class Train(Section):
    """An entry of every kind."""

    rate: float
    steps: int
    name: str
    flag: bool
    start: Literal["scratch", "ipadnet"]
    batch: Count
    margin: Natural
    share: Inside
    cut: Annotated[float, Field(lt=9)]
    priors: Some[float]
    seeds: Some[int]
    lam: of_each(("l1", "l0.8"), float)
    net: Net

    @field_validator("seeds")
    @classmethod
    def _differ(cls, seeds):
        if len({*seeds}) < len(seeds):
            raise ValueError(f"must be different, got {seeds}.")
        return seeds

    @model_validator(mode="after")
    def _fits(self):
        if self.margin > self.net.width:
            raise ValueError(f"margin = {self.margin} is more than {self.net.width}.")
        return self


GOOD = {
    "rate": 1e-4,
    "steps": 3,
    "name": "a",
    "flag": False,
    "start": "scratch",
    "batch": 1,
    "margin": 0,
    "share": 0.5,
    "cut": 1.5,
    "priors": [1, 0.8],
    "seeds": [1, 2],
    "lam": {"l1": 2, "l0.8": 0.5},
    "net": {"width": 8},
}


@pytest.fixture
def told(tmp_path):
    """A function: what quick.gradient.train holds -> the section."""

    def told(train):
        path = tmp_path / "params.yaml"
        profile = {"gradient": {"train": train}}
        path.write_text(json.dumps({"quick": profile, "paper": profile}).replace("NaN", ".nan"))  # JSON is YAML
        return section("quick", "gradient.train", Train, path)

    return told


def test_values_keep_their_types_and_a_whole_number_is_a_float_where_one_is_asked_for(told):
    found = told(dict(reversed(GOOD.items())))
    assert found == GOOD and list(found) == list(GOOD)
    assert [type(value) for value in (found["rate"], found["steps"], found["flag"])] == [float, int, bool]
    assert all(type(value) is float for value in (*found["priors"], *found["lam"].values()))
    assert type(found) is type(found["net"]) is type(found["lam"]) is dict


def test_not_a_number_is_a_float(told):
    """YAML has it; the objects that are made of the numbers refuse it, each in its own words."""
    assert str(told(GOOD | {"rate": float("nan")})["rate"]) == "nan"


WRONG = {
    "a whole number": [("steps", bad) for bad in (3.5, 3.0, "3", True, None, [3])],
    "a number": [("rate", bad) for bad in ("fast", "1", True, None, [1], {})],
    "a text": [("name", bad) for bad in (1, True, None, ["a"])],
    "true or false": [("flag", bad) for bad in (0, 1, "true", None)],
    "a list of at least one entry": [("priors", bad) for bad in (1, "ab", {}, None, [])],
}


@pytest.mark.parametrize("asked, name, bad", [(kind, *case) for kind, cases in WRONG.items() for case in cases])
def test_another_type_is_refused_and_nothing_converted(told, asked, name, bad):
    with pytest.raises(InputError) as caught:
        told(GOOD | {name: bad})
    assert str(caught.value) == f"quick.gradient.train.{name} in params.yaml is {bad!r}: it must be {asked}"


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"stepz": 1}, "unknown parameter {}.stepz in params.yaml: the keys of {} are " + ", ".join(GOOD)),
        (
            {"net": {"width": 8, "wide": 1}},
            "unknown parameter {}.net.wide in params.yaml: the keys of {}.net are width",
        ),
        (
            {"lam": {"l1": 1, "l0.8": 1, "l0": 1}},
            "unknown parameter {}.lam.l0 in params.yaml: the keys of {}.lam are l1, l0.8",
        ),
        ({"net": {}}, "missing parameter {}.net.width in params.yaml: the keys of {}.net are width"),
        ({"lam": {"l1": 1}}, "missing parameter {}.lam.l0.8 in params.yaml: the keys of {}.lam are l1, l0.8"),
        (
            {"net": {"width": "x", "wide": 1}, "steps": "x"},
            "unknown parameter {}.net.wide in params.yaml: the keys of {}.net are width",
        ),
        ({"net": {}, "steps": "x"}, "missing parameter {}.net.width in params.yaml: the keys of {}.net are width"),
        ({"net": 8}, "{}.net in params.yaml is 8: it must hold the keys width"),
        ({"net": None}, "{}.net in params.yaml is None: it must hold the keys width"),
        ({"net": {"width": 1.5}}, "{}.net.width in params.yaml is 1.5: it must be a whole number"),
        ({"lam": {"l1": 1, "l0.8": "x"}}, "{}.lam.l0.8 in params.yaml is 'x': it must be a number"),
        ({"priors": [1, "x"]}, "{}.priors[1] in params.yaml is 'x': it must be a number"),
        ({"seeds": [True]}, "{}.seeds[0] in params.yaml is True: it must be a whole number"),
        ({"seeds": [3, 3]}, "{}.seeds must be different, got [3, 3]."),
        ({"margin": 9}, "{}.margin = 9 is more than 8."),
        ({"start": "roof"}, "{}.start must be one of scratch, ipadnet, got roof."),
        ({"start": 1}, "{}.start must be one of scratch, ipadnet, got 1."),
        ({"batch": 0}, "{}.batch must be at least 1, got 0."),
        ({"margin": -1}, "{}.margin must be at least 0, got -1."),
        ({"share": 0}, "{}.share must lie between 0 and 1, got 0.0."),
        ({"share": 1}, "{}.share must lie between 0 and 1, got 1.0."),
        ({"share": float("nan")}, "{}.share must lie between 0 and 1, got nan."),
        ({"cut": 9}, "{}.cut in params.yaml is 9: input should be less than 9"),
    ],
    ids=str,
)
def test_a_bad_parameter_is_named_in_one_sentence(told, change, sentence):
    with pytest.raises(InputError) as caught:
        told(GOOD | change)
    assert str(caught.value) == sentence.replace("{}", "quick.gradient.train")


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_parameter_is_named(told, name):
    with pytest.raises(InputError, match=f"^missing parameter quick.gradient.train.{name} in params.yaml: the keys of"):
        told({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize("key", ["1", "0.5", "true", "null"])
def test_a_name_that_is_no_text_is_unknown(tmp_path, key):
    (tmp_path / "params.yaml").write_text(f"quick: {{net: {{width: 1, {key}: 2}}}}\n")
    with pytest.raises(InputError, match="^unknown parameter quick.net.*: the keys of quick.net are width$"):
        section("quick", "net", Net, tmp_path / "params.yaml")


@pytest.mark.parametrize("found", ["8", "[]", "", "text"])
def test_a_whole_section_that_is_none(tmp_path, found):
    (tmp_path / "params.yaml").write_text(f"quick: {{net: {found}}}\n")
    with pytest.raises(InputError, match="^quick.net in params.yaml is .*: it must hold the keys width$"):
        section("quick", "net", Net, tmp_path / "params.yaml")


@pytest.mark.parametrize("profile", ["quick", "paper"])
def test_every_section_of_the_project_has_a_table_that_it_fits(root, profile):
    raw = load(profile, root / "params.yaml")
    assert set(raw) == {*TABLES, "notebooks"}  # whose numbers are checked against each notebook
    for name, table in TABLES.items():
        assert section(profile, name, table, root / "params.yaml") == raw[name]


def kinds(table):
    """A table as padnet.tasks writes one: names and types, a list of one type for many."""
    if isinstance(table, type) and issubclass(table, Section):
        return {name: kinds(field.annotation) for name, field in table.model_fields.items()}
    return [*get_args(table)] or table


@pytest.mark.parametrize("own, table", [(SCHEMA, Image), (SETTINGS, Haze)], ids=["image", "haze"])
def test_the_numbers_that_travel_with_weights_are_those_of_params_yaml(own, table):
    asked = dict(own)
    for part in ("implicit", "unit", "frame") if own is SCHEMA else ():  # those that older weights do not have
        asked[part] = own[part] | {name: type(default) for name, default in DEFAULTS[part].items()}
    assert {name: kinds(table)[name] for name in own} == asked


def test_photographs_are_restored_without_pydantic(root, modules):
    """That they are, tests/test_extras.py shows in a process that has no pydantic; here, that no file may ask for it."""
    for path in root.glob("padnet/**/*.py"):
        where = path.relative_to(root).as_posix()
        if re.search(r"^\s*(from|import) pydantic", path.read_text(encoding="utf-8"), re.M):
            assert where.startswith(("padnet/project/section.py", "padnet/experiments/schemas/")), where
        if where.startswith(("padnet/core/", "padnet/tasks/", "padnet/haze/", "padnet/baselines/")):
            assert "padnet/project/section.py" not in imports(path.read_text(encoding="utf-8"), root, where, modules), (
                where
            )
