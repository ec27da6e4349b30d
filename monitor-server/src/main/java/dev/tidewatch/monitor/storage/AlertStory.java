package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.DecisionStory.within;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_TRANSITION;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.alert.AlertState;
import dev.tidewatch.monitor.story.StoryLine;
import dev.tidewatch.monitor.story.StorySource;
import dev.tidewatch.serverkit.database.Database;
import java.util.List;
import java.util.Map;
import org.jooq.Record;

/** Which alerts of a model fired, were acknowledged, and were resolved. */
public final class AlertStory implements StorySource {
  private final Database database;

  public AlertStory(Database database) {
    this.database = database;
  }

  @Override
  public List<StoryLine> lines(String model, TimeSpan span, int limit) {
    return database
        .dsl()
        .select(ALERT_TRANSITION.fields())
        .select(ALERT.fields())
        .from(ALERT_TRANSITION)
        .join(ALERT)
        .on(ALERT.ALERT_ID.eq(ALERT_TRANSITION.ALERT_ID))
        .where(ALERT.MODEL.eq(model))
        .and(ALERT_TRANSITION.TO_STATE.ne((short) AlertState.PENDING.code()))
        .and(within(ALERT_TRANSITION.CHANGED_AT, span))
        .orderBy(ALERT_TRANSITION.CHANGED_AT, ALERT_TRANSITION.POSITION)
        .limit(limit)
        .fetch(AlertStory::line);
  }

  private static StoryLine line(Record row) {
    AlertState state = AlertState.ofCode(row.get(ALERT_TRANSITION.TO_STATE));
    String actor = row.get(ALERT_TRANSITION.ACTOR);
    String by = actor.isEmpty() ? "" : " by " + actor;
    String rule = row.get(ALERT.RULE);
    boolean isFiring = state == AlertState.FIRING;
    return new StoryLine(
        row.get(ALERT_TRANSITION.CHANGED_AT),
        "alert",
        switch (state) {
          case FIRING -> "%s fires: %s".formatted(rule, row.get(ALERT.SUMMARY));
          case ACKNOWLEDGED ->
              "%s acknowledged%s: %s".formatted(rule, by, row.get(ALERT_TRANSITION.REASON));
          case RESOLVED ->
              "%s resolved%s: %s".formatted(rule, by, row.get(ALERT_TRANSITION.REASON));
          case PENDING -> "%s pending".formatted(rule);
        },
        isFiring
            ? Figures.read(row.get(ALERT.FIGURE_NAMES), row.get(ALERT.FIGURE_VALUES))
            : Map.of(),
        ContentId.toText(row.get(ALERT.ALERT_ID)));
  }
}
