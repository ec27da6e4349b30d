#!/usr/bin/env bash
# Every RPC of GRPCInferenceService: open-inference-service.sh lists them with an example request each; open-inference-service.sh RPC sends the example,
# open-inference-service.sh RPC JSON a request of your own (of a stream: its messages, one after the other).
. "$(dirname "$0")/../call.sh"
service inference inference.GRPCInferenceService "$@" <<'REQUESTS'
ServerLive {}
ServerReady {}
ServerMetadata {}
ModelReady {"name": "simple"}
ModelMetadata {"name": "simple"}
ModelConfig {"name": "simple"}
ModelInfer {"model_name": "simple", "id": "by-hand", "inputs": [{"name": "INPUT0", "datatype": "INT32", "shape": ["1", "16"], "contents": {"int_contents": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]}}, {"name": "INPUT1", "datatype": "INT32", "shape": ["1", "16"], "contents": {"int_contents": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}]}
ModelStreamInfer {"model_name": "simple_sequence", "parameters": {"sequence_id": {"string_param": "by-hand"}, "sequence_start": {"bool_param": true}}, "inputs": [{"name": "INPUT", "datatype": "INT32", "shape": ["1", "1"], "contents": {"int_contents": [5]}}]} {"model_name": "simple_sequence", "parameters": {"sequence_id": {"string_param": "by-hand"}, "sequence_end": {"bool_param": true}}, "inputs": [{"name": "INPUT", "datatype": "INT32", "shape": ["1", "1"], "contents": {"int_contents": [7]}}]}
ModelStatistics {"name": "simple"}
RepositoryIndex {"ready": true}
RepositoryModelLoad {"model_name": "simple"}
RepositoryModelUnload {"model_name": "simple"}
TraceSetting {"settings": {"trace_rate": {"value": ["100"]}}}
LogSettings {"settings": {"log_verbose_level": {"uint32_param": 0}}}
SystemSharedMemoryStatus {}
SystemSharedMemoryRegister {"name": "region"}
SystemSharedMemoryUnregister {"name": "region"}
CudaSharedMemoryStatus {}
CudaSharedMemoryRegister {"name": "region"}
CudaSharedMemoryUnregister {"name": "region"}
REQUESTS
