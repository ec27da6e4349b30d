#!/usr/bin/env bash
# Every RPC of RetrainService: retrain-service.sh lists them with an example request each; retrain-service.sh RPC sends the example,
# retrain-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.RetrainService "$@" <<'REQUESTS'
SetRetrainPolicy {"policy": {"model": "load-forecast", "mape_max": 15, "on_drift": true, "cool_down": "86400s"}}
GetRetrainPolicy {"model": "load-forecast"}
ListRetrainPolicies {}
DeleteRetrainPolicy {"model": "load-forecast"}
EnqueueRetrainTask {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "reason": "by hand"}
LeaseRetrainTask {"worker": "by-hand", "models": ["load-forecast"], "lease": "60s"}
HeartbeatRetrainTask {"task_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "fence": "1", "progress": 0.5}
CompleteRetrainTask {"task_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "fence": "1", "result_version": "1.1.0"}
CancelRetrainTask {"task_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "reason": "by hand"}
GetRetrainTask {"task_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f"}
ListRetrainTasks {"model": "load-forecast"}
REQUESTS
