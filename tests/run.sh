#!/usr/bin/env bash
# Sets up all that the tests need, builds once, runs every test, and closes with `N passed, N failed`.
#   bash tests/run.sh
# Needs the .NET SDK that global.json names. Debian packages that are missing are installed (as root or through sudo).
# Run it again as often as you like, from any folder: what is there already is not fetched again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
export TESTINGPLATFORM_NOBANNER=1
export DOTNET_TieredPGO=0 # hundreds of short processes: counting calls for a better recompilation costs a third of their time

readonly results="$PWD/TestResults"
readonly limit=20m # for one test project

say() { printf '\n== %s\n' "$*"; }
stop() { printf 'tests/run.sh: %s\n' "$*" >&2; exit 1; }

rm -rf "$results"
mkdir -p "$results"

# --- Debian packages: one line each, the check that makes it unnecessary and the package's name -----------------------
node_is_new_enough() { node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null; }
library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }

missing=()
need() { # need PACKAGE CHECK...
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

need nodejs node_is_new_enough    # runs Microsoft SEAL in WebAssembly
need npm command -v npm           # fetches it
need libgomp1 library libgomp.so.1 # LightGBM's threads
need chromium command -v chromium # opens the report and looks at it
need rabbitmq-server test -x /usr/lib/rabbitmq/bin/rabbitmq-server # private brokers for the bus

if ((${#missing[@]})); then
  say "Installing ${missing[*]}"
  install=(env DEBIAN_FRONTEND=noninteractive apt-get)
  command -v apt-get >/dev/null || stop "install these first, there is no apt-get here: ${missing[*]}"
  if ((EUID != 0)); then
    command -v sudo >/dev/null || stop "install these first, or run as root: ${missing[*]}"
    install=(sudo "${install[@]}")
  fi
  { "${install[@]}" update -q && "${install[@]}" install -y -q --no-install-recommends "${missing[@]}"; } \
    >"$results/apt.log" 2>&1 </dev/null || { tail -n 20 "$results/apt.log" >&2; stop "could not install: ${missing[*]}"; }
  node_is_new_enough || stop "Node.js 18 or newer is needed, and 'node --version' says $(node --version 2>&1 || true)"
fi
command -v dotnet >/dev/null || stop "the .NET SDK is missing: global.json names its version"

# --- Node packages, .NET packages, one build ---------------------------------------------------------------------------
if [[ tests/node/package-lock.json -nt tests/node/node_modules/.package-lock.json ]]; then
  say "Node packages"
  (cd tests/node && npm ci --no-audit --no-fund --loglevel=error </dev/null && touch node_modules/.package-lock.json)
fi

say "Restore (locked)"
dotnet restore --locked-mode </dev/null

say "Build (Release, warnings are errors)"
# One compiler for all projects halves the time, whatever the environment says of it; it does not outlive the build.
dotnet build --configuration Release --no-restore -warnaserror --verbosity quiet -nodeReuse:false \
  -p:UseSharedCompilation=true </dev/null
dotnet build-server shutdown --vbcscompiler </dev/null >/dev/null || true

# --- Every test project, its totals read from the report that it writes ------------------------------------------------
passed=0 failed=0 skipped=0
troubles=()

count() { # count NAME REPORT: that count, summed over the report's assemblies
  awk -v RS='<' -v name="$1" '
    /^assembly / && match($0, " " name "=\"[0-9]+\"") { n = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", n); sum += n }
    END { print sum + 0 }' "$2"
}

execute() { # execute LABEL PROJECT [VARIABLE=VALUE...]: leaves LABEL.xml, LABEL.log and LABEL.code, and shows the log when it is whole
  local label=$1 project=$2 code=0
  shift 2
  env "$@" timeout --kill-after=30s "$limit" \
    dotnet "tests/$project/bin/Release/net10.0/$project.dll" --no-ansi --no-progress --auto-reporters off \
    --results-directory "$results" --report-xunit --report-xunit-filename "$label.xml" \
    </dev/null >"$results/$label.log" 2>&1 || code=$?
  echo "$code" >"$results/$label.code"
  { flock 9; say "$label"; cat "$results/$label.log"; } 9>"$results/show.lock"
}

lane() { # lane TEST...: one after the other, each a line of execute's arguments
  local test
  for test in "$@"; do execute $test; done
}

add() { # add LABEL: its totals, or what is wrong with it
  local label=$1 report="$results/$1.xml" p f s errors code
  code=$(cat "$results/$label.code" 2>/dev/null || echo none)
  if [[ ! -s $report ]]; then
    troubles+=("$label wrote no result (exit code $code)")
    failed=$((failed + 1))
    return
  fi
  p=$(count passed "$report") f=$(count failed "$report") s=$(count skipped "$report") errors=$(count errors "$report")
  ((f >= errors)) || f=$errors # an error outside of any test may or may not be counted as a failed one
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  if ((f)); then
    troubles+=("$label: $f failed, see TestResults/$label.log")
  elif ((p == 0)); then
    troubles+=("$label passed no test")
    failed=$((failed + 1))
  elif ((code)); then
    troubles+=("$label ended with exit code $code though no test failed")
    failed=$((failed + 1))
  fi
}

# The demonstration as a newcomer runs it, its verdicts checked: one more test.
demonstrate() {
  local code=0
  { timeout --kill-after=30s "$limit" dotnet src/Consortium.Cli/bin/Release/net10.0/consortium.dll demo --json \
    --output "$results/demo.html" </dev/null >"$results/demo-result.json" 2>"$results/demo.log" \
    && node tests/node/demo-verdicts.mjs "$results/demo-result.json" "$results/demo.html" >"$results/demo.verdicts" 2>&1; } || code=$?
  echo "$code" >"$results/demo.code"
  { flock 9; say "demo --json"; cat "$results/demo.verdicts" || tail -n 5 "$results/demo.log"; } 9>"$results/show.lock" 2>&1
}

# Three lanes: tests of daemons and brokers wait for one another much of the time, the others compute.
computing=()
for folder in tests/*.Tests; do
  name=$(basename "$folder")
  case $name in
    *.EndToEnd.Tests | *.Hosting.Tests) ;;
    *) computing+=("$name $name") ;;
  esac
done
# The same tests on the paths that this processor would not choose by itself.
computing+=("Consortium.Cryptography.Tests-without-avx512 Consortium.Cryptography.Tests DOTNET_EnableAVX512=0")
computing+=("Consortium.Cryptography.Tests-without-vectors Consortium.Cryptography.Tests DOTNET_EnableHWIntrinsic=0")
{
  execute Consortium.Hosting.Tests Consortium.Hosting.Tests
  demonstrate
} &
execute Consortium.EndToEnd.Tests Consortium.EndToEnd.Tests &
lane "${computing[@]}"
wait
for test in Consortium.EndToEnd.Tests Consortium.Hosting.Tests "${computing[@]}"; do add "${test%% *}"; done
if [[ $(cat "$results/demo.code" 2>/dev/null) == 0 ]]; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
  troubles+=("demo --json did not show what it should, see TestResults/demo.log and demo-result.json")
fi

say "Totals"
for trouble in "${troubles[@]}"; do echo "$trouble"; done
closing="$passed passed, $failed failed"
((skipped == 0)) || closing+=", $skipped skipped"
echo "$closing"
((failed == 0))
