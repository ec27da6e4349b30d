#!/usr/bin/env bash
# Every RPC of AlertService: alert-service.sh lists them with an example request each; alert-service.sh RPC sends the example,
# alert-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.AlertService "$@" <<'REQUESTS'
CreateAlertRule {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "rule": {"name": "stale-meters", "series_pattern": "hq/*", "staleness": {"silent_for": "3600s"}, "severity": "SEVERITY_HIGH"}}
UpdateAlertRule {"rule": {"name": "stale-meters", "series_pattern": "hq/*", "staleness": {"silent_for": "7200s"}, "severity": "SEVERITY_HIGH", "etag": "1"}}
DeleteAlertRule {"name": "stale-meters"}
GetAlertRule {"name": "stale-meters"}
ListAlertRules {"page_size": 20}
ListAlerts {"states": ["ALERT_STATE_FIRING"], "severity_min": "SEVERITY_HIGH"}
GetAlert {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f"}
AcknowledgeAlert {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann", "comment": "seen"}
ResolveAlert {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann", "comment": "mended"}
ListAlertTransitions {"alert_id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f"}
WatchAlerts {"severity_min": "SEVERITY_HIGH"}
CreateSilence {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "matchers": [{"label": "series", "pattern": "hq/*"}], "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "actor": "ann", "reason": "maintenance"}
ExpireSilence {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann"}
ListSilences {"include_expired": true}
CreateDeliveryTarget {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "target": {"name": "on-call", "url": "https://example.com/hook", "format": "DELIVERY_FORMAT_JSON"}}
UpdateDeliveryTarget {"target": {"name": "on-call", "url": "https://example.com/other", "format": "DELIVERY_FORMAT_JSON", "etag": "1"}}
DeleteDeliveryTarget {"name": "on-call"}
ListDeliveryTargets {}
TestDeliveryTarget {"name": "on-call"}
ListDeadLetters {"target": "on-call"}
RetryDeadLetters {"delivery_ids": ["3f2a9c0d5e6b7a8190a1b2c3d4e5f607"]}
REQUESTS
