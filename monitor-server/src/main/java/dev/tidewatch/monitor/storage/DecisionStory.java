package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.DECISION;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.story.StoryLine;
import dev.tidewatch.monitor.story.StorySource;
import dev.tidewatch.serverkit.database.Database;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;

/** What was decided about a model. */
public final class DecisionStory implements StorySource {
  private final Database database;

  public DecisionStory(Database database) {
    this.database = database;
  }

  @Override
  public List<StoryLine> lines(String model, TimeSpan span, int limit) {
    return database
        .dsl()
        .selectFrom(DECISION)
        .where(DECISION.MODEL.eq(model))
        .and(DECISION.KIND.ne((short) DecisionKind.RETRAIN.code())) // told by its task
        .and(within(DECISION.TIME, span))
        .orderBy(DECISION.TIME, DECISION.NUMBER)
        .limit(limit)
        .fetch(DecisionStory::line);
  }

  static Condition within(Field<Instant> time, TimeSpan span) {
    Condition condition = time.isNotNull();
    if (span.from().isPresent()) {
      condition = condition.and(time.ge(span.from().get()));
    }
    if (span.to().isPresent()) {
      condition = condition.and(time.lt(span.to().get()));
    }
    return condition;
  }

  private static StoryLine line(Record row) {
    DecisionKind kind = DecisionKind.ofCode(row.get(DECISION.KIND));
    String from = row.get(DECISION.FROM_VERSION);
    String to = row.get(DECISION.TO_VERSION);
    String who = row.get(DECISION.ACTOR).isEmpty() ? "" : " by " + row.get(DECISION.ACTOR);
    String what =
        switch (kind) {
          case RETRAIN -> "trained again" + who;
          case GATE_PASSED -> "gate passed";
          case GATE_REFUSED -> "gate refused";
          case CANARY_STARTED -> "canary " + to;
          case PROMOTED ->
              from.isEmpty()
                  ? "champion is %s%s".formatted(to, who)
                  : "champion is %s, was %s%s".formatted(to, from, who);
          case ROLLED_BACK ->
              from.isEmpty() ? "stopped" + who : "canary %s taken away%s".formatted(from, who);
          case REVERTED ->
              "%s back from %s to %s%s"
                  .formatted(
                      row.get(DECISION.ALIAS),
                      from.isEmpty() ? "nothing" : from,
                      to.isEmpty() ? "nothing" : to,
                      who);
          case TUNED -> "tuned" + who;
        };
    return new StoryLine(
        row.get(DECISION.TIME),
        topic(kind),
        what + ": " + row.get(DECISION.REASON),
        Figures.read(row.get(DECISION.FIGURE_NAMES), row.get(DECISION.FIGURE_VALUES)),
        ContentId.toText(row.get(DECISION.DECISION_ID)));
  }

  private static String topic(DecisionKind kind) {
    return switch (kind) {
      case RETRAIN -> "task";
      case GATE_PASSED, GATE_REFUSED -> "gate";
      case CANARY_STARTED -> "canary";
      case PROMOTED -> "promotion";
      case ROLLED_BACK -> "rollback";
      case REVERTED -> "revert";
      case TUNED -> "tuning";
    };
  }
}
