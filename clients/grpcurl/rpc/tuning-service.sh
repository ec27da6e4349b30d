#!/usr/bin/env bash
# Every RPC of TuningService: tuning-service.sh lists them with an example request each; tuning-service.sh RPC sends the example,
# tuning-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.TuningService "$@" <<'REQUESTS'
WatchTuning {"model": "load-forecast"}
GetTuning {"model": "load-forecast", "version": "1.0.0", "series": "hq/ahu-1/supply-temp"}
ListTunings {"model": "load-forecast"}
SetTuning {"tuning": {"model": "load-forecast", "version": "1.0.0", "series": "hq/ahu-1/supply-temp", "threshold_factor": 1.2}, "reason": "too many alarms"}
ResetTuning {"model": "load-forecast", "version": "1.0.0", "series": "hq/ahu-1/supply-temp"}
REQUESTS
