
import os,sys,re,ast
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__))); from table import TABLE
os.chdir(sys.argv[1])
def sub(path,*pairs):
    s=open(path).read()
    for a,b in pairs:
        if a not in s: print('MISSING',path,a[:80])
        s=s.replace(a,b)
    open(path,'w').write(s)
s=open('padnet/cli/main.py').read()
a=s.index('COMMANDS = {'); b=s.index('# On a user')
d=ast.literal_eval(s[a+len('COMMANDS = '):b].strip())
lines=['# Command: its module, and what it does.','COMMANDS = {']
for k,v in d.items():
    v=v.replace('cost, for the register of deviations','cost')
    lines.append(f'    "{k}": ("{TABLE.get("pipeline."+k,k)}", "{v}"),')
lines.append('}')
s=s[:a]+'\n'.join(lines)+'\n\n'+s[b:]
s=re.sub(r'^"""The `padnet` command.*?"""','"""The `padnet` command: `padnet COMMAND …` runs the `main` of the module that COMMANDS names."""',s,count=1,flags=re.S)
s=s.replace('for name, what in COMMANDS.items():','for name, (_, what) in COMMANDS.items():').replace('importlib.import_module(f"padnet.pipeline.{args.command}").main(rest)','importlib.import_module(f"padnet.{COMMANDS[args.command][0]}").main(rest)')
open('padnet/cli/main.py','w').write(s)
sub('padnet/baselines/dehazing/meng.py',('''W_j is small across the
picture's edges, where t may jump. The ninth, for nine filters, and their unit norm are of the authors' program, as are
lam and sigma^2;''','''W_j is small across
the picture's edges, where t may jump. The ninth, for nine filters, and their unit norm are of the authors' program, as
are lam and sigma^2;'''))
for f in ('deblurring','dehazing'):
    sub(f'padnet/evaluation/{f}.py',(f'The function padnet.baselines.{f}.NAME.NAME. Imported when it is asked for: a stage depends on its own method alone.\n',f'The function padnet.baselines.{f}.NAME.NAME.\n\n    Imported when it is asked for: a stage depends on its own method alone.\n'))
sub('padnet/experiments/ladder.py',('''A rung is the experiment of padnet.experiments.image with some of its parameters replaced by those of PROFILE.ladder.RUNG.
A denoiser is IPADNet of one stage for a blur by one pixel: from x^0 = y the preliminary estimation (3) is y itself, so
its network''','''A rung is the experiment of padnet.experiments.image with some of its parameters replaced by those of
PROFILE.ladder.RUNG. A denoiser is IPADNet of one stage for a blur by one pixel: from x^0 = y the preliminary estimation
(3) is y itself, so its network'''))
sub('padnet/project/deps.py',('''An edit that changes nothing
that a module does, and a move, leave it as it is. index.txt has the fingerprint of every module, to tell which one
changed; no''','''An edit that changes
nothing that a module does, and a move, leave it as it is. index.txt has the fingerprint of every module, to tell which
one changed; no'''))
sub('padnet/project/together.py',('    python -m padnet.project.together "experiments.tune --profile quick --method admm" "experiments.train --profile quick --model ipadnet" wait\n','    python -m padnet.project.together "experiments.tune --profile quick --method admm" wait "reporting.report …"\n'))
sub('pyproject.toml',('"padnet/cli.py"','"padnet/cli/main.py"')) if '"padnet/cli.py"' in open('pyproject.toml').read() else None
sub('pyproject.toml',('"padnet/errors.py"','"padnet/errors.py", "padnet/labels.py"'))
sub('dvc.lock',('padnet/methods/pretrained','padnet/baselines/weights'),('padnet/pipeline/sources.csv','padnet/data/sources.csv'))
for p in ('tests/core/test_mixed_precision.py',): sub(p,('from test_convolutional','from test_conv_unit'))
sub('tests/experiments/test_distributed.py',('from test_benchmark import write_weights','from tiny import write_weights'))
s=open('tests/data/test_readers.py').read()
s=s.replace('    check_image,\n','',1).replace('from padnet.data.readers import (','from padnet.imaging.degradation import check_image\nfrom padnet.data.readers import (',1)
open('tests/data/test_readers.py','w').write(s)
s=open('padnet/cli/main.py').read()
a=s.index('# Command: its module'); b=s.index('# On a user')
table=s[a:b]
open('padnet/cli/commands.py','w').write('"""The commands of `padnet`, each with its module and what it does."""\n\n'+table.split('\n',1)[1].strip()+'\n')
s=s[:a]+s[b:]
s=s.replace('from padnet.cli.extras','from padnet.cli.commands import COMMANDS\nfrom padnet.cli.extras',1)
open('padnet/cli/main.py','w').write(s)
sub('padnet/cli/main.py',('runs the `main` of the module that COMMANDS names','runs the `main` of the module that padnet.cli.commands names'))
sub('padnet/cli/extras.py',('    from padnet.cli.main import COMMANDS  # which imports this module\n\n',''),('from padnet.errors','from padnet.cli.commands import COMMANDS\nfrom padnet.errors'))
sub('padnet/reporting/comparison.py',('found: the cells of padnet.reporting.verdicts.cells. elsewhere: the rows of padnet.reporting.other_publications.others.\n    ours: the rows that both were made of. note: what reference/published.yaml says of Table 3\'s numbers.','found: the cells of padnet.reporting.verdicts.cells. elsewhere: the rows of\n    padnet.reporting.other_publications.others. ours: the rows that both were made of. note: what\n    reference/published.yaml says of Table 3\'s numbers.'))
sub('padnet/cli/paper.py',('is not the network of weights/paper: run python -m padnet.experiments.ship "\n            "and commit','is not the network of weights/paper: run "\n            "python -m padnet.experiments.ship and commit'))
# core/training.py over 300 lines: the plan is a file of its own
s=open('padnet/core/training.py').read()
a=s.index('@dataclass(frozen=True)\nclass Plan'); b=s.index('@dataclass(frozen=True)\nclass Problem')
plan=s[a:b].rstrip()+'\n'
open('padnet/core/plan.py','w').write('"""How long and how hard Algorithm 2 trains."""\n\nfrom __future__ import annotations\n\nfrom dataclasses import dataclass\n\nfrom padnet.errors import InputError\n\n\n'+plan)
s=s[:a]+s[b:]
s=s.replace('from padnet.core.propagation import','from padnet.core.plan import Plan\nfrom padnet.core.propagation import',1)
open('padnet/core/training.py','w').write(s)
import glob
for p in glob.glob('padnet/**/*.py',recursive=True)+glob.glob('tests/**/*.py',recursive=True):
    t=open(p).read()
    def one(m):
        items=[i.strip() for i in m[1].split(',')]; rest=[i for i in items if i!='Plan']
        if len(rest)==len(items): return m[0]
        return 'from padnet.core.plan import Plan'+('\nfrom padnet.core.training import '+', '.join(rest) if rest else '')
    u=re.sub(r'^from padnet\.core\.training import ([^\n(]+)$',one,t,flags=re.M)
    if u!=t: open(p,'w').write(u)
