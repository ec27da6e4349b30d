#!/usr/bin/env bash
# What the detectors reported: anomalies.sh [SERIES_PREFIX]
. "$(dirname "$0")/call.sh"
call monitor tidewatch.monitor.v1.AnomalyService/ListAnomalies "{\"filter\": {\"series_prefix\": \"${1:-}\"}}"
