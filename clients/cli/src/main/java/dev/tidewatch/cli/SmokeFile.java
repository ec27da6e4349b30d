package dev.tidewatch.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.DataType;
import dev.tidewatch.proto.registry.v1.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Smoke inputs in a file of JSON, in the form of a request of the Open Inference Protocol over
 * HTTP: {@code {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [0.5, 1]}]}}.
 */
final class SmokeFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SmokeFile() {}

  static List<Tensor> read(Path file) throws IOException {
    try {
      JsonNode inputs = JSON.readTree(Files.readAllBytes(file)).path("inputs");
      if (!inputs.isArray() || inputs.isEmpty()) {
        throw new UsageException("--smoke: " + file + " has no list 'inputs'");
      }
      List<Tensor> tensors = new ArrayList<>();
      for (JsonNode input : inputs) {
        tensors.add(tensor(input));
      }
      return tensors;
    } catch (JsonProcessingException e) {
      throw new UsageException("--smoke: " + file + " is no JSON: " + e.getOriginalMessage());
    }
  }

  private static Tensor tensor(JsonNode input) {
    String name = input.path("name").asText();
    DataType type =
        VersionFilterOptions.constant(
            "--smoke: datatype of '" + name + "'",
            "DATA_TYPE_",
            input.path("datatype").asText(),
            DataType.values());
    var tensor = Tensor.newBuilder().setName(name).setDataType(type);
    input.path("shape").forEach(size -> tensor.addShape(size.asLong()));
    var bytes = new ByteArrayOutputStream();
    flatten(name, type, input.path("data"), bytes);
    return tensor.setRawContents(ByteString.copyFrom(bytes.toByteArray())).build();
  }

  /** Lists in lists, row by row, or one flat list. */
  private static void flatten(
      String name, DataType type, JsonNode data, ByteArrayOutputStream bytes) {
    if (data.isArray()) {
      data.forEach(item -> flatten(name, type, item, bytes));
    } else {
      bytes.writeBytes(element(name, type, data));
    }
  }

  private static byte[] element(String name, DataType type, JsonNode value) {
    ByteBuffer room = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case DATA_TYPE_BOOL -> new byte[] {(byte) (value.asBoolean() ? 1 : 0)};
      case DATA_TYPE_UINT8, DATA_TYPE_INT8 -> new byte[] {(byte) value.asInt()};
      case DATA_TYPE_UINT16, DATA_TYPE_INT16 -> taken(room.putShort((short) value.asInt()));
      case DATA_TYPE_UINT32, DATA_TYPE_INT32 -> taken(room.putInt((int) value.asLong()));
      case DATA_TYPE_UINT64, DATA_TYPE_INT64 ->
          taken(room.putLong(value.bigIntegerValue().longValue()));
      case DATA_TYPE_FP16 -> taken(room.putShort(Float.floatToFloat16((float) value.asDouble())));
      case DATA_TYPE_BF16 ->
          taken(room.putShort((short) (Float.floatToIntBits((float) value.asDouble()) >>> 16)));
      case DATA_TYPE_FP32 -> taken(room.putFloat((float) value.asDouble()));
      case DATA_TYPE_FP64 -> taken(room.putDouble(value.asDouble()));
      case DATA_TYPE_BYTES -> {
        byte[] text = value.asText().getBytes(StandardCharsets.UTF_8);
        ByteBuffer own =
            ByteBuffer.allocate(Integer.BYTES + text.length).order(ByteOrder.LITTLE_ENDIAN);
        yield taken(own.putInt(text.length).put(text));
      }
      case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new UsageException("--smoke: '" + name + "' has no datatype");
    };
  }

  private static byte[] taken(ByteBuffer room) {
    byte[] bytes = new byte[room.flip().remaining()];
    room.get(bytes);
    return bytes;
  }
}
