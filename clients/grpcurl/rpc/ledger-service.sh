#!/usr/bin/env bash
# Every RPC of LedgerService: ledger-service.sh lists them with an example request each; ledger-service.sh RPC sends the example,
# ledger-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.LedgerService "$@" <<'REQUESTS'
RecordPredictions {"predictions": [{"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f", "series": "hq/ahu-1/supply-temp", "grid": {"step": "3600s"}, "model": "load-forecast", "version": "1.0.0", "alias": "champion", "role": "ROLE_CHAMPION", "origin": "2026-01-31T12:00:00Z", "means": [21.5], "issued_at": "2026-01-31T12:00:00Z"}]}
GetPrediction {"id": "6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f"}
ListPredictions {"filter": {"model": "load-forecast"}, "page_size": 20}
ListOutcomes {"filter": {"model": "load-forecast"}, "step_min": 1, "step_max": 24, "page_size": 20}
GetLedgerStatus {}
REQUESTS
