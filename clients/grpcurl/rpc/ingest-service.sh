#!/usr/bin/env bash
# Every RPC of IngestService: ingest-service.sh lists them with an example request each; ingest-service.sh RPC sends the example,
# ingest-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service ingest tidewatch.ingest.v1.IngestService "$@" <<'REQUESTS'
StreamReadings {"open": {"writer_id": "by-hand"}} {"batch": {"sequence": 1, "rows": [{"series": "hq/ahu-1/supply-temp", "time": "2026-01-31T12:00:00Z", "value": 21.5}]}}
IngestReadings {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "rows": [{"series": "hq/ahu-1/supply-temp", "time": "2026-01-31T12:05:00Z", "value": 21.6}]}
DeleteReadings {"selection": {"names": ["hq/ahu-1/supply-temp"]}, "range": {"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-02-01T00:00:00Z"}, "dry_run": true}
GetWriter {"writer_id": "by-hand"}
ListWriters {"prefix": "by-"}
REQUESTS
