#!/usr/bin/env bash
# The Open Inference Protocol: what a model takes and gives: oip-model.sh MODEL
. "$(dirname "$0")/call.sh"
call inference inference.GRPCInferenceService/ModelReady "{\"name\": \"${1:?model}\"}"
call inference inference.GRPCInferenceService/ModelMetadata "{\"name\": \"$1\"}"
