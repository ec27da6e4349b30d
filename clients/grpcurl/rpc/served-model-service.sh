#!/usr/bin/env bash
# Every RPC of ServedModelService: served-model-service.sh lists them with an example request each; served-model-service.sh RPC sends the example,
# served-model-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service inference tidewatch.inference.v1.ServedModelService "$@" <<'REQUESTS'
ListServedModels {"page_size": 20}
GetServingStatus {}
REQUESTS
