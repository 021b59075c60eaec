#!/usr/bin/env bash
# The whole walk over real trade: import, evaluate, report, explain, simulate, verify.
#
#   run.sh FILE [--data DIR | --database-url URL]
#
# FILE is the data set (online_retail.csv.gz or .parquet, UCI 352). The database should be empty: the last line, one line of JSON,
# says what the file held and what the checks found. HANSA names the program to run; else the newest build of this repository.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ $# -lt 1 ]; then
  sed -n '2,7p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
if [ -z "${HANSA:-}" ]; then
  HANSA=$(ls -t "$root"/target/{release,demo,debug}/hansa 2>/dev/null | head -n 1 || true)
fi
[ -x "${HANSA:-}" ] || { echo "no hansa program is built: run 'make release', or set HANSA" >&2; exit 1; }
export HANSA
exec python3 "$here/walk.py" "$@"
