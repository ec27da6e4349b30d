package dev.tidewatch.systemtests.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.proto.monitor.v1.StoryLine;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.HeldClock;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import dev.tidewatch.standalone.drift.DriftDemo;
import dev.tidewatch.standalone.drift.DriftScenario;
import dev.tidewatch.systemtests.fixture.TestFolders;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The building's behaviour changes, accuracy falls, an alert fires, the model is trained again,
 * passes the gate, answers as a canary, is promoted, and accuracy is back; a bad model is refused
 * by the gate; one that deceives the gate is rolled back as a canary. Nobody does any of it but the
 * servers and a worker.
 */
class ClosedLoopTest {
  private static final double FACTOR = 30_000;

  private Path folder = Path.of("");

  @BeforeEach
  void prepare() throws Exception {
    folder = TestFolders.create("loop");
  }

  @AfterEach
  void cleanUp() throws Exception {
    TestFolders.delete(folder);
  }

  @Test
  void theLoopClosesByItself() throws Exception {
    List<String> said = Collections.synchronizedList(new ArrayList<>());
    var clock = new HeldClock(DriftDemo.START, FACTOR, InstantSource.system());
    try (var standalone = Standalone.launch(DriftDemo.config(folder, Ports.FREE), clock);
        var client = Tidewatch.connect(standalone.addresses().connection())) {
      DriftScenario.Outcome outcome =
          new DriftScenario(client, clock, ModelFamilies.core(), 1, said::add).play();

      String all = String.join("\n", said);
      assertThat(outcome.mapeBefore()).as(all).isBetween(0.5, 6.0);
      assertThat(outcome.mapeDuring()).as(all).isGreaterThan(3 * outcome.mapeBefore());
      assertThat(outcome.mapeAfter())
          .as(all)
          .isLessThanOrEqualTo(DriftScenario.BACK_WITHIN * outcome.mapeBefore());
      assertThat(outcome.alerts()).as(all).isPositive();
      assertThat(outcome.promotions()).as(all).isPositive();
      assertThat(outcome.badRefused()).as(all).isTrue();
      assertThat(outcome.gateRefusals()).as(all).isPositive();
      assertThat(outcome.deceiverRolledBack()).as(all).isTrue();
      assertThat(outcome.canaryRollbacks()).as(all).isPositive();
      assertThat(outcome.retrains()).as(all).isGreaterThanOrEqualTo(2 + outcome.promotions());
      assertThat(outcome.story())
          .extracting(StoryLine::getTopic)
          .contains("alert", "task", "gate", "canary", "promotion", "rollback");
      assertThat(outcome.story())
          .as("oldest first")
          .isSortedAccordingTo(
              (a, b) -> Long.compare(a.getTime().getSeconds(), b.getTime().getSeconds()));
    }
  }
}
