#!/usr/bin/env bash
# Every RPC of FeedService: feed-service.sh lists them with an example request each; feed-service.sh RPC sends the example,
# feed-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service ingest tidewatch.ingest.v1.FeedService "$@" <<'REQUESTS'
Subscribe {"from_head": true, "selection": {"names": ["hq/ahu-1/supply-temp"]}, "heartbeat_interval": "1s"}
GetFeedStatus {}
LookupFeedPosition {"commit_time": "2026-01-31T12:00:00Z"}
RegisterConsumer {"consumer_id": "by-hand"}
CheckpointConsumer {"consumer_id": "by-hand", "through": {"epoch": "1", "position": "1"}}
DeleteConsumer {"consumer_id": "by-hand"}
REQUESTS
