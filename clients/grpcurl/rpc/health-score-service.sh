#!/usr/bin/env bash
# Every RPC of HealthScoreService: health-score-service.sh lists them with an example request each; health-score-service.sh RPC sends the example,
# health-score-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.HealthScoreService "$@" <<'REQUESTS'
GetHealthScore {"kind": "SUBJECT_KIND_MODEL", "subject": "load-forecast"}
ListHealthScores {"kind": "SUBJECT_KIND_SERIES", "subject_prefix": "hq/", "score_max": 80}
GetHealthTrend {"kind": "SUBJECT_KIND_MODEL", "subject": "load-forecast", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "bucket": "86400s"}
REQUESTS
