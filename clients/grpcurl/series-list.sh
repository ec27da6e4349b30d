#!/usr/bin/env bash
# Lists series: series-list.sh [PREFIX]
. "$(dirname "$0")/call.sh"
call ingest tidewatch.ingest.v1.SeriesService/ListSeries "{\"prefix\": \"${1:-}\"}"
