package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks are loaded, swapped and asked as any other model. */
class NetworkServingTest {
  private static final String SERIES = "wave/one";

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void start() {
    world = new World(folder).withForecaster();
    world.ingest.append(SERIES, TestModels.wave(TestModels.START, 24 * 40));
    world.start();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void anLstmServedByEitherEngineAnswersTheSame() {
    SeriesForecast tensorflow = swappedIn("2.0.0", TestModels.lstm(1, "tensorflow"));
    SeriesForecast onnx = swappedIn("3.0.0", TestModels.lstm(1, "onnx"));
    assertThat(tensorflow.getMeanCount()).isEqualTo(TestModels.HORIZON);
    for (int step = 0; step < TestModels.HORIZON; step++) {
      assertThat(tensorflow.getMean(step))
          .isCloseTo(TestModels.waveAt(tensorflow.getTargetTimesMicros(step)), within(1.0));
      assertThat(tensorflow.getIntervals(0).getLower(step)).isLessThan(tensorflow.getMean(step));
      assertThat(tensorflow.getIntervals(0).getUpper(step)).isGreaterThan(tensorflow.getMean(step));
      assertThat(onnx.getMean(step)).isCloseTo(tensorflow.getMean(step), within(1e-4));
    }
    assertThat(onnx.getAnsweredBy().getBundleSha256())
        .isNotEqualTo(tensorflow.getAnsweredBy().getBundleSha256());
  }

  private SeriesForecast swappedIn(String version, byte[] bundle) {
    world.registry.add("waves", version, bundle);
    world.registry.alias("waves", "champion", version);
    Await.until(
        version + " answers", () -> forecast().getAnsweredBy().getVersion().equals(version));
    return forecast();
  }

  private SeriesForecast forecast() {
    return ForecastServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .forecast(ForecastRequest.newBuilder().addSeries(SERIES).addLevels(0.9).build())
        .getForecasts(0);
  }
}
