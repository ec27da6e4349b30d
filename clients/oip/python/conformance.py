#!/usr/bin/env python3
"""What clients of the Open Inference Protocol and of Triton's extensions rely on, checked from Python against a running server.

    ../../python/stubs.sh build && PYTHONPATH=build ./conformance.py localhost:7430

Needs grpcio and protobuf (Debian: python3-grpcio python3-protobuf). The server must serve the models of ../models under their
files' names. Prints a line for each check and, last, one line of JSON; the exit code is 1 if a check failed.
"""

import asyncio
import json
import os
import queue
import struct
import sys
import threading
import time
import traceback
import uuid

import grpc

from inference import grpc_service_pb2 as oip, grpc_service_pb2_grpc as oip_grpc, model_config_pb2

ADDRESS = sys.argv[1] if len(sys.argv) > 1 else "localhost:7430"
KEY = os.environ.get("TIDEWATCH_API_KEY")
METADATA = [("authorization", f"Bearer {KEY}")] if KEY else []

COUNTING = list(range(16))
ONES = [1] * 16
SUMS = [i + 1 for i in COUNTING]
DIFFERENCES = [i - 1 for i in COUNTING]

channel = grpc.insecure_channel(ADDRESS)
stub = oip_grpc.GRPCInferenceServiceStub(channel)
checks = []


def check(function):
    checks.append(function)
    return function


def call(method, request, timeout=30, headers=()):
    return getattr(stub, method)(request, timeout=timeout, metadata=METADATA + list(headers))


def fails(code, text, method, request):
    try:
        call(method, request)
    except grpc.RpcError as e:
        assert e.code() == code, f"{e.code()}: {e.details()}"
        assert text in e.details(), f"'{e.details()}' should contain '{text}'"
    else:
        raise AssertionError(f"no error; expected {text}")


# --- tensors ---------------------------------------------------------------------------------------------------------


def int32(values):
    return struct.pack(f"<{len(values)}i", *values)


def ints(raw):
    return list(struct.unpack(f"<{len(raw) // 4}i", raw))


def strings(elements):
    return b"".join(struct.pack("<I", len(e)) + e for e in elements)


def unpack(raw):
    elements, at = [], 0
    while at < len(raw):
        (length,) = struct.unpack_from("<I", raw, at)
        elements.append(raw[at + 4:at + 4 + length])
        at += 4 + length
    return elements


def tensor(name, datatype, shape, **contents):
    made = oip.ModelInferRequest.InferInputTensor(name=name, datatype=datatype, shape=shape)
    if contents:
        made.contents.CopyFrom(oip.InferTensorContents(**contents))
    return made


def asked(*names):
    return [oip.ModelInferRequest.InferRequestedOutputTensor(name=name) for name in names]


def simple(model="simple", first=COUNTING, second=ONES, outputs=("OUTPUT0", "OUTPUT1"), **more):
    return oip.ModelInferRequest(
        model_name=model,
        inputs=[tensor("INPUT0", "INT32", [1, 16]), tensor("INPUT1", "INT32", [1, 16])],
        outputs=asked(*outputs),
        raw_input_contents=[int32(first), int32(second)],
        **more)


def output(response, name):
    names = [o.name for o in response.outputs]
    assert name in names, f"no output {name} among {names}"
    assert len(response.raw_output_contents) == len(response.outputs), "one raw content for each output"
    assert not response.outputs[names.index(name)].HasField("contents"), "outputs are raw"
    return response.raw_output_contents[names.index(name)]


# --- server and models -----------------------------------------------------------------------------------------------


@check
def health_and_metadata():
    assert call("ServerLive", oip.ServerLiveRequest(), headers=[("test", "1"), ("dummy", "2")]).live
    assert call("ServerReady", oip.ServerReadyRequest()).ready
    assert call("ModelReady", oip.ModelReadyRequest(name="simple")).ready
    assert not call("ModelReady", oip.ModelReadyRequest(name="wrong_model_name")).ready
    about = call("ServerMetadata", oip.ServerMetadataRequest())
    assert about.name and about.version and "sequence" in about.extensions
    model = call("ModelMetadata", oip.ModelMetadataRequest(name="simple"), headers=[("test", "1")])
    assert model.name == "simple" and len(model.versions) == 1 and model.platform
    assert [(t.name, t.datatype, list(t.shape)) for t in model.inputs] == [
        ("INPUT0", "INT32", [-1, 16]), ("INPUT1", "INT32", [-1, 16])]
    assert [(t.name, t.datatype, list(t.shape)) for t in model.outputs] == [
        ("OUTPUT0", "INT32", [-1, 16]), ("OUTPUT1", "INT32", [-1, 16])]
    fails(grpc.StatusCode.NOT_FOUND, "Request for unknown model", "ModelMetadata", oip.ModelMetadataRequest(name="wrong_model_name"))


@check
def configuration():
    config = call("ModelConfig", oip.ModelConfigRequest(name="simple")).config
    assert config.name == "simple" and config.max_batch_size >= 8
    assert [(i.name, i.data_type, list(i.dims)) for i in config.input] == [
        ("INPUT0", model_config_pb2.TYPE_INT32, [16]), ("INPUT1", model_config_pb2.TYPE_INT32, [16])]
    text = call("ModelConfig", oip.ModelConfigRequest(name="simple_string")).config
    assert text.output[0].data_type == model_config_pb2.TYPE_STRING
    sequence = call("ModelConfig", oip.ModelConfigRequest(name="simple_string_dyna_sequence")).config
    assert sequence.WhichOneof("scheduling_choice") == "sequence_batching"
    assert [i.name for i in sequence.input] == ["INPUT"] and [o.name for o in sequence.output] == ["OUTPUT"]
    fails(grpc.StatusCode.NOT_FOUND, "Request for unknown model", "ModelConfig", oip.ModelConfigRequest(name="wrong_model_name"))


@check
def statistics():
    def one():
        stats = call("ModelStatistics", oip.ModelStatisticsRequest(name="simple")).model_stats
        assert len(stats) == 1 and stats[0].name == "simple"
        return stats[0]

    before = one()
    call("ModelInfer", simple())
    after = one()
    assert after.inference_count == before.inference_count + 1
    assert after.execution_count == before.execution_count + 1
    assert after.inference_stats.success.count == before.inference_stats.success.count + 1
    assert after.inference_stats.success.ns > before.inference_stats.success.ns
    assert abs(after.last_inference / 1e3 - time.time()) < 600
    fails(grpc.StatusCode.NOT_FOUND, "Request for unknown model", "ModelStatistics", oip.ModelStatisticsRequest(name="wrong_model_name"))


# --- inference -------------------------------------------------------------------------------------------------------


@check
def sum_and_difference():
    response = call("ModelInfer", simple(id="mine"))
    assert response.id == "mine" and response.model_name == "simple" and response.model_version
    assert ints(output(response, "OUTPUT0")) == SUMS
    assert ints(output(response, "OUTPUT1")) == DIFFERENCES
    assert list(response.outputs[0].shape) == [1, 16] and response.outputs[0].datatype == "INT32"


@check
def outputs_that_were_asked_for():
    everything = call("ModelInfer", simple(outputs=()))
    assert sorted(o.name for o in everything.outputs) == ["OUTPUT0", "OUTPUT1"]
    one = call("ModelInfer", simple(outputs=("OUTPUT1",)))
    assert [o.name for o in one.outputs] == ["OUTPUT1"] and ints(one.raw_output_contents[0]) == DIFFERENCES


@check
def explicit_contents():
    response = call("ModelInfer", oip.ModelInferRequest(model_name="simple", inputs=[
        tensor("INPUT0", "INT32", [1, 16], int_contents=COUNTING), tensor("INPUT1", "INT32", [1, 16], int_contents=ONES)]))
    assert ints(output(response, "OUTPUT0")) == SUMS
    response = call("ModelInfer", oip.ModelInferRequest(model_name="simple_int8", inputs=[
        tensor("INPUT0", "INT8", [1, 16], int_contents=COUNTING), tensor("INPUT1", "INT8", [1, 16], int_contents=ONES)]))
    assert list(struct.unpack("16b", output(response, "OUTPUT1"))) == DIFFERENCES
    response = call("ModelInfer", oip.ModelInferRequest(model_name="simple_string", inputs=[
        tensor("INPUT0", "BYTES", [1, 16], bytes_contents=[str(i).encode() for i in COUNTING]),
        tensor("INPUT1", "BYTES", [1, 16], bytes_contents=[b"1"] * 16)]))
    assert [int(e) for e in unpack(output(response, "OUTPUT0"))] == SUMS


@check
def strings_in_raw_form():
    response = call("ModelInfer", oip.ModelInferRequest(
        model_name="simple_string",
        inputs=[tensor("INPUT0", "BYTES", [1, 16]), tensor("INPUT1", "BYTES", [1, 16])],
        raw_input_contents=[strings([str(i).encode() for i in COUNTING]), strings([b"1"] * 16)]))
    assert [int(e) for e in unpack(output(response, "OUTPUT0"))] == SUMS
    assert [int(e) for e in unpack(output(response, "OUTPUT1"))] == DIFFERENCES
    fails(grpc.StatusCode.FAILED_PRECONDITION, "failed", "ModelInfer", oip.ModelInferRequest(
        model_name="simple_string",
        inputs=[tensor("INPUT0", "BYTES", [1, 16]), tensor("INPUT1", "BYTES", [1, 16])],
        raw_input_contents=[strings([b"no number"] * 16), strings([b"1"] * 16)]))


@check
def identity_of_byte_strings():
    sent = strings([b"\x00\xff\x80\x00", b"", "κύμα".encode(), b"\xfe" * 100_000])
    response = call("ModelInfer", oip.ModelInferRequest(
        model_name="simple_identity", inputs=[tensor("INPUT0", "BYTES", [2, 2])], raw_input_contents=[sent]))
    assert output(response, "OUTPUT0") == sent and list(response.outputs[0].shape) == [2, 2]


@check
def identity_of_all_types():
    widths = {"BOOL": 1, "UINT8": 1, "UINT16": 2, "UINT32": 4, "UINT64": 8, "INT8": 1, "INT16": 2, "INT32": 4, "INT64": 8,
              "FP16": 2, "BF16": 2, "FP32": 4, "FP64": 8, "BYTES": 0}
    contents = {}
    for datatype, width in widths.items():
        if datatype == "BYTES":
            contents[datatype] = strings([b"a", b"", b"ccc", b"\x00", b"e"])
        elif datatype == "BOOL":
            contents[datatype] = bytes([0, 1, 1, 0, 1])
        else:
            contents[datatype] = os.urandom(5 * width)
    response = call("ModelInfer", oip.ModelInferRequest(
        model_name="simple_identity_all",
        inputs=[tensor(f"INPUT_{d}", d, [5]) for d in widths],
        raw_input_contents=[contents[d] for d in widths]))
    for datatype in widths:
        assert output(response, f"OUTPUT_{datatype}") == contents[datatype], datatype


@check
def requests_side_by_side():
    futures = [stub.ModelInfer.future(simple(first=[i] * 16, id=str(i)), timeout=60, metadata=METADATA) for i in range(200)]
    for i, future in enumerate(futures):
        response = future.result()
        assert response.id == str(i) and ints(output(response, "OUTPUT0")) == [i + 1] * 16


@check
def asyncio_client():
    async def run():
        async with grpc.aio.insecure_channel(ADDRESS) as aio:
            client = oip_grpc.GRPCInferenceServiceStub(aio)
            responses = await asyncio.gather(*(client.ModelInfer(simple(first=[i] * 16), timeout=30, metadata=METADATA) for i in range(20)))
            assert [ints(output(r, "OUTPUT0"))[0] for r in responses] == [i + 1 for i in range(20)]

            async def requests():
                for request in steps("simple_sequence", 3000, UP):
                    yield request

            seen = [ints(output(a.infer_response, "OUTPUT"))[0] async for a in client.ModelStreamInfer(requests(), timeout=30, metadata=METADATA)]
            assert seen == plain(UP), seen

    asyncio.run(run())


@check
def keepalive_and_custom_channel_arguments():
    arguments = [("grpc.keepalive_time_ms", 20_000), ("grpc.keepalive_timeout_ms", 10_000),
                 ("grpc.keepalive_permit_without_calls", 1), ("grpc.http2.max_pings_without_data", 0),
                 ("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(ADDRESS, options=arguments) as other:
        response = oip_grpc.GRPCInferenceServiceStub(other).ModelInfer(simple(), timeout=30, metadata=METADATA)
        assert ints(output(response, "OUTPUT0")) == SUMS


@check
def one_request_object_used_again():
    request = simple()
    for i in range(3):
        request.raw_input_contents[0] = int32([i] * 16)
        if i == 1:
            del request.outputs[1:]
        assert ints(output(call("ModelInfer", request), "OUTPUT0")) == [i + 1] * 16


# --- sequences -------------------------------------------------------------------------------------------------------

VALUES = [11, 7, 5, 3, 2, 0, 1]
UP = [0] + VALUES
DOWN = [100] + [-v for v in VALUES]
TEXT = [20] + [-v for v in VALUES]


def plain(values):
    return [v + 1 if i == 0 else v for i, v in enumerate(values)]


def with_id(values, sequence):
    return [v + sequence if i == len(values) - 1 else v for i, v in enumerate(plain(values))]


def accumulated(values, sequence):
    sums, total = [], 0
    for i, v in enumerate(values):
        total += v
        sums.append(total + (sequence if i == len(values) - 1 else 0))
    return sums


def steps(model, sequence, values):
    for i, value in enumerate(values):
        request = oip.ModelInferRequest(
            model_name=model, id=f"{sequence}_{i}", inputs=[tensor("INPUT", "INT32", [1, 1])], outputs=asked("OUTPUT"),
            raw_input_contents=[int32([value])])
        if isinstance(sequence, str):
            request.parameters["sequence_id"].string_param = sequence
        else:
            request.parameters["sequence_id"].int64_param = sequence
        request.parameters["sequence_start"].bool_param = i == 0
        request.parameters["sequence_end"].bool_param = i == len(values) - 1
        yield request


def rounds():
    name = str(uuid.uuid4())
    return [
        ("simple_sequence", 1100, UP, plain(UP)), ("simple_sequence", 1101, DOWN, plain(DOWN)),
        ("simple_sequence", name, TEXT, plain(TEXT)),
        ("simple_dyna_sequence", 2100, UP, with_id(UP, 2100)), ("simple_dyna_sequence", 2101, DOWN, with_id(DOWN, 2101)),
        ("simple_string_dyna_sequence", "2102", TEXT, accumulated(TEXT, 2102)),
    ]


@check
def sequences_over_unary_calls():
    for model, sequence, values, expected in rounds():
        seen = [ints(output(call("ModelInfer", request), "OUTPUT"))[0] for request in steps(model, sequence, values)]
        assert seen == expected, (model, sequence, seen, expected)


@check
def sequences_mixed_on_one_stream():
    played = rounds()
    requests = queue.SimpleQueue()
    seen = {str(sequence): [] for _, sequence, _, _ in played}
    answers = stub.ModelStreamInfer(iter(requests.get, None), timeout=60, metadata=METADATA)

    def receive():
        for answer in answers:
            assert not answer.error_message, answer.error_message
            sequence = answer.infer_response.id.rsplit("_", 1)[0]
            seen[sequence].append(ints(output(answer.infer_response, "OUTPUT"))[0])

    receiver = threading.Thread(target=receive)
    receiver.start()
    for together in zip(*(steps(model, sequence, values) for model, sequence, values, _ in played)):
        for request in together:
            requests.put(request)
    requests.put(None)
    receiver.join(60)
    for _, sequence, _, expected in played:
        assert seen[str(sequence)] == expected, (sequence, seen[str(sequence)], expected)


@check
def sequences_that_do_not_begin():
    middle = list(steps("simple_sequence", 987655, UP))[1]
    fails(grpc.StatusCode.FAILED_PRECONDITION, "must specify the START flag", "ModelInfer", middle)
    del middle.parameters["sequence_id"]
    fails(grpc.StatusCode.INVALID_ARGUMENT, "must specify a non-zero or non-empty correlation ID", "ModelInfer", middle)


@check
def a_stream_goes_on_after_an_error():
    sent = [simple(id="a"), simple(model="wrong_model_name", id="b"), simple(first=[1], id="c"), simple(id="d")]
    answers = list(stub.ModelStreamInfer(iter(sent), timeout=30, metadata=METADATA))
    assert [a.infer_response.id for a in answers] == ["a", "b", "c", "d"]
    assert "Request for unknown model" in answers[1].error_message and "INPUT0" in answers[2].error_message
    assert ints(output(answers[3].infer_response, "OUTPUT0")) == SUMS


# --- errors and control ----------------------------------------------------------------------------------------------


@check
def errors_name_the_tensor():
    def invalid(text, request):
        fails(grpc.StatusCode.INVALID_ARGUMENT, text, "ModelInfer", request)

    fails(grpc.StatusCode.NOT_FOUND, "Request for unknown model", "ModelInfer", simple(model="wrong_model_name"))
    invalid("INPUT0", simple(first=[1, 2]))
    invalid("OUTPUT9", simple(outputs=("OUTPUT9",)))
    wrong = simple()
    wrong.inputs[1].datatype = "FP32"
    invalid("INPUT1", wrong)
    wrong = simple()
    wrong.inputs[0].shape[:] = [16]
    invalid("INPUT0", wrong)
    wrong = simple()
    del wrong.inputs[1:], wrong.raw_input_contents[1:]
    invalid("INPUT1", wrong)
    wrong = simple()
    del wrong.raw_input_contents[1:]
    invalid("raw_input_contents", wrong)
    invalid("INPUT_FP16", oip.ModelInferRequest(
        model_name="simple_identity_all", inputs=[tensor("INPUT_FP16", "FP16", [1], fp32_contents=[1])]))


@check
def shared_memory_is_not_offered():
    for method, request in (("SystemSharedMemoryStatus", oip.SystemSharedMemoryStatusRequest()),
                            ("SystemSharedMemoryRegister", oip.SystemSharedMemoryRegisterRequest(name="region")),
                            ("SystemSharedMemoryUnregister", oip.SystemSharedMemoryUnregisterRequest()),
                            ("CudaSharedMemoryStatus", oip.CudaSharedMemoryStatusRequest()),
                            ("CudaSharedMemoryRegister", oip.CudaSharedMemoryRegisterRequest(name="region")),
                            ("CudaSharedMemoryUnregister", oip.CudaSharedMemoryUnregisterRequest())):
        fails(grpc.StatusCode.UNIMPLEMENTED, "", method, request)


@check
def model_control():
    def index(**request):
        return [m.name for m in call("RepositoryIndex", oip.RepositoryIndexRequest(**request)).models if m.state == "READY"]

    assert len([name for name in index() if name.startswith("simple")]) == 8
    call("RepositoryModelLoad", oip.RepositoryModelLoadRequest(model_name="simple"), timeout=60)
    assert call("ModelReady", oip.ModelReadyRequest(name="simple")).ready
    override = oip.RepositoryModelLoadRequest(model_name="simple")
    override.parameters["config"].string_param = '{"max_batch_size":"16"}'
    fails(grpc.StatusCode.INVALID_ARGUMENT, "failed to load", "RepositoryModelLoad", override)
    call("RepositoryModelUnload", oip.RepositoryModelUnloadRequest(model_name="simple"))
    assert not call("ModelReady", oip.ModelReadyRequest(name="simple")).ready
    assert "simple" not in index(ready=True)
    call("RepositoryModelLoad", oip.RepositoryModelLoadRequest(model_name="simple"), timeout=60)
    assert call("ModelReady", oip.ModelReadyRequest(name="simple")).ready
    fails(grpc.StatusCode.NOT_FOUND, "failed to load", "RepositoryModelLoad", oip.RepositoryModelLoadRequest(model_name="wrong_model_name"))


@check
def trace_and_log_settings():
    request = oip.TraceSettingRequest()
    request.settings["trace_level"].value.append("OFF")
    assert list(call("TraceSetting", request).settings["trace_level"].value) == ["OFF"]
    request.settings["trace_level"].ClearField("value")
    assert list(call("TraceSetting", request).settings["trace_level"].value) == ["TIMESTAMPS"]
    log = oip.LogSettingsRequest()
    log.settings["log_verbose_level"].uint32_param = 1
    assert call("LogSettings", log).settings["log_verbose_level"].uint32_param == 1
    log.settings["log_verbose_level"].uint32_param = 0
    assert call("LogSettings", log).settings["log_verbose_level"].uint32_param == 0


def main():
    failed = 0
    for function in checks:
        try:
            function()
            print(f"ok    {function.__name__}")
        except Exception:
            failed += 1
            print(f"FAIL  {function.__name__}\n{traceback.format_exc()}")
    channel.close()
    print(json.dumps({"passed": len(checks) - failed, "failed": failed}))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
