package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.proto.monitor.v1.Tuning;
import dev.tidewatch.proto.monitor.v1.TuningServiceGrpc;
import dev.tidewatch.proto.monitor.v1.TuningSnapshot;
import dev.tidewatch.proto.monitor.v1.WatchTuningRequest;
import dev.tidewatch.proto.monitor.v1.WatchTuningResponse;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the monitor's tunings into a {@link TuningMirror}. While the monitor is away, the mirror
 * keeps what it has. One thread: {@link #run}.
 */
public final class TuningWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TuningWatch.class);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final int MESSAGES_AHEAD = 8;

  private final Channel monitor;
  private final TuningMirror mirror;

  public TuningWatch(Channel monitor, TuningMirror mirror) {
    this.monitor = monitor;
    this.mirror = mirror;
  }

  /** Works until the thread is interrupted. */
  @Override
  public void run() {
    boolean wasAway = false;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        watch();
        wasAway = false;
      } catch (InterruptedException e) {
        return;
      } catch (StatusRuntimeException e) {
        if (!wasAway) {
          LOG.info("the monitor is away, its last known tunings hold: {}", e.getMessage());
        }
        wasAway = true;
      } catch (RuntimeException e) {
        LOG.error("the monitor said something of tunings that cannot be followed", e);
      }
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void watch() throws InterruptedException {
    var parts = new HashMap<TuningMirror.Key, dev.tidewatch.inference.tuning.Tuning>();
    try (var stream =
        ServerStream.open(
            monitor,
            TuningServiceGrpc.getWatchTuningMethod(),
            WatchTuningRequest.getDefaultInstance(),
            MESSAGES_AHEAD)) {
      while (true) {
        WatchTuningResponse response = stream.next(SILENCE_MAX);
        if (response == null) {
          LOG.info("the monitor is silent; called again");
          return;
        }
        switch (response.getEventCase()) {
          case SNAPSHOT -> take(response.getSnapshot(), parts);
          case CHANGED -> mirror.heard(key(response.getChanged()), tuning(response.getChanged()));
          case RESET -> mirror.heardReset(key(response.getReset()));
          case HEARTBEAT, EVENT_NOT_SET -> {}
        }
      }
    }
  }

  private void take(
      TuningSnapshot snapshot, Map<TuningMirror.Key, dev.tidewatch.inference.tuning.Tuning> parts) {
    snapshot.getTuningsList().forEach(tuning -> parts.put(key(tuning), tuning(tuning)));
    if (snapshot.getLast()) {
      mirror.heard(parts);
      parts.clear();
    }
  }

  private static TuningMirror.Key key(Tuning tuning) {
    return new TuningMirror.Key(
        new VersionKey(tuning.getModel(), tuning.getVersion()), tuning.getSeries());
  }

  private static dev.tidewatch.inference.tuning.Tuning tuning(Tuning tuning) {
    return new dev.tidewatch.inference.tuning.Tuning(
        tuning.getRevision(), tuning.getThresholdFactor(), tuning.getConformalOffsetsList());
  }
}
