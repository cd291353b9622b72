import sys,glob,ast,collections; sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from table import TABLE
root=sys.argv[1] if len(sys.argv)>1 else '.'
import os; os.chdir(root)
mods={p[len('padnet/'):-3].replace('/','.'):p for p in glob.glob('padnet/**/*.py',recursive=True)}
def new(m): return TABLE.get(m,m)
E=collections.defaultdict(set)
for m,p in mods.items():
    for node in ast.walk(ast.parse(open(p).read())):
        targets=[]
        if isinstance(node,ast.ImportFrom) and node.module and node.module.startswith('padnet'):
            base=node.module[7:]
            for a in node.names:
                full=(base+'.' if base else '')+a.name
                targets.append(full if full in mods else base)
        elif isinstance(node,ast.Import):
            targets=[a.name[7:] for a in node.names if a.name.startswith('padnet.')]
        elif isinstance(node,ast.Call) and getattr(node.func,'id',getattr(node.func,'attr',''))in('chosen','import_module') and node.args:
            a=node.args[0]
            if isinstance(a,ast.Constant) and str(a.value).startswith('padnet.'): targets=[a.value[7:]]
        for t in targets:
            if not t: continue
            r,s=new(m).split('.')[0],new(t).split('.')[0]
            if r!=s: E[r,s].add((m,t))
ORDER='errors core imaging haze project data tasks baselines experiments evaluation ablations reporting exercises notebook site verify cli __init__ __main__'.split()
rank={n:i for i,n in enumerate(ORDER)}
for (r,s),v in sorted(E.items()):
    if rank.get(r,-1)<rank.get(s,99): print('UP',r,'->',s,sorted(v))
