package dev.tidewatch.inference.oip;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a model wants to know of a sequence, said by the names of its tensors: inputs {@code
 * sequence_start}, {@code sequence_end} and {@code sequence_id}, and pairs of an input {@code
 * state_X} and an output {@code next_state_X} of the same type and shape. The server fills those
 * inputs and keeps those outputs for requests of a sequence; callers do not see them.
 *
 * @param controls inputs that are filled, by name
 * @param states by the name of the input
 */
record SequenceContract(Map<String, TensorSpec> controls, Map<String, TensorSpec> states) {
  static final String START = "sequence_start";
  static final String END = "sequence_end";
  static final String ID = "sequence_id";
  private static final String STATE = "state_";
  private static final String NEXT = "next_";

  private static final SequenceContract NONE = new SequenceContract(Map.of(), Map.of());

  private static final Set<ElementType> FLAGS =
      Set.of(ElementType.BOOL, ElementType.INT32, ElementType.FP32);
  private static final Set<ElementType> IDS =
      Set.of(
          ElementType.INT32,
          ElementType.INT64,
          ElementType.UINT32,
          ElementType.UINT64,
          ElementType.BYTES);

  SequenceContract {
    controls = Collections.unmodifiableMap(new TreeMap<>(controls));
    states = Collections.unmodifiableMap(new TreeMap<>(states));
  }

  /** As the names say; empty for a model without memory. */
  static SequenceContract of(TensorSignature signature) {
    return hasNone(signature.inputs()) ? NONE : read(signature);
  }

  /** Most models have no memory; each request asks. */
  private static boolean hasNone(List<TensorSpec> inputs) {
    for (TensorSpec input : inputs) {
      if (input.name().startsWith(STATE) || isControl(input)) {
        return false;
      }
    }
    return true;
  }

  private static SequenceContract read(TensorSignature signature) {
    Map<String, TensorSpec> outputs =
        signature.outputs().stream()
            .collect(Collectors.toMap(TensorSpec::name, Function.identity()));
    var controls = new TreeMap<String, TensorSpec>();
    var states = new TreeMap<String, TensorSpec>();
    for (TensorSpec input : signature.inputs()) {
      TensorSpec next = outputs.get(NEXT + input.name());
      if (isControl(input)) {
        controls.put(input.name(), input);
      } else if (input.name().startsWith(STATE)
          && next != null
          && next.type() == input.type()
          && next.shape().equals(input.shape())) {
        states.put(input.name(), input);
      }
    }
    return new SequenceContract(controls, states);
  }

  private static boolean isControl(TensorSpec input) {
    return switch (input.name()) {
      case START, END -> FLAGS.contains(input.type());
      case ID -> IDS.contains(input.type());
      default -> false;
    };
  }

  boolean isEmpty() {
    return controls.isEmpty() && states.isEmpty();
  }

  /** Name of the output that the input of the next request is taken from. */
  static String nextOf(String state) {
    return NEXT + state;
  }

  /** Inputs that callers give. */
  List<TensorSpec> callersInputs(TensorSignature signature) {
    return signature.inputs().stream()
        .filter(spec -> !controls.containsKey(spec.name()) && !states.containsKey(spec.name()))
        .toList();
  }

  /** Outputs that callers get. */
  List<TensorSpec> callersOutputs(TensorSignature signature) {
    if (states.isEmpty()) {
      return signature.outputs();
    }
    Set<String> kept = new HashSet<>();
    states.keySet().forEach(state -> kept.add(nextOf(state)));
    return signature.outputs().stream().filter(spec -> !kept.contains(spec.name())).toList();
  }
}
