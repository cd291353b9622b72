import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__))); from table import TABLE
os.chdir(sys.argv[1])
def sub(path,*pairs):
    s=open(path).read()
    for a,b in pairs:
        if a not in s: print('MISSING',path,a[:80])
        s=s.replace(a,b)
    open(path,'w').write(s)
P=lambda n: TABLE.get('pipeline.'+n,n).replace('.','/')
s=open('tests/project/test_dvc.py').read()
a=s.index('SHORT = ('); b=s.index(')\n',a)
s=s[:a]+re.sub(r'"([a-z_0-9]+)"',lambda m:'"'+P(m[1])+'"',s[a:b])+s[b:]
s=s.replace('folder / f"padnet/pipeline/{name}.py"','folder / f"padnet/{name}.py"')
s=re.sub(r'edit\((\w+), "([a-z_0-9]+)"\)',lambda m:f'edit({m[1]}, "{P(m[2])}")',s)
open('tests/project/test_dvc.py','w').write(s)
sub('tests/project/stub.py',('modules SHORT of padnet/pipeline (see','modules SHORT (see'))
sub('tests/test_cli.py',('importlib.import_module(f"padnet.pipeline.{command}")','importlib.import_module(f"padnet.{cli.COMMANDS[command][0]}")'))
sub('tests/test_extras.py',('f"import padnet.cli.main, padnet.pipeline.{command}"','f"import padnet.cli.main, padnet.{cli.COMMANDS[command][0]}"'))
sub('tests/project/test_together.py',('for the modules of padnet.pipeline write','for modules write'),('["card --profile quick", "no_such_thing"], "there is no module padnet.pipeline.no_such_thing"','["project.run_card --profile quick", "no_such_thing"], "there is no module padnet.no_such_thing"'))
sub('tests/project/test_switches.py',('from padnet.pipeline import switches; s','from padnet.project import switches; s'),('from padnet.pipeline import switches; p','from padnet.project import switches; p'),('from padnet.pipeline import console','from padnet.project import console'))
sub('tests/project/test_code_fingerprints.py',('needs padnet.methods.none_training','cannot'  if False else 'needs padnet.baselines'))
sub('tests/project/test_section.py',('padnet/pipeline/schemas/','padnet/experiments/schemas/'),('"padnet/methods/"','"padnet/baselines/"'))
sub('tests/experiments/test_train_baselines.py',('padnet/methods/pretrained','padnet/baselines/weights'),('f"padnet/methods/{model}_training.py"','f"padnet/baselines/{ROOM[model]}/{model}_training.py"'))
sub('tests/verify/test_hashes.py',('padnet/methods/pretrained','padnet/baselines/weights'))
a=open('tests/data/conftest.py').read(); b=open('tests/conftest.py').read()
body=a[a.index('@pytest.fixture'):]
b=b.replace('import os\nfrom pathlib import Path\n\nimport pytest\n','import os\nimport shutil\nfrom pathlib import Path\n\nimport h5py\nimport numpy as np\nimport pytest\nfrom scipy.ndimage import shift\nfrom scipy.signal import correlate2d\nfrom standin import SHIFT, texture, write_picture\n\nfrom padnet.imaging.kernels import camera_shake\n')
open('tests/conftest.py','w').write(b.rstrip()+'\n\n\n'+body)
os.remove('tests/data/conftest.py')
sub('tests/project/test_code_fingerprints.py',('(f"{TRAIN} --experiment methods --model none", "needs padnet.baselines")','("python -m padnet.evaluation.deblurring --method none", "needs padnet.baselines.deblurring.none")'))
sub('tests/experiments/test_train_baselines.py',('{ROOM[model]}','dehazing'))
