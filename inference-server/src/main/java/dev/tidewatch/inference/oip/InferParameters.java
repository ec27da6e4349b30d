package dev.tidewatch.inference.oip;

import dev.tidewatch.proto.oip.InferParameter;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.util.Map;

/** Parameters of a request. What it throws names the parameter. */
final class InferParameters {
  private final Map<String, InferParameter> parameters;

  InferParameters(Map<String, InferParameter> parameters) {
    this.parameters = parameters;
  }

  int integer(String name, int otherwise, int min, int max) {
    return (int) number(name, otherwise, min, max);
  }

  long number(String name, long otherwise, long min, long max) {
    InferParameter parameter = parameters.get(name);
    if (parameter == null) {
      return otherwise;
    }
    long value =
        switch (parameter.getParameterChoiceCase()) {
          case INT64_PARAM -> parameter.getInt64Param();
          case UINT64_PARAM -> parameter.getUint64Param();
          default -> throw InvalidArgument.field("parameters." + name, "is no whole number");
        };
    if (value < min || value > max) {
      throw InvalidArgument.field(
          "parameters." + name, "is %d; it must be %d to %d".formatted(value, min, max));
    }
    return value;
  }

  /** Between 0 and 1, both excluded. */
  double share(String name, double otherwise) {
    InferParameter parameter = parameters.get(name);
    if (parameter == null) {
      return otherwise;
    }
    if (!parameter.hasDoubleParam()
        || !(parameter.getDoubleParam() > 0 && parameter.getDoubleParam() < 1)) {
      throw InvalidArgument.field("parameters." + name, "must be a double above 0 and below 1");
    }
    return parameter.getDoubleParam();
  }

  boolean bool(String name) {
    InferParameter parameter = parameters.get(name);
    if (parameter == null) {
      return false;
    }
    if (!parameter.hasBoolParam()) {
      throw InvalidArgument.field("parameters." + name, "must be a boolean");
    }
    return parameter.getBoolParam();
  }

  String text(String name) {
    InferParameter parameter = parameters.get(name);
    if (parameter == null) {
      return "";
    }
    if (!parameter.hasStringParam()) {
      throw InvalidArgument.field("parameters." + name, "must be a string");
    }
    return parameter.getStringParam();
  }

  /** A boolean, or a whole number of which 0 is false; false if it is not there. */
  boolean flag(String name) {
    InferParameter parameter = parameters.get(name);
    if (parameter == null) {
      return false;
    }
    return switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> parameter.getBoolParam();
      case INT64_PARAM -> parameter.getInt64Param() != 0;
      case UINT64_PARAM -> parameter.getUint64Param() != 0;
      default -> throw InvalidArgument.field("parameters." + name, "must be a boolean");
    };
  }
}
