#!/usr/bin/env bash
# Every RPC of ModelService: model-service.sh lists them with an example request each; model-service.sh RPC sends the example,
# model-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service registry tidewatch.registry.v1.ModelService "$@" <<'REQUESTS'
CreateModel {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "task": "TASK_FORECAST", "tags": {"team": "energy"}}
GetModel {"model": "load-forecast"}
ListModels {"prefix": "load", "page_size": 20}
UpdateModel {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "etag": "1", "description": "Load of the whole plant"}
CreateModelVersion {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "bump": "VERSION_BUMP_MINOR", "artifact_sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "family": "seasonal-naive", "metrics": {"mape": 4.2}}
GetModelVersion {"model": "load-forecast", "alias": "champion"}
ListModelVersions {"model": "load-forecast", "page_size": 20}
ProposeNextVersion {"model": "load-forecast", "bump": "VERSION_BUMP_PATCH"}
GetSmokeInputs {"model": "load-forecast", "version": "1.0.0"}
ReportVersionCheck {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "version": "1.0.0", "passed": true, "server": "by-hand"}
AttachEvidence {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "version": "1.0.0", "evidence": {"evidence_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "artifact_sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "found_at": "2026-01-31T12:00:00Z", "coverage": {"nominal": 0.9, "observed": 0.89, "intervals": "1000"}}}
ListEvidence {"model": "load-forecast", "version": "1.0.0"}
REQUESTS
