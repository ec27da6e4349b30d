#!/usr/bin/env bash
# The Open Inference Protocol: is the server live, ready, and who is it: oip-server.sh
. "$(dirname "$0")/call.sh"
call inference inference.GRPCInferenceService/ServerLive '{}'
call inference inference.GRPCInferenceService/ServerReady '{}'
call inference inference.GRPCInferenceService/ServerMetadata '{}'
