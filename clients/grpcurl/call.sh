# Sourced by the scripts beside it. `call SERVER METHOD JSON` makes one call through server reflection and prints the answer as JSON.
#
# Uses grpcurl; or, with TIDEWATCH_GRPC_CURL="buf curl" (or a path to buf, then " curl"), buf.
# Addresses: TIDEWATCH_HOST (localhost) with the default ports, or TIDEWATCH_INGEST, TIDEWATCH_REGISTRY, TIDEWATCH_INFERENCE,
# TIDEWATCH_MONITOR as host:port. An API key is taken from TIDEWATCH_API_KEY.
set -euo pipefail

address() {
  local host=${TIDEWATCH_HOST:-localhost}
  case $1 in
    ingest) echo "${TIDEWATCH_INGEST:-$host:7410}" ;;
    registry) echo "${TIDEWATCH_REGISTRY:-$host:7420}" ;;
    inference) echo "${TIDEWATCH_INFERENCE:-$host:7430}" ;;
    monitor) echo "${TIDEWATCH_MONITOR:-$host:7440}" ;;
    *) echo "call: no server '$1'" >&2; return 2 ;;
  esac
}

call() {
  local to headers=()
  to=$(address "$1")
  if [ -n "${TIDEWATCH_API_KEY:-}" ]; then headers=(-H "authorization: Bearer $TIDEWATCH_API_KEY"); fi
  case ${TIDEWATCH_GRPC_CURL:-grpcurl} in
    *buf*) $TIDEWATCH_GRPC_CURL --http2-prior-knowledge --protocol grpc "${headers[@]}" -d "$3" "http://$to/$2" ;;
    *) ${TIDEWATCH_GRPC_CURL:-grpcurl} -plaintext "${headers[@]}" -d "$3" "$to" "$2" ;;
  esac
}

# `service SERVER SERVICE [RPC [JSON]]` reads lines of `RPC JSON` from standard input: without RPC it prints them, with one it sends
# the JSON given, or else that of the line.
service() {
  local server=$1 name=$2 wanted=${3:-} json=${4:-} rpc example
  while read -r rpc example; do
    if [ -z "$wanted" ]; then
      printf '%s %s\n' "$rpc" "$example"
    elif [ "$rpc" = "$wanted" ]; then
      call "$server" "$name/$rpc" "${json:-$example}"
      return
    fi
  done
  if [ -n "$wanted" ]; then echo "$name has no RPC '$wanted' here" >&2; return 2; fi
}
