#!/usr/bin/env bash
# Every RPC of ForecastService: forecast-service.sh lists them with an example request each; forecast-service.sh RPC sends the example,
# forecast-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service inference tidewatch.inference.v1.ForecastService "$@" <<'REQUESTS'
Forecast {"series": ["hq/ahu-1/supply-temp"], "horizon": 24, "levels": [0.9], "allow_fallback": true}
Explain {"series": "hq/ahu-1/supply-temp", "model": {"model": "load-forecast"}, "method": "EXPLAIN_METHOD_PERMUTATION"}
REQUESTS
