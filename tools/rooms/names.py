"""Classes and methods by the field's standard terms."""
import os, re, sys, json
os.chdir(sys.argv[1])
WORDS = {'Alone':'SingleProcess','Nearness':'QuadraticFidelity','Begin':'Initialisation','AtLevel':'NoiseConditioned','Game':'NashIteration',
 'Growing':'UnrolledTraining','Plain':'BaselineTraining'}
def files():
    for root in ('padnet','tests','notebooks','docs'):
        for d,_,fs in os.walk(root):
            for n in fs:
                if n.endswith(('.py','.ipynb','.md')): yield os.path.join(d,n)
    yield 'README.md'; yield 'CONTRIBUTING.md'
count={}
def go(pattern, new, only=None):
    n=0
    for p in files():
        if only and not only(p): continue
        s=open(p,encoding='utf-8').read(); t,k=re.subn(pattern,new,s)
        if k: n+=k; open(p,'w',encoding='utf-8').write(t)
    print(pattern,'->',new,n)
has=lambda text: (lambda p: text in open(p,encoding='utf-8').read())
SKIP=lambda p: not p.endswith(('.md',))
go(r'\bAlone\b','SingleProcess',SKIP); go(r'\bNearness\b','QuadraticFidelity'); go(r'\bAtLevel\b','NoiseConditioned',SKIP)
go(r'\bGame\b','NashIteration',lambda p:'iddbm3d' in p)
go(r'\bBegin\b','Initialisation',lambda p: p.endswith('.py') and ('experiments' in p or has('base import')(p)))
go(r'\bGrowing\b','UnrolledTraining',lambda p:'experiments' in p); go(r'\bPlain\b','BaselineTraining',lambda p:'experiments' in p)
go(r'\bGuided\b','ImageGuided',lambda p: p.endswith('.py') and ('core' in p.split('/') or has('core.conv_unit import')(p)))
go(r'(?<=experiment\.)told\(','validation_metrics(',lambda p:p.endswith('.py')); go(r'def told\(self, found','def validation_metrics(self, found',lambda p:'experiments' in p)
go(r'\.kept\b','.multiplier_factor')
go(r'def kept\(self','def multiplier_factor(self',lambda p:p=='padnet/core/schedule.py')
go(r'\.pull\b','.anchor_weight'); go(r'def pull\(self','def anchor_weight(self',lambda p:p=='padnet/core/schedule.py')
go(r'def most\(self, joint_only','def max_steps(self, joint_only',lambda p:p=='padnet/core/training.py'); go(r'\b(plan|PLAN)\.most\(',r'\1.max_steps(',lambda p:p.endswith('.py'))
go(r'\bsealed(_tensors)?\(',lambda m:f'checksummed{m[1] or ""}(',lambda p:p.endswith('.py')); go(r'\bsealed(_tensors)?(?=[,\n)])',lambda m:f'checksummed{m[1] or ""}',lambda p:p.endswith('.py') and has('checksummed')(p))
