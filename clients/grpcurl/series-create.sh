#!/usr/bin/env bash
# Describes a series: series-create.sh NAME [UCUM_UNIT], such as: series-create.sh hq/ahu-1/supply-temp Cel
. "$(dirname "$0")/call.sh"
call ingest tidewatch.ingest.v1.SeriesService/CreateSeries \
  "{\"series\": {\"name\": \"${1:?name}\", \"unit\": \"${2:-1}\"}}"
