#!/usr/bin/env bash
# Mean and largest value in buckets: aggregate.sh SERIES START END [BUCKET_SECONDS], times as 2026-01-31T00:00:00Z
. "$(dirname "$0")/call.sh"
call ingest tidewatch.ingest.v1.QueryService/AggregateReadings "{
  \"selection\": {\"names\": [\"${1:?series}\"]},
  \"range\": {\"start_time\": \"${2:?start}\", \"end_time\": \"${3:?end}\"},
  \"bucket\": \"${4:-3600}s\",
  \"functions\": [\"BUCKET_FUNCTION_MEAN\", \"BUCKET_FUNCTION_MAX\", \"BUCKET_FUNCTION_COUNT\"]}"
