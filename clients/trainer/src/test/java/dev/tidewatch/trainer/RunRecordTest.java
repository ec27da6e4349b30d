package dev.tidewatch.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunRecordTest {
  private final FakePlatform platform = new FakePlatform();
  private final AtomicLong nanos = new AtomicLong();

  @AfterEach
  void close() {
    platform.close();
  }

  private RunRecord begin() {
    var plan =
        TrainingPlan.of(
            "load", "naive", List.of(new SeriesName("a")), Grid.ofStep(Duration.ofHours(1)), 1);
    return new RunRecord(platform.client().registry().channel(), plan, "1", nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void pointsAreSentNowAndThenAndAllOfThemAtTheEnd() {
    RunRecord run = begin();
    run.log("loss", 0, 3);
    run.progress(0.1);
    assertThat(platform.points).isEmpty();
    pass(Duration.ofSeconds(3));
    run.progress(0.2);
    assertThat(platform.points).containsEntry("loss@0", 3.0);
    for (int step = 1; step < 7_000; step++) {
      run.log("loss", step, 1.0 / step);
    }
    run.log("loss", 7_000, Double.NaN);
    run.finish(RunStatus.RUN_STATUS_SUCCEEDED, "", Map.of());
    assertThat(platform.points).hasSize(7_000);
  }

  @Test
  void anInterruptLeavesNoRunOpen() {
    Thread.currentThread().interrupt();
    RunRecord run = begin();
    run.giveUp(RunStatus.RUN_STATUS_CANCELLED, new CancellationException("interrupted"));
    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(platform.runs).hasSize(1);
    assertThat(platform.finished).hasSize(1);
  }

  @Test
  void aRegistryThatIsAwayForAWhileEndsNothing() {
    RunRecord run = begin();
    platform.forgetsRuns = true;
    run.log("loss", 0, 3);
    pass(Duration.ofSeconds(3));
    run.progress(0.5);
    platform.forgetsRuns = false;
    run.finish(RunStatus.RUN_STATUS_SUCCEEDED, "", Map.of());
    assertThat(platform.points).containsEntry("loss@0", 3.0);
  }
}
