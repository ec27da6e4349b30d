#!/usr/bin/env bash
# Every RPC of DriftService: drift-service.sh lists them with an example request each; drift-service.sh RPC sends the example,
# drift-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service monitor tidewatch.monitor.v1.DriftService "$@" <<'REQUESTS'
RegisterDriftReference {"model": "load-forecast", "version": "1.0.0", "series": "hq/ahu-1/supply-temp", "sketches": [{"input": "target", "hour_of_week": 0, "samples": "3", "format": "kll-1", "payload": "BQEPAAAECAADAAAAAAAAAAAEAQD9AwAAAAAAAAAA8D8AAAAAAAAIQAAAAAAAAAhAAAAAAAAAAEAAAAAAAADwPw=="}], "grid": {"step": "900s", "time_zone": "Europe/Berlin"}}
GetDrift {"model": "load-forecast", "version": "1.0.0", "series": "hq/ahu-1/supply-temp"}
ListDriftVerdicts {"model": "load-forecast", "version": "1.0.0", "series": "hq/ahu-1/supply-temp", "level_min": "DRIFT_LEVEL_MODERATE"}
EstimateLoss {"model": "load-forecast", "version": "1.0.0", "series": "hq/ahu-1/supply-temp", "trailing": "604800s"}
REQUESTS
