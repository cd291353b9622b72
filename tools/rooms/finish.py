import os, subprocess, sys
os.chdir(sys.argv[1])
def sh(*a): subprocess.run(a, check=True)
sh('git','mv','padnet/pipeline/sources.csv','padnet/data/sources.csv')
os.makedirs('padnet/baselines',exist_ok=True)
sh('git','mv','padnet/methods/pretrained','padnet/baselines/weights')
sh('git','mv','padnet/pipeline/schemas/__init__.py','padnet/experiments/schemas/__init__.py')
for f in ('pipeline','benchmarks','methods','course'): sh('git','rm','-q','-f',f'padnet/{f}/__init__.py')
INIT={
'core':'The mathematics: operators, fidelities, priors, networks, Algorithms 1 and 2, certificates.',
'imaging':'Observed pictures: blur kernels, degradation, boundaries, scores.',
'haze':'The physics of haze: model (17), airlight, guidance.',
'tasks':'What people use: deconvolve and dehaze, with their trained networks.',
'baselines':'The compared methods.',
'baselines/deblurring':'Compared methods for deconvolution, one file each.',
'baselines/dehazing':'Compared methods for haze removal, one file each.',
'data':'Benchmark data: download, readers, protocols, training pairs.',
'experiments':'What is trained, on what, and how: one module per experiment over a common trainer.',
'evaluation':'Methods on test sets: records, certificates, runtimes.',
'ablations':'The register of deviations: what the choices that the paper leaves open cost.',
'reporting':'Tables, figures and pages out of the records.',
'notebook':'Notebooks: running, normalising, student versions, and what they draw with.',
'cli':'The `padnet` command, and the commands for photographs.',
'project':'The project as files: paths, parameters, locks, code fingerprints, the DVC pipeline.',
}
for room,text in INIT.items():
    p=f'padnet/{room}/__init__.py'
    os.makedirs(os.path.dirname(p),exist_ok=True)
    if not os.path.isfile(p) or not open(p).read().strip() : open(p,'w').write(f'"""{text}"""\n')
sh('git','add','-A','padnet')
