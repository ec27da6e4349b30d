package dev.tidewatch.registry.signature;

import com.google.protobuf.CodedInputStream;
import dev.tidewatch.registry.domain.TensorSignature;
import dev.tidewatch.registry.domain.TensorSpec;
import dev.tidewatch.registry.domain.TensorType;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The signature {@code serving_default}, or the only one, of the graph tagged {@code serve}, out of
 * {@code saved_model.pb} in a zip (saved_model.proto and meta_graph.proto of TensorFlow 2). Tensors
 * are sorted by name.
 */
final class SavedModelSignature {
  private static final String FILE_NAME = "saved_model.pb";
  private static final String TAG = "serve";
  private static final String DEFAULT_KEY = "serving_default";
  private static final String INIT_KEY = "__saved_model_init_op";
  private static final int ENTRIES_MAX = 10_000;

  private static final int MODEL_META_GRAPH = Wire.delimited(2);
  private static final int META_GRAPH_INFO = Wire.delimited(1);
  private static final int META_GRAPH_SIGNATURE = Wire.delimited(5);
  private static final int INFO_TAG = Wire.delimited(4);
  private static final int ENTRY_KEY = Wire.delimited(1);
  private static final int ENTRY_VALUE = Wire.delimited(2);
  private static final int SIGNATURE_INPUT = Wire.delimited(1);
  private static final int SIGNATURE_OUTPUT = Wire.delimited(2);
  private static final int TENSOR_SPARSE = Wire.delimited(4);
  private static final int TENSOR_COMPOSITE = Wire.delimited(5);
  private static final int TENSOR_TYPE = Wire.varint(2);
  private static final int TENSOR_SHAPE = Wire.delimited(3);
  private static final int SHAPE_DIMENSION = Wire.delimited(2);
  private static final int SHAPE_UNKNOWN_RANK = Wire.varint(3);
  private static final int DIMENSION_SIZE = Wire.varint(1);

  private SavedModelSignature() {}

  /** A graph in the making. */
  private static final class Graph {
    private boolean serves;
    private final SortedMap<String, Sides> signatures = new TreeMap<>();
  }

  /** A signature in the making. */
  private static final class Sides {
    private final SortedMap<String, Form> inputs = new TreeMap<>();
    private final SortedMap<String, Form> outputs = new TreeMap<>();
  }

  /** A tensor in the making. */
  private static final class Form {
    private int type;
    private boolean dense = true;
    private final List<Long> shape = new ArrayList<>();
  }

  static TensorSignature read(InputStream file) throws IOException {
    ZipInputStream zip = new ZipInputStream(new BufferedInputStream(file));
    int entries = 0;
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      String name = entry.getName();
      int slash = name.indexOf('/');
      if (name.substring(slash + 1).equals(FILE_NAME)) {
        return savedModel(zip);
      }
      if (++entries > ENTRIES_MAX) {
        throw new UnreadableModelException("the zip has more than " + ENTRIES_MAX + " entries");
      }
    }
    throw new UnreadableModelException(
        entries == 0 ? "it is no zip, or an empty one" : "the zip has no " + FILE_NAME);
  }

  private static TensorSignature savedModel(InputStream file) throws IOException {
    List<Graph> graphs = new ArrayList<>();
    Wire.file(
        file,
        (tag, in) -> {
          if (tag != MODEL_META_GRAPH) {
            return false;
          }
          Graph graph = new Graph();
          graphs.add(graph);
          return Wire.nested(in, (inner, its) -> metaGraph(graph, inner, its));
        });
    Graph served =
        graphs.stream()
            .filter(graph -> graph.serves)
            .findFirst()
            .orElseThrow(() ->
                new UnreadableModelException("the SavedModel has no graph with the tag " + TAG));
    SortedMap<String, Sides> signatures = new TreeMap<>(served.signatures);
    signatures.remove(INIT_KEY);
    Sides sides =
        Optional.ofNullable(signatures.get(DEFAULT_KEY))
            .or(() ->
                signatures.size() == 1
                    ? Optional.of(signatures.sequencedValues().getFirst())
                    : Optional.empty())
            .orElseThrow(() ->
                new UnreadableModelException(
                    "the SavedModel has the signatures %s; one must be named %s"
                        .formatted(signatures.keySet(), DEFAULT_KEY)));
    return new TensorSignature(specs(sides.inputs), specs(sides.outputs));
  }

  private static boolean metaGraph(Graph graph, int tag, CodedInputStream in) throws IOException {
    if (tag == META_GRAPH_INFO) {
      return Wire.nested(
          in,
          (inner, its) -> {
            if (inner == INFO_TAG) {
              graph.serves |= its.readString().equals(TAG);
              return true;
            }
            return false;
          });
    }
    if (tag == META_GRAPH_SIGNATURE) {
      Sides sides = new Sides();
      String key =
          entry(
              in,
              (inner, its) ->
                  (inner == SIGNATURE_INPUT && tensor(sides.inputs, its))
                      || (inner == SIGNATURE_OUTPUT && tensor(sides.outputs, its)));
      graph.signatures.put(key, sides);
      return true;
    }
    return false;
  }

  private static boolean tensor(SortedMap<String, Form> into, CodedInputStream in)
      throws IOException {
    Form form = new Form();
    into.put(entry(in, (tag, its) -> form(form, tag, its)), form);
    return true;
  }

  /** An entry of a map of messages: looks at its value, returns its key. */
  private static String entry(CodedInputStream in, Wire.Field value) throws IOException {
    String[] key = {""};
    boolean _ =
        Wire.nested(
            in,
            (tag, its) -> {
              if (tag == ENTRY_KEY) {
                key[0] = its.readString();
                return true;
              }
              return tag == ENTRY_VALUE && Wire.nested(its, value);
            });
    return key[0];
  }

  private static boolean form(Form form, int tag, CodedInputStream in) throws IOException {
    if (tag == TENSOR_TYPE) {
      form.type = in.readEnum();
      return true;
    }
    if (tag == TENSOR_SPARSE || tag == TENSOR_COMPOSITE) {
      form.dense = false;
      return false;
    }
    return tag == TENSOR_SHAPE
        && Wire.nested(
            in,
            (inner, its) -> {
              if (inner == SHAPE_UNKNOWN_RANK) {
                form.dense &= !its.readBool();
                return true;
              }
              return inner == SHAPE_DIMENSION && form.shape.add(dimension(its));
            });
  }

  private static long dimension(CodedInputStream in) throws IOException {
    long[] size = {0};
    boolean _ =
        Wire.nested(
            in,
            (tag, its) -> {
              if (tag == DIMENSION_SIZE) {
                size[0] = its.readInt64();
                return true;
              }
              return false;
            });
    return size[0];
  }

  private static List<TensorSpec> specs(SortedMap<String, Form> forms) {
    List<TensorSpec> specs = new ArrayList<>();
    forms.forEach((name, form) -> {
      if (!form.dense) {
        throw new UnreadableModelException(
            "tensor '" + name + "' of the SavedModel is sparse or of any number of dimensions");
      }
      specs.add(new TensorSpec(name, type(name, form.type), form.shape, false));
    });
    return specs;
  }

  /** By the numbers of TensorFlow's DataType. */
  private static TensorType type(String name, int type) {
    return switch (type) {
      case 1 -> TensorType.FP32;
      case 2 -> TensorType.FP64;
      case 3 -> TensorType.INT32;
      case 4 -> TensorType.UINT8;
      case 5 -> TensorType.INT16;
      case 6 -> TensorType.INT8;
      case 7 -> TensorType.BYTES;
      case 9 -> TensorType.INT64;
      case 10 -> TensorType.BOOL;
      case 14 -> TensorType.BF16;
      case 17 -> TensorType.UINT16;
      case 19 -> TensorType.FP16;
      case 22 -> TensorType.UINT32;
      case 23 -> TensorType.UINT64;
      default ->
          throw new UnreadableModelException(
              "tensor '%s' of the SavedModel has type %d, which is not served"
                  .formatted(name, type));
    };
  }
}
