#!/bin/sh
# Serves the model on this machine: sh run_autoglm_server.sh --help
exec sh "$(dirname "$0")/autoglm" serve "$@"
