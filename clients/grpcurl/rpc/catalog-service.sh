#!/usr/bin/env bash
# Every RPC of CatalogService: catalog-service.sh lists them with an example request each; catalog-service.sh RPC sends the example,
# catalog-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service registry tidewatch.registry.v1.CatalogService "$@" <<'REQUESTS'
SearchVersions {"filter": {"text": "load", "state": "VERSION_STATE_READY"}, "page_size": 20}
CompareVersions {"versions": [{"model": "load-forecast", "version": "1.0.0"}, {"model": "load-forecast", "version": "1.1.0"}]}
ExportVersions {"filter": {"model": "load-forecast"}, "format": "EXPORT_FORMAT_CSV"}
GetLineage {"model": "load-forecast", "version": "1.0.0", "depth": 3}
REQUESTS
