#!/usr/bin/env bash
# Every RPC of DecisionService: decision-service.sh lists them with an example request each; decision-service.sh RPC sends the example,
# decision-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.DecisionService "$@" <<'REQUESTS'
ListDecisions {"model": "load-forecast", "page_size": 20}
GetDecision {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f"}
ExplainModel {"model": "load-forecast"}
RevertDecision {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann", "reason": "by hand", "request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f"}
ApproveTrial {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "approved": true, "actor": "ann", "reason": "looks good"}
GetTrial {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f"}
ListTrials {"model": "load-forecast"}
AbortTrial {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "actor": "ann", "reason": "by hand"}
REQUESTS
