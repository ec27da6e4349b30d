#!/usr/bin/env bash
# The newest readings that were rejected, of series under a prefix: quarantine.sh PREFIX
. "$(dirname "$0")/call.sh"
call ingest tidewatch.ingest.v1.QuarantineService/ListQuarantinedReadings "{\"filter\": {\"series_prefix\": \"${1:?prefix}\"}, \"page_size\": 20}"
