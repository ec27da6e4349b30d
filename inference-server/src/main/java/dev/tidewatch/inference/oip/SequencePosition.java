package dev.tidewatch.inference.oip;

import dev.tidewatch.proto.oip.InferParameter;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.serverkit.errors.InvalidArgument;

/**
 * Where a request stands in a sequence: its parameters {@code sequence_id}, {@code sequence_start},
 * {@code sequence_end}.
 *
 * @param id text, or a number's decimal form; empty: of no sequence
 */
record SequencePosition(String id, boolean start, boolean end) {
  private static final int ID_CHARACTERS_MAX = 256;
  private static final SequencePosition NONE = new SequencePosition("", false, false);

  static SequencePosition of(ModelInferRequest request) {
    if (!request.containsParameters(SequenceContract.ID)) {
      return NONE;
    }
    var parameters = new InferParameters(request.getParametersMap());
    return new SequencePosition(
        id(request.getParametersOrThrow(SequenceContract.ID)),
        parameters.flag(SequenceContract.START),
        parameters.flag(SequenceContract.END));
  }

  /** 0 and the empty text stand for no sequence. */
  private static String id(InferParameter parameter) {
    String id =
        switch (parameter.getParameterChoiceCase()) {
          case STRING_PARAM -> parameter.getStringParam();
          case INT64_PARAM ->
              parameter.getInt64Param() == 0 ? "" : Long.toString(parameter.getInt64Param());
          case UINT64_PARAM ->
              parameter.getUint64Param() == 0
                  ? ""
                  : Long.toUnsignedString(parameter.getUint64Param());
          default ->
              throw InvalidArgument.field(
                  "parameters.sequence_id", "must be a whole number or a string");
        };
    if (id.length() > ID_CHARACTERS_MAX) {
      throw InvalidArgument.field(
          "parameters.sequence_id",
          "has %d characters; at most %d".formatted(id.length(), ID_CHARACTERS_MAX));
    }
    return id;
  }

  boolean isNone() {
    return id.isEmpty();
  }
}
