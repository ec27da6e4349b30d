package dev.tidewatch.models.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.tidewatch.models.onnx.OnnxGraphWriter.Attribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Small ONNX files that do what the models of the Open Inference Protocol's published client
 * examples do, under the same names, so that a client can be tried before there is a model of one's
 * own. The same release writes the same bytes.
 *
 * <p>Inputs named {@code sequence_start}, {@code sequence_end}, {@code sequence_id} and {@code
 * state_…} are filled by the server for requests of a sequence.
 */
public final class ExampleModels {
  private static final int WIDTH = 16;

  /** ONNX element types by their names in the protocol. */
  private static final SortedMap<String, DataType> IDENTITY_TYPES =
      Collections.unmodifiableSortedMap(
          new TreeMap<>(
              Map.ofEntries(
                  Map.entry("BOOL", DataType.BOOL),
                  Map.entry("UINT8", DataType.UINT8),
                  Map.entry("UINT16", DataType.UINT16),
                  Map.entry("UINT32", DataType.UINT32),
                  Map.entry("UINT64", DataType.UINT64),
                  Map.entry("INT8", DataType.INT8),
                  Map.entry("INT16", DataType.INT16),
                  Map.entry("INT32", DataType.INT32),
                  Map.entry("INT64", DataType.INT64),
                  Map.entry("FP16", DataType.FLOAT16),
                  Map.entry("BF16", DataType.BFLOAT16),
                  Map.entry("FP32", DataType.FLOAT),
                  Map.entry("FP64", DataType.DOUBLE),
                  Map.entry("BYTES", DataType.STRING))));

  private ExampleModels() {}

  /** Writes each to {@code NAME.onnx} in a folder: {@code ExampleModels FOLDER}. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    for (var model : all().entrySet()) {
      Files.write(folder.resolve(model.getKey() + ".onnx"), model.getValue());
    }
  }

  /** By name. */
  public static SortedMap<String, byte[]> all() {
    var models = new TreeMap<String, byte[]>();
    models.put("simple", sumAndDifference("simple", DataType.INT32));
    models.put("simple_int8", sumAndDifference("simple_int8", DataType.INT8));
    models.put("simple_string", sumAndDifference("simple_string", DataType.STRING));
    models.put("simple_identity", identity());
    models.put("simple_identity_all", identityOfAllTypes());
    models.put("simple_sequence", sequence());
    models.put("simple_dyna_sequence", sequenceThatTellsItsId());
    models.put("simple_string_dyna_sequence", accumulator());
    return Collections.unmodifiableSortedMap(models);
  }

  /**
   * One of them.
   *
   * @throws IllegalArgumentException if there is none of the name
   */
  public static byte[] file(String name) {
    byte[] bytes = all().get(name);
    if (bytes == null) {
      throw new IllegalArgumentException("no example model " + name);
    }
    return bytes;
  }

  /**
   * OUTPUT0 = INPUT0 + INPUT1 and OUTPUT1 = INPUT0 - INPUT1, counted as int32 whatever the type.
   */
  private static byte[] sumAndDifference(String name, DataType type) {
    var graph = new OnnxGraphWriter(name);
    for (String input : List.of("INPUT0", "INPUT1")) {
      graph.input(input, type, -1, WIDTH);
      cast(graph, input, input + "_int32", DataType.INT32);
    }
    graph.node("Add", List.of("INPUT0_int32", "INPUT1_int32"), List.of("sum"));
    graph.node("Sub", List.of("INPUT0_int32", "INPUT1_int32"), List.of("difference"));
    cast(graph, "sum", "OUTPUT0", type);
    cast(graph, "difference", "OUTPUT1", type);
    graph.output("OUTPUT0", type, -1, WIDTH);
    graph.output("OUTPUT1", type, -1, WIDTH);
    return graph.toBytes();
  }

  private static void cast(OnnxGraphWriter graph, String from, String to, DataType type) {
    graph.node("Cast", List.of(from), List.of(to), Attribute.of("to", type.getNumber()));
  }

  /** OUTPUT0 = INPUT0, byte strings. */
  private static byte[] identity() {
    var graph = new OnnxGraphWriter("simple_identity");
    graph.input("INPUT0", DataType.STRING, -1, -1);
    graph.node("Identity", List.of("INPUT0"), List.of("OUTPUT0"));
    graph.output("OUTPUT0", DataType.STRING, -1, -1);
    return graph.toBytes();
  }

  /** OUTPUT_TYPE = INPUT_TYPE of each type, vectors of any length. */
  private static byte[] identityOfAllTypes() {
    var graph = new OnnxGraphWriter("simple_identity_all");
    IDENTITY_TYPES.forEach((name, type) -> {
      graph.input("INPUT_" + name, type, -1);
      graph.node("Identity", List.of("INPUT_" + name), List.of("OUTPUT_" + name));
      graph.output("OUTPUT_" + name, type, -1);
    });
    return graph.toBytes();
  }

  /** OUTPUT = INPUT, and one more at the start of a sequence. */
  private static byte[] sequence() {
    var graph = new OnnxGraphWriter("simple_sequence");
    graph.input("INPUT", DataType.INT32, -1, 1);
    graph.input("sequence_start", DataType.INT32, -1, 1);
    graph.node("Add", List.of("INPUT", "sequence_start"), List.of("OUTPUT"));
    graph.output("OUTPUT", DataType.INT32, -1, 1);
    return graph.toBytes();
  }

  /** As {@link #sequence}, and the sequence's id, a number, is added at its end. */
  private static byte[] sequenceThatTellsItsId() {
    var graph = new OnnxGraphWriter("simple_dyna_sequence");
    graph.input("INPUT", DataType.INT32, -1, 1);
    graph.input("sequence_start", DataType.INT32, -1, 1);
    graph.node("Add", List.of("INPUT", "sequence_start"), List.of("value"));
    addIdAtTheEnd(graph, DataType.INT64, "value");
    return graph.toBytes();
  }

  /**
   * OUTPUT = the sum of the sequence's inputs so far; at its end its id, a number written as text,
   * is added.
   */
  private static byte[] accumulator() {
    var graph = new OnnxGraphWriter("simple_string_dyna_sequence");
    graph.input("INPUT", DataType.INT32, -1, 1);
    graph.input("state_sum", DataType.INT32, -1, 1);
    graph.node("Add", List.of("INPUT", "state_sum"), List.of("next_state_sum"));
    addIdAtTheEnd(graph, DataType.STRING, "next_state_sum");
    graph.output("next_state_sum", DataType.INT32, -1, 1);
    return graph.toBytes();
  }

  private static void addIdAtTheEnd(OnnxGraphWriter graph, DataType idType, String value) {
    graph.input("sequence_end", DataType.INT32, -1, 1);
    graph.input("sequence_id", idType, -1, 1);
    cast(graph, "sequence_id", "id", DataType.INT32);
    graph.node("Mul", List.of("id", "sequence_end"), List.of("id_at_the_end"));
    graph.node("Add", List.of(value, "id_at_the_end"), List.of("OUTPUT"));
    graph.output("OUTPUT", DataType.INT32, -1, 1);
  }
}
