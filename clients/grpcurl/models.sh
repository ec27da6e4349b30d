#!/usr/bin/env bash
# Lists models: models.sh
. "$(dirname "$0")/call.sh"
call registry tidewatch.registry.v1.ModelService/ListModels '{}'
