#!/usr/bin/env bash
# Every RPC of AnalyticsService: analytics-service.sh lists them with an example request each; analytics-service.sh RPC sends the example,
# analytics-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.AnalyticsService "$@" <<'REQUESTS'
GetConsumption {"series": "hq/ahu-1/power", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "bucket": "CONSUMPTION_BUCKET_DAY", "time_zone": "Europe/Athens"}
GetDemand {"series": "hq/ahu-1/power", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "interval": "900s"}
GetEfficiency {"series": "hq/ahu-1/power", "temperature_series": "hq/outdoor-temp", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "baseline_range": {"from": "2025-01-01T00:00:00Z", "to": "2025-02-01T00:00:00Z"}}
GetRunTime {"series": "hq/ahu-1/power", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "threshold": 0.5}
GetCorrelation {"series": ["hq/ahu-1/power", "hq/outdoor-temp"], "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "step": "3600s", "lag_max": "86400s"}
CompareDevices {"devices": ["hq/ahu-1", "hq/ahu-2"], "measure": "DEVICE_MEASURE_CONSUMPTION", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}}
ExportAnalytics {"format": "EXPORT_FORMAT_CSV", "demand": {"series": "hq/ahu-1/power", "range": {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "interval": "900s"}}
REQUESTS
