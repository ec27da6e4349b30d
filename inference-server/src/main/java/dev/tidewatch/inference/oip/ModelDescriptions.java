package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import dev.tidewatch.proto.oip.DataType;
import dev.tidewatch.proto.oip.ModelConfig;
import dev.tidewatch.proto.oip.ModelDynamicBatching;
import dev.tidewatch.proto.oip.ModelInput;
import dev.tidewatch.proto.oip.ModelInstanceGroup;
import dev.tidewatch.proto.oip.ModelMetadataResponse;
import dev.tidewatch.proto.oip.ModelMetadataResponse.TensorMetadata;
import dev.tidewatch.proto.oip.ModelOutput;
import dev.tidewatch.proto.oip.ModelParameter;
import dev.tidewatch.proto.oip.ModelSequenceBatching;
import dev.tidewatch.proto.oip.ModelSequenceBatching.Control;
import dev.tidewatch.proto.oip.ModelSequenceBatching.ControlInput;
import dev.tidewatch.proto.oip.ModelTransactionPolicy;
import dev.tidewatch.proto.oip.ModelVersionPolicy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a version takes and gives, as the protocol tells it. */
final class ModelDescriptions {
  private static final TensorSignature FORECAST =
      new TensorSignature(
          List.of(
              TensorSpec.of(ForecastInference.HISTORY, ElementType.FP64, TensorSpec.ANY),
              new TensorSpec(
                  ForecastInference.ORIGIN_MICROS, ElementType.INT64, List.of(1L), true)),
          ForecastInference.OUTPUTS.stream()
              .map(name -> TensorSpec.of(name, ElementType.FP64, TensorSpec.ANY))
              .toList());
  private static final TensorSignature NOTHING = new TensorSignature(List.of(), List.of());

  private ModelDescriptions() {}

  /**
   * @param versions that are ready
   */
  static ModelMetadataResponse metadata(ServedVersion served, List<String> versions) {
    TensorSignature signature = signature(served);
    SequenceContract contract = SequenceContract.of(signature);
    var metadata =
        ModelMetadataResponse.newBuilder()
            .setName(served.key().model())
            .addAllVersions(versions)
            .setPlatform(platform(served));
    contract.callersInputs(signature).forEach(spec -> metadata.addInputs(tensor(spec)));
    contract.callersOutputs(signature).forEach(spec -> metadata.addOutputs(tensor(spec)));
    return metadata.build();
  }

  private static TensorMetadata tensor(TensorSpec spec) {
    return TensorMetadata.newBuilder()
        .setName(spec.name())
        .setDatatype(spec.type().name())
        .addAllShape(spec.shape())
        .build();
  }

  private static TensorSignature signature(ServedVersion served) {
    Optional<TensorSignature> tensors = served.tensors().map(TensorModel::signature);
    if (served.isForecaster()) {
      return tensors.map(ModelDescriptions::eitherWay).orElse(FORECAST);
    }
    return tensors.orElse(NOTHING);
  }

  /**
   * A forecaster by its history, or its network by its own inputs: a request has one or the other.
   */
  private static TensorSignature eitherWay(TensorSignature network) {
    return new TensorSignature(
        Stream.concat(FORECAST.inputs().stream(), network.inputs().stream())
            .map(spec -> new TensorSpec(spec.name(), spec.type(), spec.shape(), true))
            .toList(),
        Stream.concat(FORECAST.outputs().stream(), network.outputs().stream()).toList());
  }

  private static String platform(ServedVersion served) {
    if (served.hasManifest()) {
      return served.isForecaster() ? "tidewatch_forecast" : "tidewatch_detect";
    }
    return served.platform();
  }

  static ModelConfig config(ServedVersion served) {
    TensorSignature signature = signature(served);
    SequenceContract contract = SequenceContract.of(signature);
    String platform = platform(served);
    Optional<TensorModel> tensors = served.isForecaster() ? Optional.empty() : served.tensors();
    boolean batches = tensors.map(TensorModel::batches).orElse(false);
    int rowsMax = batches ? tensors.map(TensorModel::batchRowsMax).orElse(0) : 0;
    var config =
        ModelConfig.newBuilder()
            .setName(served.key().model())
            .setPlatform(platform)
            .setBackend(platform.substring(0, Math.max(0, platform.indexOf('_'))))
            .setVersionPolicy(
                ModelVersionPolicy.newBuilder().setAll(ModelVersionPolicy.All.getDefaultInstance()))
            .setMaxBatchSize(rowsMax)
            .addInstanceGroup(
                ModelInstanceGroup.newBuilder()
                    .setName(served.key().model())
                    .setKind(ModelInstanceGroup.Kind.KIND_CPU)
                    .setCount(1))
            .setModelTransactionPolicy(ModelTransactionPolicy.getDefaultInstance());
    contract
        .callersInputs(signature)
        .forEach(spec ->
            config.addInput(
                ModelInput.newBuilder()
                    .setName(spec.name())
                    .setDataType(type(spec.type()))
                    .addAllDims(dims(spec, batches))
                    .setOptional(spec.optional())));
    contract
        .callersOutputs(signature)
        .forEach(spec ->
            config.addOutput(
                ModelOutput.newBuilder()
                    .setName(spec.name())
                    .setDataType(type(spec.type()))
                    .addAllDims(dims(spec, batches))));
    if (!contract.isEmpty()) {
      config.setSequenceBatching(sequences(contract));
    } else if (batches) {
      config.setDynamicBatching(ModelDynamicBatching.newBuilder().addPreferredBatchSize(rowsMax));
    }
    if (served.hasManifest()) {
      describe(served.manifest(), config);
      served.tensors().ifPresent(network -> describe(served.manifest(), network, config));
    }
    return config.build();
  }

  private static List<Long> dims(TensorSpec spec, boolean batches) {
    return batches ? spec.shape().subList(1, spec.shape().size()) : spec.shape();
  }

  private static void describe(BundleManifest manifest, ModelConfig.Builder config) {
    put(config, "family", manifest.family());
    put(config, "task", manifest.task().name());
    put(config, "step_seconds", Double.toString(manifest.grid().stepMicros() / 1e6));
    if (manifest.horizon() > 0) {
      put(config, "horizon", Integer.toString(manifest.horizon()));
      put(config, "history_steps", Integer.toString(manifest.historyIntervals()));
    }
  }

  /** What a caller of the network must know that asks it past the forecaster. */
  private static void describe(
      BundleManifest manifest, TensorModel network, ModelConfig.Builder config) {
    put(config, "network_inputs", names(network.signature().inputs()));
    put(config, "network_outputs", names(network.signature().outputs()));
    put(config, "network_batch_rows_max", Integer.toString(network.batchRowsMax()));
    put(config, "levels", manifest.levels().toString());
  }

  private static String names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).collect(Collectors.joining(","));
  }

  private static void put(ModelConfig.Builder config, String name, String value) {
    config.putParameters(name, ModelParameter.newBuilder().setStringValue(value).build());
  }

  private static ModelSequenceBatching sequences(SequenceContract contract) {
    var sequences =
        ModelSequenceBatching.newBuilder()
            .setMaxSequenceIdleMicroseconds(
                TimeUnit.NANOSECONDS.toMicros(Sequences.IDLE_MAX.toNanos()));
    contract
        .controls()
        .forEach((name, spec) ->
            sequences.addControlInput(
                ControlInput.newBuilder().setName(name).addControl(control(spec))));
    return sequences.build();
  }

  private static Control control(TensorSpec spec) {
    var control = Control.newBuilder();
    if (spec.name().equals(SequenceContract.ID)) {
      return control
          .setKind(Control.Kind.CONTROL_SEQUENCE_CORRID)
          .setDataType(type(spec.type()))
          .build();
    }
    control.setKind(
        spec.name().equals(SequenceContract.START)
            ? Control.Kind.CONTROL_SEQUENCE_START
            : Control.Kind.CONTROL_SEQUENCE_END);
    switch (spec.type()) {
      case BOOL -> control.addAllBoolFalseTrue(List.of(false, true));
      case FP32 -> control.addAllFp32FalseTrue(List.of(0f, 1f));
      default -> control.addAllInt32FalseTrue(List.of(0, 1));
    }
    return control.build();
  }

  private static DataType type(ElementType type) {
    return type == ElementType.BYTES
        ? DataType.TYPE_STRING
        : DataType.valueOf("TYPE_" + type.name());
  }
}
