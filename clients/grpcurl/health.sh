#!/usr/bin/env bash
# Is a server serving: health.sh ingest|registry|inference|monitor
. "$(dirname "$0")/call.sh"
call "${1:?server}" grpc.health.v1.Health/Check '{}'
