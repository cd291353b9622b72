"""Move modules to their rooms and rewrite every mention of them."""
import sys, os, re, ast, json, subprocess, glob
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from table import TABLE
os.chdir(sys.argv[1])
mods = {p[len('padnet/'):-3].replace('/', '.') for p in glob.glob('padnet/**/*.py', recursive=True)}
moves = {o: n for o, n in TABLE.items() if o in mods}
def sh(*a): subprocess.run(a, check=True)
# 1. files
for o, n in moves.items():
    src, dst = f"padnet/{o.replace('.', '/')}.py", f"padnet/{n.replace('.', '/')}.py"
    if src == dst: continue
    os.makedirs(os.path.dirname(dst), exist_ok=True)
    tmp = dst + '.moving'
    sh('git', 'mv', src, tmp)
for path in glob.glob('padnet/**/*.py.moving', recursive=True):
    sh('git', 'mv', path, path[:-7])
# 2. mentions
names = sorted(moves, key=len, reverse=True)
dotted = re.compile(r'\bpadnet\.(' + '|'.join(re.escape(n) for n in names) + r')(?![A-Za-z0-9_])')
slashed = re.compile(r'\bpadnet/(' + '|'.join(re.escape(n.replace('.', '/')) for n in names) + r')(\.py)\b')
def imports(line_block):
    return line_block
FROM = re.compile(r'^(?P<indent>[ \t]*)from padnet(?P<pkg>(?:\.[a-z_]+)*) import (?P<rest>\([^)]*\)|[^\n(]+)(?P<end>$)', re.M)
def rewrite_from(m):
    pkg, rest, indent = m['pkg'][1:], m['rest'].strip(), m['indent']
    comment = ''
    if '#' in rest and not rest.startswith('('):
        rest, comment = rest.split('#', 1); comment = '  #' + comment; rest = rest.strip()
    items = [i.strip() for i in rest.strip('()').replace('\n', ' ').split(',') if i.strip()]
    out, keep = [], []
    for item in items:
        name, _, alias = item.partition(' as ')
        full = (pkg + '.' if pkg else '') + name.strip()
        if full in moves:
            new = moves[full]; npkg, _, nname = new.rpartition('.')
            alias = alias.strip() or name.strip()
            out.append(f"{indent}from padnet{'.' + npkg if npkg else ''} import {nname}" + (f" as {alias}" if alias != nname else ''))
        else:
            keep.append(item)
    if not out: return m[0]
    if keep: out.append(f"{indent}from padnet{'.' + pkg if pkg else ''} import {', '.join(keep)}")
    return '\n'.join(out) + comment
def rewrite(text):
    text = FROM.sub(rewrite_from, text)
    text = dotted.sub(lambda m: m[0] if m[1] == 'cli' and text[m.end():m.end() + 8] == ' import ' else 'padnet.' + moves[m[1]], text)
    return slashed.sub(lambda m: 'padnet/' + moves[m[1].replace('/', '.')].replace('.', '/') + m[2], text)
files = subprocess.run(['git', 'ls-files'], capture_output=True, text=True, check=True).stdout.split()
for path in files:
    if path.startswith(('results/', 'weights/', 'reference/modules/', 'checkpoints/')) or path.endswith(('.png', '.svg', '.safetensors', '.csv', '.lock')) or not os.path.isfile(path) or os.path.islink(path):
        continue
    try: text = open(path, encoding='utf-8', newline='').read()
    except UnicodeDecodeError: continue
    if path.endswith('.ipynb'):
        book = json.loads(text)
        def source(lines): return rewrite(''.join(lines)).splitlines(keepends=True)
        changed = False
        for cell in book['cells']:
            new = source(cell['source'])
            if new != cell['source']: cell['source'] = new; changed = True
        if changed:
            new = json.dumps(book, indent=1, ensure_ascii=False, sort_keys=False) + '\n'
            open(path, 'w', encoding='utf-8', newline='').write(new)
        continue
    new = rewrite(text)
    if new != text: open(path, 'w', encoding='utf-8', newline='').write(new)
# 3. empty packages
for folder in ('pipeline', 'benchmarks', 'methods', 'course'):
    left = [p for p in glob.glob(f'padnet/{folder}/**/*', recursive=True) if os.path.isfile(p) and '__pycache__' not in p]
    print(folder, left)
