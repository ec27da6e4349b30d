#!/usr/bin/env bash
# Every RPC of AccuracyService: accuracy-service.sh lists them with an example request each; accuracy-service.sh RPC sends the example,
# accuracy-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.AccuracyService "$@" <<'REQUESTS'
GetAccuracy {"filter": {"model": "load-forecast"}, "trailing": "604800s", "group_by": ["ACCURACY_DIMENSION_VERSION"]}
GetAccuracyTrend {"filter": {"model": "load-forecast"}, "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "bucket": "86400s"}
CompareAccuracy {"model": "load-forecast", "baseline_version": "1.0.0", "candidate_version": "1.1.0", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}}
REQUESTS
