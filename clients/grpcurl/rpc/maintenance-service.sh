#!/usr/bin/env bash
# Every RPC of MaintenanceService: maintenance-service.sh lists them with an example request each; maintenance-service.sh RPC sends the example,
# maintenance-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service registry tidewatch.registry.v1.MaintenanceService "$@" <<'REQUESTS'
PlanRetention {"rule": {"model": "load-forecast", "versions_min": 3, "age_min": "2592000s", "since_live_min": "604800s"}}
ApplyRetention {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "rule": {"model": "load-forecast", "versions_min": 3, "age_min": "2592000s", "since_live_min": "604800s"}, "plan_sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
ListAuditEntries {"model": "load-forecast", "page_size": 20}
REQUESTS
