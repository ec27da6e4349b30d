package dev.tidewatch.registry.signature;

import com.google.protobuf.CodedInputStream;
import dev.tidewatch.registry.domain.TensorSignature;
import dev.tidewatch.registry.domain.TensorSpec;
import dev.tidewatch.registry.domain.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Sizes of the feature and output domains of a model that Tribuo 4.3 saved (tribuo-core.proto).
 * Every model's message keeps them in its first field. Input {@code features}, in the order of the
 * features' names; output {@code prediction} of a regressor, {@code score} of a detector.
 */
final class TribuoSignature {
  /** Redirection messages: class name, and an Any with the value. */
  private static final int CLASS_NAME = Wire.delimited(2);

  private static final int SERIALIZED = Wire.delimited(3);
  private static final int ANY_VALUE = Wire.delimited(2);
  private static final int METADATA = Wire.delimited(1);
  private static final int FEATURE_DOMAIN = Wire.delimited(4);
  private static final int OUTPUT_DOMAIN = Wire.delimited(5);
  private static final String REGRESSION = "org.tribuo.regression.ImmutableRegressionInfo";
  private static final String ANOMALY = "org.tribuo.anomaly.ImmutableAnomalyInfo";
  private static final String HASHED = "HashedFeatureMap";

  private String features = "";
  private final long[] featureFields = new long[3];
  private String outputs = "";
  private final long[] outputFields = new long[3];

  private TribuoSignature() {}

  static TensorSignature read(InputStream file) throws IOException {
    TribuoSignature found = new TribuoSignature();
    Wire.file(file, (tag, in) -> tag == SERIALIZED && any(in, found::model));
    // A hashed map keeps its hasher before the features.
    long width = found.featureFields[found.features.endsWith(HASHED) ? 2 : 1];
    if (width == 0) {
      throw new UnreadableModelException("it is no model of Tribuo's, or has no features");
    }
    TensorSpec output =
        switch (found.outputs) {
          case REGRESSION -> spec("prediction", found.outputFields[1]);
          case ANOMALY -> spec("score", 1);
          default ->
              throw new UnreadableModelException(
                  "its outputs are '%s'; regressors and anomaly detectors are served"
                      .formatted(found.outputs));
        };
    return new TensorSignature(List.of(spec("features", width)), List.of(output));
  }

  private static TensorSpec spec(String name, long width) {
    return new TensorSpec(name, TensorType.FP64, List.of(TensorSpec.ANY, width), false);
  }

  private boolean model(int tag, CodedInputStream in) throws IOException {
    return tag == METADATA && Wire.nested(in, this::metadata);
  }

  private boolean metadata(int tag, CodedInputStream in) throws IOException {
    if (tag == FEATURE_DOMAIN) {
      features = domain(in, featureFields);
      return true;
    }
    if (tag == OUTPUT_DOMAIN) {
      outputs = domain(in, outputFields);
      return true;
    }
    return false;
  }

  /** Counts the entries of the first fields of a domain; returns its class. */
  private static String domain(CodedInputStream in, long[] fields) throws IOException {
    String[] name = {""};
    boolean _ =
        Wire.nested(
            in,
            (tag, its) -> {
              if (tag == CLASS_NAME) {
                name[0] = its.readString();
                return true;
              }
              return tag == SERIALIZED
                  && any(
                      its,
                      (inner, domain) -> {
                        for (int field = 1; field < fields.length; field++) {
                          fields[field] += inner == Wire.delimited(field) ? 1 : 0;
                        }
                        return false;
                      });
            });
    return name[0];
  }

  private static boolean any(CodedInputStream in, Wire.Field value) throws IOException {
    return Wire.nested(in, (tag, its) -> tag == ANY_VALUE && Wire.nested(its, value));
  }
}
