#!/usr/bin/env bash
# Every RPC of WatchService: watch-service.sh lists them with an example request each; watch-service.sh RPC sends the example,
# watch-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service registry tidewatch.registry.v1.WatchService "$@" <<'REQUESTS'
Watch {"models": ["load-forecast"]}
REQUESTS
