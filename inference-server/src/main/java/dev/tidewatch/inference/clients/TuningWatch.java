package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.proto.monitor.v1.Tuning;
import dev.tidewatch.proto.monitor.v1.TuningServiceGrpc;
import dev.tidewatch.proto.monitor.v1.TuningSnapshot;
import dev.tidewatch.proto.monitor.v1.WatchTuningRequest;
import dev.tidewatch.proto.monitor.v1.WatchTuningResponse;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import io.grpc.Channel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the monitor's tunings into a {@link TuningMirror}. While the monitor is away, the mirror
 * keeps what it has.
 */
public final class TuningWatch {
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

  /** Begins to follow; the caller closes it. */
  public Rounds start() {
    return Rounds.of("tuning-watch", Pace.every(RETRY).pausing(RETRY, RETRY), this::watch).start();
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
