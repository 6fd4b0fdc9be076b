#!/bin/sh
# Runs every test and prints how many there were: sh run_tests.sh
set -eu
AUTOGLM_HOME=$(cd "$(dirname "$0")" && pwd)
. "$AUTOGLM_HOME/scripts/jdk25.sh"
cd "$AUTOGLM_HOME"
find . -path '*/target/*-reports/TEST-*.xml' -delete 2>/dev/null || true
status=0
./mvnw --batch-mode verify "$@" || status=$?
# The counts of all modules, from the reports of both test plugins.
find . -path '*/target/*-reports/TEST-*.xml' -exec grep -h '<testsuite ' {} + | awk '
    function value(name,  text) { if (match($0, " " name "=\"[0-9]+\"") == 0) { return 0 }
        text = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", text); return text + 0 }
    { tests += value("tests"); failed += value("errors") + value("failures"); skipped += value("skipped") }
    END { printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped
        exit tests == 0 }'
exit $status
