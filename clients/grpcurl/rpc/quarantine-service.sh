#!/usr/bin/env bash
# Every RPC of QuarantineService: quarantine-service.sh lists them with an example request each; quarantine-service.sh RPC sends the example,
# quarantine-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service ingest tidewatch.ingest.v1.QuarantineService "$@" <<'REQUESTS'
ListQuarantinedReadings {"filter": {"series_prefix": "hq/"}, "page_size": 20}
ReplayQuarantinedReadings {"filter": {"series_prefix": "hq/"}}
DeleteQuarantinedReadings {"filter": {"series_prefix": "hq/"}}
REQUESTS
