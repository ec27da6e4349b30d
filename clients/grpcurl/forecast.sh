#!/usr/bin/env bash
# A forecast with a 90 % interval by the model that is assigned to the series, or, if that cannot answer, a flagged seasonal
# naive one: forecast.sh SERIES [STEPS]
. "$(dirname "$0")/call.sh"
call inference tidewatch.inference.v1.ForecastService/Forecast \
  "{\"series\": [\"${1:?series}\"], \"horizon\": ${2:-24}, \"levels\": [0.9], \"allow_fallback\": true}"
