package dev.tidewatch.trainer;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.proto.registry.v1.Lineage;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.RoleKind;
import dev.tidewatch.proto.registry.v1.RoleSpec;
import dev.tidewatch.proto.registry.v1.SeriesWindow;
import dev.tidewatch.proto.type.v1.Aggregation;
import dev.tidewatch.proto.type.v1.Fill;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a bundle says of itself, in the words of the registry's contract. */
final class VersionMessages {
  private static final int TRAINING_SERIES_MAX = 10_000;

  private VersionMessages() {}

  static ModelSignature signature(BundleManifest manifest) {
    var signature =
        ModelSignature.newBuilder()
            .setGrid(grid(manifest.grid()))
            .setHorizonSteps(manifest.horizon())
            .setHistorySteps(manifest.historyIntervals());
    for (Role role : manifest.roles()) {
      signature.addRoles(
          RoleSpec.newBuilder()
              .setRole(role.name())
              .setKind(
                  role.kind() == Role.Kind.TARGET
                      ? RoleKind.ROLE_KIND_TARGET
                      : RoleKind.ROLE_KIND_PAST_COVARIATE));
    }
    var quantiles = new TreeSet<Double>();
    for (double level : manifest.levels()) {
      quantiles.add((1 - level) / 2);
      quantiles.add((1 + level) / 2);
    }
    return signature.addAllQuantiles(quantiles).build();
  }

  static Lineage lineage(BundleManifest manifest, Dataset dataset, String runId) {
    var lineage =
        Lineage.newBuilder()
            .setRunId(runId)
            .setDataFingerprint(manifest.trainingWindow().fingerprint())
            .setDataRows(dataset.rows())
            .setSeed(manifest.seed())
            .setCodeVersion(manifest.codeVersion());
    if (!manifest.featureRecipe().isEmpty()) {
      lineage.setFeatureRecipeJson(json(manifest.featureRecipe()));
    }
    if (dataset.readings().size() > TRAINING_SERIES_MAX) {
      // The bundle names them all.
      return lineage.build();
    }
    String target = manifest.roles().getFirst().name();
    dataset
        .readings()
        .forEach((name, columns) -> lineage.addTraining(window(name, target, columns, dataset)));
    dataset
        .covariates()
        .forEach((role, covariate) ->
            lineage.addTraining(window(covariate.series(), role, covariate.readings(), dataset)));
    return lineage.build();
  }

  private static SeriesWindow window(
      SeriesName name, String role, ReadingColumns columns, Dataset dataset) {
    return SeriesWindow.newBuilder()
        .setSeries(name.value())
        .setRole(role)
        .setFrom(ProtoTimes.timestamp(Dataset.startMicros(columns)))
        .setTo(ProtoTimes.timestamp(Dataset.endMicros(columns)))
        .setAsOf(
            dev.tidewatch.proto.type.v1.FeedToken.newBuilder()
                .setEpoch(dataset.asOf().epoch())
                .setPosition(dataset.asOf().position()))
        .build();
  }

  private static String json(List<String> texts) {
    return texts.stream()
        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }

  static dev.tidewatch.proto.type.v1.Grid grid(Grid grid) {
    return dev.tidewatch.proto.type.v1.Grid.newBuilder()
        .setStep(ProtoTimes.duration(grid.step()))
        .setTimeZone(grid.zone().getId())
        .setAggregation(Aggregation.valueOf("AGGREGATION_" + grid.aggregation().name()))
        .setFill(Fill.valueOf("FILL_" + grid.fill().name()))
        .setFillIntervalsMax(grid.fillIntervalsMax())
        .setLateness(ProtoTimes.duration(grid.lateness()))
        .build();
  }
}
