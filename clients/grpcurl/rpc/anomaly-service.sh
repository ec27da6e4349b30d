#!/usr/bin/env bash
# Every RPC of AnomalyService: anomaly-service.sh lists them with an example request each; anomaly-service.sh RPC sends the example,
# anomaly-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.AnomalyService "$@" <<'REQUESTS'
ReportAnomalies {"anomalies": [{"series": "hq/ahu-1/supply-temp", "time": "2026-01-31T12:00:00Z", "value": 99.5, "score": 8.5, "severity": "SEVERITY_HIGH", "detector": "by-hand", "detector_version": "1.0.0"}]}
ListAnomalies {"filter": {"series_prefix": "hq/"}, "page_size": 20}
GetAnomaly {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f"}
AcknowledgeAnomaly {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann", "comment": "seen"}
AssignAnomaly {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann", "assignee": "bob"}
CommentAnomaly {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann", "comment": "a door stood open", "request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f"}
MarkFalseAlarm {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann", "comment": "a test"}
GetAnomalyStatistics {"filter": {"series_prefix": "hq/"}, "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "group_by": ["ANOMALY_DIMENSION_SERIES"]}
WatchAnomalies {"filter": {"series_prefix": "hq/"}, "from_start": true}
CreateSuppressionWindow {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "series_pattern": "hq/*", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "reason": "maintenance", "actor": "ann"}
ListSuppressionWindows {"range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}}
DeleteSuppressionWindow {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann"}
REQUESTS
