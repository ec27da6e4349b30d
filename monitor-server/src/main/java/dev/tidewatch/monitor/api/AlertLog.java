package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.alert.Alert;
import dev.tidewatch.monitor.alert.AlertStore;
import dev.tidewatch.monitor.alert.AlertStore.ChangedAlert;
import dev.tidewatch.monitor.alert.Silence;
import dev.tidewatch.proto.monitor.v1.AlertEvent;
import dev.tidewatch.proto.monitor.v1.StreamHeartbeat;
import dev.tidewatch.proto.monitor.v1.WatchAlertsResponse;
import java.util.List;
import java.util.function.Predicate;

/**
 * The transitions of alerts, as one watcher wants them.
 *
 * @param wanted which alerts
 * @param epoch the life of the log
 */
record AlertLog(AlertStore store, SilencedAlerts silenced, Predicate<Alert> wanted, long epoch)
    implements LogWatch.Log<WatchAlertsResponse> {
  @Override
  public LogWatch.News<WatchAlertsResponse> after(long position, int changesMax) {
    List<ChangedAlert> changes = store.transitionsAfter(position, changesMax);
    List<Silence> silences = changes.isEmpty() ? List.of() : silenced.now();
    return new LogWatch.News<>(
        changes.stream()
            .filter(change -> wanted.test(change.alert()))
            .map(change -> message(change, silences))
            .toList(),
        changes.isEmpty() ? position : changes.getLast().transition().position(),
        changes.size() == changesMax);
  }

  private WatchAlertsResponse message(ChangedAlert change, List<Silence> silences) {
    return WatchAlertsResponse.newBuilder()
        .setResumeToken(ResumeToken.of(epoch, change.transition().position()))
        .setTransition(
            AlertEvent.newBuilder()
                .setTransition(AlertMessages.write(change.transition()))
                .setAlert(silenced.write(change.alert(), silences)))
        .build();
  }

  @Override
  public WatchAlertsResponse heartbeat(long position, StreamHeartbeat heartbeat) {
    return WatchAlertsResponse.newBuilder()
        .setResumeToken(ResumeToken.of(epoch, position))
        .setHeartbeat(heartbeat)
        .build();
  }
}
