#!/usr/bin/env bash
# Every RPC of RunService: run-service.sh lists them with an example request each; run-service.sh RPC sends the example,
# run-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service registry tidewatch.registry.v1.RunService "$@" <<'REQUESTS'
CreateRun {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "title": "by hand", "parameters": {"family": "lstm"}}
LogRunMetrics {"run_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "points": [{"metric": "loss", "step": "1", "value": 0.5}]}
UpdateRun {"run_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "progress": 0.5}
FinishRun {"run_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "status": "RUN_STATUS_SUCCEEDED", "summary": {"mape": 4.2}}
GetRun {"run_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f"}
ListRuns {"model": "load-forecast"}
ListRunMetrics {"run_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "metric": "loss"}
REQUESTS
