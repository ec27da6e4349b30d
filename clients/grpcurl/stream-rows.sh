#!/usr/bin/env bash
# Streams two numbered batches exactly once: stream-rows.sh SERIES WRITER_ID
# Run it twice: the second run's batches are answered from what the server remembers, and stored once.
. "$(dirname "$0")/call.sh"
row() { echo "{\"series\": \"$1\", \"value\": $2, \"time\": \"$3\"}"; }
call ingest tidewatch.ingest.v1.IngestService/StreamReadings "
  {\"open\": {\"writer_id\": \"${2:?writer id}\"}}
  {\"batch\": {\"sequence\": 1, \"rows\": [$(row "${1:?series}" 1.5 2026-01-31T12:00:00Z)]}}
  {\"batch\": {\"sequence\": 2, \"rows\": [$(row "$1" 2.5 2026-01-31T12:05:00Z)]}}"
