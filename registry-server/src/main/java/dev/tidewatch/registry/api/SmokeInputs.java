package dev.tidewatch.registry.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.Tensor;
import dev.tidewatch.registry.domain.SmokeInput;
import dev.tidewatch.registry.domain.TensorSignature;
import dev.tidewatch.registry.domain.TensorSpec;
import dev.tidewatch.registry.domain.TensorType;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Smoke inputs as messages, held against the signature before they are kept. */
final class SmokeInputs {
  private static final long BYTES_MAX = 2 << 20;

  private SmokeInputs() {}

  static List<SmokeInput> of(CreateModelVersionRequest request, ModelSignature signature) {
    if (request.getSmokeInputsCount() == 0) {
      return List.of();
    }
    TensorSignature tensors = VersionSignatures.tensors(signature);
    if (tensors.inputs().isEmpty()) {
      throw InvalidArgument.field("smoke_inputs", "the signature takes no tensors; leave them out");
    }
    List<SmokeInput> inputs = new ArrayList<>();
    Set<String> named = new HashSet<>();
    long bytes = 0;
    for (int i = 0; i < request.getSmokeInputsCount(); i++) {
      Tensor tensor = request.getSmokeInputs(i);
      require("smoke_inputs[" + i + "]", tensor, tensors);
      if (!named.add(tensor.getName())) {
        throw InvalidArgument.field(
            "smoke_inputs[" + i + "].name", "'" + tensor.getName() + "' is there already");
      }
      bytes += tensor.getRawContents().size();
      inputs.add(new SmokeInput(tensor.toByteArray()));
    }
    if (bytes > BYTES_MAX) {
      throw InvalidArgument.field("smoke_inputs", bytes + " bytes; at most " + BYTES_MAX);
    }
    for (TensorSpec needed : tensors.inputs()) {
      if (!needed.optional() && !named.contains(needed.name())) {
        throw InvalidArgument.field("smoke_inputs", "input '" + needed + "' is missing");
      }
    }
    return inputs;
  }

  static Tensor message(SmokeInput input) {
    try {
      return Tensor.parseFrom(input.tensor());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored smoke input is no longer readable", e);
    }
  }

  private static void require(String field, Tensor tensor, TensorSignature signature) {
    TensorType type = VersionSignatures.type(field + ".data_type", tensor.getDataType());
    TensorSpec given = new TensorSpec(tensor.getName(), type, tensor.getShapeList(), false);
    TensorSpec taken =
        signature
            .input(tensor.getName())
            .orElseThrow(() ->
                InvalidArgument.field(
                    field + ".name", "the model takes no input '" + tensor.getName() + "'"));
    if (!taken.admits(given)) {
      throw InvalidArgument.field(field, "is '" + given + "'; the model takes '" + taken + "'");
    }
    long elements = 1;
    for (long size : tensor.getShapeList()) {
      // Contents are at most 1 MiB, so that more elements than that are wrong in any case.
      elements = Math.min(elements * Math.min(size, BYTES_MAX), BYTES_MAX + 1);
    }
    boolean fits =
        type == TensorType.BYTES
            ? strings(tensor.getRawContents()) == elements
            : elements * type.bytes() == tensor.getRawContents().size();
    if (!fits) {
      throw InvalidArgument.field(
          field + ".raw_contents",
          "%d bytes are not the %d elements of '%s'"
              .formatted(tensor.getRawContents().size(), elements, given));
    }
  }

  /** How many byte strings there are; -1 if the lengths do not lead to the end. */
  private static long strings(ByteString contents) {
    ByteBuffer bytes = contents.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long count = 0;
    while (bytes.remaining() >= Integer.BYTES) {
      int length = bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        return -1;
      }
      bytes.position(bytes.position() + length);
      count++;
    }
    return bytes.hasRemaining() ? -1 : count;
  }
}
