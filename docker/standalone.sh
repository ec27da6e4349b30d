#!/bin/sh
# Starts everything in one process. Others can reach a container, so a key is made for them first; it is printed once.
set -eu

data=${TIDEWATCH_DATA_FOLDER:-/var/lib/tidewatch}
keys="$data/keys/api-keys"
if [ ! -f "$keys" ]; then
  mkdir -p "$data/keys"
  umask 077
  key=$(java -cp '/opt/tidewatch/lib/*' dev.tidewatch.serverkit.security.Keys "$keys" create operator admin)
  echo "API key of the operator, shown this once: $key"
fi
exec java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:MaxRAMPercentage=60 \
  -XX:-G1UseAdaptiveIHOP -XX:InitiatingHeapOccupancyPercent=70 -XX:+ExitOnOutOfMemoryError -cp '/opt/tidewatch/lib/*' dev.tidewatch.standalone.UpMain \
  --data "$data/data" --keys "$keys" "$@"
