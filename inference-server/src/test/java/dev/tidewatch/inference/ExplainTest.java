package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.ExplainMethod;
import dev.tidewatch.proto.inference.v1.ExplainRequest;
import dev.tidewatch.proto.inference.v1.ExplainResponse;
import dev.tidewatch.proto.inference.v1.ForecastPart;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.GivenCovariate;
import dev.tidewatch.proto.inference.v1.GivenValues;
import dev.tidewatch.proto.inference.v1.InputContribution;
import dev.tidewatch.proto.inference.v1.ListServedModelsRequest;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.inference.v1.RecordingState;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.RoleBinding;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.serverkit.testing.Refusal;
import dev.tidewatch.timeseries.ReadingColumns;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explanations, and models that read a second series. */
class ExplainTest {
  private static final String WAVE = "wave/one";
  private static final String PLANT = "plant/output";
  private static final String VALVE = "plant/valve";
  private static final int HOURS = 24 * 40;

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void start() {
    world = new World(folder).withForecaster();
    world.ingest.append(WAVE, TestModels.wave(TestModels.START, HOURS));
    world.ingest.append(VALVE, TestModels.valve(HOURS, 1));
    world.ingest.append(PLANT, TestModels.plant(HOURS, 1));
    world.registry.add("plants", "1.0.0", TestModels.treesWithValve());
    world.registry.alias("plants", "champion", "1.0.0");
    world.registry.assign(
        Assignment.newBuilder()
            .setAssignment("plants-everywhere")
            .setSelector(SeriesSelector.newBuilder().setPrefix("plant"))
            .setTask(Task.TASK_FORECAST)
            .setModel("plants")
            .setAlias("champion")
            .addBindings(RoleBinding.newBuilder().setRole("valve").setSeries("{parent}/valve"))
            .build());
    world.start();
    var models = ServedModelServiceGrpc.newBlockingStub(world.channel());
    Await.until(
        "both models are ready",
        () ->
            models
                    .listServedModels(ListServedModelsRequest.getDefaultInstance())
                    .getModelsList()
                    .stream()
                    .filter(model -> model.getState() == ServedState.SERVED_STATE_READY)
                    .count()
                == 2);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void partsAddUpToTheForecastAndTheSeasonIsOneOfThem() {
    ExplainResponse explained = explain(WAVE, ExplainMethod.EXPLAIN_METHOD_PARTS);
    assertThat(explained.getPartsList())
        .extracting(ForecastPart::getPart)
        .startsWith("level", "trend", "season_24");
    assertThat(explained.getMeanCount()).isEqualTo(TestModels.HORIZON);
    for (int step = 0; step < TestModels.HORIZON; step++) {
      double sum = 0;
      for (ForecastPart part : explained.getPartsList()) {
        sum += part.getValues(step);
      }
      assertThat(sum).isCloseTo(explained.getMean(step), within(1e-9));
    }
    assertThat(explained.getMeanList()).isEqualTo(forecast(WAVE).getMeanList());
    ForecastPart level = explained.getParts(0);
    assertThat(level.getValues(0)).isCloseTo(20, within(0.5));
    ForecastPart season =
        explained.getPartsList().stream()
            .filter(part -> part.getPart().equals("season_24"))
            .findFirst()
            .orElseThrow();
    double highest = season.getValuesList().stream().mapToDouble(v -> v).max().orElseThrow();
    assertThat(highest).as("the wave's amplitude is 5").isCloseTo(5, within(1.0));
    assertThat(explained.getSummary()).contains("waves 1.0.0").contains("season_24");
    assertThat(explained.getAnsweredBy().getAssignment()).isEqualTo("waves-everywhere");
  }

  @Test
  void permutationFindsTheSeasonAndIsTheSameForTheSameSeed() {
    ExplainResponse explained = explain(WAVE, ExplainMethod.EXPLAIN_METHOD_UNSPECIFIED);
    assertThat(explained.getMethod()).isEqualTo(ExplainMethod.EXPLAIN_METHOD_PERMUTATION);
    assertSharesOfOne(explained);
    assertThat(explained.getContributions(0).getInput())
        .as("seasonal naive reads the last day")
        .matches("lags_\\d+_24");
    assertThat(explain(WAVE, ExplainMethod.EXPLAIN_METHOD_PERMUTATION).getContributionsList())
        .isEqualTo(explained.getContributionsList());
    assertThat(explained.getSummary()).contains("rests most on lags_");
  }

  @Test
  void treesTellTheirGainAndTheCovariateThatDrivesThemLeads() {
    ExplainResponse gain = explain(PLANT, ExplainMethod.EXPLAIN_METHOD_UNSPECIFIED);
    assertThat(gain.getMethod()).isEqualTo(ExplainMethod.EXPLAIN_METHOD_GAIN);
    assertSharesOfOne(gain);
    assertThat(gain.getContributions(0).getInput()).contains("valve");
    ExplainResponse permuted = explain(PLANT, ExplainMethod.EXPLAIN_METHOD_PERMUTATION);
    assertSharesOfOne(permuted);
    assertThat(permuted.getContributions(0).getInput()).isEqualTo("valve");
    assertThat(explain(PLANT, ExplainMethod.EXPLAIN_METHOD_PARTS).getPartsList())
        .extracting(ForecastPart::getPart)
        .endsWith("lags", "covariate_valve");
  }

  @Test
  void whatCannotBeExplainedSaysWhy() {
    refused(
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        () -> explain(WAVE, ExplainMethod.EXPLAIN_METHOD_GAIN));
    refused(
        Status.Code.NOT_FOUND,
        "SERIES_UNKNOWN",
        () -> explain("wave/unknown", ExplainMethod.EXPLAIN_METHOD_PARTS));
    refused(
        Status.Code.NOT_FOUND,
        "ASSIGNMENT_MISSING",
        () -> explain("elsewhere/x", ExplainMethod.EXPLAIN_METHOD_PARTS));
    world.ingest.append(
        "wave/short", TestModels.wave(world.clock.instant().minusSeconds(36 * 3_600), 36));
    refused(
        Status.Code.FAILED_PRECONDITION,
        "INSUFFICIENT_HISTORY",
        () -> explain("wave/short", ExplainMethod.EXPLAIN_METHOD_PERMUTATION));
  }

  @Test
  void aBoundCovariateIsReadAndAGivenOneStandsBeforeIt() {
    SeriesForecast stored = forecast(PLANT);
    assertThat(stored.getFallback()).isFalse();
    assertThat(stored.getRecording()).isEqualTo(RecordingState.RECORDING_STATE_RECORDED);
    assertThat(stored.getMean(0)).isCloseTo(TestModels.plantAfter(HOURS, 1), within(3.0));
    SeriesForecast opposite =
        stub()
            .forecast(request(PLANT).addCovariates(covariate("valve", -1)).build())
            .getForecasts(0);
    assertThat(opposite.getMean(0)).isCloseTo(TestModels.plantAfter(HOURS, -1), within(3.0));
    assertThat(opposite.getRecording()).isEqualTo(RecordingState.RECORDING_STATE_NOT_REQUESTED);
    SeriesForecast same =
        stub()
            .forecast(request(PLANT).addCovariates(covariate("valve", 1)).build())
            .getForecasts(0);
    assertThat(same.getMeanList()).isEqualTo(stored.getMeanList());
    // Named without an assignment: the bindings of the model's assignment count all the same.
    assertThat(
            stub()
                .forecast(
                    request(PLANT)
                        .setModel(ModelChoice.newBuilder().setModel("plants").setVersion("1.0.0"))
                        .build())
                .getForecasts(0)
                .getMeanList())
        .isEqualTo(stored.getMeanList());
  }

  @Test
  void aMissingCovariateIsNamedAndAnUnknownOneRefused() {
    world.ingest.append("plant/far/output", TestModels.plant(HOURS, 1));
    refused(
        Status.Code.FAILED_PRECONDITION,
        "COVARIATE_MISSING",
        () -> stub().forecast(request("plant/far/output").build()));
    SeriesForecast standIn =
        stub().forecast(request("plant/far/output").setAllowFallback(true).build()).getForecasts(0);
    assertThat(standIn.getFallback()).isTrue();
    assertThat(standIn.getFallbackReason()).isEqualTo("COVARIATE_MISSING");
    refused(
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        () -> stub().forecast(request(PLANT).addCovariates(covariate("moon", 1)).build()));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        () ->
            stub()
                .forecast(
                    request(PLANT)
                        .addCovariates(covariate("valve", 1))
                        .addCovariates(covariate("valve", 1))
                        .build()));
  }

  private static void assertSharesOfOne(ExplainResponse explained) {
    List<InputContribution> contributions = explained.getContributionsList();
    assertThat(contributions.stream().mapToDouble(InputContribution::getImportance).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(contributions)
        .isSortedAccordingTo((a, b) -> Double.compare(b.getImportance(), a.getImportance()));
  }

  private static GivenCovariate covariate(String role, int sign) {
    ReadingColumns valve = TestModels.valve(HOURS, sign);
    var values = GivenValues.newBuilder();
    for (int row = 0; row < valve.size(); row++) {
      values.addTimesMicros(valve.timeMicros(row)).addValues(valve.value(row));
    }
    return GivenCovariate.newBuilder().setRole(role).setValues(values).build();
  }

  private static void refused(Status.Code code, String reason, ThrowingCallable call) {
    Refusal.of(call).is(code, reason);
  }

  private ForecastServiceGrpc.ForecastServiceBlockingStub stub() {
    return ForecastServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private ExplainResponse explain(String series, ExplainMethod method) {
    return stub().explain(ExplainRequest.newBuilder().setSeries(series).setMethod(method).build());
  }

  private SeriesForecast forecast(String series) {
    return stub().forecast(request(series).build()).getForecasts(0);
  }

  private static ForecastRequest.Builder request(String series) {
    return ForecastRequest.newBuilder().addSeries(series);
  }
}
