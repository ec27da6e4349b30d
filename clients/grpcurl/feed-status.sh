#!/usr/bin/env bash
# Where the feed stands and who follows it: feed-status.sh
. "$(dirname "$0")/call.sh"
call ingest tidewatch.ingest.v1.FeedService/GetFeedStatus '{}'
