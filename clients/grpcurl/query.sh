#!/usr/bin/env bash
# Reads a range: query.sh SERIES [START] [END], times as 2026-01-31T00:00:00Z
. "$(dirname "$0")/call.sh"
range=""
if [ -n "${2:-}" ]; then range="\"start_time\": \"$2\""; fi
if [ -n "${3:-}" ]; then range="$range, \"end_time\": \"$3\""; fi
call ingest tidewatch.ingest.v1.QueryService/QueryReadings "{\"selection\": {\"names\": [\"${1:?series}\"]}, \"range\": {$range}}"
