package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.anomaly.AnomalyFilter;
import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.AnomalyStore.ChangedAnomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyEvent;
import dev.tidewatch.proto.monitor.v1.StreamHeartbeat;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import java.util.List;

/**
 * The log of anomalies, as one watcher wants it.
 *
 * @param wanted which anomalies
 * @param epoch the life of the log
 */
record AnomalyLog(AnomalyStore store, AnomalyFilter wanted, long epoch)
    implements LogWatch.Log<WatchAnomaliesResponse> {
  @Override
  public LogWatch.News<WatchAnomaliesResponse> after(long position, int changesMax) {
    List<ChangedAnomaly> changes = store.changesAfter(position, changesMax);
    return new LogWatch.News<>(
        changes.stream()
            .filter(change -> wanted.matches(change.anomaly()))
            .map(this::message)
            .toList(),
        changes.isEmpty() ? position : changes.getLast().change().position(),
        changes.size() == changesMax);
  }

  private WatchAnomaliesResponse message(ChangedAnomaly change) {
    return WatchAnomaliesResponse.newBuilder()
        .setResumeToken(ResumeToken.of(epoch, change.change().position()))
        .setChange(
            AnomalyEvent.newBuilder()
                .setChange(AnomalyMessages.write(change.change()))
                .setAnomaly(AnomalyMessages.write(change.anomaly())))
        .build();
  }

  @Override
  public WatchAnomaliesResponse heartbeat(long position, StreamHeartbeat heartbeat) {
    return WatchAnomaliesResponse.newBuilder()
        .setResumeToken(ResumeToken.of(epoch, position))
        .setHeartbeat(heartbeat)
        .build();
  }
}
