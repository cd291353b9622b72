"""The rooms of the package: arrows one way, none too large, and no name of before left anywhere."""

import ast
import json
import re
from collections import Counter

# From the ground up: a room knows those before it and none behind it.
ROOMS = (
    "errors",
    "labels",
    "core",
    "imaging",
    "haze",
    "project",
    "data",
    "tasks",
    "baselines",
    "experiments",
    "evaluation",
    "ablations",
    "reporting",
    "exercises",
    "notebook",
    "site",
    "verify",
    "cli",
)
# Where the modules of before went.
MOVED = {
    "core.images": "core.image_fidelity",
    "core.convolutional": "core.conv_unit",
    "core.shrinkage": "core.shrinkage_unit",
    "core.unshuffled": "core.unshuffled_unit",
    "core.trace": "core.history",
    "core.learning": "core.training",
    "core.parts": "core.gradient_accumulation",
    "core.precision": "core.mixed_precision",
    "core.strips": "core.tiling",
    "core.checks": "core.validation",
    "benchmarks.frame": "imaging.boundary",
    "benchmarks.kernels": "imaging.kernels",
    "benchmarks.blur_kinds": "imaging.blur_kinds",
    "benchmarks.observation": "imaging.degradation",
    "benchmarks.fields": "imaging.batch",
    "benchmarks.pairs": "imaging.pairs",
    "benchmarks.metrics": "imaging.metrics",
    "benchmarks.haze_scores": "imaging.haze_scores",
    "benchmarks.alignment": "imaging.alignment",
    "benchmarks.registration": "imaging.registration",
    "tasks.photograph": "imaging.arrays",
    "haze.depths": "haze.synthetic_depth",
    "haze.silhouettes": "haze.foreground_occluders",
    "haze.working": "haze.resampling",
    "haze.weighted": "haze.wls",
    "haze.residual": "haze.gradient_residual",
    "haze.boundary": "haze.boundary_constraint",
    "haze.estimator": "haze.transmission_network",
    "tasks.finite": "tasks.json_numbers",
    "tasks.noise": "tasks.noise_level",
    "tasks.opponent": "tasks.opponent_colours",
    "tasks.haze_settings": "tasks.dehazing_settings",
    "tasks.settings": "tasks.deconvolution_settings",
    "tasks.restoration": "tasks.restorer",
    "methods.training": "baselines.training",
    "methods.trained": "baselines.pretrained",
    "methods.splitting": "baselines.admm_hqs",
    "methods.scoring": "baselines.scoring",
    "methods.inputs": "baselines.inputs",
    "methods.tv": "baselines.deblurring.tv",
    "methods.hyperlaplacian": "baselines.deblurring.hyperlaplacian",
    "methods.epll": "baselines.deblurring.epll",
    "methods.epll_training": "baselines.deblurring.epll_training",
    "methods.expectation_maximisation": "baselines.deblurring.em",
    "methods.mixture": "baselines.deblurring.mixture",
    "methods.bm3d": "baselines.deblurring.bm3d",
    "methods.bm3ddeb": "baselines.deblurring.bm3ddeb",
    "methods.iddbm3d": "baselines.deblurring.iddbm3d",
    "methods.csf": "baselines.deblurring.csf",
    "methods.csf_training": "baselines.deblurring.csf_training",
    "methods.mlp": "baselines.deblurring.mlp",
    "methods.mlp_training": "baselines.deblurring.mlp_training",
    "methods.sparse": "baselines.deblurring.levin_sparse",
    "methods.blocks": "baselines.deblurring.blocks",
    "methods.frames": "baselines.deblurring.frames",
    "methods.passes": "baselines.deblurring.passes",
    "methods.he": "baselines.dehazing.he",
    "methods.meng": "baselines.dehazing.meng",
    "methods.chen": "baselines.dehazing.chen",
    "methods.berman": "baselines.dehazing.berman",
    "methods.li": "baselines.dehazing.li",
    "methods.ren": "baselines.dehazing.ren",
    "methods.ren_training": "baselines.dehazing.ren_training",
    "methods.cai": "baselines.dehazing.cai",
    "methods.cai_training": "baselines.dehazing.cai_training",
    "methods.haze_training": "baselines.dehazing.haze_training",
    "pipeline.fetch": "data.fetch",
    "pipeline.download": "data.download",
    "pipeline.sources": "data.sources",
    "pipeline.wheel": "data.skimage_files",
    "pipeline.sample": "data.sample_pictures",
    "pipeline.sample_haze": "data.sample_haze",
    "pipeline.dataset": "data.deblurring_pairs",
    "pipeline.haze_pairs": "data.haze_pairs",
    "pipeline.haze_data": "data.haze_spec",
    "benchmarks.pictures": "data.readers",
    "benchmarks.protocols": "data.protocols",
    "benchmarks.sets": "data.sets",
    "benchmarks.haze_protocols": "data.haze_protocols",
    "benchmarks.quick_haze": "data.quick_haze",
    "benchmarks.middlebury": "data.middlebury",
    "benchmarks.fattal": "data.fattal",
    "pipeline.experiment": "experiments.base",
    "pipeline.gradient": "experiments.gradient",
    "pipeline.image": "experiments.image",
    "pipeline.ladder": "experiments.ladder",
    "pipeline.haze": "experiments.haze",
    "pipeline.methods": "experiments.baselines",
    "pipeline.seeds": "experiments.seeds",
    "pipeline.train": "experiments.train",
    "pipeline.jobs": "experiments.training_kinds",
    "pipeline.checkpoint": "experiments.checkpoint",
    "pipeline.ranks": "experiments.distributed",
    "pipeline.tune": "experiments.tune",
    "benchmarks.gradient": "experiments.gradient_problem",
    "pipeline.benchmark": "evaluation.gradient",
    "pipeline.benchmark_image": "evaluation.image",
    "pipeline.benchmark_method": "evaluation.deblurring",
    "pipeline.benchmark_haze": "evaluation.haze",
    "pipeline.benchmark_haze_method": "evaluation.dehazing",
    "pipeline.haze_sets": "evaluation.haze_sets",
    "pipeline.records": "evaluation.records",
    "pipeline.timing": "evaluation.runtimes",
    "pipeline.anchor": "evaluation.levin_check",
    "pipeline.heldout": "evaluation.heldout",
    "pipeline.converge": "evaluation.converge",
    "pipeline.longrun": "evaluation.longrun",
    "pipeline.survival": "evaluation.survival",
    "pipeline.bench": "evaluation.bench",
    "pipeline.against": "evaluation.against",
    "pipeline.explicit_networks": "evaluation.explicit_networks",
    "pipeline.ablate": "ablations.run",
    "pipeline.ablation": "ablations.measure",
    "pipeline.deviations": "ablations.register",
    "pipeline.report": "reporting.report",
    "pipeline.table1": "reporting.table1",
    "pipeline.table2": "reporting.table2",
    "pipeline.table3": "reporting.table3",
    "pipeline.tables": "reporting.tables",
    "pipeline.layout": "reporting.table_format",
    "pipeline.agreement": "reporting.agreement",
    "pipeline.compare": "reporting.compare",
    "pipeline.comparison": "reporting.comparison",
    "pipeline.verdicts": "reporting.verdicts",
    "pipeline.elsewhere": "reporting.other_publications",
    "pipeline.spread": "reporting.seed_statistics",
    "pipeline.markdown": "reporting.markdown",
    "benchmarks.figure1": "reporting.figure1",
    "benchmarks.panels": "reporting.panels",
    "pipeline.notebook": "notebook.run",
    "pipeline.canonical": "notebook.normalise",
    "pipeline.student": "notebook.student",
    "course.pictures": "notebook.figures",
    "course.sliders": "notebook.sliders",
    "course.tables": "notebook.tables",
    "pipeline.buttons": "notebook.buttons",
    "site.books": "notebook.executed",
    "cli": "cli.main",
    "extras": "cli.extras",
    "pipeline.paper": "cli.paper",
    "pipeline.deconvolve": "cli.deconvolve",
    "pipeline.dehaze": "cli.dehaze",
    "pipeline.pictures": "cli.picture_files",
    "pipeline.site": "site.main",
    "pipeline.verify": "verify.main",
    "pipeline.selftest": "verify.selftest",
    "pipeline.operations": "verify.operations",
    "pipeline.closing": "verify.repro_summary",
    "pipeline.paths": "project.paths",
    "pipeline.params": "project.params",
    "pipeline.section": "project.section",
    "pipeline.files": "project.atomic_files",
    "pipeline.alone": "project.run_lock",
    "pipeline.locks": "project.locks",
    "pipeline.determinism": "project.determinism",
    "pipeline.switches": "project.switches",
    "pipeline.pinned": "project.pinned",
    "pipeline.imports": "project.import_graph",
    "pipeline.package": "project.modules",
    "pipeline.fingerprints": "project.code_fingerprints",
    "pipeline.untyped": "project.untyped",
    "pipeline.commands": "project.commands",
    "pipeline.deps": "project.deps",
    "pipeline.relock": "project.relock",
    "pipeline.choice": "project.choice",
    "pipeline.card": "project.run_card",
    "pipeline.dag": "project.dag",
    "pipeline.together": "project.together",
    "pipeline.console": "project.console",
    "pipeline.ship": "experiments.ship",
    "pipeline.pages": "reporting.pages",
    "pipeline.markers": "project.markers",
    "course.desk": "notebook.__init__",
}
# Where the classes of before went; "Guided" of the core alone, for haze removal has one of its own.
CLASSES = {
    "Alone": "SingleProcess",
    "AtLevel": "NoiseConditioned",
    "Begin": "Initialisation",
    "Game": "NashIteration",
    "Growing": "UnrolledTraining",
    "Nearness": "QuadraticFidelity",
    "Plain": "BaselineTraining",
}
MOST_LINES, MOST_SHARE = 300, 0.15


def modules(root):
    """{dotted name without padnet: path} of all modules in a room or at the top."""
    return {
        ".".join(path.relative_to(root / "padnet").with_suffix("").parts): path
        for path in sorted(root.glob("padnet/**/*.py"))
        if "__pycache__" not in path.parts
    }


def imported(path, known):
    """The modules of padnet that a file imports to run, by name or through padnet.project.choice."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "padnet":
            base = node.module.split(".")[1:]
            for name in node.names:
                yield ".".join([*base, name.name]) if ".".join([*base, name.name]) in known else ".".join(base)
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".", 1)[1] for name in node.names if name.name.startswith("padnet."))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "chosen":
            name = getattr(node.args[0], "value", "")  # a name that is put together is padnet.project.commands' affair
            if str(name).startswith("padnet."):
                yield name.removeprefix("padnet.")


def test_arrows_run_one_way(root):
    known, upward = modules(root), []
    for name, path in known.items():
        room = name.split(".")[0]
        if room in ("__init__", "__main__", "testing"):
            continue
        for other in filter(None, imported(path, known)):
            if ROOMS.index(other.split(".")[0]) > ROOMS.index(room):
                upward.append(f"{name} -> {other}")
    assert upward == []


def test_no_circle(root):
    known = modules(root)
    graph = {name: {o for o in imported(path, known) if o in known} for name, path in known.items()}
    while ends := [name for name, others in graph.items() if not others]:
        for name in ends:
            del graph[name]
        graph = {name: others - {*ends} for name, others in graph.items()}
    assert graph == {}


def test_no_room_and_no_file_is_too_large(root):
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules(root).items()}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}
    rooms = Counter()
    for name, n in lines.items():
        rooms[name.split(".")[0]] += n
    assert {room: n for room, n in rooms.items() if n > MOST_SHARE * sum(rooms.values())} == {}


def texts(root):
    """(path, text) of all code, documents and notebooks, but for results and this file."""
    for pattern in (
        "padnet/**/*.py",
        "tests/**/*.py",
        "docs/*.md",
        "notebooks/*.ipynb",
        "*.md",
        "*.yaml",
        "*.toml",
        "Makefile",
    ):
        for path in sorted(root.glob(pattern)):
            if path.name not in ("test_rooms.py", "CHANGELOG.md"):
                text = path.read_text(encoding="utf-8")
                if path.suffix == ".ipynb":
                    text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
                yield path.relative_to(root), text


def test_no_module_of_before_is_left(root):
    for old, new in MOVED.items():
        assert not (root / f"padnet/{old.replace('.', '/')}.py").exists() or old in MOVED.values(), old
        assert (root / f"padnet/{new.replace('.', '/')}.py").is_file(), new
    left = "|".join(re.escape(old) for old in MOVED if old not in (*MOVED.values(), *ROOMS))
    mention = re.compile(rf"padnet\.({left})(?![A-Za-z0-9_])|padnet/({left.replace(chr(92) + '.', '/')})\.py")
    found = [f"{path}: {match[0]}" for path, text in texts(root) for match in mention.finditer(text)]
    assert found == []


def test_no_class_of_before_is_left(root):
    seen = set()
    for path in [*root.glob("padnet/**/*.py"), *root.glob("tests/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            seen |= {getattr(node, name, None) for name in ("id", "name") if isinstance(getattr(node, name, None), str)}
    assert not {*CLASSES} & seen and {*CLASSES.values()} <= seen
