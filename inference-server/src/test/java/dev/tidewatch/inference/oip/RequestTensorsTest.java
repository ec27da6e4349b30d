package dev.tidewatch.inference.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.proto.oip.InferParameter;
import dev.tidewatch.proto.oip.InferTensorContents;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferRequest.InferInputTensor;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.Unimplemented;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestTensorsTest {
  /** Elements drawn at random, typed on one side and encoded by hand on the other. */
  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FP16", "BF16"},
      mode = EnumSource.Mode.EXCLUDE)
  void typedAndRawGiveTheSameTensor(ElementType type) {
    long seed = 41L + type.name().hashCode();
    var random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      int rows = 1 + random.nextInt(3);
      int columns = random.nextInt(5);
      var typed = InferTensorContents.newBuilder();
      ByteBuffer raw = ByteBuffer.allocate(4_096).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < rows * columns; i++) {
        putRandom(type, random, typed, raw);
      }
      InferInputTensor.Builder input = input(type.name(), rows, columns);
      Tensor fromTyped = decode(request(input.setContents(typed)));
      Tensor fromRaw =
          decode(
              request(input.clearContents()).addRawInputContents(ByteString.copyFrom(raw.flip())));
      assertThat(fromTyped).as("seed %d, round %d", seed, round).isEqualTo(fromRaw);
      assertThat(fromRaw.type()).isEqualTo(type);
      assertThat(fromRaw.shape().dimensions()).containsExactly(rows, columns);
    }
  }

  private static void putRandom(
      ElementType type, Random random, InferTensorContents.Builder typed, ByteBuffer raw) {
    int number = random.nextInt();
    long wide = random.nextLong();
    switch (type) {
      case BOOL -> {
        typed.addBoolContents(number > 0);
        raw.put((byte) (number > 0 ? 1 : 0));
      }
      case INT8 -> {
        typed.addIntContents((byte) number);
        raw.put((byte) number);
      }
      case INT16 -> {
        typed.addIntContents((short) number);
        raw.putShort((short) number);
      }
      case INT32 -> {
        typed.addIntContents(number);
        raw.putInt(number);
      }
      case INT64 -> {
        typed.addInt64Contents(wide);
        raw.putLong(wide);
      }
      case UINT8 -> {
        typed.addUintContents(number & 0xff);
        raw.put((byte) number);
      }
      case UINT16 -> {
        typed.addUintContents(number & 0xffff);
        raw.putShort((short) number);
      }
      case UINT32 -> {
        typed.addUintContents(number);
        raw.putInt(number);
      }
      case UINT64 -> {
        typed.addUint64Contents(wide);
        raw.putLong(wide);
      }
      case FP32 -> {
        float value = number == 0 ? Float.NaN : number / 3f;
        typed.addFp32Contents(value);
        raw.putFloat(value);
      }
      case FP64 -> {
        typed.addFp64Contents(wide / 3.0);
        raw.putDouble(wide / 3.0);
      }
      case BYTES -> {
        var bytes = new byte[random.nextInt(9)];
        random.nextBytes(bytes);
        typed.addBytesContents(ByteString.copyFrom(bytes));
        raw.putInt(bytes.length).put(bytes);
      }
      case FP16, BF16 -> throw new AssertionError(type);
    }
  }

  @Test
  void halfPrecisionComesRawAlone() {
    for (String type : new String[] {"FP16", "BF16"}) {
      Tensor tensor =
          decode(
              request(input(type, 1, 2))
                  .addRawInputContents(ByteString.copyFrom(new byte[] {0, 60, 0, (byte) 0xfc})));
      assertThat(tensor.type().name()).isEqualTo(type);
      refused(
          "inputs.x: is %s, which has no typed form; use raw_input_contents".formatted(type),
          request(
              input(type, 1, 2).setContents(InferTensorContents.newBuilder().addFp32Contents(1))));
    }
  }

  @Test
  void sizesAreHeldAgainstTheShape() {
    refused(
        "raw_input_contents of x: has 7 bytes; INT32 of shape [1, 2] has 8",
        request(input("INT32", 1, 2)).addRawInputContents(ByteString.copyFrom(new byte[7])));
    refused(
        "inputs.x: has 1 elements; shape [1, 2] has 2",
        request(
            input("INT32", 1, 2).setContents(InferTensorContents.newBuilder().addIntContents(1))));
    refused("inputs.x: has 0 elements; shape [1, 2] has 2", request(input("INT32", 1, 2)));
    refused(
        "raw_input_contents: has 2 entries for 1 inputs; it has one of each, or none at all",
        request(input("INT32", 1, 2))
            .addRawInputContents(ByteString.EMPTY)
            .addRawInputContents(ByteString.EMPTY));
    refused(
        "inputs.x: has typed contents beside raw_input_contents; use one of them",
        request(
                input("INT32", 1, 1)
                    .setContents(InferTensorContents.newBuilder().addIntContents(1)))
            .addRawInputContents(ByteString.copyFrom(new byte[4])));
    refused("inputs.x: the shape [1, -2] has a negative dimension", request(input("INT32", 1, -2)));
    refused(
        "inputs.x: the shape [2147483647, 2147483647] has more than 2147483647 elements",
        request(input("INT32", Integer.MAX_VALUE, Integer.MAX_VALUE)));
  }

  @Test
  void elementsAreHeldAgainstTheType() {
    refused(
        "inputs.x: element 1 is 128; INT8 goes from -128 to 127",
        request(
            input("INT8", 2)
                .setContents(
                    InferTensorContents.newBuilder().addIntContents(-128).addIntContents(128))));
    refused(
        "inputs.x: element 0 is 4294967295; UINT16 goes from 0 to 65535",
        request(
            input("UINT16", 1).setContents(InferTensorContents.newBuilder().addUintContents(-1))));
    refused(
        "raw_input_contents of x: element 1 is 2; BOOL is one byte, 0 or 1",
        request(input("BOOL", 2)).addRawInputContents(ByteString.copyFrom(new byte[] {1, 2})));
    refused(
        "inputs.x: is FP32 and fills fp64_contents; its field is fp32_contents",
        request(input("FP32", 1).setContents(InferTensorContents.newBuilder().addFp64Contents(1))));
    refused(
        "inputs.x: has datatype 'FLOAT'; datatypes are BOOL, UINT8,", request(input("FLOAT", 1)));
  }

  @Test
  void byteStringsNeedTheirLengths() {
    refused(
        "raw_input_contents of x: element 0 says that it has 4294967295 bytes; 0 are left",
        request(input("BYTES", 1))
            .addRawInputContents(ByteString.copyFrom(new byte[] {-1, -1, -1, -1})));
    refused(
        "raw_input_contents of x: ends before element 1 of 2",
        request(input("BYTES", 2))
            .addRawInputContents(ByteString.copyFrom(new byte[] {0, 0, 0, 0})));
    refused(
        "raw_input_contents of x: has 1 bytes after its 1 elements",
        request(input("BYTES", 1))
            .addRawInputContents(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 7})));
  }

  @Test
  void aNameThatComesTwiceAndSharedMemoryAreRefused() {
    var input = input("INT32", 1).setContents(InferTensorContents.newBuilder().addIntContents(1));
    refused("inputs.x: is there twice", request(input).addInputs(input));
    refused("inputs[0].name: is empty", request(input.clone().setName("")));
    assertThatThrownBy(() ->
            decode(
                request(
                    input.putParameters(
                        "shared_memory_region",
                        InferParameter.newBuilder().setStringParam("region").build()))))
        .isInstanceOf(Unimplemented.class)
        .hasMessageContaining("inputs.x is in shared memory, which is not offered");
  }

  private static void refused(String message, ModelInferRequest.Builder request) {
    assertThatThrownBy(() -> decode(request))
        .isInstanceOf(InvalidArgument.class)
        .hasMessageStartingWith(message);
  }

  private static InferInputTensor.Builder input(String type, long... shape) {
    var input = InferInputTensor.newBuilder().setName("x").setDatatype(type);
    for (long size : shape) {
      input.addShape(size);
    }
    return input;
  }

  private static ModelInferRequest.Builder request(InferInputTensor.Builder input) {
    return ModelInferRequest.newBuilder().addInputs(input);
  }

  private static Tensor decode(ModelInferRequest.Builder request) {
    return RequestTensors.decode(request.build()).values().iterator().next();
  }
}
