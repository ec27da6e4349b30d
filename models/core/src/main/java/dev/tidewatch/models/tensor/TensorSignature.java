package dev.tidewatch.models.tensor;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a model of tensors takes and gives, in the model's order; no name twice on a side. */
public record TensorSignature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
  public TensorSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    requireDistinct("input", inputs);
    requireDistinct("output", outputs);
  }

  private static void requireDistinct(String side, List<TensorSpec> specs) {
    var names = new HashSet<String>();
    for (TensorSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException(
            "the model has two %ss of the name %s".formatted(side, spec.name()));
      }
    }
  }

  /** True if the first dimension of every input and output is of any size. */
  public boolean hasAnyRows() {
    return !inputs.isEmpty()
        && inputs.stream().allMatch(TensorSpec::hasAnyRows)
        && outputs.stream().allMatch(TensorSpec::hasAnyRows);
  }

  /**
   * Holds a request against the signature.
   *
   * @throws TensorMismatchException naming the tensor, and what it should be
   */
  public void requireInputs(Map<String, Tensor> tensors) {
    int found = 0;
    for (TensorSpec spec : inputs) {
      @Nullable Tensor tensor = tensors.get(spec.name());
      if (tensor == null) {
        if (!spec.optional()) {
          throw new TensorMismatchException(
              spec.name(),
              "is missing; the model needs %s %s".formatted(spec.type(), spec.shape()));
        }
        continue;
      }
      found++;
      if (tensor.type() != spec.type()) {
        throw new TensorMismatchException(
            spec.name(), "is %s; the model takes %s".formatted(tensor.type(), spec.type()));
      }
      if (!spec.admits(tensor.shape())) {
        throw new TensorMismatchException(
            spec.name(),
            "has shape %s; the model takes %s, -1 standing for any size"
                .formatted(tensor.shape(), spec.shape()));
      }
    }
    if (found < tensors.size()) {
      requireKnown(tensors.keySet(), inputs, "is no input of the model; it takes ");
    }
  }

  /**
   * @throws TensorMismatchException if a name is no output's
   */
  public void requireOutputs(Set<String> names) {
    requireKnown(names, outputs, "is no output of the model; it gives ");
  }

  private static void requireKnown(Set<String> names, List<TensorSpec> specs, String problem) {
    for (String name : names) {
      if (specs.stream().noneMatch(spec -> spec.name().equals(name))) {
        throw new TensorMismatchException(
            name, problem + specs.stream().map(TensorSpec::name).collect(Collectors.joining(", ")));
      }
    }
  }
}
