#!/usr/bin/env bash
# Every RPC of AliasService: alias-service.sh lists them with an example request each; alias-service.sh RPC sends the example,
# alias-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service registry tidewatch.registry.v1.AliasService "$@" <<'REQUESTS'
MoveAliases {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "moves": [{"model": "load-forecast", "alias": "champion", "version": "1.0.0"}], "reason": "by hand"}
RollBackAlias {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "alias": "champion", "reason": "by hand"}
GetAlias {"model": "load-forecast", "alias": "champion"}
ListAliases {"model": "load-forecast"}
GetAliasHistory {"model": "load-forecast", "alias": "champion"}
GetLiveVersion {"model": "load-forecast", "alias": "champion", "at": "2026-01-31T12:00:00Z"}
SetAliasProtection {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "protection": {"model": "load-forecast", "alias": "champion", "protected": true}}
GetAliasProtection {"model": "load-forecast", "alias": "champion"}
CheckGates {"model": "load-forecast", "alias": "champion", "version": "1.0.0"}
ApproveVersion {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "alias": "champion", "version": "1.0.0", "comment": "looks good"}
WithdrawApproval {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "model": "load-forecast", "alias": "champion", "version": "1.0.0"}
ListApprovals {"model": "load-forecast", "alias": "champion", "version": "1.0.0"}
GetRouting {"model": "load-forecast"}
REQUESTS
