package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.DecisionStory.within;
import static dev.tidewatch.monitor.storage.jooq.Tables.RETRAIN_TASK;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.story.StoryLine;
import dev.tidewatch.monitor.story.StorySource;
import dev.tidewatch.serverkit.database.Database;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jooq.Record;

/** When a model was trained again, why, and how that ended. */
public final class RetrainStory implements StorySource {
  private final Database database;

  public RetrainStory(Database database) {
    this.database = database;
  }

  @Override
  public List<StoryLine> lines(String model, TimeSpan span, int limit) {
    var lines = new ArrayList<StoryLine>();
    database
        .dsl()
        .selectFrom(RETRAIN_TASK)
        .where(RETRAIN_TASK.MODEL.eq(model))
        .and(within(RETRAIN_TASK.CREATED_AT, span))
        .orderBy(RETRAIN_TASK.CREATED_AT, RETRAIN_TASK.NUMBER)
        .limit(limit)
        .forEach(row -> lines.add(made(row)));
    database
        .dsl()
        .selectFrom(RETRAIN_TASK)
        .where(RETRAIN_TASK.MODEL.eq(model))
        .and(within(RETRAIN_TASK.ENDED_AT, span))
        .orderBy(RETRAIN_TASK.ENDED_AT, RETRAIN_TASK.NUMBER)
        .limit(limit)
        .forEach(row -> lines.add(ended(row)));
    lines.sort(Comparator.comparing(StoryLine::time));
    return lines.subList(0, Math.min(limit, lines.size()));
  }

  private static StoryLine made(Record row) {
    return new StoryLine(
        row.get(RETRAIN_TASK.CREATED_AT),
        "task",
        "to be trained again: " + row.get(RETRAIN_TASK.REASON),
        Figures.read(row.get(RETRAIN_TASK.FIGURE_NAMES), row.get(RETRAIN_TASK.FIGURE_VALUES)),
        ContentId.toText(row.get(RETRAIN_TASK.TASK_ID)));
  }

  private static StoryLine ended(Record row) {
    String worker = row.get(RETRAIN_TASK.WORKER);
    String text =
        switch (row.get(RETRAIN_TASK.STATE)) {
          case 3 ->
              "trained by %s: version %s".formatted(worker, row.get(RETRAIN_TASK.RESULT_VERSION));
          case 5 -> "the training was cancelled";
          default ->
              "the training failed after %d attempts: %s"
                  .formatted(row.get(RETRAIN_TASK.ATTEMPTS), row.get(RETRAIN_TASK.FAILURE));
        };
    return new StoryLine(
        row.get(RETRAIN_TASK.ENDED_AT),
        "task",
        text,
        Map.of(),
        ContentId.toText(row.get(RETRAIN_TASK.TASK_ID)));
  }
}
