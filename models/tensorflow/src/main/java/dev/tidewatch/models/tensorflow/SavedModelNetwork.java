package dev.tidewatch.models.tensorflow;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.tensorflow.engine.SavedModelBundle;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import ai.djl.tensorflow.engine.javacpp.JavacppUtils;
import ai.djl.util.Pair;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorModelException.Reason;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Session;

/**
 * A SavedModel that DJL has loaded, called through TensorFlow's C interface: DJL's own call would
 * run the graph's initialisers each time and pass every tensor through an eager session. A call
 * borrows a {@link SessionCall}; there are as many as there ever were calls at once.
 */
final class SavedModelNetwork implements TensorModel {
  /** Beyond, a row of a small network does not get cheaper. */
  private static final int BATCH_ROWS_MAX = 32;

  private static final long OVERHEAD_BYTES = 1 << 20;

  private final Model model;
  private final TF_Session session;
  private final TensorSignature signature;
  private final GraphTensor[] inputs;
  private final GraphTensor[] outputs;
  private final long bytes;
  private final ConcurrentLinkedQueue<SessionCall> idle = new ConcurrentLinkedQueue<>();

  /** Where in the graph a tensor of the signature is. */
  record GraphTensor(TensorSpec spec, TF_Operation operation, int index) {}

  private SavedModelNetwork(
      Model model, TF_Session session, TF_Graph graph, SavedModelSignature served, long bytes) {
    this.model = model;
    this.session = session;
    this.signature = served.signature();
    this.inputs = find(graph, signature.inputs(), served.inputs());
    this.outputs = find(graph, signature.outputs(), served.outputs());
    this.bytes = bytes;
  }

  private static GraphTensor[] find(TF_Graph graph, List<TensorSpec> specs, List<String> names) {
    var found = new GraphTensor[specs.size()];
    for (int i = 0; i < found.length; i++) {
      Pair<TF_Operation, Integer> place = JavacppUtils.getGraphOperationByName(graph, names.get(i));
      found[i] = new GraphTensor(specs.get(i), place.getKey(), place.getValue());
    }
    return found;
  }

  /**
   * @param folder with {@code saved_model.pb}; not needed any more afterwards
   * @throws TensorModelException if TensorFlow refuses it
   */
  static SavedModelNetwork load(Path folder) throws IOException {
    TensorFlowRuntime.start();
    byte[] graph = readGraph(folder.resolve(FrozenSavedModel.FILE_NAME));
    SavedModelSignature served = SavedModelSignature.read(graph);
    Model model = Model.newInstance("network", "TensorFlow");
    boolean isSound = false;
    try {
      model.load(
          folder,
          null,
          Map.of(
              "ConfigProto",
              Base64.getEncoder().encodeToString(TensorFlowRuntime.sessionConfig().toByteArray()),
              "SignatureDefKey",
              served.key()));
      if (!(model.getBlock() instanceof TfSymbolBlock block)) {
        throw new TensorModelException(Reason.UNSUPPORTED, "the SavedModel has no graph to serve");
      }
      SavedModelBundle bundle = block.getSavedModelBundle();
      var network =
          new SavedModelNetwork(
              model,
              bundle.getSession(),
              bundle.getGraph(),
              served,
              2 * sizeOf(folder) + OVERHEAD_BYTES);
      isSound = true;
      return network;
    } catch (MalformedModelException | TensorFlowException | IllegalArgumentException e) {
      throw new TensorModelException(
          Reason.DAMAGED, "TensorFlow refuses the SavedModel: " + e.getMessage(), e);
    } finally {
      if (!isSound) {
        model.close();
      }
    }
  }

  private static byte[] readGraph(Path file) throws IOException {
    if (Files.size(file) > Integer.MAX_VALUE - 8) {
      throw new TensorModelException(Reason.TOO_LARGE, "saved_model.pb has more than 2 GiB");
    }
    return Files.readAllBytes(file);
  }

  private static long sizeOf(Path folder) throws IOException {
    long size = 0;
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        size += Files.size(file);
      }
    }
    return size;
  }

  @Override
  public TensorSignature signature() {
    return signature;
  }

  @Override
  public boolean batches() {
    return signature.hasAnyRows();
  }

  @Override
  public int batchRowsMax() {
    return batches() ? BATCH_ROWS_MAX : 1;
  }

  @Override
  public SortedMap<String, Tensor> infer(Map<String, Tensor> tensors, Set<String> wanted) {
    var ordered = new Tensor[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      TensorSpec spec = inputs[i].spec();
      @Nullable Tensor tensor = tensors.get(spec.name());
      if (tensor == null || tensor.type() != spec.type()) {
        throw new TensorMismatchException(spec.name(), "is not there as " + spec.type());
      }
      ordered[i] = tensor;
    }
    GraphTensor[] asked = wanted.isEmpty() ? outputs : asked(wanted);
    @Nullable SessionCall free = idle.poll();
    SessionCall call = free == null ? new SessionCall(inputs, outputs.length) : free;
    try {
      Tensor[] answers = call.run(session, ordered, asked);
      var named = new TreeMap<String, Tensor>();
      for (int i = 0; i < answers.length; i++) {
        named.put(asked[i].spec().name(), answers[i]);
      }
      return named;
    } finally {
      idle.add(call);
    }
  }

  private GraphTensor[] asked(Set<String> wanted) {
    var asked = new ArrayList<GraphTensor>();
    for (GraphTensor output : outputs) {
      if (wanted.contains(output.spec().name())) {
        asked.add(output);
      }
    }
    signature.requireOutputs(wanted);
    return asked.toArray(GraphTensor[]::new);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    for (SessionCall call = idle.poll(); call != null; call = idle.poll()) {
      call.close();
    }
    model.close();
  }
}
