package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.RETRAIN_POLICY;
import static dev.tidewatch.monitor.storage.jooq.Tables.RETRAIN_TASK;
import static dev.tidewatch.monitor.storage.jooq.Tables.TRIAL;

import dev.tidewatch.monitor.retrain.RetrainState;
import dev.tidewatch.monitor.trial.Candidate;
import dev.tidewatch.monitor.trial.CandidateSource;
import dev.tidewatch.monitor.trial.TrialPlan;
import dev.tidewatch.serverkit.database.Database;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Versions that retrain tasks made, with the plan that the model's policy has for them now. */
public final class RetrainedCandidates implements CandidateSource {
  /** As trials name it: 32 hexadecimal digits. */
  private static final Field<String> TASK_AS_TEXT =
      DSL.field("replace({0}::text, '-', '')", SQLDataType.CLOB, RETRAIN_TASK.TASK_ID);

  private final Database database;

  public RetrainedCandidates(Database database) {
    this.database = database;
  }

  @Override
  public List<Candidate> untried(int limit) {
    var trialOfTask = TRIAL.as("trial_of_task");
    var openTrial = TRIAL.as("open_trial");
    return database
        .dsl()
        .select(
            RETRAIN_TASK.TASK_ID,
            RETRAIN_TASK.MODEL,
            RETRAIN_TASK.RESULT_VERSION,
            RETRAIN_TASK.TRACEPARENT)
        .select(RETRAIN_POLICY.fields())
        .from(RETRAIN_TASK)
        .leftJoin(RETRAIN_POLICY)
        .on(RETRAIN_POLICY.MODEL.eq(RETRAIN_TASK.MODEL))
        .where(RETRAIN_TASK.STATE.eq((short) RetrainState.SUCCEEDED.code()))
        .andNotExists(
            DSL.selectOne().from(trialOfTask).where(trialOfTask.RETRAIN_TASK_ID.eq(TASK_AS_TEXT)))
        .andNotExists(
            DSL.selectOne()
                .from(openTrial)
                .where(openTrial.MODEL.eq(RETRAIN_TASK.MODEL))
                .and(openTrial.ENDED_AT.isNull()))
        .orderBy(RETRAIN_TASK.NUMBER)
        .limit(limit)
        .fetch(row ->
            new Candidate(
                row.get(RETRAIN_TASK.TASK_ID),
                row.get(RETRAIN_TASK.MODEL),
                row.get(RETRAIN_TASK.RESULT_VERSION),
                plan(row),
                row.get(RETRAIN_TASK.TRACEPARENT)));
  }

  private static TrialPlan plan(Record row) {
    if (row.get(RETRAIN_POLICY.CANARY_BASIS_POINTS) == null) {
      return TrialPlan.AT_THE_GATE;
    }
    return new TrialPlan(
        row.get(RETRAIN_POLICY.CANARY_BASIS_POINTS),
        row.get(RETRAIN_POLICY.CANARY_PAIRS_MIN),
        RetrainPolicyTable.duration(row.get(RETRAIN_POLICY.CANARY_DURATION_MICROS)),
        row.get(RETRAIN_POLICY.CANARY_SIGNIFICANCE),
        row.get(RETRAIN_POLICY.APPROVAL_NEEDED));
  }
}
