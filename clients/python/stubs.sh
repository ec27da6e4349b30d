#!/usr/bin/env bash
# Generates the Python stubs of the contracts: stubs.sh OUT [IMPORTED_PROTOS]
# Needs protoc and its gRPC plugin for Python (Debian: protobuf-compiler libprotobuf-dev protobuf-compiler-grpc). IMPORTED_PROTOS holds
# buf/validate/validate.proto; the build unpacks it to proto/target/imported-protos.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
protos="$here/../../proto/src/main/proto"
out=${1:?usage: stubs.sh OUT [IMPORTED_PROTOS]}
imported=${2:-"$here/../../proto/target/imported-protos"}
[ -f "$imported/buf/validate/validate.proto" ] || { echo "stubs.sh: no buf/validate/validate.proto in $imported; build proto/ first" >&2; exit 1; }

mkdir -p "$out"
cd "$protos"
find tidewatch inference -name '*.proto' -print0 | xargs -0 protoc -I . -I "$imported" \
  --python_out="$out" --grpc_out="$out" --plugin=protoc-gen-grpc="$(command -v grpc_python_plugin)" buf/validate/validate.proto
