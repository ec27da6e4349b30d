#!/usr/bin/env bash
# Every RPC of AssignmentService: assignment-service.sh lists them with an example request each; assignment-service.sh RPC sends the example,
# assignment-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service registry tidewatch.registry.v1.AssignmentService "$@" <<'REQUESTS'
CreateAssignment {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "assignment": {"assignment": "hq-forecasts", "selector": {"prefix": "hq/"}, "task": "TASK_FORECAST", "model": "load-forecast", "alias": "champion"}}
GetAssignment {"assignment": "hq-forecasts"}
ListAssignments {"model": "load-forecast"}
UpdateAssignment {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "assignment": {"assignment": "hq-forecasts", "selector": {"prefix": "hq/"}, "task": "TASK_FORECAST", "model": "load-forecast", "alias": "champion", "disabled": true, "etag": "1"}}
DeleteAssignment {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "assignment": "hq-forecasts"}
ResolveAssignments {"series": "hq/ahu-1/supply-temp", "task": "TASK_FORECAST"}
REQUESTS
