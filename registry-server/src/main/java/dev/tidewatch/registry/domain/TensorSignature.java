package dev.tidewatch.registry.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tensors that a model takes and gives. Empty for models of series only. */
public record TensorSignature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String TYPE_PREFIX = "DATA_TYPE_";

  public TensorSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** The tensors of a stored {@code ModelSignature}. */
  public static TensorSignature of(Document signature) {
    try {
      JsonNode json = JSON.readTree(signature.json());
      return new TensorSignature(specs(json.path("inputs")), specs(json.path("outputs")));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored signature is no longer readable", e);
    }
  }

  private static List<TensorSpec> specs(JsonNode list) {
    List<TensorSpec> specs = new ArrayList<>();
    for (JsonNode spec : list) {
      List<Long> shape = new ArrayList<>();
      spec.path("shape").forEach(size -> shape.add(size.asLong()));
      specs.add(
          new TensorSpec(
              spec.path("name").asText(),
              TensorType.valueOf(spec.path("dataType").asText().substring(TYPE_PREFIX.length())),
              shape,
              spec.path("optional").asBoolean()));
    }
    return specs;
  }

  /** Whether it names any tensor. */
  public boolean isEmpty() {
    return inputs.isEmpty() && outputs.isEmpty();
  }

  public Optional<TensorSpec> input(String name) {
    return find(inputs, name);
  }

  public Optional<TensorSpec> output(String name) {
    return find(outputs, name);
  }

  /**
   * Whether callers of another version may be sent here without noticing: what they send is taken,
   * and what they read is given.
   *
   * @return what they would trip over; empty if nothing
   */
  public Optional<String> breaks(TensorSignature callers) {
    for (TensorSpec sent : callers.inputs) {
      Optional<TensorSpec> taken = input(sent.name());
      if (taken.isEmpty()) {
        return Optional.of("it takes no input '" + sent.name() + "'");
      }
      if (!taken.get().admits(sent)) {
        return Optional.of("it takes '" + taken.get() + "' where '" + sent + "' is sent");
      }
      if (sent.optional() && !taken.get().optional()) {
        return Optional.of("its input '" + sent.name() + "' is not optional any more");
      }
    }
    for (TensorSpec taken : inputs) {
      if (!taken.optional() && callers.input(taken.name()).isEmpty()) {
        return Optional.of("it needs an input '" + taken + "'");
      }
    }
    for (TensorSpec read : callers.outputs) {
      Optional<TensorSpec> given = output(read.name());
      if (given.isEmpty()) {
        return Optional.of("it gives no output '" + read.name() + "'");
      }
      if (!read.admits(given.get())) {
        return Optional.of("it gives '" + given.get() + "' where '" + read + "' is expected");
      }
    }
    return Optional.empty();
  }

  private static Optional<TensorSpec> find(List<TensorSpec> specs, String name) {
    return specs.stream().filter(spec -> spec.name().equals(name)).findFirst();
  }
}
