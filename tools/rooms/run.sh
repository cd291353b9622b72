set -e
HERE=$(cd "$(dirname "$0")" && pwd); T=$1
cd $T
for s in move tests finish manual arrows clean testfix names make_test docs; do python3 "$HERE"/$s.py $T; done
ruff check --fix -q . || true
ruff format -q .
