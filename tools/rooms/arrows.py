import os, sys, re, subprocess
os.chdir(sys.argv[1])
def read(p): return open(p,encoding='utf-8').read()
def write(p,s): open(p,'w',encoding='utf-8').write(s)
def cut(s, start, end):
    a=s.index(start); b=s.index(end,a+len(start)); return s[:a]+s[b:], s[a:b]
def everywhere(f, roots=('padnet','tests')):
    for root in roots:
        for d,_,fs in os.walk(root):
            for n in fs:
                if n.endswith('.py'):
                    p=os.path.join(d,n); s=read(p); t=f(p,s)
                    if t!=s: write(p,t)
# labels
p='padnet/reporting/table_format.py'; s=read(p)
s,labels=cut(s,'METHODS = {','HEADS = {')
LABELS=['METHODS','COMPARED','DEHAZERS','HAZE','NAMES','TESTS','CONTROLS']
used=[n for n in LABELS if re.search(rf'\b{n}\b',s)]
if used: s=s.replace('import math\n','import math\n\nfrom padnet.labels import '+', '.join(used)+'\n',1)
write('padnet/labels.py','"""Every method and test by the name that tables, figures and pages give it."""\n\n'+labels.rstrip()+'\n')
write(p,s)
def split(p,s):
    def one(m):
        items=[i.strip() for i in m[2].split(',')]
        a=[i for i in items if i in LABELS]; b=[i for i in items if i not in LABELS]
        out=[]
        if a: out.append(f"{m[1]}from padnet.labels import {', '.join(a)}")
        if b: out.append(f"{m[1]}from padnet.reporting.table_format import {', '.join(b)}")
        return '\n'.join(out)
    return re.sub(r'^([ \t]*)from padnet\.reporting\.table_format import ([^\n(]+)$',one,s,flags=re.M)
everywhere(split)
import json
for n in sorted(os.listdir('notebooks')):
    if n.endswith('.ipynb'):
        t=read('notebooks/'+n); book=json.loads(t)
        for c in book['cells']:
            c['source']=split(None,''.join(c['source'])).splitlines(keepends=True)
        write('notebooks/'+n,json.dumps(book,indent=1,ensure_ascii=False)+'\n')
# columns of records
names={}
s=read('padnet/reporting/table1.py'); s,c=cut(s,'RECORD = [','PRIORS'); write('padnet/reporting/table1.py',s); names['GRADIENT']=c
s=read('padnet/reporting/table2.py'); s,c=cut(s,'RECORD = [','METHODS = '); names['IMAGE']=c
s,c=cut(s,'COMPARED_RECORD = ','ANCHOR_RECORD'); names['COMPARED']=c.replace('COMPARED_RECORD','RECORD')
s,c=cut(s,'ANCHOR_RECORD = ','# The paper'); names['LEVIN']=c.replace('ANCHOR_RECORD','RECORD'); write('padnet/reporting/table2.py',s)
s=read('padnet/reporting/table3.py'); s,c=cut(s,'RECORD = [','SCORES'); write('padnet/reporting/table3.py',s); names['HAZE']=c
body='"""The columns of the records, by what they are of."""\n\n'+''.join(c.replace('RECORD = ',f'{n} = ',1) for n,c in names.items())
write('padnet/evaluation/columns.py',body)
OLD={'padnet.reporting.table1':{'RECORD':'GRADIENT'},'padnet.reporting.table2':{'RECORD':'IMAGE','COMPARED_RECORD':'COMPARED','ANCHOR_RECORD':'LEVIN'},'padnet.reporting.table3':{'RECORD':'HAZE'}}
def columns(p,s):
    def one(m):
        old=OLD[m[2]]; keep,out=[],[]
        for i in [i.strip() for i in m[3].split(',')]:
            n,_,alias=i.partition(' as ')
            if n in old: out.append(f"{old[n]} as {alias or n}")
            else: keep.append(i)
        lines=[]
        if out: lines.append(f"{m[1]}from padnet.evaluation.columns import {', '.join(out)}")
        if keep: lines.append(f"{m[1]}from {m[2]} import {', '.join(keep)}")
        return '\n'.join(lines)
    return re.sub(r'^([ \t]*)from (padnet\.reporting\.table[123]) import ([^\n(]+)$',one,s,flags=re.M)
everywhere(columns)
def own(p,add):
    s=read(p); i=s.index('from padnet'); write(p,s[:i]+add+s[i:])
own('padnet/reporting/table1.py','from padnet.evaluation.columns import GRADIENT as RECORD\n')
own('padnet/reporting/table2.py','from padnet.evaluation.columns import COMPARED as COMPARED_RECORD, IMAGE as RECORD, LEVIN as ANCHOR_RECORD\n')
own('padnet/reporting/table3.py','from padnet.evaluation.columns import HAZE as RECORD\n')
# check_image of observations
s=read('padnet/data/readers.py'); s,c=cut(s,'def check_image(x):','def missing'); 
if re.search(r'\bcheck_image\(',s): s=s.replace('from padnet.errors','from padnet.imaging.degradation import check_image\nfrom padnet.errors',1)
write('padnet/data/readers.py',s)
s=read('padnet/imaging/degradation.py'); s=s.replace('from padnet.data.readers import check_image\n',''); i=s.index('def observe'); write('padnet/imaging/degradation.py',s[:i]+c.rstrip()+'\n\n\n'+s[i:])
# hashes
s=read('padnet/verify/hashes.py'); s,c=cut(s,'def md5','def stages_of')
write('padnet/project/content_hashes.py','"""MD5 of files and folders, as DVC computes them."""\n\nimport fnmatch\nimport hashlib\nimport json\nimport os\nfrom pathlib import Path\n\n\n'+c.rstrip()+'\n')
s=s.replace('from padnet.project.params','from padnet.project.content_hashes import files_below, folder_md5, ignored, md5\nfrom padnet.project.params',1); write('padnet/verify/hashes.py',s)
def hashes(p,s):
    if p=='padnet/verify/hashes.py': return s
    return re.sub(r'from padnet\.verify\.hashes import ([^\n]*(?:md5|files_below)[^\n]*)',r'from padnet.project.content_hashes import \1',s)
everywhere(hashes)
