#!/bin/sh
# Makes the API keys of a deployment, once: one for the servers, one for its operator.
# Writes to $1 (default /etc/tidewatch): api-keys (the hashes, read by every server), tidewatch.yaml (the servers' own key)
# and operator.key (the operator's key; take it out of there).
set -eu

folder=${1:-/etc/tidewatch}
if [ -f "$folder/tidewatch.yaml" ]; then
  exit 0
fi
umask 077
rm -f "$folder/api-keys"
keys() { java -cp "${TIDEWATCH_LIB:-/opt/tidewatch/lib}/*" dev.tidewatch.serverkit.security.Keys "$folder/api-keys" create "$@"; }

servers=$(keys servers readings:read models:read models:write monitor:write monitor:read predict)
operator=$(keys operator admin)
printf '%s\n' "$operator" >"$folder/operator.key"

# Written last and moved into place, so that a start that was cut off begins again.
cat >"$folder/tidewatch.yaml.part" <<YAML
inference:
  ingest:
    api-key: "$servers"
  registry:
    api-key: "$servers"
  monitor:
    api-key: "$servers"
monitor:
  ingest:
    api-key: "$servers"
  registry:
    api-key: "$servers"
YAML
mv "$folder/tidewatch.yaml.part" "$folder/tidewatch.yaml"
echo "API keys made; the operator's is in $folder/operator.key"
