#!/usr/bin/env bash
# The newest reading of each series under a prefix: latest.sh PREFIX
. "$(dirname "$0")/call.sh"
call ingest tidewatch.ingest.v1.QueryService/GetLatestReadings "{\"selection\": {\"prefix\": \"${1:?prefix}\"}}"
