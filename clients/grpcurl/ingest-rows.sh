#!/usr/bin/env bash
# Stores one reading: ingest-rows.sh SERIES VALUE [TIME], the time as 2026-01-31T12:00:00Z (default: now)
. "$(dirname "$0")/call.sh"
call ingest tidewatch.ingest.v1.IngestService/IngestReadings \
  "{\"rows\": [{\"series\": \"${1:?series}\", \"value\": ${2:?value}, \"time\": \"${3:-$(date -u +%FT%TZ)}\"}]}"
