#!/usr/bin/env bash
# Every RPC of QueryService: query-service.sh lists them with an example request each; query-service.sh RPC sends the example,
# query-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service ingest tidewatch.ingest.v1.QueryService "$@" <<'REQUESTS'
QueryReadings {"selection": {"names": ["hq/ahu-1/supply-temp"]}, "range": {"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-02-01T00:00:00Z"}}
GetLatestReadings {"selection": {"prefix": "hq/"}}
AggregateReadings {"selection": {"names": ["hq/ahu-1/supply-temp"]}, "range": {"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-02-01T00:00:00Z"}, "bucket": "3600s", "functions": ["BUCKET_FUNCTION_MEAN", "BUCKET_FUNCTION_MAX"], "fill": "FILL_LINEAR"}
QueryChanges {"selection": {"names": ["hq/ahu-1/supply-temp"]}, "after": {"epoch": "1", "position": "1"}}
ReportDataQuality {"selection": {"prefix": "hq/"}}
ExportReadings {"selection": {"names": ["hq/ahu-1/supply-temp"]}, "format": "EXPORT_FORMAT_CSV"}
REQUESTS
