"""padnet ship: the package's networks are copies of weights/paper, and whoever is another is told."""

import pytest

from padnet.cli import main as cli
from padnet.errors import PadnetError
from padnet.experiments import ship
from padnet.project.params import read_yaml


@pytest.fixture
def project(toy):
    """A toy with originals and no package of its own yet."""
    (toy / "padnet").unlink()  # a link to the project's
    (toy / "weights/paper").mkdir(parents=True)
    for name in (name for names in ship.SHIPPED.values() for name in names):
        for ending in ship.ENDINGS:
            (toy / f"weights/paper/{name}.{ending}").write_text(f"{name} {ending}")
    return toy


def test_what_differs_is_copied_and_nothing_else(project, capsys):
    assert len(ship.stale(project)) == 3 * 8
    assert cli.main(["ship"]) == 0
    assert "padnet/baselines/weights/methods-mlp.safetensors: copied\n" in capsys.readouterr().out
    assert {path.name for path in (project / "padnet/pretrained").iterdir()} == {
        f"{name}.{ending}" for name in ("image-ipadnet", "airlight-network", "haze-ipadnet") for ending in ship.ENDINGS
    }
    assert (project / "padnet/pretrained/image-ipadnet.json").read_text() == "image-ipadnet json"
    (project / "weights/paper/haze-ipadnet.csv").write_text("other")
    assert [str(path) for path in ship.ship(project)] == ["padnet/pretrained/haze-ipadnet.csv"]
    assert cli.main(["ship"]) == 0 and "has the networks" in capsys.readouterr().out


def test_a_missing_original_is_told(project):
    (project / "weights/paper/methods-cai.json").unlink()
    with pytest.raises(PadnetError, match=r"no weights/paper/methods-cai\.json to ship"):
        ship.ship(project)


def test_the_committed_copies_are_those_of_weights_paper(root):
    assert ship.stale(root) == []


def test_the_stages_make_every_original(root):
    """And no stage has a shipped file among its outputs, which the package's own code would then depend on."""
    stages = read_yaml(root / "dvc.yaml")["stages"]
    made = set()
    for name in ship.STAGES:
        models = stages[name].get("matrix", {"model": [""]})["model"]
        made |= {next(iter(out)).replace("${item.model}", model) for out in stages[name]["outs"] for model in models}
    wanted = {
        f"weights/paper/{name}.{ending}" for names in ship.SHIPPED.values() for name in names for ending in ship.ENDINGS
    }
    assert made == wanted
    outs = [out for stage in stages.values() for out in stage.get("outs", [])]
    assert not [out for out in outs if str(out).startswith("{'padnet")]
