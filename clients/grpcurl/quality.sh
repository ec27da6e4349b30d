#!/usr/bin/env bash
# How complete, timely and clean the readings of the series under a prefix are: quality.sh PREFIX
. "$(dirname "$0")/call.sh"
call ingest tidewatch.ingest.v1.QueryService/ReportDataQuality "{\"selection\": {\"prefix\": \"${1:?prefix}\"}}"
