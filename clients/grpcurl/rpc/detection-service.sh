#!/usr/bin/env bash
# Every RPC of DetectionService: detection-service.sh lists them with an example request each; detection-service.sh RPC sends the example,
# detection-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service inference tidewatch.inference.v1.DetectionService "$@" <<'REQUESTS'
DetectAnomalies {"series": "hq/ahu-1/supply-temp", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "include_scores": true}
StreamDetect {"open": {"series": "hq/ahu-1/supply-temp"}} {"batch": {"series": "hq/ahu-1/supply-temp", "sequence": "1", "times_micros": ["1769860800000000"], "values": [99.5]}}
REQUESTS
