import os, sys, json
os.chdir(sys.argv[1])
def sub(path,*pairs):
    s=open(path,encoding='utf-8').read()
    for a,b in pairs:
        if a not in s: print('MISSING',path,a[:80])
        s=s.replace(a,b)
    open(path,'w',encoding='utf-8').write(s)
s=open('CONTRIBUTING.md').read()
a=s.index('[docs/layout.md](docs/layout.md) has the folders.'); b=s.index('`tests` has the same folders.')
s=s[:a]+'''[docs/layout.md](docs/layout.md) has all folders. Those above know nothing of those below, which `tests/project/test_rooms.py` holds:

| | |
| --- | --- |
| `padnet/core` | the mathematics, without files |
| `padnet/imaging` | blur kernels, degradation, boundaries, pairs, scores |
| `padnet/haze` | the physics of haze: model, airlight, guidance, filters |
| `padnet/project` | paths, parameters, locks, code fingerprints, the DVC pipeline |
| `padnet/data` | download, readers, protocols, training pairs |
| `padnet/tasks` | `padnet.deconvolve`, `padnet.dehaze`: networks from disk, photographs in and out |
| `padnet/baselines` | the compared methods: `deblurring`, `dehazing` |
| `padnet/experiments` | what is trained, on what, and how |
| `padnet/evaluation`, `padnet/ablations` | methods on test sets; what open choices cost |
| `padnet/reporting` | tables, figures and pages out of the records |
| `padnet/exercises`, `padnet/notebook`, `padnet/site`, `padnet/verify` | the lessons, the pages, the checks |
| `padnet/cli` | the `padnet` command, and the commands for photographs |

'''+s[b:]
open('CONTRIBUTING.md','w').write(s)
sub('CONTRIBUTING.md',('padnet/methods/pretrained','padnet/baselines/weights'),('`padnet/methods/NAME.py`','`padnet/baselines/deblurring/NAME.py`'),
 ('tests/methods/test_tv.py','tests/baselines/deblurring/test_tv.py'),('tests/methods/test_NAME.py','tests/baselines/deblurring/test_NAME.py'),
 ('of `padnet/reporting/table_format.py`','of `padnet/labels.py`'),('tests/benchmarks/test_protocols.py','tests/data/test_protocols.py'))
sub('docs/data.md',('../padnet/pipeline/sources.csv','../padnet/data/sources.csv'))
sub('docs/tables.md',('padnet/methods say','padnet/baselines say'))
s=open('docs/layout.md').read()
a=s.index('    padnet/core'); b=s.index('    params.yaml')
s=s[:a]+'''    padnet/core          operators, fidelities, priors, networks, Algorithms 1 and 2, safeguard, certificates
    padnet/imaging       blur kernels, degradation, boundaries, pairs, scores
    padnet/haze          the haze model, airlight, the guidance t~, filters
    padnet/project       paths, parameters, locks, code fingerprints, what DVC needs
    padnet/data          download, readers, protocols, training pairs
    padnet/baselines     the compared methods, and their weights
    padnet/experiments   what is trained, on what, and how
    padnet/evaluation    methods on test sets; padnet/ablations: what open choices cost
    padnet/reporting     tables, figures and pages out of the records
    padnet/notebook      running notebooks, and what they draw with; padnet/exercises: what checks the answers
    padnet/site          the pages and slides that `make site` makes
    padnet/verify        what `padnet verify` checks
    padnet/cli           `padnet` and its commands; `padnet --help` lists them
'''+s[b:]
s=s.replace('padnet/pipeline/schemas; dvc.yaml','padnet/experiments/schemas; dvc.yaml')
open('docs/layout.md','w').write(s)
p='notebooks/05_deconvolution_on_image_domain.ipynb'
t=open(p,encoding='utf-8').read(); t=t.replace('each file under `padnet/methods` says','each file under `padnet/baselines/deblurring` says'); open(p,'w',encoding='utf-8').write(t)
sub('padnet/experiments/ship.py',('padnet/methods/pretrained','padnet/baselines/weights'))
sub('padnet/labels.py',('modules of padnet.methods, and','modules of padnet.baselines.deblurring, and'))
sub('tests/experiments/test_ship.py',('padnet/methods/pretrained','padnet/baselines/weights'))
sub('tests/test_extras.py',('module=f"padnet.pipeline.{module}"','module=f"padnet.{module}"'),('python -m padnet.pipeline.{module} needs','python -m padnet.{module} needs'))
sub('tests/test_extras.py',('("report", "pipeline"), ("deps", "pipeline"), ("operations", "pipeline"), ("site", "docs")','("reporting.report", "pipeline"), ("project.deps", "pipeline"), ("verify.operations", "pipeline"), ("site.main", "docs")'))
