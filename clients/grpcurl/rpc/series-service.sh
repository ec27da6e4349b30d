#!/usr/bin/env bash
# Every RPC of SeriesService: series-service.sh lists them with an example request each; series-service.sh RPC sends the example,
# series-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service ingest tidewatch.ingest.v1.SeriesService "$@" <<'REQUESTS'
CreateSeries {"request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f", "series": {"name": "hq/ahu-1/supply-temp", "unit": "Cel", "labels": {"floor": "3"}}}
GetSeries {"series": "hq/ahu-1/supply-temp"}
UpdateSeries {"series": {"name": "hq/ahu-1/supply-temp", "description": "Supply air"}, "update_mask": "description"}
ListSeries {"prefix": "hq/", "page_size": 20}
ListDevices {"prefix": "hq/"}
DeleteSeries {"series": "hq/ahu-1/return-temp", "request_id": "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f"}
REQUESTS
