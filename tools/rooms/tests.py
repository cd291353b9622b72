import sys, os, glob, subprocess, collections
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from table import TABLE
os.chdir(sys.argv[1])
EXTRA = {  # test file (folder.name) -> module it is of, or a new place
 'core.guided': 'core/test_image_guided', 'core.nearness': 'core/test_quadratic_fidelity', 'benchmarks.scoring': 'imaging/test_scoring',
 'haze.haze_model': 'haze/test_haze_model', 'course.course_pictures': 'notebook/test_figures', 'pipeline.dvc': 'project/test_dvc',
 'pipeline.picture_files': 'cli/test_picture_files', 'pipeline.train_haze': 'experiments/test_train_haze', 'pipeline.train_image': 'experiments/test_train_image',
 'pipeline.train_methods': 'experiments/test_train_baselines', 'site.certificate_page': 'site/test_certificate_page', 'site.slides': 'site/test_slides',
 'pipeline.site': 'site/test_site', 'course.tables': 'notebook/test_notebook_tables', 'pipeline.haze': 'experiments/test_haze_experiment',
}
HELPERS = {'benchmarks/conftest.py': 'data/conftest.py', 'benchmarks/standin.py': 'standin.py', 'methods/conftest.py': 'baselines/conftest.py',
 'methods/facades.py': 'baselines/facades.py', 'methods/hazes.py': 'baselines/hazes.py', 'methods/pairs.py': 'baselines/pairs.py', 'methods/simulated.py': 'baselines/simulated.py',
 'pipeline/fast_dvc.py': 'project/fast_dvc.py', 'pipeline/ranked.py': 'experiments/ranked.py', 'pipeline/stub.py': 'project/stub.py', 'pipeline/tiny.py': 'tiny.py'}
moves = {}
for p in sorted(glob.glob('tests/*/test_*.py')):
    folder, name = p.split('/')[1], os.path.basename(p)[5:-3]
    if folder in ('browser', 'faults', 'exercises', 'verify'): continue
    key = f'{folder}.{name}'
    if key in EXTRA: new = EXTRA[key]
    elif key in TABLE: new = TABLE[key]
    elif os.path.isfile(f'padnet/{folder}/{name}.py'): continue
    else:
        print('?', p); continue
    if '/' not in new:
        parts = new.split('.'); new = '/'.join(parts[:-1] + ['test_' + parts[-1]])
    moves[p] = f'tests/{new}.py'
names = collections.defaultdict(list)
for p in glob.glob('tests/**/test_*.py', recursive=True): names[os.path.basename(moves.get(p, p))].append(p)
for base, ps in names.items():
    if len(ps) > 1:
        for p in ps:
            if p in moves:
                room = moves[p].split('/')[1]
                stem = base[5:-3]
                moves[p] = os.path.join(os.path.dirname(moves[p]), f'test_{stem}_{room}.py' if room != 'experiments' else f'test_{stem}_experiment.py')
                print('renamed', p, moves[p])
moves |= {'tests/' + a: 'tests/' + b for a, b in HELPERS.items() if os.path.isfile('tests/' + a)}
for a, b in moves.items():
    if a == b: continue
    os.makedirs(os.path.dirname(b), exist_ok=True); subprocess.run(['git', 'mv', a, b + '.moving'], check=True)
for p in glob.glob('tests/**/*.moving', recursive=True): subprocess.run(['git', 'mv', p, p[:-7]], check=True)
