#!/usr/bin/env bash
# Writes the readings of a series as CSV to standard output: export.sh SERIES > file.csv
. "$(dirname "$0")/call.sh"
call ingest tidewatch.ingest.v1.QueryService/ExportReadings \
  "{\"selection\": {\"names\": [\"${1:?series}\"]}, \"format\": \"EXPORT_FORMAT_CSV\"}" |
  sed -n 's/^.*"chunk": *"\([A-Za-z0-9+/=]*\)".*$/\1/p' | # bytes are Base64 in JSON, one chunk a message
  while read -r chunk; do printf '%s' "$chunk" | base64 -d; done
