#!/usr/bin/env bash
# Which model runs on which series: assignments.sh
. "$(dirname "$0")/call.sh"
call registry tidewatch.registry.v1.AssignmentService/ListAssignments '{}'
