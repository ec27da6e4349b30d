package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedDetectionTest {
  private static final Instant LIVE = TestModels.START.plus(Duration.ofDays(40));

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void prepare() {
    world = new World(folder).withDetector();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aSpikeOnTheFeedIsReportedWithWhoFoundItAndWhere() {
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 40));
    world.start();
    world.awaitThrough(world.ingest.head());
    assertThat(world.monitor.anomalies()).isEmpty();
    long position = world.ingest.append("wave/a", one(LIVE, 200));
    Await.until("the spike is reported", () -> world.monitor.anomalies().size() == 1);
    Anomaly anomaly = world.monitor.anomalies().getFirst();
    assertThat(anomaly.getSeries()).isEqualTo("wave/a");
    assertThat(anomaly.getValue()).isEqualTo(200);
    assertThat(anomaly.getTime().getSeconds()).isEqualTo(LIVE.getEpochSecond());
    assertThat(anomaly.getDetector()).isEqualTo("spikes");
    assertThat(anomaly.getDetectorVersion()).isEqualTo("1.0.0");
    assertThat(anomaly.getAlias()).isEqualTo("champion");
    assertThat(anomaly.getSeverity()).isEqualTo(Severity.SEVERITY_CRITICAL);
    assertThat(anomaly.getFeedPosition().getPosition()).isEqualTo(position);
    assertThat(anomaly.getReason()).contains("200");
  }

  @Test
  void seriesWithoutAnAssignmentAreLeftAlone() {
    world.start();
    world.ingest.append("other/a", TestModels.wave(TestModels.START, 24 * 10));
    world.ingest.append("other/a", one(LIVE, 1e9));
    world.awaitThrough(world.ingest.head());
    assertThat(world.status().getReadingsScored()).isZero();
    assertThat(world.monitor.anomalies()).isEmpty();
  }

  @Test
  void aDetectorThatBeginsLateIsShownTheHistoryFirst() {
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 40));
    world.registry.unassign("spikes-everywhere");
    world.start();
    world.awaitThrough(world.ingest.head());
    world.withDetector();
    Await.until("the assignment is there", () -> world.status().getRegistryRevision() >= 4);
    world.ingest.append("wave/a", one(LIVE, 200));
    Await.until("the spike is reported", () -> world.monitor.anomalies().size() == 1);
  }

  @Test
  void theCheckpointWaitsForTheMonitor() {
    world.start();
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 40));
    world.awaitThrough(1);
    world.monitor.stop();
    long spike = world.ingest.append("wave/a", one(LIVE, 200));
    for (int i = 1; i <= 20; i++) {
      world.ingest.append("wave/a", one(LIVE.plusSeconds(3_600L * i), 20));
    }
    Await.until("the spike was scored", () -> world.status().getReadingsScored() > 24 * 40);
    assertThat(world.checkpoints()).hasSize(16).allMatch(position -> position < spike);
    world.monitor.start();
    Await.until("the spike is reported", () -> world.monitor.anomalies().size() == 1);
    world.awaitThrough(world.ingest.head());
  }

  @Test
  void aLostAnswerLeadsToASecondReportOfTheSameAnomaly() {
    world.start();
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 40));
    world.awaitThrough(1);
    world.monitor.loseNextAnswer();
    world.ingest.append("wave/a", one(LIVE, 200));
    world.awaitThrough(2);
    assertThat(world.monitor.anomalyReports()).isEqualTo(2);
    assertThat(world.monitor.anomalies()).hasSize(1);
  }

  /** Restarts at random places; what is found must be what one undisturbed run finds. */
  @Test
  void restartsNeitherLoseNorDoubleAnomalies() {
    long seed = Long.getLong("seed", 99);
    System.out.println("seed " + seed);
    List<String> series = List.of("wave/a", "wave/b", "wave/c", "wave/d");
    Set<String> undisturbed = run(seed, series, false);
    world.close();
    world = new World(folder.resolve("second")).withDetector();
    Set<String> disturbed = run(seed, series, true);
    assertThat(undisturbed).hasSizeGreaterThan(10);
    assertThat(disturbed).isEqualTo(undisturbed);
  }

  private Set<String> run(long seed, List<String> series, boolean restarts) {
    var random = new SplittableRandom(seed);
    var chaos = new SplittableRandom(seed + 1);
    world.start();
    for (int hour = 0; hour < 400; hour++) {
      for (String name : series) {
        long micros = Times.toMicros(TestModels.START) + hour * Times.MICROS_PER_HOUR;
        double value = TestModels.waveAt(micros) + (random.nextInt(60) == 0 ? 40 : 0);
        world.ingest.append(name, ReadingColumns.of(new long[] {micros}, new double[] {value}));
      }
      if (restarts && hour % 80 == 79) {
        long reached = world.ingest.head() - chaos.nextInt(100);
        Await.until(
            "some of it is done", () -> world.status().getFeedHead().getPosition() >= reached);
        world.stop();
        world.start();
      }
    }
    world.awaitThrough(world.ingest.head());
    var found = new HashSet<String>();
    world
        .monitor
        .anomalies()
        .forEach(anomaly ->
            found.add(
                anomaly.getSeries()
                    + " "
                    + anomaly.getTime().getSeconds()
                    + " "
                    + anomaly.getScore()));
    return found;
  }

  @Test
  void whenTheFeedNoLongerHasTheCheckpointDetectionGoesOnFromTheHead() {
    world.start();
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 40));
    world.awaitThrough(1);
    world.stop();
    world.ingest.append("wave/a", one(LIVE, 20));
    world.ingest.appendNothing();
    world.ingest.forgetThrough(3);
    world.start();
    world.awaitThrough(3);
    world.ingest.append("wave/a", one(LIVE.plusSeconds(3_600), 200));
    Await.until("the spike is reported", () -> world.monitor.anomalies().size() == 1);
  }

  @Test
  void whatDeletedReadingsTaughtIsForgotten() {
    world.start();
    for (String series : List.of("wave/a", "wave/b", "wave/c")) {
      world.ingest.append(series, TestModels.wave(TestModels.START, 24 * 40));
    }
    world.awaitThrough(3);
    world.ingest.delete("wave/a", TestModels.START, LIVE);
    world.ingest.deleteSeries("wave/b");
    // Nothing is known of a and b now, so that nothing about these is strange.
    world.ingest.append("wave/a", one(LIVE, 200));
    world.ingest.append("wave/b", one(LIVE, 200));
    world.ingest.append("wave/c", one(LIVE, 200));
    world.awaitThrough(world.ingest.head());
    assertThat(world.monitor.anomalies()).extracting(Anomaly::getSeries).containsExactly("wave/c");
    // Nor does the old state come back from the database.
    world.stop();
    world.start();
    world.ingest.append("wave/a", one(LIVE.plusSeconds(3_600), 202));
    world.ingest.append("wave/b", one(LIVE.plusSeconds(3_600), 202));
    world.awaitThrough(world.ingest.head());
    assertThat(world.monitor.anomalies()).hasSize(1);
  }

  @Test
  void aDeletionOfAPieceLeavesADetectorThatKnowsTheRest() {
    world.start();
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 40));
    world.awaitThrough(1);
    world.ingest.delete("wave/a", TestModels.START, TestModels.START.plus(Duration.ofDays(5)));
    world.ingest.append("wave/a", one(LIVE, 200));
    Await.until("the spike is reported", () -> world.monitor.anomalies().size() == 1);
  }

  @Test
  void whenTheFeedBeginsANewLifeNoStateIsCarriedOver() {
    world.start();
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 40));
    for (int i = 0; i < 10; i++) {
      world.ingest.appendNothing();
    }
    world.awaitThrough(world.ingest.head());
    world.ingest.beginNewLife();
    world.ingest.appendNothing();
    world.ingest.appendNothing();
    world.awaitThrough(2);
    world.ingest.append("wave/a", one(LIVE, 200));
    world.ingest.append("wave/b", TestModels.wave(TestModels.START, 24 * 40));
    world.ingest.append("wave/b", one(LIVE, 200));
    world.awaitThrough(5);
    assertThat(world.monitor.anomalies()).extracting(Anomaly::getSeries).containsExactly("wave/b");
  }

  @Test
  void anAssignmentThatCannotRunDoesNotHoldUpTheOthers() {
    world.registry.assign(
        Assignment.newBuilder()
            .setAssignment("broken")
            .setSelector(SeriesSelector.newBuilder().setExact("wave/broken"))
            .setTask(Task.TASK_DETECT)
            .setModel("spikes")
            .setParameters(
                Struct.newBuilder()
                    .putFields("No Such Setting", Value.newBuilder().setNumberValue(1).build()))
            .build());
    world.start();
    world.ingest.append("wave/broken", TestModels.wave(TestModels.START, 24 * 40));
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 40));
    world.ingest.append("wave/broken", one(LIVE, 200));
    world.ingest.append("wave/a", one(LIVE, 200));
    world.awaitThrough(world.ingest.head());
    assertThat(world.monitor.anomalies()).extracting(Anomaly::getSeries).containsExactly("wave/a");
  }

  @Test
  void ingestIsToldWhatNeedNotBeKept() {
    world.start();
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 48));
    Await.until("the block is released", () -> world.ingest.released() >= 1);
  }

  @Test
  void aNewChampionTakesOverWithAStateOfItsOwn() {
    world.start();
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 40));
    world.awaitThrough(1);
    world.registry.add("spikes", "2.0.0", TestModels.zScore(2));
    world.registry.alias("spikes", "champion", "2.0.0");
    Await.until("the alias moved", () -> world.status().getRegistryRevision() >= 3);
    world.ingest.append("wave/a", one(LIVE, 200));
    Await.until("the spike is reported", () -> world.monitor.anomalies().size() == 1);
    assertThat(world.monitor.anomalies().getFirst().getDetectorVersion()).isEqualTo("2.0.0");
  }

  private static ReadingColumns one(Instant time, double value) {
    return ReadingColumns.of(new long[] {Times.toMicros(time)}, new double[] {value});
  }
}
