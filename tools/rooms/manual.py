import os, sys, re
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__))); from table import TABLE
os.chdir(sys.argv[1])
def sub(path, *pairs):
    s=open(path,encoding='utf-8').read()
    for a,b in pairs:
        if a not in s: print('MISSING', path, repr(a)[:90])
        s=s.replace(a,b)
    open(path,'w',encoding='utf-8').write(s)
# dvc.yaml: commands of together, folders
s=open('dvc.yaml').read()
s=re.sub(r'^(\s+")([a-z_0-9]+)( --|")', lambda m: m[1]+TABLE.get('pipeline.'+m[2], m[2])+m[3], s, flags=re.M)
s=s.replace('padnet/methods/pretrained','padnet/baselines/weights').replace('padnet/pipeline/sources.csv','padnet/data/sources.csv')
open('dvc.yaml','w').write(s)
s=open('pyproject.toml').read()
s=s.replace('"padnet.pipeline" = ["sources.csv"]','"padnet.data" = ["sources.csv"]').replace('"padnet.methods" = ["pretrained/*"]','"padnet.baselines" = ["weights/*"]')
open('pyproject.toml','w').write(s)
sub('padnet/data/sources.py',('files("padnet.pipeline")','files("padnet.data")'))
sub('padnet/verify/hashes.py',('padnet/methods/pretrained','padnet/baselines/weights'))
for f,room in (('deblurring','deblurring'),('dehazing','dehazing')):
    p=f'padnet/evaluation/{f}.py'
    sub(p,('padnet.methods.NAME.NAME',f'padnet.baselines.{room}.NAME.NAME'),('chosen(f"padnet.methods.{name}")',f'chosen(f"padnet.baselines.{room}.{{name}}")'))
sub('padnet/project/commands.py',
 ('(("benchmark_method", "benchmark_haze_method"), {}, ["padnet.methods.{method}"]),',
  '(("evaluation.deblurring",), {}, ["padnet.baselines.deblurring.{method}"]),\n    (("evaluation.dehazing",), {}, ["padnet.baselines.dehazing.{method}"]),'),
 ('(("train",), {"experiment": "methods"}, ["padnet.experiments.baselines", "padnet.methods.{model}_training"]),\n    (("train",), {"experiment": "methods", "model": ("cai", "ren")}, ["padnet.experiments.haze"]),',
  '(("train",), {"experiment": "methods"}, ["padnet.experiments.baselines"]),\n    (\n        ("train",),\n        {"experiment": "methods", "model": ("csf", "mlp", "epll")},\n        ["padnet.baselines.deblurring.{model}_training"],\n    ),\n    (\n        ("train",),\n        {"experiment": "methods", "model": ("cai", "ren")},\n        ["padnet.experiments.haze", "padnet.baselines.dehazing.{model}_training"],\n    ),'),
 ('(("train",)','(("experiments.train",)'),('        ("train",),','        ("experiments.train",),'),
 ('(("benchmark",)','(("evaluation.gradient",)'),('(("ablate", "explicit_networks")','(("ablations.run", "evaluation.explicit_networks")'),
 ('f"python -m padnet.pipeline.{one}"','f"python -m padnet.{one}"'),('module.removeprefix("padnet.pipeline.")','module.removeprefix("padnet.")'),
 ('padnet.pipeline.NAME','padnet.ROOM.NAME'))
sub('padnet/project/together.py',('lists of commands of padnet.pipeline','lists of commands'),
 ('"tune --profile quick','"experiments.tune --profile quick'),('"train --profile','"experiments.train --profile'),
 ('"padnet.pipeline." and its first word','"padnet." and its first word'),('a module of padnet.pipeline and its options','a module of padnet, ROOM.NAME, and its options'),
 ('f"padnet.pipeline.{words[0]}"','f"padnet.{words[0]}"'),('a module of padnet.pipeline, or','a module of padnet, ROOM.NAME, or'))
sub('padnet/experiments/baselines.py',('the module padnet.methods.METHOD_training','the module METHOD_training of padnet.baselines'),
 ('module, raw = chosen(f"padnet.methods.{check_model(model)}_training"), self.raw[model]',
  'check_model(model)\n        training = (\n            chosen(f"padnet.baselines.dehazing.{model}_training")\n            if model in HAZE\n            else chosen(f"padnet.baselines.deblurring.{model}_training")\n        )\n        module, raw = training, self.raw[model]'))
sub('padnet/experiments/schemas/methods.py',('padnet.methods','padnet.baselines'))
sub('padnet/project/section.py',('padnet.pipeline.schemas','padnet.experiments.schemas'))
sub('padnet/experiments/train.py',('"methods/pretrained" if experiment_name','"baselines/weights" if experiment_name')) if 'methods/pretrained' in open('padnet/experiments/train.py').read() else None
sub('padnet/baselines/pretrained.py',('.parent / "pretrained"','.parent / "weights"'))

def rewrite_init():
    s=open('padnet/__init__.py').read()
    a=s.index('core        the mathematics'); b=s.index('This file imports')
    s=s[:a]+"""core         the mathematics: operators, fidelities, priors, networks, Algorithms 1 and 2, certificates
imaging      observed pictures: blur kernels, degradation, boundaries, scores
haze         the physics of haze: model (17), airlight, guidance
tasks        what people use: deconvolve, dehaze
baselines    the compared methods, one file each
data         download, readers, protocols, training pairs
experiments  what is trained, on what, and how
evaluation   methods on test sets: records, certificates, runtimes;  ablations: what open choices cost
reporting    tables, figures and pages;  notebook, exercises, site: the lessons;  verify: the checks
project      paths, parameters, locks, code fingerprints;  cli: the `padnet` command

"""+s[b:]
    s=s.replace('import importlib\n','import importlib\nimport sys\n',1)
    s=s.replace('__version__ =','if sys.argv[:1] == ["-m"]:  # Python is about to run a module of this package, and has not named it yet\n    sys.excepthook = lambda *raised: importlib.import_module("padnet.cli.extras").hook(*raised)\n\n__version__ =',1)
    open('padnet/__init__.py','w').write(s)
rewrite_init()
sub('padnet/cli/extras.py',('The end of `python -m padnet.pipeline.COMMAND` by an exception','The end of `python -m padnet.ROOM.NAME` by an exception'),
 ('    name = sys.modules["__main__"].__spec__.name\n','    from padnet.cli.main import COMMANDS  # which imports this module\n\n    name = sys.modules["__main__"].__spec__.name\n    commands = {f"padnet.{module}": command for command, (module, _) in COMMANDS.items()}\n'),
 ('extra_of(name.rpartition(".")[2])','extra_of(commands.get(name, name))'))
